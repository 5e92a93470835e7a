"""One file for each body, in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from stomptui.capture.decode import frame_of
from stomptui.capture.record import Kind
from stomptui.capture.stored import Row

SUFFIXES = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/html": "html",
    "text/csv": "csv",
    "text/plain": "txt",
    "application/x-ndjson": "ndjson",
    "application/yaml": "yaml",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/gzip": "gz",
    "application/msgpack": "msgpack",
    "application/cbor": "cbor",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
}
"""All that a content-type can do to a name: nothing of a header is ever in it."""


def files(rows: Iterable[Row], folder: Path) -> Iterator[int]:
    """Write each body that has octets to `folder`, and give their number; raises OSError.

    Files have the id of the record for a name, mode 0600, and never take the place of another.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    for row in rows:
        left = memoryview(row.body or b"" if row.kind == Kind.FRAME else b"")
        if left:
            descriptor = os.open(f"{folder}/{row.id:08d}.{suffix(row)}", flags, 0o600)
            try:
                while left:
                    left = left[os.write(descriptor, left) :]
            finally:
                os.close(descriptor)
        yield len(row.body or b"")


def suffix(row: Row) -> str:
    """The suffix for a body: by its content-type where that is known, else `txt` for UTF-8 and `bin`."""
    if b"content-type" in (row.head or b""):
        frame = frame_of(row.raw, row.protocol)
        media = (frame.first("content-type") or "" if frame else "").partition(";")[0].strip().lower()
        if media in SUFFIXES:
            return SUFFIXES[media]
        if media.endswith(("+json", "+xml")):
            return media[-4:].lstrip("+")
    try:
        bytes(row.body or b"").decode()
    except UnicodeDecodeError:
        return "bin"
    return "txt"

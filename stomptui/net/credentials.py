"""The login and passcode that a URI names a place for: `env:NAME`, `file:PATH`, `prompt`."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    from stomptui.stomp.endpoint import Endpoint

LONGEST = 64 * 1024
"""Octets of a file's first line: tokens have some thousand."""


def resolve(endpoint: Endpoint) -> Endpoint:
    """The endpoint with what is in the environment and in files by now; `prompt` stays for who can ask.

    Of a file it is the first line without its end, in UTF-8. Raises UriError; no value is ever in its text.
    """
    login, passcode = endpoint.login_source, endpoint.passcode_source
    if login is not None and login != "prompt":
        endpoint = replace(endpoint, login=_found("login", login), login_source=None)
    if passcode is not None and passcode != "prompt":
        endpoint = replace(endpoint, passcode=_found("passcode", passcode), passcode_source=None)
    return endpoint


def must_be_known(endpoint: Endpoint) -> None:
    """Raise UriError if somebody has yet to be asked."""
    for name, source in (("login", endpoint.login_source), ("passcode", endpoint.passcode_source)):
        if source == "prompt":
            raise UriError(
                f"{name}=prompt in the URI: nobody can be asked here; "
                f"use {name}=env:NAME or {name}=file:PATH, or give connect() its `credentials`"
            )


def _found(name: str, source: str) -> str:
    kind, _, place = source.partition(":")
    value = _from_file(name, place) if kind == "file" else os.environ.get(place)
    if value is None:
        raise UriError(f"{name}=env:{place}: there is no such variable in the environment; set it")
    if not value:
        what = "the first line of the file" if kind == "file" else "this variable"
        raise UriError(f"{name}={source}: {what} is empty")
    return value


def _from_file(name: str, place: str) -> str:
    path = Path(os.path.expanduser(place))
    try:
        # A pipe would be waited for, and is empty when the connection is made again.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UriError(f"{name}=file:{place}: this is no regular file")
        with path.open("rb") as file:
            line = file.readline(LONGEST)
    except OSError as error:
        raise UriError(f"{name}=file:{place}: {error.strerror}") from None
    if len(line) == LONGEST:
        raise UriError(f"{name}=file:{place}: its first line is longer than {LONGEST >> 10} KiB")
    try:
        return line.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise UriError(f"{name}=file:{place}: its first line is not UTF-8") from None

"""What a run keeps on the disk holds no passcode and no token, also where a broker sends them back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from stomptui import brokers
from stomptui.capture import recordings
from stomptui.capture.store import Capture
from stomptui.commands.session import Inbox
from stomptui.console.app import ConsoleApp
from stomptui.console.settings import Settings
from stomptui.net.connect import connect
from stomptui.stomp.errors import StompError
from stomptui.stomp.uri import parse_uri

LOGIN = "ops"
SECRETS = ("s3cr3t:pass\\code", "tok-header-55", "Bearer-99")


@asynccontextmanager
async def echoing(*, refuse: bool) -> AsyncIterator[int]:
    """A broker whose answers hold what it was told: ERROR quotes CONNECT, as some do to explain a refusal."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = (await reader.readuntil(b"\0"))[:-1]
        if refuse:
            words = told.replace(b"\n", b" | ").replace(b":", b"\\c")
            writer.write(b"ERROR\nmessage:bad login " + words + b"\n\nThe frame was:\n" + told + b"\0")
        else:
            writer.write(b"CONNECTED\nversion:1.2\nserver:x/1\n\n\0")
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(b"ERROR\nmessage:no\ncontent-length:%d\n\n%b\0" % (len(told), told))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def octets(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("refuse", [True, False])
async def test_after_a_run(tmp_path: Path, refuse: bool) -> None:
    recording = recordings.record(tmp_path / "a.stomptui")
    capture = Capture(recognise=brokers.recognise, recording=recording)
    inbox = Inbox()
    async with echoing(refuse=refuse) as port:
        uri = f"stomp://{LOGIN}:{quote(SECRETS[0], safe='')}@127.0.0.1:{port}/?timeout=5"
        try:
            client = await connect(
                parse_uri(uri),
                on_events=inbox,
                on_error=lambda error: None,
                headers=(("x-token", SECRETS[1]), ("authorization", SECRETS[2])),
                redact=("x-token", "authorization"),
                reconnect=False,
            )
        except StompError:
            assert refuse
            inbox.open(capture.extend)
        else:
            app = ConsoleApp(client, Settings(), capture=capture)
            inbox.open(app.on_events)
            async with app.run_test() as pilot:
                for _ in range(100):
                    if client.closed.done():
                        break
                    await pilot.pause(0.05)
                assert client.closed.done()
    assert capture.archive is not None and capture.archive.settle_down(30)
    assert capture.last_id > 1
    beside = octets(tmp_path)
    capture.close(30)
    forms = [secret.encode() for secret in SECRETS]
    forms.append(forms[0].replace(b"\\", b"\\\\").replace(b":", b"\\c"))
    for name, some in (*beside.items(), *octets(tmp_path).items()):
        assert not [secret for secret in forms if secret in some], name
    kept = (tmp_path / "a.stomptui").read_bytes()
    assert b"x-token:***" in kept and b"x-token:" + b"*" * len(SECRETS[1]) in kept

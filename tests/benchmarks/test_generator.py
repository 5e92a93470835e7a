"""What the benchmark sends is what it says it sends."""

from __future__ import annotations

import socket
import subprocess
import sys

from stomptui.stomp.codec import Decoder, HeartBeat, encode
from stomptui.stomp.frame import Frame, connect, subscribe
from tests.benchmarks.generator import message


def test_a_message_is_as_large_as_the_table_says() -> None:
    decoder = Decoder("1.2", strict=True)
    decoder.receive(message(b"s-1", 4711))
    (frame,) = list(decoder)
    assert isinstance(frame, Frame) and frame.marks == ()
    assert (frame.command, len(frame.headers), len(frame.body)) == ("MESSAGE", 8, 256)
    assert frame.first("message-id") == "T_1@@session-k8IoYnBd3Ws@@4711"


def test_it_answers_a_client_and_then_sends() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.generator", "1000"]
    generator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert generator.stdin is not None and generator.stdout is not None
    port = int(generator.stdout.readline())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(
            encode(connect("/"), None) + encode(subscribe("/queue/a", "s-1", receipt="r-1"), "1.2")
        )
        decoder = Decoder()
        commands: list[str] = []
        while commands.count("MESSAGE") < 50:
            decoder.receive(client.recv(65536))
            commands += [item.command for item in decoder if not isinstance(item, HeartBeat | tuple)]
    assert commands[:3] == ["CONNECTED", "RECEIPT", "MESSAGE"]
    output, _ = generator.communicate("\n", timeout=30)
    assert int(output) >= 50

"""A broker that does one thing: it sends MESSAGE frames at a steady rate, in a process of its own.

`python -m tests.benchmarks.generator RATE` prints its port, serves one connection, and prints how many frames
it has sent whenever it reads a line, until standard input ends. At the line `stop` it makes no more, and
prints the number when the socket has taken them all. RATE 0 is as fast as the socket takes them.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time

SLOT = 0.005
"""Seconds between two writes."""
AT_ONCE = 1000
"""Frames made at once without a rate."""
BODY = b'{"id":%07d,"customer":"c-19","total":99.90,"cur":"EUR","lines":[{"sku":"A-1","n":3}],"note":"%s"}'
HEAD = (
    b"MESSAGE\nsubscription:%s\nmessage-id:T_1@@session-k8IoYnBd3Ws@@%d\ndestination:/queue/orders\n"
    b"redelivered:false\nx-tenant:acme\nx-trace:0af7651916cd43dd8448eb211c80319c\n"
    b"content-type:application/json\ncontent-length:%d\n\n"
)


def message(subscription: bytes, number: int) -> bytes:
    """A frame of about 490 octets: 8 headers, a JSON body of 256."""
    body = BODY % (number, b"x" * 158)
    return HEAD % (subscription, number, len(body)) + body + b"\0\n"


class Peer:
    """The server's end of one connection: answers CONNECT, SUBSCRIBE and whatever wants a receipt."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.subscription = b""
        self._unread = b""

    def read(self) -> bool:
        """Take what came; False when the client has left."""
        try:
            data = self.connection.recv(65536)
        except ConnectionResetError:
            return False
        *frames, self._unread = (self._unread + data).split(b"\0")
        for raw in frames:
            self._answer(raw.lstrip(b"\n"))
        return bool(data)

    def _answer(self, raw: bytes) -> None:
        command, *lines = raw.split(b"\n\n")[0].split(b"\n")
        headers = dict(line.split(b":", 1) for line in lines if b":" in line)
        if command in (b"CONNECT", b"STOMP"):
            self._send(b"CONNECTED\nversion:1.2\nserver:stomptui-bench/1\nheart-beat:0,0\n\n\0\n")
        if command == b"SUBSCRIBE":
            self.subscription = headers[b"id"]
        if b"receipt" in headers:
            self._send(b"RECEIPT\nreceipt-id:" + headers[b"receipt"] + b"\n\n\0\n")

    def _send(self, data: bytes) -> None:
        self.connection.setblocking(True)
        self.connection.sendall(data)
        self.connection.setblocking(False)


def serve(rate: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        connection, _ = server.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    peer = Peer(connection)
    selector = selectors.DefaultSelector()
    selector.register(connection, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ, sys.stdin)
    written, started, waiting, stopping = 0, 0.0, b"", False
    while True:
        for key, _ in selector.select(SLOT if rate or not peer.subscription else 0):
            if key.data is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                if line == "stop\n":
                    stopping = True
                else:
                    print(written, flush=True)
            elif not peer.read():
                selector.unregister(connection)
                peer.subscription = b""
        if not peer.subscription:
            continue
        now = time.monotonic()
        started = started or now
        if stopping and not waiting:
            print(written, flush=True)
            peer.subscription = b""
            continue
        if not waiting and not rate:
            waiting = b"".join(message(peer.subscription, written + n) for n in range(AT_ONCE))
            written += AT_ONCE
        elif not waiting:
            # What could not be sent in time is not made up for: the rate stays what it is said to be.
            due = min(int((now - started) * rate) - written, rate // 10)
            waiting = b"".join(message(peer.subscription, written + n) for n in range(due))
            written += due
        if waiting:
            try:
                waiting = waiting[connection.send(waiting) :]
            except BlockingIOError:
                started += SLOT
            except ConnectionError:
                peer.subscription = b""


if __name__ == "__main__":
    serve(int(sys.argv[1]))

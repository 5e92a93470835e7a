"""A broker that does one thing: it sends MESSAGE frames at a steady rate, in a process of its own.

`python -m tests.benchmarks.generator RATE [SECONDS]` prints its port, serves one connection at a time, and
prints how many frames it has sent whenever it reads a line, until standard input ends. At the line `stop` it
makes no more, and prints the number when the socket has taken them all. RATE 0 is as fast as the socket takes
them. With SECONDS it ends each connection after so many, between two frames. Where there are two
subscriptions, every thousandth frame is for the second.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time

SLOT = 0.005
"""Seconds between two writes."""
RARE = 1000
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
        self.subscriptions: list[bytes] = []
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._unread = b""

    def messages(self, first: int, count: int) -> bytes:
        """Frames with numbers from `first` on."""
        most, rare = self.subscriptions[0], self.subscriptions[-1]
        return b"".join([message(most if n % RARE else rare, n) for n in range(first, first + count)])

    def read(self) -> bool:
        """Take what came; False when the client has left."""
        try:
            data = self.connection.recv(65536)
        except ConnectionError:
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
            self.subscriptions.append(headers[b"id"])
        if b"receipt" in headers:
            self._send(b"RECEIPT\nreceipt-id:" + headers[b"receipt"] + b"\n\n\0\n")

    def _send(self, data: bytes) -> None:
        self.connection.setblocking(True)
        self.connection.sendall(data)
        self.connection.setblocking(False)


class Source:
    """Frames at a steady rate, numbered on over all connections; `written` of them in all, 0 is no limit."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.written = 0
        self.stopping = False
        self._peer: Peer | None = None
        self._started = 0.0
        self._before = 0
        self._waiting = b""

    def begin(self, peer: Peer | None) -> None:
        """Send to another peer from now on, or to none."""
        self._peer, self._started, self._before, self._waiting = peer, 0.0, self.written, b""

    @property
    def sending(self) -> bool:
        return self._peer is not None and bool(self._peer.subscriptions)

    @property
    def between(self) -> bool:
        """Whether what was made has been sent."""
        return not self._waiting

    def step(self, now: float) -> None:
        """Send what is due."""
        peer = self._peer
        if peer is None or not self.sending:
            return
        self._started = self._started or now
        if not self._waiting and not self.stopping:
            # What could not be sent in time is not made up for: the rate stays what it is said to be.
            due = min(int((now - self._started) * self.rate) - self.written + self._before, self.rate // 10)
            self._waiting = peer.messages(self.written, due if self.rate else AT_ONCE)
            self.written += due if self.rate else AT_ONCE
        if self._waiting:
            try:
                self._waiting = self._waiting[peer.connection.send(self._waiting) :]
            except BlockingIOError:
                self._started += SLOT


def serve(rate: int, seconds: float) -> None:
    """Serve until standard input ends; `seconds` is how long a connection lasts, 0 as long as it likes."""
    source, peer, over, told = Source(rate), None, 0.0, False
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    selector = selectors.DefaultSelector()
    selector.register(server, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ, sys.stdin)
    while True:
        for key, _ in selector.select(SLOT if rate or not source.sending else 0):
            if key.data is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                if line == "stop\n":
                    source.stopping = True
                else:
                    print(source.written, flush=True)
            elif key.fileobj is server:
                connection, _ = server.accept()
                peer, over = Peer(connection), seconds and time.monotonic() + seconds
                selector.register(connection, selectors.EVENT_READ)
                source.begin(peer)
            elif peer is not None and not peer.read():
                selector.unregister(peer.connection)
                peer.connection.close()
                peer = None
                source.begin(None)
        now = time.monotonic()
        try:
            source.step(now)
        except ConnectionError:
            source.begin(None)
        if source.stopping and source.between and not told:
            print(source.written, flush=True)
            told = True
        if peer is not None and over and now > over and source.between and not source.stopping:
            # Half of it: with all of it closed what is on its way might be thrown away.
            peer.connection.shutdown(socket.SHUT_WR)
            source.begin(None)
            over = 0.0


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)

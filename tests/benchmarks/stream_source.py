"""A broker that does one thing: it sends a number of MESSAGE frames as fast as the socket takes them.

`python -m tests.benchmarks.stream_source COUNT` prints its port, serves one connection, and prints how many
ACKs came when that has ended. The frames are made before the first is sent.
"""

from __future__ import annotations

import selectors
import socket
import sys

SESSION = b"session-k8IoYnBd3Ws"
CHUNK = 256 * 1024
BODY = b'{"id":%07d,"customer":"c-19","total":99.90,"cur":"EUR","lines":[{"sku":"A-1","n":3}],"note":"%s"}'
HEAD = (
    b"MESSAGE\nsubscription:%s\nmessage-id:T_%s@@%s@@%d\nack:T_%s@@%s@@%d\ndestination:/queue/orders\n"
    b"x-tenant:acme\nx-trace:0af7651916cd43dd8448eb211c80319c\n"
    b"content-type:application/json\ncontent-length:%d\n\n"
)


def message(subscription: bytes, number: int) -> bytes:
    """A frame of about 520 octets: 8 headers, a JSON body of 256; the ids are as RabbitMQ writes them."""
    body = BODY % (number, b"x" * 158)
    named = (subscription, SESSION, number)
    return HEAD % (subscription, *named, *named, len(body)) + body + b"\0\n"


class Peer:
    """The server's end of one connection: answers CONNECT, SUBSCRIBE and whatever wants a receipt."""

    def __init__(self, count: int) -> None:
        self.acks = 0
        self.waiting = memoryview(b"")
        """What is to be sent."""
        self._count = count
        self._unread = b""

    def take(self, data: bytes) -> None:
        """Take what the client sent; ACKs, which come in thousands, are only counted."""
        *frames, self._unread = (self._unread + data).split(b"\0")
        for raw in frames:
            if b"ACK\n" in raw:
                self.acks += 1
            else:
                self._answer(raw.lstrip(b"\n"))

    def _answer(self, raw: bytes) -> None:
        command, *lines = raw.split(b"\n\n")[0].split(b"\n")
        headers = dict(line.split(b":", 1) for line in lines if b":" in line)
        answer = b""
        if command in (b"CONNECT", b"STOMP"):
            # Not 0,0, on which stompman writes heart-beats without a pause.
            answer += b"CONNECTED\nversion:1.2\nheart-beat:0,10000\nsession:" + SESSION + b"\n\n\0\n"
        if b"receipt" in headers:
            answer += b"RECEIPT\nreceipt-id:" + headers[b"receipt"] + b"\n\n\0\n"
        if command == b"SUBSCRIBE":
            answer += b"".join([message(headers[b"id"], number) for number in range(1, self._count + 1)])
        self.waiting = memoryview(bytes(self.waiting) + answer)


def serve(count: int) -> int:
    """Serve one connection; gives how many ACKs came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        connection, _ = server.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    peer = Peer(count)
    selector = selectors.DefaultSelector()
    key = selector.register(connection, selectors.EVENT_READ)
    while True:
        for _, ready in selector.select():
            if ready & selectors.EVENT_READ:
                try:
                    data = connection.recv(CHUNK)
                except ConnectionResetError:
                    data = b""
                if not data:
                    return peer.acks
                peer.take(data)
            elif peer.waiting:
                peer.waiting = peer.waiting[connection.send(peer.waiting[:CHUNK]) :]
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.waiting else 0)
            if wanted != key.events:
                key = selector.modify(connection, wanted)


if __name__ == "__main__":
    print(serve(int(sys.argv[1])))

"""What TLS, client certificates and WebSocket look like on the wire of the real brokers."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosedOK, InvalidStatus
from websockets.sync.client import connect

from tests.brokers.certificates import Certificates
from tests.brokers.peer import PATIENCE
from tests.brokers.real import RealBroker
from tests.brokers.ways import port

HELLO = b"CONNECT\naccept-version:1.2\nhost:%s\n%s\n\0"
GUEST = HELLO % (b"/", b"login:guest\npasscode:guest\n")
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@contextmanager
def tls(
    broker: RealBroker, way: str, version: ssl.TLSVersion = VERSIONS[-1], certificate: str | None = None
) -> Iterator[ssl.SSLSocket]:
    """A connection over TLS of `version`, with the certificate of the `client`, the `stranger` or nobody."""
    trust = broker.certificates
    assert trust is not None
    context = ssl.create_default_context(cafile=trust.ca)
    context.maximum_version = version
    if certificate is not None:
        context.load_cert_chain(getattr(trust, f"{certificate}_cert"), getattr(trust, f"{certificate}_key"))
    with (
        socket.create_connection((broker.host, port(broker, way)), timeout=PATIENCE) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as encrypted,
    ):
        yield encrypted


def answer(connection: ssl.SSLSocket, frame: bytes) -> bytes:
    """The first frame that answers `frame`, whole."""
    connection.sendall(frame)
    received = b""
    while b"\0" not in received:
        data = connection.recv(4096)
        assert data, received
        received += data
    return received


@pytest.mark.parametrize("version", VERSIONS)
def test_both_brokers_speak_tls_to_a_client_without_certificate(
    broker: RealBroker, version: ssl.TLSVersion
) -> None:
    with tls(broker, "tls", version) as connection:
        assert answer(connection, GUEST).startswith(b"CONNECTED\n")


def test_rabbitmq_takes_the_common_name_for_the_login(rabbitmq: RealBroker) -> None:
    with tls(rabbitmq, "tls", certificate="client") as connection:
        assert b"Virtual host '/' access denied" in answer(connection, HELLO % (b"/", b""))
    with tls(rabbitmq, "tls", certificate="client") as connection:
        assert answer(connection, HELLO % (b"/example", b"")).startswith(b"CONNECTED\n")
    with tls(rabbitmq, "tls", certificate="stranger") as connection:
        assert b"Access refused for user 'mallory'" in answer(connection, HELLO % (b"/", b""))


def test_a_login_counts_more_than_a_certificate_on_rabbitmq(rabbitmq: RealBroker) -> None:
    with tls(rabbitmq, "tls", certificate="stranger") as connection:
        assert answer(connection, GUEST).startswith(b"CONNECTED\n")


def test_a_certificate_is_no_login_on_activemq(activemq: RealBroker) -> None:
    with tls(activemq, "mtls", certificate="client") as connection:
        assert b"User name [null] or password is invalid" in answer(connection, HELLO % (b"/", b""))
    with tls(activemq, "mtls", certificate="stranger") as connection:
        assert answer(connection, GUEST).startswith(b"CONNECTED\n")


def test_a_missing_certificate_shows_after_the_handshake_of_tls_1_3(activemq: RealBroker) -> None:
    with tls(activemq, "mtls") as connection:
        assert connection.version() == "TLSv1.3"
        with pytest.raises(ssl.SSLError, match="BAD_CERTIFICATE"):
            connection.recv(1)


def test_a_missing_certificate_shows_in_the_handshake_of_tls_1_2(activemq: RealBroker) -> None:
    with pytest.raises(ssl.SSLError, match="BAD_CERTIFICATE"), tls(activemq, "mtls", ssl.TLSVersion.TLSv1_2):
        raise AssertionError("the handshake was done")


def test_what_is_not_tls_gets_an_alert_from_a_tls_port(broker: RealBroker) -> None:
    with socket.create_connection((broker.host, port(broker, "tls")), timeout=PATIENCE) as connection:
        connection.sendall(GUEST)
        with connection.makefile("rb") as stream:
            alert = stream.read()
    assert alert[:2] == b"\x15\x03" and len(alert) == 7


def test_the_brokers_certificate_holds_for_their_addresses(
    broker: RealBroker, certificates: Certificates
) -> None:
    context = ssl.create_default_context(cafile=certificates.ca)
    with socket.create_connection((broker.host, port(broker, "tls")), timeout=PATIENCE) as connection:
        context.wrap_socket(connection, server_hostname="127.0.0.1").close()
    context = ssl.create_default_context(cafile=certificates.other_ca)
    with (
        socket.create_connection((broker.host, port(broker, "tls")), timeout=PATIENCE) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(connection, server_hostname="127.0.0.1")


def test_rabbitmq_sends_text_over_websocket_whatever_it_is(rabbitmq: RealBroker, destination: str) -> None:
    body = b"\xff\0" * 300_000
    offered = ["v10.stomp", "v11.stomp", "v12.stomp"]
    with connect(f"ws://{rabbitmq.host}:{rabbitmq.ws_port}/ws", subprotocols=offered, max_size=None) as web:
        assert web.subprotocol == "v12.stomp"
        web.send(GUEST)
        assert isinstance(web.recv(), str)
        web.send(f"SUBSCRIBE\nid:1\ndestination:{destination}\n\n\0")
        web.send(f"SEND\ndestination:{destination}\ncontent-length:{len(body)}\n\n".encode() + body + b"\0")
        message = web.recv(decode=False)  # as text it would have to be UTF-8
        assert message.startswith(b"MESSAGE\n") and message.endswith(body + b"\0\n")
        web.send("DISCONNECT\nreceipt:1\n\n\0")
        with pytest.raises(ConnectionClosedOK, match="STOMP died"):
            web.recv()


def test_rabbitmq_knows_one_path_for_websocket(rabbitmq: RealBroker) -> None:
    with pytest.raises(InvalidStatus, match="404"), connect(f"ws://{rabbitmq.host}:{rabbitmq.ws_port}/stomp"):
        raise AssertionError("the handshake was done")

"""The real brokers start, answer, and know their users."""

from __future__ import annotations

import socket
import ssl

from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker


def greet(broker: RealBroker, login: str, passcode: str, host: str = "/") -> bytes:
    """The first line of the answer to a CONNECT."""
    with socket.create_connection((broker.host, broker.port), timeout=30) as connection:
        connection.sendall(
            f"CONNECT\naccept-version:1.2\nhost:{host}\nlogin:{login}\npasscode:{passcode}\n\n\0".encode()
        )
        with connection.makefile("rb") as stream:
            return stream.readline().strip()


def test_users_are_known(broker: RealBroker) -> None:
    assert greet(broker, broker.login, broker.passcode) == b"CONNECTED"
    assert greet(broker, broker.reader_login, broker.reader_passcode) == b"CONNECTED"
    assert greet(broker, broker.login, "wrong") == b"ERROR"


def test_second_virtual_host_is_for_the_second_user(rabbitmq: RealBroker) -> None:
    second = rabbitmq.second_virtual_host or ""
    assert greet(rabbitmq, rabbitmq.second_login, rabbitmq.second_passcode, second) == b"CONNECTED"
    assert greet(rabbitmq, rabbitmq.second_login, rabbitmq.second_passcode) == b"ERROR"


def test_a_client_certificate_is_a_login_on_rabbitmq(
    rabbitmq: RealBroker, certificates: Certificates
) -> None:
    context = ssl.create_default_context(cafile=certificates.ca)
    context.load_cert_chain(certificates.client_cert, certificates.client_key)
    with (
        socket.create_connection((rabbitmq.host, rabbitmq.tls_port or 0), timeout=30) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as encrypted,
        encrypted.makefile("rb") as stream,
    ):
        encrypted.sendall(f"CONNECT\naccept-version:1.2\nhost:{rabbitmq.slashed_virtual_host}\n\n\0".encode())
        assert stream.readline() == b"CONNECTED\n"

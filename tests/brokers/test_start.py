"""The real brokers start, answer, and know their users."""

from __future__ import annotations

import socket

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

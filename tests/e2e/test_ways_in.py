"""The console over each kind of URI, and what it says before the screen opens when one fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker
from tests.brokers.ways import uri
from tests.e2e.conftest import Start


@pytest.mark.parametrize(
    ("broker", "way"),
    [("rabbitmq", "tls"), ("rabbitmq", "wss"), ("activemq", "mtls")],
    indirect=["broker"],
)
def test_it_opens_and_leaves(start: Start, broker: RealBroker, way: str, destination: str) -> None:
    terminal = start("connect", uri(broker, way), "--subscribe", destination, columns=120, rows=40)
    terminal.wait_for("OK", "unsettled")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    assert "disconnected from" in terminal.after_screen()


def test_the_second_of_a_list_and_credentials_from_elsewhere(
    start: Start, activemq: RealBroker, tmp_path: Path
) -> None:
    (tmp_path / "passcode").write_text(f"{activemq.passcode}\n")
    brokers = f"failover:(stomp://127.0.0.1:1,stomp://{activemq.address})"
    options = f"login=env:WHO&passcode=file:{tmp_path}/passcode"
    terminal = start("connect", f"{brokers}?{options}", WHO=activemq.login)
    terminal.wait_for("OK", "unsettled")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def test_one_line_says_what_is_wrong(start: Start, broker: RealBroker, certificates: Certificates) -> None:
    address = f"{broker.host}:{broker.tls_port}"
    terminal = start("connect", f"stomp+ssl://{address}?ca={certificates.other_ca}", columns=200)
    assert terminal.exit_code() == 1
    terminal.wait_for(
        f"stomptui: {address}: the broker's certificate is signed by an authority that is unknown"
    )

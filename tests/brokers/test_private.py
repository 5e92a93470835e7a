"""A private broker keeps what it confirmed as persistent, however it ends, and is found at the same port."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.brokers.peer import Peer
from tests.brokers.private import Private


@pytest.mark.parametrize("end", [Private.stop, Private.kill])
def test_what_was_confirmed_is_there_after_a_restart(
    two_brokers: tuple[Private, Private], end: Callable[[Private], None]
) -> None:
    one, two = two_brokers
    with Peer(one.broker) as peer:
        peer.publish("/queue/q", b"kept", "persistent:true")
        peer.publish("/queue/q", b"lost")
        end(one)
    with pytest.raises(ConnectionRefusedError):
        Peer(one.broker)
    with Peer(two.broker) as peer:
        peer.publish("/queue/q", b"elsewhere")
    one.start()
    with Peer(one.broker) as peer:
        peer.publish("/queue/q", b"later")
        peer.subscribe("/queue/q")
        assert [peer.receive().body, peer.receive().body] == [b"kept", b"later"]

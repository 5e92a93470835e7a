"""Closed subscriptions: how many are kept, and those of which something is staged."""

from __future__ import annotations

import pytest

from stomptui.stomp import frame as frames
from stomptui.stomp import subscriptions
from tests.stomp.playbook import RABBITMQ, message, play


def test_closed_ones_beyond_the_limit_go_once_nothing_of_them_is_staged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subscriptions, "CLOSED_KEPT", 20)
    script = play().connects(RABBITMQ).sends(frames.begin("t"))
    staged = [f"s{number}" for number in range(30)]
    for name in staged:
        script.subscribes("/queue/q", id=name).gets(message(name, subscription=name))
        script.settles("ACK", script.state.frames, transaction="t")
        script.sends(script.session.unsubscribe_frame(name))

    def comes_and_goes(count: int) -> None:
        for number in range(count):
            script.subscribes("/queue/q", id=f"n{number}")
            script.sends(script.session.unsubscribe_frame(f"n{number}"))

    comes_and_goes(500)
    kept = script.state.subscriptions
    assert set(staged) <= set(kept) and len(kept) <= 2 * len(staged) + 20
    script.sends(frames.commit("t"))
    comes_and_goes(100)
    assert len(kept) == 20 and not set(staged) & set(kept)

"""The subscriptions pane: what its title says, what its rows say."""

from __future__ import annotations

import pytest

from stomptui.console.panes.subscriptions import SubscriptionsPane
from tests.console.hostile import Bench, screen_text
from tests.console.views import session, view


class Alone(Bench):
    def compose(self):  # type: ignore[no-untyped-def]
        yield SubscriptionsPane()


@pytest.mark.parametrize(("width", "keys"), [(46, " s add  del end =="), (34, " del end ==")])
async def test_the_title_says_which_keys_add_and_end(width: int, keys: str) -> None:
    app = Alone()
    async with app.run_test(size=(width, 12)) as pilot:
        pane = app.query_one(SubscriptionsPane)
        app.screen.set_focus(None)
        pane.show(view(session(3)))
        await pilot.pause()
        assert " end " not in screen_text(app)
        pane.focus()
        pane.show(view(session(3)))
        await pilot.pause()
        title, first, second, *_ = (line.rstrip() for line in screen_text(app).splitlines())
    assert title.startswith("== Subscriptions 1 ==") and title.endswith(keys)
    assert first.startswith(">/queue/orders") and first.endswith("3*")
    assert second.strip().startswith("client-indiv 3/10")

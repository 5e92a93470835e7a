"""The subscriptions pane: what its title says, what its rows say."""

from __future__ import annotations

import pytest

from stomptui.console.again import Awaited
from stomptui.console.panes.subscriptions import SubscriptionsPane
from tests.console.hostile import TEXT, Bench, screen_is_harmless, screen_text
from tests.console.views import LOST, session, view


class Alone(Bench):
    def compose(self):  # type: ignore[no-untyped-def]
        yield SubscriptionsPane()


@pytest.mark.parametrize(
    ("width", "keys"), [(50, " s add  del end  v tree =="), (42, " s add  del end =="), (34, " del end ==")]
)
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


async def test_what_is_not_there_again_says_so_and_hostile_words_are_harmless() -> None:
    lost = Awaited("1", "/queue/lost", "auto")
    refused = Awaited("2", f"/queue/{TEXT}", "auto", f"no such queue {TEXT}")
    app = Alone()
    async with app.run_test(size=(60, 12)) as pilot:
        pane = app.query_one(SubscriptionsPane)
        for outage, words in ((LOST, "lost, to be made again"), (None, "being made again")):
            pane.show(view(session(), outage=outage, awaited=(lost, refused)))
            await pilot.pause()
            rows = [line.strip() for line in screen_text(app).splitlines()]
            assert rows[0].startswith("== Subscriptions 2 ==")
            assert rows[1:3] == [">/queue/lost", words]
            assert rows[4].startswith("refused: no such queue")
            screen_is_harmless(app)
        pane.focus()
        await pilot.press("down")
        assert pane.current == refused

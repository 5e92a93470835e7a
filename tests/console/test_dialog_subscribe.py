"""The subscribe form: safe defaults, what it says before it does it, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from stomptui.brokers import Words, activemq, artemis, generic, rabbitmq
from stomptui.console.dialogs.fields import Choice
from stomptui.console.dialogs.subscribe import SubscribeRequest, SubscribeScreen
from stomptui.stomp.frame import AckMode
from stomptui.stomp.subscription import Subscription
from tests.console import hostile
from tests.console.hostile import dangers, screen_text
from tests.console.views import Trial, during, press

if TYPE_CHECKING:
    from textual.pilot import Pilot

OPEN = Trial.NOTHING
THERE = Subscription("sub-1", "/queue/orders", AckMode.CLIENT_INDIVIDUAL, 10, (), 1, 0.0)


def form(words: Words = rabbitmq.WORDS, **more: object) -> SubscribeScreen:
    return SubscribeScreen(words=words, dialect=words.dialect, **more)  # type: ignore[arg-type]


async def shown(made: SubscribeScreen, *keys: str, size: tuple[int, int] = (80, 24)) -> str:
    seen = ""

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        nonlocal seen
        await pilot.press(*keys)
        await pilot.pause()
        seen = screen_text(app)

    await during(made, look, size)
    return seen


@pytest.mark.parametrize("key", ["enter", "f5", "ctrl+r"])
async def test_a_queue_is_subscribed_carefully(key: str) -> None:
    expected = SubscribeRequest("/queue/a", AckMode.CLIENT_INDIVIDUAL, 10, None, ())
    assert await press(form(destination="/queue/"), "a", key) == expected == SubscribeRequest("/queue/a")


async def test_a_topic_is_subscribed_in_auto() -> None:
    assert await press(form(destination="/topic/a"), "f5") == SubscribeRequest("/topic/a", AckMode.AUTO, None)
    assert await press(form(), *"/exchange/e/k", "f5") == SubscribeRequest(
        "/exchange/e/k", AckMode.AUTO, None
    )


async def test_a_mode_chosen_by_hand_stays() -> None:
    keys = ["tab", "right", "shift+tab", *"/topic/a", "f5"]
    assert await press(form(), *keys) == SubscribeRequest("/topic/a", AckMode.CLIENT, 10)
    keys = ["tab", "left", "f5"]
    assert await press(form(destination="/queue/a"), *keys) == SubscribeRequest(
        "/queue/a", AckMode.AUTO, None
    )


async def test_every_field_is_asked_for() -> None:
    keys = [
        "tab",
        "space",
        "tab",
        "end",
        "0",
        "tab",
        *"mine",
        "tab",
        *"x:1",
        "enter",
        *"x:2",
        "f5",
    ]
    expected = SubscribeRequest("/queue/a", AckMode.CLIENT, 100, "mine", (("x", "1"), ("x", "2")))
    assert await press(form(destination="/queue/a"), *keys) == expected


@pytest.mark.parametrize("keys", [["backspace", "backspace"], ["backspace", "backspace", "0"]])
async def test_no_limit_is_chosen_never_defaulted(keys: list[str]) -> None:
    wanted = ["tab", "tab", "end", *keys]
    assert await press(form(destination="/queue/a"), *wanted, "f5") == SubscribeRequest(
        "/queue/a", prefetch=None
    )
    assert "no prefetch: the broker may send you the whole queue" in await shown(
        form(destination="/queue/a"), *wanted
    )


async def test_escape_subscribes_nothing() -> None:
    assert await press(form(), *"/q", "escape") is None


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ([], "a destination is needed, for example /queue/NAME"),
        ([*"a\\q"], "\\q is no escape"),
        (["/", "q", "tab", "tab", "tab", *"sub-1"], "a subscription with this id is open"),
        (["/", "q", "tab", "tab", "tab", "tab", *"nocolon"], "headers, line 1: no colon"),
        (
            [*"/queue/a", "tab", "tab", "tab", "tab", *"ack:auto"],
            "headers, line 1: the mode has its own field",
        ),
    ],
)
async def test_what_is_missing_is_said(keys: list[str], problem: str) -> None:
    made = form(existing=[THERE])

    async def send(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press(*keys, "f5")
        await pilot.pause()
        assert problem in screen_text(app)

    assert await during(made, send) is OPEN


@pytest.mark.parametrize(
    ("words", "destination", "advice"),
    [
        (rabbitmq.WORDS, "/queue/a", "queue: you compete, each message you get its consumers do not"),
        (rabbitmq.WORDS, "/queue/a", "to watch without taking: /exchange/NAME/KEY"),
        (rabbitmq.WORDS, "/topic/a", "topic, exchange: a copy, nobody loses anything"),
        (rabbitmq.WORDS, "/queue/orders", "subscribed there already, as sub-1"),
        (activemq.WORDS, "orders", "ActiveMQ makes this a queue with the literal name orders"),
        (artemis.WORDS, "orders", "Artemis counts octets"),
        (generic.WORDS, "/queue/a", "no prefetch that is known"),
    ],
)
async def test_what_subscribing_does_is_said_before(words: Words, destination: str, advice: str) -> None:
    assert advice in await shown(form(words, existing=[THERE], destination=destination))


async def test_an_ignored_selector_is_said() -> None:
    keys = ["tab", "tab", "tab", "tab", *"selector:x"]
    assert "RabbitMQ ignores selector" in await shown(form(destination="/queue/a"), *keys)


async def test_the_consequence_of_each_mode_is_said() -> None:
    there = "/queue/a"
    assert "each message waits for its own ack or nack" in await shown(form(destination=there))
    assert "every earlier one of the connection" in await shown(form(destination=there), "tab", "right")
    seen = await shown(form(destination=there), "tab", "left")
    assert "auto: the broker forgets each message once it is sent to you" in seen
    assert "not sent: auto has nothing to wait for" in seen


async def test_before_anything_is_typed_the_forms_of_destinations_are_shown() -> None:
    seen = await shown(form())
    for example, meaning in rabbitmq.WORDS.examples:
        assert example in seen and meaning in seen


async def test_stomp_1_0_has_no_individual_mode() -> None:
    made = form(version="1.0", destination="/queue/a")
    assert await press(made, "f5") == SubscribeRequest("/queue/a", AckMode.CLIENT, 10)
    assert "individual" not in await shown(form(version="1.0"))


async def test_a_broker_without_a_prefetch_header_is_asked_for_none() -> None:
    made = form(generic.WORDS, destination="/queue/a")

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        assert app.dialog.query_one("#prefetch", Input).disabled
        await pilot.press("f5")

    assert await during(made, look) == SubscribeRequest("/queue/a", prefetch=None)


async def test_a_destination_can_be_proposed_byte_for_byte() -> None:
    assert await press(form(destination="/queue/\x1b\\a\udcff"), "f5") == SubscribeRequest(
        "/queue/\x1b\\a\udcff"
    )


async def test_hostile_text_is_shown_harmless() -> None:
    text = hostile.TEXT.replace("\ud800", "")
    there = Subscription(text, text, AckMode.CLIENT, 10, (), 1, 0.0)
    seen = await shown(form(existing=[there], destination=text))
    assert dangers(seen.replace("\n", "")) == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("words", [rabbitmq.WORDS, activemq.WORDS], ids=lambda words: words.name)
async def test_everything_is_in_view_at_every_size(words: Words, size: tuple[int, int]) -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        seen = screen_text(app)
        for part in (
            "Subscribe",
            "Destination",
            "client-individual",
            "Prefetch",
            "Id",
            "Headers",
            "[ Subscribe ]",
        ):
            assert part in seen
        assert "unsettled at most" in seen and "esc Back" in seen.splitlines()[-1]
        assert "the feed beneath" in seen
        choice = app.dialog.query_one(Choice)
        rows = seen.splitlines()
        [row] = [index for index, line in enumerate(rows) if "( ) auto" in line]
        await pilot.click(offset=(rows[row].index("( ) auto") + 5, row))
        assert choice.value == "auto"

    await during(form(words, destination="/queue/a.>"), look, size)

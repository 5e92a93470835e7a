"""Hostile text in what a dialog is given, or what is pasted into it, reaches its cells harmless."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.screen import ModalScreen

from stomptui import brokers
from stomptui.brokers import activemq, generic, rabbitmq
from stomptui.brokers.words import NackOutcome, Words
from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.dialogs.draft import ComposeDraft
from stomptui.console.dialogs.export import ExportScreen, Typed
from stomptui.console.dialogs.find import FindRow
from stomptui.console.dialogs.move import MoveRow
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.dialogs.path import PathRow
from stomptui.console.dialogs.rule import RuleScreen, StopRow
from stomptui.console.dialogs.subscribe import SubscribeScreen
from stomptui.console.dialogs.transaction import TransactionRow
from stomptui.render import notation
from stomptui.stomp import frame as frames
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.state import State
from tests.console.hostile import OCTETS, SHORT, TEXT, screen_is_harmless
from tests.console.views import Trial


def state(text: str) -> State:
    made = State(recognise=brokers.recognise)
    made.observe("to_broker", frames.connect("/"), 0.0)
    made.observe("to_broker", frames.subscribe(text, text), 0.0)
    made.observe("to_broker", frames.begin(text), 0.0)
    made.observe("to_broker", frames.begin(f"{text}2"), 0.0)
    made.observe("to_broker", frames.send(text, OCTETS, transaction=text), 0.0)
    return made


def words(text: str) -> Words:
    return replace(generic.WORDS, dialect=replace(SPECIFICATION, name=text), nack_summary=text)


def draft(text: str, body: bytes = OCTETS) -> ComposeDraft:
    return ComposeDraft(
        destination=text, headers_text=f"a:{notation.write(text)}", body=body, left_out=(text, text)
    )


def rule(text: str) -> RuleScreen:
    async def none(*_: object) -> Any:
        raise AssertionError("nothing was entered")

    names: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
    names.set_result([text])
    [subscription] = state(text).subscriptions.values()
    told = replace(words(text), nack=(NackOutcome("b", text, (), text),))
    return RuleScreen(subscription, told, none, none, names, (text,), {text: text})


DIALOGS: dict[str, Callable[[str], ModalScreen[Any]]] = {
    "compose": lambda text: ComposeScreen(draft(text), title=text, words=words(text), transactions=(text,)),
    "compose text": lambda text: ComposeScreen(
        draft(text, text.encode("utf-8", "surrogatepass")), title=text, words=rabbitmq.WORDS, joined=text
    ),
    "confirm": lambda text: ConfirmDialog(text, text, text),
    "quit": lambda text: QuitQuestion(text),
    "export": lambda text: ExportScreen({"all": text}, text, Typed(path=text, headers=text, over=text)),
    "find": lambda text: FindRow(),
    "move": lambda text: MoveRow(text, text),
    "move hint": lambda text: MoveRow(text, text, hint=text),
    "nack": lambda text: NackRow(text, [NackOutcome("b", text, (), text)], text),
    "no nack": lambda text: NackRow(text, [], text),
    "path": lambda text: PathRow(text),
    "rule": lambda text: rule(text),
    "rule that runs": lambda text: StopRow(text, text),
    "subscribe": lambda text: SubscribeScreen(
        words=activemq.WORDS, existing=state(text).subscriptions.values(), destination=text
    ),
    "transaction": lambda text: TransactionRow(list(state(text).transactions.values()), text),
}


@pytest.mark.parametrize("name", DIALOGS)
async def test_dialogs(name: str) -> None:
    for text in (*SHORT, TEXT):
        app = Trial(DIALOGS[name](text))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            screen_is_harmless(app)


@pytest.mark.parametrize("name", ["compose", "find", "move", "path", "subscribe"])
async def test_what_is_pasted_into_a_dialog(name: str) -> None:
    from textual.events import Paste

    app = Trial(DIALOGS[name]("plain"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for text in (*SHORT, TEXT):
            focused = app.screen.focused
            assert focused is not None
            focused.post_message(Paste(text))
            await pilot.pause()
            screen_is_harmless(app)

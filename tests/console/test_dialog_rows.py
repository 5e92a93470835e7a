"""The rows at the bottom: every key of each, and none for the screen beneath."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stomptui.brokers import activemq, rabbitmq
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.dialogs.find import FindRow
from stomptui.console.dialogs.move import MoveRow
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.dialogs.path import PathRow
from stomptui.console.dialogs.transaction import TransactionChoice, TransactionRow
from stomptui.stomp.transactions import Staged, Transaction
from tests.console import hostile
from tests.console.hostile import dangers, screen_text
from tests.console.views import Trial, during, press

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import ModalScreen

OPEN = Trial.NOTHING
EVERY = [
    *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "space",
    "slash",
    "delete",
    "tab",
    "up",
]


async def shown(dialog: ModalScreen[object], size: tuple[int, int] = (80, 24)) -> str:
    seen = ""

    async def look(app: Trial, _pilot: Pilot[None]) -> None:
        nonlocal seen
        seen = screen_text(app).replace("\u00a0", " ")

    await during(dialog, look, size)
    return seen


@pytest.mark.parametrize(
    ("keys", "result"), [(["y"], True), (["n"], False), (["enter"], False), (["escape"], False)]
)
async def test_only_y_is_yes(keys: list[str], result: bool) -> None:
    assert await press(ConfirmDialog("This ACK covers 400 messages. Send?"), *keys) is result


async def test_no_other_key_answers() -> None:
    assert await press(ConfirmDialog("Send?"), *[key for key in EVERY if key not in "nyNY"]) is OPEN


async def test_a_question_says_its_details_and_that_no_is_the_default() -> None:
    seen = await shown(QuitQuestion("3 unsettled. Quit?", "tx-1 is open"))
    assert seen.splitlines()[-2:] == [" tx-1 is open".ljust(80), " 3 unsettled. Quit? y/N".ljust(80)]


@pytest.mark.parametrize(
    ("row", "words", "result"),
    [
        (lambda: ConfirmDialog("Send?"), "y/N", True),
        (lambda: ConfirmDialog("Send?"), "N", False),
        (lambda: NackRow("00412", rabbitmq.WORDS.nack), "discard", rabbitmq.WORDS.nack[1]),
        (lambda: NackRow("00412", rabbitmq.WORDS.nack), "esc", None),
        (lambda: TransactionRow(transactions("tx-1"), "tx-1"), "commit", TransactionChoice("commit", "tx-1")),
        (lambda: TransactionRow(transactions("tx-1"), "tx-1"), "esc", None),
    ],
)
async def test_what_is_offered_can_be_clicked(
    row: Callable[[], ModalScreen[object]], words: str, result: object
) -> None:
    async def click(app: Trial, pilot: Pilot[None]) -> None:
        lines = screen_text(app).splitlines()
        [at] = [index for index, line in enumerate(lines) if words in line]
        await pilot.click(offset=(lines[at].index(words), at))
        await pilot.pause()

    assert await during(row(), click) == result


@pytest.mark.parametrize("outcome", rabbitmq.WORDS.nack, ids=lambda outcome: outcome.key)
async def test_each_outcome_of_a_nack_has_its_key(outcome: rabbitmq.NackOutcome) -> None:
    assert await press(NackRow("00412", rabbitmq.WORDS.nack), outcome.key) == outcome


async def test_no_other_key_nacks() -> None:
    row = NackRow("00412", rabbitmq.WORDS.nack)
    assert await press(row, "enter", *[key for key in EVERY if key not in "bd"]) is OPEN
    assert await press(NackRow("00412", rabbitmq.WORDS.nack), "escape") is None


async def test_a_nack_is_told_as_this_broker_does_it() -> None:
    seen = await shown(NackRow("00412", rabbitmq.WORDS.nack), (120, 40))
    words = (
        "NACK 00412:  b back to queue (comes again at once) . d discard or dead-letter (requeue:false) . esc"
    )
    assert seen.splitlines()[-1].strip() == words
    seen = await shown(NackRow("00412", activemq.WORDS.nack, activemq.WORDS.give_back))
    assert seen.splitlines()[-2].strip() == "NACK 00412:  d dead-letter (lost if not persistent) . esc"
    assert seen.splitlines()[-1].strip().startswith("Or unsubscribe:")


async def test_a_broker_without_nack_says_so() -> None:
    assert "knows no NACK" in await shown(NackRow("00412", ()))


def transactions(*names: str) -> list[Transaction]:
    return [Transaction(name, 1, 0.0, staged=[Staged(2, "SEND", "/queue/a")]) for name in names]


@pytest.mark.parametrize(
    ("keys", "choice"),
    [
        (["b"], TransactionChoice("begin")),
        (["B", "enter"], TransactionChoice("begin")),
        (["B", *"xb1", "enter"], TransactionChoice("begin", "xb1")),
        (["c"], TransactionChoice("commit", "tx-2")),
        (["x"], TransactionChoice("abort", "tx-2")),
        (["1"], TransactionChoice("join", "tx-1")),
        (["2"], TransactionChoice("join", "tx-2")),
        (["o"], TransactionChoice("outside")),
        (["escape"], None),
        (["B", *"xyz", "escape"], None),
    ],
)
async def test_each_key_of_the_transaction_menu(keys: list[str], choice: TransactionChoice | None) -> None:
    assert await press(TransactionRow(transactions("tx-1", "tx-2"), "tx-2"), *keys) == choice


async def test_no_other_key_of_the_transaction_menu_does_anything() -> None:
    others = [key for key in EVERY if key not in "bBcxo12"]
    assert await press(TransactionRow(transactions("tx-1", "tx-2"), "tx-2"), *others) is OPEN


@pytest.mark.parametrize(("key", "what"), [("c", "commit"), ("x", "abort")])
async def test_with_several_open_and_none_joined_it_is_asked_which(key: str, what: str) -> None:
    row = TransactionRow(transactions("tx-1", "tx-2"), None)
    assert await press(row, key, "2") == TransactionChoice(what, "tx-2")
    assert await press(TransactionRow(transactions("tx-1"), None), key) == TransactionChoice(what, "tx-1")


@pytest.mark.parametrize("key", ["c", "x", "o", "1"])
async def test_without_a_transaction_the_menu_says_so(key: str) -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert "no transaction" in screen_text(app)

    assert await during(TransactionRow([], None), look) is OPEN


async def test_the_menu_counts_what_is_staged_and_leaves_out_what_is_ending() -> None:
    ending = Transaction("tx-3", 5, 0.0, ending="COMMIT")
    seen = await shown(TransactionRow([*transactions("tx-1", "tx-2"), ending], "tx-1"), (200, 60))
    assert "commit tx-1" in seen and "1 tx-1 (1 staged, joined)" in seen
    assert "2 join tx-2 (1 staged)" in seen and "tx-3" not in seen


async def test_a_name_that_is_open_is_not_begun_again() -> None:
    assert await press(TransactionRow(transactions("a"), "a"), "B", "a", "enter") is OPEN


async def test_find_gives_the_text() -> None:
    assert await press(FindRow(), *"47 /1q", "enter") == "47 /1q"
    assert await press(FindRow("47"), *"4711", "enter") == "4711"
    assert await press(FindRow(), "enter") is None
    assert await press(FindRow("47"), "escape") is None


async def test_move_gives_the_destination_byte_for_byte() -> None:
    assert await press(MoveRow("00412", "/queue/a\x1b\\\udcff"), "enter") == "/queue/a\x1b\\\udcff"
    assert await press(MoveRow("00412"), *"/queue/b", "enter") == "/queue/b"
    assert await press(MoveRow("00412"), "enter") is OPEN
    assert await press(MoveRow("00412"), *"\\q", "enter") is OPEN
    assert await press(MoveRow("00412", "/queue/a"), "escape") is None


async def test_a_path_is_checked_before_it_is_taken(tmp_path: Path) -> None:
    there = tmp_path / "body"
    there.write_bytes(b"x")
    assert await press(PathRow("Write to", str(tmp_path / "new")), "enter") == str(tmp_path / "new")
    assert await press(PathRow("Write to", str(tmp_path)), "enter") is OPEN
    assert await press(PathRow("Write to", str(tmp_path / "no" / "new")), "enter") is OPEN
    assert await press(PathRow("Body from", str(there), exists=True), "enter") == str(there)
    assert await press(PathRow("Body from", str(tmp_path / "none"), exists=True), "enter") is OPEN
    assert await press(PathRow("Write to"), "enter") is None
    assert await press(PathRow("Write to", "~/x"), "enter") == str(Path.home() / "x")


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConfirmDialog(hostile.TEXT, hostile.TEXT),
        lambda: NackRow(hostile.TEXT, [rabbitmq.NackOutcome("b", hostile.TEXT, (), "")], hostile.TEXT),
        lambda: TransactionRow(transactions(hostile.TEXT.replace("\ud800", ""), "b"), hostile.TEXT),
        lambda: MoveRow(hostile.TEXT, hostile.TEXT.replace("\ud800", "")),
        lambda: PathRow(hostile.TEXT),
    ],
)
async def test_hostile_text_is_shown_harmless(make: Callable[[], ModalScreen[object]]) -> None:
    seen = await shown(make())
    assert "31m" in seen
    assert dangers(seen.replace("\n", "")) == []


async def test_what_is_pasted_is_made_visible() -> None:
    async def paste(app: Trial, pilot: Pilot[None]) -> None:
        app.copy_to_clipboard("/queue/\x1b]52;c;x\x07\nsecond line")
        await pilot.press("ctrl+v")
        await pilot.pause()
        assert dangers(screen_text(app).replace("\n", "")) == []
        await pilot.press("enter")

    assert await during(MoveRow("00412"), paste) == "/queue/\x1b]52;c;x\x07"


async def test_a_row_under_another_dialog_does_not_end_that() -> None:
    """Its text may be submitted a moment after a key that asks something over it."""

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        question = QuitQuestion("Quit?")
        await app.push_screen(question)
        await app.dialog.dismiss("text")
        assert app.screen is question and app.result is app.NOTHING
        await pilot.press("n")
        await pilot.pause()
        assert app.screen is app.dialog
        await pilot.press("enter")
        assert app.result is None

    await during(FindRow(), look)


async def test_the_screen_beneath_goes_on_painting() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        from textual.widgets import Label

        app.beneath.query_one(Label).update("arrived meanwhile")
        await pilot.pause()
        assert "arrived meanwhile" in screen_text(app)

    await during(FindRow(), look)

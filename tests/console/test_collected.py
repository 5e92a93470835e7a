"""Decisions that are collected: nothing is sent until it is asked for, and then all of it, in order."""

from __future__ import annotations

import pytest

from stomptui.console.collected import Entry
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.dialogs.review import ReviewScreen
from stomptui.console.guard import Kind, Lock
from stomptui.console.panes.status import StatusRow, status_row
from stomptui.console.widgets.decisions import Decisions
from stomptui.stomp.backoff import Backoff
from stomptui.stomp.events import Settlement
from tests.console.hostile import screen_text
from tests.console.opened import Opened, opened
from tests.console.test_app_settling import three, unsettled


def sent(console: Opened) -> list[str]:
    """The frames that settle, or are of a transaction, as they came to the broker."""
    commands = ("ACK", "NACK", "BEGIN", "COMMIT", "ABORT")
    return [frame.command for frame in console.broker.received if frame.command in commands]


def decided(console: Opened) -> list[tuple[str, int]]:
    return [(entry.command, entry.number) for entry in console.main.collecting.collected]


def toasts(console: Opened) -> list[str]:
    return [one.message for one in console.app._notifications]


async def reviewing(console: Opened) -> ReviewScreen:
    """Open the review, and wait until it knows what sending would do."""
    await console.press("equals_sign")
    await console.until(lambda: isinstance(console.app.screen, ReviewScreen))
    screen = console.app.screen
    assert isinstance(screen, ReviewScreen)
    await console.until(lambda: screen.review is not None)
    return screen


def problem(screen: ReviewScreen) -> str:
    return str(screen.query_one("#said").render())


async def looked_at(console: Opened, number: int | None = None) -> None:
    """Put the cursor on a message, and wait until it is painted there: only then does a key settle it."""
    if number is not None:
        console.main.feed.go_to(console.id_of(number))
    await console.until(lambda: console.main.feed.cursor_looked_at, "the cursor")


async def decide(console: Opened, *keys: str) -> None:
    """Press the keys of a decision about what the cursor is on, once that is painted."""
    await looked_at(console)
    before = console.main.collecting.collected
    await console.press(*keys)
    await console.until(lambda: console.main.collecting.collected is not before, "the decision")


async def collected(console: Opened, **how: str) -> list[int]:
    """Three messages: two ACKs and a NACK that discards are collected."""
    numbers = await three(console, **how)
    await console.press("plus", "u")
    await decide(console, "a")
    await decide(console, "a")
    await decide(console, "x", "d")
    assert len(decided(console)) == 3
    return numbers


async def test_while_collecting_nothing_is_sent_and_the_row_and_the_feed_say_so() -> None:
    async with opened((80, 24)) as console:
        first, second, third = await three(console)
        await console.press("plus")
        await console.until_said("Collecting: a, A and x send nothing now; = reviews, - takes back.")
        await console.press("u")
        await decide(console, "a")
        await console.until_said(f"ACK {first:05d} collected: 1 to send (= reviews, - takes back).")
        assert console.main.feed.cursor == console.id_of(second), "on to the next"
        await decide(console, "x", "d")
        await console.until_said(f"NACK {second:05d} (discard) collected: 2 to send")
        await console.until(lambda: "collect 2" in str(console.main.query_one(StatusRow).content))
        rows = screen_text(console.app)
        assert "< c " in rows and "< n " in rows and "< * " in rows
        await console.client.ping()
        assert sent(console) == ["BEGIN", "ABORT"], "nothing but the ping"
        assert unsettled(console) == [first, second, third]
        assert decided(console) == [("ACK", first), ("NACK", second)]


async def test_a_second_decision_replaces_the_first_and_each_is_taken_back() -> None:
    async with opened() as console:
        first, second, third = await collected(console)
        await looked_at(console, first)
        await console.press("x", "b")
        await console.until_said(f"NACK {first:05d} (back to queue")
        assert console.said.endswith(f"Instead of ACK {first:05d}.")
        assert decided(console) == [("ACK", second), ("NACK", third), ("NACK", first)]
        for command, number, left in (("NACK", first, 2), ("NACK", third, 1), ("ACK", second, 0)):
            await console.press("minus")
            await console.until_said(f"{command} {number:05d}")
            assert f"taken back, nothing of it was sent: {left} to send" in console.said
        await console.press("minus")
        await console.until_said("nothing is collected: a, A and x collect now")


async def test_ended_it_keeps_what_is_collected_and_keys_send_again() -> None:
    async with opened() as console:
        first, second, third = await three(console)
        await console.press("plus", "u")
        await decide(console, "a")
        await console.press("plus")
        await console.until_said("Collecting ended; 1 collected decision to send")
        assert "collect 1 (off)" in status_row(console.app.view(console.main.now()), 80).plain
        await looked_at(console)
        await console.press("a")
        await console.until_said(f"ACK {second:05d} sent, receipt after")
        assert decided(console) == [("ACK", first)]
        assert unsettled(console) == [first, third]


async def test_all_are_sent_together_in_order_with_one_receipt() -> None:
    async with opened() as console:
        numbers = await collected(console)
        screen = await reviewing(console)
        assert screen.review is not None and screen.review.settles == 3
        await console.press("f5")
        await console.until_said("2 ACK and 1 NACK sent, receipt after")
        assert console.said.endswith("None unsettled.")
        assert sent(console) == ["ACK", "ACK", "NACK"]
        assert sum(frame.first("receipt") is not None for frame in console.broker.received) == 2  # SUBSCRIBE
        assert decided(console) == []
        marks = [console.app.capture.settlement(console.id_of(number)) for number in numbers]
        assert marks == [Settlement.ACKED, Settlement.ACKED, Settlement.NACKED]
        assert console.broker.queue("/queue/q").discarded == 1


async def test_all_are_sent_in_one_transaction() -> None:
    async with opened() as console:
        await collected(console)
        await reviewing(console)
        await console.press("ctrl+t")
        await console.until_said("2 ACK and 1 NACK sent and committed after")
        assert sent(console) == ["BEGIN", "ACK", "ACK", "NACK", "COMMIT"]
        asked = [frame for frame in console.broker.received if frame.command not in ("CONNECT", "SUBSCRIBE")]
        assert all(frame.first("receipt") for frame in asked), "each with a receipt"
        assert decided(console) == [] and unsettled(console) == []


async def test_a_failure_in_the_transaction_aborts_it_and_all_stays_collected() -> None:
    async with opened() as console:
        numbers = await collected(console)
        connection = console.broker.connections[0]
        [delivery] = [one for one in connection.peer.unsettled if one.message.body == b"body 1"]
        connection.peer.unsettled.ended([delivery])  # the broker knows no more of it, and nobody said so
        delivery.ended = "taken back"
        before = decided(console)
        await reviewing(console)
        await console.press("ctrl+t")
        await console.until_said("Nothing was settled: ")
        assert "aborted: 3 collected decisions" in console.said
        assert sent(console)[-1] == "ABORT" and "COMMIT" not in sent(console)
        assert decided(console) == before
        assert set(unsettled(console)) <= set(numbers)


async def test_the_review_changes_takes_out_and_goes_back_with_nothing_lost() -> None:
    async with opened((80, 24)) as console:
        first, second, third = await collected(console)
        screen = await reviewing(console)
        rows = screen.query_one(Decisions)
        await console.press("x")
        await console.until(lambda: isinstance(console.app.screen, NackRow))
        await console.press("b")
        await console.until(lambda: decided(console)[0] == ("NACK", first))
        await console.press("down", "minus")
        await console.until(lambda: decided(console) == [("NACK", first), ("NACK", third)])
        assert f"ACK {second:05d} taken out: it stays unsettled" in problem(screen)
        assert rows.entry == Entry(1, third, "NACK", (("requeue", "false"),), "discard")
        await console.press("a")
        await console.until(lambda: decided(console) == [("NACK", first), ("ACK", third)])
        await console.press("escape")
        await console.until_said("Nothing was sent: 2 collected decisions to send.")
        assert sent(console) == []
        await reviewing(console)
        await console.press("X", "y")
        await console.until(lambda: decided(console) == [])
        await console.press("escape")
        await console.until_said("Nothing was sent: nothing is collected.")
        assert unsettled(console) == [first, second, third]


async def test_a_message_that_would_be_settled_twice_is_not_sent_until_changed() -> None:
    async with opened() as console:
        first, _, third = await three(console, ack="client")
        await console.press("plus", "u")
        await looked_at(console, third)
        await console.press("a")
        await console.until(lambda: decided(console) == [("ACK", third)])
        await looked_at(console, first)
        await console.press("x", "d")
        await console.until(lambda: len(decided(console)) == 2)
        screen = await reviewing(console)
        for key in ("f5", "ctrl+t"):
            await console.press(key)
            await console.until(lambda: f"{first:05d} would be settled twice" in problem(screen))
        assert screen.query_one(Decisions).at == 1
        await console.press("a")
        await console.until(lambda: screen.review is not None and screen.review.left_out == 1)
        await console.press("f5")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert "settles 3 messages, 1 of them not collected" in console.app.screen.question
        await console.press("y")
        await console.until_said("1 ACK sent, receipt after")
        assert "1 left out: settled by one before" in console.said
        assert sent(console) == ["ACK"] and unsettled(console) == [] and decided(console) == []


async def test_what_is_refused_here_stays_collected_with_its_reason() -> None:
    async with opened() as console:
        first, _, third = await three(console, ack="client")
        await console.client.begin("tx-1")
        await console.client.settle_many("ACK", [first])
        console.client.session.join(None)
        await console.press("plus")
        await looked_at(console, third)
        await console.press("a")
        await console.until(lambda: decided(console) == [("ACK", third)])
        why = f"would also settle {first:05d}, staged in tx-1"
        for key, words in (("f5", "Nothing was sent. Refused: "), ("ctrl+t", "Nothing was settled: ")):
            await reviewing(console)
            await console.press(key)
            await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
            await console.press("y")
            await console.until_said(words)
            assert why in console.said
            assert decided(console) == [("ACK", third)]
        assert sent(console) == ["BEGIN", "ACK", "BEGIN", "ABORT"]
        await reviewing(console)
        about = str(console.app.screen.query_one("#about").render())
        assert "settles 2 messages" in about and why in about
        await console.press("escape")
        await console.client.abort("tx-1")
        await reviewing(console)
        await console.press("f5", "y")
        await console.until_said("1 ACK sent, receipt after")
        assert unsettled(console) == [] and decided(console) == []


async def test_up_to_here_collects_each_one_and_a_selection_all_of_it() -> None:
    async with opened() as console:
        numbers = await three(console)
        await console.press("plus", "u", "down")
        await decide(console, "A")
        await console.until(lambda: decided(console) == [("ACK", number) for number in numbers[:2]])
        await console.press("asterisk", "x", "d")
        await console.until(lambda: decided(console) == [("NACK", number) for number in numbers])
        assert not console.main.feed.selection
        assert "2 of them were decided otherwise before" in console.said
        await looked_at(console, numbers[2])
        await console.press("A")
        await console.until_said("Left out: 2 about which something was decided before")
        assert decided(console) == [("NACK", numbers[0]), ("NACK", numbers[1]), ("ACK", numbers[2])]
        assert sent(console) == []


async def test_what_is_settled_otherwise_leaves_the_collection_with_words() -> None:
    async with opened() as console:
        first, second, third = await collected(console)
        await console.client.settle_many("ACK", [second], receipt=True)
        await console.until(
            lambda: any(f"{second:05d} left the collection" in one for one in toasts(console))
        )
        assert decided(console) == [("ACK", first), ("NACK", third)]


async def test_with_its_connection_all_that_was_collected_is_void() -> None:
    async with opened(reconnect=Backoff(first=0.01, longest=0.01)) as console:
        await collected(console)
        console.broker.drop_connections()
        words = "The connection ended: 3 collected decisions are void; the broker delivers those again."
        await console.until(lambda: words in toasts(console))
        assert decided(console) == [] and console.main.collecting.on
        await console.until(lambda: console.client.state.connection == 2 and console.client.connected)
        await console.press("equals_sign")
        await console.until_said("nothing is collected")


@pytest.mark.parametrize(
    ("key", "what"), [("f5", "NACK was not confirmed"), ("ctrl+t", "BEGIN was not confirmed")]
)
async def test_a_connection_that_ends_while_it_is_sent_leaves_the_outcome_unknown(
    key: str, what: str
) -> None:
    async with opened() as console:
        await collected(console)
        await reviewing(console)
        console.broker.faults.silent_after = 0
        await console.press(key)
        await console.broker.until(lambda: bool(sent(console)))
        under_way = "1 NACK sent." if key == "f5" else ""
        await console.until(
            lambda: under_way in console.said and (under_way or console.main.collecting.sending)
        )
        console.broker.drop_connections()
        await console.until_said("its outcome is unknown")
        assert what in console.said
        await console.until(lambda: console.app.outage is not None)
        console.main.draw(console.main.now())
        assert decided(console) == [] and not any("void" in words for words in toasts(console))
        assert key == "f5" or "what was not done is delivered again" in console.said


async def test_quitting_says_that_it_is_not_sent() -> None:
    async with opened() as console:
        await collected(console)
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        assert console.app.screen.question.startswith("3 collected decisions are not sent. 3 unsettled")
        await console.press("n")
        await console.until_said("Still here")


async def test_a_guard_that_asks_asks_once_for_all() -> None:
    async with opened(lock=Lock(Kind.ASK)) as console:
        await collected(console)
        for key, what in (
            ("f5", "2 ACK and 1 NACK at "),
            ("ctrl+t", "2 ACK and 1 NACK in one transaction at "),
        ):
            await reviewing(console)
            await console.press(key)
            await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
            assert console.app.screen.question.startswith(what)
            await console.press("n")
            await console.until_said("Nothing was sent; it is still collected.")
            assert sent(console) == []
            console.main.say("")
        await reviewing(console)
        await console.press("ctrl+t")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        await console.press("y")
        await console.until_said("committed after")
        assert sent(console) == ["BEGIN", "ACK", "ACK", "NACK", "COMMIT"]


async def test_locked_again_nothing_of_it_is_sent() -> None:
    lock = Lock(Kind.READ_ONLY)
    lock.open(True)
    async with opened(lock=lock) as console:
        await collected(console)
        console.app.guard_with(unlocked=False)
        await reviewing(console)
        await console.press("f5")
        await console.until_said("Nothing was sent: read-only: nothing is settled; ! unlocks.")
        assert sent(console) == [] and len(decided(console)) == 3


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 40), (200, 60)])
async def test_ten_thousand_are_a_list_of_which_a_screen_is_drawn(size: tuple[int, int]) -> None:
    async with opened(size) as console:
        await three(console)
        collecting = console.main.collecting
        collecting.collected = collecting.collected.put(
            Entry(1, number, "ACK") for number in range(100_000, 110_000)
        )
        console.main.touch()
        await console.until(lambda: console.app.view(console.main.now()).collected == 10_000)
        screen = await reviewing(console)
        rows = screen.query_one(Decisions)
        assert screen.review is not None and len(screen.review.refused) == 10_000
        await console.press("end")
        await console.until(lambda: rows.at == 9_999)
        assert "109999" in screen_text(console.app) and ">!10000" in screen_text(console.app)
        await console.press("pageup", "up", "home")
        await console.until(lambda: rows.at == 0)
        await console.press("f5")
        await console.until(lambda: "nothing of it can be settled any more" in problem(screen))


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_the_status_row_never_drops_it(width: int) -> None:
    async with opened() as console:
        await three(console)
        await console.press("plus")
        await console.until(lambda: console.main.collecting.on)
        row = status_row(console.app.view(console.main.now()), width).plain
        assert "collect 0" in row and len(row) <= width and "3 unsettled" in row

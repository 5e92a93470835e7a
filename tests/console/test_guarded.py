"""A console that is guarded, on the embedded broker: what comes there, what is asked, how it is unlocked."""

from __future__ import annotations

import pytest
from textual.color import Color

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.subscribe import SubscribeScreen
from stomptui.console.guard import Kind, Lock
from stomptui.console.panes.feed import FeedPane
from stomptui.console.panes.message import MessagePane
from stomptui.console.panes.status import StatusRow, status_row
from stomptui.stomp.backoff import Backoff
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import Frame
from tests.console.opened import Opened, opened


def sent(console: Opened) -> list[str]:
    """The commands that came to the broker after CONNECT."""
    return [frame.command for frame in console.broker.received][1:]


async def pinged(console: Opened) -> None:
    """Ask the broker: what was sent before has come there by its answer."""
    await console.client.ping()


async def test_read_only_sends_nothing_and_says_how_to_unlock() -> None:
    lock = Lock(Kind.READ_ONLY)
    lock.open(True)
    async with opened(lock=lock) as console:
        await console.subscribe("/queue/q")
        console.broker.publish("/queue/q", b"one")
        await console.arrived(1)
        console.app.guard_with(unlocked=False)
        await console.press("u")
        for key in ("a", "A", "x", "m", "r", "c", "t"):
            console.main.say("")
            await console.press(key)
            await console.until_said("read-only: ")
            assert console.said.endswith("! unlocks"), key
            assert console.app.screen is console.main, key
        await console.press("4", "p")
        await console.until_said("The broker answers")
        await console.press("1", "delete")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        await console.press("y")
        await console.until_said("Unsubscribed")
        assert sent(console) == ["SUBSCRIBE", "BEGIN", "ABORT", "UNSUBSCRIBE"]


async def test_what_no_key_asked_about_is_refused_at_the_client_too() -> None:
    async with opened(lock=Lock(Kind.READ_ONLY)) as console:
        client = console.client
        for call in (
            lambda: client.send("/queue/q", b"x"),
            lambda: client.subscribe("/queue/q", deliver=False),
            lambda: client.subscribe("/topic/t", ack="client", deliver=False),
            lambda: client.commit("tx-1"),
        ):
            with pytest.raises(LocalProtocolError, match=r"read-only: .*! unlocks"):
                await call()
        with pytest.raises(LocalProtocolError, match="read-only"):
            client.transmit(Frame("SEND", [("destination", "/queue/q")]), force=True)
        with pytest.raises(LocalProtocolError, match="read-only"):
            async with client.transaction() as transaction:
                await transaction.send("/queue/q", b"x")
        await client.subscribe("/topic/t", ack="auto", deliver=False)
        await pinged(console)
        assert sent(console) == ["BEGIN", "ABORT", "SUBSCRIBE", "BEGIN", "ABORT"]


async def test_a_settling_of_many_is_refused_message_by_message() -> None:
    lock = Lock(Kind.READ_ONLY)
    lock.open(True)
    async with opened(lock=lock) as console:
        await console.subscribe("/queue/q")
        for body in (b"one", b"two"):
            console.broker.publish("/queue/q", body)
        await console.arrived(2)
        lock.open(False)
        numbers = list(console.client.state.ledger)
        for receipt in (False, True):
            done = await console.client.settle_many("ACK", numbers, receipt=receipt)
            assert not done.sent and len(done.refused) == 2
            assert "read-only" in done.refused[0][1]
        await pinged(console)
        assert "ACK" not in sent(console)


async def test_the_form_subscribes_to_a_topic_only() -> None:
    async with opened(lock=Lock(Kind.READ_ONLY)) as console:
        await console.press("s", *"/queue/q", "f5")
        form = console.app.screen
        assert isinstance(form, SubscribeScreen)
        await console.until(
            lambda: "takes messages from others; ! unlocks" in str(form.query_one("#said").render())
        )
        await console.press(*["backspace"] * 8, *"/topic/t", "f5")
        await console.until_said("Subscribed to /topic/t, auto")
        assert sent(console) == ["SUBSCRIBE"]


async def test_unlocking_asks_first_and_holds_until_it_is_locked() -> None:
    async with opened(lock=Lock(Kind.READ_ONLY)) as console:
        shown = console.main.query_one(StatusRow)

        def row(words: str) -> bool:
            return str(shown.render()).endswith(words)

        def rules() -> set[str]:
            """In which colour the rules of the feed and the message are painted."""
            strips = (
                console.main.query_one(FeedPane).children[0].render_line(0),
                console.main.query_one(MessagePane).render_line(0),
            )
            painted = [segment.style for strip in strips for segment in strip if "====" in segment.text]
            return {str(style.color.triplet) for style in painted if style and style.color}

        def colour(guard: str) -> set[str]:
            return {str(Color.parse(console.app.theme_variables[f"guard-{guard}"]).rich_color.triplet)}

        await console.until(lambda: row("| read-only"))
        await console.until(lambda: rules() == colour("read-only"))
        for no in ("n", "enter", "escape"):
            await console.press("exclamation_mark")
            await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
            await console.press(no)
            await console.until_said("Still read-only")
            console.main.say("")
        assert console.app.lock.guard.locked and rules() == colour("read-only")
        await console.press("L")
        await console.until_said("it is locked already")
        await console.press("exclamation_mark", "y")
        await console.until_said("Unlocked: L locks it again")
        await console.until(lambda: row("| unlocked"))
        await console.until(lambda: rules() == colour("unlocked"))
        await console.press("s", *"/queue/q", "f5")
        await console.until_said("Subscribed to /queue/q")
        console.broker.publish("/queue/q", b"one")
        await console.arrived(1)
        await console.press("u", "a")
        await console.until_said("receipt after")
        await console.press("L")
        await console.until_said("Read-only again")
        await console.until(lambda: row("| read-only"))
        await console.until(lambda: rules() == colour("read-only"))
        await console.press("c")
        await console.until_said("read-only: nothing is sent; ! unlocks")
        assert sent(console) == ["SUBSCRIBE", "ACK"]


async def test_a_queue_is_not_subscribed_to_again_once_it_is_locked() -> None:
    lock = Lock(Kind.READ_ONLY)
    lock.open(True)
    async with opened(lock=lock, reconnect=Backoff(first=0.01, longest=0.01)) as console:
        await console.subscribe("/queue/q")
        await console.subscribe("/topic/t", ack="auto")
        console.app.guard_with(unlocked=False)
        console.broker.drop_connections()
        await console.until(lambda: console.client.state.connection == 2 and console.client.connected)
        await console.until(lambda: console.broker.subscriptions("/topic/t"))
        made = [frame for frame in console.broker.received if frame.command == "SUBSCRIBE"]
        assert [frame.first("destination") for frame in made] == ["/queue/q", "/topic/t", "/topic/t"]
        refused = console.app.view(console.main.now()).awaited
        assert [(one.destination, "read-only" in one.refused) for one in refused] == [("/queue/q", True)]


async def until_asked(console: Opened, *words: str) -> None:
    await console.until(lambda: isinstance(console.app.screen, ConfirmDialog), "the question")
    dialog = console.app.screen
    assert isinstance(dialog, ConfirmDialog)
    for one in (*words, console.client.endpoint.address):
        assert one in dialog.question, dialog.question


async def test_one_that_asks_asks_once_before_an_ack_and_a_nack() -> None:
    async with opened(lock=Lock(Kind.ASK)) as console:
        await console.subscribe("/queue/q")
        for body in (b"one", b"two", b"three"):
            console.broker.publish("/queue/q", body)
        await console.arrived(3)
        first, second, third = console.client.state.ledger
        await console.press("u", "a")
        await until_asked(console, f"ACK 1 message ({first:05d}) of /queue/q")
        await console.press("enter")
        await console.until_said("Nothing was sent")
        await console.press("x", "d")
        await until_asked(console, f"NACK 1 message ({first:05d}) of /queue/q, ")
        await console.press("escape")
        await console.until_said("Nothing was sent")
        assert sent(console) == ["SUBSCRIBE"]
        await console.press("asterisk", "a")
        await until_asked(console, f"ACK 3 messages ({first:05d} to {third:05d}) of /queue/q")
        await console.press("y")
        await console.until_said("None unsettled")
        assert sent(console) == ["SUBSCRIBE", "ACK", "ACK", "ACK"]
        assert second not in console.client.state.ledger


async def test_one_that_asks_asks_once_though_more_is_covered_too() -> None:
    async with opened(lock=Lock(Kind.ASK)) as console:
        await console.subscribe("/queue/q", ack="client")
        for body in (b"one", b"two"):
            console.broker.publish("/queue/q", body)
        await console.arrived(2)
        await console.press("u", "down", "a")
        await until_asked(console, "ACK 2 messages")
        dialog = console.app.screen
        assert isinstance(dialog, ConfirmDialog) and "covers 2 messages" in dialog.details[0]
        await console.press("y")
        await console.until_said("None unsettled")
        assert sent(console) == ["SUBSCRIBE", "ACK"]


async def test_one_that_asks_asks_before_a_send_and_keeps_the_draft() -> None:
    async with opened(lock=Lock(Kind.ASK)) as console:
        await console.press("c", *"/queue/q", "f5")
        await until_asked(console, "SEND 1 message, 0 B, to /queue/q at")
        await console.press("n")
        await console.until_said("Nothing was sent; the draft is kept")
        assert sent(console) == []
        await console.press("c", "f5")
        await until_asked(console, "SEND 1 message")
        await console.press("y")
        await console.until(lambda: sent(console) == ["SEND"])
        assert console.broker.queue("/queue/q").depth == 1


async def test_one_that_asks_asks_once_before_a_move_and_before_a_commit() -> None:
    async with opened(lock=Lock(Kind.ASK)) as console:
        await console.subscribe("/queue/q")
        console.broker.publish("/queue/q", b"one")
        await console.arrived(1)
        await console.press("u", "m", *"/queue/parked", "enter")
        await until_asked(console, "SEND 1 message to /queue/parked, ACK it and COMMIT")
        await console.press("n")
        await console.until_said("Nothing was moved")
        assert sent(console) == ["SUBSCRIBE"]
        await console.press("m", *"/queue/parked", "enter")
        await until_asked(console, "Move")
        await console.press("y")
        await console.until_said("confirmed by receipt")
        assert console.broker.queue("/queue/parked").depth == 1
        console.main.say("")
        await console.press("t", "b")
        await console.until_said("begun")
        await console.press("t", "c")
        await until_asked(console, "COMMIT ", "0 SENDs and 0 messages settled")
        await console.press("n")
        await console.until_said("is still open")
        await console.press("t", "c")
        await until_asked(console, "COMMIT ")
        await console.press("y")
        await console.until_said("committed, confirmed by receipt")
        assert sent(console).count("COMMIT") == 2


async def test_agreeing_to_one_thing_is_not_agreeing_to_another() -> None:
    """What was agreed to holds for those commands, on that connection, in that flow."""
    lock = Lock(Kind.ASK)
    async with opened(lock=lock) as console:
        lock.agree(frozenset({"ACK"}), console.client.state.connection)
        with pytest.raises(LocalProtocolError, match="SEND was not asked about"):
            await console.client.send("/queue/q")
        lock.agree(frozenset({"SEND"}), console.client.state.connection + 1)
        with pytest.raises(LocalProtocolError, match="SEND was not asked about"):
            await console.client.send("/queue/q")
        lock.agree(frozenset({"SEND"}), console.client.state.connection)
        await console.client.send("/queue/q", receipt=True)
        assert sent(console) == ["SEND"]


async def test_without_a_guard_there_is_nothing_to_unlock() -> None:
    async with opened() as console:
        await console.press("exclamation_mark")
        await console.until_said("nothing is locked: --read-only does that")
        await console.press("L")
        await console.until_said("nothing was unlocked")
        assert status_row(console.app.view(console.main.now()), 200).plain.endswith("/s")

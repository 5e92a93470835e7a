"""All that is known of a connection as values of JSON, and back: read from a file, every value is doubted."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from stomptui.stomp import snapshot_ledger as columns
from stomptui.stomp.checked import (
    SnapshotError,
    flag,
    maybe,
    numbers,
    one_of,
    pack,
    row,
    rows,
    runs,
    seconds,
    table,
    text,
    unpack,
    whole,
)
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.heartbeat import Beats
from stomptui.stomp.phase import Phase
from stomptui.stomp.snapshot_receipts import keep_receipts, receipts
from stomptui.stomp.state import State
from stomptui.stomp.subscription import Subscription, opening
from stomptui.stomp.transactions import Staged, Transaction

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.ledger import Unsettled

__all__ = ["SnapshotError", "Taken", "restored", "restoring", "snapshot", "taken"]

FORM = 1
"""Of a snapshot, in `form`; raised whenever what it holds changes."""

Reader = Callable[[object, str], Any]
T = TypeVar("T")

COVERED_LIMIT = 4_000_000
"""Messages that open transactions may settle: more than any broker sends to be settled."""

PLAIN: dict[str, Reader] = {
    "connection": whole,
    "predecessor": lambda value, what: maybe(whole, value, what),
    "first": whole,
    "phase": lambda value, what: one_of(Phase, value, what),
    "version": lambda value, what: maybe(text, value, what),
    "server": lambda value, what: maybe(text, value, what),
    "session_id": lambda value, what: maybe(text, value, what),
    "host": lambda value, what: maybe(text, value, what),
    "login": lambda value, what: maybe(text, value, what),
    "connect_number": whole,
    "connected_at": lambda value, what: maybe(seconds, value, what),
    "beats_mark": lambda value, what: maybe(text, value, what),
    "beats_received": whole,
    "beats_sent": whole,
    "beats_missed": whole,
    "last_received": lambda value, what: maybe(seconds, value, what),
    "last_sent": lambda value, what: maybe(seconds, value, what),
    "frames": whole,
    "automatic": flag,
    "choice": lambda value, what: maybe(text, value, what),
    "joined_at_end": lambda value, what: maybe(text, value, what),
    "_ended": flag,
}
"""What is one value in the state, and of what kind."""
PARTS = (
    *("form", "redact", "asked_versions", "asked", "offered", "beats"),
    *("subscriptions", "transactions", "given_back", "receipts", "unsettled", "held"),
)


class Taken(NamedTuple):
    """A state as it was, its messages not yet written down; `steps` may run while the state goes on."""

    plain: dict[str, Any]
    unsettled: list[Unsettled]
    held: list[Unsettled]

    def steps(self) -> Generator[None, None, dict[str, Any]]:
        """Write it down, a thousand messages a step; gives the snapshot."""
        data = self.plain
        for name in ("subscriptions", "transactions", "given_back", "receipts"):
            data[name] = pack(data[name])
        for name, entries in (("unsettled", self.unsettled), ("held", self.held)):
            data[name] = made = []
            for block in columns.blocks(entries):
                made.append(block)
                yield
        return data

    def data(self) -> dict[str, Any]:
        """The snapshot at once."""
        return _last(self.steps())


def taken(state: State) -> Taken:
    """Hold a state fast in some tenths of a millisecond, and ten nanoseconds for each unsettled message."""
    plain = {name: getattr(state, name) for name in PLAIN}
    plain |= {
        "form": FORM,
        "phase": str(state.phase),
        "redact": list(state.redact),
        "asked_versions": list(state.asked_versions),
        "asked": list(state.asked),
        "offered": list(state.offered),
        "beats": list(state.beats),
        "subscriptions": [_subscription(one) for one in state.subscriptions.values()],
        "transactions": [_transaction(one) for one in state.transactions.values()],
        "given_back": columns.given_back(state.given_back),
        "receipts": receipts(state.receipts, state.ledger),
    }
    return Taken(plain, list(state.ledger.all.values()), list(state.ledger.held.values()))


def snapshot(state: State) -> dict[str, Any]:
    """A state as values of JSON, without the frames of its messages: some kilobytes, and 10 octets for each
    unsettled message. What it holds is the state's and the snapshot's own: change neither."""
    return taken(state).data()


def restored(
    data: object,
    recognise: Callable[[Frame], Dialect],
    recall: Callable[[int], Frame | None] = lambda _: None,
) -> State:
    """The state that a snapshot was made of; it goes on as that one would.

    `recognise` says which dialect a CONNECTED speaks, `recall` gives the frame of a message by its number:
    without it a message that is given back and comes again is not recognised. Raises SnapshotError.
    """
    return _last(restoring(data, recognise, recall))


def restoring(
    data: object,
    recognise: Callable[[Frame], Dialect],
    recall: Callable[[int], Frame | None] = lambda _: None,
) -> Generator[None, None, State]:
    """Do as `restored`, a thousand unsettled messages a step."""
    values = table(data, (*PLAIN, *PARTS), "it")
    if values["form"] != FORM:
        raise SnapshotError(f"the snapshot has form {values['form']!r:.20}, this stomptui reads {FORM}")
    redact = [text(one, "redact") for one in row(values["redact"], None, "redact")]
    state = State(0, recognise, redact)
    state.recall = recall
    for name, reader in PLAIN.items():
        setattr(state, name, reader(values[name], name))
    versions = row(values["asked_versions"], None, "asked_versions")
    state.asked_versions = tuple(text(one, "asked_versions") for one in versions)
    state.asked, state.offered = (_pair(values[name], name) for name in ("asked", "offered"))
    state.beats = Beats(*(maybe(seconds, one, "beats") for one in row(values["beats"], 2, "beats")))
    if state.connected_at is not None:
        state.dialect = recognise(_connected(state))
    for one in unpack(values["subscriptions"], None, "subscriptions"):
        made = _made(row(one, 13, "subscriptions"))
        state.subscriptions.take(made)
    columns.keep_given_back(state.given_back, values["given_back"], "given_back")
    keep_receipts(state.receipts, state.ledger, values["receipts"])
    for block in columns.entries(values["unsettled"], "unsettled"):
        for entry in block:
            state.ledger.add(entry)
        yield
    for block in columns.entries(values["held"], "held", ascending=False):
        state.ledger.held.update({entry.number: entry for entry in block})
        yield
    limit = COVERED_LIMIT
    for one in rows(unpack(values["transactions"], None, "transactions"), 6, "transactions"):
        transaction = _begun(one, limit)
        limit -= len(transaction.settles)
        state.transactions.take(transaction)
        staged = (state.ledger.get(number) for number in transaction.settles)
        state.ledger.stage([entry for entry in staged if entry is not None], transaction.name)
    return state


def _last(steps: Generator[None, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return cast(T, done.value)


def _connected(state: State) -> Frame:
    """A CONNECTED such as the broker sent, to recognise it by."""
    headers = (("version", state.version), ("server", state.server), ("session", state.session_id))
    return Frame("CONNECTED", [(name, value) for name, value in headers if value is not None])


def _pair(value: object, what: str) -> tuple[int, int]:
    first, second = row(value, 2, what)
    return whole(first, what), whole(second, what)


def _subscription(one: Subscription) -> list[Any]:
    return [
        *(one.id, one.destination, str(one.mode), one.prefetch, [list(pair) for pair in one.headers]),
        *(one.number, one.time, one.named, one.confirmed, one.delivered, one.unsettled),
        *(one.refused, one.closed),
    ]


def _made(fields: list[Any]) -> Subscription:
    what = "subscriptions"
    name, named = text(fields[0], what), flag(fields[7], what)
    return Subscription(
        name,
        text(fields[1], what),
        one_of(AckMode, fields[2], what),
        maybe(whole, fields[3], what),
        tuple((text(header, what), text(value, what)) for header, value in rows(fields[4], 2, what)),
        whole(fields[5], what),
        seconds(fields[6], what),
        named,
        maybe(seconds, fields[8], what),
        whole(fields[9], what),
        whole(fields[10], what),
        flag(fields[11], what),
        flag(fields[12], what),
        opening(name if named else None),
    )


def _transaction(one: Transaction) -> list[Any]:
    staged = [[s.number, s.command, s.about, runs(s.covers), s.again] for s in one.staged]
    return [one.name, one.number, one.time, one.automatic, staged, one.ending]


def _begun(fields: list[Any], limit: int) -> Transaction:
    what = "transactions"
    name, number, time, automatic, staged, ending = fields
    made = []
    for at, command, about, covers, again in rows(staged, 5, what):
        how = one_of(("SEND", "ACK", "NACK"), command, what)
        to = text(about, what) if how == "SEND" else whole(about, what)
        covered = tuple(numbers(covers, limit, what))
        limit -= len(covered)
        made.append(Staged(whole(at, what), how, to, covered, flag(again, what)))
    how_ended = None if ending is None else one_of(("COMMIT", "ABORT"), ending, what)
    when = seconds(time, what)
    return Transaction(text(name, what), whole(number, what), when, flag(automatic, what), made, how_ended)

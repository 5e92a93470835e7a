"""Steps that the scenarios share: what an engineer does and looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.brokers.peer import Peer, Raw
from tests.brokers.real import RealBroker
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal

UNDER_CURSOR = re.compile(r">(\d{5})[ +]\d\d:\d\d:\d\d.*")
"""The feed's row under the cursor; panes may stand to its left."""


def connected(start: Start, broker: RealBroker, *arguments: str, **options: object) -> Terminal:
    """The console, connected and drawn."""
    terminal = start("connect", broker.uri, *arguments, **options)
    terminal.wait_for("OK", "unsettled")
    return terminal


def subscribed(
    start: Start, broker: RealBroker, destination: str, *arguments: str, **options: object
) -> Terminal:
    """The console, subscribed to one destination, which the broker has confirmed."""
    terminal = connected(start, broker, "--subscribe", destination, *arguments, **options)
    terminal.wait_for("SUBSCRIBE", "receipted")
    return terminal


def publish(broker: RealBroker, destination: str, *bodies: str, headers: Iterable[str] = ()) -> None:
    """Have another client send, confirmed by the broker."""
    with Peer(broker) as peer:
        for body in bodies:
            peer.publish(destination, body.encode(), *headers)


def consume(broker: RealBroker, destination: str, count: int) -> list[Raw]:
    """What another client gets from a queue, which must be so many at least."""
    with Peer(broker) as peer:
        peer.subscribe(destination)
        return [peer.receive() for _ in range(count)]


def emptied(broker: RealBroker, destination: str) -> list[str]:
    """The bodies of all that is left in a queue: what another client gets before a message sent now."""
    with Peer(broker) as peer:
        peer.publish(destination, b"the last one")
        peer.subscribe(destination)
        bodies: list[str] = []
        while not bodies or bodies[-1] != "the last one":
            bodies.append(peer.receive().body.decode())
    return bodies[:-1]


def marked(terminal: Terminal, mark: str, body: str) -> str:
    """Wait for the feed's row of a message with that mark, `R2` included."""
    return terminal.wait_for(f"< {mark}", body)


def under_cursor(terminal: Terminal) -> str | None:
    """The feed's row under the cursor, from its number on."""
    found = UNDER_CURSOR.search(terminal.text)
    return found[0][1:] if found else None


def wait_cursor(terminal: Terminal, body: str) -> None:
    """Wait until the cursor is on the row with `body`, and the message pane shows that record."""

    def there() -> bool:
        row = under_cursor(terminal)
        return row is not None and body in row and terminal.line(f"Message {row[:5]}") is not None

    terminal.wait_until(there, f"the cursor is not on {body!r}")


def quit_console(terminal: Terminal) -> str:
    """Quit, answering the question if there is one; the last line that the program left."""
    terminal.press("ctrl+q")
    if terminal.process.poll() is None and asked(terminal):
        terminal.press("y")
    assert terminal.exit_code() == 0
    assert terminal.clean()
    return terminal.after_screen().strip()


def asked(terminal: Terminal) -> bool:
    """Whether the console asks before it quits, rather than ending."""
    terminal.wait_until(
        lambda: terminal.line("Quit?") or terminal.process.poll() is not None, "neither asked nor quit"
    )
    return terminal.process.poll() is None

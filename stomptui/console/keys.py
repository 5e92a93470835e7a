"""Every key of the console from one table: bindings, footer, help, palette, keymap and README."""

from __future__ import annotations

import dataclasses
import string
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import Binding

from stomptui.console.keytable import ALL, FORMS, KEYS, MAIN, Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import App

    from stomptui.console.view import View

__all__ = [
    "KEYS",
    "PUNCTUATION",
    "SCOPES",
    "Command",
    "Key",
    "bindings",
    "canonical",
    "clashes",
    "display",
    "in_force",
    "on_main",
    "palette",
    "palette_in",
    "readme_table",
    "rebound",
]

SCOPES = {
    MAIN: frozenset({ALL, MAIN, "feed", "message", "subscriptions", "session", "workbench"}),
    "compose": frozenset({ALL, FORMS, "compose"}),
    "subscribe": frozenset({ALL, FORMS, "subscribe"}),
    "export": frozenset({ALL, FORMS, "export"}),
    "review": frozenset({ALL, FORMS, "review"}),
    "rule": frozenset({ALL, FORMS, "rule"}),
    "transaction": frozenset({ALL, "transaction"}),
}
"""The places whose keys are alive together: there, one key has one meaning, whichever pane is in focus."""

PUNCTUATION = {
    binding.key: binding.description
    for binding in Binding.make_bindings(
        Binding(sign, "", sign) for sign in string.punctuation if sign != ","
    )
} | {"comma": ","}
"""The signs that Textual has names for, by their names."""

_SHORT = {"pageup": "pgup", "pagedown": "pgdn", "escape": "esc", "delete": "del"}
_NAMES = {sign: name for name, sign in PUNCTUATION.items()}
_NO_COMMANDS = frozenset(
    {
        "app.palette",
        "feed.up",
        "feed.down",
        "feed.extend_up",
        "feed.extend_down",
        "subscription.fold",
        "subscription.unfold",
        "pane.next",
        "pane.previous",
        "transaction.join",
        "form.next",
        "form.previous",
    }
)
"""What moves by one, and so is of no use by name; which transaction to join is asked by Transaction."""


def canonical(key: str) -> str:
    """Name a key as Textual does: `slash` for `/`, a letter as it is."""
    return _NAMES.get(key, key)


def display(key: str) -> str:
    """Write a key as people read it in a narrow place: `^r` for `ctrl+r`, `/` for `slash`."""
    return PUNCTUATION.get(key) or _SHORT.get(key, key).replace("ctrl+", "^")


def on_main(key: Key) -> bool:
    """Say whether a row is of the main screen, its panes included."""
    return not SCOPES[MAIN].isdisjoint(key.where)


def bindings(where: str, table: Mapping[str, Key] = KEYS) -> list[Binding]:
    """Make the bindings of one place: `all` for the App, `main` for its screen, a pane's or a form's.

    They carry ids, so that `App.set_keymap` rebinds them, and none is shown: the footer is our own.
    """
    return [
        Binding(
            ",".join(key.keys),
            key.action,
            key.words,
            show=False,
            priority=key.priority,
            tooltip=key.tooltip,
            id=key.id,
        )
        for key in table.values()
        if where in key.where
    ]


def rebound(keymap: Mapping[str, str], table: Mapping[str, Key] = KEYS) -> dict[str, Key]:
    """Return the table with the keys that `keymap` (id -> keys joined by commas) sets."""
    return {
        name: dataclasses.replace(key, keys=tuple(part.strip() for part in keymap[name].split(",")))
        if name in keymap
        else key
        for name, key in table.items()
    }


def in_force(app: App[Any]) -> dict[str, Key]:
    """Return the table with the keys that `app` has been given by `set_keymap`."""
    # Textual keeps the keymap to itself, and whoever tells a key must tell the one that works.
    return rebound(app._keymap)


def clashes(table: Mapping[str, Key] = KEYS) -> Iterator[tuple[str, Key, Key]]:
    """Yield every key that has two meanings at one time, with its two rows."""
    rows = tuple(table.values())
    for index, one in enumerate(rows):
        for other in rows[index + 1 :]:
            shared = set(map(canonical, one.keys)) & set(map(canonical, other.keys))
            if shared and any(
                not scope.isdisjoint(one.where) and not scope.isdisjoint(other.where)
                for scope in SCOPES.values()
            ):
                yield display(sorted(shared)[0]), one, other


class Command(NamedTuple):
    """An entry of the command palette."""

    title: str
    help: str
    key: Key
    enabled: bool


def palette(view: View, table: Mapping[str, Key] = KEYS) -> list[Command]:
    """List what the command palette offers on the main screen; what may not run says why.

    What the row about transactions does is offered directly.
    """
    commands = []
    for key in table.values():
        if key.id in _NO_COMMANDS or not (on_main(key) or "transaction" in key.where):
            continue
        reason = key.why_not(view)
        keys = " ".join(map(display, key.keys))
        words = f"{keys}   {key.tooltip}" if reason is None else f"{keys}   not now: {reason}"
        commands.append(Command(key.words, words, key, reason is None))
    return commands


def palette_in(place: str, table: Mapping[str, Key] = KEYS) -> list[Command]:
    """List what it offers while a form or row is open, by its name in the table: what works there."""
    scope = SCOPES.get(place, frozenset()) - {ALL}
    return [
        Command(key.words, f"{' '.join(map(display, key.keys))}   {key.tooltip}", key, enabled=True)
        for key in table.values()
        if not scope.isdisjoint(key.where) and key.id not in _NO_COMMANDS
    ]


def readme_table(table: Mapping[str, Key] = KEYS) -> str:
    """Write the table in Markdown, for the README."""
    lines = ["| Key | Does | Where | Id |", "|---|---|---|---|"]
    for key in table.values():
        keys = ("1", "...", "9") if len(key.keys) > 4 else key.keys
        shown = " ".join(f"`{one}`" for one in keys)
        lines.append(f"| {shown} | {key.tooltip} | {', '.join(key.where)} | `{key.id}` |")
    return "\n".join(lines) + "\n"

"""The rules that run now, one a subscription at most, and what happened that concerns them."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from stomptui.console.rule import Tally
from stomptui.render.text import printable
from stomptui.stomp.events import Closed, ErrorReceived, FrameSent, MessageReceived, Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stomptui.console.rule import Rule
    from stomptui.stomp.events import Event

CHANGES = frozenset({"UNSUBSCRIBE", "BEGIN"})
"""Frames from here after which a rule may have to end."""


class Running:
    """A rule that runs on one connection: what it has yet to look at, and what it has done."""

    def __init__(self, rule: Rule, subscribed: int, held: Iterable[int], last: int) -> None:
        """`subscribed` numbers the SUBSCRIBE: another one of the same id is not the same.

        `held` are messages to begin with, ascending; those up to number `last` are no new ones.
        """
        self.rule = rule
        self.subscribed = subscribed
        self.tally = Tally()
        self.waiting = deque(held)
        """Numbers of messages that were not looked at, the oldest first; of other subscriptions too."""
        self.frames: set[int] = set()
        """What it has sent, by number."""
        self.sending = False
        self._last = last
        self._errors: set[int] = set()
        self._stirred = asyncio.Event()

    @property
    def progress(self) -> tuple[int, int]:
        """How many it has settled, and how many it may."""
        return self.tally.settled, self.rule.most

    def arrived(self, number: int) -> None:
        """Have a message looked at."""
        if number > self._last:
            self._last = number
            self.waiting.append(number)
            self._stirred.set()

    def end(self, why: str) -> None:
        """Send nothing more; the first reason stays."""
        if not self.tally.ended:
            self.tally = replace(self.tally, ended=why)
        self._stirred.set()

    def stir(self) -> None:
        """Have whoever waits look whether it may go on."""
        self._stirred.set()

    async def stirred(self) -> None:
        """Wait until something arrived, or changed."""
        await self._stirred.wait()
        self._stirred.clear()

    def error(self, answers: int | None) -> None:
        """An ERROR came; it ends the rule if it is about one of its frames, or may be."""
        if answers is None:
            if self.frames or self.sending:
                self.end("an ERROR came that may be about one of its frames")
        elif answers in self.frames:
            self.end("the broker refused one of its frames, as its ERROR says")
        elif self.sending:
            self._errors.add(answers)

    def sent(self, frames: Iterable[int]) -> None:
        """Note frames that it has sent; an ERROR about one of them may have come already."""
        self.frames.update(frames)
        if not self._errors.isdisjoint(self.frames):
            self.end("the broker refused one of its frames, as its ERROR says")
        self._errors.clear()


class Ruling:
    """The rules of a console; `take` is told all that happens on its connection."""

    def __init__(self) -> None:
        self.running: dict[str, Running] = {}
        """By the id of the subscription."""

    def start(self, running: Running) -> None:
        """Have a rule told of what arrives."""
        self.running[running.rule.subscription] = running

    def over(self, running: Running) -> None:
        """Forget a rule that has ended."""
        if self.running.get(running.rule.subscription) is running:
            del self.running[running.rule.subscription]

    def stop(self, why: str) -> None:
        """End all rules."""
        for running in self.running.values():
            running.end(why)

    def take(self, events: Iterable[Event]) -> None:
        """Queue what arrived for a rule, and end those that the connection's end or an ERROR ends."""
        if not self.running:
            return
        for event in events:
            kind = type(event)
            if kind is MessageReceived:
                assert isinstance(event, MessageReceived)
                running = self.running.get(event.subscription or "")
                if running is not None and event.settlement is Settlement.UNSETTLED:
                    running.arrived(event.number)
            elif isinstance(event, FrameSent):
                if event.frame.command in CHANGES:
                    self._stir()
            elif isinstance(event, ErrorReceived):
                for running in self.running.values():
                    if event.again is None:
                        running.error(event.answers)
                    running.stir()
            elif isinstance(event, Closed):
                self.stop("the connection ended; whether its last frames arrived is not known")

    def _stir(self) -> None:
        for running in self.running.values():
            running.stir()

    @property
    def progress(self) -> Mapping[str, tuple[int, int]]:
        """How many each has settled of how many, by subscription."""
        return {name: one.progress for name, one in self.running.items()}

    @property
    def losses(self) -> str | None:
        """What quitting ends, None when no rule runs."""
        told = [
            f"{printable(one.rule.destination)} at {one.tally.settled} of {one.rule.most}"
            for one in self.running.values()
        ]
        return (
            f"{'The rule stops' if len(told) == 1 else 'The rules stop'}: {', '.join(told)}" if told else None
        )

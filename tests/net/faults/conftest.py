"""Time for the tests of faults."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from stomptui.net import slot
from tests.net.conftest import Clock


class StoppedClock(Clock):
    """A clock that goes only when it is put forward: no outcome depends on how busy the machine is."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._now = loop.time()

    def __call__(self) -> float:
        return self._now + self.ahead


@pytest_asyncio.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    loop = asyncio.get_running_loop()
    clock = StoppedClock(loop)
    monkeypatch.setattr(loop, "time", clock)
    monkeypatch.setattr(slot, "GATHER", 0.0)  # on a clock that stands, what is left for later never comes
    return clock

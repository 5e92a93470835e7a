"""What the tests of the wire share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from stomptui import Client, connect
from stomptui.demo import Broker


class Clock:
    """The event loop's clock, which a test can put forward: what was due by then happens at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._real = loop.time
        self.ahead = 0.0

    def __call__(self) -> float:
        return self._real() + self.ahead

    async def forward(self, seconds: float) -> None:
        self.ahead += seconds
        for _ in range(5):
            await asyncio.sleep(0)


@pytest_asyncio.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Clock]:
    loop = asyncio.get_running_loop()
    clock = Clock(loop)
    monkeypatch.setattr(loop, "time", clock)
    yield clock


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[Broker]:
    async with Broker() as broker:
        yield broker


@pytest_asyncio.fixture
async def client(demo: Broker) -> AsyncIterator[Client]:
    async with connect(demo.uri) as client:
        yield client

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from stomptui.demo import Broker


@pytest.fixture
async def demo() -> AsyncIterator[Broker]:
    async with Broker() as demo:
        yield demo

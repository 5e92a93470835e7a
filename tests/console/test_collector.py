"""The collector looks once at what lives long, and no more once the console has ended."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from stomptui.console.collector import keep_short
from tests.console.opened import opened


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def looked_at(one: object) -> bool:
    return any(other is one for other in gc.get_objects())


def test_what_is_alive_at_the_beginning_is_spared() -> None:
    early = [object()]
    end = keep_short(longest=float("inf"))
    late = [object()]
    gc.collect()
    assert (looked_at(early), looked_at(late)) == (False, True)
    end()


def test_what_took_long_to_look_at_is_spared_from_then_on() -> None:
    end = keep_short(longest=0.0)
    late = [object()]
    gc.collect(1)
    assert looked_at(late)
    gc.collect()
    assert not looked_at(late)
    end()
    end()
    later = [object()]
    gc.collect()
    assert looked_at(later)


async def test_the_watch_ends_with_the_console() -> None:
    before = list(gc.callbacks)
    async with opened() as console:
        await console.until(lambda: gc.callbacks != before)
    assert gc.callbacks == before

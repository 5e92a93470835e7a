"""While nobody types, most of the time goes to what arrives."""

from __future__ import annotations

import pytest

from stomptui.console import app
from stomptui.net.client import Client
from tests.console.opened import opened


async def test_reading_is_hurried_while_nobody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried: list[bool] = []
    monkeypatch.setattr(Client, "hurry", lambda _, value: hurried.append(value))
    monkeypatch.setattr(app, "LEISURE", 0.0)
    async with opened() as console:
        console.app.touch()
        await console.until(lambda: hurried == [True])
        monkeypatch.setattr(app, "LEISURE", 3600.0)
        await console.press("j")
        assert hurried == [True, False]
        console.app.touch()
        console.app._tick()
        assert hurried == [True, False]

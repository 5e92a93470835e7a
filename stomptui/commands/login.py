"""Whom to log in as at each connection of a run, the first and those that are made again."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from stomptui.net.login import Credentials

if TYPE_CHECKING:
    from stomptui.net.login import AskCredentials
    from stomptui.stomp.uri import Endpoint


class Login:
    """Gives the credentials of a connection: what was typed last, else what `ask` gives, else the URI's."""

    def __init__(self, ask: AskCredentials | None = None) -> None:
        self._ask = ask
        self._typed: dict[tuple[str, str | None], str] = {}
        self.tried: Endpoint | None = None
        """The broker that a connection was made to last, or tried, as the URI has it."""

    async def __call__(self, endpoint: Endpoint) -> Credentials:
        self.tried = endpoint
        login, passcode = endpoint.login, endpoint.passcode
        if self._ask is not None:
            found = self._ask(endpoint)
            login, passcode = await found if inspect.isawaitable(found) else found
        return Credentials(login, self._typed.get((endpoint.address, endpoint.login), passcode))

    def type(self, passcode: str) -> None:
        """Use `passcode` from now on for the user and the broker tried last; empty for the one of the URI."""
        if self.tried is None:
            return
        if passcode:
            self._typed[self.tried.address, self.tried.login] = passcode
        else:
            self._typed.pop((self.tried.address, self.tried.login), None)

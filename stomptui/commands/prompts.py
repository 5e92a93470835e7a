"""Whom to log in as: from the URI, the environment, or asked for before the screen opens."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from stomptui.stomp.endpoint import Endpoint
    from stomptui.stomp.failover import Failover

LOGIN = "STOMPTUI_LOGIN"
"""The environment variable with the user, for a URI that names none."""

PASSCODE = "STOMPTUI_PASSCODE"
"""The environment variable with the passcode of the user, for a URI that has none."""


def with_credentials(failover: Failover, *, ask: bool = True) -> Failover:
    """Add to each broker what the environment has, or ask for it, once for each user.

    What `env:NAME` and `file:PATH` stand for is looked up again for each connection, and here only to see
    that it is there. Raises UriError, also where there is nobody to `ask`.
    """
    asked: dict[str | None, str] = {}
    question = _ask if ask else _nobody
    return failover._replace(endpoints=tuple(_complete(each, asked, question) for each in failover.endpoints))


def _complete(endpoint: Endpoint, asked: dict[str | None, str], ask: Callable[[str, bool], str]) -> Endpoint:
    from stomptui.net.credentials import resolve

    if endpoint.login is None and endpoint.login_source is None:
        endpoint = replace(endpoint, login=os.environ.get(LOGIN) or None)
    elif endpoint.login_source == "prompt":
        if None not in asked:
            asked[None] = ask(f"User at {_place(endpoint)}", False)
        endpoint = replace(endpoint, login=asked[None], login_source=None)
    login = resolve(endpoint).login
    if endpoint.passcode_source == "prompt":
        passcode = None
    elif login is None or endpoint.passcode is not None or endpoint.passcode_source is not None:
        return endpoint
    else:
        passcode = os.environ.get(PASSCODE)
    if passcode is None:
        who = login or ""
        if who not in asked:
            of = f" of {_printable(login)}" if login else ""
            asked[who] = ask(f"Passcode{of} at {_place(endpoint)}", True)
        passcode = asked[who]
    return replace(endpoint, passcode=passcode, passcode_source=None)


def _nobody(question: str, hidden: bool) -> str:
    from stomptui.stomp.percent import UriError

    option = "passcode" if hidden else "login"
    raise UriError(
        f"{question} is needed, and standard input is no terminal to ask on: "
        f"?{option}=env:NAME or ?{option}=file:PATH in the URI says where it is"
    )


def _ask(question: str, hidden: bool) -> str:
    try:
        answer: str = click.prompt(question, hide_input=hidden, default="", show_default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        sys.exit(130)
    return answer


def _place(endpoint: Endpoint) -> str:
    return _printable(endpoint.address)


def _printable(text: str) -> str:
    from stomptui.render.text import printable

    return printable(text)

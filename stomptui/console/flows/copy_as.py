"""Copy a frame as something that sends it again elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from stomptui.console.dialogs.copy_as import CopyAsRow, Form
from stomptui.console.flows import keep
from stomptui.console.flows.plan import number_words
from stomptui.render import copy_as
from stomptui.stomp.percent import UriError
from stomptui.stomp.uri import parse_uri

if TYPE_CHECKING:
    from stomptui.capture.store import Record
    from stomptui.console.screen import MainScreen
    from stomptui.stomp.endpoint import Endpoint

UNKNOWN = "stomp://HOST/"
"""The broker of a recording that does not say where it was connected to."""

FORMS = {"s": ("stomptui send", copy_as.shell), "p": ("Python", copy_as.python)}


async def ask(screen: MainScreen, record: Record) -> None:
    """Ask as what, and hand that to the terminal as OSC 52."""
    source = _source(screen, record)
    if source is None:
        no_frame = "it is no frame"
        forms = [Form(key, words, no_frame) for key, (words, _) in FORMS.items()]
    else:
        forms = [Form(key, words, copy_as.why_not(source, form)) for key, (words, form) in FORMS.items()]
    number = number_words(record.number)
    chosen = await screen.ask_for(CopyAsRow(number, [*forms, Form("f", "raw frame")]))
    if chosen is None:
        screen.say("Nothing was copied.")
    elif chosen == "f" or source is None:
        await keep.copy_frame(screen, record)
    else:
        words, form = FORMS[chosen]
        text = await asyncio.to_thread(form, source)  # a large body takes its time
        screen.app.copy_to_clipboard(text)
        screen.say(f"{number} as {words}, {len(text.encode())} B, offered to the terminal's clipboard.")


def _source(screen: MainScreen, record: Record) -> copy_as.Source | None:
    if record.frame is None:
        return None
    words = screen.words
    return copy_as.Source(record.frame, _uri(screen, record), words.not_resent, words.dialect.content_length)


def _uri(screen: MainScreen, record: Record) -> str:
    """The broker's URI; in a recording, that of the connection of `record`."""
    past = screen.console.past
    if past is None:
        return _bare(screen.client.endpoint)
    try:
        return _bare(parse_uri(past.endpoint(record.connection)))
    except UriError:
        return UNKNOWN


def _bare(endpoint: Endpoint) -> str:
    # A login is none of anybody's business, and in a query there may be a token.
    return str(replace(endpoint, login=None, passcode=None, query=""))

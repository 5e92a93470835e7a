"""The export form: which records, as what, where to, and what is removed from them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.capture.transfer.rules import Rules, octets, read_octets, rules
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.entry import Block, Line
from stomptui.console.dialogs.fields import Choice, FormKeys, Hint, Rule, Switch
from stomptui.console.dialogs.form import Form, button, middle
from stomptui.console.dialogs.path import Paths
from stomptui.console.keys import bindings
from stomptui.render import notation
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

FORMATS = {
    "ndjson": "a line of JSON each, nothing is lost: stomptui import reads it",
    "csv": "a table for spreadsheets",
    "raw": "the octets of all frames, an LF after each NUL",
    "bodies": "one file per body, in a new folder",
}
SUFFIXES = {"ndjson": ".ndjson", "csv": ".csv", "raw": ".stomp", "bodies": "-bodies"}
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,"]|")+')
"""What stands between commas, of which there may be some in quotes."""


class Typed(NamedTuple):
    """What stands in the fields; an empty `what` or `path` stands for what is proposed."""

    what: str = ""
    form: str = "ndjson"
    path: str = ""
    beats: bool = True
    headers: str = ""
    paths: str = ""
    over: str = ""
    patterns: str = ""


class ExportRequest(NamedTuple):
    """What to export: `what` is one of the sources; `force` says that what is at `path` may go."""

    what: str
    path: Path
    form: str
    beats: bool
    rules: Rules
    force: bool = False


class ExportScreen(Form[ExportRequest]):
    """Sources by name with what each has, in words; the result is the request, None when it was left.

    The first source is proposed, and `name` with the format's suffix as the file. A file that is there is
    asked about. `typed` is what stands in the fields, also after the form was left.
    """

    DEFAULT_CSS = """
    ExportScreen > #form { height: auto; max-height: 100%; }
    ExportScreen #middle { height: auto; }
    ExportScreen.-tiny > #form, ExportScreen.-low > #form { height: 100%; }
    ExportScreen.-tiny #middle, ExportScreen.-low #middle { height: 1fr; }
    ExportScreen #over { width: 10; }
    ExportScreen #patterns { height: 2; }
    ExportScreen.-wide #patterns { height: 6; }
    ExportScreen #where { max-height: 2; }
    ExportScreen #beats:disabled { visibility: hidden; }
    ExportScreen #buttons { align-horizontal: right; }
    """
    place = "export"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("export")]

    def __init__(self, sources: Mapping[str, str], name: str, typed: Typed = Typed()) -> None:  # noqa: B008
        super().__init__()
        self.sources = dict(sources)
        self.name_proposed = name
        what = typed.what if typed.what in self.sources else next(iter(self.sources))
        self.typed = typed._replace(what=what, path=typed.path or self._proposed(typed.form))

    def _proposed(self, form: str) -> str:
        return self.name_proposed + SUFFIXES[form]

    def compose(self) -> ComposeResult:
        typed = self.typed
        with Vertical(id="form"):
            yield Rule("Export", heads="what format path beats")
            with middle():
                with Horizontal(classes="row"):
                    yield Static("What", classes="label")
                    yield Choice(tuple(self.sources), typed.what, id="what")
                yield Static(id="source", classes="advice")
                with Horizontal(classes="row"):
                    yield Static("Format", classes="label")
                    yield Choice(tuple(FORMATS), typed.form, id="format")
                yield Static(id="meaning", classes="advice")
                with Horizontal(classes="row"):
                    yield Static("To", classes="label")
                    yield Line(typed.path, placeholder="path of a file", id="path")
                yield Static(id="where", classes="advice")
                with Horizontal(classes="row"):
                    yield Static("", classes="label")
                    yield Switch("heart-beats", typed.beats, id="beats")
                yield Rule("Remove", "from octets, columns and words", heads="headers paths over")
                with Horizontal(classes="row"):
                    yield Static("Headers", classes="label")
                    yield Line(
                        typed.headers,
                        placeholder="for example x-token, login",
                        escapes=True,
                        id="headers",
                    )
                with Horizontal(classes="row"):
                    yield Static("JSON paths", classes="label")
                    yield Line(typed.paths, placeholder="for example user.card, ..card", id="paths")
                with Horizontal(classes="row"):
                    yield Static("Bodies over", classes="label")
                    yield Line(typed.over, placeholder="64KiB", id="over")
                    yield Static(id="hidden", classes="aside")
                yield Rule("Patterns to remove", "one a line", heads="patterns")
                yield Block(typed.patterns, id="patterns", placeholder=r"for example \b\d{4}-\d{4}\b")
            yield Static(id="said", markup=False)
            with Horizontal(classes="row", id="buttons"):
                yield button("Export", "send")
        yield FormKeys(
            Hint("export.send", "Export"),
            Hint("form.back", "Back"),
            Hint("form.next", "Next"),
            Hint("form.help", "Keys"),
        )

    def on_mount(self) -> None:
        self.query_one("#path", Line).suggester = Paths()
        self._advise()

    # What is typed is looked at, and what follows from it said.

    def on_input_changed(self) -> None:
        self._advise()

    def on_text_area_changed(self) -> None:
        self._advise()

    def on_switch_changed(self) -> None:
        self._advise()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        path = self.query_one("#path", Line)
        if event.choice.id == "format" and path.value == self._proposed(self.typed.form):
            path.value = self._proposed(event.choice.value)
        self._advise()

    def on_block_refused(self) -> None:
        self.say("not pasted: it holds what a terminal would act on", problem=True)

    def on_input_submitted(self) -> None:
        self.action_send()

    def _advise(self) -> None:
        """Say what exporting like this would do."""
        lines = {
            name: self.query_one(f"#{name}", Line).value for name in ("path", "headers", "paths", "over")
        }
        self.typed = Typed(
            what=self.query_one("#what", Choice).value,
            form=self.query_one("#format", Choice).value,
            beats=self.query_one("#beats", Switch).value,
            patterns=self.query_one(Block).text,
            **lines,
        )
        self.say("")
        self._tell("source", self.sources[self.typed.what])
        self._tell("meaning", FORMATS[self.typed.form])
        self.query_one("#beats").disabled = self.typed.form in ("raw", "bodies")
        try:
            self._tell("where", self._where(self._path()))
        except ValueError as problem:
            self._tell("where", str(problem))
        try:
            self._tell("hidden", self._hidden())
        except ValueError as problem:
            self._tell("hidden", str(problem))

    def _tell(self, place: str, words: str) -> None:
        self.put(f"#{place}", Content(printable(words)))

    def _where(self, path: Path) -> str:
        whole = path.absolute()
        if self.typed.form == "bodies":
            return f"a new folder, yours alone (0700): {whole}"
        there = "is there already, asks first" if os.path.lexists(path) else "a new file, yours alone (0600)"
        return f"{there}: {whole}"

    def _hidden(self) -> str:
        over = self._over()
        if over is None:
            return "larger: size and SHA-256 instead; 0: all"
        return f"{f'over {octets(over)}' if over else 'every body'}: size and SHA-256 instead"

    # Reading the fields; ValueError in words.

    def _path(self) -> Path:
        text, folder = self.typed.path.strip(), self.typed.form == "bodies"
        if not text:
            raise ValueError("the name of a new folder is needed" if folder else "a file's name is needed")
        try:
            path = Path(text).expanduser()
            if folder and os.path.lexists(path):
                raise ValueError("there already: bodies go to a new folder")
            if path.is_dir():
                raise ValueError("that is a folder: a file's name is needed")
            if path.exists() and not path.is_file():
                raise ValueError("that is a device or a pipe: a file's name is needed")
            if not path.parent.is_dir():
                raise ValueError("there is no such folder")
        except (OSError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ValueError(f"that path cannot be used: {reason}") from error
        return path

    def _over(self) -> int | None:
        text = self.typed.over.strip()
        return read_octets(text) if text else None

    def _given(self, field: str) -> Any:
        """What a field of what to remove holds, as `rules` takes it."""
        typed = self.typed
        if field == "headers":
            return [notation.read(part) for part in parts(typed.headers)]
        if field == "paths":
            return parts(typed.paths)
        return (
            self._over()
            if field == "over"
            else [line for line in typed.patterns.splitlines() if line.strip()]
        )

    def action_send(self) -> None:
        """End with the request, after a question where a file is in its place, or say what is wrong."""
        given: dict[str, Any] = {}
        at = "path"
        try:
            path = self._path()
            for at in ("headers", "paths", "over", "patterns"):
                given[at] = self._given(at)
                rules(**{at: given[at]})
        except ValueError as problem:
            self.query_one(f"#{at}").focus()
            self.say(str(problem), problem=True)
            return
        removed = rules(**given)
        request = ExportRequest(self.typed.what, path, self.typed.form, self.typed.beats, removed)
        if not os.path.lexists(path):
            self.dismiss(request)
            return

        def answer(replace: bool | None) -> None:
            if replace:
                self.dismiss(request._replace(force=True))
            else:
                self.say("not written: it stays as it is", problem=True)

        self.app.push_screen(ConfirmDialog(f"{path} exists. Replace it?"), answer)


def parts(text: str) -> list[str]:
    """What stands between commas, blanks around it gone; a comma in quotes parts nothing."""
    return [part for part in map(str.strip, _PART.findall(text)) if part]

"""A real terminal for a real program: a pty whose screen is kept by a terminal emulator.

A thread reads the pty at all times, as a terminal does; who waits for something is woken by output.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

PATIENCE = 30.0
"""Seconds to wait for what is sure to come, on a busy machine."""
CURSOR = "d3d7de"
"""The background of a field's cursor in the theme that the console starts with."""
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p|\x1b[P_^][^\x1b]*\x1b\\")
"""What pyte would take for something else: keyboard protocols, mode queries, DCS and APC strings."""
_UNFINISHED = re.compile(rb"\x1b(\[[0-9;<>=?$]*|[P_^][^\x1b]*\x1b?)?\Z")
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_ESCAPES = re.compile(
    rb"\x1b\[[0-9;:?<>=$]*[A-Za-z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[P_^][^\x1b]*\x1b\\|\x1b."
)
KEYS = {
    "enter": b"\r",
    "tab": b"\t",
    "escape": b"\x1b",
    "space": b" ",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "shift+tab": b"\x1b[Z",
    "shift+up": b"\x1b[1;2A",
    "shift+down": b"\x1b[1;2B",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    **{f"ctrl+{letter}": bytes([ord(letter) & 31]) for letter in "abcdefghijklmnopqrstuvwxyz"},
}


class Terminal:
    """Runs `command` with the pty as its controlling terminal, and ends it on leaving the context."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._master, slave = os.openpty()
        self._wake, self._hang_up = os.pipe()
        self._changed = threading.Condition()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""
        self._ended = False
        self._taking = threading.Event()
        self._taking.set()
        self.written = bytearray()
        """Everything that the program wrote."""
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings = termios.tcgetattr(slave)
        """What the terminal was like before the program came."""
        # A session's leader gets the first terminal that it opens as its controlling one; open for both
        # directions, as tmux writes to its standard input.
        shell = ["sh", "-c", 'exec "$@" <>"$0" >&0 2>&0', os.ttyname(slave), *command]
        self.process = subprocess.Popen(
            shell, env=dict(environment), start_new_session=True, pass_fds=pass_fds
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._release, args=(slave,), daemon=True).start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.hang_up()
        for descriptor in (self._wake, self._hang_up):
            os.close(descriptor)

    def hang_up(self) -> None:
        """Close the terminal, as a lost ssh connection does: the program gets SIGHUP."""
        self.take()
        if self._master >= 0:
            os.write(self._hang_up, b"x")
            self._reader.join(PATIENCE)
            os.close(self._master)
            self._master = -1

    def stall(self) -> None:
        """Take nothing of what the program writes, as a terminal behind a dead line does."""
        self._taking.clear()

    def take(self) -> None:
        """Take again what the program writes."""
        self._taking.set()

    def _read(self) -> None:
        """Feed the emulator until the program has ended, or we hang up."""
        with contextlib.suppress(OSError):  # EIO: nobody has the other end open any more
            while self._wake not in select.select([self._master, self._wake], [], [])[0]:
                self._taking.wait()
                self._feed(os.read(self._master, 65536))
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _feed(self, data: bytes) -> None:
        with self._changed:
            self.written += data
            data = self._held + data
            unfinished = _UNFINISHED.search(data)
            cut = unfinished.start() if unfinished else len(data)
            self._held = data[cut:]
            self._stream.feed(UNKNOWN.sub(b"", data[:cut]))
            self._changed.notify_all()

    def _release(self, slave: int) -> None:
        """Keep our end open while the program lives: until it has opened its own, reading would fail."""
        self.process.wait()
        os.close(slave)

    @property
    def lines(self) -> list[str]:
        with self._changed:
            return [line.replace("\xa0", " ").rstrip() for line in self._screen.display]

    def cells(self) -> list[list[pyte.screens.Char]]:
        """The cells of the screen, row by row, with their colours and styles."""
        with self._changed:
            return [
                [self._screen.buffer[row][column] for column in range(self._screen.columns)]
                for row in range(self._screen.lines)
            ]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line(self, *parts: str) -> str | None:
        """The first line of the screen that has all parts."""
        return next((line for line in self.lines if all(part in line for part in parts)), None)

    def wait_until(self, condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Wait until `condition` holds, asked anew after each output; fails with the screen otherwise."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition() or self._ended, patience) or not condition():
                why = "the program ended" if self._ended else f"{patience:.0f} s"
                raise AssertionError(f"{what} ({why}); the screen:\n{self.picture()}")

    def wait_for(self, *parts: str, patience: float = PATIENCE) -> str:
        """Wait until one line of the screen has all parts; that line."""
        self.wait_until(lambda: self.line(*parts) is not None, f"no line with {parts}", patience)
        return self.line(*parts) or ""

    def wait_gone(self, *parts: str) -> None:
        """Wait until no line of the screen has all parts."""
        self.wait_until(lambda: self.line(*parts) is None, f"still a line with {parts}")

    def picture(self) -> str:
        """The screen with a frame round it, for a failure's message."""
        edge = "+" + "-" * self._screen.columns + "+"
        return "\n".join([edge, *(f"|{line.ljust(self._screen.columns)}|" for line in self.lines), edge])

    def press(self, *keys: str) -> None:
        """Send keys by name, or single characters as they are."""
        for key in keys:
            os.write(self._master, KEYS.get(key) or key.encode())

    def type(self, text: str) -> None:
        """Send text as if typed."""
        os.write(self._master, text.encode())

    def tab_to(self, label: str, times: int = 1) -> None:
        """Go to the field on the row of `label`, or on the one below, and wait until the cursor is there."""
        self.press(*["tab"] * times)
        self.wait_field(label)

    def wait_field(self, label: str) -> None:
        """Wait until a cursor is drawn in the field on the row of `label`, or on the one below."""

        def there() -> bool:
            rows = [at for at, line in enumerate(self.lines) if label in line]
            cells = self.cells()
            return any(cell.bg == CURSOR for at in rows for row in cells[at : at + 2] for cell in row)

        self.wait_until(there, f"no cursor at {label!r}")

    def resize(self, columns: int, rows: int) -> None:
        with self._changed:
            self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def exit_code(self, patience: float = PATIENCE) -> int:
        """Wait until the program has ended and all it wrote was read."""
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program did not end; the screen:\n{self.picture()}") from None
        self._reader.join(patience)
        return code

    def modes(self) -> set[int]:
        """The private modes that are on, after all that was written: an alternate screen, the mouse ..."""
        state = {25: True}
        for match in _MODE.finditer(bytes(self.written)):
            state.update((int(number), match[2] == b"h") for number in match[1].split(b";"))
        return {number for number, on in state.items() if on}

    def after_screen(self) -> str:
        """The text written after the program left its alternate screen, or all if it never had one."""
        rest = bytes(self.written).rpartition(b"\x1b[?1049l")[2]
        return _ESCAPES.sub(b"", rest).decode(errors="replace").replace("\r\n", "\n")

    def clean(self) -> bool:
        """Whether the terminal is as it was: settings, no mode left on but the cursor's."""
        return (
            self.modes() <= {7, 25}
            and 25 in self.modes()
            and termios.tcgetattr(self._master) == self.settings
        )

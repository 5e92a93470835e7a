"""The program as it is started: what it says, where, and how it ends."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from stomptui import __version__

PROGRAM = (sys.executable, "-m", "stomptui")


def environment(**extra: str) -> dict[str, str]:
    own = ("STOMPTUI_LOGIN", "STOMPTUI_PASSCODE")
    plain = {name: value for name, value in os.environ.items() if name not in own}
    return {**plain, "TERM": "xterm-256color", **extra}


def piped(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )


def on_a_terminal(*arguments: str, keys: bytes = b"", after: bytes = b"", **extra: str) -> tuple[int, str]:
    """Exit status and all output; `keys` are typed once `after` was read, and ctrl+c until it is heard.

    The interpreter may be about to wait for a line when the signal comes, and then waits all the same.
    """
    process, terminal = pty.fork()
    if process == 0:
        # A run in the background ignores it, and would pass that on.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execve(sys.executable, [*PROGRAM, *arguments], environment(**extra))
    output, typed = b"", b""
    while True:
        if typed == b"\x03" and not select.select([terminal], [], [], 1.0)[0]:
            os.write(terminal, typed)
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # what a pty gives at its end
            break
        if not data:
            break
        output += data
        if keys and after in output:
            os.write(terminal, keys)
            keys, typed = b"", keys
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), output.decode()


def test_version() -> None:
    done = piped("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"stomptui {__version__}\n", "")


def test_help_names_the_commands() -> None:
    done = piped("--help")
    assert done.returncode == 0
    for word in ("connect", "demo"):
        assert word in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["connect", "--help"], ["connect", "x://"]])
def test_what_opens_no_screen_imports_none(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "sys.argv = ['stomptui', *sys.argv[1:]]\n"
        "try:\n    from stomptui.__main__ import main; main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'textual', 'rich', 'asyncio', 'sqlite3'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_the_library_imports_nothing_yet() -> None:
    program = "import stomptui, sys; print([name for name in sys.modules if name.startswith('stomptui.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("stomp://", "no host in the URI"),
        ("http://localhost/", "unknown scheme http://"),
        ("stomp://ops:secret@localhost:port/", "the port is not a number"),
        ("stomp://localhost/?colour=red", "unknown option 'colour'"),
        ("stomp://local\x1b]52;c;aGk=\x07host/", "not a URI"),
        ("stomp://localhost?heartbeat=%1b]52", "heartbeat='\\x1b]52' in the URI"),
        ("stomp://localhost/?passcode=secret", "passcode= in the URI is env:NAME, file:PATH or prompt"),
        ("stomp://a,stomp://b", "write them as failover:(stomp://a,stomp://b)"),
        ("failover:(stomp://a,stomp://b:x)", "broker 2 of the list: the port is not a number"),
    ],
)
def test_a_bad_uri_is_one_line_and_usage(uri: str, words: str) -> None:
    done = piped("connect", uri)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("stomptui: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert "secret" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("arguments", [["connect", "stomp://ops@127.0.0.1:1/"], ["demo"]])
def test_without_a_terminal(arguments: list[str]) -> None:
    done = piped(*arguments)
    assert done.returncode == 2
    assert done.stderr == "stomptui: standard input is not a terminal, and the console needs one\n"


def test_an_option_without_its_subscribe_is_usage() -> None:
    done = piped("connect", "stomp://localhost", "--ack", "client")
    assert done.returncode == 2
    assert "--ack belongs to the --subscribe before it" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_connection_is_one_line_and_no_screen() -> None:
    status, output = on_a_terminal("connect", "stomp://127.0.0.1:1/")
    assert status == 1
    assert output == (
        "stomptui: 127.0.0.1:1: connection refused; is the broker running, and is this its STOMP port?\r\n"
    )


def test_the_passcode_is_asked_for_unseen() -> None:
    status, output = on_a_terminal(
        "connect", "stomp://ops@127.0.0.1:1/", keys=b"hunter2\r", after=b"127.0.0.1:1: "
    )
    assert status == 1
    assert output.startswith("Passcode of ops at 127.0.0.1:1: ")
    assert "hunter2" not in output


def test_the_passcode_may_come_from_the_environment() -> None:
    status, output = on_a_terminal("connect", "stomp://ops@127.0.0.1:1/", STOMPTUI_PASSCODE="hunter2")
    assert status == 1
    assert output.startswith("stomptui: 127.0.0.1:1: connection refused")


def test_no_passcode_is_asked_for_without_a_user() -> None:
    status, output = on_a_terminal("connect", "stomp://127.0.0.1:1/")
    assert status == 1
    assert "Passcode" not in output


def test_the_user_may_come_from_the_environment() -> None:
    status, output = on_a_terminal(
        "connect", "stomp://127.0.0.1:1/", keys=b"hunter2\r", after=b"127.0.0.1:1: ", STOMPTUI_LOGIN="ops"
    )
    assert status == 1
    assert output.startswith("Passcode of ops at 127.0.0.1:1: ")


def test_the_user_is_asked_for_where_the_uri_says_so() -> None:
    status, output = on_a_terminal(
        "connect",
        "failover:(stomp://127.0.0.1:1,stomp://127.0.0.1:2)?login=prompt",
        keys=b"ops\r",
        after=b"User at 127.0.0.1:1: ",
        STOMPTUI_PASSCODE="hunter2",
    )
    assert status == 1
    assert output.count("User at") == 1
    assert "Passcode" not in output
    assert "hunter2" not in output


def test_ctrl_c_at_the_prompt_ends_it() -> None:
    status, output = on_a_terminal(
        "connect", "stomp://127.0.0.1:1?login=prompt", keys=b"\x03", after=b"User at 127.0.0.1:1: "
    )
    assert status == 130
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("stomp://127.0.0.1:1?login=env:NOBODY_SETS_THIS", "login=env:NOBODY_SETS_THIS: there is no such"),
        (
            "stomp://me@127.0.0.1:1?passcode=file:/no/such",
            "passcode=file:/no/such: No such file or directory",
        ),
        ("stomp+ssl://127.0.0.1:1?ca=/no/such", "ca=/no/such: No such file or directory"),
    ],
)
def test_what_the_uri_names_and_is_not_there(uri: str, words: str) -> None:
    status, output = on_a_terminal("connect", uri)
    assert status == 2
    assert output.startswith(f"stomptui: {words}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stomp://x", "--http-header", "A:b"], "--http-header and --origin are for ws:// and wss://"),
        (["stomp://x", "--origin", "http://x"], "--http-header and --origin are for ws:// and wss://"),
        (["stomp://x", "--header", "client-id"], "write NAME:VALUE"),
        (["ws://x", "--http-header", ":x"], "write NAME:VALUE"),
    ],
)
def test_headers_that_cannot_be_used(arguments: list[str], words: str) -> None:
    done = piped("connect", *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_types_are_shipped() -> None:
    import stomptui

    assert (Path(stomptui.__file__).parent / "py.typed").exists()


def test_every_public_name_is_there() -> None:
    import stomptui

    for name in stomptui.__all__:
        assert getattr(stomptui, name) is not None
    assert set(stomptui.__all__) <= set(dir(stomptui))
    with pytest.raises(AttributeError):
        stomptui.nothing  # noqa: B018
    assert {kind.__name__ for kind in get_args(stomptui.Event)} <= set(stomptui.__all__)

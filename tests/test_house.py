"""Rules of the house that no linter checks."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import stomptui

ROOT = Path(__file__).parent.parent
LONGEST = 400
"""Lines of a source file: beyond that it has more than one subject."""


def sources() -> list[Path]:
    return sorted([*(ROOT / "stomptui").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_nothing_is_left_to_do_in_comments() -> None:
    words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")
    assert [str(path) for path in sources() if words.search(path.read_text())] == []


def test_every_requirement_is_pinned_and_hashed_and_names_no_address() -> None:
    text = (ROOT / "requirements.txt").read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry[0] not in "#\n"]
    assert len(entries) > 30
    assert [
        entry for entry in entries if not re.match(r"[a-z0-9.-]+==\S+ .*\\\n +--hash=sha256:", entry)
    ] == []
    assert "://" not in text and "--index" not in text and "--find" not in text


def test_the_requirements_cover_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = [re.split(r"[<>=~\[; ]", each)[0].lower() for each in declared]
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()}
    assert [name for name in names if name.replace(".", "-") not in pinned] == []


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text or f"## [{stomptui.__version__}]" in text


def undocumented(name: str, thing: object) -> list[str]:
    """What of a public name says nothing of itself; a NamedTuple's own words are its fields."""
    if not isinstance(thing, type):
        return [] if inspect.getdoc(thing) else [name]
    members = {
        f"{name}.{member}": getattr(value, "fget", value)
        for member, value in vars(thing).items()
        if not member.startswith("_")
    }
    silent = [member for member, value in members.items() if inspect.isfunction(value) and not value.__doc__]
    return silent if thing.__doc__ and not thing.__doc__.startswith(f"{name}(") else [name, *silent]


def test_everything_public_says_what_it_is() -> None:
    public = [name for name in stomptui.__all__ if not name.startswith("_")]
    assert [each for name in public for each in undocumented(name, getattr(stomptui, name))] == []

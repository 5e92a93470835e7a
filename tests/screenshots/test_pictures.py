"""The pictures are those that the script draws, and it draws the same again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.screenshots.__main__ import HERE
from tests.screenshots.picture import KEPT, drawn, parts


def draw(name: str, folder: Path) -> str:
    command = [sys.executable, "-m", "tests.screenshots", "--into", str(folder), name]
    subprocess.run(command, check=True, cwd=HERE.parent)
    return (folder / f"{name}.svg").read_text()


def test_the_pictures_are_those_of_the_list() -> None:
    assert sorted(path.stem for path in HERE.glob("*.svg")) == KEPT
    assert {parts(name)[1:] for name in KEPT} >= {("wide", "dusk"), ("narrow", "paper")}


def test_the_same_picture_comes_again(tmp_path: Path) -> None:
    first = draw("main-narrow-paper", tmp_path / "one")
    assert "12:00:0" in first and "127.0.0.1:61613" in first and "R2" in first
    assert draw("main-narrow-paper", tmp_path / "two") == first


def test_no_picture_fetches_anything() -> None:
    for path in HERE.glob("*.svg"):
        assert "url(http" not in path.read_text() and "@import" not in path.read_text(), path


def test_pieces_begin_and_end_with_what_can_be_seen() -> None:
    piece = '<text class="a" x="10" y="20" textLength="61" clip-path="b">&#160;\u00a0to&#160;</text>'
    blank = '<text class="a" x="10" y="20" textLength="24.4" clip-path="b">&#160;&#160;</text>'
    expected = '<text class="a" x="34.4" y="20" textLength="24.4" clip-path="b">to</text>\n'
    assert drawn(piece) == expected
    assert drawn(blank).strip() == ""

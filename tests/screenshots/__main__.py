"""Renew the pictures in screenshots/, or draw others: `python -m tests.screenshots --help`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.screenshots.still import Clock, run

HERE = Path(__file__).parent.parent.parent / "screenshots"


def draw(names: list[str], folder: Path, clock: Clock) -> None:
    """Draw the pictures of these names into `folder`; those that are kept unless any is named."""
    from tests.screenshots.picture import KEPT, parts, picture  # they import Textual, which takes the clock

    folder.mkdir(parents=True, exist_ok=True)
    for name in names or KEPT:
        clock.start()
        svg = run(clock, lambda: picture(*parts(name)))  # noqa: B023  it runs here and now
        (folder / f"{name}.svg").write_text(svg)
    if not names and folder == HERE:
        for old in folder.glob("*.svg"):
            if old.stem not in KEPT:
                old.unlink()


def main() -> None:
    reading = argparse.ArgumentParser(
        prog="python -m tests.screenshots", description="Draw the console as SVG."
    )
    reading.add_argument("names", nargs="*", metavar="SCENE-SIZE-THEME", help="default: those that are kept")
    reading.add_argument("--into", type=Path, default=HERE, metavar="FOLDER", help="default: screenshots/")
    arguments = reading.parse_args()
    clock = Clock()
    clock.stop_time()
    draw(arguments.names, arguments.into, clock)


if __name__ == "__main__":
    main()

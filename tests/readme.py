"""Write the key table into the README: `python -m tests.readme`."""

from __future__ import annotations

from pathlib import Path

from stomptui.console.keys import readme_table

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- keys: ", "<!-- end of keys -->"


def with_keys(text: str) -> str:
    """The README with the table as it is now between the two markers."""
    head, start, rest = text.partition(START)
    marker, _, rest = rest.partition("\n")
    _, end, tail = rest.partition(END)
    assert start and end, "the README has lost its markers"
    return f"{head}{start}{marker}\n{readme_table().strip()}\n{end}{tail}"


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text()))

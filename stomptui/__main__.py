"""`stomptui`, and `python -m stomptui`."""

from __future__ import annotations


def main() -> None:
    from stomptui.commands import cli

    cli(prog_name="stomptui")


if __name__ == "__main__":
    main()

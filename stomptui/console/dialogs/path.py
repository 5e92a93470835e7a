"""Ask for the name of a file."""

from __future__ import annotations

from pathlib import Path

from stomptui.console.dialogs.row import AskRow


class PathRow(AskRow):
    """Ask for a file, `~` allowed; with `exists` it must be there, otherwise its folder must."""

    def __init__(self, prompt: str, value: str = "", *, exists: bool = False) -> None:
        super().__init__(prompt, value, placeholder="path of a file")
        self.exists = exists

    def read(self, text: str) -> str | None:
        if not text.strip():
            return None
        try:
            path = Path(text.strip()).expanduser()
            if path.is_dir():
                raise ValueError("that is a folder: a file's name is needed")
            if self.exists and not path.is_file():
                raise ValueError("there is no such file")
            if not path.parent.is_dir():
                raise ValueError("there is no such folder")
        except (OSError, RuntimeError) as error:
            raise ValueError(f"that path cannot be used: {error}") from error
        return str(path)

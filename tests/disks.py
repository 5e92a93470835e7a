"""Disks that are really full, where a small one can be mounted."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Disk = Callable[[str], Path]


def mounted(folder: Path, size: str, *more: str) -> bool:
    """Whether a disk of `size` is mounted on `folder` now."""
    program = shutil.which("mount")
    options = ",".join((*more, f"size={size}"))
    command = [program or "", "-t", "tmpfs", "-o", options, "stomptui-test", str(folder)]
    return program is not None and subprocess.run(command, capture_output=True).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Mounts a disk of a size, or makes it larger."""
    folder = tmp_path / "disk"
    folder.mkdir()
    there: list[bool] = []

    def mount(size: str) -> Path:
        if not mounted(folder, size, *(["remount"] if there else [])):
            pytest.skip("no disk can be mounted here")
        there.append(True)
        return folder

    yield mount
    if there:
        subprocess.run(["umount", "-l", str(folder)], check=True)

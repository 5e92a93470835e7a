"""What all tests share: the real brokers, and disks that are full."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers.plugin import (
    activemq,
    broker,
    certificates,
    destination,
    destinations,
    impatient_rabbitmq,
    mortal_activemq,
    mortal_rabbitmq,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_unconfigure,
    rabbitmq,
    two_brokers,
)
from tests.disks import disk

__all__ = [
    "activemq",
    "broker",
    "certificates",
    "destination",
    "destinations",
    "disk",
    "impatient_rabbitmq",
    "mortal_activemq",
    "mortal_rabbitmq",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_unconfigure",
    "rabbitmq",
    "two_brokers",
]


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test in turn, numbered here: pytest would look through all of them for each."""
    folder = tmp_path_factory.mktemp("states")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def state_folder(states: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Recordings, histories and journals of the tests go there, never to those of whoever runs them."""
    folder = next(states)
    folder.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder

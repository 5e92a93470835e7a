"""What all tests share: the real brokers, and disks that are full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.brokers.plugin import (
    activemq,
    broker,
    certificates,
    destination,
    destinations,
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
    "mortal_rabbitmq",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_unconfigure",
    "rabbitmq",
    "two_brokers",
]


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Recordings, histories and journals of the tests go there, never to those of whoever runs them."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder

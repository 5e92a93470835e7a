"""What all tests share: the real brokers."""

from __future__ import annotations

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

__all__ = [
    "activemq",
    "broker",
    "certificates",
    "destination",
    "destinations",
    "mortal_rabbitmq",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_unconfigure",
    "rabbitmq",
    "two_brokers",
]

"""What pytest sees of the real brokers: fixtures, the `broker` marker, and when to start what."""

from __future__ import annotations

import itertools
import os
import re
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.brokers import launch, service
from tests.brokers.certificates import Certificates
from tests.brokers.private import Private, private_activemq, private_rabbitmq
from tests.brokers.real import RealBroker

REQUIRED = "STOMPTUI_REQUIRE_BROKERS"
"""Set to anything but 0 where a missing broker is a failure rather than a reason to skip."""
PRIVATE = {"two_brokers", "mortal_activemq", "mortal_rabbitmq", "impatient_rabbitmq"}
"""The fixtures whose brokers are one test's alone."""
_service: list[service.Service] = []


def needs(item: pytest.Item) -> set[str]:
    """The real brokers of the test run that a test uses."""
    fixtures = set(getattr(item, "fixturenames", ()))
    names = fixtures & set(launch.KINDS)
    if "broker" in fixtures:
        names.add(item.callspec.params["broker"])  # type: ignore[attr-defined]  # of pytest.Function
    return names


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _service.append(service.Service())
        os.environ[service.VARIABLE] = _service[-1].path  # inherited by the workers


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and _service:
        _service.pop().close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a real broker, and put them last: the brokers start meanwhile."""
    for item in items:
        if needs(item) or PRIVATE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.broker)
    items.sort(key=lambda item: item.get_closest_marker("broker") is not None)


def pytest_collection_finish(session: pytest.Session) -> None:
    distributed = getattr(session.config.option, "dist", "no") != "no"
    if session.config.option.collectonly or (distributed and not hasattr(session.config, "workerinput")):
        return
    for name in sorted(set().union(*map(needs, session.items))):
        if not launch.missing(name):
            service.order(name)


def _require(name: str) -> None:
    if reason := launch.missing(name):
        if os.environ.get(REQUIRED, "0") not in ("", "0"):
            pytest.fail(f"{REQUIRED} is set, and {reason}", pytrace=False)
        pytest.skip(reason)


def _real(name: str, worker_id: str) -> RealBroker:
    _require(name)
    try:
        return service.ask(name).for_worker(int("0" + re.sub(r"\D", "", worker_id)))
    except launch.DidNotStart as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def rabbitmq(worker_id: str) -> RealBroker:
    """The RabbitMQ of this test run."""
    return _real("rabbitmq", worker_id)


@pytest.fixture(scope="session")
def activemq(worker_id: str) -> RealBroker:
    """The ActiveMQ of this test run."""
    return _real("activemq", worker_id)


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    """The certificates of this test run; the real brokers have the same."""
    return service.ask_certificates()


@pytest.fixture(scope="session", params=sorted(launch.KINDS))
def broker(request: pytest.FixtureRequest) -> RealBroker:
    """Each of the real brokers in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def two_brokers(tmp_path: Path) -> Iterator[tuple[Private, Private]]:
    """Two ActiveMQ of this test alone, started, which know no users."""
    _require("activemq")
    pair = private_activemq(tmp_path / "one"), private_activemq(tmp_path / "two")
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Private.start, pair))
        yield pair
    finally:
        for each in pair:
            each.kill()


@pytest.fixture
def mortal_activemq(tmp_path: Path) -> Iterator[Private]:
    """An ActiveMQ of this test alone, started, which knows no users."""
    _require("activemq")
    broker = private_activemq(tmp_path / "one")
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


@pytest.fixture
def mortal_rabbitmq(tmp_path: Path, certificates: Certificates) -> Iterator[Private]:
    """A RabbitMQ of this test alone, started; each start takes some seconds."""
    _require("rabbitmq")
    node = private_rabbitmq(tmp_path, certificates)
    try:
        node.start()
        yield node
    finally:
        node.kill()


@pytest.fixture
def impatient_rabbitmq(tmp_path: Path, certificates: Certificates) -> Iterator[Private]:
    """A RabbitMQ of this test alone that waits 1.5 s for an ACK, and looks each half of a second."""
    _require("rabbitmq")
    settings = "{consumer_timeout, 1500}, {channel_tick_interval, 500}"
    node = private_rabbitmq(tmp_path, certificates, settings)
    try:
        node.start()
        yield node
    finally:
        node.kill()


@pytest.fixture
def destinations() -> Callable[..., str]:
    """`destinations("orders")` is a queue of that name with a suffix of this test; `kind="topic"` a topic."""
    suffix = uuid.uuid4().hex[:8]
    count = itertools.count(1)

    def unique(name: str = "q", kind: str = "queue") -> str:
        return f"/{kind}/{name}.{suffix}.{next(count)}"

    return unique


@pytest.fixture
def destination(destinations: Callable[..., str]) -> str:
    """A queue that no other test has."""
    return destinations()

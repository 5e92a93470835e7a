"""The console for STOMP brokers, and the asyncio STOMP library under it.

`async with stomptui.connect("stomp://guest:guest@localhost/") as client: ...`
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.net.client import Client as Client
    from stomptui.net.connect import connect as connect
    from stomptui.net.outcome import Confirmation as Confirmation
    from stomptui.net.subscription import Message as Message
    from stomptui.net.subscription import Subscription as Subscription
    from stomptui.net.transaction import Transaction as Transaction
    from stomptui.stomp.backoff import Backoff as Backoff
    from stomptui.stomp.endpoint import Endpoint as Endpoint
    from stomptui.stomp.errors import BrokerError as BrokerError
    from stomptui.stomp.errors import ConnectionLost as ConnectionLost
    from stomptui.stomp.errors import LimitExceeded as LimitExceeded
    from stomptui.stomp.errors import LocalProtocolError as LocalProtocolError
    from stomptui.stomp.errors import RemoteProtocolError as RemoteProtocolError
    from stomptui.stomp.errors import StompError as StompError
    from stomptui.stomp.errors import TimedOut as TimedOut
    from stomptui.stomp.failover import Failover as Failover
    from stomptui.stomp.failover import parse_failover as parse_failover
    from stomptui.stomp.frame import AckMode as AckMode
    from stomptui.stomp.frame import Frame as Frame
    from stomptui.stomp.percent import UriError as UriError
    from stomptui.stomp.uri import parse_uri as parse_uri

__version__ = "0.1.0"

# Name: the module that has it. Imported when first asked for, so that `stomptui --version` costs nothing.
_WHERE = {
    "AckMode": "stomptui.stomp.frame",
    "Backoff": "stomptui.stomp.backoff",
    "BrokerError": "stomptui.stomp.errors",
    "Client": "stomptui.net.client",
    "Confirmation": "stomptui.net.outcome",
    "ConnectionLost": "stomptui.stomp.errors",
    "Endpoint": "stomptui.stomp.endpoint",
    "Failover": "stomptui.stomp.failover",
    "Frame": "stomptui.stomp.frame",
    "LimitExceeded": "stomptui.stomp.errors",
    "LocalProtocolError": "stomptui.stomp.errors",
    "Message": "stomptui.net.subscription",
    "RemoteProtocolError": "stomptui.stomp.errors",
    "StompError": "stomptui.stomp.errors",
    "Subscription": "stomptui.net.subscription",
    "TimedOut": "stomptui.stomp.errors",
    "Transaction": "stomptui.net.transaction",
    "UriError": "stomptui.stomp.percent",
    "connect": "stomptui.net.connect",
    "parse_failover": "stomptui.stomp.failover",
    "parse_uri": "stomptui.stomp.uri",
}

__all__ = [
    "__version__",
    *sorted(_WHERE),
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})

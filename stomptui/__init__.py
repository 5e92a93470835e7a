"""The console for STOMP brokers, and the asyncio STOMP library under it.

`async with stomptui.connect("stomp://guest:guest@localhost/") as client: ...`
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.net.client import Client as Client
    from stomptui.net.connect import connect as connect
    from stomptui.net.login import Credentials as Credentials
    from stomptui.net.outcome import Confirmation as Confirmation
    from stomptui.net.ping import Ping as Ping
    from stomptui.net.settling import Settlements as Settlements
    from stomptui.net.stream import EventStream as EventStream
    from stomptui.net.subscription import Message as Message
    from stomptui.net.subscription import Subscription as Subscription
    from stomptui.net.transaction import Transaction as Transaction
    from stomptui.stomp.backoff import Backoff as Backoff
    from stomptui.stomp.endpoint import Endpoint as Endpoint
    from stomptui.stomp.errors import AccessRefused as AccessRefused
    from stomptui.stomp.errors import BrokerError as BrokerError
    from stomptui.stomp.errors import ConnectionLost as ConnectionLost
    from stomptui.stomp.errors import LimitExceeded as LimitExceeded
    from stomptui.stomp.errors import LocalProtocolError as LocalProtocolError
    from stomptui.stomp.errors import Offline as Offline
    from stomptui.stomp.errors import RemoteProtocolError as RemoteProtocolError
    from stomptui.stomp.errors import StaleMessage as StaleMessage
    from stomptui.stomp.errors import StompError as StompError
    from stomptui.stomp.errors import TimedOut as TimedOut
    from stomptui.stomp.errors import TransactionLost as TransactionLost
    from stomptui.stomp.events import Closed as Closed
    from stomptui.stomp.events import Confirmed as Confirmed
    from stomptui.stomp.events import Connected as Connected
    from stomptui.stomp.events import ErrorReceived as ErrorReceived
    from stomptui.stomp.events import Event as Event
    from stomptui.stomp.events import FrameReceived as FrameReceived
    from stomptui.stomp.events import FrameSent as FrameSent
    from stomptui.stomp.events import GivenUp as GivenUp
    from stomptui.stomp.events import HeartBeatMissed as HeartBeatMissed
    from stomptui.stomp.events import HeartBeatReceived as HeartBeatReceived
    from stomptui.stomp.events import HeartBeatSent as HeartBeatSent
    from stomptui.stomp.events import MalformedReceived as MalformedReceived
    from stomptui.stomp.events import MessageReceived as MessageReceived
    from stomptui.stomp.events import NotSubscribed as NotSubscribed
    from stomptui.stomp.events import ReceiptReceived as ReceiptReceived
    from stomptui.stomp.events import Rejected as Rejected
    from stomptui.stomp.events import Retrying as Retrying
    from stomptui.stomp.events import Settled as Settled
    from stomptui.stomp.events import Settlement as Settlement
    from stomptui.stomp.events import TransactionEnded as TransactionEnded
    from stomptui.stomp.events import Unconfirmed as Unconfirmed
    from stomptui.stomp.failover import Failover as Failover
    from stomptui.stomp.failover import parse_failover as parse_failover
    from stomptui.stomp.frame import AckMode as AckMode
    from stomptui.stomp.frame import Frame as Frame
    from stomptui.stomp.limits import Limits as Limits
    from stomptui.stomp.percent import UriError as UriError
    from stomptui.stomp.uri import parse_uri as parse_uri

__version__ = "0.1.0"

# Name: the module that has it. Imported when first asked for, so that `stomptui --version` costs nothing.
_WHERE = {
    "AckMode": "stomptui.stomp.frame",
    "Backoff": "stomptui.stomp.backoff",
    "BrokerError": "stomptui.stomp.errors",
    "Client": "stomptui.net.client",
    "Closed": "stomptui.stomp.events",
    "Confirmation": "stomptui.net.outcome",
    "Confirmed": "stomptui.stomp.events",
    "Connected": "stomptui.stomp.events",
    "ConnectionLost": "stomptui.stomp.errors",
    "Credentials": "stomptui.net.login",
    "Endpoint": "stomptui.stomp.endpoint",
    "ErrorReceived": "stomptui.stomp.events",
    "Event": "stomptui.stomp.events",
    "EventStream": "stomptui.net.stream",
    "Failover": "stomptui.stomp.failover",
    "Frame": "stomptui.stomp.frame",
    "FrameReceived": "stomptui.stomp.events",
    "FrameSent": "stomptui.stomp.events",
    "GivenUp": "stomptui.stomp.events",
    "HeartBeatMissed": "stomptui.stomp.events",
    "HeartBeatReceived": "stomptui.stomp.events",
    "HeartBeatSent": "stomptui.stomp.events",
    "LimitExceeded": "stomptui.stomp.errors",
    "Limits": "stomptui.stomp.limits",
    "LocalProtocolError": "stomptui.stomp.errors",
    "MalformedReceived": "stomptui.stomp.events",
    "Message": "stomptui.net.subscription",
    "MessageReceived": "stomptui.stomp.events",
    "NotSubscribed": "stomptui.stomp.events",
    "Offline": "stomptui.stomp.errors",
    "Ping": "stomptui.net.ping",
    "ReceiptReceived": "stomptui.stomp.events",
    "Rejected": "stomptui.stomp.events",
    "AccessRefused": "stomptui.stomp.errors",
    "RemoteProtocolError": "stomptui.stomp.errors",
    "Retrying": "stomptui.stomp.events",
    "Settled": "stomptui.stomp.events",
    "Settlement": "stomptui.stomp.events",
    "Settlements": "stomptui.net.settling",
    "StaleMessage": "stomptui.stomp.errors",
    "StompError": "stomptui.stomp.errors",
    "Subscription": "stomptui.net.subscription",
    "TimedOut": "stomptui.stomp.errors",
    "Transaction": "stomptui.net.transaction",
    "TransactionEnded": "stomptui.stomp.events",
    "TransactionLost": "stomptui.stomp.errors",
    "Unconfirmed": "stomptui.stomp.events",
    "UriError": "stomptui.stomp.percent",
    "connect": "stomptui.net.connect",
    "parse_failover": "stomptui.stomp.failover",
    "parse_uri": "stomptui.stomp.uri",
}

__all__ = [
    "__version__",
    *sorted(_WHERE),
]


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> object:
        if name not in _WHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(_WHERE[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})

"""An in-memory STOMP broker and sample traffic: try the console with no broker, and test against it.

It keeps nothing, knows no users, listens on the loopback interface only and is no production broker.
"""

from __future__ import annotations

from stomptui.demo.broker import Broker
from stomptui.demo.faults import Faults
from stomptui.demo.sample import fill as fill_samples
from stomptui.demo.sample import publish as publish_samples
from stomptui.demo.thread import serve_in_thread

__all__ = ["Broker", "Faults", "fill_samples", "publish_samples", "serve_in_thread"]

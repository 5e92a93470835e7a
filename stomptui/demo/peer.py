"""One client as the broker sees it: what its frames do, and the frames that answer; no sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable

from stomptui.demo.destinations import Destinations
from stomptui.demo.faults import Faults
from stomptui.demo.greeting import Greeting, greet
from stomptui.demo.queues import Message
from stomptui.demo.refusals import Refused, required
from stomptui.demo.subscriptions import Delivery, Subscription, ack_mode, prefetch_count, settle
from stomptui.demo.transactions import Settling, Transactions
from stomptui.demo.unsettled import Unsettled
from stomptui.stomp.frame import AckMode, Frame

SUBSCRIPTIONS_LIMIT = 1_000
"""Subscriptions of one client."""
BLANKS = " \t"


class Peer:
    """The broker's side of one connection: `write` takes its frames, `writable` says if MESSAGEs may go."""

    def __init__(
        self,
        number: int,
        destinations: Destinations,
        faults: Faults,
        write: Callable[[Frame], None],
        writable: Callable[[], bool],
    ) -> None:
        self.number = number
        self.destinations = destinations
        self.faults = faults
        self.write = write
        self.writable = writable
        self.greeting: Greeting | None = None
        self.closing = False
        """Whether the connection is to end now that the answer is written."""
        self.subscriptions: dict[str, Subscription] = {}
        self.transactions = Transactions(destinations)
        self.unsettled = Unsettled()
        self._delivered = 0

    @property
    def version(self) -> str | None:
        """The version agreed on, None before CONNECTED."""
        return self.greeting.version if self.greeting else None

    def receive(self, frame: Frame) -> None:
        """Do what a frame asks, answer it, and deliver what has become deliverable."""
        if self.closing:
            return
        receipt = None
        try:
            if any("\0" in text for header in frame.headers for text in header):
                raise Refused("NUL in a header", "A header holds NUL, which no frame can carry.", closes=True)
            receipt = frame.first("receipt")
            self._do(frame)
            if (
                receipt is not None
                and frame.command not in ("CONNECT", "STOMP")
                and not self.faults.no_receipts
            ):
                self.write(Frame("RECEIPT", [("receipt-id", receipt)]))
        except Refused as refusal:
            self.write(refusal.error(receipt))
            self.closing = self.closing or refusal.closes or self.faults.errors_close
        self.destinations.dispatch()

    def gone(self) -> None:
        """The connection ended: everything unsettled goes back, transactions are forgotten."""
        self.closing = True
        self.transactions.staged.clear()
        for subscription in self.subscriptions.values():
            self._close(subscription)
        self._settle(list(self.unsettled), requeue=True)
        self.subscriptions.clear()
        self.destinations.dispatch()

    def _do(self, frame: Frame) -> None:
        if self.greeting is None:
            self.greeting = greet(frame, self.number, self.faults)
            self.write(self.greeting.frame)
            return
        match frame.command:
            case "SEND":
                self._send(frame)
            case "SUBSCRIBE":
                self._subscribe(frame)
            case "UNSUBSCRIBE":
                self._unsubscribe(frame)
            case "ACK" | "NACK":
                self._ack(frame)
            case "BEGIN":
                self.transactions.begin(required(frame, "transaction"))
            case "COMMIT":
                self.transactions.commit(required(frame, "transaction"))
                self._forget_ended()
            case "ABORT":
                self.transactions.abort(required(frame, "transaction"))
                self._forget_ended()
            case "DISCONNECT":
                self.closing = True
            case "CONNECT" | "STOMP":
                raise Refused(
                    "already connected", "One CONNECT a connection: this is the second.", closes=True
                )
            case command:
                raise Refused("unknown command", f"'{command}' is no frame that a client sends.")

    def _send(self, frame: Frame) -> None:
        if self.faults.error_on_send is not None:
            fault, self.faults.error_on_send = self.faults.error_on_send, None
            raise Refused(fault, f"This SEND was to be refused: {fault}.")
        destination = required(frame, "destination")
        transaction = frame.first("transaction")
        if self.version == "1.0":  # blanks around names and values are padding there
            headers = [(name.strip(BLANKS), value.strip(BLANKS)) for name, value in frame.headers]
            frame = Frame("SEND", headers, frame.body)
        if transaction is not None:
            self.transactions.stage(transaction, frame, "SEND")
        else:
            self.destinations.publish(destination, frame.headers, frame.body)

    def _subscribe(self, frame: Frame) -> None:
        if self.faults.error_on_subscribe is not None:
            fault, self.faults.error_on_subscribe = self.faults.error_on_subscribe, None
            raise Refused(fault, f"This SUBSCRIBE was to be refused: {fault}.")
        destination = required(frame, "destination")
        named = frame.first("id")
        if named is None and self.version != "1.0":
            raise Refused("missing id", f"SUBSCRIBE needs an 'id' header in STOMP {self.version}.")
        id_ = destination if named is None else named
        if id_ in self.subscriptions:
            raise Refused(
                "duplicate subscription", f"The id '{id_}' names a subscription of this connection already."
            )
        if len(self.subscriptions) >= SUBSCRIPTIONS_LIMIT:
            raise Refused(
                "too many subscriptions", f"This broker keeps {SUBSCRIPTIONS_LIMIT:,} a connection."
            )
        mode = ack_mode(frame.first("ack"), self.version)
        prefetch = prefetch_count(frame.first("prefetch-count"))
        queue = self.destinations.open(destination)
        subscription = Subscription(
            id_,
            named is not None,
            queue,
            mode,
            prefetch,
            self._message,
            lambda: not self.closing and self.writable(),
        )
        self.subscriptions[id_] = subscription
        queue.consumers.append(subscription)
        self.destinations.changed(queue)

    def _unsubscribe(self, frame: Frame) -> None:
        id_ = frame.first("id")
        if id_ is None and self.version == "1.0":
            id_ = frame.first("destination")
        if id_ is None:
            raise Refused("missing id", "UNSUBSCRIBE needs the 'id' header of its SUBSCRIBE.")
        if id_ not in self.subscriptions:
            raise Refused("unknown subscription", f"'{id_}' names no subscription of this connection.")
        subscription = self.subscriptions.pop(id_)
        self._close(subscription)
        waiting = [delivery for delivery in subscription.held.values() if delivery.transaction is None]
        self._settle(waiting, requeue=True)

    def _ack(self, frame: Frame) -> None:
        if frame.command == "NACK" and self.version == "1.0":
            raise Refused("unknown command", "NACK came with STOMP 1.1; this connection speaks 1.0.")
        transaction = frame.first("transaction")
        if transaction is not None:
            self.transactions.opened(transaction, frame.command)
        delivery = self.unsettled.named(frame, self.version)
        if delivery.transaction is not None:
            words = f"{frame.command} {delivery.ack}: its settling is staged in '{delivery.transaction}'."
            raise Refused("already staged", words)
        requeue = None if frame.command == "ACK" else frame.first("requeue") != "false"
        covered = delivery.subscription.covered(delivery)
        if transaction is not None:
            self.transactions.stage(transaction, Settling(covered, requeue), frame.command)
        else:
            self._settle(covered, requeue=requeue)

    def _message(self, subscription: Subscription, message: Message) -> Delivery | None:
        """Write a MESSAGE; returns the delivery to be settled, None in mode `auto`."""
        headers = [("subscription", subscription.id)] if subscription.named else []
        headers += [("destination", message.destination), ("message-id", message.id)]
        delivery = None
        if subscription.mode is not AckMode.AUTO:
            self._delivered += 1
            delivery = Delivery(f"a-{self.number}-{self._delivered}", message, subscription)
            self.unsettled.add(delivery)
            if self.version == "1.2":
                headers.append(("ack", delivery.ack))
        headers.append(("redelivered", "true" if message.redelivered else "false"))
        headers += message.headers
        headers.append(("content-length", str(len(message.body))))
        self.write(Frame("MESSAGE", headers, message.body))
        return delivery

    def _settle(self, deliveries: list[Delivery], *, requeue: bool | None) -> None:
        self.destinations.changed(*settle(deliveries, requeue=requeue))
        self.unsettled.ended(deliveries)

    def _forget_ended(self) -> None:
        self.unsettled.ended([delivery for delivery in self.unsettled if delivery.ended])

    def _close(self, subscription: Subscription) -> None:
        subscription.closed = True
        subscription.queue.consumers.remove(subscription)
        self.destinations.close(subscription.queue)

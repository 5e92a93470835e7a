"""A transaction as an asynchronous context: what goes through it, and nothing else, ends with it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from stomptui.net.settling import settle_many
from stomptui.stomp import frame as frames
from stomptui.stomp.errors import StompError, TransactionLost

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from stomptui.net.client import Client
    from stomptui.net.outcome import Confirmation
    from stomptui.net.settling import Settlements
    from stomptui.net.subscription import Message
    from stomptui.stomp.frame import Headers


def abandon(client: Client, name: str, connection: int) -> Confirmation | None:
    """Send ABORT of a transaction of `connection`, unless that has ended, or COMMIT or ABORT was sent.

    Raises nothing: the caller has to hear of what was raised before.
    """
    made = client.state.transactions.get(name)
    if made is None or made.ending is not None or connection != client.state.connection:
        return None
    try:
        return client.transmit(frames.abort(name, receipt=client.session.next_receipt()))
    except StompError:
        return None


class Transaction:
    """Made by `Client.transaction`: COMMIT at the end of the block, ABORT when it raises.

    A receipt asked for inside comes with the COMMIT at the latest: await the confirmation after the block.
    STOMP 1.2, BEGIN.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.name = ""
        self._connection = 0

    async def __aenter__(self) -> Transaction:
        self.name = await self._client.begin(automatic=False)
        self._connection = self._client.state.connection  # it may have waited for this one
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            await self._abort(error)
            return
        try:
            self._must_be_open()
            await self._client.commit(self.name)
        except BaseException as failure:
            await self._abort(failure)
            raise

    async def _abort(self, because: BaseException) -> None:
        sent = abandon(self._client, self.name, self._connection)
        if sent is not None and isinstance(because, Exception):  # a cancelled task is not to wait
            with suppress(StompError):
                await sent

    def _must_be_open(self) -> None:
        # Another one of this name may be open on the connection that replaced this one's.
        if self._connection != self._client.state.connection:
            raise TransactionLost(
                f"transaction {self.name} was lost with connection {self._connection}, nothing of it was done"
            )

    async def send(
        self,
        destination: str,
        body: bytes | str = b"",
        *,
        headers: Headers = (),
        content_type: str | None = None,
        content_length: bool | None = None,
        receipt: bool = False,
    ) -> Confirmation:
        """Stage a message; raises TransactionLost when the connection it began on has ended.

        With `receipt` the confirmation is returned, to be awaited after the COMMIT. STOMP 1.2, SEND.
        """
        self._must_be_open()
        return await self._client.send(
            destination,
            body,
            headers=headers,
            content_type=content_type,
            content_length=content_length,
            transaction=self.name,
            receipt=receipt,
        )

    async def ack(self, message: Message | int, *, receipt: bool = False) -> Confirmation:
        """Stage an ACK; raises TransactionLost as `send` does, else as `Client.ack`. STOMP 1.2, ACK."""
        self._must_be_open()
        return await self._client.ack(message, transaction=self.name, receipt=receipt)

    async def nack(
        self, message: Message | int, *, headers: Headers = (), receipt: bool = False
    ) -> Confirmation:
        """Stage a NACK; raises as `ack` does, also on brokers that take none in a transaction.

        STOMP 1.2, NACK.
        """
        self._must_be_open()
        return await self._client.nack(message, transaction=self.name, headers=headers, receipt=receipt)

    async def settle_many(
        self, command: str, numbers: Iterable[int], *, headers: Headers = (), receipt: bool = False
    ) -> Settlements:
        """Stage ACK or NACK of the messages `numbers` as `Client.settle_many` sends them.

        Raises TransactionLost as `send` does, and ConnectionLost. STOMP 1.2, ACK.
        """
        self._must_be_open()
        line = self._client._line
        return await settle_many(
            line, command, numbers, headers=headers, receipt=receipt, transaction=self.name
        )

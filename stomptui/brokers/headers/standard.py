"""The headers of the specification, which every broker knows."""

from __future__ import annotations

from stomptui.brokers.facts import Header, Known

CLIENT = ("SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT")
"""The commands whose frames may ask for a receipt: a client's own, CONNECT excepted."""


def _standard(
    section: str,
    name: str,
    frames: tuple[str, ...],
    meaning: str,
    *,
    required: bool = False,
    values: tuple[str, ...] = (),
    example: str = "",
) -> Header:
    where = f"STOMP 1.2, {section}"
    return Header(name, frames, meaning, values, example, required, known=Known.SPECIFIED, section=where)


STANDARD = (
    _standard(
        "Connecting",
        "accept-version",
        ("CONNECT",),
        "the versions that the client speaks",
        required=True,
        example="1.0,1.1,1.2",
    ),
    _standard(
        "Connecting",
        "host",
        ("CONNECT",),
        "the virtual host that the client wants",
        required=True,
        example="/",
    ),
    _standard("Connecting", "login", ("CONNECT",), "the user", example="guest"),
    _standard("Connecting", "passcode", ("CONNECT",), "the user's password"),
    _standard(
        "Heart-beating",
        "heart-beat",
        ("CONNECT", "CONNECTED"),
        "milliseconds between the beats that the sender promises, and wants; 0 is none",
        example="10000,10000",
    ),
    _standard(
        "Connecting", "version", ("CONNECTED",), "the version that the connection speaks", required=True
    ),
    _standard("Connecting", "session", ("CONNECTED",), "a name for this connection"),
    _standard("Connecting", "server", ("CONNECTED",), "the broker's name, a slash and its version"),
    _standard(
        "SEND", "destination", ("SEND",), "where the message goes", required=True, example="/queue/NAME"
    ),
    _standard(
        "SEND",
        "transaction",
        ("SEND", "ACK", "NACK"),
        "the open transaction that this belongs to: it is done at its COMMIT",
    ),
    _standard(
        "SUBSCRIBE",
        "destination",
        ("SUBSCRIBE",),
        "where messages are wanted from",
        required=True,
        example="/queue/NAME",
    ),
    _standard(
        "SUBSCRIBE", "id", ("SUBSCRIBE",), "a name for the subscription, once a connection", required=True
    ),
    _standard(
        "SUBSCRIBE",
        "ack",
        ("SUBSCRIBE",),
        "who settles: nobody, the client all up to one message, or each by itself; auto unless it is given",
        values=("auto", "client", "client-individual"),
    ),
    _standard("UNSUBSCRIBE", "id", ("UNSUBSCRIBE",), "the subscription that ends", required=True),
    _standard(
        "ACK", "id", ("ACK", "NACK"), "the `ack` of the message that is settled (STOMP 1.2)", required=True
    ),
    Header(
        "message-id",
        ("ACK", "NACK"),
        "the message that is settled (STOMP 1.0 and 1.1)",
        known=Known.SPECIFIED,
        section="STOMP 1.1, ACK",
    ),
    Header(
        "subscription",
        ("ACK", "NACK"),
        "the subscription whose message is settled (STOMP 1.1; STOMP 1.0 where SUBSCRIBE had an id)",
        known=Known.SPECIFIED,
        section="STOMP 1.1, ACK",
    ),
    _standard("BEGIN", "transaction", ("BEGIN", "COMMIT", "ABORT"), "the transaction's name", required=True),
    _standard(
        "Header receipt",
        "receipt",
        CLIENT,
        "a name: the broker confirms the frame with a RECEIPT of that name",
    ),
    _standard(
        "Header content-length",
        "content-length",
        ("SEND", "MESSAGE", "ERROR"),
        "octets of the body, which may then hold NUL",
        example="0",
    ),
    _standard(
        "Header content-type",
        "content-type",
        ("SEND", "MESSAGE", "ERROR"),
        "the MIME type of the body",
        example="application/json",
    ),
    _standard("MESSAGE", "destination", ("MESSAGE",), "where the message was sent to", required=True),
    _standard("MESSAGE", "message-id", ("MESSAGE",), "the broker's id for the message", required=True),
    _standard("MESSAGE", "subscription", ("MESSAGE",), "the subscription that it is for", required=True),
    _standard("MESSAGE", "ack", ("MESSAGE",), "the id for its ACK or NACK; none in mode auto"),
    _standard("RECEIPT", "receipt-id", ("RECEIPT",), "the receipt that was asked for", required=True),
    _standard("ERROR", "receipt-id", ("ERROR",), "the receipt that the refused frame asked for"),
    _standard("ERROR", "message", ("ERROR",), "what went wrong, in short"),
)

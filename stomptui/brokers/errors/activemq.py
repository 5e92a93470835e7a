"""ActiveMQ Classic's ERRORs: the message is a Java exception's, the body its stack trace."""

from __future__ import annotations

from stomptui.brokers.facts import explanation

ACTIVEMQ = (
    explanation(
        r"^User .* is not authorized to (?:read from|write to|create|remove): ",
        "this user may not do that there",
        "ask for the right in the broker's authorisation map, or use another user",
        closes=False,
    ),
    explanation(
        r"^Unexpected N?ACK received for message-id ",
        "no message awaits a settling under that id: settled before, refused before, or another connection's",
        "settle each message once, with the id as it came; its colons are escaped",
        closes=False,
    ),
    explanation(
        r"^N?ACK received without (?:a|an) ",
        "the frame does not say which message it settles",
        "1.2: id, from the message's ack; 1.1: message-id and subscription",
        closes=False,
    ),
    explanation(
        r"^NACK received but connection is in v1\.0 mode",
        "STOMP 1.0 has no NACK",
        "connect with 1.1 or 1.2",
        closes=False,
    ),
    explanation(
        r"^Poison ack cannot be transacted: ",
        "ActiveMQ does a NACK at once or not at all, never in a transaction; the message was not settled",
        "ABORT the transaction, then NACK without one; or UNSUBSCRIBE: then it comes again",
        closes=False,
    ),
    explanation(
        r"^Invalid transaction id: ",
        "no transaction of that name is open: it was never begun, or ended before",
        "BEGIN it first",
        closes=False,
    ),
    explanation(
        r"^The transaction was already started: ",
        "a transaction of that name is open already",
        "COMMIT or ABORT it first, or choose another name",
        closes=False,
    ),
    explanation(
        r"^Must specify the transaction you are ",
        "the frame names no transaction",
        "add the header transaction",
        closes=False,
    ),
    explanation(
        r"^(?:UN)?SUBSCRIBE received without a subscription id!",
        "from STOMP 1.1 on a subscription needs an id",
        "add the header id",
        closes=False,
    ),
    explanation(
        r"^No subscription matched\.$",
        "this connection has no subscription of that id",
        "check the id: it ended before, or is another connection's",
        closes=False,
    ),
    explanation(
        r"^SEND received without a Destination specified!|^Invalid empty or 'null' Destination header",
        "the frame names no destination",
        "add the header destination",
        closes=False,
    ),
    explanation(
        r"^javax\.jms\.InvalidSelectorException: ",
        "the selector cannot be read",
        "write it as a condition of SQL: text = 'a' AND number > 5",
        closes=False,
    ),
    explanation(
        r"TopicSubscription cannot be cast to class .*QueueBrowserSubscription",
        "only a queue can be browsed, this is a topic",
        "leave browser out: on a topic you get a copy anyway",
        closes=False,
    ),
    explanation(
        r"^Invalid Subscription: cannot durably subscribe to a Queue destination!",
        "durable subscriptions are for topics: a queue keeps its messages by itself",
        "leave activemq.subscriptionName out",
        closes=False,
    ),
    explanation(
        r"^Durable consumer is in use",
        "the durable subscription of that name is being read",
        "close that subscription first: the client-id may have it once",
        closes=False,
    ),
    explanation(
        r"^No durable subscription exists for clientID: ",
        "this client-id has no durable subscription of that name",
        "check client-id and activemq.subscriptionName",
        closes=False,
    ),
    explanation(
        r"DestinationDoesNotExistException: The destination temp-",
        "the temporary destination is gone with the connection that made it",
        "nothing: who asked waits for no reply any more",
        closes=False,
    ),
    explanation(
        r"^Already connected\.$", "CONNECT came a second time", "nothing: the first one holds", closes=False
    ),
    explanation(
        r"^Unknown STOMP action: ",
        "a client has no such frame; commands are written in capitals",
        "correct the command",
        closes=True,
    ),
    explanation(
        r"^Specified content-length is not a valid integer",
        "the content-length is no number",
        "leave it out, or give the octets of the body",
        closes=True,
    ),
    explanation(
        r"^content-length bytes were read and there was no trailing null byte",
        "the body is longer than its content-length",
        "count octets, not characters",
        closes=True,
    ),
    explanation(
        r"^The maximum (?:header|command) length was exceeded",
        "a line of the frame is longer than ActiveMQ allows: 10 kB for a header, as it is shipped",
        "put what is long into the body",
        closes=True,
    ),
    explanation(
        r"^The maximum number of headers was exceeded",
        "the frame has more headers than ActiveMQ allows: 1000, as it is shipped",
        "leave some out",
        closes=True,
    ),
    explanation(
        r"^The maximum data length was exceeded",
        "the body is larger than ActiveMQ allows: 100 MB, as it is shipped",
        "send less, or raise wireFormat.maxDataLength",
        closes=True,
    ),
)

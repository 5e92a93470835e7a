"""ERRORs before CONNECTED, while the broker is not known, and of brokers that have no words of their own."""

from __future__ import annotations

from stomptui.brokers.facts import explanation

GENERIC = (
    explanation(
        r"^Access refused for user |^User name \[.*\] or password is invalid|^Authentication failed for ",
        "the broker does not know this user, or the passcode is another one",
        "check login and passcode",
        closes=None,
    ),
    explanation(
        r"^Virtual host '.*' (?:access denied|does not exist)|^Virtual hosting is not supported",
        "there is no such virtual host, or this user may not use it",
        "name another one: stomp://HOST/NAME, or ?host=NAME",
        closes=None,
    ),
    explanation(
        r"^(?:Version mismatch|no common version)$|^Invalid Protocol version\[|^Supported protocol versions",
        "the broker speaks none of the versions that CONNECT offered",
        "offer one that it names",
        closes=None,
    ),
    explanation(
        r"^You must log in using CONNECT first|^Not connected\.$| came before CONNECT\.$",
        "a frame came before the broker had answered CONNECT",
        "send CONNECT first, and wait for CONNECTED",
        closes=False,
    ),
    explanation(
        r"^Invalid heart-beat header:|^unreadable heart-beat$",
        "the heart-beat header of CONNECT is no pair of numbers",
        "write it as 10000,10000",
        closes=True,
    ),
    explanation(
        r"Client: .* already connected from ",
        "another connection has this client-id",
        "end that connection, or choose another client-id",
        closes=True,
    ),
    explanation(
        r"^Nack implementation incomplete|^Unhandled frame: nack",
        "this broker has no NACK",
        "ACK the message, or close the connection: then it may come again",
        closes=None,
    ),
)
"""Seen with RabbitMQ, ActiveMQ, CoilMQ, stompserver, and the embedded broker."""

"""The codec's names in one place."""

from stomptui.stomp.decode import Decoder, HeartBeat, Item, Malformed, decode
from stomptui.stomp.encode import encode
from stomptui.stomp.escapes import VERSIONS, escape, unescape
from stomptui.stomp.limits import Limits

__all__ = [
    "VERSIONS",
    "Decoder",
    "HeartBeat",
    "Item",
    "Limits",
    "Malformed",
    "decode",
    "encode",
    "escape",
    "unescape",
]

"""The codec's names in one place."""

from stomptui.stomp.decode import Decoder, HeartBeat, Item, Malformed
from stomptui.stomp.encode import encode
from stomptui.stomp.escapes import VERSIONS, escape, unescape
from stomptui.stomp.limits import Limits
from stomptui.stomp.single import decode

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

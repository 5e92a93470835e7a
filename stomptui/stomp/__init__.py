"""The protocol: frames, codec, rules and state of a session; no asyncio, no clock, no I/O."""

"""A STOMP library for asyncio, and the console on top of it."""

__version__ = "0.1.0"

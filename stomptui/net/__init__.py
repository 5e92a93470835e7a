"""The wire: one connection over asyncio, and the client on top of it; no screen."""

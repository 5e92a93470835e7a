"""Options that belong to the one before them: `--subscribe A --ack client --subscribe B --prefetch 1`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import click


class First(NamedTuple):
    """What to subscribe to at once; None leaves mode and prefetch to what is safe for this destination."""

    destination: str
    ack: str | None = None
    prefetch: int | None = None


class Ordered(click.Command):
    """A command that keeps in which order its options were given, in `ctx.meta`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[__name__] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


def subscriptions(
    ctx: click.Context, destinations: tuple[str, ...], acks: tuple[str, ...], prefetches: tuple[int, ...]
) -> tuple[First, ...]:
    """Give every `--ack` and `--prefetch` to the `--subscribe` before it; raises click.UsageError."""
    given: dict[str, Iterator[Any]] = {
        "subscribe": iter(destinations),
        "ack": iter(acks),
        "prefetch": iter(prefetches),
    }
    made: list[First] = []
    for name in ctx.meta[__name__]:
        if name == "subscribe":
            made.append(First(next(given["subscribe"])))
        elif name in given and not made:
            raise click.UsageError(f"--{name} belongs to the --subscribe before it, and there is none.", ctx)
        elif name in given and getattr(made[-1], name) is not None:
            raise click.UsageError(f"--{name} is given twice for --subscribe {made[-1].destination}.", ctx)
        elif name in given:
            made[-1] = made[-1]._replace(**{name: next(given[name])})
    return tuple(made)

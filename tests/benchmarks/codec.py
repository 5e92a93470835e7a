"""Decoding and encoding beside stomp.py and stompman, in one process and in turns.

Every figure is processor time. In each round every library handles the same frames one after the other; its
ratio is its time over ours, of which the median is printed with the lowest and the highest. After the rounds
comes an untimed pass in which all commands, headers and bodies are compared with what was made: a library
that lost any of them says `wrong`.

Our decoder runs as it does by default: it looks at every line of a head, finds the frame's marks and its
limits, and leaves header text and body in the octets until somebody asks. `read` asks for all of both.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from stomptui.stomp.codec import Decoder
from stomptui.stomp.limits import NONE as NO_LIMITS
from tests.benchmarks.codec_peers import OURS, STOMP_PY, STOMPMAN, Peer, Take, read_all
from tests.benchmarks.codec_streams import Made, Stream, cut, escaped, large, messages, read, receipts, stream
from tests.stomp.hostile import STREAMS

LONG = 0.1
"""Seconds of processor that one measurement takes: a fast library handles its frames more often."""
FASTEST = 300
"""MB/s that a large body is to be taken at."""

ALL = (OURS, STOMP_PY, STOMPMAN)
Peers = tuple[Peer, ...]

_ignore: Take = deque[Any](maxlen=0).append


def cost(prepare: Callable[[], Any], run: Callable[[Any], object]) -> float:
    """Seconds of processor for one run, the fastest of some; what `prepare` does is not counted."""
    runs: list[float] = []
    while sum(runs) < LONG:
        given = prepare()
        gc.collect()
        start = time.process_time()
        run(given)
        runs.append(time.process_time() - start)
    return min(runs)


class Contest(NamedTuple):
    """One row: what every library costs for the same frames, round by round."""

    name: str
    frames: int
    costs: dict[str, list[float]]
    wrong: set[str]
    least: dict[str, float]
    """How many times faster than each we are to be."""

    def __str__(self) -> str:
        ours = statistics.median(self.costs[OURS.name])
        name = f"{self.name} (WRONG)" if OURS.name in self.wrong else self.name
        cells = [name, f"{self.frames / ours:,.0f}", f"{1e6 * ours / self.frames:.2f}"]
        return f"| {' | '.join([*cells, self.ratio(STOMP_PY), self.ratio(STOMPMAN)])} |"

    def ratio(self, peer: Peer) -> str:
        if peer.name not in self.costs:
            return "-"
        turns = zip(self.costs[OURS.name], self.costs[peer.name], strict=True)
        ratios = sorted(theirs / ours for ours, theirs in turns)
        median, least = statistics.median(ratios), self.least.get(peer.name)
        verdict = "" if least is None else f", {least:g} wanted: {'met' if median >= least else 'MISSED'}"
        wrong = " (wrong)" if peer.name in self.wrong else ""
        return f"{median:.1f} ({ratios[0]:.1f}-{ratios[-1]:.1f}){verdict}{wrong}"


def decoding(
    name: str, given: Stream, rounds: int, least: dict[str, float], take: Take = _ignore, peers: Peers = ALL
) -> Contest:
    """Decode one stream with each of `peers`; ours gives its frames to `take`."""
    pieces = given.pieces
    contest = Contest(name, len(given.frames), {peer.name: [] for peer in peers}, set(), least)
    for _ in range(rounds):
        for peer in peers:
            run = partial(peer.decode, take=take if peer is OURS else _ignore)
            contest.costs[peer.name].append(cost(lambda: pieces, run))
    for peer in peers:
        frames: list[Any] = []
        peer.decode(pieces, frames.append)
        if not same(map(peer.meant, frames), given.frames):
            contest.wrong.add(peer.name)
    return contest


def encoding(
    name: str, frames: list[Made], rounds: int, least: dict[str, float], *, sending: bool = False
) -> Contest:
    """Encode frames that each library has made already, or with `sending` from headers and bodies."""
    contest = Contest(name, len(frames), {peer.name: [] for peer in ALL}, set(), least)

    def prepare(peer: Peer) -> list[Any]:
        return frames if sending else list(map(peer.frame, frames))

    def encoded(peer: Peer, given: list[Any]) -> Iterator[bytes]:
        return map(peer.send if sending else peer.encode, given)

    for _ in range(rounds):
        for peer in ALL:
            run = partial(encoded, peer)
            seconds = cost(partial(prepare, peer), lambda given, run=run: deque(run(given), maxlen=0))
            contest.costs[peer.name].append(seconds)
    for peer in ALL:
        if not same(map(read, encoded(peer, prepare(peer))), frames):
            contest.wrong.add(peer.name)
    return contest


def same(got: Iterable[Made], meant: Iterable[Made]) -> bool:
    """Whether all frames are as they were meant; only the order of headers is let be: stomp.py sorts them."""
    told, wanted = (
        [(made.command, sorted(made.headers), made.body) for made in frames] for frames in (got, meant)
    )
    return told == wanted


def linear(growth: float, times: int) -> str:
    """Say what it means that an octet costs `growth` times as much where there are `times` as many.

    Linear would be 1, quadratic `times`; memory is not all alike, so the verdict falls in the middle.
    """
    return f"{growth:.2f}, {'linear' if growth <= times**0.5 else 'NOT LINEAR'}"


def bodies(rounds: int) -> None:
    """One body of 64 MiB in pieces of 4 KiB, and what a MiB costs where there are twice as many.

    Not half as many: smaller blocks of memory are kept by the C library and used again, and so cost less.
    """
    print("\n| one body in pieces of 4 KiB | MB/s | a MiB of 128, of 64 = 1 | stomp.py: times our time |")
    print("|---|---|---|---:|")
    for kind, binary in (("text", False), ("binary", True)):
        # Binary bodies in small reads cost stomp.py the square of their size.
        peers = (OURS,) if binary else (OURS, STOMP_PY)
        streams = {size: stream([large(size, binary=binary)], 4096) for size in (64, 128)}
        made = {size: decoding(kind, given, rounds, {}, peers=peers) for size, given in streams.items()}
        each = {size: statistics.median(contest.costs[OURS.name]) / size for size, contest in made.items()}
        speed, growth = (1 << 20) / 1e6 / each[64], each[128] / each[64]
        words = f"{speed:,.0f}, {FASTEST} wanted: {'met' if speed >= FASTEST else 'MISSED'}"
        words += f" | {linear(growth, 2)}"
        wrong = " (WRONG)" if any(OURS.name in contest.wrong for contest in made.values()) else ""
        print(f"| 64 MiB, {kind}{wrong} | {words} | {made[64].ratio(STOMP_PY)} |", flush=True)


def hostile(rounds: int) -> None:
    """What an octet of a hostile stream costs without any limit, and in one that is four times as long."""
    print("\n| hostile stream | in pieces of | ns an octet | in four times as many, here = 1 |")
    print("|---|---:|---:|---|")
    for name, make in STREAMS.items():
        for size, length in ((1, 1 << 14), (4096, 1 << 18)):
            few, many = (partial(cut, make(octets), size) for octets in (length, 4 * length))
            turns = [(cost(few, _exhaust), cost(many, _exhaust)) for _ in range(rounds)]
            growth = statistics.median(more / less / 4 for less, more in turns)
            each = statistics.median(less for less, _ in turns) / length * 1e9
            print(f"| {name} | {size} | {each:.1f} | {linear(growth, 4)} |", flush=True)


def _exhaust(pieces: list[bytes]) -> None:
    decoder = Decoder("1.2", NO_LIMITS)
    for piece in pieces:
        decoder.receive(piece)
        deque(decoder, maxlen=0)


HEAD = """\
| {} | frames/s | µs | stomp.py: times our time | stompman: times our time |
|---|---:|---:|---:|---:|"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=codec", description=__doc__)
    parser.add_argument("--frames", type=int, default=5_000, help="of one run")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    count, rounds = options.frames, options.rounds
    print(HEAD.format("decode"))
    kinds = {"8 headers": messages(count), "7 headers escaped": escaped(count), "RECEIPT": receipts(count)}
    for kind, frames in kinds.items():
        first = kind == "8 headers"
        given = stream(frames)
        print(decoding(kind, given, rounds, {"stomp.py": 6, "stompman": 20} if first else {}), flush=True)
        least = {"stomp.py": 4.0} if first else {}
        print(decoding(f"{kind}, read", given, rounds, least, read_all), flush=True)
    given = stream(kinds["8 headers"][: count // 10], 1)
    print(decoding("8 headers, octet by octet", given, rounds, {"stomp.py": 1}), flush=True)
    print("\n" + HEAD.format("encode"))
    for kind, frames in kinds.items():
        frames = [made if kind == "RECEIPT" else made._replace(command="SEND") for made in frames]
        least = {"stomp.py": 4.0} if kind == "8 headers" else {}
        print(encoding(kind, frames, rounds, least), flush=True)
        print(encoding(f"{kind}, made too", frames, rounds, least, sending=True), flush=True)
    bodies(rounds)
    hostile(max(1, rounds // 3))


if __name__ == "__main__":
    main()

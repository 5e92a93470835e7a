"""Every message is waiting, held by one client, or gone exactly once, in whatever order clients act."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from stomptui.demo.destinations import Destinations
from stomptui.demo.faults import Faults
from stomptui.demo.peer import Peer
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import decode, encode
from stomptui.stomp.frame import AckMode, Frame

CLIENTS = st.integers(0, 2)
QUEUES = ("/queue/a", "/queue/b")
PICK = st.integers(0, 999)


@dataclass(eq=False)
class Held:
    """A message as its client knows it."""

    number: int
    frame: Frame
    subscription: str
    mode: AckMode
    staged: bool = False


@dataclass(eq=False)
class Client:
    """What one client knows from the frames that it sent and got."""

    version: str
    peer: Peer
    inbox: list[Frame]
    room: list[bool]
    modes: dict[str, AckMode] = field(default_factory=dict)
    prefetch: dict[str, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    staged: dict[str, list[Frame | tuple[list[Held], bool]]] = field(default_factory=dict)


class Interleavings(RuleBasedStateMachine):
    """Three clients on two queues; what each knows is the model, the broker has to agree with all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.destinations = Destinations(queue_limit=10_000)
        self.peers = 0
        self.sent = 0
        self.waiting: dict[int, bool] = {}
        """Messages that nobody holds, and whether somebody did."""
        self.gone: set[int] = set()
        self.clients = [self.connect(version) for version in ("1.2", "1.1", "1.2")]

    def connect(self, version: str) -> Client:
        inbox: list[Frame] = []
        room = [True]
        self.peers += 1
        peer = Peer(self.peers, self.destinations, Faults(), inbox.append, lambda: room[0])
        peer.receive(frames.connect("/", versions=(version,)))
        assert inbox.pop().command == "CONNECTED"
        return Client(version, peer, inbox, room)

    def ask(self, client: Client, frame: Frame) -> None:
        """Send a frame that has to be done."""
        client.peer.receive(Frame(frame.command, (*frame.headers, ("receipt", "r")), frame.body))
        assert client.inbox.pop(0) == Frame("RECEIPT", {"receipt-id": "r"})

    def arrive(self) -> None:
        """Take in what every client got."""
        for client in self.clients:
            for written in client.inbox:
                frame = decode(encode(written, client.version), client.version)
                assert frame.command == "MESSAGE"
                number = int(frame.body)
                redelivered = self.waiting.pop(number)  # KeyError: it was held or gone
                assert (frame.first("redelivered") == "true") == redelivered
                subscription = frame.first("subscription") or ""
                mode = client.modes[subscription]
                if mode is AckMode.AUTO:
                    self.gone.add(number)
                else:
                    client.held.append(Held(number, frame, subscription, mode))
            client.inbox.clear()

    def back(self, client: Client, held: list[Held]) -> None:
        for one in held:
            client.held.remove(one)
            self.waiting[one.number] = True

    def apply(self, client: Client, item: Frame | tuple[list[Held], bool]) -> None:
        if isinstance(item, Frame):
            self.waiting[int(item.body)] = False
        elif item[1]:
            self.back(client, item[0])
        else:
            for one in item[0]:
                client.held.remove(one)
                self.gone.add(one.number)

    @rule(who=CLIENTS, queue=st.sampled_from(QUEUES), count=st.integers(1, 4), tx=st.booleans())
    def send(self, who: int, queue: str, count: int, tx: bool) -> None:
        client = self.clients[who]
        name = next(iter(client.staged), None) if tx else None
        for _ in range(count):
            self.sent += 1
            frame = frames.send(queue, str(self.sent).encode(), transaction=name)
            if name is None:
                self.apply(client, frame)
            else:
                client.staged[name].append(frame)
            self.ask(client, frame)
            self.arrive()

    @rule(
        who=CLIENTS,
        id_=st.sampled_from("xyz"),
        queue=st.sampled_from(QUEUES),
        mode=st.sampled_from(AckMode),
        prefetch=st.integers(0, 4),
    )
    def subscribe(self, who: int, id_: str, queue: str, mode: AckMode, prefetch: int) -> None:
        client = self.clients[who]
        if id_ in client.modes:
            return
        client.modes[id_], client.prefetch[id_] = mode, prefetch
        self.ask(client, frames.subscribe(queue, id_, ack=mode, headers={"prefetch-count": str(prefetch)}))
        self.arrive()

    @rule(who=CLIENTS, pick=PICK)
    def unsubscribe(self, who: int, pick: int) -> None:
        client = self.clients[who]
        if not client.modes:
            return
        id_ = list(client.modes)[pick % len(client.modes)]
        del client.modes[id_]
        self.back(client, [one for one in client.held if one.subscription == id_ and not one.staged])
        for one in client.held:
            if one.subscription == id_:
                one.subscription = ""  # staged: it belongs to its transaction now
        self.ask(client, frames.unsubscribe(id_))
        self.arrive()

    @rule(
        who=CLIENTS,
        pick=PICK,
        command=st.sampled_from(["ACK", "NACK"]),
        requeue=st.booleans(),
        tx=st.booleans(),
    )
    def settle(self, who: int, pick: int, command: str, requeue: bool, tx: bool) -> None:
        client = self.clients[who]
        choices = [one for one in client.held if not one.staged]
        if not choices:
            return
        chosen = choices[pick % len(choices)]
        covered = [chosen]
        if chosen.mode is AckMode.CLIENT:
            same = [one for one in choices if one.subscription == chosen.subscription]
            covered = same[: same.index(chosen) + 1]
        if client.version == "1.2":
            ids = [("id", chosen.frame.first("ack") or "")]
        else:
            ids = [(name, chosen.frame.first(name) or "") for name in ("message-id", "subscription")]
        headers = [] if command == "ACK" or requeue else [("requeue", "false")]
        name = next(iter(client.staged), None) if tx else None
        item = (covered, command == "NACK" and requeue)
        if name is None:
            self.apply(client, item)
        else:
            client.staged[name].append(item)
            for one in covered:
                one.staged = True
        self.ask(client, frames.settle(command, ids, transaction=name, headers=headers))
        self.arrive()

    @rule(who=CLIENTS)
    def begin(self, who: int) -> None:
        client = self.clients[who]
        name = f"tx-{self.sent}-{len(client.staged)}"
        if name not in client.staged:
            client.staged[name] = []
            self.ask(client, frames.begin(name))

    @rule(who=CLIENTS, pick=PICK, commit=st.booleans())
    def end(self, who: int, pick: int, commit: bool) -> None:
        client = self.clients[who]
        if not client.staged:
            return
        name = list(client.staged)[pick % len(client.staged)]
        for item in client.staged.pop(name):
            if commit:
                self.apply(client, item)
            elif not isinstance(item, Frame):
                for one in item[0]:
                    one.staged = False
                self.back(client, [one for one in item[0] if not one.subscription])
        self.ask(client, (frames.commit if commit else frames.abort)(name))
        self.arrive()

    @rule(who=CLIENTS, room=st.booleans())
    def stop_or_go_on_reading(self, who: int, room: bool) -> None:
        self.clients[who].room[0] = room
        for subscription in self.clients[who].peer.subscriptions.values():
            self.destinations.changed(subscription.queue)
        self.destinations.dispatch()
        self.arrive()

    @rule(who=CLIENTS)
    def leave_and_come_back(self, who: int) -> None:
        client = self.clients[who]
        self.back(client, list(client.held))
        self.clients[who] = self.connect(client.version)
        client.peer.gone()
        assert client.inbox == []
        self.arrive()

    @precondition(lambda self: self.sent > 5)
    @rule(who=CLIENTS)
    def a_frame_that_is_refused_changes_nothing(self, who: int) -> None:
        client = self.clients[who]
        ids = {"id": "made-up", "message-id": "made-up", "subscription": "x"}
        client.peer.receive(Frame("NACK", ids))
        assert [frame.command for frame in client.inbox] == ["ERROR"]
        client.inbox.clear()

    @invariant()
    def every_message_is_in_one_place(self) -> None:
        held = [one.number for client in self.clients for one in client.held]
        staged = [
            int(item.body)
            for client in self.clients
            for items in client.staged.values()
            for item in items
            if isinstance(item, Frame)
        ]
        places = [*self.waiting, *self.gone, *held, *staged]
        assert len(places) == len(set(places)) <= self.sent

    @invariant()
    def the_broker_agrees(self) -> None:
        ready = [message for queue in self.destinations.queues.values() for message in queue.ready]
        assert {int(message.body): message.redelivered for message in ready} == self.waiting
        for queue in self.destinations.queues.values():
            numbers = [message.number for message in queue.ready]
            assert numbers == sorted(numbers)
            counted = queue.depth + queue.unsettled + queue.settled + queue.discarded + queue.dropped
            assert queue.published == counted
        unsettled = sum(queue.unsettled for queue in self.destinations.queues.values())
        held = sum(len(client.held) for client in self.clients)
        assert unsettled == held
        published = sum(queue.published for queue in self.destinations.queues.values())
        assert published == len(self.waiting) + len(self.gone) + held

    @invariant()
    def no_prefetch_is_exceeded_and_nobody_waits_in_vain(self) -> None:
        for client in self.clients:
            for id_, subscription in client.peer.subscriptions.items():
                count = sum(one.subscription == id_ for one in client.held)
                limit = client.prefetch[id_] or 10_000
                assert count <= limit
                assert not (subscription.queue.ready and client.room[0] and count < limit)


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

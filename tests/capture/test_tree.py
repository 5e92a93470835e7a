"""Destinations as a tree: where it splits, what its nodes add up to, how it is sorted."""

from __future__ import annotations

from stomptui.capture.tally import Tally
from stomptui.capture.tree import DEEPEST, Node, parts, tree

NOW = 20.0


def tallies(**received: int) -> Tally:
    tally = Tally(0)
    for second, messages in received.items():
        tally.come(int(second[1:]), messages, 10 * messages, messages)
    return tally


def outline(nodes: tuple[Node, ...]) -> list[object]:
    """Names, each followed by what is below it; those that are no destination with a question mark."""
    found: list[object] = []
    for node in nodes:
        found.append(node.name if node.named else f"{node.name}?")
        if node.children:
            found.append(outline(node.children))
    return found


def names(*destinations: str, **more: object) -> list[object]:
    return outline(tree({name: tallies(s1=1) for name in destinations}, NOW, **more))  # type: ignore[arg-type]


def test_it_splits_at_slashes_and_dots_and_joins_what_stands_alone() -> None:
    assert names("/queue/a.b.c", "/queue/a.b.d", "/queue/a", "/topic/x.y.z", "/exchange/E/key") == [
        *("/exchange?", ["/E/key"], "/queue?", ["/a", [".b?", [".c", ".d"]]]),
        *("/topic?", ["/x.y.z"]),
    ]
    assert names("orders", "orders.eu", "/queue/", "a//b", "") == [
        *("", "/queue?", ["/"], "a?", ["//b"], "orders", [".eu"])
    ]


def test_names_are_sorted_as_people_count() -> None:
    assert names("/q/a10", "/q/a9", "/q/a", "/q/b1", "/q/a9.1", "/q/10") == [
        *("/q?", ["/10", "/a", "/a9", [".1"], "/a10", "/b1"])
    ]


def test_another_dialect_has_other_separators() -> None:
    assert parts("eu::orders.in", ("/", ".", "::")) == ("eu", "::orders", ".in")
    assert parts("eu::orders.in", ("/",)) == ("eu::orders.in",)


def test_a_hostile_depth_ends() -> None:
    deep = "/queue/" + "a." * 5000
    assert len(parts(deep, ("/", "."))) == DEEPEST and "".join(parts(deep, ("/", "."))) == deep
    rest = parts(deep, ("/", "."))[-1]
    assert names(deep, deep + "b") == ["/queue?", [f"/a{'.a' * (DEEPEST - 3)}?", [rest, f"{rest}b"]]]


def test_a_node_adds_up_what_is_below_and_its_own() -> None:
    below = {
        "/q/a": tallies(s18=10),
        "/q/a.b": tallies(s1=3),
        "/q/a.c": tallies(s16=5),
        "/q/z": tallies(s2=7),
    }
    below["/q/a.b"].send(3, 2, 500, 400)
    [root] = tree(below, NOW)
    assert (root.name, root.path, root.named, root.received, root.sent) == ("/q", "/q", False, 25, 2)
    assert (root.octets, root.largest, root.rate) == (750, 400, 3.0)
    a = root.children[0]
    assert (a.name, a.path, a.named, a.received, a.largest) == ("/a", "/q/a", True, 18, 400)
    assert [child.path for child in a.children] == ["/q/a.b", "/q/a.c"]
    assert root.seconds(NOW, 5) == a.seconds(NOW, 5) == [0, 5, 0, 10, 0]


def test_it_is_sorted_by_name_or_the_busiest_first() -> None:
    some = {
        "/q/slow": tallies(s18=1),
        "/q/fast": tallies(s18=9),
        "/q/idle": tallies(s1=99),
        "/t": tallies(s18=4),
    }
    assert outline(tree(some, NOW)) == ["/q?", ["/fast", "/idle", "/slow"], "/t"]
    assert outline(tree(some, NOW, by_rate=True)) == ["/q?", ["/fast", "/slow", "/idle"], "/t"]
    some["/t"].come(19, 100, 0, 0)
    assert outline(tree(some, NOW, by_rate=True))[0] == "/t"

"""Trees and ways through a lockfile, drawn by hand."""

from bitdeps.core.graph import Graph, Twig, graph_of
from support.locks import identity, lock

DIAMOND = graph_of(
    lock(
        {
            "app": ("v1.0", ["project: tag v1.0"]),
            "left": ("v1.1", ["acme/app: version >=1", "project.test: tag v1.1"]),
            "right": ("v1.2", ["acme/app: tag v1.2"]),
            "base": ("v1.3", ["acme/left: version >=1", "acme/right: version <2"]),
        }
    )
)
CYCLE = graph_of(
    lock(
        {
            "one": ("v1.0", ["project: tag v1.0", "acme/two: version >=1"]),
            "two": ("v1.0", ["acme/one: version >=1"]),
        }
    )
)


def drawn(twig: Twig) -> object:
    """Give `name` or `[name, what is below...]`; `*` marks what was shown before, `(g)` a group."""
    name = "project" if twig.node is None else twig.node.repository.repo
    group = "" if twig.edge is None or twig.edge.group is None else f"({twig.edge.group})"
    text = f"{name}{group}{'*' if twig.is_repeated else ''}"
    return [text, *map(drawn, twig.below)] if twig.below else text


def below(graph: Graph, *names: str, invert: bool = False, depth: int | None = None) -> list[object]:
    roots = [None if name == "project" else identity(name) for name in names]
    return [drawn(twig) for twig in graph.tree(roots, invert=invert, depth=depth)]


def test_what_was_shown_in_full_is_not_shown_again() -> None:
    assert below(DIAMOND, "project") == [
        ["project", ["app", ["left", "base"], ["right", "base"]], "left(test)*"],
    ]


def test_a_tree_may_begin_anywhere_and_end_early() -> None:
    assert below(DIAMOND, "right") == [["right", "base"]]
    assert below(DIAMOND, "project", depth=0) == ["project"]
    assert below(DIAMOND, "project", depth=1) == [["project", "app", "left(test)"]]


def test_upside_down_it_shows_who_requires() -> None:
    assert below(DIAMOND, "base", invert=True) == [
        ["base", ["left", "project(test)", ["app", "project"]], ["right", "app*"]]
    ]
    assert DIAMOND.leaves() == (identity("base"),)


def test_a_cycle_ends() -> None:
    assert below(CYCLE, "project") == [["project", ["one", ["two", "one*"]]]]
    assert CYCLE.leaves() == (identity("one"),)


def test_the_ways_to_a_package_are_the_shortest_to_each_requirement() -> None:
    ways = DIAMOND.ways(identity("base"))
    names = [[edge.target.repository.repo + (f"({edge.group})" if edge.group else "") for edge in way] for way in ways]
    assert sorted(names) == [["app", "right", "base"], ["left(test)", "base"]]
    assert [edge.requirement for edge in ways[0]] == ["tag v1.1", "version >=1"]


def test_an_override_is_told() -> None:
    graph = graph_of(lock({"app": ("v1.0", ["project: tag v0.9", "override: tag v1.0"])}))
    assert graph.overridden == {identity("app"): "tag v1.0"}
    assert len(graph.ways(identity("app"))) == 1

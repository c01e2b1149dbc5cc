"""Rules on symbolic links: where each leads, on paper, in what is placed."""

from collections.abc import Iterator, Mapping

from bitdeps.core.member_paths.folding import fold
from bitdeps.core.member_paths.limits import PathLimits
from bitdeps.core.member_paths.names import character_problem
from bitdeps.core.member_paths.wording import NameProblem, display, exclude_pattern


class _Node:
    """A directory or link on the way to links, by folded parts."""

    __slots__ = ("below", "link")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.link: str | None = None


def link_problems(links: Mapping[str, str], limits: PathLimits) -> Iterator[NameProblem]:
    """Find the links that lead where none may, and one of each chain that returns to itself."""
    root = _Node()
    for path in links:
        node = root
        for part in fold(path).split("/"):
            node = node.below.setdefault(part, _Node())
        node.link = path
    following: dict[str, str | None] = {}
    for path, target in links.items():
        reached = _target_problem(target, limits) or _follow(path, target, root)
        if isinstance(reached, tuple):
            yield _link_problem(path, target, *reached)
        else:
            following[path] = reached.link if reached is not None else None
    for path in _on_loops(following):
        yield _link_problem(path, links[path], "link-loop", "leads back to itself")


def _link_problem(path: str, target: str, rule: str, why: str) -> NameProblem:
    text = f"is a link to `{display(target)}`, which {why}"
    return NameProblem(rule=rule, member=path, why=text, pattern=exclude_pattern(path))


def _target_problem(target: str, limits: PathLimits) -> tuple[str, str] | None:
    if not target:
        return "link-target", "is no path"
    if target.startswith("/"):
        return "link-absolute", "is absolute"
    bad = character_problem(target)
    if bad is not None:
        return "link-target", bad[1]
    if len(target.encode()) > limits.path:
        return "link-target", f"is longer than {limits.path} bytes"
    return None


def _follow(path: str, target: str, root: _Node) -> _Node | tuple[str, str] | None:
    """Walk the target from the link's directory; return where it ends, if a link is there or below."""
    trail: list[_Node | None] = [root]
    for part in fold(path).split("/")[:-1]:
        trail.append(_step(trail[-1], part))
    for part in fold(target).split("/"):
        if part in ("", "."):
            continue
        here = trail[-1]
        if here is not None and here.link is not None:
            return "link-through-link", f"passes through the link `{display(here.link)}`"
        if part != "..":
            trail.append(_step(here, part))
        elif len(trail) == 1:
            return "link-outside", "leads out of the package"
        else:
            trail.pop()
    return trail[-1]


def _step(node: _Node | None, part: str) -> _Node | None:
    return None if node is None else node.below.get(part)


def _on_loops(following: Mapping[str, str | None]) -> Iterator[str]:
    """Yield one link of each chain that returns to itself."""
    done: set[str] = set()
    for start in following:
        walked: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in done and here not in walked:
            walked[here] = None
            here = following.get(here)
        if here in walked:
            yield here
        done.update(walked)

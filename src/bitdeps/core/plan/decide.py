"""From lock, record and what lies there to a plan (DESIGN section 8, "Vendor").

For each place, the first rule that fits:

1. It is what the lock wants: keep it, or adopt it where the record does not say so yet.
2. Nothing lies there: place it; where nothing is wanted, forget it.
3. It is what `.deps/` says we placed (after a kill, the old or the new tree): replace it, or remove
   it where nothing is wanted.
4. Else it was edited: stop, unless forced.

What `.deps/` does not know and the lock does not want has no step: it is foreign, and stays.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.plan.model import Action, Known, Observed, Plan, Step, Wanted
from bitdeps.errors import UsageError


def wanted_places(
    lock: Lockfile,
    *,
    groups: Collection[str] = (),
    names: Collection[str] = (),
    links: Mapping[str, str] | None = None,
) -> dict[str, Wanted]:
    """Return what shall lie where, by path.

    All ungrouped packages and those of the given groups; with `names` only the named ones, whatever their
    group, and all that they require. `links` are the local checkouts of `deps.local.toml`: target by name.

    Raises:
        UsageError: for a name that the lock does not have.

    """
    if names:
        chosen = _closure(lock, names)
    else:
        chosen = [package for package in lock.packages.values() if is_wanted(package, groups)]
    return {package.path: wanted_place(package, links or {}) for package in chosen}


def is_wanted(package: LockedPackage, groups: Collection[str]) -> bool:
    """Tell whether a package is placed when these groups are asked for."""
    return not package.groups or any(group in groups for group in package.groups)


def plan(
    wanted: Mapping[str, Wanted],
    known: Mapping[str, Known],
    observed: Mapping[str, Observed],
    *,
    partial: bool = False,
    force: bool = False,
) -> Plan:
    """Decide what is done at every place; all mappings go by path.

    `partial` is `install NAME...`: what is not wanted is left alone. `observed` has every place that is wanted,
    and without `partial` every place that is known.
    """
    paths = set(wanted) if partial else set(wanted) | set(known)
    steps = [_step(wanted.get(path), known.get(path), observed[path], force=force) for path in sorted(paths)]
    inside = places_below(paths)
    lost = {f"{step.path}/{path}" for step in steps if step.action == "remove" for path in inside.get(step.path, ())}
    return Plan(steps=tuple(_after_removals(step, lost) for step in steps))


def places_below(places: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the places that lie below others, relative to them, by the outer place."""
    below: dict[str, set[str]] = {}
    for path in places:
        parent = path.rpartition("/")[0]
        while parent:
            if parent in places:
                below.setdefault(parent, set()).add(path[len(parent) + 1 :])
            parent = parent.rpartition("/")[0]
    return {path: frozenset(found) for path, found in below.items()}


def _after_removals(step: Step, lost: Collection[str]) -> Step:
    """Place anew what lies inside a place that goes, as a partial install may have left it."""
    if step.path in lost and step.action in ("keep", "adopt", "place", "replace"):
        return replace(step, action="place", lies="absent")
    return step


def _step(wanted: Wanted | None, known: Known | None, seen: Observed, *, force: bool) -> Step:
    subject = wanted or known
    assert subject is not None, "a place is wanted or known"  # noqa: S101 - for the type checker
    return Step(
        action=_action(wanted, known, seen, force=force),
        path=subject.path,
        identity=subject.identity,
        name=subject.name,
        label="" if wanted is None else wanted.label,
        digest="" if wanted is None else wanted.digest,
        old_label="" if known is None else known.label,
        lies=seen.lies,
        edits=seen.edits,
    )


def _action(wanted: Wanted | None, known: Known | None, seen: Observed, *, force: bool) -> Action:
    may_go = force or (known is not None and seen.digest in known.digests)
    if wanted is None:
        return "forget" if seen.lies in ("absent", "vacant") else "remove" if may_go else "stop"
    if seen.digest == wanted.digest:
        return "keep" if known is not None and seen.recorded and _says(known, wanted) else "adopt"
    if seen.lies in ("absent", "vacant"):
        return "place"
    return "replace" if may_go else "stop"


def _says(known: Known, wanted: Wanted) -> bool:
    recorded = (known.identity, known.name, known.label, known.digest, known.pending)
    return recorded == (wanted.identity, wanted.name, wanted.label, wanted.digest, "")


def _closure(lock: Lockfile, names: Collection[str]) -> list[LockedPackage]:
    by_name = {package.name: package for package in lock.packages.values()}
    unknown = sorted(set(names) - by_name.keys())
    if unknown:
        raise _unknown(unknown, sorted(by_name))
    reached = {by_name[name].identity for name in names}
    waiting = list(reached)
    while waiting:
        new = set(lock.packages[waiting.pop()].requires) - reached
        reached |= new
        waiting += new
    return [lock.packages[identity] for identity in sorted(reached)]


def _unknown(names: list[str], have: list[str]) -> UsageError:
    listed = ", ".join(f"`{name}`" for name in names)
    noun = "package" if len(names) == 1 else "packages"
    hint = f"`deps.lock` has {', '.join(f'`{name}`' for name in have)}" if have else "`deps.lock` has no packages"
    return UsageError(f"{listed}: no such {noun} in `deps.lock`", hint=hint)


def wanted_place(package: LockedPackage, links: Mapping[str, str]) -> Wanted:
    """Return what shall lie at the place of a package; `links` are the targets of local checkouts, by name."""
    target = links.get(package.name)
    return Wanted(
        path=package.path,
        identity=str(package.identity),
        name=package.name,
        label=package.label if target is None else f"-> {target}",
        digest=package.placed_digest if target is None else f"link:{target}",
    )

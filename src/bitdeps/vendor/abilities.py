"""What the file system of a vendor directory can hold: asked once, by trying (DESIGN section 8)."""

import os
import stat
from collections.abc import Iterable, Mapping

from bitdeps.core.plan.edits import ALL, Abilities, File
from bitdeps.vendor.disk import BESIDE
from bitdeps.vendor.state import PlaceState


def probe(directory: str) -> Abilities | None:
    """Try an executable bit and a link in a directory; None where nothing can be written there."""
    path = os.path.join(directory, f"{BESIDE}probe-{os.getpid()}")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        modes = _holds_mode(descriptor)
    finally:
        os.close(descriptor)
        os.unlink(path)
    try:
        os.symlink("target", path)
    except OSError:
        return Abilities(modes=modes, links=False)
    os.unlink(path)
    return Abilities(modes=modes, links=True)


def held(places: Iterable[PlaceState]) -> Abilities:
    """Tell what the file system held of trees that were just placed, from their records."""
    modes = links = True
    for place in places:
        for (_, mode, _), seen in zip(place.rows(), place.stats, strict=True):
            if mode == "120000":
                links = links and stat.S_ISLNK(seen[0])
            else:
                modes = modes and bool(seen[0] & stat.S_IXUSR) == (mode == "100755")
    return Abilities(modes=modes, links=links)


def _holds_mode(descriptor: int) -> bool:
    try:
        os.fchmod(descriptor, 0o700)
        executable = os.fstat(descriptor).st_mode & stat.S_IXUSR
        os.fchmod(descriptor, 0o600)
    except OSError:
        return False
    return bool(executable) and not os.fstat(descriptor).st_mode & stat.S_IXUSR


def judge(pairs: Iterable[tuple[Mapping[str, File], Mapping[str, File]]]) -> Abilities:
    """Tell from (expected, actual) trees what a file system can hold that cannot be tried.

    Executable bits cannot be held where all plain files look alike though they should not; links cannot be
    held where each is a plain file with its target as the content.
    """
    wanted_modes: set[str] = set()
    found_modes: set[str] = set()
    links: set[bool] = set()
    for expected, actual in pairs:
        for path in expected.keys() & actual.keys():
            wanted, found = expected[path], actual[path]
            if wanted[0] == "120000":
                links.add(found[0] != "120000" and found[1] == wanted[1])
            elif found[0] in ("100644", "100755"):
                wanted_modes.add(wanted[0])
                found_modes.add(found[0])
    alike = len(wanted_modes) > 1 and len(found_modes) == 1
    return Abilities(modes=not alike, links=links != {True}) if alike or links == {True} else ALL

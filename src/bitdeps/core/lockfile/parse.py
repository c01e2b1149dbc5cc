"""`deps.lock` to a `Lockfile`: every way in which it can be wrong has its own words.

- Conflict markers and a newer `lock-version` are each the one thing that is said.
- A lock whose tables are right is then checked as a whole: names and places do not collide,
  `requires` and `requested` say the same, everything is required by the project in the end, and
  `groups` is what follows from that.
- Order means nothing (a merge may change it), nor do CR LF line ends.
"""

from bitdeps.core.lockfile.graph import check_graph
from bitdeps.core.lockfile.keys import TOP
from bitdeps.core.lockfile.model import LOCK_VERSION, LockedPackage, Lockfile
from bitdeps.core.lockfile.package import read_package
from bitdeps.core.manifest.document import read_document
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.values import Table, right_values, table
from bitdeps.core.names import Identity
from bitdeps.errors import LockfileError

CONFLICT_HINT = "run `deps lock`; it keeps what both sides agree on"
NEWER_HINT = "a newer `deps` wrote it; update `deps`"
RESTORE_HINT = "restore `deps.lock` from version control, or remove it and run `deps lock`"


def parse_lockfile(text: str, *, file: str = "deps.lock") -> Lockfile:
    """Read a lockfile; `file` is its name in messages.

    Raises:
        LockfileError: with every problem of the file, or with the one that hides all others.
    """
    return read_lockfile(text, file=file, whole=True)


def read_lockfile(text: str, *, file: str, whole: bool) -> Lockfile:
    """Read a lockfile; without `whole`, packages may contradict each other.

    Raises:
        LockfileError: with every problem that was looked for.
    """
    problems = Problems(file=file, text=text)
    document = read_document(text, problems, conflict_hint=CONFLICT_HINT)
    if not problems.found:
        _check_version(document, problems)
    packages = {} if problems.found else _read_packages(document, problems)
    if whole and not problems.found:
        check_graph(packages, problems)
    problems.raise_if_any(LockfileError, hint=RESTORE_HINT)
    return Lockfile(packages={identity: packages[identity] for identity in sorted(packages)})


def _check_version(document: Table, problems: Problems) -> None:
    """Report another version alone: what it changes is not known here."""
    version = document.get("lock-version")
    if isinstance(version, int) and not isinstance(version, bool) and version > LOCK_VERSION:
        problems.add(("lock-version",), f"this `deps` reads version {LOCK_VERSION} and older", hint=NEWER_HINT)
    elif "lock-version" not in document:
        problems.add(("lock-version",), "is missing")
    elif version != LOCK_VERSION or isinstance(version, bool):
        problems.add(("lock-version",), f"expected {LOCK_VERSION}")


def _read_packages(document: Table, problems: Problems) -> dict[Identity, LockedPackage]:
    packages = table(right_values(document, (), TOP, problems), "packages")
    read = (read_package(key, value, problems) for key, value in packages.items())
    return {package.identity: package for package in read if package is not None}

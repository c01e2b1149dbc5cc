"""The licence of each locked package, by what its repository holds."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache as once

from bitdeps.archive import Archive
from bitdeps.cache import Cache
from bitdeps.config.settings import Settings
from bitdeps.core.licences import LicenceFile, joined, licence_paths, named_licence, tagged_licence
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.errors import LocalError
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.project import Project
from bitdeps.ops.sources import archive_of
from bitdeps.ops.stale import require_lock

CLOSE_ENOUGH = 0.9
"""The share of a text that must be the licence's own words (docs/how-to/licences.md has what was measured)."""
_LONGEST = 1024 * 1024
"""Bytes of a file that is looked at."""
_FACTS = "licences"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLicence:
    """What is known about the licence of one package."""

    package: LockedPackage
    files: tuple[LicenceFile, ...]

    @property
    def expression(self) -> str | None:
        """SPDX, or None where nothing was recognised."""
        return joined(self.files)

    @property
    def unrecognised(self) -> tuple[LicenceFile, ...]:
        """Files whose text is none that is known."""
        return tuple(each for each in self.files if each.expression is None)


async def licenses(project: Project, settings: Settings) -> tuple[PackageLicence, ...]:
    """Read the licence texts of every locked package; archives that are not in the cache are downloaded.

    Raises:
        StaleLockError: where there is no lock.
        LocalError: where the detector is not installed.
        DepsError: where an archive cannot be had.

    """
    require_detector()
    lockfile = require_lock(project, compare=False)
    async with open_edge(settings) as edge:
        return await licences_of(lockfile.packages.values(), edge)


async def licences_of(packages: Iterable[LockedPackage], edge: Edge) -> tuple[PackageLicence, ...]:
    """Do so for some packages, in the order of their names."""
    wanted = sorted(packages, key=lambda package: (package.name, str(package.identity)))
    texts = await asyncio.gather(*(_texts(package, edge) for package in wanted))
    return tuple(
        [
            PackageLicence(package=package, files=await _recognised(found, edge.sources.cache))
            for package, found in zip(wanted, texts, strict=True)
        ]
    )


def require_detector() -> None:
    """Check that licences can be detected.

    Raises:
        LocalError: says what to install.

    """
    try:
        import askalono  # noqa: F401
        import license_expression  # noqa: F401
    except ImportError as error:
        raise missing_extra("the detector of licences", error) from error


def missing_extra(what: str, error: ImportError) -> LocalError:
    """Write the error for a library that comes with the extra `sbom`."""
    return LocalError(
        f"{what} is not installed: no module named `{error.name}`", hint="install it: `pip install 'bitdeps[sbom]'`"
    )


async def _texts(package: LockedPackage, edge: Edge) -> Mapping[str, bytes]:
    def read(archive: Archive) -> Mapping[str, bytes]:
        sizes = {path: size for path, (_, size) in archive.survey.offsets.items() if size <= _LONGEST}
        paths = [entry.path for entry in archive.survey.entries if entry.path in sizes]
        return {path: archive.read(path) for path in licence_paths(paths, package.identity.subdir)}

    return await edge.sources.use(archive_of(package), read)


async def _recognised(texts: Mapping[str, bytes], cache: Cache) -> tuple[LicenceFile, ...]:
    # A detection takes half a second of one core; the event loop may do other things meanwhile.
    return tuple([await asyncio.to_thread(recognise, path, body, cache) for path, body in texts.items()])


def recognise(path: str, body: bytes, cache: Cache | None = None) -> LicenceFile:
    """Say which licence a file is: by its name in `LICENSES/`, its SPDX line, or its words."""
    from hashlib import sha256

    digest = sha256(body).hexdigest()
    named = named_licence(path)
    if named is not None and not named.startswith("LicenseRef-"):
        named = _spdx(named)
    if named is not None:
        return LicenceFile(path=path, expression=named, source="name", digest=digest)
    text = body.decode("utf-8", "replace")
    tagged = tagged_licence(text)
    if tagged is not None and (expression := _spdx(tagged)) is not None:
        return LicenceFile(path=path, expression=expression, source="tag", digest=digest)
    name, score = _closest(text, digest, cache)
    if name is None or score < CLOSE_ENOUGH:
        return LicenceFile(path=path, expression=None, score=score, likely=name, digest=digest)
    return LicenceFile(path=path, expression=name, source="text", score=score, digest=digest)


def _closest(text: str, digest: str, cache: Cache | None) -> tuple[str | None, float]:
    """Ask the detector, once for each text on a machine: it reads its whole collection each time."""
    from askalono import identify

    key = f"{_detector_version()}/{digest}"
    known = None if cache is None else cache.fact(_FACTS, key)
    if known is None:
        found = identify(text)
        name, score = ("", 0.0) if found is None or found.score <= 0 else (found.name, float(found.score))
        known = f"{name} {score:.3f}".encode()
        if cache is not None:
            cache.record_fact(_FACTS, key, known)
    name, _, digits = known.decode().rpartition(" ")
    return name or None, float(digits)


@once
def _detector_version() -> str:
    from importlib.metadata import version

    return f"pyaskalono-{version('pyaskalono')}"


def _spdx(text: str) -> str | None:
    """Return an expression in its usual spelling, or None where it is none."""
    from license_expression import ExpressionError, get_spdx_licensing

    try:
        # Strictly: an exception by itself is no licence.
        parsed = get_spdx_licensing().parse(text, validate=True, strict=True)
    except ExpressionError:
        return None
    return None if parsed is None else str(parsed)


def changed_texts(before: PackageLicence, after: PackageLicence) -> tuple[str, ...]:
    """Return the paths of texts that are not recognised and that only one of two commits has; sorted."""
    old, new = ({each.digest: each.path for each in some.unrecognised} for some in (before, after))
    return tuple(sorted({path for digest, path in {**old, **new}.items() if (digest in old) != (digest in new)}))

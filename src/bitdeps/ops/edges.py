"""The manifest in an archive against the edges that the lock has for it."""

from collections.abc import Mapping, Sequence

from bitdeps.archive import Archive
from bitdeps.core.edges import edge_problem
from bitdeps.core.names import Identity
from bitdeps.errors import IntegrityError, NotFoundError
from bitdeps.ops.dependency import dependency_manifest, manifest_path


def check_edges(archive: Archive, identity: Identity, name: str, requested: Mapping[Identity, Sequence[str]]) -> None:
    """Compare what a package's own manifest demands with `requested`.

    Raises:
        IntegrityError: where they differ: the lock was edited, or the service told two different things.

    """
    try:
        text: bytes | None = archive.read(manifest_path(identity))
    except NotFoundError:
        text = None
    problem = edge_problem(identity, dependency_manifest(text, identity), requested)
    if problem is not None:
        message = f"`{name}`: its own `deps.toml` does not require what `deps.lock` says: {problem}"
        raise IntegrityError(
            message, hint="run `deps lock`; if this comes again, the service tells two different things"
        )

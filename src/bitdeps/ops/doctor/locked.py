"""The project: does it have a lock that fits, and how far is that proved."""

from bitdeps.core.lockfile.model import PROVED, Lockfile
from bitdeps.errors import DepsError
from bitdeps.ops.doctor.model import Check, failed, ok, skipped, warning
from bitdeps.ops.project import Project
from bitdeps.ops.proofstates import proof_states
from bitdeps.ops.stale import require_lock
from bitdeps.ops.words import count

_NONE = "there is no project here"


def no_project() -> tuple[Check, ...]:
    """Say that there is nothing to compare."""
    advice = "run `deps init` to make one, or name the project with `-C DIR`"
    return skipped("manifest", _NONE, advice), skipped("lock", _NONE), skipped("proof", _NONE)


def broken_manifest(error: DepsError) -> tuple[Check, ...]:
    """Say that the manifest cannot be read, so that nothing else can be told of the project."""
    why = "the manifest is wrong"
    return failed("manifest", error), skipped("lock", why), skipped("proof", why)


def project_checks(project: Project) -> tuple[Check, ...]:
    """Compare the lock with the manifest, and look at its proofs."""
    manifest = ok("manifest", f"`{project.root}/deps.toml`: {count(len(project.manifest.dependencies), 'requirement')}")
    try:
        lockfile = require_lock(project)
    except DepsError as error:
        return manifest, failed("lock", error), skipped("proof", "the lock is missing, stale or wrong")
    return manifest, ok("lock", f"{count(len(lockfile.packages), 'package')}, as the manifest wants"), _proof(lockfile)


def _proof(lockfile: Lockfile) -> Check:
    states = tuple(proof_states(lockfile))
    open_ = [f"`{state.name}` ({state.word})" for state in states if state.proof not in PROVED]
    if open_:
        found = f"not every archive is proved to be its commit: {', '.join(open_)}"
        return warning("proof", found, "run `deps lock --require-proof`, which asks git again, or says why not")
    return ok("proof", f"{count(len(states), 'archive')} proved to be what the commits say")

"""What `deps` needs of the machine: git and the cache."""

from bitdeps.cache import Cache
from bitdeps.cache.damage import damaged
from bitdeps.config.settings import Settings
from bitdeps.errors import DepsError
from bitdeps.git.program import NoGitError, git_version
from bitdeps.ops.doctor.model import Check, ok, warning, wrong
from bitdeps.ops.words import count

_MIB = 1024 * 1024
_MOST_NAMED = 3


def git() -> Check:
    """Look for git: locking and installing by archive work without it."""
    try:
        return ok("git", f"git {git_version()}")
    except NoGitError as error:
        found = f"{error}; without it there are no patches, no SSH, and no proof of an archive that leaves files out"
        return warning("git", found, error.hint or "")


def cache(settings: Settings) -> Check:
    """Write to the cache, and read every archive in it."""
    held = Cache(settings.cache_dir, lock_timeout=settings.timeouts.lock)
    elsewhere = "set `DEPS_CACHE_DIR` to a directory that you may write to"
    try:
        if held.read_only:
            return warning("cache", f"`{held.dir}` is read-only: nothing new is kept", elsewhere)
        with held.use():
            bad, size = damaged(held), held.size()
    except DepsError as error:
        return wrong("cache", str(error), error.hint or elsewhere)
    if bad:
        names = ", ".join(f"`{path}`" for path in bad[:_MOST_NAMED])
        more = f" and {len(bad) - _MOST_NAMED} more" if bad[_MOST_NAMED:] else ""
        found = f"{count(len(bad), 'archive')} damaged: {names}{more}; none is used, each is fetched again when needed"
        return wrong("cache", found, "run `deps cache clean`")
    return ok("cache", f"`{held.dir}`: {count(size.archives, 'archive')}, {size.bytes / _MIB:,.1f} MiB, all whole")

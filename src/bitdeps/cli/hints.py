"""What to do about an error that does not say so itself, by its code."""

from bitdeps.errors import DepsError

_HINTS = {
    "archive-refused": "ask the owner of the repository what this archive holds before you take another release",
    "auth": "`deps auth status` shows which credential is used and what it may do",
    "edited-vendor": "run `deps install --force`, which keeps what was edited in `.deps/trash`",
    "integrity": "nothing was taken; ask the owner of the repository before you try another release",
    "local": "check the path, who may write there and the free space, then run the command again",
    "lockfile": "restore `deps.lock` from version control, or remove it and run `deps lock`",
    "manifest": "correct `deps.toml`; `docs/reference/manifest.md` lists every key",
    "moved-tag": "ask the owner of the repository; `deps lock --accept-moved NAME` takes the new commit",
    "network": "check the network connection, then run the command again",
    "no-solution": "change one of these requirements in `deps.toml`, or decide with `[overrides]`",
    "not-found": "check the spelling, and what the repository holds",
    "offline": "run the command again without `--offline`",
    "rate-limited": "try again later",
    "service": "run the command again; https://bitbucket.status.atlassian.com shows known problems",
    "stale-lock": "run `deps lock`",
    "unproved": "run the command without `--require-proof`, or where git can reach the service",
    "usage": "`deps --help` lists every command and option, `docs/reference/settings.md` every setting",
}
_ELSE = "run the command again with `-vv` to see where it failed"


def default_hint(error: DepsError) -> str:
    """Return the hint that fits every error of this code."""
    return _HINTS.get(error.code, _ELSE)

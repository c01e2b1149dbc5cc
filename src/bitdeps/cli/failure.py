"""A failure on the terminal: one error, its hint, and the exit code."""

import os
import sys

from bitdeps.cli.session import Session
from bitdeps.errors import DepsError, LocalError, UsageError


def fail(error: DepsError, words: list[str]) -> int:
    """Print an error the way the command line asks for, and return its exit code."""
    try:
        session = Session.start(_visible(words))
    except UsageError:
        # A variable of the environment is what is wrong; then the command line alone decides.
        session = Session.start(_visible(words), environ={})
    session.console.error(error)
    if session.flags.verbose > 1:
        import traceback

        sys.stderr.write("".join(traceback.format_exception(error)))
    try:
        session.console.flush()
    except OSError:
        # A full disk behind stdout: what is left in the buffer must not be tried once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return error.exit_code


def unexpected(error: Exception) -> DepsError:
    """Make an error of ours out of one that should have been converted where it arose."""
    if isinstance(error, OSError):
        place = f"`{error.filename}`: " if error.filename else ""
        converted: DepsError = LocalError(
            f"{place}{error.strerror or error}", hint="check the disk and its permissions"
        )
    else:
        hint = "this is a defect of `deps`: run again with `-vv` and report what it prints"
        converted = DepsError(f"unexpected: {type(error).__name__}: {error}", hint=hint)
    converted.__cause__ = error
    return converted


def _visible(words: list[str]) -> dict[str, object]:
    """Find the flags that decide how a failure is shown; the command line itself may be broken."""
    flags: dict[str, object] = {}
    for position, word in enumerate(words):
        if word == "--":
            break
        if word == "--json":
            flags["json"] = True
        elif word == "--verbose" or (word.startswith("-v") and set(word[1:]) == {"v"}):
            flags["verbose"] = int(str(flags.get("verbose", 0))) + max(word.count("v") if word != "--verbose" else 1, 1)
        elif word.startswith("--color"):
            following = words[position + 1] if position + 1 < len(words) else ""
            color = word.partition("=")[2] or following
            if color in ("auto", "always", "never"):
                flags["color"] = color
    return flags

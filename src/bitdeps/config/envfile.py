"""The `.env` beside the manifest: the key and secret of an OAuth consumer, nothing else."""

import re

from bitdeps.config.table import FROM_ENV_FILE
from bitdeps.errors import AuthError, UsageError

NAME = ".env"
_LARGEST = 64 * 1024
_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s'"]*))(?:\s+\#.*)?\s*""",
)


def read_env_file(path: str) -> dict[str, str]:
    """Read the variables that matter; other lines are none of our business.

    Raises:
        UsageError: the file is there and cannot be read.
    """
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"`{path}`: {error.strerror}", hint=f"correct or remove `{path}`") from error
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match and match["name"].partition("__")[0] in FROM_ENV_FILE:
            found[match["name"]] = match["double"] or match["single"] or match["bare"] or ""
    return {name: value for name, value in found.items() if value}


def refuse_tracked(path: str) -> None:
    """Stop where git tracks the file, so that a secret in it is already shared.

    Raises:
        AuthError: it does.
    """
    import subprocess

    from bitdeps.config.environment import clean_environment

    folder, _, name = path.rpartition("/")
    # A repository may name programs in its configuration; this question needs none of them.
    command = ["git", "-c", "core.fsmonitor=false", "-C", folder or ".", "ls-files", "--error-unmatch", "--", name]
    try:
        tracked = subprocess.run(command, env=clean_environment(), capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return
    if tracked:
        raise AuthError(
            f"`{path}`: git tracks this file, so the secret in it is shared with everyone who has the repository",
            hint="make a new secret at the consumer, then run `git rm --cached .env` and add `.env` to `.gitignore`",
        )

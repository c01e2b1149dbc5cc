"""What Bitbucket Pipelines says about the run that it started, and what makes a build reproducible.

https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
https://reproducible-builds.org/specs/source-date-epoch/
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.core.names import COMMIT, RepoName, slug
from bitdeps.errors import UsageError

_NEEDED = ("BITBUCKET_WORKSPACE", "BITBUCKET_REPO_SLUG", "BITBUCKET_COMMIT")


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRun:
    """The commit that a pipeline runs for."""

    repository: RepoName
    commit: str
    """40 hex digits."""
    base: str | None = None
    """The commit that a pull request goes into, as git understands it."""
    clone_dir: str | None = None
    """Where the repository was cloned to."""


def read_pipeline(environ: Mapping[str, str] | None = None) -> PipelineRun:
    """Read which commit of which repository this run is about.

    Raises:
        UsageError: a variable is missing, or is not what it should be.

    """
    env = os.environ if environ is None else environ
    missing = [name for name in _NEEDED if not env.get(name)]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        raise UsageError(
            f"{names}: not set, so there is no commit to report on",
            hint="Bitbucket Pipelines sets them; elsewhere set them to the workspace, the repository and the commit",
        )
    workspace, repo, commit = slug(env[_NEEDED[0]]), slug(env[_NEEDED[1]]), env[_NEEDED[2]].lower()
    if workspace is None or repo is None:
        raise UsageError(
            "`BITBUCKET_WORKSPACE`, `BITBUCKET_REPO_SLUG`: they name no repository of Bitbucket",
            hint="Bitbucket Pipelines sets them; elsewhere copy them from `bitbucket.org/WORKSPACE/REPO`",
        )
    if not COMMIT.fullmatch(commit):
        raise UsageError(
            "`BITBUCKET_COMMIT`: must be the 40 hex digits of a commit",
            hint="Bitbucket Pipelines sets it; elsewhere set it to what `git rev-parse HEAD` prints",
        )
    return PipelineRun(
        repository=RepoName(workspace, repo),
        commit=commit,
        base=env.get("BITBUCKET_PR_DESTINATION_COMMIT") or None,
        clone_dir=env.get("BITBUCKET_CLONE_DIR") or None,
    )


def source_date_epoch(environ: Mapping[str, str] | None = None) -> int | None:
    """Return the moment that a document may carry, in seconds since 1970; None where none was given.

    Raises:
        UsageError: it is no number of seconds.

    """
    env = os.environ if environ is None else environ
    text = env.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len("99999999999")):
        raise UsageError(
            f"SOURCE_DATE_EPOCH={text}: is no number of seconds since 1970",
            hint="set it to what `git log -1 --format=%ct` prints, or unset it",
        )
    return int(text)

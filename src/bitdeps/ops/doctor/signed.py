"""What the credentials are good for: the API, archives, and how many requests are left."""

from dataclasses import dataclass

from bitdeps.config.settings import Settings
from bitdeps.core.names import RepoName
from bitdeps.errors import DepsError, RateLimitedError
from bitdeps.ops.access import MOST_ANONYMOUS, NOT_PROBED, YES, Access, check_public
from bitdeps.ops.credentials import Survey, survey
from bitdeps.ops.doctor.model import Check, failed, ok, skipped, warning, wrong
from bitdeps.ops.gitsource import is_ssh
from bitdeps.ops.remote import Remote

_SIGN_IN = (
    "run `deps auth login`, or set `BITBUCKET_ACCESS_TOKEN`; `deps auth status` shows what each credential may do"
)
_OTHER = "sign in with another kind of credential: `deps auth login`"
_OWN_BUDGET = "wait, or use a credential of its own here: every user, token and consumer has a budget of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """One credential, or none, and what came of trying it."""

    words: str
    access: Access


async def signed_checks(settings: Settings, repositories: tuple[RepoName, ...]) -> tuple[Check, ...]:
    """Try every credential on a repository that it serves, and what needs none without one."""
    try:
        found = await survey(settings, repositories, chosen=False)
        if is_ssh(settings) and not found.entries and not found.failures:
            return await _by_key(settings, found.unserved)
        tried = [_Tried(words=str(entry.credential), access=entry.access) for entry in found.entries]
        if found.unserved:
            public = await check_public(settings, found.unserved)
            tried.append(_Tried(words="no credential", access=public))
    except RateLimitedError as error:
        why = "the service answers no more questions for now"
        return skipped("credentials", why), skipped("archives", why), failed("budget", error)
    except DepsError as error:
        why = "the credentials could not be tried"
        return failed("credentials", error), skipped("archives", why), skipped("budget", why)
    return _credentials(found, tried), await _archives(settings, tried), _budget(tried)


def _credentials(found: Survey, tried: list[_Tried]) -> Check:
    for error in found.failures:
        return failed("credentials", error)
    for one in tried:
        if not one.access.usable:
            said = one.access.api if one.access.api != NOT_PROBED else f"{one.words} is not accepted"
            told = one.access.account.said
            return wrong("credentials", f"{said}: {told}" if told and told not in said else said, _SIGN_IN)
    good = [one.words for one in tried if one.words != "no credential"]
    if found.unserved:
        names = [f"`{one}`" for one in found.unserved[:MOST_ANONYMOUS]]
        more = found.unserved[MOST_ANONYMOUS:]
        good.append(f"none needed for {', '.join(names)}" + (f" ({len(more)} more were not tried)" if more else ""))
    return ok("credentials", "; ".join(good) or "none, and nothing here needs one")


async def _archives(settings: Settings, tried: list[_Tried]) -> Check:
    probed = [one for one in tried if one.access.probed is not None and not one.access.archives.startswith(NOT_PROBED)]
    if not probed:
        return skipped(
            "archives", "there is no repository here to try it on", "name one with `deps auth status --probe`"
        )
    refused = next((one for one in probed if one.access.archives != YES), None)
    by_git = settings.transport == "git"
    if refused is None and not by_git:
        return ok("archives", f"given for {' and for '.join(one.words for one in probed)}")
    one = refused or probed[0]
    repository = one.access.probed
    if settings.transport == "archive" or repository is None:
        return wrong(
            "archives", one.access.archives, f"unset `DEPS_TRANSPORT`, so that git can bring them; or {_OTHER}"
        )
    git = await _git_reads(settings, repository)
    if git is not None:
        return failed("archives", git) if by_git else wrong("archives", f"{one.access.archives}; {git}", _SIGN_IN)
    if by_git:
        return ok("archives", "git brings the content (`DEPS_TRANSPORT=git`)")
    advice = f"set `DEPS_TRANSPORT=git`, so that git is asked at once; or {_OTHER}"
    return warning("archives", f"{one.access.archives}; git brings the content instead", advice)


async def _git_reads(settings: Settings, repository: RepoName) -> DepsError | None:
    """Return why git cannot read a repository, or None where it can."""
    try:
        async with Remote(settings) as remote:
            await remote.git.refs(repository)
    except DepsError as error:
        return error
    return None


def _budget(tried: list[_Tried]) -> Check:
    low = next((one for one in tried if one.access.is_budget_low), None)
    if low is not None:
        return warning("budget", f"{low.words}: {low.access.budget}", _OWN_BUDGET)
    told = [f"{one.words}: {one.access.budget}" for one in tried if one.access.budget]
    if told:
        return ok("budget", "; ".join(told))
    if [one.words for one in tried] == ["no credential"]:
        return ok("budget", "not used up; without a credential there are 60 requests an hour for this network address")
    return ok("budget", "not used up; the service does not say how much is left")


async def _by_key(settings: Settings, repositories: tuple[RepoName, ...]) -> tuple[Check, ...]:
    """Try the SSH key, where there is nothing else: then neither API nor archives are asked."""
    alone = "git over SSH is all that is used"
    budget = skipped("budget", alone)
    if not repositories:
        return ok("credentials", "an SSH key, which was not tried"), skipped("archives", alone), budget
    for repository in repositories[:MOST_ANONYMOUS]:
        error = await _git_reads(settings, repository)
        if error is not None:
            return failed("credentials", error), skipped("archives", alone), budget
    read = "an SSH key, which reads " + ", ".join(f"`{one}`" for one in repositories[:MOST_ANONYMOUS])
    return ok("credentials", read), skipped("archives", alone), budget

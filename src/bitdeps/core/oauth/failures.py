"""From an answer of the token endpoint to the error that says what to do."""

from typing import Literal

from bitdeps.errors import AuthError, DepsError, RateLimitedError, ServiceError

Grant = Literal["client-credentials", "authorization-code", "refresh-token"]

_LIMITED = 429
_SERVER = 500


def token_failure(
    grant: Grant, consumer: str, *, status: int, error: str, description: str, clock: str = ""
) -> DepsError:
    """Write the error for a token that was not given.

    Args:
        grant: what was tried.
        consumer: which consumer, as messages name it (`BITBUCKET_CONSUMER_KEY`, in backticks).
        status: the answer's status.
        error: OAuth's `error` of the answer, if any; printable.
        description: its `error_description`, if any; printable.
        clock: what is wrong with the clock of this machine, if anything.
    """
    failure = _failure(grant, consumer, status, error, description)
    if clock:
        failure.hint = f"{clock}: set it first; {failure.hint}"
    return failure


def _failure(grant: Grant, consumer: str, status: int, error: str, description: str) -> DepsError:
    said = description or error or f"status {status}"
    if status == _LIMITED:
        return RateLimitedError(
            f"the token endpoint gets too many requests: {said}",
            hint="limits are counted by the hour: try again later",
        )
    if status >= _SERVER:
        return ServiceError(
            f"the token endpoint failed with status {status}: {said}",
            hint="try again later; https://bitbucket.status.atlassian.com shows known problems",
        )
    if "public" in description and grant == "client-credentials":
        return AuthError(
            f"the OAuth consumer of {consumer} is public, so it cannot be used without a browser: {said}",
            hint='open its settings (Workspace settings > OAuth consumers), tick "This is a private consumer" and '
            "give it a callback URL; or sign in with `deps auth login`",
        )
    if grant == "refresh-token":
        # A dead refresh token is answered with `unauthorized_client`, not `invalid_grant`.
        return AuthError(
            f"the sign-in of {consumer} has ended: {said}",
            hint="sign in again with `deps auth login`",
        )
    if grant == "authorization-code" and error == "invalid_grant":
        return AuthError(
            f"the service did not take the code of the sign-in: {said}",
            hint="run `deps auth login` again; the consumer's callback URL must be the one that `deps` listens on "
            "(`--callback-url`)",
        )
    return AuthError(
        f"the service does not accept the key and secret of {consumer}: {said}",
        hint="compare both with the consumer's page (Workspace settings > OAuth consumers)",
    )

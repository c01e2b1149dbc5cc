"""A refused credential: expired, revoked, or nobody can tell; and a clock that is wrong is named."""

import json
from email.utils import formatdate

import pytest

from bitdeps.core.bitbucket.answers import read_ref
from bitdeps.core.bitbucket.archives import archive_failure
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.clock import clock_note, moment
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential, Kind
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import AuthError

NOW = 1795514400.0  # 2026-11-24 10:00 UTC, by `date -u -d @1795514400`
NEW = "Token is invalid, expired, or not supported for this endpoint."
OLD = "Access token expired. Use your refresh token to obtain a new access token."
"""Both as recorded (BITBUCKET.md section 1.5); the service once told an expiry apart, and no longer does."""
CHECK = "`deps auth status` checks what is used"
UNKNOWN = (
    "whether it expired, was revoked or is mistyped, the service does not say: "
    f"make a new one with the scope {{}}; {CHECK}"
)
AGAIN = f"sign in again with `deps auth login`; {CHECK}"
ALIVE = "it would have lived until 2026-11-24 10:01 UTC, so it was revoked, or the service does not take it here"
CONSUMER = f"the consumer may have been changed or removed: look at its page; {CHECK}"


def refused(text: str, credential: Credential, *, date: str = "", received: float | None = NOW) -> AuthError:
    body = json.dumps({"type": "error", "error": {"message": text}}).encode()
    asked = Asked(repository=RepoName("acme", "kit"), url="https://api.bitbucket.org/2.0/x", credential=credential)
    response = Response(status=401, headers={"date": date} if date else {}, body=body, received=received)
    with pytest.raises(AuthError) as caught:
        read_ref(response, asked, "v1")
    return caught.value


def credential(kind: Kind, source: str, expires_at: float | None = None) -> Credential:
    return Credential(kind=kind, secret=Secret("canary"), source=source, expires_at=expires_at)


KEPT = "`deps auth login`"
NOT_TAKEN = f"`acme/kit`: the service does not accept the {{}}: {NEW[:-1]}"
EXPIRED = f"`acme/kit`: the OAuth token of {KEPT} expired on 2026-11-24 09:59 UTC: {NEW[:-1]}"


@pytest.mark.parametrize(
    ("text", "sent", "message", "hint"),
    [
        (
            NEW,
            credential("access-token", "`A`"),
            NOT_TAKEN.format("access token of `A`"),
            UNKNOWN.format("`repository`"),
        ),
        (
            NEW,
            credential("api-token", "`B`"),
            NOT_TAKEN.format("API token of `B`"),
            UNKNOWN.format("`read:repository:bitbucket`"),
        ),
        (
            OLD,
            credential("access-token", "`A`"),
            f"`acme/kit`: the access token of `A` has expired: {OLD[:-1]}",
            f"make a new one with the scope `repository`; {CHECK}",
        ),
        (NEW, credential("oauth", KEPT, NOW - 60), EXPIRED, AGAIN),
        (OLD, credential("oauth", KEPT, NOW - 60), EXPIRED.replace(NEW[:-1], OLD[:-1]), AGAIN),
        (
            NEW,
            credential("oauth", KEPT, NOW + 60),
            NOT_TAKEN.format(f"OAuth token of {KEPT}"),
            f"{ALIVE}: {AGAIN}",
        ),
        (NEW, credential("oauth", KEPT), NOT_TAKEN.format(f"OAuth token of {KEPT}"), AGAIN),
        (
            NEW,
            credential("oauth", "`K`", NOW + 60),
            NOT_TAKEN.format("OAuth token of `K`"),
            f"{ALIVE}: {CONSUMER}",
        ),
    ],
)  # fmt: skip
def test_expired_and_revoked_are_told_apart_where_that_is_known(
    text: str, sent: Credential, message: str, hint: str
) -> None:
    error = refused(text, sent, date=formatdate(NOW, usegmt=True))
    assert (str(error), error.hint) == (message, hint)


def test_the_services_clock_says_what_has_expired() -> None:
    """Ours may be some minutes wrong; without a `Date` ours is all there is."""
    sent = credential("oauth", KEPT, NOW + 60)
    assert "expired on 2026-11-24 10:01 UTC" in str(refused(NEW, sent, date=formatdate(NOW + 120, usegmt=True)))
    assert "expired on" not in str(refused(NEW, sent))
    assert "expired on" in str(refused(NEW, sent, received=NOW + 61))
    assert "expired on" not in str(refused(NEW, sent, received=None))


@pytest.mark.parametrize(
    ("ahead", "note"),
    [
        (0, ""),
        (299, ""),
        (-299, ""),
        (301, "the clock of this machine is 5 minutes ahead of the service's"),
        (-3600, "the clock of this machine is 60 minutes behind the service's"),
        (7200, "the clock of this machine is 2 hours ahead of the service's"),
        (-86400 * 365, "the clock of this machine is 365 days behind the service's"),
    ],
)
def test_a_clock_that_is_wrong_is_named(ahead: int, note: str) -> None:
    response = Response(status=401, headers={"date": formatdate(NOW - ahead, usegmt=True)}, body=b"", received=NOW)
    assert clock_note(response) == note


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Tue, 99 Nov 2026 10:00:00 GMT", "Tue, 24 Nov 99999999 10:00:00 GMT"]
)
def test_a_date_that_is_none_says_nothing(date: str) -> None:
    assert clock_note(Response(status=401, headers={"date": date}, body=b"", received=NOW)) == ""
    assert clock_note(Response(status=401, headers={"date": date}, body=b"")) == ""


def test_with_a_wrong_clock_nothing_is_said_about_an_expiry() -> None:
    """When it expires was counted by that clock."""
    error = refused(NEW, credential("oauth", KEPT, NOW - 60), date=formatdate(NOW + 7200, usegmt=True))
    assert str(error) == NOT_TAKEN.format(f"OAuth token of {KEPT}")
    assert error.hint == f"the clock of this machine is 2 hours behind the service's: set it first; {AGAIN}"


def test_an_archive_that_is_refused_names_the_clock_too() -> None:
    headers = {"date": formatdate(NOW, usegmt=True), "location": "https://id.atlassian.com/login"}
    response = Response(status=302, headers=headers, body=b"", received=NOW - 7200)
    sent = credential("access-token", "`A`")
    error = archive_failure(response, Asked(repository=RepoName("acme", "kit"), url="https://x/", credential=sent))
    assert isinstance(error, AuthError)
    assert error.hint == (
        "the clock of this machine is 2 hours behind the service's: set it first; it may be expired, or may not "
        "download archives: `deps auth status` checks it; `BITBUCKET_ACCESS_TOKEN__ACME` can name another one for this "
        "workspace"
    )


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "1970-01-01 00:00 UTC"), (NOW, "2026-11-24 10:00 UTC"), (1e18, "a time that is none")]
)
def test_a_moment_is_written_in_utc(seconds: float, text: str) -> None:
    assert moment(seconds) == text

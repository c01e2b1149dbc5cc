"""`deps auth login|status|token|logout|git-credential`."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitdeps.cli.hints import default_hint
from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.config.settings import Settings
from bitdeps.errors import ManifestError, UsageError
from bitdeps.ops.waiting import wait_for

if TYPE_CHECKING:
    from bitdeps.core.names import RepoName
    from bitdeps.ops.access import Access
    from bitdeps.ops.credentials import Entry, Survey
    from bitdeps.ops.signin import SignedIn

app = typer.Typer(help="Sign in, and see which credential serves.", no_args_is_help=True)

For = Annotated[
    str,
    typer.Option("--for", metavar="SCOPE", help="What it serves: `all`, a workspace, or WORKSPACE/REPO."),
]
Probe = Annotated[str | None, typer.Option(metavar="WORKSPACE/REPO", help="Try the credential on this repository.")]


def login(
    session: Session,
    *,
    kind: Annotated[
        Literal["oauth", "api-token", "access-token"] | None, typer.Option(help="What to sign in with.")
    ] = None,
    serves: For = "all",
    callback_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The consumer's callback URL (DEPS_CALLBACK_URL).")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the link, and take the address that it ends at by paste.")
    ] = False,
    with_token: Annotated[bool, typer.Option("--with-token", help="Read a token from stdin.")] = False,
    email: Annotated[str | None, typer.Option(help="The account's e-mail address, for an API token.")] = None,
    probe: Probe = None,
) -> int:
    """Sign in to Bitbucket; key, secret and tokens are never taken from the command line."""
    from bitdeps.cli.person import Terminal
    from bitdeps.ops.signin import Wish, sign_in

    settings = _settings(session)
    if callback_url is not None:
        from bitdeps.config.values import read_value

        settings = replace(settings, callback_url=str(read_value("callback", callback_url, "`--callback-url`")))
    scope = _scope(serves)
    candidates = tuple(one for one in _repositories(session) if scope in ("all", one.workspace, str(one)))
    wish = Wish(
        kind=kind,
        serves=scope,
        browser=not no_browser,
        piped=sys.stdin.read() if with_token else None,
        email=email,
        probe=(_repository(probe),) if probe else candidates,
        chosen=probe is not None,
    )
    return _show_login(session, sign_in(settings, wish, Terminal(session.console)))


def status(session: Session, probe: Probe = None) -> int:
    """Try every credential, and say what it may do; exit code 4 when one does not serve."""
    from bitdeps.ops.credentials import survey

    repositories = (_repository(probe),) if probe else _repositories(session)
    return _show_status(session, wait_for(survey, _settings(session), repositories, chosen=probe is not None))


def token(session: Session, serves: For = "all") -> int:
    """Print the token that would be sent; no other command prints one."""
    from bitdeps.ops.credentials import token as find

    credential = wait_for(find, _settings(session), _scope(serves))
    if session.flags.json:
        session.console.document({"token": credential.secret.reveal(), "kind": credential.kind})
    else:
        session.console.data(credential.secret.reveal())
    return 0


def logout(
    session: Session,
    *,
    serves: For = "all",
    everything: Annotated[bool, typer.Option("--all", help="Forget every sign-in.")] = False,
) -> int:
    """Forget a stored sign-in."""
    from bitdeps.auth.store import Store

    store = Store(_settings(session))
    scope = _scope(serves)
    with store.lock():
        if everything:
            store.clear()
            session.console.say("Forgot every sign-in.")
            return 0
        record = store.find(scope)
        if record is None:
            session.console.say(f"There is no sign-in for {_named(scope)}.")
            return 1
        store.remove(record)
    session.console.say(f"Forgot the sign-in for {_named(scope)}. The service keeps the grant until you revoke it.")
    return 0


def git_credential(
    session: Session, action: Annotated[str, typer.Argument(help="What git asks for: get, store or erase.")]
) -> int:
    """Answer git: `git config credential.https://bitbucket.org.helper '!deps auth git-credential'`."""
    from bitdeps.ops.credentials import answer_git, renew_for_git

    if action == "erase":
        wait_for(renew_for_git, _settings(session), sys.stdin.read())
    if action != "get":
        return 0
    answer = wait_for(answer_git, _settings(session), sys.stdin.read())
    if answer is not None:
        session.console.data(f"username={answer.username}\npassword={answer.password.reveal()}")
    return 0


_NAMELESS = {
    "oauth": "Signed in; to say as whom would need the scope `account`.",
    "api-token": "Signed in; to say as whom would need the scope `read:user:bitbucket`.",
    "access-token": "Signed in with an access token, which belongs to no person.",
}


_UNTRIED = (
    "Kept an access token that nobody has tried: the service does not tell whose it is. "
    "`deps auth status --probe WORKSPACE/REPO` tries it."
)


def _show_login(session: Session, done: "SignedIn") -> int:
    record, access = done.record, done.access
    if session.flags.json:
        session.console.document({"serves": record.serves, "stored": done.place, **_facts(access)})
        return 0
    nameless = _UNTRIED if access.accepted is None else _NAMELESS[record.kind]
    session.console.say(f"Signed in as {record.account}." if record.account else nameless)
    for line in _lines(access, record.scopes, record.expires_at, renews=record.refresh is not None):
        session.console.say(f"  {line}")
    session.console.say(f"Stored in {done.place}, for {_named(record.serves)}.")
    return 0


def _show_status(session: Session, found: "Survey") -> int:
    if session.flags.json:
        broken = [
            {"error": {"message": str(error), "hint": error.hint or default_hint(error)}} for error in found.failures
        ]
        session.console.document([*map(_entry, found.entries), *broken])
        return 0 if found.usable else 4
    if not found.entries and not found.failures:
        session.console.data("No credential. Public repositories need none; else run `deps auth login`.")
    for entry in found.entries:
        session.console.data(str(entry.credential))
        for line in _lines(entry.access, entry.scopes, entry.expires_at, renews=entry.renews):
            session.console.data(f"  {line}")
    for error in found.failures:
        session.console.error(error)
    return 0 if found.usable else 4


def _settings(session: Session) -> Settings:
    """Read the settings; a `.env` beside the manifest counts from anywhere inside the project."""
    from bitdeps.config.lean import nearest_root

    return session.settings(nearest_root(session.directory))


def _repositories(session: Session) -> "tuple[RepoName, ...]":
    """Return the manifest's repositories, in its order; none outside of a project."""
    try:
        dependencies = session.project().manifest.dependencies
    except ManifestError:
        return ()
    return tuple(dict.fromkeys(entry.identity.repository for entry in dependencies))


def _repository(text: str) -> "RepoName":
    from bitdeps.core.names import parse_identity

    identity = parse_identity(text)
    if identity is None or identity.subdir is not None:
        raise UsageError(f"`{text}` is no WORKSPACE/REPO")
    return identity.repository


def _scope(text: str) -> str:
    from bitdeps.core.names import slug

    if "/" in text:
        return str(_repository(text))
    found = slug(text)
    if found is None:
        raise UsageError(f"`{text}` is neither `all` nor a workspace nor WORKSPACE/REPO")
    return found


def _named(serves: str) -> str:
    return "every workspace" if serves == "all" else f"`{serves}`"


def _lines(access: "Access", scopes: tuple[str, ...], expires_at: float | None, *, renews: bool) -> list[str]:
    from bitdeps.core.bitbucket.clock import moment

    until = moment(expires_at) if expires_at else "not told"
    known = scopes or access.account.scopes
    probed = f" ({access.probed})" if access.probed else ""
    lines = [
        f"account   {access.account.name or 'not told'}",
        f"scopes    {', '.join(known) or 'not told'}",
        f"until     {until}{', then it renews itself' if renews else ''}",
        f"API       {access.api}{probed}",
        f"archives  {access.archives}",
    ]
    return [*lines, f"budget    {access.budget}"] if access.budget else lines


def _facts(access: "Access") -> dict[str, object]:
    return {
        "account": access.account.name,
        "accepted": access.accepted,
        "api": access.api,
        "archives": access.archives,
        "probed": str(access.probed) if access.probed else None,
        "budget": access.budget,
    }


def _entry(entry: "Entry") -> dict[str, object]:
    record = entry.record
    return {
        "kind": entry.credential.kind,
        "source": entry.credential.source,
        "serves": record.serves if record else None,
        "scopes": list(entry.scopes),
        "expires": entry.expires_at,
        **_facts(entry.access),
    }


command(app, "login")(login)
command(app, "status")(status)
command(app, "token")(token)
command(app, "logout")(logout)
command(app, "git-credential")(git_credential)

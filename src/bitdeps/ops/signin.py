"""`deps auth login`: from a wish to a stored sign-in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bitdeps.auth.consumer import Consumer
from bitdeps.auth.record import EVERYTHING, SignIn
from bitdeps.auth.store import Store
from bitdeps.auth.variables import consumer_of
from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.body import printable
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.callback import Denied, Forged, Granted, Outcome, read_callback
from bitdeps.core.oauth.credential import Kind
from bitdeps.core.oauth.secret import Secret
from bitdeps.core.oauth.token import beginning_of, is_wire_safe
from bitdeps.errors import AuthError
from bitdeps.ops.access import Access, check_access
from bitdeps.ops.waiting import wait_for

_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_API_TOKENS = "https://id.atlassian.com/manage-profile/security/api-tokens"


class Person(Protocol):
    """Who sits at the terminal, if anybody does."""

    @property
    def present(self) -> bool:
        """Tell whether somebody can be asked."""

    def say(self, text: str) -> None:
        """Show a line."""

    def ask(self, question: str) -> str:
        """Ask for a text."""

    def ask_secret(self, question: str) -> str:
        """Ask for a text that is not shown while it is typed."""

    def open(self, url: str) -> None:
        """Open a page in a browser, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    kind: Kind | None = None
    serves: str = EVERYTHING
    browser: bool = True
    piped: str | None = None
    """A token that came over stdin."""
    email: str | None = None
    probe: tuple[RepoName, ...] = ()
    chosen: bool = False
    """Whether somebody has chosen what to probe, which is one repository then."""

    @property
    def workspace(self) -> str | None:
        """The workspace, where the sign-in is for one."""
        return None if self.serves == EVERYTHING else self.serves.partition("/")[0]

    def page(self, kind: Kind) -> str:
        """Return the page on which a credential is made, with the names that are known."""
        if kind == "api-token":
            return _API_TOKENS
        known = next(iter(self.probe), None)
        home = self.workspace or (known.workspace if known else "WORKSPACE")
        if kind == "oauth":
            return f"https://bitbucket.org/{home}/workspace/settings/api"
        repo = self.serves.partition("/")[2] or (known.repo if known and known.workspace == home else "REPOSITORY")
        return f"https://bitbucket.org/{home}/{repo}/admin/access-tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What was stored, where, and what it is good for."""

    record: SignIn
    place: str
    access: Access


def sign_in(settings: Settings, wish: Wish, person: Person) -> SignedIn:
    """Get a credential, check it and store it.

    Raises:
        AuthError: access was not granted, the credential is refused, or nobody can be asked.
        LocalError: the callback's port is taken, or the store cannot be written.
        NetworkError: the service cannot be reached.
    """
    kind = wish.kind or _choose(settings, wish, person)
    record = _through_browser(settings, wish, person) if kind == "oauth" else _with_token(settings, wish, person, kind)
    access = wait_for(check_access, settings, record.credential, wish.probe, chosen=wish.chosen)
    if access.accepted is False:
        clock = access.account.clock
        raise AuthError(
            f"the service does not accept this {_WORDS[kind]}: {access.account.said or 'no reason given'}",
            hint=f"{f'{clock}: set it first; ' if clock else ''}nothing was stored; make a new one and sign in again",
        )
    kept = replace(record, account=access.account.name, scopes=record.scopes or access.account.scopes)
    store = Store(settings)
    with store.lock():
        place = store.put(kept)
    return SignedIn(record=kept, place=place, access=access)


_WORDS: dict[Kind, str] = {"oauth": "OAuth token", "api-token": "API token", "access-token": "access token"}
_CHOICES: dict[str, Kind] = {"1": "oauth", "2": "api-token", "3": "access-token"}


def _choose(settings: Settings, wish: Wish, person: Person) -> Kind:
    if wish.piped is not None:
        return "api-token" if wish.email else "access-token"
    if consumer_of(settings, wish.workspace) or consumer_of(settings, None):
        return "oauth"
    _demand(person, "which kind of credential to use", "`--kind`")
    person.say("What do you want to sign in with?")
    person.say("  1  an OAuth consumer of the workspace: you grant access in the browser, tokens renew themselves")
    person.say("  2  an API token of your Atlassian account: lives for a year at most")
    person.say("  3  an access token of a repository, project or workspace: belongs to no person")
    answer = person.ask("1, 2 or 3").strip() or "1"
    if answer not in _CHOICES:
        raise AuthError(f"`{printable(answer)}` is none of 1, 2 and 3", hint="run `deps auth login` again")
    return _CHOICES[answer]


def _with_token(settings: Settings, wish: Wish, person: Person, kind: Kind) -> SignIn:
    email = wish.email
    if wish.piped is None:
        _demand(person, f"the {_WORDS[kind]}", "`--with-token`, which reads it from stdin")
        scope = "`read:repository:bitbucket`" if kind == "api-token" else "repository: read"
        person.say(f"Make one at {wish.page(kind)} with the one scope {scope}.")
        if kind == "api-token" and not email:
            email = person.ask("E-mail address of the Atlassian account").strip()
    text = (wish.piped if wish.piped is not None else person.ask_secret(f"The {_WORDS[kind]}")).strip()
    _refuse_other_kind(text, kind)
    if kind == "api-token" and (not email or "@" not in email or ":" in email or not is_wire_safe(email)):
        raise AuthError("an API token needs the e-mail address of its account", hint="give it with `--email`")
    return SignIn(
        origin=settings.web_url,
        serves=wish.serves,
        kind=kind,
        secret=_checked(text, _WORDS[kind]),
        email=email if kind == "api-token" else None,
    )


def _through_browser(settings: Settings, wish: Wish, person: Person) -> SignIn:
    from bitdeps.auth.authorization import Authorization

    consumer = _consumer(settings, wish, person)
    authorization = Authorization(settings, consumer, settings.callback_url)

    def read(target: str) -> Outcome:
        path = settings.callback_url.partition("://")[2].partition("/")[1:]
        return read_callback(target, path="".join(path), state=authorization.state, issuer=settings.web_url)

    person.say(f"Using the OAuth consumer with the key `{printable(consumer.key)}`, from {consumer.source}.")
    granted = _granted(_outcome(settings, wish, person, authorization.url, read))
    token = authorization.exchange(granted.code)
    return SignIn(
        origin=settings.web_url,
        serves=wish.serves,
        kind="oauth",
        secret=token.access,
        consumer=consumer,
        refresh=token.refresh,
        expires_at=token.expires_at,
        scopes=token.scopes,
    )


def _outcome(
    settings: Settings, wish: Wish, person: Person, url: str, read: Callable[[str], Outcome]
) -> Granted | Denied | Forged:
    from bitdeps.auth.listener import Listener

    if not wish.browser:
        _demand(person, "the address that the browser ends at", "a terminal")
        person.say(f"Open this link in a browser, on any machine:\n\n  {url}\n")
        person.say("It ends at an address that cannot be opened there; copy that address from the browser.")
        # It holds the code, so it is not shown; nor does it stay in the terminal's scroll-back.
        pasted = person.ask_secret("The address (not shown when pasted)").strip()
        tail = _AUTHORITY.sub("", pasted).partition("#")[0]
        outcome = read(tail if tail.startswith("/") else f"/{tail}")
        if outcome is None:
            raise AuthError("this address holds no answer", hint=f"it must begin with `{settings.callback_url}`")
        return outcome
    with Listener(settings.callback_url) as listener:
        person.say(f"Open this link in a browser, if it does not open by itself:\n\n  {url}\n")
        person.open(url)
        return listener.wait(read, settings.timeouts.login)


def _granted(outcome: Granted | Denied | Forged) -> Granted:
    if isinstance(outcome, Granted):
        return outcome
    if isinstance(outcome, Forged):
        raise AuthError(
            f"what came back from the browser does not belong to this sign-in: {outcome.reason}",
            hint="no token was asked for; run `deps auth login` again, and use the newest link",
        )
    said = printable(f"{outcome.error}: {outcome.description}" if outcome.description else outcome.error)
    raise AuthError(f"access was not granted: {said}", hint="run `deps auth login` again and press Grant access")


def _consumer(settings: Settings, wish: Wish, person: Person) -> Consumer:
    """Return the consumer of the environment, of `.env` or of the last sign-in; else ask for it."""
    known = consumer_of(settings, wish.workspace) or consumer_of(settings, None)
    if known is not None:
        return known
    record = Store(settings).find(wish.serves)
    if record is not None and record.consumer is not None:
        return replace(record.consumer, source="the last sign-in")
    _demand(person, "the key and secret of an OAuth consumer", "`BITBUCKET_CONSUMER_KEY` and `..._SECRET`")
    person.say(f"Make a consumer at {wish.page('oauth')} (OAuth consumers > Add consumer):")
    person.say(f"  callback URL {settings.callback_url}, a private consumer, permission Repositories: Read.")
    key = person.ask("Key").strip()
    secret = _checked(person.ask_secret("Secret").strip(), "secret")
    return Consumer(key=_checked(key, "key").reveal(), secret=secret, source="your input")


def _checked(text: str, what: str) -> Secret:
    if beginning_of(text) == "app-password":
        raise AuthError(
            f"this {what} is an app password; Bitbucket removed those on 2026-07-28",
            hint=f"make an API token instead, at {_API_TOKENS}",
        )
    if not is_wire_safe(text):
        raise AuthError(
            f"the {what} is empty, or holds blanks, line breaks or letters outside ASCII",
            hint="copy it again, without quotes and line breaks",
        )
    return Secret(text)


def _refuse_other_kind(text: str, kind: Kind) -> None:
    """Refuse a token that would be sent in the wrong way."""
    other = beginning_of(text)
    if other in ("api-token", "access-token") and other != kind:
        more = " and `--email`" if other == "api-token" else ""
        raise AuthError(f"this is an {_WORDS[other]}, not an {_WORDS[kind]}", hint=f"use `--kind {other}`{more}")


def _demand(person: Person, what: str, instead: str) -> None:
    if not person.present:
        raise AuthError(
            f"nobody can be asked for {what}: there is no terminal",
            hint=f"give {instead}; in a pipeline set a token or key and secret in the environment instead",
        )

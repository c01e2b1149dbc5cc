"""Signing in at a terminal: what is asked, what is not shown, and what is asked without one."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from support.logins import at_terminal, keys, login, visit
from support.program import Program
from support.sandbox import Consumer, Sandbox

LINK = r"(http://\S+/site/oauth2/authorize\S+)"


def test_the_address_is_pasted_over_ssh(deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str) -> None:
    """`--no-browser` on a terminal; nothing listens."""
    with at_terminal(deps, "auth", "login", "--no-browser", **keys(consumer, callback)) as child:
        child.expect(LINK)
        answer = sandbox.grant(str(child.match.group(1)), user="ada")  # type: ignore[union-attr]
        child.expect(re.escape("The address (not shown when pasted): "))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", urlsplit(callback).port or 0))
        child.sendline(answer)
        child.expect("Signed in as ada")
    assert child.exitstatus == 0


def test_a_guided_login_asks_for_what_it_does_not_have(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    """The secret is not shown while it is typed, and the next sign-in asks for neither."""
    with at_terminal(deps, "auth", "login", DEPS_CALLBACK_URL=callback) as child:
        child.expect("1, 2 or 3: ")
        child.sendline("1")
        child.expect(re.escape(f"callback URL {callback}, a private consumer, permission Repositories: Read."))
        child.expect("Key: ")
        child.sendline(consumer.key)
        child.expect("Secret: ")
        child.sendline(consumer.secret)
        child.expect(LINK)
        visit(sandbox.grant(str(child.match.group(1)), user="ada"))  # type: ignore[union-attr]
        child.expect("Signed in as ada")
    assert child.exitstatus == 0
    with login(deps, "--kind", "oauth", DEPS_CALLBACK_URL=callback) as running:
        visit(sandbox.grant(running.link, user="ada"))
        code, text = running.end()
    assert code == 0, text
    assert f"Using the OAuth consumer with the key `{consumer.key}`, from the last sign-in.\n" in text


@pytest.mark.parametrize(
    ("words", "what", "instead"),
    [
        ((), "which kind of credential to use", "`--kind`"),
        (("--kind", "oauth"), "the key and secret of an OAuth consumer", "`BITBUCKET_CONSUMER_KEY` and `..._SECRET`"),
        (("--kind", "api-token"), "the API token", "`--with-token`, which reads it from stdin"),
        (("--kind", "access-token"), "the access token", "`--with-token`, which reads it from stdin"),
    ],
)
def test_without_a_terminal_nobody_is_asked(words: tuple[str, ...], what: str, instead: str, deps: Program) -> None:
    ran = deps("auth", "login", *words, code=4)
    assert ran.stderr == (
        f"error: nobody can be asked for {what}: there is no terminal\n"
        f"\nhint: give {instead}; in a pipeline set a token or key and secret in the environment instead\n"
    )


def test_tokens_are_typed_in_without_being_shown(deps: Program, sandbox: Sandbox) -> None:
    """An API token, chosen from the menu; and a choice that is none."""
    sandbox.user("ada")
    token = sandbox.api_token("ada")
    with at_terminal(deps, "auth", "login") as child:
        child.expect("1, 2 or 3: ")
        child.sendline("2")
        child.expect("with the one scope `read:repository:bitbucket`")
        child.expect("E-mail address of the Atlassian account: ")
        child.sendline(token.email)
        child.expect("The API token: ")
        child.sendline(token.token)
        child.expect("Stored in")
    assert child.exitstatus == 0
    with at_terminal(deps, "auth", "login") as child:
        child.expect("1, 2 or 3: ")
        child.sendline("4")
        child.expect("error: `4` is none of 1, 2 and 3")
    assert child.exitstatus == 4


@pytest.mark.parametrize(
    ("choice", "manifest", "words", "page"),
    [
        ("1", "", (), "https://bitbucket.org/WORKSPACE/workspace/settings/api (OAuth consumers > Add consumer)"),
        ("1", "acme/lib", (), "https://bitbucket.org/acme/workspace/settings/api (OAuth consumers > Add consumer)"),
        ("3", "", (), "https://bitbucket.org/WORKSPACE/REPOSITORY/admin/access-tokens with the one scope "),
        ("3", "acme/lib", (), "https://bitbucket.org/acme/lib/admin/access-tokens with the one scope repository: read"),
        ("3", "acme/lib", ("--for", "zoo"), "https://bitbucket.org/zoo/REPOSITORY/admin/access-tokens "),
        ("3", "acme/lib", ("--for", "zoo/ape"), "https://bitbucket.org/zoo/ape/admin/access-tokens "),
    ],
)
def test_the_page_to_make_a_credential_names_what_is_known(
    choice: str, manifest: str, words: tuple[str, ...], page: str, deps: Program
) -> None:
    if manifest:
        workspace, _, repo = manifest.partition("/")
        deps.manifest(f'[dependencies]\n{repo} = {{ workspace = "{workspace}", tag = "v1" }}\n')
    with at_terminal(deps, "auth", "login", *words) as child:
        child.expect("1, 2 or 3: ")
        child.sendline(choice)
        child.expect_exact(page)
        child.sendintr()


def test_an_access_token_belongs_to_no_person(deps: Program, sandbox: Sandbox) -> None:
    token = sandbox.access_token()
    with at_terminal(deps, "auth", "login", "--kind", "access-token") as child:
        child.expect("The access token: ")
        child.sendline(token)
        child.expect("Signed in with an access token, which belongs to no person.")
    assert child.exitstatus == 0


def test_a_forged_address_is_pasted(deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str) -> None:
    """It is judged as one that comes from the browser."""
    with at_terminal(deps, "auth", "login", "--no-browser", **keys(consumer, callback)) as child:
        child.expect(re.escape("The address (not shown when pasted): "))
        child.sendline(f"{callback}/?code=canary-code&state=forged")
        child.expect("error: what came back from the browser does not belong to this sign-in: its `state`")
    assert child.exitstatus == 4
    assert sandbox.requests("/site/oauth2/access_token") == []


def test_a_pasted_address_without_an_answer(deps: Program, consumer: Consumer, callback: str) -> None:
    with at_terminal(deps, "auth", "login", "--no-browser", **keys(consumer, callback)) as child:
        child.expect(re.escape("The address (not shown when pasted): "))
        child.sendline("https://bitbucket.org/")
        child.expect("error: this address holds no answer")
    assert child.exitstatus == 4

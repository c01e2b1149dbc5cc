"""Who a credential belongs to: three answers, and many ways to give them."""

import pytest

from bitdeps.core.bitbucket.account import Account, account_request, read_account
from bitdeps.core.messages import Response
from support.shared_data import shared_data

SCOPES = b'{"error": {"message": "Lacks scopes.", "detail": {"required": ["account"], "granted": ["repository"]}}}'


def test_the_question() -> None:
    request = account_request("https://api.bitbucket.org/2.0")
    assert request.url == "https://api.bitbucket.org/2.0/user?fields=display_name,nickname,username"


@pytest.mark.parametrize(
    ("status", "body", "account"),
    [
        (200, b'{"display_name": "Ada\\nL."}', Account(accepted=True, name="Ada L")),
        (200, b'{"nickname": "ada"}', Account(accepted=True, name="ada")),
        (200, b"{}", Account(accepted=True)),
        (200, b"<html>", Account(accepted=True)),
        (403, SCOPES, Account(accepted=True, scopes=("repository",), said="Lacks scopes")),
        (401, b"no", Account(accepted=False, said="no")),
        (404, b"", Account(accepted=True)),
    ],
)
def test_what_the_answer_tells(status: int, body: bytes, account: Account) -> None:
    """Only a 401 says that the credential is unknown: a token for repositories alone may not ask this."""
    assert read_account(Response(status=status, headers={}, body=body)) == account


def test_a_recorded_user() -> None:
    body = shared_data("bitbucket/responses/go-scm/user.json").read_bytes()
    account = read_account(Response(status=200, headers={}, body=body))
    assert account.accepted
    assert account.name

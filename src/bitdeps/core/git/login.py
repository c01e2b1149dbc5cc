"""A credential as git writes it, on the wire and to its helpers."""

from base64 import b64encode

from bitdeps.core.oauth.credential import GitLogin
from bitdeps.core.oauth.secret import Secret


def basic(login: GitLogin) -> Secret:
    """Write the `Authorization` header that git sends over HTTPS."""
    pair = f"{login.username}:{login.password.reveal()}"
    return Secret("Basic " + b64encode(pair.encode()).decode("ascii"))


def helper_answer(login: GitLogin) -> Secret:
    """Write what a credential helper of git prints (https://git-scm.com/docs/git-credential#IOFMT)."""
    return Secret(f"username={login.username}\npassword={login.password.reveal()}\n")

"""Credentials that the environment or `.env` holds (DESIGN section 6)."""

from bitdeps.auth.consumer import Consumer
from bitdeps.config.settings import Settings
from bitdeps.core.oauth.credential import Credential, variable_for
from bitdeps.core.oauth.secret import Secret
from bitdeps.core.oauth.token import beginning_of, is_wire_safe
from bitdeps.errors import AuthError


def token_of(settings: Settings, workspace: str | None) -> Credential | None:
    """Return the access token or API token of one workspace, or of all for None.

    Raises:
        AuthError: a variable is useless as it stands.
    """
    name = _named("BITBUCKET_ACCESS_TOKEN", workspace)
    token = _secret(settings, name)
    if token is not None:
        if beginning_of(token.reveal()) == "api-token":
            api_token, email = _named("BITBUCKET_API_TOKEN", workspace), _named("BITBUCKET_EMAIL", workspace)
            raise AuthError(
                f"`{name}` holds an API token, which is sent in another way than an access token",
                hint=f"set `{api_token}` to it, and `{email}` to the e-mail address of its account",
            )
        return Credential(kind="access-token", secret=token, source=f"`{name}`")
    name = _named("BITBUCKET_API_TOKEN", workspace)
    token = _secret(settings, name)
    if token is None:
        return None
    if beginning_of(token.reveal()) == "access-token":
        raise AuthError(
            f"`{name}` holds an access token, which is sent in another way than an API token",
            hint=f"set `{_named('BITBUCKET_ACCESS_TOKEN', workspace)}` to it; it needs no e-mail address",
        )
    variables = settings.credentials
    email = variables.get(_named("BITBUCKET_EMAIL", workspace)) or variables.get("BITBUCKET_EMAIL", "")
    if "@" not in email or not is_wire_safe(email.strip()) or ":" in email:
        raise AuthError(
            f"`{name}` is set, but `{_named('BITBUCKET_EMAIL', workspace)}` holds no e-mail address",
            hint="set it to the address of the Atlassian account that the API token belongs to",
        )
    return Credential(kind="api-token", secret=token, source=f"`{name}`", email=email.strip())


def consumer_of(settings: Settings, workspace: str | None) -> Consumer | None:
    """Return the OAuth consumer of one workspace, or of all for None.

    Raises:
        AuthError: one half is missing, or git tracks the `.env` that it came from.
    """
    key_name = _named("BITBUCKET_CONSUMER_KEY", workspace)
    secret_name = _named("BITBUCKET_CONSUMER_SECRET", workspace)
    key, secret = _secret(settings, key_name), _secret(settings, secret_name)
    if key is None and secret is None:
        return None
    if key is None or secret is None:
        missing, present = (key_name, secret_name) if key is None else (secret_name, key_name)
        raise AuthError(
            f"`{present}` is set, but `{missing}` is not",
            hint="an OAuth consumer has a key and a secret: set both, in the environment or in `.env`",
        )
    from_file = {key_name, secret_name} & settings.from_env_file
    if from_file and settings.env_file is not None:
        from bitdeps.config.envfile import refuse_tracked

        refuse_tracked(settings.env_file)
    source = f"`{key_name}`{' in `.env`' if key_name in from_file else ''}"
    return Consumer(key=key.reveal(), secret=secret, source=source)


def _named(name: str, workspace: str | None) -> str:
    return name if workspace is None else variable_for(name, workspace)


def _secret(settings: Settings, name: str) -> Secret | None:
    text = settings.credentials.get(name, "").strip()
    if not text:
        return None
    if not is_wire_safe(text):
        raise AuthError(
            f"`{name}` holds characters that no token has (blanks, line breaks or letters outside ASCII)",
            hint="copy it again, without quotes and line breaks",
        )
    if beginning_of(text) == "app-password":
        raise AuthError(
            f"`{name}` holds an app password; Bitbucket removed those on 2026-07-28",
            hint="make an API token instead, at https://id.atlassian.com/manage-profile/security/api-tokens",
        )
    return Secret(text)

"""The OAuth token endpoint, `/site/oauth2/access_token`."""

import base64
import binascii
from urllib.parse import parse_qs

from bitdeps.sandbox.call import Answer, Call, json_answer
from bitdeps.sandbox.tokens import Grant
from bitdeps.sandbox.world import Consumer

TOKEN = "/site/oauth2/access_token"  # noqa: S105 (a path)
REFRESH_LIFETIME = 90 * 24 * 3600
# Texts: data/bitbucket/responses/captured-errors.json.
_NO_CLIENT = "Requests must be authenticated using OAuth client credentials"
_PUBLIC = (
    'Cannot use client_credentials with a consumer marked as "public". Calls for auto generated consumers should use '
    "urn:bitbucket:oauth2:jwt instead."
)
_NO_CALLBACK = "No callback uri defined for the OAuth client."


def _error(kind: str, description: str, status: int = 400) -> Answer:
    return json_answer({"error_description": description, "error": kind}, status)


def answer_token(call: Call) -> Answer:
    """Exchange a code, a refresh token or the consumer's own credentials for an access token."""
    if call.method != "POST":
        return _error("invalid_request", "Only POST is supported", 405)
    form = {name: values[-1] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    consumer = _consumer(call, form)
    if consumer is None:
        return _error("unauthorized_client", _NO_CLIENT, 401)
    grants = {
        "authorization_code": _authorization_code,
        "client_credentials": _client_credentials,
        "refresh_token": _refresh_token,
    }
    kind = form.get("grant_type")
    if kind not in grants:
        return _error("invalid_grant", f"Unsupported grant type: {kind}")
    return grants[kind](call, consumer, form)


def _consumer(call: Call, form: dict[str, str]) -> Consumer | None:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    key, secret = form.get("client_id", ""), form.get("client_secret", "")
    if scheme.lower() == "basic":
        try:
            key, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
    consumer = call.state.world.consumers.get(key)
    return consumer if consumer and secret and consumer.secret == secret else None


def _success(call: Call, grant: Grant, state: str, refresh: str | None) -> Answer:
    switches = call.state.switches
    token = call.state.tokens.issue_access(grant, lifetime=switches.token_lifetime, length=switches.token_length)
    names = ("scope", "scopes") if switches.scope_field == "both" else (switches.scope_field,)
    document = dict.fromkeys(names, " ".join(grant.scopes)) | {
        "access_token": token,
        "expires_in": switches.token_lifetime,
        "token_type": "bearer",
        "state": state,
    }
    if refresh:
        document["refresh_token"] = refresh
    return json_answer(document, headers={"Cache-Control": "no-store"})


def _client_credentials(call: Call, consumer: Consumer, form: dict[str, str]) -> Answer:  # noqa: ARG001 (one signature)
    if not consumer.private:
        return _error("invalid_grant", _PUBLIC)
    if consumer.callback is None:
        return _error("invalid_request", _NO_CALLBACK)
    grant = Grant(consumer=consumer.key, user=None, scopes=consumer.scopes, expires=0.0)
    return _success(call, grant, "client_credentials", None)


def _authorization_code(call: Call, consumer: Consumer, form: dict[str, str]) -> Answer:
    code = call.state.tokens.take_code(form.get("code", ""))
    if code is None or code.grant.consumer != consumer.key:
        return _error("invalid_grant", "The specified code is not valid.")
    if code.redirect_uri is not None and form.get("redirect_uri") != code.redirect_uri:
        return _error("invalid_grant", "redirect_uri does not match the one that was used to authorize.")
    refresh = call.state.tokens.issue_refresh(code.grant, lifetime=REFRESH_LIFETIME)
    return _success(call, code.grant, "authorization_code", refresh)


def _refresh_token(call: Call, consumer: Consumer, form: dict[str, str]) -> Answer:
    switches = call.state.switches
    token = form.get("refresh_token", "")
    grant = call.state.tokens.refresh(token, consumer.key)
    if grant is None:
        kind = switches.dead_refresh
        text = "Invalid OAuth client credentials" if kind == "unauthorized_client" else "Invalid refresh_token"
        return _error(kind, text)
    if not switches.rotation:
        return _success(call, grant, "refresh_token", token)
    fresh = call.state.tokens.issue_refresh(grant, lifetime=REFRESH_LIFETIME)
    call.state.tokens.retire(token, leeway=switches.rotation_leeway)
    return _success(call, grant, "refresh_token", fresh)

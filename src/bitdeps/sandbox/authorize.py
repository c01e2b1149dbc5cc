"""The page on which a person grants a consumer access, `/site/oauth2/authorize`."""

import html
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bitdeps.sandbox.call import Answer, Call, redirect, text_answer
from bitdeps.sandbox.tokens import Grant
from bitdeps.sandbox.world import Consumer

AUTHORIZE = "/site/oauth2/authorize"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Text: data/bitbucket/responses/captured-errors.json.
_MISCONFIGURED = "This integration is misconfigured. Contact the vendor for assistance."
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Confirm access to your account</title></head>
<body>
<h1>Confirm access to your account</h1>
<p>{name} is requesting access to the following:</p>
<ul>{scopes}</ul>
<form method="post" action="{action}">
<p><label>Sign in as <select name="user">{users}</select></label></p>
<button type="submit" name="decision" value="grant">Grant access</button>
<button type="submit" name="decision" value="deny">Cancel</button>
</form>
</body>
</html>
"""
_PROBLEM = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Error</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


def _problem(title: str) -> Answer:
    return text_answer(_PROBLEM.format(title=title, text=_MISCONFIGURED), 400, "text/html; charset=utf-8")


def answer_authorize(call: Call) -> Answer:
    """Show the page (GET), or carry out the decision of the person (POST)."""
    consumer = call.state.world.consumers.get(call.argument("client_id") or "")
    if consumer is None:
        return _problem("Invalid client_id")
    target = _target(call, consumer)
    if target is None:
        return _problem("Invalid redirect_uri")
    state = call.argument("state")
    if call.argument("response_type") != "code":
        return _back(target, {"error": "unsupported_response_type", "state": state})
    if call.method == "POST":
        return _decide(call, consumer, target, state)
    return _page(call, consumer)


def _target(call: Call, consumer: Consumer) -> str | None:
    """Give the address to send the browser back to, None when it may not be that one."""
    sent, callback = call.argument("redirect_uri"), consumer.callback
    if callback is None:
        return None
    if sent is None or sent == callback:
        return callback
    fits = {"extends": _extends, "any-port": _differs_in_port}.get(call.state.switches.redirect_uri)
    try:
        return sent if fits and fits(sent, callback) else None
    except ValueError:  # no address at all
        return None


def _extends(sent: str, callback: str) -> bool:
    left, right = urlsplit(sent), urlsplit(callback)
    folder = right.path.rstrip("/")
    same = (left.scheme, left.netloc) == (right.scheme, right.netloc)
    return same and (left.path.rstrip("/") == folder or left.path.startswith(folder + "/"))


def _differs_in_port(sent: str, callback: str) -> bool:
    left, right = urlsplit(sent), urlsplit(callback)
    same = (left.scheme, left.hostname, left.path or "/") == (right.scheme, right.hostname, right.path or "/")
    return same and left.hostname in _LOOPBACK


def _back(target: str, answer: dict[str, str | None]) -> Answer:
    parts = urlsplit(target)
    query = parse_qsl(parts.query) + [(name, value) for name, value in answer.items() if value is not None]
    return redirect(urlunsplit(parts._replace(query=urlencode(query))))


def _decide(call: Call, consumer: Consumer, target: str, state: str | None) -> Answer:
    form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
    if form.get("decision") == "deny":
        description = "The resource owner denied the request"
        return _back(target, {"error": "access_denied", "error_description": description, "state": state})
    name = form.get("user") or next(iter(call.state.world.users), "")
    if form.get("decision") != "grant" or name not in call.state.world.users:
        return _problem("Invalid request")
    # Scopes are those of the consumer, whatever `scope` asked for (BITBUCKET.md section 3).
    grant = Grant(consumer=consumer.key, user=name, scopes=consumer.scopes, expires=0.0)
    code = call.state.tokens.issue_code(grant, call.argument("redirect_uri"))
    return _back(target, {"code": code, "state": state})


def _page(call: Call, consumer: Consumer) -> Answer:
    users = "".join(
        f'<option value="{html.escape(user.name)}">{html.escape(user.display_name)}</option>'
        for user in call.state.world.users.values()
    )
    text = _PAGE.format(
        name=html.escape(consumer.name),
        scopes="".join(f"<li>{html.escape(scope)}</li>" for scope in consumer.scopes),
        users=users,
        action=html.escape(f"{AUTHORIZE}?{urlencode(call.query)}"),
    )
    return text_answer(text, kind="text/html; charset=utf-8")

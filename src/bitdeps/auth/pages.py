"""What the browser shows at the end: two pages that never change and reflect nothing."""

from base64 import b64encode
from hashlib import sha256

_STYLE = (
    "html{color-scheme:light dark;background:#f4f5f7;color:#172b4d;font:17px/1.5 system-ui,sans-serif}"
    "main{max-width:30rem;margin:18vh auto 0;padding:2.5rem;border-radius:14px;background:#fff;"
    "box-shadow:0 8px 30px rgba(9,30,66,.12)}h1{margin:0 0 .5rem;font-size:1.5rem}p{margin:.5rem 0 0}"
    "b{display:inline-block;width:2.4rem;height:2.4rem;margin-bottom:1rem;border-radius:50%;line-height:2.4rem;"
    "text-align:center;color:#fff;background:#1f845a}.no b{background:#c9372c}"
    "code{padding:.1rem .35rem;border-radius:5px;background:#e9ebee}"
    "@media(prefers-color-scheme:dark){html{background:#161a1d;color:#dee4ea}main{background:#22272b;box-shadow:none}"
    "code{background:#38414a}}"
)
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
    '<body><main class="{kind}"><b aria-hidden="true">{sign}</b><h1>{title}</h1>{text}</main></body></html>\n'
)
_GRANTED = _PAGE.format(
    title="You are back",
    style=_STYLE,
    kind="yes",
    sign="&#10003;",
    text="<p><code>deps</code> has your answer and goes on in the terminal. You can close this page.</p>",
)
_REFUSED = _PAGE.format(
    title="No sign-in",
    style=_STYLE,
    kind="no",
    sign="&#10005;",
    text="<p>Access was not granted, so nothing was stored. The terminal says more. You can close this page.</p>",
)
_POLICY = (
    "default-src 'none'; style-src 'sha256-" + b64encode(sha256(_STYLE.encode()).digest()).decode() + "'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def granted_page() -> bytes:
    """Write the answer to the one valid callback."""
    return _answer("200 OK", _GRANTED)


def refused_page() -> bytes:
    """Write the answer to a callback that ends the sign-in without a token."""
    return _answer("400 Bad Request", _REFUSED)


def nothing_here() -> bytes:
    """Write the answer to everything else."""
    return _answer("404 Not Found", "")


def _answer(status: str, page: str) -> bytes:
    body = page.encode()
    head = (
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        f"Content-Security-Policy: {_POLICY}",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body

"""From the text of a setting to its value; every refusal names the setting and where it was set."""

import re
from collections.abc import Callable

from bitdeps.config.table import Form
from bitdeps.errors import UsageError

_SSH = re.compile(
    r"ssh://(?:[A-Za-z0-9][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*(?::[0-9]{1,5})?(?:/[^?#\\\s]*)?", re.ASCII
)
# The schemes of https://developmentseed.org/obstore that are no web address; a container may stand before `@`.
_STORE = re.compile(
    r"(?:file:///[^?#\\\x00-\x1f]+"
    r"|(?:s3a?|gs|az|adl|azure)://[A-Za-z0-9][A-Za-z0-9._-]*(?:/[^?#@:\\\s]*)?"
    r"|abfss?://[A-Za-z0-9-]+(?:@[A-Za-z0-9.-]+)?(?:/[^?#@:\\\s]*)?)",
    re.ASCII,
)
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_LONGEST = 1e9

Value = str | int | float | bool


def read_value(form: Form, raw: object, where: str) -> Value:
    """Read the value of a setting.

    Raises:
        UsageError: it is none of this form; `where` names the setting and its place.
    """
    return _READERS[form](raw, where)


def _address(raw: object, where: str) -> str:
    from bitdeps.core.bitbucket.address import is_trusted_scheme, parse_address

    address = parse_address(raw.rstrip("/")) if isinstance(raw, str) else None
    if address is None or address.query:
        raise UsageError(
            f"{where}: not an address: it must be `https://HOST` with an optional port and path, "
            "without a user name, query or fragment",
            hint="such as `https://api.bitbucket.org/2.0`",
        )
    if not is_trusted_scheme(address):
        raise UsageError(
            f"{where}: plain `http` is accepted for loopback addresses alone",
            hint=f"use `https://{address.shown}{address.path}`",
        )
    port = f":{address.port}" if ":" in address.shown.rpartition("]")[2] else ""
    return f"{address.scheme}://{address.host}{port}{address.path}"


def _git_address(raw: object, where: str) -> str:
    if isinstance(raw, str) and raw.startswith("ssh://"):
        if _SSH.fullmatch(raw):
            return raw.rstrip("/")
        raise UsageError(
            f"{where}: not an address: it must be `ssh://USER@HOST` with an optional port and path",
            hint="such as `ssh://git@bitbucket.org`",
        )
    return _address(raw, where)


def _callback(raw: object, where: str) -> str:
    from bitdeps.core.bitbucket.address import is_loopback, parse_address

    address = parse_address(raw) if isinstance(raw, str) else None
    if address is None or address.query or address.scheme != "http" or not is_loopback(address.host):
        raise UsageError(
            f"{where}: the callback must be `http://localhost:PORT` or `http://127.0.0.1:PORT`, with an optional path",
            hint="register the same address at the OAuth consumer",
        )
    return str(raw)


def _transport(raw: object, where: str) -> str:
    if raw not in ("auto", "archive", "git"):
        raise UsageError(
            f"{where}: must be `auto`, `archive` or `git`",
            hint="leave it out for `auto`: archives, and git where they are refused",
        )
    return str(raw)


def _store(raw: object, where: str) -> str:
    if isinstance(raw, str) and raw.startswith(("https://", "http://")):
        return _address(raw, where)
    if not isinstance(raw, str) or not _STORE.fullmatch(raw):
        raise UsageError(
            f"{where}: not the address of a shared cache: it must be `s3://BUCKET/PREFIX` (or `gs`, `az`, `abfss`), "
            "`https://HOST/PATH` or `file:///PATH`, without a user name, password or query",
            hint="what may read and write an object store is told by its own variables, such as `AWS_ACCESS_KEY_ID`",
        )
    return raw.rstrip("/")


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str) or not raw or "\0" in raw:
        raise UsageError(f"{where}: must be a path", hint="leave it out for the default")
    return raw


def _flag(raw: object, where: str) -> bool:
    value = raw if isinstance(raw, bool) else _WORDS.get(raw.lower()) if isinstance(raw, str) else None
    if value is None:
        raise UsageError(f"{where}: must be `true` or `false`", hint="leave it out for the default")
    return value


def _count(raw: object, where: str) -> int:
    text = str(raw) if isinstance(raw, (int, str)) and not isinstance(raw, bool) else ""
    if not re.fullmatch("[0-9]{1,18}", text, re.ASCII):
        raise UsageError(f"{where}: must be a whole number that is not negative", hint="such as `8`")
    return int(text)


def _seconds(raw: object, where: str) -> float:
    text = str(raw) if isinstance(raw, (int, float, str)) and not isinstance(raw, bool) else ""
    value = float(text) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text, re.ASCII) else 0.0
    if not 0 < value <= _LONGEST:
        raise UsageError(f"{where}: must be a number of seconds above 0", hint="such as `30` or `2.5`")
    return value


_READERS: dict[Form, Callable[[object, str], Value]] = {
    "address": _address,
    "git-address": _git_address,
    "transport": _transport,
    "callback": _callback,
    "folder": _text,
    "file": _text,
    "store": _store,
    "flag": _flag,
    "count": _count,
    "seconds": _seconds,
}

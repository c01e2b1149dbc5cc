"""Git's configuration: what of the user's counts, and how a file of it is written.

What counts is what the user set up to reach the server and to sign in: credential helpers, proxies,
certificates, the SSH command, and `url.*.insteadOf`. Everything else, which may run programs or change
bytes, is left out (DESIGN section 8). `http.sslVerify` is left out too: there is no way to trust all.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_HTTP: Final = (
    "cookiefile|delegation|emptyauth|extraheader|proxy|proxyauthmethod|proxysslcainfo|proxysslcert|proxysslkey"
    "|schannelcheckrevoke|schannelusesslcainfo|sslbackend|sslcainfo|sslcapath|sslcert|sslcertpasswordprotected|sslkey"
)
_TO_REACH: Final = re.compile(
    rf"http\.(?:.+\.)?(?:{_HTTP})|url\..+\.insteadof|core\.sshcommand|ssh\.variant", re.ASCII | re.DOTALL
)
_TO_SIGN_IN: Final = re.compile(r"credential\..+|core\.askpass|http\.(?:.+\.)?(?:extraheader|cookiefile)", re.DOTALL)
_KEY: Final = re.compile(
    r"(?P<section>[A-Za-z0-9-]+)\.(?:(?P<subsection>.+)\.)?(?P<name>[A-Za-z][A-Za-z0-9-]*)", re.DOTALL
)

FIXED: Final[tuple[tuple[str, str], ...]] = (
    ("core.repositoryFormatVersion", "0"),
    ("core.bare", "true"),
    ("core.attributesFile", "/dev/null"),
    ("core.autocrlf", "false"),
    ("core.eol", "lf"),
    ("core.safecrlf", "false"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.ignoreCase", "false"),
    ("core.precomposeUnicode", "false"),
    ("core.quotePath", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("gc.auto", "0"),
    # `export-subst` may ask for the verdict on a signature, which git leaves to these programs.
    ("gpg.program", "/dev/null"),
    ("gpg.openpgp.program", "/dev/null"),
    ("gpg.ssh.program", "/dev/null"),
    ("gpg.x509.program", "/dev/null"),
    ("maintenance.auto", "false"),
    ("protocol.version", "2"),
    ("submodule.recurse", "false"),
    ("tar.umask", "0002"),
    ("transfer.unpackLimit", "1"),
)
"""What is set in every repository that `deps` makes for itself."""


def read_settings(listed: bytes, *, sign_in: bool) -> list[tuple[str, str]]:
    """Choose from the output of `git config --list -z`; with `sign_in` also the user's ways to sign in."""
    chosen: list[tuple[str, str]] = []
    for one in listed.decode("utf-8", "surrogateescape").split("\0"):
        key, separator, value = one.partition("\n")
        is_sign_in = _TO_SIGN_IN.fullmatch(key) is not None
        if (sign_in if is_sign_in else _TO_REACH.fullmatch(key) is not None) and _KEY.fullmatch(key):
            # A key without a value is a true one.
            chosen.append((key, value if separator else "true"))
    return chosen


def format_config(values: Iterable[tuple[str, str]]) -> str:
    """Write a configuration file; keys may be there more than once, their order is kept."""
    return "".join(_entry(key, value) for key, value in values)


def as_variables(values: Mapping[str, str]) -> dict[str, str]:
    """Write configuration as the variables that git reads it from (`GIT_CONFIG_COUNT`)."""
    variables = {"GIT_CONFIG_COUNT": str(len(values))}
    for number, (key, value) in enumerate(values.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _entry(key: str, value: str) -> str:
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"not a key of git's configuration: {key!r}")
    subsection = match["subsection"]
    head = match["section"] if subsection is None else f'{match["section"]} "{_escaped(subsection)}"'
    text = _escaped(value).replace("\n", "\\n").replace("\t", "\\t")
    return f'[{head}]\n\t{match["name"]} = "{text}"\n'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

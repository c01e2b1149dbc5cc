"""The environment of the git program: what of the user's own setup it may see.

Git is steered by variables, by its configuration and by attributes; any of them could run a program or
change bytes. What a run gets is listed here; docs/explanation/proof.md tells why each is there.
"""

import os
from collections.abc import Mapping

from bitdeps.config.environment import clean_environment

_TO_REACH = (
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_HTTP_PROXY_AUTHMETHOD",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_PROXY_SSL_CERT",
    "GIT_PROXY_SSL_KEY",
)
_TO_READ = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
_ISOLATED = {
    "GCM_INTERACTIVE": "never",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C",
}


def local_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of git where it works on what it has: nothing of the user's configuration."""
    env = os.environ if environ is None else environ
    return {"PATH": env.get("PATH", os.defpath), "HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull, **_ISOLATED}


def network_environment(environ: Mapping[str, str] | None = None, *, askpass: bool) -> dict[str, str]:
    """Return the environment of git where it asks a server.

    The user's proxies, SSH agent, SSH command and certificates are kept; with `askpass` also the program
    that asks for passwords.
    """
    env = os.environ if environ is None else environ
    names = (*_TO_REACH, "GIT_ASKPASS") if askpass else _TO_REACH
    kept = {name: env[name] for name in names if name in env}
    return {**clean_environment(env), **({} if askpass else {"GIT_ASKPASS": ""}), **kept, **_ISOLATED}


def reading_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment in which the user's own git configuration is read."""
    env = os.environ if environ is None else environ
    return {**clean_environment(env), **{name: env[name] for name in _TO_READ if name in env}}

"""The environment: read here and nowhere else in the package."""

import os
from collections.abc import Mapping
from typing import cast

from bitdeps.config.envfile import NAME, read_env_file
from bitdeps.config.places import absolute, default_cache_dir, default_config_dir
from bitdeps.config.settings import ArchiveLimits, Settings, Timeouts
from bitdeps.config.table import CREDENTIALS, OPTIONS
from bitdeps.config.values import Value, read_value

_PROXIES = ("https", "http", "all", "no")
_OFF = ("", "0", "false")
_STORES = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")


def read_settings(
    environ: Mapping[str, str] | None = None,
    *,
    project_dir: str,
    cache_dir: str | None = None,
    offline: bool | None = None,
) -> Settings:
    """Read every setting: option, then environment, then the user's `config.toml`, then the default.

    Raises:
        UsageError: a value is wrong, `config.toml` holds an unknown key, or a file cannot be read.
    """
    env = os.environ if environ is None else environ
    config_dir = absolute(env.get("DEPS_CONFIG_DIR") or default_config_dir(env), env)
    values = _from_user_file(config_dir, env) | _from_variables(env)
    if cache_dir is not None:
        values["cache-dir"] = cache_dir
    if offline is not None:
        values["offline"] = offline
    return _assemble(values, env, config_dir, f"{project_dir}/{NAME}")


def clean_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Copy the environment for another program: without our secrets, and without what steers git."""
    env = os.environ if environ is None else environ
    return {name: value for name, value in env.items() if not name.startswith(("BITBUCKET_", "GIT_"))}


def drop_secrets() -> None:
    """Take our secrets out of this process's environment, for programs that are started with all of it."""
    for name in [name for name in os.environ if name.startswith("BITBUCKET_")]:
        del os.environ[name]


def _is_loopback_store(env: Mapping[str, str]) -> bool:
    """Tell whether every endpoint of an object store lies on this machine: plain `http` goes nowhere else."""
    from bitdeps.core.bitbucket.address import is_trusted_scheme, parse_address

    endpoints = [value for name in _STORES if (value := env.get(name))]
    addresses = [parse_address(endpoint) for endpoint in endpoints]
    return bool(addresses) and all(address is not None and is_trusted_scheme(address) for address in addresses)


def _from_variables(env: Mapping[str, str]) -> dict[str, Value]:
    return {
        option.key: read_value(option.form, raw, f"`{option.variable}`")
        for option in OPTIONS
        if (raw := env.get(option.variable))
    }


def _from_user_file(config_dir: str, env: Mapping[str, str]) -> dict[str, Value]:
    path = f"{config_dir}/config.toml"
    if not os.path.exists(path):
        return {}
    from bitdeps.config.userfile import read_user_file

    values = read_user_file(path)
    for key in ("cache-dir", "ca-file"):
        if key in values and not str(values[key]).startswith("~"):
            values[key] = os.path.join(config_dir, str(values[key]))
        if key in values:
            values[key] = absolute(str(values[key]), env)
    return values


def _assemble(values: dict[str, Value], env: Mapping[str, str], config_dir: str, env_file: str) -> Settings:
    web_url = cast("str", values.get("web-url", "https://bitbucket.org"))
    from_file = {name: value for name, value in read_env_file(env_file).items() if not env.get(name)}
    top = {key.replace("-", "_"): values[key] for key in values if "." not in key}
    top |= {"web_url": web_url, "git_url": top.get("git_url", web_url)}
    top["api_url"] = top.get("api_url", "https://api.bitbucket.org/2.0")
    top["cache_dir"] = absolute(cast("str", top.get("cache_dir")) or default_cache_dir(env), env)
    # The table gives every key its form, so the values fit the fields by construction.
    return Settings(
        **top,  # type: ignore[arg-type]
        config_dir=config_dir,
        remote_cache=cast("str | None", values.get("cache.remote")),
        ci=env.get("CI", "").lower() not in _OFF,
        allow_http=env.get("AWS_ALLOW_HTTP", "").lower() not in _OFF and _is_loopback_store(env),
        timeouts=Timeouts(**_group(values, "timeouts.")),  # type: ignore[arg-type]
        limits=ArchiveLimits(**_group(values, "limits.")),  # type: ignore[arg-type]
        proxies={
            name: url for name in _PROXIES if (url := env.get(f"{name}_proxy") or env.get(f"{name.upper()}_PROXY"))
        },
        credentials=from_file | _credentials(env),
        env_file=env_file if from_file else None,
        from_env_file=frozenset(from_file),
    )


def _group(values: Mapping[str, Value], prefix: str) -> dict[str, Value]:
    return {key.removeprefix(prefix).replace("-", "_"): values[key] for key in values if key.startswith(prefix)}


def _credentials(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if value and name.partition("__")[0] in CREDENTIALS}

"""Settings: where they come from, which one wins, and what is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.config.environment import clean_environment, read_settings
from bitdeps.config.settings import ArchiveLimits, Settings, Timeouts
from bitdeps.config.table import OPTIONS
from bitdeps.errors import UsageError


def settings(home: Path, **environment: str) -> Settings:
    return read_settings({"HOME": str(home), **environment}, project_dir=str(home))


def refused(home: Path, **environment: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        settings(home, **environment)
    return caught.value


def user_file(home: Path, text: str) -> None:
    (home / ".config" / "deps").mkdir(parents=True)
    (home / ".config" / "deps" / "config.toml").write_text(text, encoding="utf-8")


def test_the_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path) == Settings(
        api_url="https://api.bitbucket.org/2.0",
        web_url="https://bitbucket.org",
        git_url="https://bitbucket.org",
        cache_dir=f"{tmp_path}/.cache/deps",
        config_dir=f"{tmp_path}/.config/deps",
    )


def test_the_table_gives_the_defaults_of_the_values(tmp_path: Path) -> None:
    """What the table, and so the documentation, says is what a run without settings has."""
    given = settings(tmp_path)
    texts = {
        "offline": "false",
        "git-url": "the web address",
        "ca-file": "the system's certificates",
        "cache.remote": "none",
    }
    for option in OPTIONS:
        group, _, name = option.key.rpartition(".")
        holder = getattr(given, group, given)
        value = getattr(holder, "remote_cache" if option.key == "cache.remote" else name.replace("-", "_"))
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        expected = texts.get(option.key, shown)
        assert option.default == ("`deps` in the user's cache directory" if option.key == "cache-dir" else expected)


def test_every_variable_is_read(tmp_path: Path) -> None:
    """Each option of the table, set to something else, changes the settings."""
    examples = {
        "address": "https://example.org/x",
        "git-address": "ssh://git@example.org",
        "folder": "/elsewhere",
        "file": "/elsewhere.pem",
        "flag": "true",
        "count": "3",
        "seconds": "1.5",
        "transport": "git",
        "callback": "http://127.0.0.1:8967/cb",
        "store": "file:///share",
    }
    default = settings(tmp_path)
    for option in OPTIONS:
        assert settings(tmp_path, **{option.variable: examples[option.form]}) != default
        assert settings(tmp_path, **{option.variable: ""}) == default


def test_option_then_variable_then_user_file(tmp_path: Path) -> None:
    user_file(
        tmp_path, 'cache-dir = "/file"\noffline = true\nconcurrency = 2\n[timeouts]\nread = 5\n[limits]\npath = 9\n'
    )
    given = settings(tmp_path)
    assert (given.cache_dir, given.offline, given.concurrency) == ("/file", True, 2)
    assert (given.timeouts, given.limits) == (Timeouts(read=5.0), ArchiveLimits(path=9))
    given = settings(tmp_path, DEPS_CACHE_DIR="/variable", DEPS_OFFLINE="no", DEPS_CONCURRENCY="3")
    assert (given.cache_dir, given.offline, given.concurrency) == ("/variable", False, 3)
    environment = {"HOME": str(tmp_path), "DEPS_CACHE_DIR": "/variable"}
    given = read_settings(environment, project_dir=str(tmp_path), cache_dir="/option", offline=False)
    assert (given.cache_dir, given.offline) == ("/option", False)


@pytest.mark.parametrize(
    ("written", "read"), [("~/cache", "{home}/cache"), ("cache", "{home}/.config/deps/cache"), ("/cache", "/cache")]
)
def test_a_path_of_the_user_file_does_not_depend_on_where_one_stands(written: str, read: str, tmp_path: Path) -> None:
    user_file(tmp_path, f'cache-dir = "{written}"\n')
    assert settings(tmp_path).cache_dir == read.format(home=tmp_path)


@pytest.mark.parametrize(
    ("environment", "config", "cache"),
    [
        ({"XDG_CONFIG_HOME": "/xc", "XDG_CACHE_HOME": "/xa"}, "/xc/deps", "/xa/deps"),
        ({"XDG_CONFIG_HOME": "relative", "XDG_CACHE_HOME": "relative"}, "{home}/.config/deps", "{home}/.cache/deps"),
        ({"DEPS_CONFIG_DIR": "/dc", "DEPS_CACHE_DIR": "~/da"}, "/dc", "{home}/da"),
        ({"DEPS_CACHE_DIR": "~"}, "{home}/.config/deps", "{home}"),
    ],
)
def test_the_users_directories(environment: dict[str, str], config: str, cache: str, tmp_path: Path) -> None:
    given = settings(tmp_path, **environment)
    assert (given.config_dir, given.cache_dir) == (config.format(home=tmp_path), cache.format(home=tmp_path))


def test_every_problem_of_the_user_file_at_once(tmp_path: Path) -> None:
    user_file(
        tmp_path,
        'api_url = "https://x"\nconcurrency = -1\noffline = "maybe"\nca-file = 7\n'
        '[timeouts]\nread = "soon"\n[limits]\nentries = true\n[other]\nkey = 1\n',
    )
    error = refused(tmp_path)
    path = f"`{tmp_path}/.config/deps/config.toml`"
    assert str(error).split("\n") == [
        f"{path}: `api_url`: unknown setting; did you mean `api-url`?",
        f"{path}: `concurrency`: must be a whole number that is not negative",
        f"{path}: `offline`: must be `true` or `false`",
        f"{path}: `ca-file`: must be a path",
        f"{path}: `timeouts.read`: must be a number of seconds above 0",
        f"{path}: `limits.entries`: must be a whole number that is not negative",
        f"{path}: `other.key`: unknown setting",
    ]
    assert error.hint == "`docs/reference/settings.md` lists every setting"
    assert error.exit_code == 2


def test_a_user_file_that_is_no_toml(tmp_path: Path) -> None:
    user_file(tmp_path, "offline = yes\n")
    assert str(refused(tmp_path)) == (
        f"`{tmp_path}/.config/deps/config.toml`: not TOML: Invalid value (at line 1, column 11)"
    )


def test_a_user_file_that_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / ".config" / "deps" / "config.toml").mkdir(parents=True)
    assert str(refused(tmp_path)) == f"`{tmp_path}/.config/deps/config.toml`: Is a directory"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.example.org/2.0/", "https://api.example.org/2.0"),
        ("HTTPS://API.example.org:443", "https://api.example.org"),
        ("https://api.example.org:8443/x", "https://api.example.org:8443/x"),
        ("http://127.0.0.1:7990/2.0", "http://127.0.0.1:7990/2.0"),
        ("http://[::1]:7990", "http://[::1]:7990"),
        ("http://[::1]", "http://[::1]"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_address_is_kept_in_one_form(url: str, kept: str, tmp_path: Path) -> None:
    given = settings(tmp_path, DEPS_API_URL=url, DEPS_WEB_URL=url)
    assert (given.api_url, given.web_url, given.git_url) == (kept, kept, kept)


NO_ADDRESS = (
    "not an address: it must be `https://HOST` with an optional port and path, without a user name, query or fragment"
)


@pytest.mark.parametrize(
    "url",
    ["api.bitbucket.org", "ftp://x", "https://ada:canary@x", "https://x?a=b", "https://x#y", "ssh://git@x", "https://"],
)
@pytest.mark.parametrize("variable", ["DEPS_API_URL", "DEPS_WEB_URL"])
def test_an_address_is_plain(url: str, variable: str, tmp_path: Path) -> None:
    error = refused(tmp_path, **{variable: url})
    assert str(error) == f"`{variable}`: {NO_ADDRESS}"


@pytest.mark.parametrize("host", ["api.bitbucket.org", "10.0.0.1", "127.0.0.1.example.org", "localhost.example.org"])
def test_plain_http_is_for_loopback_alone(host: str, tmp_path: Path) -> None:
    error = refused(tmp_path, DEPS_API_URL=f"http://{host}/2.0")
    assert str(error) == "`DEPS_API_URL`: plain `http` is accepted for loopback addresses alone"
    assert error.hint is not None
    assert error.hint.startswith(f"use `https://{host}")


@pytest.mark.parametrize("url", ["ssh://git@bitbucket.org", "ssh://bitbucket.org:22/x", "https://git.example.org"])
def test_git_may_use_ssh(url: str, tmp_path: Path) -> None:
    assert settings(tmp_path, DEPS_GIT_URL=url).git_url == url


def test_an_ssh_address_is_plain_too(tmp_path: Path) -> None:
    """What begins with `-` would be an option of ssh."""
    for url in ("ssh://git:pw@x", "ssh://-oProxyCommand/x", "ssh://-x@y", "ssh://"):
        assert str(refused(tmp_path, DEPS_GIT_URL=url)) == (
            "`DEPS_GIT_URL`: not an address: it must be `ssh://USER@HOST` with an optional port and path"
        )


@pytest.mark.parametrize("url", ["https://localhost:1", "http://example.org:1", "http://localhost:1?x", "localhost"])
def test_a_callback_is_a_loopback_address(url: str, tmp_path: Path) -> None:
    error = refused(tmp_path, DEPS_CALLBACK_URL=url)
    assert str(error) == (
        "`DEPS_CALLBACK_URL`: the callback must be `http://localhost:PORT` or `http://127.0.0.1:PORT`, "
        "with an optional path"
    )
    assert error.hint == "register the same address at the OAuth consumer"


@pytest.mark.parametrize(
    ("value", "ci"),
    [("", False), ("0", False), ("false", False), ("FALSE", False), ("1", True), ("true", True), ("x", True)],
)
def test_ci(value: str, *, ci: bool, tmp_path: Path) -> None:
    assert settings(tmp_path, CI=value).ci is ci


def test_proxies_are_read_in_both_cases(tmp_path: Path) -> None:
    """Lower case wins, as in curl."""
    given = settings(
        tmp_path, HTTPS_PROXY="https://a", https_proxy="https://b", ALL_PROXY="c", no_proxy="d", HTTP_PROXY=""
    )
    assert given.proxies == {"https": "https://b", "all": "c", "no": "d"}


def test_credentials_are_picked_and_never_shown(tmp_path: Path) -> None:
    given = settings(
        tmp_path,
        BITBUCKET_ACCESS_TOKEN="canary-1",
        BITBUCKET_CONSUMER_SECRET__ACME="canary-2",
        BITBUCKET_API_TOKEN="",
        BITBUCKET_WORKSPACE="acme",
        BITBUCKET_ACCESS_TOKENS="canary-3",
        HTTPS_PROXY="https://ada:canary-4@proxy.example",
    )
    assert given.credentials == {"BITBUCKET_ACCESS_TOKEN": "canary-1", "BITBUCKET_CONSUMER_SECRET__ACME": "canary-2"}
    assert "canary" not in repr(given)


def test_an_env_file_gives_key_and_secret_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(
        b"# ours\r\nexport BITBUCKET_CONSUMER_KEY = 'key#1'\nBITBUCKET_CONSUMER_SECRET=\"se cret\" # why\n"
        b"BITBUCKET_CONSUMER_KEY__ACME=k#2 # c\nBITBUCKET_ACCESS_TOKEN=canary\nDEPS_API_URL=https://evil.example\n"
        b"BITBUCKET_CONSUMER_SECRET__ACME=\nnonsense\n\xff\xfe=x\n"
    )
    given = settings(tmp_path)
    assert given.credentials == {
        "BITBUCKET_CONSUMER_KEY": "key#1",
        "BITBUCKET_CONSUMER_SECRET": "se cret",
        "BITBUCKET_CONSUMER_KEY__ACME": "k#2",
    }
    assert given.api_url == "https://api.bitbucket.org/2.0"
    assert given.env_file == f"{tmp_path}/.env"
    assert given.from_env_file == set(given.credentials)


def test_an_env_file_never_overrides_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BITBUCKET_CONSUMER_KEY=file\nBITBUCKET_CONSUMER_SECRET=file\n")
    given = settings(tmp_path, BITBUCKET_CONSUMER_KEY="variable")
    assert given.credentials == {"BITBUCKET_CONSUMER_KEY": "variable", "BITBUCKET_CONSUMER_SECRET": "file"}
    assert given.from_env_file == {"BITBUCKET_CONSUMER_SECRET"}


def test_an_env_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert str(refused(tmp_path)) == f"`{tmp_path}/.env`: Is a directory"


def test_another_program_gets_no_secret_of_ours() -> None:
    environment = {
        "PATH": "/bin",
        "BITBUCKET_ACCESS_TOKEN": "canary",
        "BITBUCKET_CONSUMER_KEY__A": "x",
        "GIT_DIR": "/x",
    }
    assert clean_environment(environment) == {"PATH": "/bin"}


def test_without_an_argument_the_environment_is_read(tmp_path: Path) -> None:
    """The real environment, of a process of its own; and nothing heavy is imported for it."""
    program = (
        "import sys\n"
        "from bitdeps.config.environment import read_settings, clean_environment\n"
        "settings = read_settings(project_dir=sys.argv[1])\n"
        "heavy = {'tomllib', 'json', 'asyncio', 'httpx', 'requests', 'ssl', 'subprocess', 'pathlib', 'urllib.parse'}\n"
        "names = sorted(heavy & set(sys.modules))\n"
        "print(settings.concurrency, 'GIT_X' in clean_environment(), names)\n"
    )
    environment = {"HOME": str(tmp_path), "DEPS_CONCURRENCY": "5", "GIT_X": "1"}
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "5 False []\n"

"""Every setting in one table: what reads them, and what the reference pages are checked against."""

from typing import Literal, NamedTuple

Form = Literal["address", "git-address", "transport", "folder", "file", "flag", "count", "seconds", "callback", "store"]


class Option(NamedTuple):
    """One setting: its key in `config.toml`, its variable, how it is read, its default as text."""

    key: str
    variable: str
    form: Form
    default: str
    help: str


class Variable(NamedTuple):
    """A variable of the environment that is no setting of `config.toml`."""

    name: str
    help: str


OPTIONS = (
    Option("api-url", "DEPS_API_URL", "address", "https://api.bitbucket.org/2.0", "Where the REST API is."),
    Option("web-url", "DEPS_WEB_URL", "address", "https://bitbucket.org", "Where archives and OAuth are."),
    Option("git-url", "DEPS_GIT_URL", "git-address", "the web address", "Where git fetches from; `ssh://` too."),
    Option(
        "transport",
        "DEPS_TRANSPORT",
        "transport",
        "auto",
        "What brings the content: `archive`, `git`, or `auto`: archives, and git where they are refused.",
    ),
    Option(
        "cache-dir", "DEPS_CACHE_DIR", "folder", "`deps` in the user's cache directory", "The cache of this machine."
    ),
    Option(
        "cache.remote",
        "DEPS_REMOTE_CACHE",
        "store",
        "none",
        "A cache for many machines: `s3://BUCKET/PREFIX` and the like, `https://...` or `file:///...`.",
    ),
    Option("offline", "DEPS_OFFLINE", "flag", "false", "Use the cache alone, never the network."),
    Option("concurrency", "DEPS_CONCURRENCY", "count", "8", "Requests and downloads at a time, and as many of git's."),
    Option("retries", "DEPS_RETRIES", "count", "4", "How often a failed request is tried again."),
    Option("minimum-speed", "DEPS_MINIMUM_SPEED", "count", "1024", "Bytes a second; a slower transfer is given up."),
    Option("ca-file", "SSL_CERT_FILE", "file", "the system's certificates", "Certificates to trust, as PEM."),
    Option(
        "callback-url",
        "DEPS_CALLBACK_URL",
        "callback",
        "http://localhost:8976",
        "The callback address that the OAuth consumer was registered with.",
    ),
    Option("timeouts.connect", "DEPS_TIMEOUTS_CONNECT", "seconds", "10", "To open a connection."),
    Option("timeouts.read", "DEPS_TIMEOUTS_READ", "seconds", "30", "Between two pieces of an answer."),
    Option("timeouts.total", "DEPS_TIMEOUTS_TOTAL", "seconds", "900", "For one answer, with all its redirects."),
    Option("timeouts.wait", "DEPS_TIMEOUTS_WAIT", "seconds", "60", "The longest pause before another try."),
    Option("timeouts.lock", "DEPS_TIMEOUTS_LOCK", "seconds", "300", "For a lock that another process holds."),
    Option("timeouts.login", "DEPS_TIMEOUTS_LOGIN", "seconds", "300", "For the browser to come back to `auth login`."),
    Option("limits.entries", "DEPS_LIMITS_ENTRIES", "count", "250000", "Entries of an archive."),
    Option("limits.depth", "DEPS_LIMITS_DEPTH", "count", "64", "Nested directories of an archive."),
    Option("limits.path", "DEPS_LIMITS_PATH", "count", "1024", "Bytes of a path."),
    Option("limits.part", "DEPS_LIMITS_PART", "count", "255", "Bytes of one part of a path."),
    Option("limits.pax-header", "DEPS_LIMITS_PAX_HEADER", "count", "65536", "Bytes of a pax header."),
    Option("limits.unpacked", "DEPS_LIMITS_UNPACKED", "count", "8589934592", "Bytes of an archive when unpacked."),
    Option("limits.ratio", "DEPS_LIMITS_RATIO", "count", "200", "Unpacked bytes for each compressed byte."),
    Option("limits.ratio-floor", "DEPS_LIMITS_RATIO_FLOOR", "count", "67108864", "Bytes below which no ratio counts."),
    Option("limits.download", "DEPS_LIMITS_DOWNLOAD", "count", "4294967296", "Bytes of one download."),
    Option("limits.answer", "DEPS_LIMITS_ANSWER", "count", "16777216", "Bytes of one answer of the API."),
)

VARIABLES = (
    Variable("DEPS_CONFIG_DIR", "Where `config.toml` and the file of credentials are."),
    Variable("DEPS_DIRECTORY", "As `--directory`: where the project is."),
    Variable("DEPS_QUIET", "As `--quiet`."),
    Variable("DEPS_VERBOSE", "As `--verbose`: 1, or 2 for tracebacks."),
    Variable("DEPS_COLOR", "As `--color`: `auto`, `always` or `never`."),
    Variable("DEPS_NO_PROGRESS", "As `--no-progress`."),
    Variable("DEPS_JSON", "As `--json`."),
    Variable("DEPS_DRY_RUN", "As `--dry-run`."),
    Variable("NO_COLOR", "No colours, whatever its value (https://no-color.org)."),
    Variable("CI", "Set and not empty, `0` or `false`: `install` means `install --locked`, and nothing asks."),
    Variable(
        "AWS_ACCESS_KEY_ID", "With `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and their kin: read by `obstore` for `s3://`."
    ),
    Variable(
        "AWS_ALLOW_HTTP",
        "Set and not `false`: an object store at `AWS_ENDPOINT_URL` may be plain `http`, on this machine.",
    ),
    Variable("HTTPS_PROXY", "The proxy for `https` addresses; lower case too."),
    Variable("HTTP_PROXY", "The proxy for `http` addresses; lower case too. Loopback addresses never use one."),
    Variable("ALL_PROXY", "The proxy where no other variable names one; lower case too."),
    Variable("NO_PROXY", "Hosts, domains and networks that are reached directly, or `*`; lower case too."),
    Variable("XDG_CONFIG_HOME", "Where `deps/config.toml` is, unless `DEPS_CONFIG_DIR` says it."),
    Variable("XDG_CACHE_HOME", "Where the cache is, unless `DEPS_CACHE_DIR` says it."),
    Variable("BITBUCKET_ACCESS_TOKEN", "An access token of a repository, project or workspace."),
    Variable("BITBUCKET_EMAIL", "The e-mail address that `BITBUCKET_API_TOKEN` belongs to."),
    Variable("BITBUCKET_API_TOKEN", "An API token; needs `BITBUCKET_EMAIL`."),
    Variable("BITBUCKET_CONSUMER_KEY", "The key of an OAuth consumer; `.env` is read for it too."),
    Variable("BITBUCKET_CONSUMER_SECRET", "The secret of that consumer; `.env` is read for it too."),
    Variable("BITBUCKET_WORKSPACE", "For `verify --report codeinsights`: the workspace of the commit's repository."),
    Variable("BITBUCKET_REPO_SLUG", "For the same: that repository."),
    Variable("BITBUCKET_COMMIT", "For the same: the commit, 40 hex digits."),
    Variable("BITBUCKET_PR_DESTINATION_COMMIT", "For the same: the commit whose `deps.lock` is compared."),
    Variable("BITBUCKET_CLONE_DIR", "For the same: the top of the clone, to which paths in a report are relative."),
    Variable("SOURCE_DATE_EPOCH", "The time in a bill of materials, in seconds since 1970; without it there is none."),
)

CREDENTIALS = (
    "BITBUCKET_ACCESS_TOKEN",
    "BITBUCKET_EMAIL",
    "BITBUCKET_API_TOKEN",
    "BITBUCKET_CONSUMER_KEY",
    "BITBUCKET_CONSUMER_SECRET",
)
FROM_ENV_FILE = ("BITBUCKET_CONSUMER_KEY", "BITBUCKET_CONSUMER_SECRET")

"""How one run of git reaches the server: the user's settings, and our credential where there is one.

The credential goes through a pipe: a helper, which git starts and which inherits the pipe, prints what is
in it. So it is in no argument, no variable and no file. The helper is set for the one host alone; a
redirect or a rewritten address elsewhere does not get it, and git can hand it to no other helper to be kept.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bitdeps.config.git import network_environment, reading_environment
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.git.config import as_variables, read_settings
from bitdeps.core.git.login import helper_answer
from bitdeps.core.oauth.credential import GitLogin
from bitdeps.errors import AuthError
from bitdeps.git.program import Bounds, run

_CONFIG_BYTES = 16 * 1024 * 1024
_CONFIG_SECONDS = 30.0
_ALLOWED = ("https", "ssh", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the user's own git configuration says about reaching servers, and what `Settings` adds."""

    git_url: str
    ca_file: str | None
    listed: bytes = field(repr=False)
    """The user's configuration, as `git config --list -z` prints it; it may hold secrets."""

    def settings(self, *, signed_in: bool) -> list[tuple[str, str]]:
        """Return the configuration that counts; with a credential of ours, none of the user's ways to sign in."""
        return read_settings(self.listed, sign_in=not signed_in)

    @contextmanager
    def open(self, login: GitLogin | None) -> Iterator[tuple[Mapping[str, str], tuple[int, ...]]]:
        """Give the environment for one run that asks the server, and the descriptors that it inherits."""
        if login is None or self.git_url.startswith("ssh:"):
            yield self._environment({}, askpass=True), ()
            return
        with _pipe(helper_answer(login).reveal().encode()) as descriptor:
            address = parse_address(self.git_url)
            home = f"{address.scheme}://{address.shown}" if address else self.git_url
            helper = f'!f() {{ test "$1" = get && cat /dev/fd/{descriptor}; }}; f'
            config = {"credential.helper": "", f"credential.{home}.helper": helper}
            yield self._environment(config, askpass=False), (descriptor,)

    def _environment(self, config: Mapping[str, str], *, askpass: bool) -> dict[str, str]:
        schemes = [*_ALLOWED, *(["http"] if self.git_url.startswith("http:") else [])]
        more = {"GIT_ALLOW_PROTOCOL": ":".join(schemes)}
        if self.ca_file is not None:
            more["GIT_SSL_CAINFO"] = self.ca_file
        return network_environment(askpass=askpass) | more | (as_variables(config) if config else {})


async def read_access(git_url: str, ca_file: str | None, directory: str) -> Access:
    """Read the user's git configuration, from a directory that is in no repository.

    Raises:
        NoGitError: there is no git.

    """
    environment = reading_environment() | {"GIT_CEILING_DIRECTORIES": os.path.dirname(directory)}
    bounds = Bounds(seconds=_CONFIG_SECONDS, output=_CONFIG_BYTES)
    # A configuration that git cannot read counts as none: the same error would stop the user's own git.
    done = await run(["config", "--list", "-z"], directory=directory, environment=environment, bounds=bounds)
    return Access(git_url=git_url, ca_file=ca_file, listed=done.output if done.status == 0 else b"")


@contextmanager
def _pipe(content: bytes) -> Iterator[int]:
    """Give the reading end of a pipe that holds some bytes and ends behind them."""
    reading, writing = os.pipe()
    try:
        try:
            # A pipe takes at least 4 KiB at once without a reader, usually 64 KiB; a token has some 2,600 bytes.
            os.set_blocking(writing, False)
            if os.write(writing, content) < len(content):
                raise AuthError("the credential is too long to be handed to git")
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)

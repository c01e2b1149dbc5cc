"""Where sign-ins are kept: the system's keyring, else a file that only its owner can read.

The file is there in both cases. It either holds the sign-ins or says that the keyring does, so that
a run without a sign-in asks no keyring.
"""

from contextlib import AbstractContextManager

from bitdeps.auth.private_file import read_private, write_private
from bitdeps.auth.record import SignIn, read_records, write_records
from bitdeps.auth.system_keyring import find_keyring
from bitdeps.cache.locks import locked
from bitdeps.config.settings import Settings
from bitdeps.errors import AuthError

_POINTER = '{"kept-in": "keyring"}\n'


class Store:
    """The sign-ins of one user; every change happens inside `lock`."""

    def __init__(self, settings: Settings) -> None:
        self._path = f"{settings.config_dir}/credentials.json"
        self._timeout = settings.timeouts.lock
        self._origin = settings.web_url

    @property
    def path(self) -> str:
        """The file."""
        return self._path

    def lock(self) -> AbstractContextManager[None]:
        """Hold the lock that all processes of this user share."""
        return locked(f"{self._path}.lock", exclusive=True, timeout=self._timeout)

    def all(self) -> tuple[SignIn, ...]:
        """Read every sign-in, of every service.

        Raises:
            AuthError: others can read the file, or it cannot be understood.
        """
        text = read_private(self._path)
        if text is None:
            return ()
        if text != _POINTER:
            return read_records(text, f"`{self._path}`")
        keyring = find_keyring()
        kept = keyring.read() if keyring is not None else None
        if keyring is None or kept is None:
            raise AuthError(
                "the sign-ins are in the system's keyring, which does not give them",
                hint="unlock it, and have `bitdeps[keyring]` here; or run `deps auth logout --all` and sign in again",
            )
        return read_records(kept, f"the keyring `{keyring.name}`")

    def here(self) -> tuple[SignIn, ...]:
        """Read the sign-ins of the service that the settings name."""
        return tuple(record for record in self.all() if record.origin == self._origin)

    def find(self, serves: str) -> SignIn | None:
        """Return the sign-in that serves exactly this: `all`, a workspace, or `workspace/repo`."""
        return next((record for record in self.here() if record.serves == serves), None)

    def put(self, record: SignIn) -> str:
        """Keep a sign-in in place of the one that serves the same; say where it is now. Call it inside `lock`."""
        others = [one for one in self.all() if (one.origin, one.serves) != (record.origin, record.serves)]
        return self._write((*others, record))

    def remove(self, record: SignIn) -> None:
        """Forget a sign-in. Call it inside `lock`."""
        self._write(tuple(one for one in self.all() if (one.origin, one.serves) != (record.origin, record.serves)))

    def clear(self) -> None:
        """Forget everything, even what cannot be read. Call it inside `lock`."""
        keyring = find_keyring()
        if keyring is not None:
            keyring.clear()
        write_private(self._path, write_records(()))

    def _write(self, records: tuple[SignIn, ...]) -> str:
        text = write_records(records)
        keyring = find_keyring()
        if keyring is not None and keyring.write(text):
            if read_private(self._path) != _POINTER:
                write_private(self._path, _POINTER)
            return f"the keyring `{keyring.name}`"
        if keyring is not None:
            keyring.clear()
        write_private(self._path, text)
        return f"`{self._path}` (readable by you alone)"

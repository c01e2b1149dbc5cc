"""The system's keyring, where there is a real one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "bitdeps"
_NAME = "sign-ins"
# Below 1 are the backends that fail, forget, or write plain text.
_REAL = 1


class SystemKeyring:
    """One entry of the keyring, which holds every sign-in."""

    def __init__(self, backend: "KeyringBackend") -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        """Name it for messages."""
        return str(self._backend.name)

    def read(self) -> str | None:
        """Return what is kept; None where nothing is, or the keyring does not answer."""
        from keyring.errors import KeyringError

        try:
            return self._backend.get_password(_SERVICE, _NAME)
        except KeyringError:
            return None

    def write(self, text: str) -> bool:
        """Keep a text; tell whether the keyring gives it back, since some cut or drop long ones."""
        from keyring.errors import KeyringError

        try:
            self._backend.set_password(_SERVICE, _NAME, text)
            return self._backend.get_password(_SERVICE, _NAME) == text
        except (KeyringError, OSError, ValueError):
            return False

    def clear(self) -> None:
        """Forget what is kept."""
        from contextlib import suppress

        from keyring.errors import KeyringError

        with suppress(KeyringError):
            self._backend.delete_password(_SERVICE, _NAME)


def find_keyring() -> SystemKeyring | None:
    """Return the system's keyring; None without the extra `keyring` or without a real backend."""
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend
    except ImportError:
        return None
    backend = keyring.get_keyring()
    candidates = backend.backends if isinstance(backend, ChainerBackend) else [backend]
    real = [one for one in candidates if one.priority >= _REAL and not type(one).__module__.startswith("keyrings.alt")]
    return SystemKeyring(real[0]) if real else None

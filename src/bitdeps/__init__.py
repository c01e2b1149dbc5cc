"""Vendor source code from Bitbucket Cloud, byte for byte.

The public names are loaded when they are first asked for, so that `import bitdeps` and the
command line cost nothing that they do not use.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from bitdeps.config.settings import Settings
    from bitdeps.core.lockfile.model import Lockfile
    from bitdeps.core.manifest.model import Manifest
    from bitdeps.errors import DepsError
    from bitdeps.ops.api import install, lock, verify

__all__ = ["DepsError", "Lockfile", "Manifest", "Settings", "install", "lock", "verify"]

_HOMES = {
    "DepsError": "bitdeps.errors",
    "Lockfile": "bitdeps.core.lockfile.model",
    "Manifest": "bitdeps.core.manifest.model",
    "Settings": "bitdeps.config.settings",
    "install": "bitdeps.ops.api",
    "lock": "bitdeps.ops.api",
    "verify": "bitdeps.ops.api",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _HOMES:
        message = f"module `bitdeps` has no attribute `{name}`"
        raise AttributeError(message)
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value

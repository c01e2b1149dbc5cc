"""What the lean path asks the system: which project, and whether the environment changes anything."""

import os

SWITCHES = ("DIRECTORY", "QUIET", "VERBOSE", "COLOR", "NO_PROGRESS", "JSON", "DRY_RUN")


def has_own_flags() -> bool:
    """Tell whether the environment holds an option that only the full program reads."""
    return any(f"DEPS_{name}" in os.environ for name in SWITCHES)


def nearest_root(start: str) -> str | None:
    """Return the nearest directory, from one upward, that holds the file `deps.toml`; None where there is none.

    None too where the nearest thing of this name is no file: what lies above it is another project.
    """
    directory = os.path.abspath(start)
    while not os.path.isfile(manifest := os.path.join(directory, "deps.toml")):
        if os.path.lexists(manifest):
            return None
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory

"""Answer `deps install` and `deps verify` before typer is imported, where there is nothing to do or to report.

The rules that decide are `vendor.idle.kept_places`, which the full program asks too, and `ops.verified.verified`;
whatever is not plainly right, or not plainly asked for, is left to the full program.
"""

import sys

SILENT = ("-q", "--quiet")
HARMLESS = {"install": ("--locked", "--no-progress", "--offline"), "verify": ("--no-progress", "--offline")}


def answer(words: list[str]) -> int | None:
    """Return the exit code where the command line was answered here, else None."""
    command, options = (words[0], words[1:]) if words else ("", [])
    if command not in HARMLESS or not all(word in SILENT or word in HARMLESS[command] for word in options):
        return None
    from time import perf_counter

    started = perf_counter()
    from bitdeps.config.lean import has_own_flags, nearest_root

    root = None if has_own_flags() else nearest_root(".")
    line = None if root is None else (_install(root) if command == "install" else _verify(root))
    if line is None:
        return None
    if not any(word in SILENT for word in options):
        from bitdeps.ops.words import took

        sys.stderr.write(f"{line} in {took(perf_counter() - started)}\n")
    return 0


def _install(root: str) -> str | None:
    from bitdeps.vendor.idle import kept_places

    kept = kept_places(root, ())
    return f"Kept {kept:,}" if kept else None


def _verify(root: str) -> str | None:
    from bitdeps.ops.verified import verified
    from bitdeps.ops.words import count

    found = verified(root)
    return None if found is None else f"Verified {count(found[0], 'package')}, {count(found[1], 'file')}"

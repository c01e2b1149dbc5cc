"""What an error says, without the lines of a file that it quotes."""

import re

_QUOTED = re.compile(r" *[0-9]* \|.*\n")


def without_excerpt(text: str) -> str:
    """Leave out `3 | tag = 1` and the lines with carets."""
    return "".join(line for line in text.splitlines(keepends=True) if not _QUOTED.fullmatch(line))

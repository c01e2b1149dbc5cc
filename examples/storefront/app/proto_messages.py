"""List the messages that `.proto` files define, without protoc."""

import re
from collections.abc import Iterator
from pathlib import Path

# Comments and texts first, so that what stands in them counts for nothing.
_PART = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\w.]+|[{};]""", re.DOTALL)


def messages(folder: Path) -> list[str]:
    """Give the full names of all messages below a folder, sorted."""
    return sorted(name for path in folder.rglob("*.proto") for name in _defined(path.read_text(encoding="utf-8")))


def _defined(text: str) -> Iterator[str]:
    package = ""
    scopes: list[str] = []
    words: list[str] = []
    for part in _PART.findall(text):
        if part.startswith(("//", "/*")):
            continue
        if part == "{":
            scopes.append(words[-1] if words else "")
            if len(words) > 1 and words[-2] == "message":
                yield ".".join([package, *filter(None, scopes)])
        elif part == "}":
            scopes.pop()
        elif part == ";" and words[:1] == ["package"]:
            package = words[1]
        words = [] if part in {"{", "}", ";"} else [*words, part]

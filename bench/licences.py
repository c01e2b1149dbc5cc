"""How often the detector of `deps licenses` says what a project declares, over what is installed on this machine.

    python bench/licences.py [DIRECTORY]...

Looks below each directory (default: where this Python keeps packages) for `*.dist-info` of Python and `package.json` of
npm that declare an SPDX expression and carry licence files. A project is right where exactly the declared licences are
found; `-only` and `-or-later` count as the same, since the text is.
"""

import json
import re
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

from bitdeps.core.licences import licence_paths
from bitdeps.ops.licenses import recognise

_WORDS = re.compile(r"[A-Za-z0-9.+-]+")


def projects(root: Path) -> Iterator[tuple[str, str, list[Path]]]:
    """Give name, declared expression and licence files of each project."""
    for metadata in sorted(root.rglob("*.dist-info/METADATA")):
        fields = message_from_string(metadata.read_text("utf-8", "replace"))
        folder = metadata.parent / "licenses" if (metadata.parent / "licenses").is_dir() else metadata.parent
        yield f"pypi:{fields['Name']}", fields["License-Expression"] or "", files_in(folder)
    for package in sorted(root.rglob("node_modules/**/package.json")):
        try:
            declared = json.loads(package.read_text("utf-8", "replace"))
        except ValueError:
            continue
        if isinstance(declared, dict) and isinstance(declared.get("license"), str) and declared.get("name"):
            yield f"npm:{declared['name']}", declared["license"], files_in(package.parent)


def files_in(folder: Path) -> list[Path]:
    """Give the licence files of a folder, as `deps licenses` finds them in a repository."""
    names = [path.relative_to(folder).as_posix() for path in folder.glob("*") if path.is_file()]
    return [folder / name for name in licence_paths(names, None)]


def licences(expression: str) -> set[str]:
    """Give the identifiers in an expression."""
    words = set(_WORDS.findall(expression)) - {"AND", "OR", "WITH"}
    return {re.sub(r"(?:-only|-or-later|\+)$", "", word) for word in words}


def main(directories: list[str]) -> int:
    """Measure and print."""
    roots = [Path(directory) for directory in directories or [sysconfig.get_path("purelib")]]
    found = {name: (text, files) for root in roots for name, text, files in projects(root) if text and files}
    results: Counter[str] = Counter()
    for name, (declared, files) in found.items():
        recognised = [recognise(file.name, file.read_bytes()).expression for file in files]
        got = {each for text in recognised if text is not None for each in licences(text)}
        result = "right" if got == licences(declared) else "other" if got else "nothing"
        results[result] += 1
        if result != "right":
            print(f"{result:<8} {name}: declares {declared}, found {', '.join(sorted(got)) or 'nothing'}")
    for result in ("right", "nothing", "other"):
        print(f"{result:<8} {results[result]:>5} of {len(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

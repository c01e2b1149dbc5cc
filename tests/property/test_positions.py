"""Law of positions: every key path that `tomllib` reports is found, where its text stands."""

import re
import tomllib
from dataclasses import dataclass, field
from random import Random

import tomli_w
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from bitdeps.core.manifest.positions import KeyPath, scan

NAMES = st.sampled_from(["a", "b-1", "C_", "a b", "a.b", 'q"', "it's", "\u00fc", "", "#", "\\", "1", "[x]", "tab\t"])
SCALARS = (
    st.sampled_from(["", "x", 'q"', "# no comment", "]}", "a = 1\n[t]\nb = 2", "'''", '"""', "\\", "\u65e5\r\n\t"])
    | st.integers()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.datetimes()
)
VALUES: st.SearchStrategy[object] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


@dataclass
class Writer:
    """Writes a document in a form that is drawn at random for each key, value and table."""

    random: Random
    lines: list[str] = field(default_factory=list)

    def key(self, name: str) -> str:
        forms = [tomli_w.dumps({name: 0}).rpartition(" = ")[0], '"' + "".join(f"\\U{ord(c):08x}" for c in name) + '"']
        if "'" not in name:
            forms.append(f"'{name}'")
        return self.random.choice(forms)

    def value(self, value: object) -> str:
        gap = self.random.choice(["", " ", "\t"])
        if isinstance(value, dict):
            pairs = [f"{gap}{self.key(name)}{gap}={gap}{self.value(inner)}" for name, inner in value.items()]
            return "{" + ",".join(pairs) + gap + "}"
        if isinstance(value, list):
            space = self.random.choice(["", "\n", " # ]}\n\t"])
            comma = self.random.choice(["", ","]) if value else ""
            return "[" + ",".join(f"{space}{self.value(inner)}{space}" for inner in value) + comma + space + "]"
        if isinstance(value, str) and "'''" not in value and "\r" not in value and not value.endswith("'"):
            return self.random.choice([f"'''\n{value}'''", tomli_w.dumps({"k": value}).removeprefix("k = ").strip()])
        return tomli_w.dumps({"k": value}).removeprefix("k = ").strip()

    def table(self, table: dict[str, object], header: str) -> None:
        tables: list[tuple[str, dict[str, object]]] = []
        for name, value in table.items():
            form = self.random.choice(["inline", "dotted", "header", "elements"])
            if form == "header" and isinstance(value, dict):
                tables.append((f"{header}{self.key(name)}", value))
            elif form == "elements" and isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
                key = f"{header}{self.key(name)}"
                tables += ((f"[{key}]", element) for element in value)
            elif form == "dotted" and isinstance(value, dict) and value:
                first = self.key(name)
                self.lines += (f"{first} . {self.key(inner)} = {self.value(v)}" for inner, v in value.items())
            else:
                self.lines.append(f"  {self.key(name)} = {self.value(value)} # {{[")
        for path, inner in tables:
            self.lines += ["", "# [comment]", f"[ {path} ]" if not path.startswith("[") else f"[{path}]"]
            self.table(inner, path.strip("[]") + "." if not path.startswith("[") else path[1:-1] + ".")


def paths(value: object, base: KeyPath = ()) -> list[KeyPath]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for part, below in inner for path in ((*base, part), *paths(below, (*base, part)))]


def value_at(document: object, path: KeyPath) -> object:
    for part in path:
        assert isinstance(document, dict | list)
        document = document[part]  # type: ignore[index]
    return document


def check(text: str) -> None:
    document = tomllib.loads(text)
    layout = scan(text)
    assert layout.repeats == ()
    assert set(layout.positions) == set(paths(document))
    lines = text.split("\n")
    for path, position in layout.positions.items():
        rest = "\n".join([lines[position.line - 1][position.column - 1 :], *lines[position.line :]])
        if isinstance(path[-1], str):
            key = re.match(r"""[\w-]+|"(?:\\.|[^"])*"|'[^']*'""", rest, re.ASCII)
            assert key is not None
            assert tomllib.loads(f"{key[0]} = 1") == {path[-1]: 1}
        else:
            element = value_at(document, path)
            assert rest[0] not in " \t\r\n,]#"
            assert not isinstance(element, list) or rest[0] == "["
            assert not isinstance(element, str) or rest[0] in "\"'"


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_text_in_every_form(document: dict[str, object], random: Random) -> None:
    writer = Writer(random)
    writer.table(document, "")
    text = "\n".join(writer.lines) + "\n"
    assert tomllib.loads(text) == document
    check(text)
    check(text.replace("\n", "\r\n"))


@given(DOCUMENTS)
def test_text_of_other_writers(document: dict[str, object]) -> None:
    check(tomli_w.dumps(document))
    check(tomli_w.dumps(document, multiline_strings=True))
    check(tomlkit.dumps(document))


@given(st.text(st.sampled_from("[]{}=.,\"'#\\\n\r\t ab1-") | st.characters(codec="utf-8"), max_size=40))
def test_any_text_can_be_scanned(text: str) -> None:
    """What is no TOML is scanned as far as it goes, and each position is in the text."""
    lines = text.split("\n")
    for position in scan(text).positions.values():
        assert 1 <= position.line <= len(lines)
        assert 1 <= position.column <= len(lines[position.line - 1]) + 1

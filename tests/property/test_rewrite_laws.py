"""Laws of edits to `deps.toml`: of all bytes, only those of the tags change."""

import re
import tomllib

from hypothesis import assume, given
from hypothesis import strategies as st

from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.rewrite import with_entry, with_tags, without_entry

KEYS = st.sampled_from(["a", "b-c", "d_e", "f.g", "A1", "h"])
TAGS = st.sampled_from(["v1.0", "release/2024#1", "it's", 'a"b', "100%-ok", "gr\u00fcn", "1"])
SPACE = st.sampled_from(["", " ", "  ", "\t"])
COMMENTS = st.sampled_from(["", " # tag = 'v9'", "  # caf\u00e9 [dependencies.x]", "\t#"])
BETWEEN = st.sampled_from(["", "\n", '# tag = "v9"\n', "\n\n# [groups.z]\n"])
OTHER = st.sampled_from(["", 'repo = "x"\n', "include = [\n  'tag',  # one\n  \"b\",\n]\n", "workspace='acme'\n"])
MARK = "\0"
"""Stands for a tag in a text that is being built."""


def quoted(draw: st.DrawFn, tag: str) -> str:
    """Write a tag in quotes that can hold it."""
    fitting = ['"{}"'] * ('"' not in tag) + ["'{}'"] * ("'" not in tag) + ["'''{}'''"] * ("'" not in tag)
    return draw(st.sampled_from(fitting)).format(MARK)


@st.composite
def manifests(draw: st.DrawFn) -> tuple[str, dict[KeyPath, str]]:
    """Entries in every form that TOML has for them, with tags marked, and the tag of each."""
    tags: dict[KeyPath, str] = {}
    blocks = [draw(BETWEEN), f"[project]{draw(SPACE)}\nname{draw(SPACE)}= 'p'{draw(COMMENTS)}\n"]
    for section in (("dependencies",), ("groups", "t"), ("groups", "u.v")):
        header = ".".join(part if re.fullmatch(r"[\w-]+", part) else f'"{part}"' for part in section)
        lines: list[str] = []
        tables: list[str] = []
        for key in draw(st.lists(KEYS, unique=True, max_size=4)):
            tag = draw(TAGS)
            tags[(*section, key)] = tag
            written, text = key if "." not in key else f"'{key}'", quoted(draw, tag)
            pad, comment = draw(SPACE), draw(COMMENTS)
            form = draw(st.sampled_from(["table", "inline", "dotted"]))
            if form == "table":
                head = f"{draw(BETWEEN)}[{header}.{written}]{comment}\n"
                tables.append(f"{head}{draw(OTHER)}{pad}tag{pad}={pad}{text}{draw(COMMENTS)}\n")
            elif form == "inline":
                lines.append(f"{draw(BETWEEN)}{written}{pad}={pad}{{ repo = 'x',{pad}tag ={pad}{text} }}{comment}\n")
            else:
                lines.append(f"{draw(BETWEEN)}{written}{pad}.{pad}tag = {text}{comment}\n")
        is_empty = not lines and draw(st.booleans())
        inline = f"[{header}]\n{''.join(lines)}" if not is_empty else ""
        blocks += [inline, *tables] if draw(st.booleans()) else [*tables, inline]
    blocks.append(draw(BETWEEN))
    text = "".join(blocks)
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    return text.replace("\n", ends), tags


def filled(template: str, tags: list[str]) -> str:
    parts = template.split(MARK)
    return "".join(part + tag for part, tag in zip(parts, [*tags, ""], strict=True))


def order(template: str, tags: dict[KeyPath, str]) -> list[KeyPath]:
    """Give the paths in the order in which their marks stand, by reading a text with numbered tags."""
    values = tomllib.loads(filled(template, [str(number) for number in range(len(tags))]))
    numbers = {}
    for path in tags:
        table = values
        for part in path:
            table = table[str(part)]
        numbers[path] = int(table["tag"])
    return sorted(tags, key=numbers.__getitem__)


@given(manifests(), st.data())
def test_only_the_values_of_the_tags_change(made: tuple[str, dict[KeyPath, str]], data: st.DataObject) -> None:
    """Comments, order, quotes, spaces and line ends stay byte for byte, whatever the layout."""
    template, tags = made
    paths = order(template, tags)
    text = filled(template, [tags[path] for path in paths])
    moved = {path: data.draw(st.sampled_from(["v2", "x/y#2"])) for path in paths if data.draw(st.booleans())}
    assert with_tags(text, moved) == filled(template, [moved.get(path, tags[path]) for path in paths])


@given(manifests(), st.data())
def test_an_entry_that_comes_and_goes_leaves_no_trace_in_the_values(
    made: tuple[str, dict[KeyPath, str]], data: st.DataObject
) -> None:
    """What else the file says stays, line by line."""
    template, tags = made
    text = filled(template, [tags[path] for path in order(template, tags)])
    section = data.draw(st.sampled_from([("dependencies",), ("groups", "t"), ("groups", "new")]))
    added = with_entry(text, (*section, "zz"), {"workspace": "acme", "repo": "zz", "tag": "v1"})
    kept = [line for line in added.splitlines() if line.strip()]
    assert [line for line in text.splitlines() if line.strip()] == [
        line for line in kept if line not in kept[(start := kept.index(_header(kept))) : start + 4]
    ]
    assert tomllib.loads(without_entry(added, (*section, "zz"))).get("project") == {"name": "p"}


def _header(lines: list[str]) -> str:
    return next(line for line in lines if line.endswith(".zz]"))


@given(manifests(), st.data())
def test_removing_an_entry_removes_it_alone(made: tuple[str, dict[KeyPath, str]], data: st.DataObject) -> None:
    template, tags = made
    paths = order(template, tags)
    text = filled(template, [tags[path] for path in paths])
    assume(paths)
    path = data.draw(st.sampled_from(paths))
    left = without_entry(text, path)
    before = text.splitlines()
    assert [line for line in left.splitlines() if line not in before] == []
    comments = [line for line in before if line.startswith("#")]
    assert [line for line in left.splitlines() if line.startswith("#")] == comments

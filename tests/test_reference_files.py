"""The reference pages of `deps.toml` and `deps.lock` say what the parsers do: keys, types, examples, errors."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bitdeps.core.lockfile import keys as lock_keys
from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.core.manifest import keys
from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.errors import DepsError

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
MANIFEST = (REFERENCE / "manifest.md").read_text("utf-8")
LOCKFILE = (REFERENCE / "lockfile.md").read_text("utf-8")
PACKAGE = 'packages."acme/engine//runtime"'
KINDS = ("tag", "version", "branch", "commit")

Case = tuple[str, str, str]
"""Section of a page, what is written, and the problem that is reported."""


def sections(page: str) -> dict[str, str]:
    """The `##` sections of a page by heading, each with its `###` sections."""
    heads = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(heads[1::2], heads[2::2], strict=True))


def subsections(section: str) -> dict[str, str]:
    heads = re.split(r"^### (.+)$", section, flags=re.MULTILINE)
    return dict(zip(heads[1::2], heads[2::2], strict=True))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def table(section: str) -> list[tuple[str, ...]]:
    """The first table of a section, without its head."""
    rows = re.findall(r"^\|(.+)\|$", section, flags=re.MULTILINE)[2:]
    return [tuple(cell.strip() for cell in row.split("|")) for row in rows]


def cases(page: str) -> list[Case]:
    found: list[Case] = []
    for title, section in sections(page).items():
        for block in re.findall(r"^Errors:\n\n```text\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL):
            parts = re.findall(r"((?:^\S.*\n)+)^ {4}(\S.*)\n", block, flags=re.MULTILINE)
            assert "".join(f"{written}    {problem}\n" for written, problem in parts) == block
            found += ((title, written, problem) for written, problem in parts)
    return found


def expected_rows(known: Iterable[keys.Key]) -> list[tuple[str, ...]]:
    return [(f"`{key.name}`", key.type, key.default or "-") for key in known]


@pytest.mark.parametrize(
    ("title", "known"),
    [("Tables", keys.TOP), ("Keys of `[project]`", keys.PROJECT), ("Keys of an entry", keys.ENTRY)],
)
def test_keys_of_the_manifest(title: str, known: tuple[keys.Key, ...]) -> None:
    """The table is the parser's, and each key has a part of its own with an example and errors."""
    section = sections(MANIFEST)[title]
    assert table(section) == expected_rows(known)
    parts = subsections(section)
    assert [name.removesuffix(" of an entry") for name in parts] == [f"`{key.name}`" for key in known]
    for key, text in zip(known, parts.values(), strict=True):
        if known is not keys.TOP:
            assert any(re.search(rf"^{key.name} = ", block, flags=re.MULTILINE) for block in blocks(text, "toml"))
            assert "Errors:" in text


@pytest.mark.parametrize(
    ("title", "known"),
    [("Keys of the file", lock_keys.TOP), ("Keys of a package", lock_keys.PACKAGE)],
)
def test_keys_of_the_lockfile(title: str, known: tuple[keys.Key, ...]) -> None:
    section = sections(LOCKFILE)[title]
    presence = {True: "always", False: "optional"}
    assert table(section) == [(f"`{key.name}`", key.type, presence[key.name in lock_keys.REQUIRED]) for key in known]
    parts = subsections(section)
    assert list(parts) == [f"`{key.name}`" for key in known]
    [example] = blocks(LOCKFILE, "toml")
    for key, text in zip(known, parts.values(), strict=True):
        assert "Errors:" in text
        if known is lock_keys.PACKAGE:
            shown = re.search(r"Example: `(.+?)`", text)
            assert shown is not None
            assert shown[1].startswith(f"{key.name} = ")
            assert f"\n{shown[1]}\n" in example


def test_examples_of_the_manifest() -> None:
    """Each block of TOML is a whole and right manifest."""
    examples = blocks(MANIFEST, "toml")
    assert len(examples) > 20
    for example in examples:
        assert parse_manifest(example, tool_version="1.4.2").vendor


def test_example_of_the_lockfile() -> None:
    [example] = blocks(LOCKFILE, "toml")
    assert len(parse_lockfile(example).packages) == 2


def manifest_with(section: str, written: str) -> str:
    if section == "Tables":
        return written
    if section == "Keys of `[project]`":
        return f"[project]\n{written}"
    has_kind = any(line.startswith((*KINDS, "tga")) and "-" not in line.split("=")[0] for line in written.splitlines())
    kind = "" if has_kind else 'tag = "v1.0"\n'
    return f'[project]\nworkspace = "acme"\n[dependencies.http-kit]\n{kind}{written}'


def lock_with(section: str, written: str) -> str:
    [example] = blocks(LOCKFILE, "toml")
    if section == "Keys of the file":
        key = written.split(" = ", maxsplit=1)[0]
        head = "" if key == "lock-version" else "lock-version = 1\n"
        return f"{head}{written}"
    key = written.split(" = ", maxsplit=1)[0]
    head, package, rest = re.split(r"(?=^\[)", example, flags=re.MULTILINE)
    replaced = re.sub(rf"^{key} = (?:\[\n(?:    .*\n)*\]|.*)\n", "", package, flags=re.MULTILINE)
    return f"{head}{replaced.rstrip()}\n{written}\n{rest}"


def problems(error: DepsError) -> list[str]:
    """The problems of an error, without file, line and column."""
    return [line.partition(": ")[2] for line in str(error).split("\n  ") if not line.endswith(" problems")]


@pytest.mark.parametrize(("section", "written", "problem"), cases(MANIFEST))
def test_errors_of_the_manifest(section: str, written: str, problem: str) -> None:
    """What the page shows as wrong is refused, with the very words and nothing else."""
    with pytest.raises(DepsError) as caught:
        parse_manifest(manifest_with(section, written), tool_version="1.4.2")
    assert problems(caught.value) == [problem]


@pytest.mark.parametrize(("section", "written", "problem"), cases(LOCKFILE))
def test_errors_of_the_lockfile(section: str, written: str, problem: str) -> None:
    with pytest.raises(DepsError) as caught:
        parse_lockfile(lock_with(section, written))
    found = [line.removeprefix(f"{PACKAGE}.") for line in problems(caught.value)]
    assert problem in found

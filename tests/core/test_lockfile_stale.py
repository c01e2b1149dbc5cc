"""When a lock is stale, and what is said about it."""

import pytest

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.core.lockfile.stale import differences, message
from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.core.selection import COMMIT_VENDOR_EXCLUDE, selection_digest

COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
HEX = "0123456789abcdef" * 4
RUNTIME = selection_digest(subdir="runtime", include=(), exclude=(), patches=())

MANIFEST = """\
[project]
workspace = "acme"

[dependencies]
http-kit = { tag = "v2.4.1" }
logging = { version = ">=1.2,<2" }

[groups.test]
fixtures = { tag = "v7" }

[overrides]
"acme/engine//runtime" = { tag = "v3.12.0" }
"acme/unused" = { tag = "v1" }
"""


def package(identity: str, name: str, *lines: str, rest: str = "") -> str:
    return f"""
[packages."{identity}"]
name = "{name}"
path = "vendor/{name}"
commit = "{COMMIT}"
tree = "{COMMIT}"
content = "d1:{HEX}"
requested = {list(lines)}
{rest}
"""


LOCK = (
    "lock-version = 1"
    + package("acme/http-kit", "http-kit", "project: tag v2.4.1", rest='requires = ["acme/engine//runtime"]')
    + package("acme/logging", "logging", "project: version <2,>=1.2")
    + package("acme/fixtures", "fixtures", "project.test: tag v7", rest='groups = ["test"]')
    + package(
        "acme/engine//runtime",
        "runtime",
        "acme/http-kit: tag v1",
        "override: tag v3.12.0",
        rest=f'subdir = "runtime"\nselection = "{RUNTIME}"\nplaced = "d1:{HEX}"',
    )
)


def stale(manifest: str, lock: str = LOCK, selections: dict[str, str | None] | None = None) -> list[str]:
    read = parse_manifest(manifest, tool_version="1")
    digests = {entry.key: None for entry in read.dependencies} | (selections or {})
    return [str(found) for found in differences(read, parse_lockfile(lock), selections=digests)]


def test_fresh() -> None:
    """An override that nothing needs is for a warning at lock time, and no reason to lock again."""
    assert stale(MANIFEST) == []


def test_spelling_and_order_do_not_count() -> None:
    text = """\
# Another layout of the same.
[overrides]
"ACME/engine//runtime" = { tag = "v3.12.0" }
[groups.test.fixtures]
repo = "Fixtures"
tag = "v7"
[dependencies]
logging = { version = " < 2.0 , >= 1.2.0", prereleases = false, workspace = "acme" }
http-kit.tag = "v2.4.1"
http-kit.transitive = true
[project]
workspace = "acme"
name = "storefront"
"""
    assert stale(text) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"v2.4.1"', '"v2.4.2"', ["http-kit: tag v2.4.1 -> v2.4.2"]),
        ('tag = "v2.4.1"', 'branch = "main"', ["http-kit: tag v2.4.1 -> branch main"]),
        (">=1.2,<2", ">=1.2,<3", ["logging: version <2,>=1.2 -> <3,>=1.2"]),
        (
            '">=1.2,<2"',
            '">=1.2,<2", tag-pattern = "log-{version}", prereleases = true',
            ["logging: version <2,>=1.2 -> <2,>=1.2 pattern log-{version} prereleases"],
        ),
        ('"v2.4.1"', '"v2.4.1", transitive = false', ["http-kit: tag v2.4.1 -> v2.4.1 alone"]),
        ('http-kit = { tag = "v2.4.1" }\n', "", ["http-kit: removed"]),
        ("[dependencies]\n", '[dependencies]\njson-lite = { tag = "v1" }\n', ["json-lite: added"]),
        (
            "http-kit = {",
            'kit = { repo = "http-kit",',
            ["kit: name http-kit -> kit", "kit: path vendor/http-kit -> vendor/kit"],
        ),
        ('"v2.4.1"', '"v2.4.1", into = "lib/kit"', ["http-kit: path vendor/http-kit -> lib/kit"]),
        ("[groups.test]", "[groups.extra]", ["fixtures: [groups.test] -> [groups.extra]"]),
        ("[groups.test]", "", ["fixtures: [groups.test] -> [dependencies]"]),
        ('"v3.12.0"', '"v4"', ["runtime: override tag v3.12.0 -> v4"]),
        (
            '"acme/engine//runtime" = { tag = "v3.12.0" }',
            "",
            ["runtime: override removed"],
        ),
        (
            '"acme/unused" = { tag = "v1" }',
            '"acme/http-kit" = { branch = "main" }',
            ["http-kit: override added: branch main"],
        ),
        (
            'workspace = "acme"',
            'workspace = "acme"\nvendor = "lib"',
            [
                "fixtures: path vendor/fixtures -> lib/fixtures",
                "http-kit: path vendor/http-kit -> lib/http-kit",
                "logging: path vendor/logging -> lib/logging",
                "runtime: path vendor/runtime -> lib/runtime",
            ],
        ),
    ],
)
def test_stale(old: str, new: str, expected: list[str]) -> None:
    assert old in MANIFEST
    assert stale(MANIFEST.replace(old, new, 1)) == expected


def test_a_transitive_package_becomes_direct() -> None:
    """It takes the name and the place of its entry."""
    text = MANIFEST.replace("[groups.test]", 'engine = { subdir = "runtime", tag = "v1" }\n[groups.test]')
    assert stale(text, selections={"engine": RUNTIME}) == [
        "engine: added",
        "engine: name runtime -> engine",
        "engine: path vendor/runtime -> vendor/engine",
    ]


def test_another_selection() -> None:
    """The digest covers subdir, include, exclude and the bytes of the patches."""
    digest = selection_digest(subdir=None, include=["src/**"], exclude=(), patches=())
    change = "logging: selection changed (subdir, include, exclude, patches, or `commit-vendor`)"
    assert stale(MANIFEST, selections={"logging": digest}) == [change]


def test_commit_vendor_is_a_selection_of_every_package() -> None:
    """Of transitive ones too, which have no entry of which the caller could know the digest."""
    text = MANIFEST.replace("[project]", "[project]\ncommit-vendor = true")
    own = selection_digest(subdir=None, include=(), exclude=COMMIT_VENDOR_EXCLUDE, patches=())
    found = stale(text, selections=dict.fromkeys(["http-kit", "logging", "fixtures"], own))
    change = "selection changed (subdir, include, exclude, patches, or `commit-vendor`)"
    assert found == [f"{name}: {change}" for name in ("fixtures", "http-kit", "logging", "runtime")]


def test_the_message() -> None:
    manifest = parse_manifest(MANIFEST, tool_version="1")
    found = differences(manifest, Lockfile(packages={}), selections={})
    assert (
        message(found)
        == """\
`deps.lock` does not match `deps.toml`:
  fixtures: added
  http-kit: added
  logging: added"""
    )

"""A right `deps.toml` becomes a `Manifest`."""

import pytest

from bitdeps.core.manifest.model import Dependency, Manifest, Override
from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requirement

COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"


def parse(text: str) -> Manifest:
    return parse_manifest(text, tool_version="1.4.2")


def entry(text: str) -> Dependency:
    """The one entry of a manifest whose `[project]` names the workspace `acme`."""
    [dependency] = parse(f'[project]\nworkspace = "acme"\n\n{text}').dependencies
    return dependency


def test_an_empty_manifest() -> None:
    """Nothing is required, and every key has its default."""
    assert parse("") == Manifest()
    assert Manifest().vendor == "vendor"
    assert not Manifest().commit_vendor


def test_project() -> None:
    text = """
        [project]
        name = "Storefront, the shop"
        workspace = "Acme"
        vendor = "third_party/vendor"
        ignore = ["**/__pycache__/**", "*.log"]
        commit-vendor = true
        requires-deps = ">=1.2,<2"
        """
    assert parse(text) == Manifest(
        name="Storefront, the shop",
        workspace="acme",
        vendor="third_party/vendor",
        ignore=("**/__pycache__/**", "*.log"),
        commit_vendor=True,
    )


def test_the_shortest_entry() -> None:
    """The repository is called like the key, and lives in the default workspace."""
    assert entry('[dependencies]\nJson-Lite = { tag = "v3.11.3" }') == Dependency(
        key="Json-Lite",
        identity=Identity(RepoName("acme", "json-lite")),
        requirement=Requirement(kind="tag", value="v3.11.3"),
        line=5,
    )


def test_the_longest_entry() -> None:
    text = """[dependencies.engine]
        workspace = "Acme-Platform"
        repo = "Engine_2"
        version = ">=1.0 , ~= 1.4.0"
        tag-pattern = "engine-v{version}"
        prereleases = true
        subdir = "src/Runtime"
        include = ["src/**"]
        exclude = ["**/*.png"]
        into = "third_party/engine"
        patches = ["patches/engine-*.patch"]
        transitive = false
        lfs = "pointers"
        """
    assert entry(text) == Dependency(
        key="engine",
        identity=Identity(RepoName("acme-platform", "engine_2"), "src/Runtime"),
        requirement=Requirement(
            kind="version",
            value=">=1,~=1.4.0",
            pattern="engine-v{version}",
            prereleases=True,
        ),
        include=("src/**",),
        exclude=("**/*.png",),
        patches=("patches/engine-*.patch",),
        into="third_party/engine",
        transitive=False,
        lfs_pointers=True,
        line=4,
    )


@pytest.mark.parametrize(
    "name",
    ["release/2024#1", "100%-ok", "v1.0+b.2", "gr\u00fcn/1", "rev1", "@scope/pkg@1.0.3", "@", "v1.0.lock.2", "a=b"],
)
@pytest.mark.parametrize("kind", ["tag", "branch"])
def test_odd_ref_names_are_names(kind: str, name: str) -> None:
    assert entry(f'[dependencies]\na = {{ {kind} = "{name}" }}').requirement.value == name


def test_a_commit() -> None:
    assert entry(f'[dependencies]\na = {{ commit = "{COMMIT}" }}').requirement == Requirement(
        kind="commit", value=COMMIT
    )


def test_a_tag_may_say_how_update_reads_its_successors() -> None:
    text = '[dependencies]\na = { tag = "pkg-1.0", tag-pattern = "pkg-{version}", prereleases = true }'
    assert str(entry(text).requirement) == "tag pkg-1.0 pattern pkg-{version} prereleases"


def test_groups_follow_the_dependencies() -> None:
    """A group, and an entry of it, may be called like a kind of requirement."""
    text = """
        [project]
        workspace = "acme"
        [groups.tag]
        version = { tag = "v7" }
        [groups.test]
        fixtures.tag = "v7"
        [dependencies]
        json-lite = { tag = "v1" }
        """
    manifest = parse(text)
    assert [(entry.key, entry.origin) for entry in manifest.dependencies] == [
        ("json-lite", "project"),
        ("version", "project.tag"),
        ("fixtures", "project.test"),
    ]
    assert manifest.groups == {"tag", "test"}


def test_overrides() -> None:
    """They are keyed by identity, in any case, and need no `[project]`."""
    text = """[overrides]
"Acme/json-lite" = { tag = "v3.12.0" }
"acme/mono//a" = { version = ">=2", tag-pattern = "a-{version}" }
"""
    assert parse(text).overrides == (
        Override(
            identity=Identity(RepoName("acme", "json-lite")),
            requirement=Requirement(kind="tag", value="v3.12.0"),
            line=2,
        ),
        Override(
            identity=Identity(RepoName("acme", "mono"), "a"),
            requirement=Requirement(kind="version", value=">=2", pattern="a-{version}"),
            line=3,
        ),
    )


def test_a_monorepo_gives_several_packages() -> None:
    """Its directories, and the whole of it, are identities of their own."""
    text = """
        [project]
        workspace = "acme"
        [dependencies]
        mono = { tag = "v1" }
        a = { repo = "mono", subdir = "a", tag = "a-v1" }
        b = { repo = "mono", subdir = "b", tag = "b-v1" }
        """
    assert [str(entry.identity) for entry in parse(text).dependencies] == [
        "acme/mono",
        "acme/mono//a",
        "acme/mono//b",
    ]


def test_where_a_package_is_placed() -> None:
    text = """
        [project]
        workspace = "acme"
        vendor = "lib"
        [dependencies]
        a = { tag = "v1" }
        b = { tag = "v1", into = "lib/deep/b" }
        """
    manifest = parse(text)
    assert [manifest.path(entry) for entry in manifest.dependencies] == ["lib/a", "lib/deep/b"]


def test_what_resolution_sees_of_an_entry() -> None:
    dependency = entry('[dependencies]\na = { tag = "v1", transitive = false, include = ["x"] }')
    assert dependency.demand == Demand(
        identity=Identity(RepoName("acme", "a")),
        requirement=Requirement(kind="tag", value="v1"),
        transitive=False,
    )


def test_line_ends_of_windows() -> None:
    text = '[project]\r\nworkspace = "acme"\r\n[dependencies]\r\na = { tag = "v1" }\r\n'
    assert parse(text).dependencies == parse(text.replace("\r\n", "\n")).dependencies
    assert parse(text).dependencies[0].line == 4


@pytest.mark.parametrize("version", ["1.2", "1.2.0", "1.3.0rc1", "1.4.dev3"])
def test_requires_deps_is_met(version: str) -> None:
    """A pre-release of `deps` counts as the version that it is."""
    text = '[project]\nname = "x"\nrequires-deps = ">=1.2.dev0, <2, !=1.3"'
    assert parse_manifest(text, tool_version=version).name == "x"

"""What a dependency's own `deps.toml` contributes, and when it makes the candidate unusable."""

import pytest

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.manifest.parse import parse_dependency_manifest
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requirement

HOME = Identity(RepoName("acme", "http-kit"))


def parse(text: str) -> DependencyManifest | Unusable:
    return parse_dependency_manifest(text, home=HOME, tool_version="1.4.2")


def demand(identity: Identity, requirement: Requirement, *, transitive: bool = True) -> Demand:
    return Demand(identity=identity, requirement=requirement, transitive=transitive)


def test_nothing_is_required() -> None:
    assert parse("") == DependencyManifest()


def test_what_an_entry_contributes() -> None:
    """Identity, requirement, pattern, pre-releases and `transitive`; all that concerns placement is left out."""
    text = """
        [dependencies.json]
        repo = "json-lite"
        subdir = "core"
        version = ">=1.0,<2.0"
        tag-pattern = "core-{version}"
        prereleases = true
        include = ["src/**"]
        exclude = 3
        into = "../anywhere"
        patches = ["x.patch"]
        lfs = "pointers"
        transitive = false
        """
    requirement = Requirement(kind="version", value="<2,>=1", pattern="core-{version}", prereleases=True)
    identity = Identity(RepoName("acme", "json-lite"), "core")
    assert parse(text) == DependencyManifest(demands=(demand(identity, requirement, transitive=False),))


def test_groups_overrides_and_settings_contribute_nothing() -> None:
    """They are known, so they are not listed as ignored either, and what they hold does not matter."""
    text = """
        [project]
        name = 3
        vendor = ".."
        ignore = "x"
        [groups]
        test = "anything"
        [overrides]
        x = { min-age = 1 }
        [dependencies]
        kit = { tag = "v1" }
        """
    identity = Identity(RepoName("acme", "kit"))
    assert parse(text) == DependencyManifest(demands=(demand(identity, Requirement(kind="tag", value="v1")),))


@pytest.mark.parametrize(
    ("project", "workspace"),
    [("", "acme"), ('[project]\nworkspace = "Other"', "other")],
)
def test_default_workspace(project: str, workspace: str) -> None:
    """The dependency's own, else the one it lives in."""
    manifest = parse(f'{project}\n[dependencies]\nkit = {{ tag = "v1" }}')
    assert isinstance(manifest, DependencyManifest)
    assert [str(demand.identity) for demand in manifest.demands] == [f"{workspace}/kit"]


def test_unknown_keys_elsewhere_are_listed() -> None:
    text = '"new table" = 1\n[project]\nmax-age = 3\n[registry]\nurl = "x"'
    assert parse(text) == DependencyManifest(ignored=('"new table"', "registry", "project.max-age"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            '[dependencies]\nkit = { tag = "v1", tga = 3 }',
            "deps.toml:2:21: dependencies.kit.tga: unknown key; did you mean `tag`?",
        ),
        (
            '[project]\nrequires-deps = ">=2"\nrequires-deps = 3\n[dependencies]\nkit = { min-age = 3 }',
            "deps.toml:2:1: project.requires-deps: needs `deps` >=2, and this is 1.4.2",
        ),
        (
            '[project]\nrequires-deps = "new"',
            (
                "deps.toml:2:1: project.requires-deps: expected a version specifier (PEP 440), found `new`, "
                "such as `>=1.2,<2`"
            ),
        ),
        (
            "[project]\nworkspace = 1",
            "deps.toml:2:1: project.workspace: expected a string, found the number `1`; write it in quotes",
        ),
        ("project = 1", "deps.toml:1:1: project: expected a table, found the number `1`"),
        ("dependencies = 1", "deps.toml:1:1: dependencies: expected a table, found the number `1`"),
        (
            "[dependencies]\nkit = 1",
            'deps.toml:2:1: dependencies.kit: expected a table, found the number `1`; write `kit = { tag = "v1.0" }`',
        ),
        (
            '[dependencies]\n"a b" = { repo = "a", tag = "v1" }',
            (
                'deps.toml:2:1: dependencies."a b": must be letters, digits, `.`, `_` and `-`, '
                "and begin with a letter or digit"
            ),
        ),
        (
            "[dependencies]\nkit = {}\nlib = { tag = 1 }",
            (
                "deps.toml:2:1: dependencies.kit: needs exactly one of `tag`, `version`, `branch`, `commit`; "
                "deps.toml:3:9: dependencies.lib.tag: expected a string, found the number `1`; write it in quotes"
            ),
        ),
        (
            '[dependencies]\nkit = { tag = "v1" }\nb = { repo = "kit", tag = "v1" }',
            "deps.toml:3:1: dependencies.b: is `acme/kit`, as another entry is",
        ),
        (
            '[dependencies]\nkit = { tag = "v1", transitive = "no" }',
            "deps.toml:2:21: dependencies.kit.transitive: expected `true` or `false`, found a string",
        ),
        ("x", "deps.toml:1:2: is no TOML: expected '=' after a key in a key/value pair"),
        ("<<<<<<< HEAD", "deps.toml:1:1: git conflict markers"),
    ],
)
def test_unusable(text: str, reason: str) -> None:
    assert parse(text) == Unusable(reason=reason)

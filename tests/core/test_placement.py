"""Names and places of packages: the root's key, else the last part, whatever the order of solving."""

import itertools

import pytest

from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.core.names import Identity, parse_identity
from bitdeps.core.placement import place
from bitdeps.errors import ManifestError


def identity(text: str) -> Identity:
    parsed = parse_identity(text)
    assert parsed is not None
    return parsed


def places(manifest: str, requested: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    parsed = parse_manifest(manifest, tool_version="1")
    found = place(parsed, {identity(text): lines for text, lines in requested.items()})
    return {str(key): (placement.name, placement.path) for key, placement in found.items()}


MANIFEST = """
[project]
workspace = "acme"
vendor = "third"
[dependencies]
http = { repo = "http-kit", tag = "v1" }
core = { repo = "engine", subdir = "runtime/core", tag = "v1", into = "lib/core" }
"""
REQUESTED = {
    "acme/http-kit": ["project: tag v1"],
    "acme/engine//runtime/core": ["project: tag v1"],
    "acme/engine//tools/cli": ["acme/http-kit: tag v1"],
    "acme/json-lite": ["acme/http-kit: version >=1"],
}


def test_the_roots_key_then_the_last_part_then_the_repository() -> None:
    assert places(MANIFEST, REQUESTED) == {
        "acme/engine//runtime/core": ("core", "lib/core"),
        "acme/engine//tools/cli": ("cli", "third/cli"),
        "acme/http-kit": ("http", "third/http"),
        "acme/json-lite": ("json-lite", "third/json-lite"),
    }


def test_no_name_depends_on_the_order() -> None:
    expected = places(MANIFEST, REQUESTED)
    for order in itertools.permutations(REQUESTED.items()):
        assert places(MANIFEST, dict(order)) == expected


def test_two_equal_names_are_an_error_that_names_both_requirers() -> None:
    requested = {
        "acme/http-kit": ["project: tag v1"],
        "acme/Json": ["acme/http-kit: tag v1"],
        "other/json": ["acme/http-kit: version >=1", "override: tag v3"],
    }
    with pytest.raises(ManifestError) as caught:
        places(MANIFEST, requested)
    assert str(caught.value) == (
        "`acme/json` (required by `acme/http-kit`) and `other/json` (required by `acme/http-kit`) "
        "would be placed in one place: `third/json` and `third/json`"
    )
    assert caught.value.hint == (
        'give it another name in `deps.toml`: `another-name = { workspace = "other", repo = "json", ... }`'
    )


def test_a_place_inside_another_is_an_error() -> None:
    manifest = MANIFEST.replace("lib/core", "third/json-lite/core")
    with pytest.raises(ManifestError) as caught:
        places(manifest, REQUESTED)
    assert str(caught.value) == (
        "`acme/engine//runtime/core` (required by `project`) and `acme/json-lite` (required by `acme/http-kit`) "
        "would be placed in one place: `third/json-lite/core` and `third/json-lite`"
    )


def test_a_transitive_package_that_windows_could_not_store_needs_a_name() -> None:
    with pytest.raises(ManifestError) as caught:
        places(MANIFEST, {"acme/engine//tools/aux": ["acme/http-kit: tag v1"]})
    assert str(caught.value) == (
        "`acme/engine//tools/aux`: cannot be placed as `aux`: the name is reserved on Windows "
        "(required by `acme/http-kit`)"
    )
    assert caught.value.hint == (
        "give it another name in `deps.toml`: "
        '`another-name = { workspace = "acme", repo = "engine", subdir = "tools/aux", ... }`'
    )

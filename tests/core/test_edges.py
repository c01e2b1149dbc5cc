"""The edges of a lock against the manifests that the archives hold."""

from bitdeps.core.edges import edge_problem
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.manifest.parse import parse_dependency_manifest
from bitdeps.core.names import Identity, parse_identity


def identity(text: str) -> Identity:
    parsed = parse_identity(text)
    assert parsed is not None
    return parsed


LIB = identity("acme/lib")
MANIFEST = parse_dependency_manifest(
    '[dependencies]\none = { tag = "v1" }\ntwo = { version = ">=1", transitive = false }\n', home=LIB, tool_version="1"
)
REQUESTED = {
    LIB: ("project: tag v1",),
    identity("acme/one"): ("acme/lib: tag v1", "project: tag v1"),
    identity("acme/two"): ("acme/lib: version >=1 alone",),
}


def test_the_same_edges_are_no_problem() -> None:
    assert isinstance(MANIFEST, DependencyManifest)
    assert edge_problem(LIB, MANIFEST, REQUESTED) is None


def test_an_edge_that_was_removed_added_or_changed_is_named() -> None:
    assert edge_problem(LIB, MANIFEST, {**REQUESTED, identity("acme/two"): ()}) == (
        "only its manifest has `acme/two version >=1 alone`"
    )
    assert edge_problem(LIB, MANIFEST, {**REQUESTED, identity("evil/three"): ("acme/lib: tag v1",)}) == (
        "only the lock has `evil/three tag v1`"
    )
    changed = {**REQUESTED, identity("acme/one"): ("acme/lib: tag v2",)}
    assert edge_problem(LIB, MANIFEST, changed) == (
        "only the lock has `acme/one tag v2`; only its manifest has `acme/one tag v1`"
    )


def test_a_package_that_is_asked_for_alone_has_no_edges() -> None:
    alone = {LIB: ("project: tag v1 alone",)}
    assert edge_problem(LIB, MANIFEST, alone) is None
    assert edge_problem(LIB, Unusable(reason="broken"), alone) is None
    assert edge_problem(LIB, Unusable(reason="broken"), {**alone, identity("a/b"): ("acme/lib: tag v1",)}) == (
        "only the lock has `a/b tag v1`"
    )


def test_an_unusable_manifest_is_a_problem() -> None:
    assert edge_problem(LIB, Unusable(reason="broken"), REQUESTED) == "its manifest cannot be used: broken"

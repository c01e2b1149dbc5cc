"""Entries of a lock whose tag or version nobody asked for."""

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.tags import contradictions
from bitdeps.core.names import Identity, RepoName


def problems(*requested: str, tag: str | None = None, branch: str | None = None, version: str | None = None) -> str:
    identity = Identity(RepoName("acme", "kit"))
    package = LockedPackage(
        identity=identity,
        name="kit",
        path="vendor/kit",
        tag=tag,
        branch=branch,
        version=version,
        commit="a" * 40,
        tree="b" * 40,
        content=f"d1:{'c' * 64}",
        requested=requested,
    )
    return "\n".join(contradictions(Lockfile(packages={identity: package})))


def test_what_was_asked_for_is_no_contradiction() -> None:
    assert problems("project: tag v1.0", tag="v1.0", version="1.0") == ""
    assert problems("project: tag v1", "acme/a: tag v1.0", tag="v1.0", version="1.0") == ""
    assert problems("project: version >=1", tag="v1.0", version="1.0") == ""
    assert problems("project: version >=1 pattern kit-{version}", tag="kit-1.0", version="1.0") == ""
    assert problems("project: branch main", branch="main") == ""
    assert problems("project: tag v1", "override: tag v2", tag="v2", version="2") == ""
    assert problems("project: tag nightly", tag="nightly") == ""


def test_another_tag_or_version_is_one() -> None:
    tag = 'packages."acme/kit".tag: expected'
    assert problems("project: tag v1.0", tag="v1.1") == f"{tag} `v1.0`: that is what is requested"
    assert problems("project: tag b", "acme/a: tag a") == f"{tag} `a` or `b`: that is what is requested"
    assert problems("project: tag v1", "override: tag v2", tag="v1") == f"{tag} `v2`: that is what is requested"
    assert problems("project: version >=1", tag="v1.0", version="9.9") == (
        'packages."acme/kit".version: is not what the tag `v1.0` is read as'
    )

"""Entries of a lock whose pin is not what was asked for."""

import pytest

from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.lockfile.pins import contradictions, read_lock
from bitdeps.core.names import Identity, RepoName
from bitdeps.errors import LockfileError
from support.locks import lock

COMMIT = "a" * 40


def problems(*requested: str, tag: str | None = None, branch: str | None = None, version: str | None = None) -> str:
    package = LockedPackage(
        identity=Identity(RepoName("acme", "kit")),
        name="kit",
        path="vendor/kit",
        tag=tag,
        branch=branch,
        version=version,
        commit=COMMIT,
        tree="b" * 40,
        content=f"d1:{'c' * 64}",
        requested=requested,
    )
    return "\n".join(f"{key}: {problem}" for key, problem in contradictions(package))


def test_a_lock_is_read_with_its_contradictions() -> None:
    fine = lock({"kit": ("v1.0", ["project: version <2"])})
    assert read_lock(format_lockfile(fine)) == fine
    with pytest.raises(LockfileError) as caught:
        read_lock(format_lockfile(lock({"kit": ("v9.9", ["project: version <2"])})), file="deps.lock (ours)")
    assert str(caught.value) == (
        'deps.lock (ours):9:1: packages."acme/kit".version: `9.9` is not within `<2`, which is requested'
    )


@pytest.mark.parametrize(
    ("requested", "names"),
    [
        (["project: tag v1.0"], {"tag": "v1.0", "version": "1.0"}),
        (["acme/a: tag v1.0", "project: tag v1"], {"tag": "v1", "version": "1"}),
        (["acme/a: tag v1.0", "acme/b: tag v1"], {"tag": "v1", "version": "1"}),
        (["acme/a: tag release", "project: version >=1"], {"tag": "v1.0", "version": "1.0"}),
        (["acme/a: version <1", "project: version >=1"], {"tag": "v1.0", "version": "1.0"}),
        (["project: version >=1 pattern kit-{version}"], {"tag": "kit-1.0", "version": "1.0"}),
        (["project: version >=1 prereleases"], {"tag": "v2.0rc1", "version": "2.0rc1"}),
        (["project: branch main"], {"branch": "main"}),
        (["acme/a: tag v1", "project.test: branch main"], {"branch": "main"}),
        (["acme/a: branch main", "acme/b: version >=1"], {"tag": "v1", "version": "1"}),
        ([f"project: commit {COMMIT}"], {}),
        (["override: tag v2", "project: tag v1"], {"tag": "v2", "version": "2"}),
        (["project: tag nightly"], {"tag": "nightly"}),
    ],
)
def test_what_was_asked_for_is_no_contradiction(requested: list[str], names: dict[str, str]) -> None:
    assert problems(*requested, **names) == ""


@pytest.mark.parametrize(
    ("requested", "names", "problem"),
    [
        (
            ["project: tag v1.0"],
            {"tag": "v1.1", "version": "1.1"},
            (
                "tag: expected `v1.0`: what is requested is tag `v1.0`\n"
                "version: expected `1.0`: what is requested is tag `v1.0`"
            ),
        ),
        (["project: tag b"], {}, "tag: expected `b`: what is requested is tag `b`"),
        (
            ["acme/a: tag a", "acme/b: tag b"],
            {"tag": "b"},
            "tag: expected `a`: what is requested is tag `a`",
        ),
        (
            ["override: tag v2", "project: tag v1"],
            {"tag": "v1", "version": "1"},
            "tag: expected `v2`: what is requested is tag `v2`\nversion: expected `2`: what is requested is tag `v2`",
        ),
        (
            ["project: tag v1.0"],
            {"tag": "v1.0"},
            "version: expected `1.0`: what is requested is tag `v1.0`",
        ),
        (
            ["project: version >=1"],
            {"tag": "v1.0", "version": "9.9"},
            "version: expected `1.0`: what is requested is version `>=1`",
        ),
        (
            ["project: version <2"],
            {"tag": "v9.9", "version": "9.9"},
            "version: `9.9` is not within `<2`, which is requested",
        ),
        (
            ["project: version >=1"],
            {"tag": "v2.0rc1", "version": "2.0rc1"},
            "version: `2.0rc1` is not within `>=1`, which is requested",
        ),
        (["project: version >=1"], {"tag": "nightly"}, "tag: it is not within `>=1`, which is requested"),
        (["project: branch main"], {"branch": "dev"}, "branch: expected `main`: what is requested is branch `main`"),
        (
            ["project: branch main"],
            {"tag": "v1", "version": "1"},
            (
                "tag: expected none: what is requested is branch `main`\n"
                "branch: expected `main`: what is requested is branch `main`\n"
                "version: expected none: what is requested is branch `main`"
            ),
        ),
        ([f"project: commit {'f' * 40}"], {}, f"commit: expected `{'f' * 40}`: it is requested"),
        (
            [f"acme/a: commit {'f' * 40}", "project: tag x"],
            {"tag": "x"},
            f"commit: expected `{'f' * 40}`: it is requested",
        ),
    ],
)
def test_anything_else_is_one(requested: list[str], names: dict[str, str], problem: str) -> None:
    assert problems(*requested, **names) == problem

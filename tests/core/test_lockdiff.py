"""What differs between two lockfiles, package by package."""

from dataclasses import replace

from bitdeps.core.lockdiff import lock_diff
from bitdeps.core.lockfile.model import Lockfile
from support.locks import digits, identity, lock

BEFORE = lock({"a": ("v1.0", ["project: tag v1.0"]), "b": ("v1.0", ["project: tag v1.0"])})


def changed(**fields: object) -> Lockfile:
    key = identity("a")
    package = replace(BEFORE.packages[key], **fields)  # type: ignore[arg-type]  # each test names its own
    return Lockfile(packages={**BEFORE.packages, key: package})


def details(after: Lockfile) -> list[str]:
    [change] = lock_diff(BEFORE, after)
    assert (change.sign, change.name) == ("~", "a")
    return list(change.details)


def test_equal_locks_have_no_differences() -> None:
    assert lock_diff(BEFORE, BEFORE) == ()


def test_packages_come_and_go_in_the_order_of_their_names() -> None:
    after = lock({"b": ("v2.0", ["project: tag v2.0"]), "c": ("v1.0", ["project: tag v1.0"])})
    found = [(change.sign, change.name) for change in lock_diff(BEFORE, after)]
    assert found == [("-", "a"), ("~", "b"), ("+", "c")]


def test_what_a_label_does_not_tell_is_told() -> None:
    """The same tag at another commit, and the same commit with another content, are what a reviewer must see."""
    commit = digits("other", 40)
    assert details(changed(commit=commit)) == [f"commit {BEFORE.packages[identity('a')].commit[:12]} -> {commit[:12]}"]
    assert details(changed(content=f"d1:{digits('x')}")) == ["content changed, and the commit did not"]
    assert details(changed(uuid="{00000000-0000-4000-8000-000000000000}"))[0].startswith("repository {")
    assert details(changed(proof="none")) == ["proof commit -> none"]
    assert details(changed(proof=None)) == ["proof commit -> not attempted"]
    assert details(changed(path="lib/a")) == ["path vendor/a -> lib/a"]
    assert details(changed(selection=f"s1:{digits('s')}", placed=f"d1:{digits('p')}")) == ["selection changed"]
    assert details(changed(requested=("project: tag v1.0 alone",))) == [
        "requested: - project: tag v1.0",
        "requested: + project: tag v1.0 alone",
    ]
    assert details(changed(archive_sha256=digits("z"))) == []

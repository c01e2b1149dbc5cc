"""Two sides of one lockfile: what merges, and what does not though no pin was moved twice."""

from dataclasses import replace

from bitdeps.core.lockfile.conflict import preferences
from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockmerge import merge_locks
from support.locks import identity, lock

KIT = identity("kit")
BASE = lock({"kit": ("v1.0", ["project: tag v1.0"])})


def changed(**fields: object) -> Lockfile:
    package = replace(BASE.packages[KIT], **fields)  # type: ignore[arg-type]  # each test names its own
    return Lockfile(packages={KIT: package})


def test_what_each_side_learned_of_one_commit_is_kept() -> None:
    """One has proved it, the other knows the repository's number."""
    base = changed(proof=None, uuid=None)
    proved, known = changed(uuid=None), changed(proof=None)
    for ours, theirs in ((proved, known), (known, proved)):
        assert merge_locks(base, ours, theirs).text == format_lockfile(BASE)


def test_a_proof_is_only_ever_upgraded() -> None:
    """One side had no git endpoint; the other proved the same bytes, and then both are proved."""
    for before in (Lockfile(packages={}), changed(proof=None), changed(proof="none")):
        for proof in ("commit", "export"):
            proved = changed(proof=proof)
            for ours, theirs in ((proved, changed(proof="none")), (changed(proof="none"), proved)):
                assert merge_locks(before, ours, theirs).text == format_lockfile(proved)
    other = changed(proof="none", content="d1:" + "9" * 64)
    assert merge_locks(changed(proof=None), changed(proof="commit"), other).conflicts == (KIT,)


def test_two_answers_about_one_commit_are_a_conflict() -> None:
    base = changed(proof=None)
    merged = merge_locks(base, changed(proof="commit"), changed(proof="export"))
    assert merged.conflicts == (KIT,)
    assert [side.packages[KIT].proof for side in preferences(merged.text)] == ["commit", "export"]


def test_what_makes_no_lockfile_together_is_a_conflict_of_all_that_differs() -> None:
    """Either side added a package of one name; git would have merged them without a word."""
    one = lock({"kit": ("v1.0", ["project: tag v1.0"]), "acme/lib": ("v1.0", ["project: tag v1.0"])})
    other = lock({"kit": ("v1.0", ["project: tag v1.0"]), "zeta/lib": ("v1.0", ["project: tag v1.0"])})
    assert merge_locks(BASE, one, other).conflicts == (identity("acme/lib"), identity("zeta/lib"))


def test_a_pin_that_no_longer_fits_what_is_asked_is_a_conflict() -> None:
    """One side moved the pin, the other asks for what it was."""
    base = lock({"a": ("v1.0", ["project: tag v1.0"]), "kit": ("v1.0", ["project: version >=1"])})
    moved = lock({"a": ("v1.0", ["project: tag v1.0"]), "kit": ("v2.0", ["project: version >=1"])})
    asked = lock(
        {"a": ("v1.0", ["project: tag v1.0"]), "kit": ("v1.0", ["acme/a: version <2", "project: version >=1"])}
    )
    for ours, theirs in ((moved, asked), (asked, moved)):
        assert merge_locks(base, ours, theirs).conflicts == (KIT,)

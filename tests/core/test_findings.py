"""Findings: their order, their weight, and the line that each is shown at."""

from bitdeps.core.findings import Finding, annotations, report, spots
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.core.names import Identity, RepoName

A, B, C = (Identity(RepoName("acme", name)) for name in "abc")
LOCK_TEXT = '# x\nlock-version = 1\n\n[packages."acme/a"]\nname = "a"\n\n[packages."acme/b"]\n'


def locked(identity: Identity) -> LockedPackage:
    return LockedPackage(identity=identity, name="x", path="x", commit="a" * 40, tree="b" * 40, content="d1:")


def test_a_package_stands_in_the_manifest_or_in_the_lock() -> None:
    manifest = parse_manifest('[project]\nworkspace = "acme"\n\n[dependencies]\na = { tag = "v1" }\n', tool_version="1")
    found = spots(manifest, Lockfile(packages={key: locked(key) for key in (A, B, C)}), LOCK_TEXT, "sub/")
    assert {key: (spot.path, spot.line) for key, spot in found.items()} == {
        A: ("sub/deps.toml", 5),
        B: ("sub/deps.lock", 7),
        C: ("sub/deps.lock", 1),
    }


def test_the_gravest_come_first_and_a_thousand_are_kept() -> None:
    findings = [Finding(kind="outdated", text=f"o{number}") for number in range(999)]
    findings += [Finding(kind="moved", text="m", details="d"), Finding(kind="drift", text="e", identity=B)]
    notes = annotations(findings, {}, "")
    assert len(notes) == 1000
    assert [(note.id, note.severity, note.summary) for note in notes[:3]] == [
        ("deps-0001", "CRITICAL", "m"),
        ("deps-0002", "HIGH", "e"),
        ("deps-0003", "LOW", "o0"),
    ]
    assert (notes[1].path, notes[1].line, notes[0].details) == ("deps.lock", 1, "d")


def test_a_report_fails_for_what_is_wrong_alone() -> None:
    """Something newer is no failure; what was not looked for is said on one line."""
    mild = [Finding(kind="outdated", text="o"), Finding(kind="licence", text="l")]
    passed = report(mild, {"moved": "no network\nat all"}, packages=2, files=9)
    assert passed.result == "PASSED"
    assert passed.data == {
        "Packages": 2,
        "Files": 9,
        "Differences in vendor": 0,
        "Moved tags": "not compared: no network",
        "Tags that are gone": 0,
        "Licence changes": 1,
        "Newer releases": 1,
    }
    assert passed.details.endswith(" Found: licence changes: 1, newer releases: 1.")
    assert report([*mild, Finding(kind="moved", text="m")], {}, packages=2, files=9).result == "FAILED"
    assert report([], {}, packages=0, files=0).details.endswith(" Nothing to report.")
    some = report([Finding(kind="moved", text="m")], {"moved": "503"}, packages=2, files=9)
    assert some.data["Moved tags"] == "1, not everything was compared: 503"

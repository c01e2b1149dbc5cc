"""`deps update --changelog`: what it says of a part of a repository."""

from support.program import Program
from support.sandbox import Sandbox

HEAD = '[project]\nworkspace = "acme"\n\n[dependencies]\n'


def test_the_changelog_of_a_directory(deps: Program, sandbox: Sandbox) -> None:
    """Commits and files of the directory alone, but the licence of the repository counts, also on another branch."""
    mono = sandbox.repository("mono", {"LICENSE": "a\n", "lib/a.c": "1\n", "other/b.c": "1\n"}, tags=["v1.0"])
    mono.commit({"lib/a.c": "2\n"}, message="Mend\n", branch="v1", base="v1.0", tags=["v1.1"])
    deps.manifest(f'{HEAD}lib = {{ repo = "mono", subdir = "lib", tag = "v1.1" }}\n')
    deps("lock")
    mono.commit({"LICENSE": "b\n", "lib/a.c": "3\n", "other/b.c": "2\n"}, message="Next\n", tags=["v2.0"])
    mono.commit({"other/b.c": "3\n"}, message="Elsewhere\n", tags=["v2.1"])
    deps("update", "--major", "--changelog", "CHANGES.md")
    lines = (deps.root / "CHANGES.md").read_text().splitlines()
    assert lines[4] == "| lib | `v1.1` | `v2.1` | licence changed |"
    assert "**Licence changed:** `LICENSE`" in lines
    assert [line.rpartition(") ")[2] for line in lines if line.startswith("- [")] == ["Next (Sandbox)"]
    assert [line for line in lines if line.startswith("- modified")] == [
        "- modified `LICENSE` (+1 -1)",
        "- modified `lib/a.c` (+1 -1)",
    ]
    deps("update", "--precise", "lib=v1.0", "--changelog", "CHANGES.md")
    text = (deps.root / "CHANGES.md").read_text()
    assert "No commits are new: the new pin is an ancestor of the old one.\n" in text
    assert "- modified `lib/a.c` (+1 -1)\n" in text

"""`--no-proof`, `--require-proof` and `tree --proof`: what is shown, and the exit codes."""

import pytest

from support.program import Program
from support.sandbox import Sandbox


@pytest.fixture
def two(deps: Program, sandbox: Sandbox) -> Program:
    """A project of one plain package, and one whose archive leaves something out."""
    sandbox.repository("plain", {"a": "a"}, tags=["v1"])
    sandbox.repository("docs", {".gitattributes": "d export-ignore\n", "d": "d", "e": "e"}, tags=["v1"])
    deps.manifest(
        '[dependencies]\nplain = { workspace = "acme", tag = "v1" }\ndocs = { workspace = "acme", tag = "v1" }\n'
    )
    return deps


def test_tree_shows_what_is_proved(two: Program) -> None:
    two("lock")
    assert two("tree", "--proof").stdout.splitlines()[-3:] == [
        "",
        "docs: export (the archive is what git makes of the commit)",
        "plain: commit (the commit names this tree, and the archive is that tree)",
    ]
    (two.root / "deps.lock").unlink()
    two("lock", "--no-proof")
    assert two("tree", "--proof").stdout.splitlines()[-2:] == ["docs: not attempted", "plain: not attempted"]


def test_tree_shows_what_could_not_be_proved(two: Program, sandbox: Sandbox) -> None:
    sandbox.fault("error", path="*/plain.git/info/refs", status=404, times=None)
    sandbox.fault("error", path="*/plain.git/git-upload-pack", method="POST", status=404, times=None)
    two("lock")
    assert two("tree", "--proof").stdout.splitlines()[-1] == "plain: none (no git endpoint could tell)"


def test_require_proof_fails_and_writes_nothing(two: Program, sandbox: Sandbox) -> None:
    sandbox.fault("error", path="*/info/refs", status=404, times=None)
    assert two("lock", "--require-proof", code=1).text.endswith(
        "error: `--require-proof`: not every archive is proved to be its commit:\n- `docs`: none\n- `plain`: none\n"
        "\n"
        "hint: `deps lock` without this option says why, and locks them as they are\n"
    )
    assert not (two.root / "deps.lock").exists()
    sandbox.clear_faults()
    two("lock", "--require-proof")
    assert {two.lock[f"acme/{name}"]["proof"] for name in ("docs", "plain")} == {"commit", "export"}


def test_a_missing_proof_is_a_warning(two: Program, sandbox: Sandbox) -> None:
    sandbox.fault("error", path="*.git/*", method="*", status=403, times=None)
    text = two("lock").text
    assert text.count("nothing proves that the archive is commit") == 2
    assert 'hint: `deps.lock` says `proof = "none"`; `deps lock --require-proof` refuses that' in text


def test_both_options_contradict_each_other(two: Program) -> None:
    assert two("lock", "--no-proof", "--require-proof", code=2).text == (
        "error: `--no-proof` and `--require-proof` contradict each other\n\nhint: leave one of them out\n"
    )

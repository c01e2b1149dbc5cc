"""`deps remove`: an entry, its lock and its directory go; comments stay."""

import pytest

from support.program import Program
from support.sandbox import Sandbox

MANIFEST = """\
# ours
[project]
workspace = "acme"

# the libraries
[dependencies]
one = { tag = "v1" } # first
# about two
two = { tag = "v1" }

[dependencies.app]
tag = "v1"

[groups.test]
three = { tag = "v1" }
"""


@pytest.fixture
def placed(sandbox: Sandbox, deps: Program) -> Program:
    """Give an installed project with a group; `app` requires `two`."""
    for name in ("one", "two", "three"):
        sandbox.repository(name, {"a.txt": "1\n"}, tags=["v1"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\ntwo.version = ">=1"\n'}, tags=["v1"])
    deps.manifest(MANIFEST)
    deps("install", "--group", "test")
    return deps


def files(deps: Program) -> tuple[str, str]:
    return (deps.root / "deps.toml").read_text(encoding="utf-8"), deps.lock_text


def test_an_entry_goes_with_its_directory(placed: Program) -> None:
    assert placed("remove", "one").text == ("Resolved 3 packages in TIME\n- one\nRemoved 1, kept 3 in TIME\n- one\n")
    assert files(placed)[0] == MANIFEST.replace('one = { tag = "v1" } # first\n', "")
    assert sorted(placed.lock) == ["acme/app", "acme/three", "acme/two"]
    assert sorted(path.name for path in placed.vendor.iterdir()) == ["app", "three", "two"]
    assert placed("remove", "app", "three").text.splitlines()[-3:] == ["Removed 2, kept 1 in TIME", "- app", "- three"]
    assert files(placed)[0].endswith('two = { tag = "v1" }\n\n[groups.test]\n')
    placed("verify")


def test_what_others_require_stays_and_is_said(placed: Program) -> None:
    assert placed("remove", "two").text == (
        "Resolved 4 packages in TIME\nnote: `acme/two` stays, as `two`: it is required by `acme/app`\nKept 4 in TIME\n"
    )
    assert placed.lock["acme/two"]["requested"] == ["acme/app: version >=1"]
    assert "# about two\n" in files(placed)[0]
    before = files(placed)
    assert placed("remove", "two", code=2).text == (
        "error: `two`: is no entry of `deps.toml`; required by `acme/app`\n"
        "\n"
        "hint: `deps why two` shows what leads to it\n"
    )
    assert files(placed) == before


def test_no_install_dry_run_and_json(placed: Program) -> None:
    before = files(placed)
    assert placed("remove", "one", "--dry-run").text == (
        "Resolved 3 packages in TIME\n- one\nDry run, nothing was changed\n"
    )
    assert files(placed) == before
    assert placed("remove", "one", "--no-install").text == "Resolved 3 packages in TIME\n- one\n"
    assert (placed.vendor / "one").exists()
    document = placed("remove", "app", "--json").document
    assert document["removed"] == ["app"]
    assert [change["name"] for change in document["install"]["changes"]] == ["app", "one"]


def test_an_unknown_name_changes_nothing(placed: Program) -> None:
    before = files(placed)
    assert placed("remove", "one", "tow", code=2).text == (
        "error: `tow`: neither `deps.toml` nor `deps.lock` has a package of this name\n\nhint: did you mean `two`?\n"
    )
    assert placed("remove", code=2).text == ("error: missing argument `NAME`\n\nhint: see `deps remove --help`\n")
    assert files(placed) == before

"""`deps update`: the manifest's tags and the lock move together, or not at all."""

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

HEAD = '[project]\nname = "shop"\nworkspace = "acme"\n\n[dependencies]\n'
MANIFEST = f"""\
{HEAD}lib = {{ tag = "v1.0.0" }} # keep
logging = {{ version = ">=1.2,<2" }}
rev = {{ tag = 'rev1' }}
odd = {{ tag = "release/2024#x" }}

[groups.test]
fixtures = {{ branch = "main" }}
"""


@pytest.fixture
def repos(sandbox: Sandbox, deps: Program) -> dict[str, Repo]:
    """Give the repositories of the manifest, the lock of their first state, and newer tags."""
    lib = sandbox.repository("lib", {"LICENSE": "a\n", "a.c": "1\n"}, tags=["v1.0.0"])
    logging = sandbox.repository("logging", {"deps.toml": '[dependencies]\nlib.version = ">=1"\n'}, tags=["v1.2"])
    rev = sandbox.repository("rev", {"a": "1"}, tags=["rev1"])
    odd = sandbox.repository("odd", {"a": "1"}, tags=["release/2024#x"])
    fixtures = sandbox.repository("fixtures", {"a": "1"})
    deps.manifest(MANIFEST)
    deps("lock")
    lib.commit({"a.c": "2\n"}, message="Fix *this* <b>\n\nmore\n", tags=["v1.0.1"])
    lib.commit({"b.c": "2\n"}, message="Add b\n", tags=["v1.1.0"])
    lib.commit({"LICENSE": "b\n"}, message="New licence\n", tags=["v2.0.0", "nightly"])
    lib.commit({"a.c": "3\n"}, tags=["v3.0.0rc1"])
    logging.commit({"x": "1"}, tags=["v1.3"])
    logging.commit({"x": "2"}, tags=["v2.0"])
    rev.commit({"a": "2"}, tags=["rev2"])
    fixtures.commit({"a": "2"})
    sandbox.clear_requests()
    return {"lib": lib, "logging": logging, "rev": rev, "odd": odd, "fixtures": fixtures}


def files(deps: Program) -> tuple[bytes, bytes]:
    return (deps.root / "deps.toml").read_bytes(), (deps.root / "deps.lock").read_bytes()


def asked(sandbox: Sandbox) -> list[str]:
    """Give what the API was asked, without queries."""
    paths = [entry.path.partition("?")[0] for entry in sandbox.requests("/2.0/repositories/")]
    return sorted(path.removeprefix("/2.0/repositories/acme/") for path in paths)


def head(repo: Repo, name: str = "main") -> str:
    return repo.git("rev-parse", f"{name}^{{commit}}")


def test_everything_moves_within_its_limits(deps: Program, sandbox: Sandbox, repos: dict[str, Repo]) -> None:
    """Tags, ranges and branches move; the text of the range stays, and what is held back is named with the way to it.

    Budget: one listing for each repository with tags, one look-up for the branch, one manifest for each new commit.
    """
    old = deps.lock["acme/fixtures"]["commit"]
    assert (
        deps("update").text
        == (
            "Resolved 5 packages in TIME\n"  # noqa: S608 - prose, no SQL
            f"~ fixtures main@{old[:12]} -> main@{head(repos['fixtures'])[:12]}\n"
            "~ lib v1.0.0 -> v1.1.0\n"
            "~ logging v1.2 -> v1.3\n"
            "note: `lib`: `v2.0.0` is newer; `deps update --major lib` takes it\n"
            "note: `lib`: `v3.0.0rc1` is a pre-release; `deps update --precise lib=v3.0.0rc1` takes it\n"
            "note: `logging`: `v2.0` is newer than `<2,>=1.2` allows; change `version` in `deps.toml` to have it\n"
            "note: `rev`: `rev2` is newer; `deps update --major rev` takes it\n"
            "note: `odd`: its tag `release/2024#x` is no version; set `tag-pattern`, or name a tag: "
            "`deps update --precise odd=TAG`\n"
            "Run `deps install` to place them\n"
        )
    )
    assert (deps.root / "deps.toml").read_text() == MANIFEST.replace("v1.0.0", "v1.1.0")
    assert deps.lock["acme/lib"]["commit"] == head(repos["lib"], "v1.1.0")
    assert deps.lock["acme/lib"]["requested"] == ["acme/logging: version >=1", "project: tag v1.1.0"]
    moved = {"lib": "v1.1.0", "logging": "v1.3", "fixtures": "main"}
    assert asked(sandbox) == sorted(
        [
            *(f"{name}/refs/tags" for name in ("lib", "logging", "rev", "odd")),
            "fixtures/refs/branches/main",
            *(f"{name}/src/{head(repos[name], ref)}/deps.toml" for name, ref in moved.items()),
        ]
    )
    assert deps("lock", "--check").text.endswith("deps.lock would stay as it is\n")
    before = files(deps)
    assert deps("update", "-q").stderr == ""
    assert files(deps) == before


@pytest.mark.usefixtures("repos")
def test_patch_and_major_and_names(deps: Program, sandbox: Sandbox) -> None:
    """One package moves as far as it is told; all others keep their pins, for one look-up each."""
    assert deps("update", "--patch", "lib").text == (
        "Resolved 5 packages in TIME\n"
        "~ lib v1.0.0 -> v1.0.1\n"
        "note: `lib`: `v1.1.0` is newer; `deps update lib` takes it\n"
        "note: `lib`: `v2.0.0` is newer; `deps update --major lib` takes it\n"
        "note: `lib`: `v3.0.0rc1` is a pre-release; `deps update --precise lib=v3.0.0rc1` takes it\n"
        "Run `deps install` to place them\n"
    )
    listed = [path for path in asked(sandbox) if "/src/" not in path]
    assert listed == ["lib/refs/tags", "logging/refs/tags/v1.2", "odd/refs/tags/release/2024%23x", "rev/refs/tags/rev1"]
    assert deps("update", "--major", "rev", "lib").text.splitlines()[:3] == [
        "Resolved 5 packages in TIME",
        "~ lib v1.0.1 -> v2.0.0",
        "~ rev rev1 -> rev2",
    ]
    assert (deps.root / "deps.toml").read_text() == MANIFEST.replace("v1.0.0", "v2.0.0").replace("rev1", "rev2")
    assert deps("update", "--patch", "--major", code=2).text == (
        "error: `--patch` and `--major` contradict each other\n\nhint: leave one of them out\n"
    )


@pytest.mark.usefixtures("repos")
def test_dry_run_changes_neither_file(deps: Program) -> None:
    before = files(deps)
    lines = deps("update", "--dry-run", "lib").text.splitlines()
    assert (lines[1], lines[-1]) == ("~ lib v1.0.0 -> v1.1.0", "Dry run, nothing was changed")
    document = deps("update", "--dry-run", "--json", "lib", "--changelog", "C.md").document
    assert document["tags"] == [{"entry": "dependencies.lib", "old": "v1.0.0", "new": "v1.1.0"}]
    assert [(held["tag"], held["take"]) for held in document["held"]] == [
        ("v2.0.0", "`deps update --major lib` takes it"),
        ("v3.0.0rc1", "`deps update --precise lib=v3.0.0rc1` takes it"),
    ]
    assert not document["lock"]["written"]
    assert files(deps) == before
    assert not (deps.root / "C.md").exists()


def test_a_named_tag_is_taken_whatever_it_is(deps: Program, repos: dict[str, Repo]) -> None:
    """Also a pre-release, an older one, one within a range, or one that is no version."""
    repos["odd"].commit({"a": "2"}, tags=["v9rc1"])
    repos["odd"].commit({"a": "3"}, tags=["nightly"])
    steps = [
        ("lib=v2.0.0", "~ lib v1.0.0 -> v2.0.0"),
        ("lib=v1.0.0", "~ lib v2.0.0 -> v1.0.0"),
        ("odd=v9rc1", "~ odd release/2024#x -> v9rc1"),
        ("odd=nightly", "~ odd v9rc1 -> nightly"),
        ("odd=release/2024#x", "~ odd nightly -> release/2024#x"),
        ("logging=v1.3", "~ logging v1.2 -> v1.3"),
        ("logging=v1.2", "~ logging v1.3 -> v1.2"),
    ]
    for precise, change in steps:
        assert deps("update", "--precise", precise).text == (
            f"Resolved 5 packages in TIME\n{change}\nRun `deps install` to place them\n"
        )
    assert (deps.root / "deps.toml").read_text() == MANIFEST
    assert deps("update", "--precise", "lib=v1.0.0").text == "Resolved 5 packages in TIME\n"


@pytest.mark.usefixtures("repos")
@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (
            ["--precise", "logging=v2.0"],
            1,
            (
                "`--precise logging=v2.0`: the tag is not in `<2,>=1.2`\n\n"
                "hint: change `version` in `deps.toml`, or choose another tag\n"
            ),
        ),
        (
            ["--precise", "lib=v1.9"],
            1,
            (
                "`--precise lib=v1.9`: `acme/lib` has no tag `v1.9`\n\n"
                "hint: the nearest tags are `v1.0.0`, `v1.0.1`, `v1.1.0`, `v2.0.0`, `v3.0.0rc1`\n"
            ),
        ),
        (
            ["--precise", "fixtures=v1"],
            2,
            (
                '`--precise fixtures=v1`: its entry asks for a branch\n\nhint: write `tag = "v1"` in place of `branch` '
                "in `deps.toml`\n"
            ),
        ),
        (["--precise", "lib"], 2, "`--precise lib`: is not `NAME=TAG`\n\nhint: such as `--precise http-kit=v2.4.1`\n"),
        (
            ["--precise", "lib=a", "--precise", "lib=b"],
            2,
            "`--precise lib=b`: `lib` has another tag already\n\nhint: give one of them\n",
        ),
        (
            ["lip"],
            2,
            "`lip`: neither `deps.toml` nor `deps.lock` has a package of this name\n\nhint: did you mean `lib`?\n",
        ),
    ],
)
def test_what_cannot_be_is_said(deps: Program, words: list[str], code: int, text: str) -> None:
    before = files(deps)
    assert deps("update", *words, code=code).text == f"error: {text}"
    assert files(deps) == before


def test_a_missing_lock_is_made(deps: Program, repos: dict[str, Repo]) -> None:
    (deps.root / "deps.lock").unlink()
    assert deps("update", "lib").text.splitlines()[:2] == [
        "Resolved 5 packages in TIME",
        f"+ fixtures main@{head(repos['fixtures'])[:12]}",
    ]
    assert deps.lock["acme/lib"]["tag"] == "v1.1.0"


def test_the_changelog_is_markdown_for_a_pull_request(deps: Program, sandbox: Sandbox, repos: dict[str, Repo]) -> None:
    """Old and new, the page that compares them, commits, files, and a licence that changed: two requests a package."""
    deps("update", "--major", "lib", "--changelog", "CHANGES.md")
    web = f"{deps.service['DEPS_WEB_URL']}/acme/lib"
    added, licence = head(repos["lib"], "v1.1.0"), head(repos["lib"], "v2.0.0")
    fixed, old = head(repos["lib"], "v1.0.1"), head(repos["lib"], "v1.0.0")
    assert (deps.root / "CHANGES.md").read_text() == (
        "# Dependency updates\n"
        "\n"
        "| package | old | new | |\n"
        "|---|---|---|---|\n"
        "| lib | `v1.0.0` | `v2.0.0` | licence changed |\n"
        "\n"
        "## lib: `v1.0.0` -> `v2.0.0`\n"
        "\n"
        f"[Compare on Bitbucket]({web}/branches/compare/v2.0.0%0Dv1.0.0)\n"
        "\n"
        "**Licence changed:** `LICENSE`\n"
        "\n"
        "3 commits:\n"
        "\n"
        f"- [`{licence[:12]}`]({web}/commits/{licence}) New licence (Sandbox)\n"
        f"- [`{added[:12]}`]({web}/commits/{added}) Add b (Sandbox)\n"
        f"- [`{fixed[:12]}`]({web}/commits/{fixed}) Fix \\*this\\* \\<b\\> (Sandbox)\n"
        "\n"
        "3 files changed, 3 lines added, 2 removed:\n"
        "\n"
        "- modified `LICENSE` (+1 -1)\n"
        "- modified `a.c` (+1 -1)\n"
        "- added `b.c` (+1 -0)\n"
    )
    asked_for = [path for path in asked(sandbox) if "commits" in path or "diffstat" in path]
    assert asked_for == ["lib/commits", f"lib/diffstat/{licence}..{old}"]


def test_a_moved_tag_is_an_alarm_also_where_it_would_be_left(deps: Program, repos: dict[str, Repo]) -> None:
    """Exit 3 with both commits; the listing shows it although the pin is about to move on."""
    old, new = head(repos["lib"], "v1.0.0"), head(repos["lib"], "v2.0.0")
    repos["lib"].tag("v1.0.0", new)
    before = files(deps)
    for words in (["update"], ["update", "rev"], ["update", "--precise", "lib=v1.1.0"]):
        assert deps(*words, code=3).text == (
            "error: `lib`: the tag `v1.0.0` of `acme/lib` was moved\n"
            f"  locked  {old}\n"
            f"  now     {new}, which descends from the locked one\n"
            "\n"
            "hint: ask the owners why; where what is there now is right, run `deps lock --accept-moved lib`\n"
        )
    assert files(deps) == before
    deps("lock", "--accept-moved", "lib")
    assert deps("update", "lib").text.splitlines()[1] == "~ lib v1.0.0 -> v1.1.0"


@pytest.mark.usefixtures("repos")
def test_it_works_in_ci(deps: Program) -> None:
    assert deps("update", "lib", CI="1").text.splitlines()[1] == "~ lib v1.0.0 -> v1.1.0"


@pytest.mark.usefixtures("repos")
def test_offline_says_what_is_missing(deps: Program, sandbox: Sandbox) -> None:
    before = files(deps)
    assert deps("update", "lib", "--offline", code=1).text == (
        "error: `acme/lib`: the list of tags is not in the cache, and the network may not be used\n"
        "\n"
        "hint: run it once without `--offline`\n"
    )
    assert asked(sandbox) == []
    assert files(deps) == before


def test_a_tag_that_is_gone_may_be_left_and_not_kept(deps: Program, repos: dict[str, Repo]) -> None:
    repos["lib"].remove_tag("v1.0.0")
    before = files(deps)
    assert deps("update", "rev", code=1).text.startswith(
        "error: `lib`: the locked tag `v1.0.0` of `acme/lib` is gone\n\nhint: ask for another tag in `deps.toml`"
    )
    assert files(deps) == before
    assert deps("update", "lib").text.splitlines()[1] == "~ lib v1.0.0 -> v1.1.0"

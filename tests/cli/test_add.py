"""`deps add`: an entry that Renovate reads, a lock and an installed package, or nothing at all."""

from pathlib import Path

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox
from support.trees import git_archive, snapshot

HEAD = '[project]\nname = "shop"\n'
ENTRY = '\n[dependencies.lib]\nworkspace = "acme"\nrepo = "lib"\n'


@pytest.fixture
def lib(sandbox: Sandbox, deps: Program) -> Repo:
    """Give a repository with releases, a pre-release, a branch and an odd tag, and an empty project."""
    repo = sandbox.repository("lib", {"a.txt": "1\n"}, tags=["v1.0"])
    repo.commit({"a.txt": "2\n"}, tags=["v1.10", "v1.2"])
    repo.commit({"a.txt": "3\n"}, tags=["v2.0rc1", "release/2024#1"])
    repo.branch("feature/x", repo.git("rev-parse", "main"))
    deps.manifest(HEAD)
    return repo


def manifest(deps: Program) -> str:
    return (deps.root / "deps.toml").read_text(encoding="utf-8")


def asked(sandbox: Sandbox) -> list[str]:
    paths = [entry.path.partition("?")[0] for entry in sandbox.requests("/2.0/repositories/")]
    return sorted(path.removeprefix("/2.0/repositories/") for path in paths)


def test_the_newest_release_is_added_locked_and_placed(
    deps: Program, sandbox: Sandbox, lib: Repo, tmp_path: Path
) -> None:
    """One listing; the tag itself is known from it."""
    commit = lib.git("rev-parse", "v1.10^{commit}")
    assert deps("add", "acme/lib").text == (
        "Resolved 1 package in TIME\n+ lib v1.10\nInstalled 1 in TIME\n+ lib v1.10\n"
    )
    assert manifest(deps) == f'{HEAD}{ENTRY}tag = "v1.10"\n'
    assert asked(sandbox) == ["acme/lib/refs/tags", f"acme/lib/src/{commit}/deps.toml"]
    assert snapshot(deps.vendor / "lib") == snapshot(git_archive(lib, commit, tmp_path / "git"))
    deps("install", "--locked")
    deps("verify")


@pytest.mark.usefixtures("lib")
@pytest.mark.parametrize(
    ("words", "line", "label"),
    [
        (["acme/lib@v1.0"], 'tag = "v1.0"', "v1.0"),
        (["acme/lib@release/2024#1"], 'tag = "release/2024#1"', "release/2024#1"),
        (["acme/lib@>=1,<2"], 'version = ">=1,<2"', "v1.10"),
        (["acme/lib", "--version", "~=1.0"], 'version = "~=1.0"', "v1.10"),
        (["acme/lib", "--branch", "feature/x"], 'branch = "feature/x"', "feature/x@"),
        # The user typed the password; `deps` writes it nowhere.
        pytest.param(
            ["https://ada:canary-secret@bitbucket.org/acme/lib.git"],
            'tag = "v1.10"',
            "v1.10",
            marks=pytest.mark.writes_secrets(arguments=True),
        ),
        (["git@bitbucket.org:acme/lib.git"], 'tag = "v1.10"', "v1.10"),
        (["https://bitbucket.org/acme/lib/src/v1.0/"], 'tag = "v1.0"', "v1.0"),
        (["https://bitbucket.org/acme/lib/branch/feature/x"], 'branch = "feature/x"', "feature/x@"),
        (["https://bitbucket.org/acme/lib/src/main/a.txt"], 'branch = "main"', "main@"),
    ],
)
def test_what_is_asked_for_becomes_one_line(deps: Program, words: list[str], line: str, label: str) -> None:
    text = deps("add", *words, "--no-install").text
    assert text.startswith(f"Resolved 1 package in TIME\n+ lib {label}")
    assert manifest(deps) == f"{HEAD}{ENTRY}{line}\n"
    assert not deps.vendor.exists()
    assert "canary" not in manifest(deps) + deps.lock_text


def test_a_commit_and_the_address_of_this_service(deps: Program, lib: Repo) -> None:
    commit = lib.git("rev-parse", "v1.0^{commit}")
    web = deps.service["DEPS_WEB_URL"]
    deps("add", f"{web}/acme/lib/commits/{commit}")
    assert manifest(deps) == f'{HEAD}{ENTRY}commit = "{commit}"\n'
    deps("remove", "lib")
    assert deps("add", f"{web}/acme/lib/src/v1.0/docs/x.md", "--no-install").text.endswith(
        "note: the whole repository was added; `docs/x.md` alone would be `--subdir` or `include`\n"
    )


@pytest.mark.usefixtures("lib")
def test_names_groups_and_the_default_workspace(deps: Program) -> None:
    """An entry goes behind the last of its section, and what the file says elsewhere stays."""
    before = '# ours\n[project]\nworkspace = "acme"\n\n[groups.test]\n# tests\n\n# the end\n[overrides]\n'
    deps.manifest(before)
    assert deps("add", "lib@v1.0", "--name", "library", "--group", "test").text.splitlines()[-1] == "+ library v1.0"
    added = '[groups.test.library]\nworkspace = "acme"\nrepo = "lib"\ntag = "v1.0"\n'
    assert manifest(deps) == before.replace("# tests\n\n", f"# tests\n\n{added}\n")
    assert deps.lock["acme/lib"]["groups"] == ["test"]
    assert (deps.vendor / "library" / "a.txt").read_text() == "1\n"


@pytest.mark.usefixtures("lib")
def test_groups_that_were_placed_stay_placed(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("other", {"b.txt": "1\n"}, tags=["v1"])
    deps("add", "acme/lib", "--group", "test")
    assert deps("add", "acme/other").text.splitlines()[2:] == ["Installed 1, kept 1 in TIME", "+ other v1"]
    assert sorted(path.name for path in deps.vendor.iterdir()) == ["lib", "other"]


def test_a_package_of_a_monorepo(deps: Program, sandbox: Sandbox) -> None:
    """Its newest tag is the newest of those that begin with its name."""
    mono = sandbox.repository("mono", {"packages/a/x": "1\n", "packages/b/x": "1\n"}, tags=["a/v1.0", "b/v1.0"])
    mono.commit({"packages/a/x": "2\n"}, tags=["a/v1.1", "b/v2.0"])
    deps.manifest(HEAD)
    deps("add", "acme/mono", "--subdir", "packages/a")
    entry = '[dependencies.a]\nworkspace = "acme"\nrepo = "mono"\ntag = "a/v1.1"\nsubdir = "packages/a"\n'
    assert manifest(deps) == f"{HEAD}\n{entry}"
    assert (deps.vendor / "a" / "x").read_text() == "2\n"
    mono.commit({"packages/a/x": "3\n"}, tags=["a/v1.2", "b/v3.0"])
    assert deps("update").text.splitlines()[1] == "~ a a/v1.1 -> a/v1.2"
    assert deps("add", "acme/mono//packages/b@b/v1.0").text.splitlines()[1] == "+ b b/v1.0"
    assert deps("add", "acme/mono", code=1).text == (
        "error: `acme/mono`: its tags are of several kinds, the newest are `a/v1.2`, `b/v3.0`\n"
        "\n"
        "hint: name one: `deps add acme/mono@a/v1.2`\n"
    )


def test_tags_of_another_form(deps: Program, sandbox: Sandbox) -> None:
    """`rev1`, as in the script that this project grew out of."""
    repo = sandbox.repository("rev", {"a": "1"}, tags=["rev1", "rev9"])
    repo.commit({"a": "2"}, tags=["rev10", "nightly"])
    deps.manifest(HEAD)
    assert deps("add", "acme/rev").text.splitlines()[1] == "+ rev rev10"


def test_tags_with_the_name_of_the_repository_come_before_others(deps: Program, sandbox: Sandbox) -> None:
    """`NAME-v2` of the repository NAME is the package; pre-releases are not proposed where there are releases."""
    repo = sandbox.repository("protos", {"a": "1"}, tags=["docs-v1", "protos-v4.0", "protos-v5.0-rc1"])
    deps.manifest(HEAD)
    assert deps("add", "acme/protos", "--dry-run").text.splitlines()[1] == "+ protos protos-v4.0"
    repo.commit({"a": "2"}, tags=["protos/v4.1"])
    assert deps("add", "acme/protos", code=1).text.startswith(
        "error: `acme/protos`: its tags are of several kinds, the newest are `protos-v4.0`, `protos/v4.1`\n"
    )


def test_an_explanation_names_the_lines_of_the_file_on_disk(deps: Program, sandbox: Sandbox) -> None:
    """A new entry, which would push the rest down, has no line yet."""
    sandbox.repository("lib", {"a": "1"}, tags=["v1.0"]).commit({"a": "2"}, tags=["v2.0"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib.version = ">=2"\n'}, tags=["v1"])
    sandbox.repository("other", {"a": "1"}, tags=["v1"])
    entries = '[dependencies]\nother = { tag = "v1" }\n\n[groups.test]\nlib = { tag = "v1.0" }\n'
    deps.manifest(f'{HEAD}workspace = "acme"\n{entries}')
    text = deps("add", "acme/app", code=1).text
    assert "deps.toml requires acme/app tag v1 and" in text
    assert "deps.toml:8 requires acme/lib tag v1.0" in text


@pytest.mark.usefixtures("lib")
def test_a_dry_run_and_json(deps: Program) -> None:
    assert deps("add", "acme/lib", "--dry-run").text == (
        "Resolved 1 package in TIME\n+ lib v1.10\nDry run, nothing was changed\n"
    )
    assert manifest(deps) == HEAD
    assert not (deps.root / "deps.lock").exists()
    document = deps("add", "acme/lib", "--json").document
    assert document["added"] == {
        "key": "lib",
        "group": None,
        "workspace": "acme",
        "repo": "lib",
        "tag": "v1.10",
    }
    assert document["install"]["changes"] == [{"change": "added", "name": "lib", "old": None, "new": "v1.10"}]


@pytest.mark.usefixtures("lib")
@pytest.mark.parametrize(
    ("words", "code", "message", "hint"),
    [
        (
            ["acme/libb"],
            4,
            "`acme/libb`: there is no such repository, or it is private; no credential was sent",
            (
                "did you mean `acme/lib`? Else check the spelling; if it is private, run `deps auth login` or set "
                "`BITBUCKET_ACCESS_TOKEN__ACME`"
            ),
        ),
        (
            ["acme/lib@v1.3"],
            1,
            "`acme/lib` has no tag `v1.3`",
            "the nearest tags are `v1.0`, `v1.2`, `v1.10`, `v2.0rc1`, `release/2024#1`",
        ),
        (
            ["acme/lib@feature/x"],
            1,
            "`acme/lib` has no tag `feature/x`",
            "there is a branch of this name: `deps add acme/lib --branch feature/x`",
        ),
        (["acme/lib", "--branch", "mian"], 1, "`acme/lib` has no branch `mian`", "the nearest branches are "),
        (
            ["acme/lib", "--commit", "abc"],
            1,
            "`acme/lib` has no commit `abc`",
            "give all 40 digits of a commit that is in the repository",
        ),
        (["acme/lib@^1.2"], 2, "`@^1.2`: expected a version specifier (PEP 440), found `^1.2`", "write `>=1.2,<2`"),
        (
            ["acme/lib", "--version", "~1.2"],
            2,
            "`--version`: expected a version specifier (PEP 440), found `~1.2`",
            "write `>=1.2,<1.3`",
        ),
        (
            ["acme/lib@v1.0", "--branch", "main"],
            2,
            "`--branch` and `v1.0`: an entry asks for one of tag, version, branch, commit",
            "give one of them",
        ),
        (["lib"], 2, "`lib`: names no workspace", "write `WORKSPACE/lib`"),
        (
            ["https://github.com/acme/lib"],
            2,
            "`github.com`: is not the address of Bitbucket Cloud",
            "write `WORKSPACE/REPO`, `WORKSPACE/REPO@TAG`, or paste an address of Bitbucket",
        ),
        (
            ["acme/lib", "--name", "CON"],
            2,
            "`CON`: cannot be the name of an entry: it is reserved on Windows",
            "choose one with `--name NAME`",
        ),
        (
            ["acme/lib@>=3"],
            1,
            "Because deps.toml requires acme/lib version >=3 (no tag fits), no versions fit together.",
            "nothing was changed",
        ),
    ],
)
def test_what_cannot_be_added_changes_nothing(
    deps: Program, words: list[str], code: int, message: str, hint: str
) -> None:
    text = deps("add", *words, code=code).text
    assert text.startswith(f"error: {message}")
    assert f"\n\nhint: {hint}" in text
    assert manifest(deps) == HEAD
    assert sorted(path.name for path in deps.root.iterdir()) == ["deps.toml"]


@pytest.mark.usefixtures("lib")
def test_an_entry_that_is_there_already(deps: Program, sandbox: Sandbox) -> None:
    deps("add", "acme/lib", "--no-install")
    before = manifest(deps), deps.lock_text
    sandbox.clear_requests()
    assert deps("add", "acme/lib@v1.0", code=2).text == (
        "error: `acme/lib`: is `dependencies.lib` in `deps.toml` already (line 4)\n"
        "\n"
        "hint: `deps update lib` takes a newer tag; `deps remove lib` takes it out\n"
    )
    assert deps("add", "acme/other", "--name", "LIB", code=2).text == (
        "error: `LIB`: is the name of `dependencies.lib` (`acme/lib`) in `deps.toml` already\n"
        "\n"
        "hint: choose another with `--name NAME`\n"
    )
    assert sandbox.requests() == []
    assert (manifest(deps), deps.lock_text) == before


@pytest.mark.usefixtures("lib")
def test_a_conflict_with_what_is_there_changes_nothing(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib.version = ">=2"\n'}, tags=["v1"])
    deps("add", "acme/lib@v1.0", "--no-install")
    before = manifest(deps), deps.lock_text
    assert "requires acme/lib version >=2" in deps("add", "acme/app", code=1).text
    assert (manifest(deps), deps.lock_text) == before


def test_a_repository_without_releases(deps: Program, sandbox: Sandbox) -> None:
    """A branch or a tag is proposed; nothing is chosen in silence."""
    sandbox.repository("bare", {"a": "1"})
    sandbox.repository("early", {"a": "1"}, tags=["v1.0rc1", "nightly"])
    deps.manifest(HEAD)
    assert deps("add", "acme/bare", code=1).text == (
        "error: `acme/bare`: has no tags\n\nhint: take a branch: `deps add acme/bare --branch main`\n"
    )
    assert deps("add", "acme/early", code=1).text == (
        "error: `acme/early`: none of its tags is a release: `nightly`, `v1.0rc1`\n"
        "\n"
        "hint: name one: `deps add acme/early@nightly`\n"
    )

"""`deps install`: the vendor directory is what git says, for the fewest requests, or stays as it was."""

from pathlib import Path

import pytest

from support.program import Program
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox
from support.trees import git_archive, snapshot

FILES: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\necho hi\n"),
    "src/a.c": b"int a;\r\n",
    "src/latest": Link("a.c"),
    "dangling": Link("not/here"),
    "grün/ö.txt": "ä\n",
    "empty": "",
}
HEAD = '[project]\nworkspace = "acme"\n\n[dependencies]\n'
THREE = HEAD + 'one = { tag = "v1" }\ntwo = { tag = "v1" }\nthree = { branch = "main" }\n'


@pytest.fixture
def repos(sandbox: Sandbox, deps: Program) -> dict[str, Repo]:
    """Give three repositories and a manifest that names them."""
    deps.manifest(THREE)
    names = ("one", "two", "three")
    return {name: sandbox.repository(name, {**FILES, "name.txt": f"{name}\n"}, tags=["v1"]) for name in names}


def asked(sandbox: Sandbox) -> list[str]:
    """Give what the service was asked for, without queries."""
    return sorted(entry.path.partition("?")[0] for entry in sandbox.requests())


def expect_vendor(deps: Program, repos: dict[str, Repo], scratch: Path) -> None:
    for name, repo in repos.items():
        expected = snapshot(git_archive(repo, deps.lock[repo.full_name]["commit"], scratch / name))
        assert snapshot(deps.vendor / name) == expected


def test_a_project_with_nothing_but_a_manifest_is_locked_and_installed(
    deps: Program, repos: dict[str, Repo], tmp_path: Path
) -> None:
    ran = deps("install")
    assert ran.text == (
        "Resolved 3 packages in TIME\n"
        "Installed 3 in TIME\n"
        "+ one v1\n"
        f"+ three main@{repos['three'].git('rev-parse', 'main')[:12]}\n"
        "+ two v1\n"
    )
    assert ran.stdout == ""
    expect_vendor(deps, repos, tmp_path / "git")


@pytest.mark.usefixtures("repos")
def test_a_locked_install_asks_for_the_archives_alone(deps: Program, sandbox: Sandbox) -> None:
    deps("lock")
    commits = {name: entry["commit"] for name, entry in deps.lock.items()}
    deps("cache", "clean")
    sandbox.clear_requests()
    assert deps("install", "--locked").text.splitlines()[0] == "Installed 3 in TIME"
    assert asked(sandbox) == sorted(f"/{name}/get/{commit}.tar.gz" for name, commit in commits.items())


@pytest.mark.usefixtures("repos")
def test_a_second_install_asks_for_nothing(deps: Program, sandbox: Sandbox) -> None:
    deps("install")
    sandbox.clear_requests()
    for words in (["install"], ["install", "--locked"], ["install", "-v"], ["install", "--offline"]):
        assert deps(*words).text == "Kept 3 in TIME\n"
    assert asked(sandbox) == []


@pytest.mark.usefixtures("repos")
def test_offline_works_from_the_cache_and_names_what_is_missing(deps: Program, sandbox: Sandbox) -> None:
    deps("lock")
    sandbox.clear_requests()
    assert deps("install", "--offline").text.splitlines()[0] == "Installed 3 in TIME"
    assert asked(sandbox) == []
    commit = deps.lock["acme/one"]["commit"]
    deps("cache", "clean")
    __import__("shutil").rmtree(deps.vendor)
    assert deps("install", "--offline", code=1).text == (
        f"error: `one`: the archive of `acme/one` at {commit[:12]} is not in the cache\n"
        "\n"
        "hint: run the command once without `--offline`\n"
    )
    assert not deps.vendor.exists()


@pytest.mark.usefixtures("repos")
def test_in_ci_a_stale_or_missing_lock_stops(deps: Program, sandbox: Sandbox) -> None:
    hint = "\nhint: run `deps lock` and commit `deps.lock`\n"
    assert deps("install", code=1, CI="true").text == f"error: `deps.lock` is missing\n{hint}"
    deps("lock")
    deps.manifest(THREE.replace('one = { tag = "v1" }', 'one = { tag = "v2" }').replace("two = ", "four = "))
    sandbox.clear_requests()
    for words, ci in ((["install"], "1"), (["install", "--locked"], "")):
        assert deps(*words, code=1, CI=ci).text == (
            "error: `deps.lock` does not match `deps.toml`:\n"
            "  four: added\n"
            "  one: tag v1 -> v2\n"
            "  two: removed\n" + hint
        )
    assert asked(sandbox) == []
    assert not deps.vendor.exists()
    deps.manifest(THREE)
    for value in ("0", "false", ""):
        deps("install", CI=value)


@pytest.mark.usefixtures("repos")
def test_comments_order_and_spelling_make_no_lock_stale(deps: Program, sandbox: Sandbox) -> None:
    deps.manifest(HEAD + 'one = { version = ">=1,<2" }\ntwo = { tag = "v1" }\n')
    deps("lock")
    sandbox.clear_requests()
    deps.manifest(
        '[dependencies.two]\nworkspace = "ACME" # a comment\nrepo = "Two"\ntag = "v1"\n\n'
        '[dependencies.one]\nworkspace = "acme"\nversion = " < 2 , >= 1"\n'
    )
    assert deps("install", "--locked").text.splitlines()[0] == "Installed 2 in TIME"
    assert deps("lock", "--check", "--offline").text == "deps.lock matches deps.toml\n"


def test_names_place_these_and_leave_everything_else_alone(deps: Program, repos: dict[str, Repo]) -> None:
    deps("install")
    deps.manifest(THREE.replace('{ branch = "main" }', '{ tag = "v1" }').replace('two = { tag = "v1" }\n', ""))
    repos["one"].commit({"x": "y\n"}, tags=["v2"])
    deps.manifest(THREE.replace('one = { tag = "v1" }', 'one = { tag = "v2" }').replace('two = { tag = "v1" }\n', ""))
    assert deps("install", "one").text.splitlines()[1:] == ["Updated 1 in TIME", "~ one v1 -> v2"]
    assert (deps.vendor / "two" / "name.txt").exists()
    assert deps("install", "nope", code=2).text.startswith("error: `nope`")


@pytest.mark.usefixtures("repos")
def test_a_dropped_dependency_is_removed(deps: Program) -> None:
    deps("install")
    deps.manifest(THREE.replace('two = { tag = "v1" }\n', ""))
    assert deps("install").text == "Resolved 2 packages in TIME\nRemoved 1, kept 2 in TIME\n- two\n"
    assert sorted(path.name for path in deps.vendor.iterdir()) == ["one", "three"]


@pytest.mark.usefixtures("repos")
def test_dry_run_writes_nothing(deps: Program) -> None:
    before = sorted(deps.root.iterdir())
    assert deps("install", "--dry-run").text.splitlines()[:3] == [
        "Resolved 3 packages in TIME",
        "Dry run, nothing was changed: Installed 3 in TIME",
        "+ one v1",
    ]
    assert sorted(deps.root.iterdir()) == before


@pytest.mark.usefixtures("repos")
def test_groups_are_placed_when_asked_for(deps: Program) -> None:
    deps.manifest(
        HEAD + 'one = { tag = "v1" }\n[groups.test]\ntwo = { tag = "v1" }\n[groups.docs]\nthree = { tag = "v1" }\n'
    )
    assert deps("install").text.splitlines()[1:] == ["Installed 1 in TIME", "+ one v1"]
    assert deps.lock["acme/two"]["groups"] == ["test"]
    assert deps("install", "--group", "test").text.splitlines() == ["Installed 1, kept 1 in TIME", "+ two v1"]
    assert deps("verify").text.startswith("Verified 2 packages")
    assert deps("install", "--all-groups").text.splitlines() == ["Installed 1, kept 2 in TIME", "+ three v1"]
    assert deps("install").text.splitlines() == ["Removed 2, kept 1 in TIME", "- three", "- two"]
    assert deps("install", "--group", "tests", code=2).text == (
        "error: `--group tests`: `deps.toml` has no such group\n\nhint: the groups are `docs`, `test`\n"
    )


@pytest.mark.usefixtures("repos")
def test_a_transitive_dependency_is_locked_and_placed(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository(
        "app", {"deps.toml": '[dependencies]\none = { version = ">=1" }\ntwo = { tag = "v1" }\n'}, tags=["v1"]
    )
    deps.manifest(HEAD + 'app = { tag = "v1" }\n')
    assert deps("install").text.splitlines()[1:] == ["Installed 3 in TIME", "+ app v1", "+ one v1", "+ two v1"]
    assert deps.lock["acme/app"]["requires"] == ["acme/one", "acme/two"]
    assert deps.lock["acme/one"]["requested"] == ["acme/app: version >=1"]
    deps.manifest(HEAD + 'app = { tag = "v1", transitive = false }\n')
    assert deps("install").text.splitlines()[1:] == ["Removed 2, kept 1 in TIME", "- one", "- two"]


def test_a_branch_switch_back_and_forth(
    deps: Program, sandbox: Sandbox, repos: dict[str, Repo], tmp_path: Path
) -> None:
    """Right tree each time, no alarm, no download the second time."""
    repos["one"].commit({"only-in-v2.txt": "2\n", "src/a.c": None}, tags=["v2"])
    manifests = [
        THREE,
        THREE.replace('one = { tag = "v1" }', 'one = { tag = "v2" }').replace('two = { tag = "v1" }\n', ""),
    ]
    locks = []
    for text in manifests:
        deps.manifest(text)
        deps("install")
        locks.append(deps.lock_text)
    sandbox.clear_requests()
    for number, (text, lock) in enumerate(zip(manifests * 2, locks * 2, strict=True)):
        deps.manifest(text)
        (deps.root / "deps.lock").write_text(lock, encoding="utf-8")
        deps("install", "--locked")
        wanted = {name: repo for name, repo in repos.items() if repo.full_name in deps.lock}
        expect_vendor(deps, wanted, tmp_path / f"switch{number}")
        assert sorted(path.name for path in deps.vendor.iterdir()) == sorted(wanted)
    assert asked(sandbox) == []


@pytest.mark.usefixtures("repos")
@pytest.mark.parametrize("over", ["nothing", "an older tree"])
class TestFaults:
    """Each on the first install and over an existing vendor directory."""

    def prepare(self, deps: Program, sandbox: Sandbox, over: str) -> dict[str, tuple[str, str]]:
        """Have `one` at v2 in the lock, an empty cache and, if wanted, v1 in place."""
        if over != "nothing":
            deps("install")
        one = Repo(workspace="acme", slug="one", path=sandbox.root / "acme" / "one.git")
        one.commit({"new.txt": "new\n"}, base=one.git("rev-parse", "v1"), branch="next", tags=["v2"])
        deps.manifest(THREE.replace('one = { tag = "v1" }', 'one = { tag = "v2" }'))
        deps("lock")
        deps("cache", "clean")
        sandbox.clear_requests()
        return self.vendor(deps)

    @staticmethod
    def vendor(deps: Program) -> dict[str, tuple[str, str]]:
        return snapshot(deps.vendor) if deps.vendor.exists() else {}

    def test_other_content_is_an_alarm(self, deps: Program, sandbox: Sandbox, over: str) -> None:
        before = self.prepare(deps, sandbox, over)
        sandbox.fault("tampered-archive", path="/acme/one/get/*", how="content", times=None)
        entry = deps.lock["acme/one"]
        lines = deps("install", code=3).text.splitlines()
        assert lines[:2] == [
            (
                f"error: `one`: the archive of `acme/one` at {entry['commit'][:12]} holds something else than "
                "`deps.lock` names"
            ),
            f"  locked  {entry['content']}",
        ]
        assert lines[2].startswith("  got     d1:")
        assert lines[3:] == [
            "",
            "hint: the vendor directory is as it was; find out who changed the repository or the lock before you go on",
        ]
        assert self.vendor(deps) == before
        sandbox.clear_faults()
        deps("install")
        assert deps("verify").text.startswith("Verified 3 packages")

    def test_the_same_content_compressed_anew_is_a_note(self, deps: Program, sandbox: Sandbox, over: str) -> None:
        self.prepare(deps, sandbox, over)
        sandbox.fault("tampered-archive", path="/acme/one/get/*", how="recompressed", times=None)
        text = deps("install").text
        assert text.splitlines()[-1] == (
            "note: `one`: the service compressed the archive anew; its content is what `deps.lock` names"
        )
        assert (deps.vendor / "one" / "new.txt").read_text() == "new\n"
        lock = deps.lock_text
        deps("cache", "clean")
        deps("lock")
        assert deps.lock_text == lock

    @pytest.mark.parametrize(("how", "what"), [("html", "a web page"), ("empty", "an empty answer")])
    def test_a_login_page_is_no_archive(self, deps: Program, sandbox: Sandbox, over: str, how: str, what: str) -> None:
        before = self.prepare(deps, sandbox, over)
        sandbox.fault("tampered-archive", path="/acme/one/get/*", how=how, times=None)
        assert deps("install", code=4).text == (
            f"error: `acme/one`: the archive was not given, and no credential was sent: got {what}\n"
            "\n"
            "hint: if the repository is private, run `deps auth login` or set `BITBUCKET_ACCESS_TOKEN__ACME`\n"
        )
        assert self.vendor(deps) == before

    def test_a_cut_body_is_retried(self, deps: Program, sandbox: Sandbox, over: str) -> None:
        self.prepare(deps, sandbox, over)
        sandbox.fault("cut", path="/acme/one/get/*", times=2)
        deps("install")
        assert len([path for path in asked(sandbox) if path.startswith("/acme/one/get/")]) == 3
        assert deps("verify").text.startswith("Verified 3 packages")

    def test_a_damaged_archive_is_refused(self, deps: Program, sandbox: Sandbox, over: str) -> None:
        before = self.prepare(deps, sandbox, over)
        sandbox.fault("tampered-archive", path="/acme/one/get/*", how="crc", times=None)
        commit = deps.lock["acme/one"]["commit"]
        assert deps("install", code=3).text.startswith(f"error: `one`: the archive of `acme/one` at {commit[:12]}: ")
        assert self.vendor(deps) == before

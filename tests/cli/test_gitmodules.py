"""`deps import gitmodules`: a real repository with real submodules becomes a manifest."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from support.canaries import MARK
from support.program import Program
from support.repos import Repo, Submodule
from support.sandbox import Sandbox


def git(root: Path, *words: str) -> str:
    """Run git in a work tree, without the user's configuration."""
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always")
    environment = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    done = subprocess.run(["git", *who, *words], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def project(deps: Program, sandbox: Sandbox) -> Program:
    """Give a git repository whose `origin` is on the local Bitbucket."""
    git(deps.root, "init", "-q", "-b", "main")
    git(deps.root, "remote", "add", "origin", f"{sandbox.web_url}/acme/storefront.git")
    return deps


def add_submodule(root: Path, repo: Repo, url: str, path: str, commit: str, *more: str) -> None:
    """Add a submodule that is cloned from its address and stands at a commit."""
    git(root, "submodule", "add", "-q", *more, "--name", path, str(repo.path), path)
    git(root / path, "checkout", "-q", commit)
    git(root, "config", "-f", ".gitmodules", f"submodule.{path}.url", url)
    git(root, "add", ".gitmodules", path)


def kit(sandbox: Sandbox) -> tuple[Repo, str, str]:
    """Give a repository with a tagged commit, and one without a tag."""
    repo = sandbox.repository("http-kit", {"a.c": "int a;\n"}, tags=["v1.0.0", "v1.0", "latest"])
    return repo, repo.git("rev-parse", "v1.0"), repo.commit({"a.c": "int b;\n"})


def test_pinned_commits_become_their_tags(project: Program, sandbox: Sandbox) -> None:
    """The commit of a tag becomes the tag, another one stays a commit; files are where they were."""
    repo, tagged, untagged = kit(sandbox)
    other = sandbox.repository("json-lite", {"a.py": "\n"})
    other.commit({"b.py": "\n"}, tags=["v9"])
    plain = other.git("rev-parse", "main~1")
    add_submodule(project.root, repo, f"{sandbox.web_url}/acme/http-kit.git", "libs/http", tagged)
    add_submodule(project.root, other, "../json-lite.git", "vendor/json-lite", plain)
    ran = project("import", "gitmodules")
    assert ran.text == (
        "Imported 2 of 2 submodules\n"
        "+ http-kit v1.0\n"
        f"+ json-lite {plain[:12]}\n"
        "note: next: `git rm --cached libs/http vendor/json-lite`, then remove them and `.gitmodules`, "
        "then `deps install`\n"
    )
    assert tomllib.loads((project.root / "deps.toml").read_text()) == {
        "project": {"name": "storefront"},
        "dependencies": {
            "http-kit": {"workspace": "acme", "repo": "http-kit", "tag": "v1.0", "into": "libs/http"},
            "json-lite": {"workspace": "acme", "repo": "json-lite", "commit": plain},
        },
    }
    assert untagged != tagged
    before = (project.root / "libs/http/a.c").read_bytes()
    git(project.root, "rm", "-q", "--cached", "libs/http", "vendor/json-lite")
    for path in ("libs/http", "vendor/json-lite"):
        subprocess.run(["rm", "-r", path], cwd=project.root, check=True)
    project("install")
    assert (project.root / "libs/http/a.c").read_bytes() == before
    assert (project.root / "vendor/json-lite/a.py").read_text() == "\n"
    assert not (project.root / "vendor/json-lite/b.py").exists()


@pytest.mark.writes_secrets("storefront/.gitmodules", arguments=True)
def test_what_is_not_carried_over_is_listed(project: Program, sandbox: Sandbox) -> None:
    repo, tagged, _ = kit(sandbox)
    deep = sandbox.repository(
        "engine",
        {"a.c": "\n", "deep/er": Submodule(tagged), ".gitmodules": '[submodule "d"]\n\tpath = deep/er\n\turl = ../d\n'},
        tags=["v2"],
    )
    web, secret = sandbox.web_url, MARK
    add_submodule(project.root, repo, f"https://ada:{secret}@git.example.com/x/y.git", "a", tagged)
    add_submodule(project.root, repo, f"{web}/acme/http-kit.git", "b", tagged, "-b", "main")
    add_submodule(project.root, repo, f"{web}/acme/http-kit.git", "c", tagged)
    git(project.root, "config", "-f", ".gitmodules", "submodule.b.update", "rebase")
    add_submodule(project.root, deep, f"{web}/acme/engine.git", "d", deep.git("rev-parse", "v2"))
    git(project.root, "config", "-f", ".gitmodules", "submodule.e.path", "e")
    git(project.root, "config", "-f", ".gitmodules", "submodule.e.url", "../e")
    git(project.root, "update-index", "--add", "--cacheinfo", f"160000,{tagged},f")
    lost = sandbox.repository("lost", {"x": "\n"})
    add_submodule(project.root, repo, f"{web}/acme/lost.git", "g", tagged)
    follow = 'write `branch = "main"` in place of its tag to follow it'
    text = project("import", "gitmodules").text
    assert text.splitlines() == [
        "Imported 2 of 7 submodules",
        "+ http-kit v1.0",
        "+ engine v2",
        "warning: `a`: not carried over: `git.example.com`: is not the address of Bitbucket Cloud",
        "warning: `e`: not carried over: no commit of it is recorded",
        "warning: `f`: not carried over: `.gitmodules` does not name it",
        "warning: `c`: not carried over: another submodule is of this repository, and of each there is one version",
        f"warning: `g`: not carried over: `{lost.full_name}` has no commit {tagged[:12]}",
        f"note: `http-kit`: the submodule follows the branch `main`; {follow}",
        "note: `http-kit`: the setting `update` has no counterpart",
        "note: `engine`: its own submodule `deep/er` is left out; it can be an entry of its own",
        "note: next: `git rm --cached b d`, then remove them and `.gitmodules`, then `deps install`",
    ]
    entry = tomllib.loads((project.root / "deps.toml").read_text())["dependencies"]["engine"]
    assert entry == {"workspace": "acme", "repo": "engine", "tag": "v2", "into": "d", "exclude": ["deep/er"]}
    project("lock")


def test_a_place_that_cannot_be_is_no_reason_to_stop(project: Program, sandbox: Sandbox) -> None:
    """It is listed; what a stranger named reaches neither the terminal nor a shell as a command."""
    paths = ["vendor", "aux", "x\x1b[31mred", "my lib/$(id);x"]
    for number, path in enumerate(paths):
        repo = sandbox.repository(f"lib{number}", {"a": "\n"}, tags=["v1"])
        add_submodule(project.root, repo, f"git@bitbucket.org:acme/lib{number}.git", path, repo.git("rev-parse", "v1"))
    nested = sandbox.repository("nested", {"a": "\n", ".gitmodules": '[submodule "d"]\n\tpath = ../d\n'}, tags=["v1"])
    add_submodule(project.root, nested, "../nested.git", "nested", nested.git("rev-parse", "v1"))
    assert project("import", "gitmodules").text.splitlines() == [
        "Imported 1 of 5 submodules",
        "+ lib3 v1",
        "warning: `aux`: not carried over: its path holds `aux`, which Windows cannot store",
        (
            "warning: `nested`: not carried over: its entry would be refused: "
            "deps.toml:18:5: dependencies.nested.exclude[0]: must not hold an empty part, `.` or `..`"
        ),
        "warning: `vendor`: not carried over: it would replace the vendor directory `vendor`",
        "warning: `x\\x1b[31mred`: not carried over: its path holds a control character",
        "note: next: `git rm --cached 'my lib/$(id);x'`, then remove them and `.gitmodules`, then `deps install`",
    ]


def test_entries_that_exist_are_kept(project: Program, sandbox: Sandbox) -> None:
    """Neither an entry for the repository nor one at the place is touched, and a name that is taken is not reused."""
    repo, tagged, _ = kit(sandbox)
    other = sandbox.repository("json-lite", {"a.py": "\n"}, tags=["v1"])
    third = sandbox.repository("logging", {"a.py": "\n"}, tags=["v1"])
    add_submodule(project.root, repo, "../http-kit.git", "x", tagged)
    add_submodule(project.root, other, "../json-lite.git", "lib/json", other.git("rev-parse", "v1"))
    add_submodule(project.root, third, "../logging.git", "log", third.git("rev-parse", "v1"))
    manifest = (
        '# ours\n[dependencies.http-kit]\nworkspace = "acme"\nrepo = "http-kit"\ntag = "latest"\n\n'
        '[dependencies.Logging]\nworkspace = "acme"\nrepo = "x"\nbranch = "main"\ninto = "lib"\n'
    )
    project.manifest(manifest)
    assert project("import", "gitmodules").text.splitlines()[:4] == [
        "Imported 1 of 3 submodules",
        "+ log v1",
        "warning: `lib/json`: not carried over: `lib/json` is where the entry `Logging` of `deps.toml` is placed",
        "warning: `x`: not carried over: `deps.toml` has the entry `http-kit` for `acme/http-kit` already",
    ]
    assert (project.root / "deps.toml").read_text() == (
        f'{manifest}\n[dependencies.log]\nworkspace = "acme"\nrepo = "logging"\ntag = "v1"\ninto = "log"\n'
    )


def test_a_dry_run_writes_nothing(project: Program, sandbox: Sandbox) -> None:
    repo, tagged, _ = kit(sandbox)
    add_submodule(project.root, repo, "../http-kit.git", "x", tagged)
    before = sorted(path.name for path in project.root.iterdir())
    assert project("import", "gitmodules", "--dry-run").text == "Would import 1 of 1 submodule\n+ http-kit v1.0\n"
    entry = {"name": "http-kit", "path": "x", "workspace": "acme", "repo": "http-kit", "tag": "v1.0", "exclude": []}
    document = {"imported": [entry], "left": [], "notes": []}
    assert project("import", "gitmodules", "--dry-run", "--json").document == document
    assert sorted(path.name for path in project.root.iterdir()) == before


def test_a_project_below_the_top_gets_what_lies_in_it(project: Program, sandbox: Sandbox) -> None:
    repo, tagged, _ = kit(sandbox)
    other = sandbox.repository("json-lite", {"a.py": "\n"}, tags=["v1"])
    add_submodule(project.root, repo, "../http-kit.git", "app/third_party/http", tagged)
    add_submodule(project.root, other, "../json-lite.git", "json", other.git("rev-parse", "v1"))
    (project.root / "app" / "deps.toml").write_text("[project]\n")
    text = project("import", "gitmodules", cwd=project.root / "app").text
    assert "warning: `json`: not carried over: it lies outside the project\n" in text
    assert tomllib.loads((project.root / "app" / "deps.toml").read_text())["dependencies"] == {
        "http-kit": {"workspace": "acme", "repo": "http-kit", "tag": "v1.0", "into": "third_party/http"}
    }


@pytest.mark.parametrize("where", ["", "app"])
@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_what_is_no_file_is_refused_before_anything_is_asked(
    project: Program, sandbox: Sandbox, words: tuple[str, ...], where: str
) -> None:
    """A directory or a link to nothing of the manifest's name, at the top and where one stands below it."""
    repo, tagged, _ = kit(sandbox)
    add_submodule(project.root, repo, "../http-kit.git", "x", tagged)
    (project.root / "app").mkdir()
    manifest = project.root / where / "deps.toml"
    manifest.mkdir()
    sandbox.clear_requests()
    assert project("import", "gitmodules", *words, code=2, cwd=project.root / where).text == (
        f"error: `deps.toml`: is a directory, not a file\n\nhint: move `{manifest}` away, then run the command again\n"
    )
    manifest.rmdir()
    manifest.symlink_to("gone/deps.toml")
    assert project("import", "gitmodules", *words, code=2, cwd=project.root / "app").text == (
        "error: `deps.toml`: is a link to `gone/deps.toml`, which is not there\n\n"
        f"hint: make it, or remove the link `{manifest}`, then run the command again\n"
    )
    assert sandbox.requests() == []
    assert manifest.is_symlink()


def test_a_manifest_above_the_repository_is_another_project(project: Program, sandbox: Sandbox) -> None:
    """What lies above the top of the git repository is not changed, whatever is there."""
    repo, tagged, _ = kit(sandbox)
    add_submodule(project.root, repo, "../http-kit.git", "x", tagged)
    above = project.root.parent / "deps.toml"
    above.write_text("[project]\n")
    project("import", "gitmodules")
    assert above.read_text() == "[project]\n"
    assert tomllib.loads((project.root / "deps.toml").read_text())["dependencies"]["http-kit"]["into"] == "x"
    (project.root / "deps.toml").unlink()
    above.unlink()
    above.mkdir()
    project("import", "gitmodules")


def test_a_repository_that_may_not_be_read_stops_the_import(project: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("secret", {"a": "\n"}, private=True)
    add_submodule(project.root, repo, "../secret.git", "x", repo.git("rev-parse", "main"))
    text = project("import", "gitmodules", code=4).text
    assert text.startswith("error: `acme/secret`: there is no such repository, or it is private;")
    assert not (project.root / "deps.toml").exists()


def test_what_is_no_repository_or_has_no_submodules_is_an_error(deps: Program, project: Program) -> None:
    hint = "hint: name the one with the submodules: `-C DIRECTORY`\n"
    assert project("import", "gitmodules", code=1).text == (
        f"error: `{project.root}`: the repository has no submodules\n\n{hint}"
    )
    assert deps("-C", str(deps.home), "import", "gitmodules", code=2).text == (
        f"error: `{deps.home}`: is in no git repository\n\n{hint}"
    )


def test_no_program_that_the_repository_names_is_run(project: Program, sandbox: Sandbox) -> None:
    """The configuration of a stranger's clone may name hooks; reading its submodules runs none."""
    repo, tagged, _ = kit(sandbox)
    add_submodule(project.root, repo, "../http-kit.git", "x", tagged)
    hook = project.root / ".git" / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {project.home}/ran\n")
    hook.chmod(0o755)
    git(project.root, "config", "core.fsmonitor", str(hook))
    project("import", "gitmodules")
    assert not (project.home / "ran").exists()

"""`deps doctor`: each line is red where something is wrong, and what it advises turns it green."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.excerpts import without_excerpt
from support.logins import piped
from support.program import Program
from support.sandbox import Sandbox

NAMES = ["git", "manifest", "lock", "proof", "cache", "proxy", "service", "clock", "credentials", "archives", "budget"]
SIGN_IN = "run `deps auth login`, or set `BITBUCKET_ACCESS_TOKEN`; `deps auth status` shows what each credential may do"


def line(deps: Program, name: str, *, code: int = 0, **variables: str) -> tuple[str, str, str | None]:
    """Give state, finding and advice of one line."""
    document = deps("doctor", "--json", code=code, cwd=None, **variables).document
    assert document["well"] == (code == 0)
    [found] = [check for check in document["checks"] if check["name"] == name]
    return found["state"], found["found"], found["advice"]


@pytest.fixture
def shop(deps: Program, sandbox: Sandbox) -> Program:
    """A project of one private package; nobody is signed in."""
    sandbox.repository("kit", {"a": "a\n"}, tags=["v1"], private=True)
    deps.manifest('[dependencies]\nkit = { workspace = "acme", tag = "v1" }\n')
    return deps


def sign_in(deps: Program, sandbox: Sandbox) -> None:
    """Do what `deps auth login` is for."""
    done = piped(deps, sandbox.access_token(), "auth", "login", "--with-token")
    assert done.returncode == 0, done.stderr


def test_a_project_in_which_nothing_is_wrong(shop: Program, sandbox: Sandbox) -> None:
    """A line for each thing, in a fixed order; the exit code is 0 and nothing is advised."""
    sign_in(shop, sandbox)
    shop("lock")
    before = shop.lock_text
    ran = shop("doctor")
    text = re.sub(r"git \d[\w.-]*", "git VERSION", re.sub(r"127\.0\.0\.1:\d+", "SERVICE", ran.stdout))
    assert text.splitlines() == [
        "ok       git          git VERSION",
        f"ok       manifest     `{shop.root}/deps.toml`: 1 requirement",
        "ok       lock         1 package, as the manifest wants",
        "ok       proof        1 archive proved to be what the commits say",
        f"ok       cache        `{shop.cache}`: 1 archive, 0.0 MiB, all whole",
        "ok       proxy        none is used",
        "ok       service      `SERVICE` answered",
        "ok       clock        within 120 seconds of the service's",
        "ok       credentials  the access token of `deps auth login`",
        "ok       archives     given for the access token of `deps auth login`",
        "ok       budget       not used up; the service does not say how much is left",
    ]
    assert ran.stderr == "Checked 11 things, nothing to do\n"
    document = shop("doctor", "--json").document
    assert document["well"] is True
    assert [check["name"] for check in document["checks"]] == NAMES
    assert {check["advice"] for check in document["checks"]} == {None}
    assert shop.lock_text == before


def test_outside_of_a_project(deps: Program) -> None:
    assert line(deps, "manifest") == (
        "skipped", "there is no project here", "run `deps init` to make one, or name the project with `-C DIR`"
    )  # fmt: skip
    deps("init")
    assert line(deps, "manifest", code=1)[0] == "ok"
    assert line(deps, "credentials", code=1)[:2] == ("ok", "none, and nothing here needs one")


def test_a_private_repository_and_no_credential(shop: Program, sandbox: Sandbox) -> None:
    assert line(shop, "credentials", code=1) == (
        "wrong", "`acme/kit`: there is no such repository, or it is private; no credential was sent", SIGN_IN
    )  # fmt: skip
    sign_in(shop, sandbox)
    assert line(shop, "credentials", code=1) == ("ok", "the access token of `deps auth login`", None)


def test_a_credential_that_is_not_accepted(shop: Program, sandbox: Sandbox) -> None:
    wrong = {"BITBUCKET_EMAIL": "a@b.example", "BITBUCKET_API_TOKEN": "wrong"}
    state, found, advice = line(shop, "credentials", code=1, **wrong)
    assert (state, advice) == ("wrong", SIGN_IN)
    assert found.startswith("`acme/kit`: the service does not accept the API token of `BITBUCKET_API_TOKEN`")
    assert line(shop, "credentials", code=1, BITBUCKET_ACCESS_TOKEN=sandbox.access_token())[0] == "ok"


def test_public_repositories_need_nothing(deps: Program, sandbox: Sandbox) -> None:
    """Few requests are made: without a credential there are 60 an hour."""
    for name in ("r1", "r2", "r3", "r4", "r5", "r6", "r7"):
        sandbox.repository(name, {"a": "a"}, tags=["v1"])
    deps.manifest(
        '[project]\nworkspace = "acme"\n[dependencies]\n'
        + "".join(f'r{number} = {{ tag = "v1" }}\n' for number in range(1, 8))
    )
    sandbox.clear_requests()
    assert line(deps, "credentials", code=1) == (
        "ok",
        "none needed for `acme/r1`, `acme/r2`, `acme/r3`, `acme/r4`, `acme/r5` (2 more were not tried)",
        None,
    )
    assert len(sandbox.requests()) == 9
    assert line(deps, "archives", code=1)[:2] == ("ok", "given for no credential")


def test_archives_that_are_refused(shop: Program, sandbox: Sandbox) -> None:
    """Git stands in, which `DEPS_TRANSPORT=git` makes the first way; where that is forbidden it is wrong."""
    sign_in(shop, sandbox)
    shop("lock")
    sandbox.switch(archive_refuses=["access-token"])
    refused = (
        "`acme/kit`: the archive was not given for the access token of `deps auth login`: "
        "got a redirect to a sign-in page"
    )
    assert line(shop, "archives") == (
        "warning",
        f"{refused}; git brings the content instead",
        (
            "set `DEPS_TRANSPORT=git`, so that git is asked at once; or sign in with another kind of credential: "
            "`deps auth login`"
        ),
    )
    assert line(shop, "archives", DEPS_TRANSPORT="git") == ("ok", "git brings the content (`DEPS_TRANSPORT=git`)", None)
    state, found, advice = line(shop, "archives", code=1, DEPS_TRANSPORT="archive")
    assert (state, found) == ("wrong", refused)
    assert advice is not None
    assert advice.startswith("unset `DEPS_TRANSPORT`")
    sandbox.fault("error", path="*.git/*", method="*", status=403, times=None)
    state, found, advice = line(shop, "archives", code=1)
    assert (state, advice) == ("wrong", SIGN_IN)
    assert found.startswith(f"{refused}; `acme/kit`: git gets no access: ")


def test_a_budget_that_is_used_up(deps: Program, sandbox: Sandbox) -> None:
    """The limit of those who are not signed in is told at once, and signing in is the way on."""
    sandbox.repository("kit", {"a": "a\n"}, tags=["v1"])
    deps.manifest('[dependencies]\nkit = { workspace = "acme", tag = "v1" }\n')
    deps("lock")
    sandbox.limits(anonymous=1)
    state, found, advice = line(deps, "budget", code=1)
    assert (state, "too many requests" in found) == ("wrong", True)
    assert advice is not None
    assert advice.endswith("run `deps auth login`")
    sign_in(deps, sandbox)
    assert line(deps, "budget")[0] == "ok"


def test_a_lock_that_is_not_the_manifest(shop: Program, sandbox: Sandbox) -> None:
    sign_in(shop, sandbox)
    assert line(shop, "lock", code=1) == (
        "wrong", "`deps.lock` is missing", "run `deps lock` and commit `deps.lock`"
    )  # fmt: skip
    shop("lock")
    assert line(shop, "lock")[0] == "ok"
    shop.manifest('[dependencies]\nkit = { workspace = "acme", branch = "main" }\n')
    state, found, advice = line(shop, "lock", code=1)
    assert (state, advice) == ("wrong", "run `deps lock` and commit `deps.lock`")
    assert "kit" in found
    lines = shop("doctor", code=1).stdout.splitlines()
    at = next(number for number, text in enumerate(lines) if text.startswith("wrong    lock "))
    assert "         -> run `deps lock` and commit `deps.lock`" in lines[at : at + 5]
    shop("lock")
    assert line(shop, "lock")[0] == "ok"


def test_a_manifest_that_is_wrong(deps: Program) -> None:
    deps.manifest("[dependencies]\nkit = { tag = 1 }\n")
    state, found, advice = line(deps, "manifest", code=1)
    ran = deps("lock", code=2)
    assert (state, without_excerpt(ran.stderr)) == ("wrong", f"error: {found}\n\nhint: {advice}\n")
    assert line(deps, "lock", code=1)[:2] == ("skipped", "the manifest is wrong")
    deps.manifest("")
    assert line(deps, "manifest", code=1)[0] == "ok"


def test_packages_without_a_proof(shop: Program, sandbox: Sandbox) -> None:
    sign_in(shop, sandbox)
    shop("lock", "--no-proof")
    advice = "run `deps lock --require-proof`, which asks git again, or says why not"
    found = "not every archive is proved to be its commit: `kit` (not attempted)"
    assert line(shop, "proof") == ("warning", found, advice)
    shop("lock", "--require-proof")
    assert line(shop, "proof")[0] == "ok"


def test_a_damaged_archive_in_the_cache(shop: Program, sandbox: Sandbox) -> None:
    sign_in(shop, sandbox)
    shop("lock")
    [archive] = shop.cache.rglob("*.tar.gz")
    data = archive.read_bytes()
    archive.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    assert line(shop, "cache", code=1) == (
        "wrong",
        f"1 archive damaged: `{archive}`; none is used, each is fetched again when needed",
        "run `deps cache clean`",
    )
    shop("cache", "clean")
    assert line(shop, "cache")[0] == "ok"
    shop("install")
    assert line(shop, "cache")[1].endswith(": 1 archive, 0.0 MiB, all whole")


def test_a_cache_that_cannot_be(deps: Program) -> None:
    (deps.home / "file").write_text("")
    bad = str(deps.home / "file" / "cache")
    state, found, advice = line(deps, "cache", code=1, DEPS_CACHE_DIR=bad)
    assert (state, found) == ("wrong", f"cannot make the cache `{bad}`: Not a directory")
    assert advice == "set `DEPS_CACHE_DIR` to a directory that you may write to"
    assert line(deps, "cache", DEPS_CACHE_DIR=str(deps.home / "other"))[0] == "ok"


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (None, "`git` is not installed"),
        ("echo git version 2.20.1", "`git` is too old or cannot run: git version 2.20.1"),
        ("echo broken >&2; exit 3", "`git` is too old or cannot run: broken"),
    ],
)
def test_a_git_that_does_not_serve(script: str | None, found: str, deps: Program, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    if script is not None:
        (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "git").chmod(0o755)
    state, told, advice = line(deps, "git", PATH=str(folder))
    assert (state, told.startswith(f"{found}; without it ")) == ("warning", True)
    assert advice in ("install git 2.32 or newer", "install git, or make it found on `PATH`")
    real = shutil.which("git")
    assert real is not None
    assert line(deps, "git", PATH=str(Path(real).parent))[0] == "ok"


def test_settings_that_are_wrong(deps: Program) -> None:
    config = deps.home / ".config" / "deps" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("concurency = 3\n")
    document: Any = deps("doctor", "--json", code=1).document
    assert document["checks"][0] == {
        "name": "settings",
        "state": "wrong",
        "found": f"`{config}`: `concurency`: unknown setting; did you mean `concurrency`?",
        "advice": "`docs/reference/settings.md` lists every setting",
    }
    assert {check["state"] for check in document["checks"][5:]} == {"skipped"}
    config.write_text("concurrency = 3\n")
    assert deps("doctor", "--json").document["checks"][0]["name"] == "git"


def test_offline_nothing_is_asked(shop: Program, sandbox: Sandbox) -> None:
    sign_in(shop, sandbox)
    shop("lock")
    sandbox.clear_requests()
    document = shop("doctor", "--json", "--offline").document
    assert [(check["name"], check["state"]) for check in document["checks"]] == [
        *((name, "ok") for name in NAMES[:5]),
        *((name, "skipped") for name in NAMES[5:]),
    ]
    assert sandbox.requests() == []

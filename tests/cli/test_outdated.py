"""`deps outdated`: a table of what is newer, and exit code 1 where anything is."""

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

HEAD = '[project]\nname = "shop"\nworkspace = "acme"\n\n[dependencies]\n'


@pytest.fixture
def lib(sandbox: Sandbox, deps: Program) -> Repo:
    """Give a lock of three packages, all at their newest."""
    repo = sandbox.repository("lib", {"a": "1"}, tags=["v1.0", "nightly"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib.version = ">=1"\n'}, tags=["1.2"])
    sandbox.repository("data", {"a": "1"})
    deps.manifest(
        HEAD + 'lib = { tag = "v1.0" }\napp = { version = ">=1.2,<2" }\n\n[groups.test]\ndata.branch = "main"\n'
    )
    deps("lock")
    sandbox.clear_requests()
    return repo


def repository(sandbox: Sandbox, name: str) -> Repo:
    return Repo(workspace="acme", slug=name, path=sandbox.root / "acme" / f"{name}.git")


@pytest.mark.usefixtures("lib")
def test_nothing_is_newer(deps: Program, sandbox: Sandbox) -> None:
    """One listing for each repository with tags and one look-up for each branch answer it."""
    ran = deps("outdated")
    assert (ran.stdout, ran.text) == ("", "Nothing is newer than what is locked (3 packages)\n")
    assert sorted(entry.path.partition("?")[0] for entry in sandbox.requests()) == [
        "/2.0/repositories/acme/app/refs/tags",
        "/2.0/repositories/acme/data/refs/branches/main",
        "/2.0/repositories/acme/lib/refs/tags",
    ]


def test_a_table_of_what_is_newer(deps: Program, sandbox: Sandbox, lib: Repo) -> None:
    lib.commit({"a": "2"}, tags=["v1.1"])
    lib.commit({"a": "3"}, tags=["v2.0", "v3.0rc1"])
    repository(sandbox, "app").commit({"x": "1"}, tags=["v2.1"])
    data = repository(sandbox, "data")
    old, new = deps.lock["acme/data"]["commit"][:12], data.commit({"a": "2"}, date=1_800_000_000)[:12]
    ran = deps("outdated", "-v", code=1)
    assert ran.stdout == (
        "package  locked             compatible         newest\n"
        "app      1.2                1.2                v2.1\n"
        f"data     main@{old}  main@{new}  main@{new}\n"
        "lib      v1.0               v1.1               v2.0\n"
    )
    assert ran.text == (
        "3 of 3 packages are outdated\n`lib`: 1 tag that is no version: `nightly`\n3 requests to the service\n"
    )
    document = deps("outdated", "--json", code=1).document
    assert document["packages"][2] == {"name": "lib", "locked": "v1.0", "compatible": "v1.1", "newest": "v2.0"}
    assert document["unversioned"] == {"lib": ["nightly"]}
    deps("update")
    assert deps("outdated", "-q", code=1).stdout.splitlines()[1:] == [
        "app      1.2     1.2         v2.1",
        "lib      v1.1    v1.1        v2.0",
    ]


def test_what_others_ask_for_limits_a_package(deps: Program, sandbox: Sandbox) -> None:
    """Compatible is what fits everybody; an override decides alone."""
    base = sandbox.repository("base", {"a": "1"}, tags=["v1.0"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nbase.version = "<1.2"\n'}, tags=["v1"])
    manifest = HEAD + 'app = { tag = "v1" }\nbase = { version = ">=1" }\n'
    deps.manifest(manifest)
    deps("lock")
    for tag in ("v1.1", "v1.2"):
        base.commit({"a": tag}, tags=[tag])
    assert deps("outdated", code=1).stdout.splitlines()[1] == "base     v1.0    v1.1        v1.2"
    deps.manifest(HEAD + 'app = { tag = "v1" }\nbase = { tag = "v1.0" }\n')
    deps("lock")
    assert deps("outdated", code=1).stdout.splitlines()[1] == "base     v1.0    v1.1        v1.2"
    deps.manifest(manifest)
    deps.manifest(manifest + '\n[overrides]\n"acme/base" = { tag = "v1.0" }\n')
    deps("lock")
    assert deps("outdated", code=1).stdout.splitlines()[1] == "base     v1.0    v1.0        v1.2"


def test_a_moved_tag_is_an_alarm(deps: Program, lib: Repo) -> None:
    """Also where the new commit has no history in common with the old one."""
    old = lib.git("rev-parse", "v1.0^{commit}")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    new = lib.git(*identity, "commit-tree", lib.git("rev-parse", "v1.0^{tree}"), "-m", "another beginning")
    lib.tag("v1.0", new)
    assert deps("outdated", code=3).text == (
        "error: `lib`: the tag `v1.0` of `acme/lib` was moved\n"
        f"  locked  {old}\n"
        f"  now     {new}, which does not descend from the locked one\n"
        "\n"
        "hint: ask the owners why; where what is there now is right, run `deps lock --accept-moved lib`\n"
    )


def test_another_repository_under_the_same_name_is_an_alarm(deps: Program, sandbox: Sandbox, lib: Repo) -> None:
    old, new = deps.lock["acme/lib"]["uuid"], "{11111111-2222-4333-8444-555555555555}"
    sandbox.configure(lib, uuid=new)
    for command in ("outdated", "update"):
        assert deps(command, code=3).text.startswith(
            f"error: `lib`: `acme/lib` is another repository than the locked one\n  locked  {old}\n  now     {new}\n"
        )


def test_without_a_lock(deps: Program) -> None:
    deps.manifest(HEAD)
    assert deps("outdated", code=1).text == (
        "error: `deps.lock` is missing\n\nhint: run `deps lock` and commit `deps.lock`\n"
    )

"""`min-age` keeps young tags out of `update`, `add` and ranges; what is locked or named stays."""

import time

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

HEAD = '[project]\nworkspace = "acme"\nmin-age = "7d"\n\n[dependencies]\n'


@pytest.fixture
def lib(sandbox: Sandbox, deps: Program) -> Repo:
    """Give a repository whose tag v1.1 is eight days old and whose tag v1.2 is six."""
    now = int(time.time())
    repo = sandbox.repository("lib", {"a": "1"}, tags=["v1.0"])
    repo.commit({"a": "2"}, tags=["v1.1"], date=now - 8 * 24 * 3600)
    repo.commit({"a": "3"}, tags=["v1.2"], date=now - 6 * 24 * 3600)
    deps.manifest(HEAD)
    return repo


@pytest.mark.usefixtures("lib")
def test_a_range_and_add_take_what_is_old_enough(deps: Program) -> None:
    assert deps("add", "acme/lib").text.splitlines()[1] == "+ lib v1.1"
    deps.manifest(HEAD + 'lib = { version = ">=1" }\n')
    (deps.root / "deps.lock").unlink()
    deps("lock")
    assert deps.lock["acme/lib"]["tag"] == "v1.1"


@pytest.mark.usefixtures("lib")
def test_update_says_what_is_too_young(deps: Program) -> None:
    """A tag that is named is taken at any age, and stays locked then."""
    deps.manifest(HEAD + 'lib = { tag = "v1.0" }\n')
    deps("lock")
    assert deps("update").text == (
        "Resolved 1 package in TIME\n"
        "~ lib v1.0 -> v1.1\n"
        "note: `lib`: `v1.2` is younger than `min-age`; `deps update --precise lib=v1.2` takes it\n"
        "Run `deps install` to place them\n"
    )
    ran = deps("outdated")
    assert ran.text == (
        "Nothing is newer than what is locked (1 package)\n"
        "note: `min-age` in `deps.toml` keeps out `v1.2` of `acme/lib`\n"
    )
    assert deps("update", "--precise", "lib=v1.2").text.splitlines()[1] == "~ lib v1.1 -> v1.2"
    assert deps("lock").text == "Resolved 1 package in TIME\n"
    assert deps("update").text == "Resolved 1 package in TIME\n"


@pytest.mark.usefixtures("lib")
def test_a_locked_pin_stays(deps: Program) -> None:
    """A range that was locked before `min-age` was written keeps its young pin."""
    manifest = HEAD.replace('min-age = "7d"\n', "") + 'lib = { version = ">=1" }\n'
    deps.manifest(manifest)
    deps("lock")
    assert deps.lock["acme/lib"]["tag"] == "v1.2"
    deps.manifest(HEAD + 'lib = { version = ">=1" }\n')
    assert deps("lock").text == "Resolved 1 package in TIME\n"
    assert deps.lock["acme/lib"]["tag"] == "v1.2"
    assert deps("update").text == "Resolved 1 package in TIME\n"
    assert deps("outdated").text == "Nothing is newer than what is locked (1 package)\n"
    deps.manifest(HEAD.replace("7d", "9999w") + 'lib = { version = ">=1" }\n')
    assert deps("update").text == "Resolved 1 package in TIME\n"
    assert deps.lock["acme/lib"]["tag"] == "v1.2"


def test_the_date_of_an_annotated_tag_counts_before_that_of_its_commit(deps: Program, lib: Repo) -> None:
    """A young commit with an old tag is no trick: the tag's own date is what the service shows for it."""
    lib.tag("v1.3", lib.git("rev-parse", "v1.2^{commit}"), message="annotated in 2024\n")
    deps.manifest(HEAD + 'lib = { version = ">=1" }\n')
    deps("lock")
    assert deps.lock["acme/lib"]["tag"] == "v1.3"


def test_where_all_tags_are_too_young_the_error_names_them(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("new", {"a": "1"})
    repo.commit({"a": "2"}, tags=["v0.9", "v1.0", "v1.1rc1"], date=int(time.time()) - 3600)
    deps.manifest(HEAD + 'new = { version = ">=1" }\n')
    assert deps("lock", code=1).text.endswith(
        "`min-age` in `deps.toml` keeps out `v0.9`, `v1.0`, `v1.1rc1` of `acme/new`\n"
    )
    deps.manifest(HEAD)
    assert deps("add", "acme/new", code=1).text == (
        "error: `acme/new`: none of its tags is a release\n"
        "\n"
        "hint: `min-age` in `deps.toml` keeps out `v0.9`, `v1.0`, `v1.1rc1` of `acme/new`; "
        "name one: `deps add acme/new@v1.0`\n"
    )
    assert deps("add", "acme/new@v1.0", "--no-install").text.splitlines()[1] == "+ new v1.0"

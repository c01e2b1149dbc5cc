"""`deps tree`: the lock as a tree, both ways up; nothing is asked."""

import pytest

from support.program import Program
from support.sandbox import Sandbox

MANIFEST = """\
[project]
name = "shop"
workspace = "acme"

[dependencies]
app = { tag = "v1" }
log = { tag = "v1" }

[groups.test]
fixtures = { branch = "main" }

[overrides]
"acme/log" = { tag = "v2" }
"""


@pytest.fixture
def locked(sandbox: Sandbox, deps: Program) -> Program:
    """Give a lock with a diamond, a group and an override."""
    sandbox.repository("base", {"a": "1"}, tags=["v1"])
    base = '[dependencies]\nbase.version = ">=1"\n'
    log = sandbox.repository("log", {"deps.toml": base}, tags=["v1"])
    log.commit({"a": "2"}, tags=["v2"])
    sandbox.repository("app", {"deps.toml": f'{base}log.tag = "v1"\n'}, tags=["v1"])
    sandbox.repository("fixtures", {"a": "1"})
    deps.manifest(MANIFEST)
    deps("lock")
    sandbox.clear_requests()
    return deps


def test_who_requires_what(locked: Program, sandbox: Sandbox) -> None:
    commit = locked.lock["acme/fixtures"]["commit"][:12]
    ran = locked("tree")
    assert ran.stdout == (
        "shop\n"
        "├── app v1\n"
        "│   ├── base v1\n"
        "│   └── log v2 (overridden)\n"
        "│       └── base v1\n"
        "├── log v2 (overridden) (*)\n"
        f"└── fixtures main@{commit} (group test)\n"
    )
    assert ran.stderr == ""
    assert sandbox.requests() == []


def test_upside_down(locked: Program) -> None:
    commit = locked.lock["acme/fixtures"]["commit"][:12]
    assert locked("tree", "--invert").stdout == (
        "base v1\n"
        "├── app v1\n"
        "│   └── shop\n"
        "└── log v2 (overridden)\n"
        "    ├── shop\n"
        "    └── app v1 (*)\n"
        f"fixtures main@{commit}\n"
        "└── shop (group test)\n"
    )
    assert locked("tree", "--invert", "log", "--depth", "1").stdout == "log v2 (overridden)\n├── shop\n└── app v1\n"


def test_a_part_of_it(locked: Program) -> None:
    assert locked("tree", "--depth", "0").stdout == "shop\n"
    assert locked("tree", "acme/log", "base").stdout == "log v2 (overridden)\n└── base v1\nbase v1\n"
    assert locked("tree", "bse", code=2).text == (
        "error: `bse`: neither `deps.toml` nor `deps.lock` has a package of this name\n\nhint: did you mean `base`?\n"
    )


def test_json(locked: Program) -> None:
    [project] = locked("tree", "--json", "--depth", "1").document
    assert (project["name"], project["identity"], project["label"]) == ("shop", None, None)
    assert [(each["name"], each["group"], each["requirement"], each["repeated"]) for each in project["requires"]] == [
        ("app", None, "tag v1", False),
        ("log", None, "tag v1", False),
        ("fixtures", "test", "branch main", False),
    ]
    [log] = locked("tree", "--json", "--invert", "log").document
    assert [each["name"] for each in log["required_by"]] == ["shop", "app"]


def test_a_stale_lock_is_said(locked: Program) -> None:
    locked.manifest(MANIFEST.replace('app = { tag = "v1" }\n', ""))
    assert locked("tree").text == (
        "warning: `deps.lock` does not match `deps.toml`; this is what the lock says\nhint: run `deps lock`\n"
    )


def test_an_empty_project(deps: Program) -> None:
    deps.manifest("[project]\n")
    deps("lock")
    assert deps("tree").stdout == "storefront\n"
    assert deps("tree", "--invert").stdout == ""

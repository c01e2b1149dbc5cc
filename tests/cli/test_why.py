"""`deps why NAME`: the shortest way from the project to each requirement on a package."""

import pytest

from support.program import Program
from support.sandbox import Sandbox


@pytest.fixture
def locked(sandbox: Sandbox, deps: Program) -> Program:
    """Give a lock in which `base` is required thrice."""
    sandbox.repository("base", {"a": "1"}, tags=["v1.0"])
    sandbox.repository("log", {"deps.toml": '[dependencies]\nbase.version = ">=1"\n'}, tags=["v1"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nbase.tag = "v1.0"\nlog.tag = "v1"\n'}, tags=["v1"])
    deps.manifest(
        '[project]\nname = "shop"\nworkspace = "acme"\n[dependencies]\napp = { tag = "v1" }\n'
        '[groups.test]\nfloor = { repo = "base", version = "<2" }\n'
    )
    deps("lock")
    sandbox.clear_requests()
    return deps


def test_every_requirement_has_its_way(locked: Program, sandbox: Sandbox) -> None:
    assert locked("why", "floor").stdout == (
        "floor v1.0 (acme/base)\n"
        "  shop (group test) -> floor (version <2)\n"
        "  shop -> app (tag v1) -> floor (tag v1.0)\n"
        "  shop -> app (tag v1) -> log (tag v1) -> floor (version >=1)\n"
    )
    assert locked("why", "acme/base").stdout == locked("why", "floor").stdout
    assert sandbox.requests() == []


def test_an_override_is_shown(locked: Program) -> None:
    text = (locked.root / "deps.toml").read_text()
    locked.manifest(text + '[overrides]\n"acme/log" = { tag = "v1" }\n')
    locked("lock")
    assert locked("why", "log").stdout == (
        "log v1 (acme/log)\n  [overrides] decides: tag v1\n  shop -> app (tag v1) -> log (tag v1)\n"
    )


def test_json(locked: Program) -> None:
    document = locked("why", "log", "--json").document
    assert (document["name"], document["identity"], document["override"]) == ("log", "acme/log", None)
    assert [[(step["from"], step["name"], step["requirement"]) for step in way] for way in document["ways"]] == [
        [(None, "app", "tag v1"), ("acme/app", "log", "tag v1")]
    ]


def test_an_unknown_name(locked: Program) -> None:
    assert locked("why", "nothing", code=2).text == (
        "error: `nothing`: neither `deps.toml` nor `deps.lock` has a package of this name\n"
        "\n"
        "hint: the names are `app`, `floor`, `log`\n"
    )

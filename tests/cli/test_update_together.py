"""`deps update` where packages depend on each other: all of it, or nothing."""

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

HEAD = '[project]\nname = "shop"\nworkspace = "acme"\n\n[dependencies]\n'


def files(deps: Program) -> tuple[bytes, bytes]:
    return (deps.root / "deps.toml").read_bytes(), (deps.root / "deps.lock").read_bytes()


def head(repo: Repo, name: str = "main") -> str:
    return repo.git("rev-parse", f"{name}^{{commit}}")


def test_without_a_solution_neither_file_changes(deps: Program, sandbox: Sandbox) -> None:
    """The newest tags contradict each other; the hint is an update that succeeds."""
    lib = sandbox.repository("lib", {"a": "1"}, tags=["v1.0"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib.version = "<1.1"\n'}, tags=["v1.0"])
    other = sandbox.repository("other", {"a": "1"}, tags=["v1.0"])
    deps.manifest(HEAD + 'app = { tag = "v1.0" }\nlib = { tag = "v1.0" }\nother = { tag = "v1.0" }\n')
    deps("lock")
    lib.commit({"a": "2"}, tags=["v1.1"])
    other.commit({"a": "2"}, tags=["v1.1"])
    before = files(deps)
    text = deps("update", code=1).text
    assert text.startswith("error: ")
    assert "acme/app v1.0 requires acme/lib version <1.1" in text
    hint = "neither file was changed; `lib` would have to stay at `v1.0`: `deps update other` takes the rest"
    assert text.endswith(f"\n\nhint: {hint}\n")
    assert files(deps) == before
    assert deps("update", "lib", code=1).text.endswith("; `lib` would have to stay at `v1.0`\n")
    assert deps("update", "other").text.splitlines()[1:] == [
        "~ other v1.0 -> v1.1",
        "Run `deps install` to place them",
    ]


def test_the_update_that_is_advised_is_the_one_that_was_tried(deps: Program, sandbox: Sandbox) -> None:
    """More than one entry may have to stay; the command repeats the reach and the named tags, and succeeds."""
    libs = {name: sandbox.repository(name, {"a": "1"}, tags=["v1.0"]) for name in ("a", "b", "other", "range", "named")}
    wanted = '[dependencies]\na.version = "<2"\nb.version = "<2"\n'
    sandbox.repository("app", {"deps.toml": wanted}, tags=["v1.0"])
    lines = [f'{name} = {{ tag = "v1.0" }}' for name in ("a", "app", "b", "named", "other")]
    deps.manifest(HEAD + "\n".join([*lines, 'range = { version = ">=1" }', ""]))
    deps("lock")
    for repo in libs.values():
        repo.commit({"a": "2"}, tags=["v2.0"])
    before = files(deps)
    ran = deps("update", "--major", "a", "app", "b", "other", "range", "--precise", "named=v2.0", code=1)
    command = "update --major other range --precise named=v2.0"
    assert ran.text.endswith(
        "\n\nhint: neither file was changed; `a` would have to stay at `v1.0` and `b` at `v1.0`: "
        f"`deps {command}` takes the rest\n"
    )
    assert files(deps) == before
    changes = [line for line in deps(*command.split()).text.splitlines() if line.startswith("~")]
    assert changes == ["~ named v1.0 -> v2.0", "~ other v1.0 -> v2.0", "~ range v1.0 -> v2.0"]


def test_a_manifest_that_has_no_solution_is_no_matter_of_the_update(deps: Program, sandbox: Sandbox) -> None:
    """The hint is about the manifest as it is."""
    lib = sandbox.repository("lib", {"a": "1"}, tags=["v1.0"])
    lib.commit({"a": "2"}, tags=["v1.1"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib.version = "<1"\n'}, tags=["v1.0"])
    deps.manifest(HEAD + 'app = { tag = "v1.0" }\nlib = { tag = "v1.0" }\n')
    hint = 'hint: neither file was changed; add `"acme/lib" = { tag = "v1.1" }` to `[overrides]`\n'
    assert deps("update", code=1).text.endswith(hint)


def test_others_move_only_if_they_must(deps: Program, sandbox: Sandbox) -> None:
    """A range moves along with the tag that needs it, and an unrelated one stays although it could."""
    base = sandbox.repository("base", {"a": "1"}, tags=["v1.0"])
    free = sandbox.repository("free", {"a": "1"}, tags=["v1.0"])
    app = sandbox.repository("app", {"deps.toml": '[dependencies]\nbase.version = ">=1,<1.1"\n'}, tags=["v1.0"])
    manifest = HEAD + 'app = { tag = "v1.0" }\nbase = { version = ">=1" }\nfree = { version = ">=1" }\n'
    deps.manifest(manifest)
    deps("lock")
    base.commit({"a": "2"}, tags=["v1.1"])
    free.commit({"a": "2"}, tags=["v1.1"])
    app.commit({"deps.toml": '[dependencies]\nbase.version = ">=1.1"\n'}, tags=["v1.1"])
    assert deps("update", "app").text.splitlines()[1:3] == ["~ app v1.0 -> v1.1", "~ base v1.0 -> v1.1"]
    assert {name: entry["tag"] for name, entry in deps.lock.items()} == {
        "acme/app": "v1.1",
        "acme/base": "v1.1",
        "acme/free": "v1.0",
    }


def test_a_transitive_package_is_updated_by_its_name(deps: Program, sandbox: Sandbox) -> None:
    base = sandbox.repository("base", {"a": "1"}, tags=["v1.0"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nbase.version = ">=1,<2"\n'}, tags=["v1.0"])
    manifest = HEAD + 'app = { tag = "v1.0" }\n'
    deps.manifest(manifest)
    deps("lock")
    for tag in ("v1.1", "v1.2", "v2.0"):
        base.commit({"a": tag}, tags=[tag])
    assert deps("update", "--precise", "base=v1.1").text.splitlines()[1] == "~ base v1.0 -> v1.1"
    assert deps("update", "base").text.splitlines()[1] == "~ base v1.1 -> v1.2"
    assert deps("update", "--precise", "base=v2.0", code=1).text == (
        "error: `--precise base=v2.0`: does not fit what is asked for: acme/app: version <2,>=1\n"
        "\n"
        "hint: neither file was changed\n"
    )
    assert (deps.root / "deps.toml").read_text() == manifest


def test_commits_and_overridden_packages_stay(deps: Program, sandbox: Sandbox) -> None:
    one = sandbox.repository("one", {"a": "1"}, tags=["v1.0"])
    two = sandbox.repository("two", {"a": "1"}, tags=["v1.0"])
    manifest = HEAD + f'one = {{ commit = "{head(one)}" }}\ntwo = {{ tag = "v0.9" }}\n'
    deps.manifest(manifest + '\n[overrides]\n"acme/two" = { version = ">=1" }\n')
    deps("lock")
    one.commit({"a": "2"}, tags=["v1.1"])
    two.commit({"a": "2"}, tags=["v1.1"])
    before = files(deps)
    assert deps("update").text == "Resolved 2 packages in TIME\n"
    assert deps("update", "one", "two").text == (
        "Resolved 2 packages in TIME\n"
        "note: `one` stays: it asks for a commit; change `commit` in `deps.toml`\n"
        "note: `two` stays: `[overrides]` decides about `acme/two`\n"
    )
    assert deps("update", "--precise", "two=v1.1", code=2).text == (
        "error: `--precise two=v1.1`: `[overrides]` decides about this package\n"
        "\n"
        "hint: change the tag in `[overrides]`\n"
    )
    assert files(deps) == before


def test_a_version_on_two_commits_must_be_chosen_by_its_tag(deps: Program, sandbox: Sandbox) -> None:
    lib = sandbox.repository("lib", {"a": "1"}, tags=["v1.0"])
    deps.manifest(HEAD + 'lib = { tag = "v1.0" }\n')
    deps("lock")
    first, second = lib.commit({"a": "2"}, tags=["v1.1"]), lib.commit({"a": "3"}, tags=["v1.1.0"])
    assert deps("update", code=1).text == (
        "error: `lib`: the version 1.1 is tagged on more than one commit: "
        f"`v1.1` ({first[:12]}) and `v1.1.0` ({second[:12]})\n"
        "\n"
        "hint: choose one: `deps update --precise lib=v1.1`\n"
    )
    assert deps("update", "--precise", "lib=v1.1.0").text.splitlines()[1] == "~ lib v1.0 -> v1.1.0"

"""`deps lock`: what stops it, what it keeps, and what it says then."""

from support.program import Program
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox

FILES: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\necho hi\n"),
    "src/a.c": b"int a;\r\n",
    "src/latest": Link("a.c"),
    "grün/ö.txt": "ä\n",
    "empty": "",
    "a.b/x": "1\n",
    "a/x": "2\n",
}


def rev(repo: Repo, name: str) -> str:
    return repo.git("rev-parse", f"{name}^{{commit}}")


def test_a_moved_tag_is_an_alarm(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    deps("lock")
    old, text = rev(repo, "v1.0"), deps.lock_text
    new = repo.commit({"evil.txt": "1\n"})
    repo.tag("v1.0", new)
    for words in (["lock"], ["lock", "--check"]):
        assert deps(*words, code=3).text == (
            "error: `lib`: the tag `v1.0` of `acme/lib` was moved\n"
            f"  locked  {old}\n"
            f"  now     {new}, which descends from the locked one\n"
            "\n"
            "hint: ask the owners why; where what is there now is right, run `deps lock --accept-moved lib`\n"
        )
    assert deps.lock_text == text
    assert deps("install").text.splitlines()[1:] == ["+ lib v1.0"]
    assert deps("lock", "--accept-moved", "lib").text == (
        f"Resolved 1 package in TIME\n~ lib v1.0 -> v1.0 ({new[:12]})\n"
    )
    assert deps.lock["acme/lib"]["commit"] == new


def test_a_tag_that_is_gone_is_an_error(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    deps("lock")
    commit = rev(repo, "v1.0")
    repo.remove_tag("v1.0")
    assert deps("lock", code=1).text == (
        "error: `lib`: the locked tag `v1.0` of `acme/lib` is gone\n"
        "\n"
        f'hint: ask for another tag in `deps.toml`, or for the commit itself: `commit = "{commit}"`\n'
    )


def test_another_repository_under_the_same_name_is_an_alarm(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    deps("lock")
    old = deps.lock["acme/lib"]["uuid"]
    new = "{11111111-2222-4333-8444-555555555555}"
    sandbox.configure(repo, uuid=new)
    assert deps("lock", code=3).text == (
        "error: `lib`: `acme/lib` is another repository than the locked one\n"
        f"  locked  {old}\n"
        f"  now     {new}\n"
        "\n"
        "hint: ask the owners why; where what is there now is right, run `deps lock --accept-moved lib`\n"
    )


def test_a_missing_tag_names_the_nearest_ones(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1.0", "v1.1", "v2.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.2" }\n')
    assert deps("lock", code=1).text == (
        "error: `lib` (deps.toml:2): `acme/lib` has no tag `v1.2`\n"
        "\n"
        "hint: the nearest tags are `v1.0`, `v1.1`, `v2.0`\n"
    )


def test_offline_lock_solves_from_the_lock_or_names_what_is_missing(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1.0"])
    sandbox.repository("other", FILES, tags=["v1"])
    head = '[project]\nworkspace = "acme"\n[dependencies]\nlib = { tag = "v1.0" }\n'
    deps.manifest(head)
    deps("lock")
    sandbox.clear_requests()
    deps.manifest(head.replace("lib = {", 'lib = { include = ["src/**"],'))
    assert deps("lock", "--offline").text == "Resolved 1 package in TIME\n"
    assert deps.lock["acme/lib"]["selection"].startswith("s1:")
    deps.manifest(head + 'other = { tag = "v1" }\nmore = { version = ">=1" }\n')
    assert deps("lock", "--offline", code=1).text == (
        "error: not everything that is needed is in the cache:\n"
        "- `acme/more`: the list of tags is not in the cache, and the network may not be used\n"
        "- `acme/other`: tag `v1` is not in the cache, and the network may not be used\n"
        "\n"
        "hint: run the command once without `--offline`\n"
    )
    assert sandbox.requests() == []


def test_a_lock_with_a_merge_conflict_is_mended(deps: Program, sandbox: Sandbox) -> None:
    """Both sides serve as preferences: neither pin moves to a newer tag."""
    for name in ("one", "two"):
        sandbox.repository(name, FILES, tags=["v1.0"])
    head = '[project]\nworkspace = "acme"\n[dependencies]\n'
    sides = []
    for name in ("one", "two"):
        deps.manifest(head + f'{name} = {{ version = ">=1" }}\n')
        (deps.root / "deps.lock").unlink(missing_ok=True)
        deps("lock")
        sides.append(deps.lock_text.split("\n\n", 1)[1])
    for name in ("one", "two"):
        Repo(workspace="acme", slug=name, path=sandbox.root / "acme" / f"{name}.git").commit(
            {"x": "y\n"}, tags=["v1.1"]
        )
    deps.manifest(head + 'one = { version = ">=1" }\ntwo = { version = ">=1" }\n')
    comment = deps.lock_text.split("\n\n", 1)[0]
    (deps.root / "deps.lock").write_text(
        f"{comment}\n\n<<<<<<< HEAD\n{sides[0]}=======\n{sides[1]}>>>>>>> other\n", encoding="utf-8"
    )
    assert deps("install", "--locked", code=2).stderr.endswith(
        "hint: run `deps lock`; it keeps what both sides agree on\n"
    )
    deps("lock")
    assert {name: entry["tag"] for name, entry in deps.lock.items()} == {"acme/one": "v1.0", "acme/two": "v1.0"}


def test_a_commit_that_is_a_tag_and_a_branch_stays_when_the_branch_moves_on(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("lib", FILES, tags=["v1.0"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib = { branch = "main" }\n'}, tags=["v1"])
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\nlib = { tag = "v1.0" }\napp = { tag = "v1" }\n')
    deps("lock")
    text = deps.lock_text
    repo.commit({"more.txt": "1\n"})
    deps("lock")
    assert deps.lock_text == text


def test_a_conflict_is_explained_with_a_hint_that_works(deps: Program, sandbox: Sandbox) -> None:
    json = sandbox.repository("json", FILES, tags=["v1.0"])
    for tag in ("v1.1", "v2.0"):
        json.commit({"tag.txt": tag}, tags=[tag])
    sandbox.repository("app", {"deps.toml": '[dependencies]\njson = { version = "<2" }\n'}, tags=["v1"])
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\njson = { tag = "v2.0" }\napp = { tag = "v1" }\n')
    assert deps("lock", code=1).text == (
        "error: Because deps.toml:5 requires acme/app tag v1 and acme/app v1 requires acme/json version <2, "
        "acme/json version <2 is required.\n"
        "So, because deps.toml:4 requires acme/json tag v2.0, no versions fit together.\n"
        "\n"
        'hint: change `json` (deps.toml:4) to `tag = "v1.1"`\n'
    )
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\njson = { tag = "v1.1" }\napp = { tag = "v1" }\n')
    deps("lock")


def test_a_hint_is_looked_for_as_far_as_it_takes(deps: Program, sandbox: Sandbox) -> None:
    """What the way out leads to is unknown at first: a long chain is asked for before it is proposed."""
    chain = [f"p{number}" for number in range(8)]
    for name, target in zip(chain, [*chain[1:], None], strict=True):
        manifest = "" if target is None else f'[dependencies]\n{target} = {{ tag = "v1" }}\n'
        sandbox.repository(name, {"deps.toml": manifest}, tags=["v1"])
    json = sandbox.repository("json", FILES, tags=["v1.0"])
    json.commit({"deps.toml": '[dependencies]\np0 = { tag = "v1" }\n'}, tags=["v2.0"])
    for name, wanted in (("app", "<2"), ("web", ">=2")):
        sandbox.repository(name, {"deps.toml": f'[dependencies]\njson = {{ version = "{wanted}" }}\n'}, tags=["v1"])
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\nweb = { tag = "v1" }\napp = { tag = "v1" }\n')
    assert deps("lock", code=1).text.endswith('\nhint: add `"acme/json" = { tag = "v2.0" }` to `[overrides]`\n')


def test_an_entry_that_contradicts_itself_is_refused(deps: Program, sandbox: Sandbox) -> None:
    """A size that the archive does not have, a place that holds the vendor directory."""
    sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    deps("lock")
    text, lock = deps.lock_text, deps.root / "deps.lock"
    lock.write_text(text.replace("archive-size = ", "archive-size = 9"), encoding="utf-8")
    assert "`archive-size` in `deps.lock` is 9" in deps("install", "--locked", code=3).text
    lock.write_text(text.replace('path = "vendor/lib"', 'path = "vendor"'), encoding="utf-8")
    for words in (["install", "--frozen"], ["verify"]):
        assert deps(*words, code=2).text == (
            'error: deps.lock:6:1: packages."acme/lib".path: `vendor` would replace the vendor directory `vendor`\n'
            "  |\n"
            '6 | path = "vendor"\n'
            "  | ^^^^\n"
            "\n"
            "hint: restore `deps.lock` from version control, or remove it and run `deps lock`\n"
        )


def test_unknown_keys_of_a_dependency_are_named_when_asked_for(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"deps.toml": "[project]\nfoo = 1\n\n[stuff]\nx = 1\n"}, tags=["v1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n')
    line = "`acme/lib`: its `deps.toml` has keys that this `deps` does not know: project.foo, stuff\n"
    assert line in deps("lock", "-v").text
    (deps.root / "deps.lock").unlink()
    assert line not in deps("lock").text


def test_a_pin_that_nobody_asked_for_is_refused(deps: Program, sandbox: Sandbox) -> None:
    """By every command that reads the lock, with the line."""
    sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", version = "<2" }\n')
    deps("lock")
    text, lock = deps.lock_text, deps.root / "deps.lock"
    hint = "\nhint: restore `deps.lock` from version control, or remove it and run `deps lock`\n"
    lock.write_text(text.replace('version = "1.0"', 'version = "9.9"'), encoding="utf-8")
    for words in (["install"], ["install", "--locked"], ["lock"], ["update"], ["outdated"], ["tree"], ["verify"]):
        assert deps(*words, code=2).text == (
            'error: deps.lock:9:1: packages."acme/lib".version: '
            "expected `1.0`: what is requested is version `<2`\n"
            f'  |\n9 | version = "9.9"\n  | ^^^^^^^\n{hint}'
        )
    lock.write_text(text.replace('tag = "v1.0"', 'tag = "v2"').replace('"1.0"', '"2"'), encoding="utf-8")
    assert deps("lock", code=2).text == (
        f'error: deps.lock:9:1: packages."acme/lib".version: `2` is not within `<2`, which is requested\n'
        f'  |\n9 | version = "2"\n  | ^^^^^^^\n{hint}'
    )


def test_lock_too_sees_a_wrong_size_of_an_archive_that_it_reads(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    deps("lock")
    text, lock = deps.lock_text, deps.root / "deps.lock"
    size = int(next(line for line in text.splitlines() if line.startswith("archive-size")).partition(" = ")[2])
    lock.write_text(text.replace(f"archive-size = {size}", "archive-size = 7"), encoding="utf-8")
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0", exclude = ["docs/**"] }\n')
    assert f" has {size:,} bytes, and `archive-size` in `deps.lock` is 7\n" in deps("lock", code=3).text

"""`deps export`: bills of materials valid by the library's own strict validator, that say what the lock says."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

MIT = (Path(__file__).resolve().parents[2] / "LICENSE").read_text("utf-8")
MANIFEST = """\
[project]
name = "shop"
workspace = "acme"

[dependencies]
logging = { tag = "v1.0" }
runtime = { repo = "engine", tag = "v2.0", subdir = "src/run time" }

[groups.test]
fixtures = { branch = "main" }
"""


@pytest.fixture
def repositories(sandbox: Sandbox, deps: Program) -> dict[str, Repo]:
    """Give four repositories, of which one is required by another, and a manifest."""
    needs = '[dependencies]\njson-lite = { version = ">=3" }\n'
    deps.manifest(MANIFEST)
    return {
        "logging": sandbox.repository("logging", {"deps.toml": needs, "LICENSE": MIT, "a.py": "\n"}, tags=["v1.0"]),
        "json-lite": sandbox.repository("json-lite", {"a.py": "\n"}, tags=["v3.1"]),
        "engine": sandbox.repository("engine", {"src/run time/a.c": "int a;\n", "COPYING": MIT}, tags=["v2.0"]),
        "fixtures": sandbox.repository("fixtures", {"a.txt": "\n"}),
    }


def bill(deps: Program, *words: str, **variables: str) -> dict[str, Any]:
    """Export a bill of materials that the strict validator accepts."""
    ran = replace(deps, extra=variables)("export", "cyclonedx", *words)
    problems = JsonStrictValidator(SchemaVersion.V1_6).validate_str(ran.stdout, all_errors=True)
    assert problems is None, list(problems)
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def test_the_packages_of_the_lock_are_listed_and_no_other(deps: Program, repositories: dict[str, Repo]) -> None:
    """The commits are git's; the package URLs are those of packageurl, written by other people."""
    deps("lock")
    head = {name: repo.git("rev-parse", "main") for name, repo in repositories.items()}
    wanted = {
        PackageURL("bitbucket", "acme", "logging", head["logging"]).to_string(),
        PackageURL("bitbucket", "acme", "json-lite", head["json-lite"]).to_string(),
        PackageURL("bitbucket", "acme", "engine", head["engine"], subpath="src/run time").to_string(),
        PackageURL("bitbucket", "acme", "fixtures", head["fixtures"]).to_string(),
    }
    document = bill(deps)
    assert {each["purl"] for each in document["components"]} == wanted
    assert len(document["components"]) == 4
    assert {each["purl"]: each["hashes"] for each in document["components"]} == {
        f"pkg:bitbucket/{identity.split('//')[0]}@{package['commit']}"
        + ("#src/run%20time" if "//" in identity else ""): [{"alg": "SHA-256", "content": package["archive-sha256"]}]
        for identity, package in deps.lock.items()
    }
    assert {each["name"]: each["scope"] for each in document["components"]} == {
        "logging": "required",
        "json-lite": "required",
        "runtime": "required",
        "fixtures": "optional",
    }


def test_the_graph_is_that_of_the_lock(deps: Program, repositories: dict[str, Repo]) -> None:
    deps("lock")
    document = bill(deps)
    names = {each["bom-ref"]: each["name"] for each in document["components"]}
    names[document["metadata"]["component"]["bom-ref"]] = document["metadata"]["component"]["name"]
    graph = {names[each["ref"]]: {names[ref] for ref in each.get("dependsOn", [])} for each in document["dependencies"]}
    assert graph == {
        "shop": {"logging", "runtime", "fixtures"},
        "logging": {"json-lite"},
        "json-lite": set(),
        "runtime": set(),
        "fixtures": set(),
    }
    assert set(repositories) == {"logging", "json-lite", "engine", "fixtures"}


def test_licences_are_those_of_the_texts(deps: Program, repositories: dict[str, Repo]) -> None:
    """A package of a subdir has the licence of the repository, where it has none of its own."""
    deps("lock")
    found = {each["name"]: each.get("licenses") for each in bill(deps)["components"]}
    mit = [{"license": {"id": "MIT", "acknowledgement": "concluded"}}]
    assert found == {"logging": mit, "runtime": mit, "json-lite": None, "fixtures": None}
    assert all("licenses" not in each for each in bill(deps, "--no-licences")["components"])
    assert repositories


def test_two_licences_are_one_expression(deps: Program, sandbox: Sandbox) -> None:
    texts = {"LICENSES/MIT.txt": MIT, "LICENSES/Apache-2.0.txt": "Apache\n", "a": "\n"}
    sandbox.repository("kit", texts, tags=["v1"])
    deps.manifest('[project]\nworkspace = "acme"\n\n[dependencies]\nkit = { tag = "v1" }\n')
    deps("lock")
    assert bill(deps)["components"][0]["licenses"] == [
        {"expression": "Apache-2.0 AND MIT", "acknowledgement": "concluded"}
    ]


def test_the_bytes_are_the_same_every_time(deps: Program, repositories: dict[str, Repo]) -> None:
    """No time of day, no random number; another lock has another serial number."""
    deps("lock")
    first = deps("export", "cyclonedx").stdout
    assert deps("export", "cyclonedx", "--offline").stdout == first
    assert "timestamp" not in json.loads(first)["metadata"]
    serial = json.loads(first)["serialNumber"]
    repositories["fixtures"].commit({"b.txt": "\n"})
    deps("update", "fixtures")
    assert bill(deps)["serialNumber"] != serial


def test_a_time_that_is_given_is_written(deps: Program, repositories: dict[str, Repo]) -> None:
    deps("lock")
    assert bill(deps, SOURCE_DATE_EPOCH="1700000000")["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"
    assert deps("export", "cyclonedx", code=2, SOURCE_DATE_EPOCH="noon").text == (
        "error: SOURCE_DATE_EPOCH=noon: is no number of seconds since 1970\n"
        "\n"
        "hint: set it to what `git log -1 --format=%ct` prints, or unset it\n"
    )
    assert repositories


def test_a_file_can_be_written(deps: Program, repositories: dict[str, Repo]) -> None:
    deps("lock")
    assert deps("export", "cyclonedx", "-o", "bom.json").text == "Wrote bom.json\n"
    assert (deps.root / "bom.json").read_text() == deps("export", "cyclonedx").stdout
    assert repositories


def test_an_empty_lock_gives_an_empty_bill(deps: Program) -> None:
    deps.manifest("[project]\n")
    deps("lock")
    document = bill(deps)
    assert (document.get("components", []), document["metadata"]["component"]["name"]) == ([], "storefront")


@pytest.mark.parametrize("words", [("export", "cyclonedx"), ("export", "json")])
def test_a_stale_lock_is_not_exported(deps: Program, repositories: dict[str, Repo], words: tuple[str, ...]) -> None:
    assert deps(*words, code=1).text == (
        "error: `deps.lock` is missing\n\nhint: run `deps lock` and commit `deps.lock`\n"
    )
    assert repositories


def test_json_says_what_the_lock_says(deps: Program, repositories: dict[str, Repo]) -> None:
    """It needs no network and no cache."""
    deps("lock")
    deps("cache", "clean")
    document = deps("export", "json", "--offline").document
    requires = ["acme/engine//src/run time", "acme/fixtures", "acme/logging"]
    assert document["project"] == {"name": "shop", "requires": requires}
    for package in document["packages"]:
        locked = deps.lock[package["identity"]]
        same = ("name", "path", "tag", "branch", "commit", "tree", "proof", "content", "archive-sha256", "archive-size")
        assert {key: package.get(key) for key in same} == {key: locked.get(key) for key in same}
        assert package["requires"] == locked.get("requires", [])
        assert package["groups"] == locked.get("groups", [])
    assert {package["name"]: package["direct"] for package in document["packages"]} == {
        "runtime": True,
        "fixtures": True,
        "json-lite": False,
        "logging": True,
    }
    assert repositories


@pytest.mark.parametrize(
    ("module", "words", "what"),
    [
        ("cyclonedx", ("export", "cyclonedx"), "`deps export cyclonedx`: the library for it"),
        ("askalono", ("licenses",), "the detector of licences"),
    ],
)
def test_without_the_extra_one_error_says_what_to_install(
    deps: Program, tmp_path: Path, module: str, words: tuple[str, ...], what: str
) -> None:
    """A module that cannot be imported stands for one that is not installed."""
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / f"{module}.py").write_text(f"raise ModuleNotFoundError('No module', name={module!r})\n")
    deps.manifest("[project]\n")
    deps("lock")
    assert deps(*words, code=1, PYTHONPATH=str(absent)).text == (
        f"error: {what} is not installed: no module named `{module}`\n"
        "\n"
        "hint: install it: `pip install 'bitdeps[sbom]'`\n"
    )

"""`deps verify --report codeinsights`: what is posted on the commit of a pipeline, as the service keeps it."""

from collections.abc import Mapping
from typing import Any

import pytest

from support.pipelines import ANNOTATION, MIT, REPORT, Pipeline, described
from support.program import Program
from support.sandbox import Sandbox

NOT_SET = (
    "error: `BITBUCKET_WORKSPACE`, `BITBUCKET_COMMIT`: not set, so there is no commit to report on\n"
    "\n"
    "hint: Bitbucket Pipelines sets them; elsewhere set them to the workspace, the repository and the commit\n"
)


@pytest.fixture
def pipeline(deps: Program, sandbox: Sandbox) -> Pipeline:
    return Pipeline(deps, sandbox)


def data(report: Mapping[str, Any]) -> dict[str, Any]:
    return {each["title"]: each["value"] for each in report["data"]}


def test_a_clean_tree_passes(pipeline: Pipeline) -> None:
    """There is no older lock to compare with, and the report says so."""
    base = f"{pipeline.commits[0]}^"
    assert pipeline.run() == (
        "Verified 3 packages, 5 files in TIME\n"
        f"Reported 0 findings on acme/shop at {pipeline.commits[0][:12]}: PASSED\n"
        f"note: not everything was compared: `{base}`: git knows no such revision\n"
    )
    report = pipeline.report()
    assert (report["title"], report["result"], report["report_type"]) == ("Vendored dependencies", "PASSED", "SECURITY")
    assert data(report) == {
        "Packages": 3,
        "Files": 5,
        "Differences in vendor": 0,
        "Moved tags": 0,
        "Tags that are gone": 0,
        "Licence changes": f"not compared: `{base}`: git knows no such revision",
        "Newer releases": 0,
    }
    assert pipeline.annotations() == []


def test_every_kind_of_finding_has_its_place(pipeline: Pipeline) -> None:
    """Edited files, newer releases and licences: at the line of the manifest, or of the lock where it has none."""
    pipeline.kit.commit({"LICENSE": None, "COPYING": "Ask Bob.\n"}, tags=["v1.1"])
    pipeline.deps("update", "http-kit")
    pipeline.deps("install")
    pipeline.commit()
    pipeline.kit.commit({"a.c": "int z;\n"}, tags=["v1.2", "v2.0"])
    pipeline.json.commit({"c.py": "x\n"})
    (pipeline.deps.vendor / "logging" / "b.py").write_text("edited\n")
    (pipeline.deps.vendor / "json-lite" / "c.py").unlink()
    text = pipeline.run(code=3)
    lock = (pipeline.deps.root / "deps.lock").read_text().splitlines()
    line = lock.index('[packages."acme/json-lite"]') + 1
    short = pipeline.json.git("rev-parse", "main")[:12], pipeline.json.git("rev-parse", "main~1")[:12]
    assert pipeline.annotations() == [
        ("HIGH", "deps.lock", line, "`vendor/json-lite/c.py` is missing"),
        ("HIGH", "deps.toml", 8, "`vendor/logging/b.py` was modified"),
        ("MEDIUM", "deps.toml", 6, "`http-kit`: its licence was MIT and is now unknown"),
        ("LOW", "deps.toml", 6, "`http-kit`: locked v1.1, `deps update` takes v1.2, the newest of all is v2.0"),
        ("LOW", "deps.lock", line, f"`json-lite`: locked main@{short[1]}, `deps update` takes main@{short[0]}"),
    ]
    assert pipeline.report()["result"] == "FAILED"
    assert text == (
        f"Reported 5 findings on acme/shop at {pipeline.git('rev-parse', 'HEAD')[:12]}: FAILED\n"
        "- `http-kit`: its licence was MIT and is now unknown\n"
        "- `http-kit`: locked v1.1, `deps update` takes v1.2, the newest of all is v2.0\n"
        f"- `json-lite`: locked main@{short[1]}, `deps update` takes main@{short[0]}\n"
        "error: the vendor directory is not what `deps.lock` says, 2 differences:\n"
        "- `vendor/json-lite/c.py` is missing\n"
        "- `vendor/logging/b.py` was modified\n"
        "\n"
        "hint: `deps install --force` puts back what the lock says\n"
    )


def test_a_moved_tag_is_an_alarm(pipeline: Pipeline) -> None:
    """The report names both commits; the exit code is that of an integrity alarm."""
    locked = pipeline.kit.git("rev-parse", "v1.0")
    now = pipeline.kit.commit({"a.c": "int evil;\n"})
    pipeline.kit.tag("v1.0", now)
    pipeline.logging.remove_tag("v2.0")
    text = pipeline.run(code=3)
    assert text.endswith(
        "error: `http-kit`: the tag `v1.0` of `acme/http-kit` was moved\n"
        "\n"
        "hint: `deps lock` names both commits of each, and says what to do\n"
    )
    assert pipeline.annotations() == [
        ("CRITICAL", "deps.toml", 6, "`http-kit`: the tag `v1.0` of `acme/http-kit` was moved"),
        ("MEDIUM", "deps.toml", 8, "`logging`: the locked tag `v2.0` of `acme/logging` is gone"),
    ]
    details = [each.get("details") for each in pipeline.get("/deps/annotations")["values"]]
    assert f"locked  {locked}\nnow     {now}" in details
    assert data(pipeline.report())["Newer releases"] == "not compared: a tag was moved"


def test_a_dependency_that_cannot_be_asked_hides_no_moved_tag(pipeline: Pipeline) -> None:
    """What was found about the others is reported; the report says that not everything was compared."""
    pipeline.kit.tag("v1.0", pipeline.kit.commit({"a.c": "int evil;\n"}))
    pipeline.sandbox.fault("error", path="*/logging/refs/tags/*", times=None, status=503)
    text = pipeline.run(code=3, more={"DEPS_RETRIES": "0"})
    assert "error: `http-kit`: the tag `v1.0` of `acme/http-kit` was moved\n" in text
    assert pipeline.annotations() == [
        ("CRITICAL", "deps.toml", 6, "`http-kit`: the tag `v1.0` of `acme/http-kit` was moved")
    ]
    assert pipeline.report()["result"] == "FAILED"
    assert str(data(pipeline.report())["Moved tags"]).startswith("1, not everything was compared: `127.0.0.1:")


def test_a_text_that_is_not_recognised_is_no_hiding_place(pipeline: Pipeline) -> None:
    """A licence that was unknown and is another unknown one, or comes beside a known one, is a change."""
    pipeline.kit.commit({"LICENSE-USE.md": "Ask Bob, and bring cake.\n"}, tags=["v1.1"])
    pipeline.deps("update", "http-kit")
    pipeline.deps("install")
    pipeline.commit()
    pipeline.run()
    same = "its licence is MIT as before, but a text that is not recognised changed"
    assert [each[3] for each in pipeline.annotations()] == [f"`http-kit`: {same}: `LICENSE-USE.md`"]
    pipeline.kit.commit({"LICENSE": None, "LICENSE-USE.md": None, "COPYING": "Ask Bob.\n"}, tags=["v1.2"])
    pipeline.deps("update", "http-kit")
    pipeline.commit()
    pipeline.kit.commit({"COPYING": "Pay Bob.\n"}, tags=["v1.3"])
    pipeline.deps("update", "http-kit")
    pipeline.deps("install")
    pipeline.commit()
    pipeline.run()
    same = same.replace("MIT", "unknown")
    assert [each[3] for each in pipeline.annotations()] == [f"`http-kit`: {same}: `COPYING`"]
    pipeline.kit.commit({"COPYING": None, "COPYING.txt": "Pay Bob.\n"}, tags=["v1.4"])
    pipeline.deps("update", "http-kit")
    pipeline.deps("install")
    pipeline.commit()
    pipeline.run()
    assert pipeline.annotations() == []


def test_a_replaced_repository_is_an_alarm_too(pipeline: Pipeline) -> None:
    uuid = "{11111111-2222-4333-8444-555555555555}"
    pipeline.sandbox.configure(pipeline.kit, uuid=uuid)
    pipeline.run(code=3)
    assert pipeline.annotations() == [
        ("CRITICAL", "deps.toml", 6, "`http-kit`: `acme/http-kit` is another repository than the locked one")
    ]


def test_a_later_run_replaces_the_report(pipeline: Pipeline) -> None:
    """Annotations of the run before do not stay behind."""
    edited = pipeline.deps.vendor / "logging" / "b.py"
    edited.write_text("edited\n")
    pipeline.run(code=3)
    assert len(pipeline.annotations()) == 1
    edited.write_text("\n")
    pipeline.run()
    assert (pipeline.annotations(), pipeline.report()["result"]) == ([], "PASSED")


def test_a_pull_request_is_compared_with_where_it_goes(pipeline: Pipeline) -> None:
    """A package that is new since then is named with its licence."""
    pipeline.sandbox.repository("tool", {"LICENSE": MIT, "t": "\n"}, tags=["v1"])
    pipeline.deps("add", "acme/tool@v1")
    pipeline.commit()
    pipeline.deps.manifest((pipeline.deps.root / "deps.toml").read_text() + "# the last commit changes nothing\n")
    pipeline.commit()
    pipeline.run()
    assert pipeline.annotations() == []
    pipeline.run(more={"BITBUCKET_PR_DESTINATION_COMMIT": pipeline.commits[0][:12]})
    assert [each[0::3] for each in pipeline.annotations()] == [("MEDIUM", "`tool`: is new, its licence is MIT")]


def test_more_than_a_thousand_findings_are_cut(pipeline: Pipeline) -> None:
    """The service takes 100 annotations in a request and 1,000 in a report."""
    for number in range(1005):
        (pipeline.deps.vendor / "logging" / f"extra{number:04}").touch()
    pipeline.sandbox.clear_requests()
    pipeline.run(code=3)
    posts = [each.status for each in pipeline.sandbox.requests("/annotations") if each.method == "POST"]
    assert posts == [200] * 10
    assert data(pipeline.report())["Differences in vendor"] == 1005


def test_what_is_posted_is_held_against_the_description(pipeline: Pipeline) -> None:
    """Every test here does so with what it reads; the description objects to what it does not know."""
    (pipeline.deps.vendor / "logging" / "b.py").write_text("edited\n")
    pipeline.run(code=3)
    [annotation] = pipeline.get("/deps/annotations")["values"]
    report = pipeline.report()
    for key, value in {"severity": "GRAVE", "line": 0, "mood": "good", "annotation_type": "TYPO", "path": 3}.items():
        assert described().problems("GET", ANNOTATION, 200, {**annotation, key: value}) != [], key
    for key, value in {"result": "BROKEN", "report_type": "X", "data": [{"type": "COLOUR"}], "mood": "good"}.items():
        assert described().problems("GET", REPORT, 200, {**report, key: value}) != [], key


def test_a_project_below_the_top_has_its_own_report(pipeline: Pipeline, deps: Program) -> None:
    """Paths are relative to the clone, and another project of the repository keeps its report."""
    top = deps.root.parent
    pipeline.run()
    (deps.vendor / "logging" / "b.py").write_text("edited\n")
    pipeline.run(code=3, more={"BITBUCKET_CLONE_DIR": str(top)})
    assert pipeline.report()["result"] == "PASSED"
    assert pipeline.annotations("deps-storefront") == [
        ("HIGH", "storefront/deps.toml", 8, "`vendor/logging/b.py` was modified")
    ]


def test_json_has_the_report(pipeline: Pipeline) -> None:
    pipeline.kit.commit({"a.c": "int z;\n"}, tags=["v1.3"])
    ran = pipeline.program({})("verify", "--report", "codeinsights", "--json")
    assert ran.document["report"] == {
        "repository": "acme/shop",
        "commit": pipeline.commits[0],
        "result": "PASSED",
        "findings": [{"kind": "outdated", "text": "`http-kit`: locked v1.0, `deps update` takes v1.3"}],
    }


def test_without_a_credential_nothing_is_posted(pipeline: Pipeline) -> None:
    error = (
        "`acme/shop`: a report needs a credential, and none was sent\n"
        "hint: set `BITBUCKET_ACCESS_TOKEN__ACME`, or the key and secret of an OAuth consumer\n"
    )
    assert pipeline.run(code=4, more={"BITBUCKET_ACCESS_TOKEN": ""}) == f"error: {error}".replace("\nhint", "\n\nhint")
    (pipeline.deps.vendor / "logging" / "b.py").write_text("edited\n")
    text = pipeline.run(code=3, more={"BITBUCKET_ACCESS_TOKEN": ""})
    assert text.startswith(f"warning: no report was posted: {error}error: the vendor directory is not what")


def test_a_token_without_the_scope_says_which(pipeline: Pipeline) -> None:
    pipeline.sandbox.user()
    token = pipeline.sandbox.api_token(scopes=["read:repository:bitbucket"])
    variables = {"BITBUCKET_ACCESS_TOKEN": "", "BITBUCKET_EMAIL": token.email, "BITBUCKET_API_TOKEN": token.token}
    assert pipeline.run(code=4, more=variables) == (
        "error: `acme/shop`: the API token of `BITBUCKET_API_TOKEN` may not write reports: it lacks the scope "
        "`write:pipeline:bitbucket`; it has `read:repository:bitbucket`\n"
        "\n"
        "hint: add the scope where the credential was made (for a token: make a new one)\n"
    )


def test_a_commit_that_was_not_pushed_has_no_report(pipeline: Pipeline) -> None:
    assert pipeline.run(code=1, more={"BITBUCKET_COMMIT": "ab" * 20}) == (
        "error: `acme/shop`: the service has no such commit to report on\n"
        "\n"
        "hint: check `BITBUCKET_COMMIT`; only a commit that was pushed can have a report\n"
    )


def test_what_the_service_cannot_tell_is_said_in_the_report(pipeline: Pipeline) -> None:
    """A dependency that may not be read does not hide what was found in vendor."""
    pipeline.sandbox.fault("error", path="*/refs/tags/*", times=None, status=503)
    pipeline.run(more={"DEPS_RETRIES": "0"})
    said = data(pipeline.report())
    assert str(said["Moved tags"]).startswith("not compared: `127.0.0.1:")
    assert (said["Differences in vendor"], pipeline.report()["result"]) == (0, "PASSED")


@pytest.mark.parametrize(
    ("variables", "words", "text"),
    [
        (
            {"BITBUCKET_COMMIT": "", "BITBUCKET_WORKSPACE": ""},
            (),
            NOT_SET,
        ),
        (
            {"BITBUCKET_COMMIT": "main"},
            (),
            (
                "error: `BITBUCKET_COMMIT`: must be the 40 hex digits of a commit\n\n"
                "hint: Bitbucket Pipelines sets it; elsewhere set it to what `git rev-parse HEAD` prints\n"
            ),
        ),
        (
            {"BITBUCKET_REPO_SLUG": "a/b"},
            (),
            (
                "error: `BITBUCKET_WORKSPACE`, `BITBUCKET_REPO_SLUG`: they name no repository of Bitbucket\n\n"
                "hint: Bitbucket Pipelines sets them; elsewhere copy them from `bitbucket.org/WORKSPACE/REPO`\n"
            ),
        ),
        (
            {},
            ("--offline",),
            "error: `--report` and `--offline` contradict each other\n\nhint: leave one of them out\n",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    pipeline: Pipeline, variables: dict[str, str], words: tuple[str, ...], text: str
) -> None:
    assert pipeline.run(*words, code=2, more=variables) == text

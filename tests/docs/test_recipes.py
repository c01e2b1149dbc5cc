"""The CI recipes of the documentation: the commands on each page are run, in a fresh clone, with `CI=true`.

A recipe is read from the page itself, so page and test cannot differ. What a CI service does by itself (check out,
restore a cache, replace `${{ ... }}`) the test does in its place; a step that it does not know fails.
"""

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.checkout import Checkout, commit_all
from support.pages import ROOT, blocks
from support.sandbox import Sandbox

MANIFEST = """\
[project]
name = "shop"

[dependencies.http-kit]
workspace = "acme"
repo = "http-kit"
tag = "v1.0"
"""
MAKEFILE = "all:\n\t@cat vendor/http-kit/a.c\n"
BUILT = "int secret;\n"


@pytest.fixture
def secrets(sandbox: Sandbox) -> dict[str, str]:
    """Give the secured variables: a consumer of the workspace `acme`, which is empty at first."""
    sandbox.use_workspace("acme")
    consumer = sandbox.consumer()
    return {"BITBUCKET_CONSUMER_KEY": consumer.key, "BITBUCKET_CONSUMER_SECRET": consumer.secret}


@pytest.fixture
def project(sandbox: Sandbox, secrets: dict[str, str], tmp_path: Path) -> Checkout:
    """Give a clone as CI makes it: manifest and lock of a private repository, committed; nothing is installed."""
    sandbox.repository(
        "http-kit", {"a.c": BUILT, "LICENSE": (ROOT / "LICENSE").read_text()}, tags=["v1.0"], private=True
    )
    root, home = tmp_path / "clone", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    maker = Checkout(root=root, home=home, variables={**sandbox.environment(), **secrets})
    (root / "Makefile").write_text(MAKEFILE)
    maker.sh("deps init --name shop")
    (root / "deps.toml").write_text(MANIFEST)
    maker.sh("deps lock && deps cache clean && echo /.deps-cache/ >> .gitignore")
    commit_all(root)
    sandbox.clear_requests()
    return Checkout(root=root, home=home, variables={**sandbox.environment(), "CI": "true"})


def check_frugal(sandbox: Sandbox, *, downloads: int) -> None:
    """A locked installation makes no API call, and one download for each archive that is not cached."""
    asked = sandbox.requests()
    assert [each.path for each in asked if each.path.startswith("/2.0/")] == []
    assert len([each for each in asked if "/get/" in each.path]) == downloads
    sandbox.clear_requests()


def test_bitbucket_pipelines(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    """The cache of one run serves the next; a stale lock stops it."""
    recipe, report = (yaml.safe_load(block) for block in blocks("bitbucket-pipelines", "yaml"))
    [step] = [each["step"] for each in recipe["pipelines"]["default"]]
    cache = recipe["definitions"]["caches"][step["caches"][0]]
    assert (cache["path"], cache["key"]["files"]) == (".deps-cache", ["deps.lock"])
    script = "\n".join(step["script"])
    own = {**secrets, "BITBUCKET_CLONE_DIR": str(project.root)}
    assert project.sh(script, own).endswith(BUILT)
    check_frugal(sandbox, downloads=1)
    project.sh("rm -r vendor .deps")
    project.sh(script, own)
    check_frugal(sandbox, downloads=0)
    assert (project.root / cache["path"]).is_dir()
    project.sh('git diff --exit-code && test -z "$(git status --porcelain)"')
    (project.root / "deps.toml").write_text(MANIFEST.replace("v1.0", "v1.1"))
    assert "run `deps lock` and commit `deps.lock`" in project.sh(script, own, code=1)
    assert report["definitions"] == recipe["definitions"]


def test_bitbucket_pipelines_with_a_report(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    """The report is on the commit afterwards."""
    own = sandbox.repository("shop", private=True)
    project.sh(f"git push -q {shlex.quote(str(own.path))} HEAD:refs/heads/main")
    commit = own.git("rev-parse", "main")
    [step] = [
        each["step"]
        for each in yaml.safe_load(blocks("bitbucket-pipelines", "yaml")[1])["pipelines"]["pull-requests"]["**"]
    ]
    where = {"BITBUCKET_WORKSPACE": "acme", "BITBUCKET_REPO_SLUG": "shop", "BITBUCKET_COMMIT": commit}
    told = project.sh("\n".join(step["script"]), secrets, where, {"BITBUCKET_CLONE_DIR": str(project.root)})
    assert f"Reported 0 findings on acme/shop at {commit[:12]}: PASSED\n" in told
    assert [each.status for each in sandbox.requests("/reports/deps") if each.method == "PUT"] == [200]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace `${{ name }}` as GitHub does; a name that is not known fails."""
    return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda match: values[match[1]], text)


def test_github_actions(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    """Only the step that downloads sees the secrets."""
    [job] = yaml.safe_load(blocks("github-actions", "yaml")[0])["jobs"].values()
    values = {"github.workspace": str(project.root), "hashFiles('deps.lock')": "0123"}
    values |= {f"secrets.{name}": value for name, value in secrets.items()}
    shared = {name: filled(value, values) for name, value in job["env"].items()}
    output, used = "", []
    for step in job["steps"]:
        if "uses" in step:
            used.append(step["uses"].partition("@")[0])
            continue
        own = {name: filled(value, values) for name, value in step.get("env", {}).items()}
        assert bool(own) == (step["run"] == "deps install")
        output = project.sh(step["run"], shared, own)
    assert output == BUILT
    assert used == ["actions/checkout", "actions/setup-python", "actions/cache"]
    [cache] = [step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/cache@")]
    assert (project.root / cache["path"]).is_dir()
    assert filled(cache["key"], values) == "deps-0123"
    check_frugal(sandbox, downloads=1)


def test_gitlab_ci(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    job = yaml.safe_load(blocks("gitlab-ci", "yaml")[0])["build"]
    shared = {name: value.replace("$CI_PROJECT_DIR", str(project.root)) for name, value in job["variables"].items()}
    assert project.sh("\n".join(job["script"]), shared, secrets).endswith(BUILT)
    assert [(project.root / path).is_dir() for path in job["cache"]["paths"]] == [True]
    assert job["cache"]["key"]["files"] == ["deps.lock"]
    check_frugal(sandbox, downloads=1)


def test_jenkins(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    """The `sh` steps, in their order; the credential within its own block alone. The next build downloads nothing."""
    [text] = blocks("jenkins", "groovy")
    shared = dict(re.findall(r"^ {8}(\w+) = ['\"](.*)['\"]$", text, flags=re.MULTILINE))
    assert shared == {"CI": "true"}
    bound = re.search(
        r"usernameVariable: '(\w+)',\s+passwordVariable: '(\w+)'\s+\)\]\) \{(.*?)\n {16}\}", text, re.DOTALL
    )
    assert bound is not None
    key, secret = secrets.values()
    for downloads in (1, 0):
        output = ""
        for step in re.finditer(r"sh '([^']*)'", text):
            inside = bound.start(3) <= step.start() < bound.end(3)
            output = project.sh(step[1], shared, {bound[1]: key, bound[2]: secret} if inside else {})
        assert output == BUILT
        check_frugal(sandbox, downloads=downloads)
        project.sh("rm -r vendor .deps")


def test_dockerfile(project: Checkout, sandbox: Sandbox, tmp_path: Path) -> None:
    """The commands of `RUN`, in an empty directory that `COPY` fills; mounts become the cache and the secret."""
    [text] = blocks("docker", "dockerfile")
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    source, cache = tmp_path / "src", tmp_path / "cache"
    source.mkdir()
    image = Checkout(
        root=source, home=project.home, variables={k: v for k, v in project.variables.items() if k != "CI"}
    )
    token, output, kinds = sandbox.access_token(), "", []
    for line in lines:
        kind, _, rest = line.partition(" ")
        kinds.append(kind)
        if kind == "COPY":
            *paths, target = rest.split()
            assert target in (".", "./")
            listed = project.sh("git ls-files").split() if paths == ["."] else paths
            project.sh(f"cp --parents {shlex.join(listed)} {shlex.quote(str(source))}")
        elif kind == "RUN":
            own = {"BITBUCKET_ACCESS_TOKEN": token} if "--mount=type=secret,id=bitbucket" in rest else {}
            command = re.sub(r"--mount=\S+\s+", "", rest).replace("/var/cache/deps", str(cache))
            output = image.sh(command, own)
    assert kinds == ["#", "FROM", "RUN", "WORKDIR", "COPY", "RUN", "COPY", "RUN"]
    assert output.endswith(BUILT)
    check_frugal(sandbox, downloads=1)


def hooks(text: str) -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in yaml.safe_load(text)}


def test_pre_commit(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    """pre-commit itself runs both hooks: a clean tree is committed without a network, and each stops its own."""
    published = hooks((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    remote, local = (yaml.safe_load(block)["repos"][0] for block in blocks("pre-commit", "yaml"))
    assert [hook["id"] for hook in remote["hooks"]] == list(published)
    for hook in local["hooks"]:
        same = ("id", "name", "entry", "always_run", "pass_filenames")
        assert {key: hook[key] for key in same} == {key: published[hook["id"]][key] for key in same}
    (project.root / ".pre-commit-config.yaml").write_text(blocks("pre-commit", "yaml")[1])
    project.sh("deps install && pre-commit install", secrets)
    sandbox.clear_requests()
    commit = "git add -A && git -c user.name=T -c user.email=t@example.com commit -m Change 2>&1"
    assert results(project.sh(commit)) == {
        "deps.lock matches deps.toml": "Passed",
        "vendor matches deps.lock": "Passed",
    }
    head = project.sh("git rev-parse HEAD")
    (project.root / "vendor" / "http-kit" / "a.c").write_text("edited\n")
    (project.root / "Makefile").write_text("all:\n")
    told = project.sh(commit, code=1)
    assert results(told) == {"deps.lock matches deps.toml": "Passed", "vendor matches deps.lock": "Failed"}
    assert "- `vendor/http-kit/a.c` was modified\n" in told
    project.sh("deps install --force --offline")
    (project.root / "deps.toml").write_text(MANIFEST.replace("v1.0", "v1.1"))
    told = project.sh(commit, code=1)
    assert results(told)["deps.lock matches deps.toml"] == "Failed"
    assert "v1.1" in told
    assert project.sh("git rev-parse HEAD") == head
    assert sandbox.requests() == []


def results(told: str) -> dict[str, str]:
    """Give what pre-commit says of each hook."""
    return dict(re.findall(r"^(\w.*?)\.{3,}(\w+)$", told, flags=re.MULTILINE))


def test_in_any_ci(project: Checkout, sandbox: Sandbox, secrets: dict[str, str]) -> None:
    """The commands of the general page."""
    [commands] = blocks("use-in-ci", "console")
    project.sh("\n".join(line.removeprefix("$ ") for line in commands.splitlines()), secrets)
    check_frugal(sandbox, downloads=1)


def test_the_lock_is_refreshed_in_the_branch_of_renovate(
    project: Checkout, sandbox: Sandbox, secrets: dict[str, str], tmp_path: Path
) -> None:
    """Renovate changed `tag` and pushed; the pipeline adds the lock to the same branch."""
    sandbox.repository("http-kit2", {"a.c": BUILT}, tags=["v1.0"])
    origin = sandbox.repository("shop", private=True)
    branch = "renovate/http-kit"
    project.sh(f"git remote add origin {shlex.quote(str(origin.path))} && git checkout -q -b {branch}")
    (project.root / "deps.toml").write_text(MANIFEST.replace('repo = "http-kit"', 'repo = "http-kit2"'))
    commit_all(project.root, "Update")
    [recipe] = [yaml.safe_load(block) for block in blocks("renovate", "yaml")]
    [step] = [each["step"] for each in recipe["pipelines"]["branches"]["renovate/*"]]
    who = {"GIT_AUTHOR_NAME": "P", "GIT_AUTHOR_EMAIL": "p@example.com", "GIT_COMMITTER_NAME": "P"}
    who |= {"GIT_COMMITTER_EMAIL": "p@example.com"}
    project.sh("\n".join(step["script"]), {"BITBUCKET_BRANCH": branch}, who, secrets)
    clone = tmp_path / "reviewed"
    subprocess.run(["git", "clone", "-q", "-b", branch, str(origin.path), str(clone)], check=True)
    reviewed = Checkout(root=clone, home=project.home, variables=project.variables)
    reviewed.sh("deps install --locked", secrets)
    assert (clone / "vendor" / "http-kit" / "a.c").read_text() == BUILT

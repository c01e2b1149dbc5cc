"""The guides from other tools: their commands are run as they stand, and what they promise is looked at."""

import json
from pathlib import Path

import pytest

from support.checkout import Checkout, commit_all
from support.pages import blocks
from support.sandbox import Sandbox

WHO = {f"GIT_{role}_{what}": f"{what}@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def commands(page: str) -> list[str]:
    """Give each console block of a page as a script."""
    lines = [block.splitlines() for block in blocks(page, "console")]
    return ["\n".join(line.removeprefix("$ ") for line in block if line.startswith("$ ")) for block in lines]


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Checkout:
    sandbox.use_workspace("acme")
    root = tmp_path / "project"
    root.mkdir()
    return Checkout(root=root, home=tmp_path, variables={**sandbox.environment(), **WHO})


def test_from_submodules(project: Checkout, sandbox: Sandbox, tmp_path: Path) -> None:
    """From a repository with a submodule to a commit without one; a clone of it installs the same bytes."""
    repo = sandbox.repository("http-kit", {"a.c": "int a;\n", "sub/b.sh": "#!/bin/sh\n"}, tags=["v1.0"])
    repo.commit({"a.c": "int b;\n"}, tags=["v2.0"])
    add = "git -c protocol.file.allow=always submodule add -q"
    project.sh(f"git init -q -b main && {add} --name libs/http '{repo.path}' libs/http 2>&1")
    project.sh("cd libs/http && git checkout -q v1.0")
    project.sh(f"git config -f .gitmodules submodule.libs/http.url '{sandbox.web_url}/acme/http-kit.git'")
    commit_all(project.root)
    tree = project.sh("git -C libs/http ls-tree -r HEAD")
    [take, out, place] = commands("from-submodules")
    assert "+ http-kit v1.0\n" in project.sh(take)
    project.sh(out)
    assert (project.root / ".gitmodules").read_text() == ""
    project.sh(f"git rm -q -f .gitmodules && {place}")
    assert project.sh("git status --porcelain") == ""
    assert "160000" not in project.sh("git ls-files --stage")
    clone = Checkout(root=tmp_path / "clone", home=tmp_path, variables=project.variables)
    project.sh(f"git clone -q . '{clone.root}'")
    clone.sh("deps install --locked && deps verify")
    clone.sh("cd libs/http && git init -q && git add -A && git commit -q -m x")
    assert clone.sh("git -C libs/http ls-tree -r HEAD") == tree


def test_from_a_script(project: Checkout, sandbox: Sandbox) -> None:
    """The newest release where there is one, else the branch; both are locked to commits."""
    kit = sandbox.repository("http-kit", {"a.c": "\n"}, tags=["v1.0", "v1.1"])
    lite = sandbox.repository("json-lite", {"a.py": "\n"})
    lite.branch("master", lite.git("rev-parse", "main"))
    start, add = commands("from-a-script")
    project.sh(f"{start}\n{add}")
    lock = (project.root / "deps.lock").read_text()
    assert f'tag = "v1.1"\nversion = "1.1"\ncommit = "{kit.git("rev-parse", "v1.1")}"\n' in lock
    assert f'branch = "master"\ncommit = "{lite.git("rev-parse", "master")}"\n' in lock
    assert (project.root / "vendor" / "json-lite" / "a.py").exists()


@pytest.mark.parametrize("page", ["from-composer", "from-west"])
def test_from_a_lock_of_commits(project: Checkout, sandbox: Sandbox, page: str) -> None:
    """What the other tool locked is added by commit; the tag that replaces it later is the same commit."""
    repo = sandbox.repository("http-kit", {"a.c": "\n"}, tags=["v2.4.1"])
    commit = repo.git("rev-parse", "v2.4.1")
    package = {"name": "acme/http-kit", "version": "v2.4.1", "source": {"reference": commit}}
    (project.root / "composer.lock").write_text(json.dumps({"packages": [package]}))
    project.sh("deps init")
    for line in "\n".join(commands(page)).splitlines():
        if line.startswith("jq "):
            assert project.sh(line) == f"acme/http-kit\tv2.4.1\t{commit}\n"
        elif not line.startswith("west "):
            project.sh(line.replace("3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9", commit))
    manifest = project.root / "deps.toml"
    text = manifest.read_text()
    assert f'commit = "{commit}"' in text
    manifest.write_text(text.replace(f'commit = "{commit}"', 'tag = "v2.4.1"'))
    project.sh("deps install && deps verify")
    assert f'commit = "{commit}"' in (project.root / "deps.lock").read_text()


def test_from_vendir(project: Checkout, sandbox: Sandbox) -> None:
    """Right directories that vendir left are adopted; wrong ones need `--force` once."""
    sandbox.repository("http-kit", {"src/a.c": "\n", "doc/x": "\n", "LICENSE": "Free.\n"}, tags=["v2.4.1"])
    place = project.root / "third_party" / "http"
    (place / "src").mkdir(parents=True)
    (place / "src" / "a.c").write_text("\n")
    (place / "LICENSE").write_text("Free.\n")
    project.sh("deps init && deps add acme/http-kit@v2.4.1 --no-install")
    manifest = project.root / "deps.toml"
    entry = 'tag = "v2.4.1"\ninto = "third_party/http"\ninclude = ["src/**"]\n'
    manifest.write_text(manifest.read_text().replace('tag = "v2.4.1"\n', entry))
    project.sh("deps install && deps verify")
    assert sorted(path.name for path in place.rglob("*") if path.is_file()) == ["LICENSE", "a.c"]
    project.sh("rm -r .deps")
    (place / "src" / "a.c").write_text("edited\n")
    project.sh("deps install", code=3)
    project.sh("deps install --force && deps verify")


def test_a_bill_of_materials_is_read_by_jq(project: Checkout, sandbox: Sandbox) -> None:
    """Both commands of the page, as they stand, and what the second prints."""
    repo = sandbox.repository("http-kit", {"a.c": "\n"}, tags=["v1.0"])
    project.sh("deps init && deps add acme/http-kit@v1.0")
    write, plain = commands("bill-of-materials")
    project.sh(write)
    [component] = json.loads((project.root / "bom.json").read_text())["components"]
    commit = repo.git("rev-parse", "v1.0")
    assert component["purl"] == f"pkg:bitbucket/acme/http-kit@{commit}"
    assert project.sh(plain) == f"http-kit {commit}\n"

"""The second transport: content by git, over HTTPS and SSH (DESIGN section 8)."""

import shutil
import stat
from pathlib import Path

import pytest

from bitdeps.config.environment import read_settings
from bitdeps.core.bitbucket.archives import ArchiveAccessError
from bitdeps.errors import LocalError, MovedTagError
from bitdeps.ops.downloads import ExportSubstError
from support.locking import Locking
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox

PLAIN: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "l": Link("README.md"),
    "grün/ü": "ü",
    "z": b"\0\r\n",
}
BY_GIT = {"DEPS_TRANSPORT": "git"}


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    made = Locking(sandbox=sandbox, root=tmp_path / "shop")
    made.write('kit = { tag = "v1" }')
    return made


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", PLAIN, tags=["v1"])


def placed(root: Path) -> dict[str, tuple[str, bytes]]:
    """Every file and link below the vendor directory: kind and bytes by path."""
    found = {}
    for path in sorted((root / "vendor").rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(root))] = ("link", str(path.readlink()).encode())
        elif path.is_file():
            kind = "executable" if path.stat().st_mode & stat.S_IXUSR else "file"
            found[str(path.relative_to(root))] = (kind, path.read_bytes())
    return found


def without_archive(table: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in table.items() if not key.startswith("archive-")}


def test_git_gives_the_same_content_as_an_archive(sandbox: Sandbox, project: Locking, kit: Repo) -> None:
    """The locks differ in what only an archive has; the files are the same to the last byte."""
    project.lock()
    project.install()
    other = Locking(sandbox=sandbox, root=project.root.parent / "other")
    other.write('kit = { tag = "v1" }')
    sandbox.clear_requests()
    other.lock(**BY_GIT)
    other.install(**BY_GIT)
    assert sandbox.requests("/get/") == []
    assert without_archive(project.entry(kit)) == other.entry(kit)
    assert placed(other.root) == placed(project.root) != {}


def test_a_lock_of_one_transport_installs_by_the_other(sandbox: Sandbox, project: Locking, kit: Repo) -> None:
    project.lock()
    report = project.install(DEPS_CACHE_DIR=str(project.root / "cold"), **BY_GIT)
    assert (report.notes, placed(project.root)["vendor/kit/README.md"]) == ((), ("file", b"hi\n"))
    other = Locking(sandbox=sandbox, root=project.root.parent / "other")
    other.write('kit = { tag = "v1" }')
    other.lock(**BY_GIT)
    other.install(DEPS_CACHE_DIR=str(project.root / "colder"), DEPS_TRANSPORT="archive")
    assert placed(other.root) == placed(project.root)
    assert other.entry(kit)["commit"] == kit.git("rev-parse", "v1")


@pytest.mark.parametrize("refusal", ["redirect", "html", "unauthorized"])
def test_git_stands_in_where_archives_refuse_a_kind_of_credential(
    sandbox: Sandbox, project: Locking, refusal: str
) -> None:
    """And the next run knows: it asks for no archive, with this kind of credential on this host."""
    repo = sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    sandbox.repository("more", PLAIN, tags=["v1"], private=True)
    sandbox.switch(archive_refuses=["access-token"], archive_refusal=refusal)
    token = {"BITBUCKET_ACCESS_TOKEN": sandbox.access_token()}
    report = project.lock(**token)
    assert report.notes == (f"`{repo.full_name}`: git brought what the website did not give as an archive",)
    assert "archive-sha256" not in project.entry(repo)
    assert project.entry(repo)["proof"] == "commit"
    project.write('kit = { tag = "v1" }\nmore = { tag = "v1" }')
    sandbox.clear_requests()
    report = project.lock(**token)
    assert (sandbox.requests("/get/"), report.notes) == ([], ())
    project.install(**token)
    assert len(placed(project.root)) == 2 * len(PLAIN)


def test_another_kind_of_credential_is_tried_again(sandbox: Sandbox, project: Locking) -> None:
    """What is remembered holds for one kind: an API token gets its archives."""
    repo = sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    sandbox.switch(archive_refuses=["access-token"])
    sandbox.user("ada")
    api = sandbox.api_token("ada")
    project.lock(BITBUCKET_ACCESS_TOKEN=sandbox.access_token())
    (project.root / "deps.lock").unlink()
    project.lock(BITBUCKET_EMAIL=api.email, BITBUCKET_API_TOKEN=api.token)
    assert "archive-sha256" in project.entry(repo)


def test_what_is_remembered_of_one_repository_closes_no_way_for_another(sandbox: Sandbox, project: Locking) -> None:
    """The refusal may have been of one repository alone: where git cannot stand in, the archive is tried as ever."""
    sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    files: Files = {".gitattributes": "v export-subst\n", "v": "$Format:%H$\n"}
    subst = sandbox.repository("subst", files, tags=["v1"], private=True)
    sandbox.switch(archive_refuses=["access-token"])
    token = {"BITBUCKET_ACCESS_TOKEN": sandbox.access_token()}
    project.lock(**token)
    sandbox.switch(archive_refuses=[])
    project.write('kit = { tag = "v1" }\nsubst = { tag = "v1" }')
    project.lock(**token)
    assert project.entry(subst)["proof"] == "export"
    assert "archive-sha256" in project.entry(subst)
    sandbox.switch(archive_refuses=["access-token"])
    (project.root / "deps.lock").unlink()
    error = project.refused(DEPS_CACHE_DIR=str(project.root / "cold"), **token)
    assert isinstance(error, ExportSubstError)


def test_where_git_gets_nothing_either_the_first_error_counts(sandbox: Sandbox, project: Locking) -> None:
    repo = sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    token = sandbox.access_token()
    sandbox.switch(archive_refuses=["access-token"])
    sandbox.fault("error", path="*.git/*", method="*", status=403, times=None)
    error = project.refused(proof="skip", BITBUCKET_ACCESS_TOKEN=token)
    assert isinstance(error, ArchiveAccessError)
    assert str(error) == (
        f"`{repo.full_name}`: the archive was not given for the access token of `BITBUCKET_ACCESS_TOKEN`: "
        "got a redirect to a sign-in page"
    )


def test_archives_alone_means_no_git(sandbox: Sandbox, project: Locking) -> None:
    sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    sandbox.switch(archive_refuses=["access-token"])
    token = sandbox.access_token()
    error = project.refused(proof="skip", BITBUCKET_ACCESS_TOKEN=token, DEPS_TRANSPORT="archive")
    assert isinstance(error, ArchiveAccessError)
    assert sandbox.requests(".git/") == []


def test_an_expired_token_is_renewed_for_git_too(sandbox: Sandbox, project: Locking) -> None:
    """Both the commit's object and the fetch by the git program get a new one, once."""
    repo = sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    consumer = sandbox.consumer()
    keys = {"BITBUCKET_CONSUMER_KEY": consumer.key, "BITBUCKET_CONSUMER_SECRET": consumer.secret}
    sandbox.fault("expired-token", path="*.git/*", method="*", credential="oauth", times=1)
    project.lock(**keys, **BY_GIT)
    assert project.entry(repo)["proof"] == "commit"


def test_export_subst_is_refused_by_this_transport(sandbox: Sandbox, project: Locking) -> None:
    """What comes out of it may depend on refs and on how many objects a repository has."""
    repo = sandbox.repository(
        "kit", {".gitattributes": "v* export-subst\n", "v": "$Format:%d$\n", "w": "$Format:%H$\n"}, tags=["v1"]
    )
    error = project.refused(**BY_GIT)
    assert isinstance(error, ExportSubstError)
    assert str(error) == (
        f"`{repo.full_name}`: git cannot stand in for the service's archive, since `export-subst` writes into `v` "
        "what depends on where the archive is made"
    )
    assert error.exit_code == 1
    assert error.hint == (
        "use a credential that may download archives (`DEPS_TRANSPORT=archive`), or ask the owners to drop "
        "`export-subst`"
    )


def test_refused_archives_and_export_subst_leave_no_way(sandbox: Sandbox, project: Locking) -> None:
    """Both reasons are said."""
    files: Files = {".gitattributes": "v export-subst\n", "v": "$Format:%d$\n"}
    sandbox.repository("kit", files, tags=["v1"], private=True)
    sandbox.switch(archive_refuses=["access-token"])
    error = project.refused(BITBUCKET_ACCESS_TOKEN=sandbox.access_token())
    assert isinstance(error, ExportSubstError)
    first, second = str(error).splitlines()
    assert first.endswith(": got a redirect to a sign-in page")
    assert "since `export-subst` writes into `v`" in second


def test_other_attributes_give_the_same_by_both_ways(sandbox: Sandbox, project: Locking) -> None:
    files = {
        ".gitattributes": "a export-ignore\n*.bat eol=crlf\n*.c ident\n*.u text working-tree-encoding=UTF-16\n",
        "a": "a",
        "x.bat": "1\n2\n",
        "x.c": "$Id$\n",
        "x.u": "u\n",
        "no": "$Format:%H$\n",
    }
    repo = sandbox.repository("kit", files, tags=["v1"])
    project.lock()
    by_archive = project.entry(repo)
    (project.root / "deps.lock").unlink()
    project.lock(**BY_GIT)
    assert project.entry(repo) == without_archive(by_archive)
    assert by_archive["proof"] == "export"


@pytest.mark.parametrize("entry", ['tag = "v1"', 'branch = "main"', 'commit = "{}"'])
def test_each_kind_of_pin_is_fetched(project: Locking, kit: Repo, entry: str) -> None:
    commit = kit.git("rev-parse", "v1")
    project.write(f"kit = {{ {entry.format(commit)} }}")
    project.lock(**BY_GIT)
    assert project.entry(kit)["commit"] == commit
    kit.commit({"README.md": "newer\n"})
    project.install(DEPS_CACHE_DIR=str(project.root / "cold"), **BY_GIT)
    assert placed(project.root)["vendor/kit/README.md"] == ("file", b"hi\n")


def test_an_annotated_tag_is_peeled(project: Locking, kit: Repo) -> None:
    kit.tag("v2", kit.git("rev-parse", "v1"), message="two\n")
    project.write('kit = { tag = "v2" }')
    project.lock(**BY_GIT)
    assert project.entry(kit)["commit"] == kit.git("rev-parse", "v2^{commit}") != kit.git("rev-parse", "v2")


def test_a_moved_tag_does_not_stop_an_install(project: Locking, kit: Repo) -> None:
    """The locked commit is fetched by its id, where the tag names another one now."""
    project.lock(**BY_GIT)
    kit.tag("v1", kit.commit({"README.md": "evil\n"}))
    project.install(DEPS_CACHE_DIR=str(project.root / "cold"), **BY_GIT)
    assert placed(project.root)["vendor/kit/README.md"] == ("file", b"hi\n")
    assert isinstance(project.refused(**BY_GIT), MovedTagError)


def test_without_git_this_transport_says_so(
    project: Locking, kit: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bitdeps.git.program import git_program

    assert kit.git("rev-parse", "v1")
    monkeypatch.setenv("PATH", str(tmp_path))
    git_program.cache_clear()
    try:
        error = project.refused(**BY_GIT)
    finally:
        monkeypatch.undo()
        git_program.cache_clear()
    assert isinstance(error, LocalError)
    assert (str(error), error.hint) == ("`git` is not installed", "install git, or make it found on `PATH`")


def test_git_over_a_limit_is_stopped(project: Locking, kit: Repo, sandbox: Sandbox) -> None:
    assert kit.git("rev-parse", "v1")
    error = project.refused(proof="skip", DEPS_LIMITS_UNPACKED="1000", **BY_GIT)
    assert str(error) == f"`{kit.full_name}`: unpacked it is larger than 1000 bytes"
    sandbox.fault("latency", path="*.git/*", seconds=5, times=None)
    error = project.refused(proof="skip", DEPS_TIMEOUTS_TOTAL="1", **BY_GIT)
    assert str(error) == "`git fetch`: not done within 1 s"


def test_the_default_is_archives_first(tmp_path: Path) -> None:
    assert read_settings({"HOME": str(tmp_path)}, project_dir=str(tmp_path)).transport == "auto"
    assert shutil.which("git")

"""Archives that `git archive` makes of odd repositories are accepted; what may not be placed has a way round."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from bitdeps.archive import Archive, open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.selection import compile_globs
from bitdeps.errors import ArchiveRefusedError

LIMITS = ArchiveLimits()
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"


class Repository:
    """A bare repository, written through git's plumbing so that any name can be in it."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self.index = path / "test-index"
        path.mkdir()
        self.git("init", "--quiet", "--bare", *options, ".")

    def git(self, *arguments: str, data: bytes = b"", date: str = "1700000000 +0000") -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_INDEX_FILE": str(self.index),
            **{f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            **{f"GIT_{who}_DATE": date for who in ("AUTHOR", "COMMITTER")},
        }
        command = [
            "git",
            "-C",
            str(self.path),
            "-c",
            "core.protectHFS=false",
            "-c",
            "core.protectNTFS=false",
            *arguments,
        ]
        run = subprocess.run(command, input=data, env=environment, check=True, capture_output=True)
        return run.stdout.decode("utf-8", "surrogateescape").strip()

    def add(self, path: bytes, body: str = "", mode: str = "100644") -> None:
        blob = self.git("hash-object", "-w", "--stdin", data=body.encode())
        self.git("update-index", "-z", "--index-info", data=f"{mode} {blob}\t".encode() + path + b"\0")

    def commit(self) -> str:
        return self.git("commit-tree", "-m", "x", self.git("write-tree"))

    def archive(self, commit: str) -> Archive:
        path = self.path / "archive.tar.gz"
        self.git("archive", "--format=tar.gz", "--prefix=ws-repo-0123456789ab/", f"--output={path}", commit)
        return open_archive(str(path), limits=LIMITS)

    def tree(self, commit: str) -> str:
        return self.git("rev-parse", f"{commit}^{{tree}}")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (b"caf\xe9.txt", "encoding"),
        (b"two\nlines", "control-character"),
        (b"back\\slash", "backslash"),
        (b"tab\there/file", "control-character"),
        (b"readme", "collision"),
        (b"\xc3\x9c/x\x7f", "control-character"),
        (b"x" * 300, "part-length"),
        (b"d/" * 70 + b"f", "depth"),
        (b"/".join([b"p" * 250] * 5), "path-length"),
        (b"git~1/x", "git-directory"),
    ],
)
def test_names_that_git_can_hold(name: bytes, rule: str, repository: Repository, tmp_path: Path) -> None:
    """The survey accepts them and equals git; placing refuses them, and takes the printed exclusion."""
    repository.add(b"README", "hello\n")
    repository.add(name, "odd\n")
    commit = repository.commit()
    root = tmp_path / "root"
    root.mkdir()
    with repository.archive(commit) as archive:
        assert archive.survey.tree == repository.tree(commit)
        assert {entry.path.encode("utf-8", "surrogateescape") for entry in archive.survey.entries} == {b"README", name}
        with pytest.raises(ArchiveRefusedError) as caught:
            archive.extract(str(root))
        assert caught.value.rule == rule
        line = re.search(r"`(exclude = .*)`$", str(caught.value.hint), re.DOTALL)
        assert line is not None
        leave_out = compile_globs(tomllib.loads(line[1])["exclude"])
        placed = archive.extract(str(root), lambda path: None if leave_out(path) else path)
    assert [one.path for one in placed] == ["README"]


def test_awkward_names_that_may_be_placed(repository: Repository, tmp_path: Path) -> None:
    """Spaces, quotes, dashes, stars, names of Windows devices, long and foreign names arrive as they are."""
    names = [
        "-rf",
        "a b",
        "a'\"b",
        "*",
        "aux.c",
        "CON/x",
        "a:b",
        ".hidden",
        "...",
        "\u6f22\u5b57/\u00e9",
        "y" * 255,
        " ",
    ]
    for name in names:
        repository.add(name.encode(), name)
    commit = repository.commit()
    (tmp_path / "root").mkdir()
    with repository.archive(commit) as archive:
        archive.extract(str(tmp_path / "root"))
        assert archive.survey.tree == repository.tree(commit)
    for name in names:
        assert (tmp_path / "root" / name).read_text(encoding="utf-8") == name


def test_submodules_pointers_and_attributes(repository: Repository) -> None:
    """What makes an archive differ from the commit is accepted, and the tree id tells."""
    repository.add(b".gitattributes", "secret export-ignore\nversion.txt export-subst\n")
    repository.add(b"secret", "kept at home\n")
    repository.add(b"version.txt", "$Format:%H$\n")
    repository.add(b"model.bin", POINTER)
    repository.add(b"run", "#!/bin/sh\n", "100755")
    entry = b"160000 0123456789012345678901234567890123456789\tlibs/module\0"
    repository.git("update-index", "-z", "--index-info", data=entry)
    commit = repository.commit()
    with repository.archive(commit) as archive:
        survey = archive.survey
        assert archive.read("version.txt") == f"{commit}\n".encode()
    assert survey.tree != repository.tree(commit)
    assert survey.commit == commit
    assert [entry.path for entry in survey.entries] == [".gitattributes", "model.bin", "run", "version.txt"]
    assert survey.lfs_pointers == ("model.bin",)
    assert survey.empty_directories == ("libs/module",)


def test_empty_tree(repository: Repository) -> None:
    """A commit without any file has an archive without any, and the tree id of nothing."""
    commit = repository.commit()
    with repository.archive(commit) as archive:
        assert archive.survey.tree == repository.tree(commit) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def test_commit_of_the_far_future(repository: Repository) -> None:
    """A time that ustar cannot hold goes into the global header, and is ignored there."""
    repository.add(b"a", "a")
    body = (
        f"tree {repository.git('write-tree')}\nauthor a <a> 99999999999 +0000\ncommitter a <a> 99999999999 +0000\n\nx\n"
    )
    commit = repository.git("hash-object", "-t", "commit", "-w", "--stdin", data=body.encode())
    with repository.archive(commit) as archive:
        assert archive.survey.commit == commit


def test_repository_with_sha256(tmp_path: Path) -> None:
    """A repository of git's newer kind names its commit with 64 digits; the content is the same."""
    archives = []
    for name, options in (("old", ()), ("new", ("--object-format=sha256",))):
        repository = Repository(tmp_path / name, *options)
        repository.add(b"a/b", "c")
        commit = repository.commit()
        with repository.archive(commit) as archive:
            assert archive.survey.commit == commit
            archives.append(archive.survey)
    assert archives[0].content == archives[1].content
    assert len(str(archives[1].commit)) == 64

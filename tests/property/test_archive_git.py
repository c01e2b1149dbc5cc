"""Whatever tree git holds, its archive is read as git reads it: names, modes, links, bytes, ids."""

import hashlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits

Tree = Mapping[str, tuple[str, bytes]]

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}
CHARACTERS = st.sampled_from("ab.-_ 0~+@#%$&'\"()[]{}=,;!^`\u00e9\u00df\u0131\u6f22\U0001f600\u0301")
NAMES = st.one_of(
    st.sampled_from(["a", "a.b", "a-b", "a0", "README", ".gitignore", "aux.c", "x" * 99, "y" * 101, "z" * 255]),
    st.text(CHARACTERS, min_size=1, max_size=12),
).filter(lambda name: name.strip(". ") != "" and len(name.encode()) <= 255)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
BODIES = st.one_of(st.binary(max_size=40), st.sampled_from([b"", b"x" * 511, b"x" * 512, b"x" * 513, b"y" * 70_000]))
FILES = st.tuples(st.sampled_from(["100644", "100755"]), BODIES)
TARGETS = st.one_of(NAMES, st.sampled_from([".", "not/there", "a/b/c", "t" * 101, "long/" * 60 + "t"])).map(str.encode)
LINKS = st.tuples(st.just("120000"), TARGETS)
TREES = st.dictionaries(PATHS, st.one_of(FILES, FILES, FILES, LINKS), max_size=25)


def git(repository: str, *arguments: str, data: bytes = b"") -> bytes:
    command = ["git", "-C", repository, *arguments]
    return subprocess.run(command, input=data, env=ENVIRONMENT, check=True, capture_output=True).stdout


def without_conflicts(tree: Tree) -> dict[str, tuple[str, bytes]]:
    """Leave out what would be below a file or link; nothing else is unfit for git."""
    parents = {path: {path[:at] for at, char in enumerate(path) if char == "/"} for path in tree}
    return {path: value for path, value in tree.items() if not parents[path] & tree.keys()}


def commit(repository: str, tree: Tree) -> str:
    """Make a commit through `git fast-import`; return its hash."""
    stream = [b"commit refs/heads/main\ncommitter a <a@example.com> 1700000000 +0000\ndata 0\n"]
    for path, (mode, body) in tree.items():
        quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
        stream.append(f"M {mode} inline {quoted}\ndata {len(body)}\n".encode() + body + b"\n")
    git(repository, "fast-import", "--quiet", data=b"".join(stream))
    return git(repository, "rev-parse", "main").decode().strip()


def d1(tree: Tree) -> str:
    """Compute the content digest as DESIGN section 3 says it."""
    lines = sorted((path.encode(), mode, hashlib.sha256(body).hexdigest()) for path, (mode, body) in tree.items())
    text = b"".join(f"{mode} {digest} ".encode() + path + b"\n" for path, mode, digest in lines)
    return "d1:" + hashlib.sha256(text).hexdigest()


def on_disk(root: Path) -> dict[str, tuple[str, bytes]]:
    """Read a directory back."""
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = ("120000", os.readlink(os.fsencode(path)))  # noqa: PTH115 - Path would tidy the target
        elif path.is_file():
            found[name] = ("100755" if path.stat().st_mode & 0o100 else "100644", path.read_bytes())
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TREES)
def test_survey_equals_git(drawn: Tree) -> None:
    """Paths, modes, blobs and tree are those of `git ls-tree` and `git rev-parse`; d1 is the test's own."""
    tree = without_conflicts(drawn)
    with TemporaryDirectory() as folder:
        git(folder, "init", "--quiet", "--bare", ".")
        head = commit(folder, tree)
        path = f"{folder}/archive.tar.gz"
        git(folder, "archive", "--format=tar.gz", "--prefix=ws-repo-0123/", f"--output={path}", head)
        with open_archive(path, limits=ArchiveLimits()) as archive:
            survey = archive.survey
        listed = [line.split(b"\t") for line in git(folder, "ls-tree", "-rz", head).split(b"\0")[:-1]]
        assert [(entry.mode, entry.blob, entry.path.encode()) for entry in survey.entries] == [
            (facts.split()[0].decode(), facts.split()[2].decode(), name) for facts, name in listed
        ]
        assert survey.tree == git(folder, "rev-parse", f"{head}^{{tree}}").decode().strip()
        assert survey.commit == head
        assert survey.top == "ws-repo-0123"
        assert survey.content == d1(tree)
        assert survey.empty_directories == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PATHS.map(str.casefold), FILES, max_size=25), st.booleans())
def test_extract_equals_tar(drawn: Tree, held: bool) -> None:  # noqa: FBT001 - Hypothesis passes by position
    """What is written is what `git archive | tar -x` writes, whether the tar is held or inflated again."""
    tree = without_conflicts(drawn)
    one_of_each = {path.casefold(): (path, value) for path, value in tree.items()}
    tree = without_conflicts(dict(one_of_each.values()))
    with TemporaryDirectory() as folder:
        repository, ours, theirs = (Path(folder, name) for name in ("git", "ours", "theirs"))
        for path in (repository, ours, theirs):
            path.mkdir()
        git(str(repository), "init", "--quiet", "--bare", ".")
        head = commit(str(repository), tree)
        plain = git(str(repository), "archive", "--format=tar", "--prefix=top/", head)
        subprocess.run(["tar", "-x", "--strip-components=1", "-C", str(theirs)], input=plain, check=True)
        archive = f"{folder}/archive.tar.gz"
        git(str(repository), "archive", "--format=tar.gz", "--prefix=top/", f"--output={archive}", head)
        with open_archive(archive, limits=ArchiveLimits()) as opened:
            if not held:
                opened._source._chunks = None
            placed = opened.extract(str(ours))
        assert on_disk(ours) == on_disk(theirs) == dict(tree)
        assert {one.path: (one.mode, one.sha256, one.size) for one in placed} == {
            path: (mode, hashlib.sha256(body).hexdigest(), len(body)) for path, (mode, body) in tree.items()
        }

"""Each way in which a `deps.lock` can be wrong has its own words."""

import pytest

from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.errors import LockfileError

COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
HEX = "0123456789abcdef" * 4
RESTORE = "restore `deps.lock` from version control, or remove it and run `deps lock`"

KIT = f"""\
name = "kit"
path = "vendor/kit"
uuid = "{{2c6a1f0e-0000-4000-8000-000000000000}}"
tag = "v1.0"
version = "1.0"
commit = "{COMMIT}"
tree = "{COMMIT}"
proof = "commit"
content = "d1:{HEX}"
archive-sha256 = "{HEX}"
archive-size = 48213
requested = ["project: tag v1.0"]
"""


def fail(text: str) -> LockfileError:
    with pytest.raises(LockfileError) as caught:
        parse_lockfile(text)
    assert caught.value.exit_code == 2
    return caught.value


def fail_kit(old: str, new: str) -> str:
    """What is said of one package of which one line is changed."""
    assert old in KIT
    error = fail(f'lock-version = 1\n[packages."acme/kit"]\n{KIT}'.replace(old, new, 1))
    assert error.hint == RESTORE
    return str(error)


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> topic"])
def test_conflict_markers(marker: str) -> None:
    error = fail(f"lock-version = 1\n{marker}\n")
    assert str(error) == "deps.lock:2:1: git conflict markers"
    assert error.hint == "run `deps lock`; it keeps what both sides agree on"


def test_a_newer_lock_version() -> None:
    """Nothing else is said: what the newer version means is not known."""
    error = fail('lock-version = 2\n[packages."acme/kit"]\nnew-key = 1')
    assert str(error) == "deps.lock:1:1: lock-version: this `deps` reads version 1 and older"
    assert error.hint == "a newer `deps` wrote it; update `deps`"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: lock-version: is missing"),
        ("lock-version = 0", "1:1: lock-version: expected 1"),
        ('lock-version = "1"', "1:1: lock-version: expected 1"),
        ("lock-version = true", "1:1: lock-version: expected 1"),
        ("lock-version = 1.0", "1:1: lock-version: expected an integer, found the number `1.0`"),
        ("lock-version = 1\nhash = 1", "2:1: hash: unknown key; known are `lock-version`, `packages`"),
        ("lock-version = 1\npackages = 1", "2:1: packages: expected a table, found the number `1`"),
        (
            'lock-version = 1\n[packages]\n"acme/kit" = 1',
            '3:1: packages."acme/kit": expected a table, found the number `1`',
        ),
        ("\ufefflock-version = 1", "1:1: begins with a byte order mark; save it as UTF-8 without one"),
        ("lock-version =", "1:15: is no TOML: invalid value"),
    ],
)
def test_the_file(text: str, problem: str) -> None:
    error = fail(text)
    assert str(error) == f"deps.lock:{problem}"
    assert error.hint == RESTORE


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "kit"', 'nmae = 1\nname = "kit"', "3:1: .nmae: unknown key; did you mean `name`?"),
        ('name = "kit"\n', "", "2:11: : `name` is missing"),
        ('name = "kit"', "name = 1", "3:1: .name: expected a string, found the number `1`; write it in quotes"),
        ('"kit"', '"con"', "3:1: .name: is reserved on Windows"),
        ('"vendor/kit"', '"../kit"', "4:1: .path: must not hold an empty part, `.` or `..`"),
        ('"vendor/kit"', '".git/hooks"', "4:1: .path: must not lead into `.git`"),
        ('"vendor/kit"', '"deps.toml"', "4:1: .path: must not lead into `deps.toml`, which is a file of `deps`"),
        (
            "{2c6a1f0e-",
            "{2c6a1f0e",
            "5:1: .uuid: expected a UUID in braces, found `{2c6a1f0e0000-4000-8000-000000000000}`",
        ),
        ('"v1.0"', '"v 1"', "6:1: .tag: holds a space, which git allows in no ref name"),
        (
            'tag = "v1.0"',
            'tag = "v1.0"\nbranch = "main"',
            "7:1: .branch: stands beside `tag`; a pin has one of them, or neither",
        ),
        ('tag = "v1.0"', "", "7:1: .version: is written for a tag alone, and there is no `tag`"),
        ('version = "1.0"', 'version = "one"', "7:1: .version: expected a version (PEP 440), found `one`"),
        ('version = "1.0"', 'version = "1.*"', "7:1: .version: expected a version (PEP 440), found `1.*`"),
        ('commit = "3f2c', 'commit = "3f2', "8:1: .commit: must be all 40 hex digits of a commit, found 39"),
        ('commit = "3f', 'commit = "3F', f"8:1: .commit: must be in lower case: `{COMMIT}`"),
        ('tree = "3f', 'tree = "3g', f"9:1: .tree: must be the 40 hex digits of a tree, found `3g{COMMIT[2:]}`"),
        ('"commit"', '"yes"', '10:1: .proof: expected `"commit"`, `"export"` or `"none"`, found `yes`'),
        (
            'content = "d1:01',
            'content = "d2:01',
            f"11:1: .content: is of another algorithm: expected `d1:` and 64 hex digits, found `d2:{HEX[:57]}...`",
        ),
        (
            f'content = "d1:{HEX}"',
            f'content = "{HEX}"',
            f"11:1: .content: is of another algorithm: expected `d1:` and 64 hex digits, found `{HEX[:60]}...`",
        ),
        ('content = "d1:01', 'content = "d1:1', "11:1: .content: expected 64 hex digits, found 63"),
        ('content = "d1:0123456789abcd', 'content = "d1:0123456789ABCD', "11:1: .content: must be in lower case"),
        (f'content = "d1:{HEX}', 'content = "d1:xyz', "11:1: .content: expected 64 hex digits, found `d1:xyz`"),
        (
            'archive-sha256 = "',
            'archive-sha256 = "sha512:',
            (
                "12:1: .archive-sha256: is of another algorithm: expected 64 hex digits and nothing before them, "
                f"found `sha512:{HEX[:53]}...`"
            ),
        ),
        ('archive-sha256 = "01', 'archive-sha256 = "1', "12:1: .archive-sha256: expected 64 hex digits, found 63"),
        ("archive-size = 48213", "", "12:1: .archive-sha256: goes with `archive-size`, which is missing"),
        (f'archive-sha256 = "{HEX}"', "", "13:1: .archive-size: goes with `archive-sha256`, which is missing"),
        ("= 48213", "= 0", "13:1: .archive-size: expected a number of bytes, found `0`"),
        ("= 48213", "= true", "13:1: .archive-size: expected an integer, found the Boolean `true`"),
        (
            "archive-size",
            f'placed = "d1:{HEX}"\narchive-size',
            "13:1: .placed: goes with `selection`, which is missing",
        ),
        (
            "archive-size",
            f'selection = "s1:{HEX}"\narchive-size',
            "13:1: .selection: goes with `placed`, which is missing",
        ),
        (
            "archive-size",
            f'subdir = "a"\nselection = "s1:{HEX}"\nplaced = "d1:{HEX}"\narchive-size',
            "13:1: .subdir: must be the package's own, which has no subdir",
        ),
        (
            "archive-size",
            f'subdir = 7\nselection = "s1:{HEX}"\nplaced = "d1:{HEX}"\narchive-size',
            "13:1: .subdir: expected a string, found the number `7`; write it in quotes",
        ),
        (
            "archive-size",
            f'selection = "d1:{HEX}"\nplaced = "d1:{HEX}"\narchive-size',
            f"13:1: .selection: is of another algorithm: expected `s1:` and 64 hex digits, found `d1:{HEX[:57]}...`",
        ),
        ("requested", 'groups = ["a", "a"]\nrequested', "14:16: .groups[1]: `a` is listed twice"),
        ("requested", 'requires = ["Acme/x"]\nrequested', "14:13: .requires[0]: `Acme/x` is no identity"),
        ('requested = ["project: tag v1.0"]\n', "", "2:11: : `requested` is missing"),
        ('["project: tag v1.0"]', "[]", "2:11: : nothing requires it"),
        ("project: tag v1.0", "override: tag v1.0", "2:11: : nothing requires it"),
        ("project: tag v1.0", "project", "14:14: .requested[0]: `project` is not `FROM: KIND VALUE`"),
        (
            "project: tag v1.0",
            "root: tag v1.0",
            (
                "14:14: .requested[0]: `root: tag v1.0` must begin with `project`, `project.GROUP`, "
                "`override` or an identity"
            ),
        ),
        (
            "project: tag v1.0",
            "project.: tag v1.0",
            (
                "14:14: .requested[0]: `project.: tag v1.0` must begin with `project`, `project.GROUP`, "
                "`override` or an identity"
            ),
        ),
        (
            "project: tag v1.0",
            "override: tag v1.0 alone",
            "14:14: .requested[0]: `override: tag v1.0 alone` has `alone`, which an override cannot have",
        ),
        (
            "project: tag v1.0",
            "project: tag v..0",
            "14:14: .requested[0]: `project: tag v..0` names a tag that holds `..`, which git allows in no ref name",
        ),
        (
            "project: tag v1.0",
            "project: version >=1,<2",
            "14:14: .requested[0]: `project: version >=1,<2` names a version that is no specifier in normal form",
        ),
        (
            "project: tag v1.0",
            "project: tag v1.0 pattern v",
            (
                "14:14: .requested[0]: `project: tag v1.0 pattern v` names a tag that has a `pattern` "
                "that can match no tag"
            ),
        ),
        (
            "project: tag v1.0",
            "project: branch main prereleases",
            (
                "14:14: .requested[0]: `project: branch main prereleases` names a branch that has `pattern` or "
                "`prereleases`, which go with a tag or version"
            ),
        ),
        (
            "project: tag v1.0",
            "project: commit 3f2c1e9",
            (
                "14:14: .requested[0]: `project: commit 3f2c1e9` names a commit that must be all 40 hex digits of a "
                "commit, found 7"
            ),
        ),
        ("requested", 'groups = ["g"]\nrequested', "14:1: .groups: expected none: that is what leads here"),
        ("project: tag", "project.g: tag", "2:11: .groups: expected `g`: that is what leads here"),
    ],
)
def test_a_package(old: str, new: str, problem: str) -> None:
    position, _, rest = problem.partition(": ")
    assert fail_kit(old, new) == f'deps.lock:{position}: packages."acme/kit"{rest}'

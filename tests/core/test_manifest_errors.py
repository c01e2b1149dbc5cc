"""Every way in which a table or value of `deps.toml` can be wrong, with the whole text of the error."""

import pytest

from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.errors import ManifestError

KINDS = "`tag`, `version`, `branch`, `commit`"
ENTRY_KEYS = (
    f"`workspace`, `repo`, `subdir`, {KINDS}, `tag-pattern`, `prereleases`, "
    "`include`, `exclude`, `patches`, `into`, `lfs`, `transitive`"
)
SLUG = "must be letters, digits, `.`, `_` and `-`, and begin with a letter, digit or `_`"


def fail(text: str) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text, tool_version="1.4.2")
    assert caught.value.exit_code == 2
    return caught.value


def problem_of_entry(text: str) -> str:
    """What is said about one line, the fifth, of `[dependencies.kit]`."""
    return str(fail(f'[project]\nworkspace = "acme"\n[dependencies.kit]\ntag = "v1"\n{text}'))


def test_all_problems_at_once_in_the_order_of_the_file() -> None:
    text = """\
[project]
nmae = "storefront"
vendor = "."

[dependencies.http-kit]
tga = "v1.0"
into = "../elsewhere"

[dependencies]
json-lite = { tag = "v1", version = ">=1" }
logging = "v1.0"

[overrides]
json-lite = { tag = "v1" }
"""
    assert (
        str(fail(text))
        == f"""\
deps.toml: 9 problems
  deps.toml:2:1: project.nmae: unknown key; did you mean `name`?
  deps.toml:3:1: project.vendor: must be a directory of its own inside the project
  deps.toml:5:15: dependencies.http-kit: has no `workspace`; set it here or in `[project]`
  deps.toml:6:1: dependencies.http-kit.tga: unknown key; did you mean `tag`?
  deps.toml:7:1: dependencies.http-kit.into: must not hold an empty part, `.` or `..`
  deps.toml:10:1: dependencies.json-lite: has no `workspace`; set it here or in `[project]`
  deps.toml:10:27: dependencies.json-lite.version: stands beside `tag`; an entry has exactly one of {KINDS}
  deps.toml:11:1: dependencies.logging: expected a table, found a string; write `logging = {{ tag = "v1.0" }}`
  deps.toml:14:1: overrides.json-lite: must be `workspace/repo`, or `workspace/repo//subdir`"""
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1", "1:1: x: unknown key; known are `project`, `dependencies`, `groups`, `overrides`"),
        ('name = "a"', "1:1: name: unknown key; it belongs in `[project]`"),
        ("[dependancies]", "1:2: dependancies: unknown key; did you mean `dependencies`?"),
        ("[group.test]", "1:2: group: unknown key; did you mean `groups`?"),
        (
            '"a\\u0007b" = 1',
            '1:1: "a\\u0007b": unknown key; known are `project`, `dependencies`, `groups`, `overrides`',
        ),
        ("project = 1", "1:1: project: expected a table, found the number `1`"),
        ("[[dependencies]]", "1:3: dependencies: expected a table, found an array"),
        ("[project]\nname = 1", "2:1: project.name: expected a string, found the number `1`; write it in quotes"),
        ('[project]\nname = " "', "2:1: project.name: must be visible text on one line"),
        ('[project]\nname = "a\\nb"', "2:1: project.name: must be visible text on one line"),
        (
            "[project]\nworkspace = 1979-05-27",
            "2:1: project.workspace: expected a string, found the date or time `1979-05-27`; write it in quotes",
        ),
        ('[project]\nvendor = "."', "2:1: project.vendor: must be a directory of its own inside the project"),
        ('[project]\nvendor = "./"', "2:1: project.vendor: must be a directory of its own inside the project"),
        ('[project]\nvendor = "../v"', "2:1: project.vendor: must not hold an empty part, `.` or `..`"),
        ('[project]\nvendor = ".deps"', "2:1: project.vendor: must not lead into `.deps`, which is a file of `deps`"),
        (
            '[project]\nignore = "*.log"',
            "2:1: project.ignore: expected an array of strings, found a string; write it in brackets",
        ),
        ('[project]\nignore = ["a", 1]', "2:16: project.ignore[1]: expected a string, found the number `1`"),
        ('[project]\nignore = ["../a"]', "2:11: project.ignore[0]: must not hold an empty part, `.` or `..`"),
        (
            '[project]\ncommit-vendor = "yes"',
            "2:1: project.commit-vendor: expected `true` or `false`, found a string",
        ),
        (
            '[project]\nrequires-deps = "1.2"',
            (
                "2:1: project.requires-deps: expected a version specifier (PEP 440), found `1.2`; "
                "write `==1.2` for exactly this version, or `tag` for exactly this tag"
            ),
        ),
        (
            '[project]\nmin-age = "soon"',
            "2:1: project.min-age: expected a number of hours, days or weeks such as `12h`, `7d` or `2w`, found `soon`",
        ),
        ("[groups]\ntest = 1", "2:1: groups.test: expected a table, found the number `1`"),
        (
            '[groups]\n"a b" = {}',
            '2:1: groups."a b": must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit',
        ),
        (
            '[groups.kit]\ntag = "v1"',
            "1:9: groups.kit: looks like an entry; write it into a group, such as `[groups.test.kit]`",
        ),
        ("[overrides]\nx = 1", "2:1: overrides.x: must be `workspace/repo`, or `workspace/repo//subdir`"),
        ('[overrides]\n"a/b" = "v1"', '2:1: overrides."a/b": expected a table, found a string'),
        ('[overrides]\n"a/b" = {}', f'2:1: overrides."a/b": needs exactly one of {KINDS}'),
        (
            '[overrides]\n"a/b" = { tag = "v1", into = "x" }',
            f'2:23: overrides."a/b".into: unknown key; known are {KINDS}, `tag-pattern`, `prereleases`',
        ),
        (
            '[overrides]\n"a/b" = { tag = "v1" }\n"A/b" = { tag = "v1" }',
            '3:1: overrides."A/b": is `a/b`, as line 2 is; there is one override for each',
        ),
    ],
)
def test_tables(text: str, problem: str) -> None:
    lines = [line for line in str(fail(text)).split("\n  ") if "overrides.x: expected" not in line]
    assert lines[-1] == f"deps.toml:{problem}"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("min-age = 3", f"min-age: unknown key; known are {ENTRY_KEYS}"),
        ('branch = "main"', f"branch: stands beside `tag`; an entry has exactly one of {KINDS}"),
        ("transitive = 0", "transitive: expected `true` or `false`, found the number `0`"),
        ("transitive = {}", "transitive: expected `true` or `false`, found a table"),
        ("prereleases = []", "prereleases: expected `true` or `false`, found an array"),
        ("subdir = false", "subdir: expected a string, found the Boolean `false`; write it in quotes"),
        ('subdir = "/abs"', "subdir: must be a relative path"),
        ('subdir = "a/../b"', "subdir: must not hold an empty part, `.` or `..`"),
        ("into = 1.5", "into: expected a string, found the number `1.5`; write it in quotes"),
        ('into = "a\\\\b"', "into: must use `/`, not `\\`"),
        ('into = "deps.lock"', "into: must not lead into `deps.lock`, which is a file of `deps`"),
        ('into = "a/.git/x"', "into: must not lead into `.git`"),
        ('into = ".gitmodules"', "into: must not hold `.gitmodules`, which is a file of git"),
        ('into = "vendor"', "into: would replace the vendor directory `vendor`"),
        ('lfs = "smudge"', 'lfs: expected `"pointers"`, found `smudge`'),
        ("include = []", "include: is empty; leave it out to take every file"),
        ('include = ["src/"]', "include[0]: ends with `/`; write `src/**` for everything below"),
        ('exclude = ["a", "/b"]', "exclude[1]: must be a relative path"),
        ('exclude = ["a[b"]', "exclude[0]: holds `[` without `]`"),
        ('patches = ["../p/*.patch"]', "patches[0]: must not hold an empty part, `.` or `..`"),
        ('tag-pattern = "v"', "tag-pattern: must hold `{version}` exactly once, found it 0 times"),
        ('tag-pattern = "{version}{version}"', "tag-pattern: must hold `{version}` exactly once, found it 2 times"),
        (
            'tag-pattern = "v {version}"',
            "tag-pattern: matches no tag: a tag of this form holds a space, which git allows in no ref name",
        ),
        ('workspace = ""', "workspace: is empty"),
        ('repo = "kit.git"', 'repo: ends with `.git`; write `repo = "kit"`'),
        (
            'repo = "Acme/Kit"',
            'repo: holds a workspace and a repository; write `workspace = "acme"` and `repo = "kit"`',
        ),
        (
            'repo = "https://me:secret@bitbucket.org/acme/kit.git"',
            'repo: is an address; write `workspace = "acme"` and `repo = "kit"`',
        ),
        (
            'repo = "git@bitbucket.org:acme/kit.git"',
            'repo: is an address; write `workspace = "acme"` and `repo = "kit"`',
        ),
        (
            'repo = "bitbucket.org/acme/kit/src/main/README"',
            'repo: is an address; write `workspace = "acme"` and `repo = "kit"`',
        ),
        ('repo = "me:secret@bitbucket.org/acme"', "repo: is an address; write the name alone"),
        ('workspace = "https://bitbucket.org/acme"', "workspace: is an address; write the name alone"),
        ("repo = 3", "repo: expected a string, found the number `3`; write it in quotes"),
    ],
)
def test_lines_of_an_entry(line: str, problem: str) -> None:
    """Each problem stands at its own line; a secret in a pasted address is not repeated."""
    message = problem_of_entry(line)
    assert message.startswith("deps.toml:5:")
    assert message.partition(": ")[2] == f"dependencies.kit.{problem}"
    assert "secret" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", f": needs exactly one of {KINDS}"),
        ('repo = "kit"', f": needs exactly one of {KINDS}"),
        ('rev = "3f2c1e9"', ".rev: unknown key; did you mean `commit`?"),
        ('ref = "3f2c1e9"', ".ref: unknown key; did you mean `commit`?"),
        ("tag = 1.0", ".tag: expected a string, found the number `1.0`; write it in quotes"),
        ('tag = ""', ".tag: is empty"),
        ('tag = "a b"', ".tag: holds a space, which git allows in no ref name"),
        ('tag = "a\\tb"', ".tag: holds a control character, which git allows in no ref name"),
        ('tag = "a..b"', ".tag: holds `..`, which git allows in no ref name"),
        ('tag = "a@{1}"', ".tag: holds `@{`, which git allows in no ref name"),
        ('tag = "v*"', ".tag: holds `*`, which git allows in no ref name"),
        ('branch = "-f"', ".branch: must not begin with `-` or `/`, nor end with `/` or `.`"),
        ('branch = "a//b"', ".branch: holds `//`, which git allows in no ref name"),
        ('branch = "a/.b"', ".branch: must not have a part that begins with `.` or ends with `.lock`"),
        ('branch = "a.lock/b"', ".branch: must not have a part that begins with `.` or ends with `.lock`"),
        ('commit = ""', ".commit: is empty; write the 40 hex digits of a commit"),
        ('commit = "3f2c1e9"', ".commit: must be all 40 hex digits of a commit, found 7"),
        ('commit = "main"', ".commit: must be the 40 hex digits of a commit, found `main`"),
        (f'commit = "{"AB" * 20}"', f".commit: must be in lower case: `{'ab' * 20}`"),
        ('version = ""', ".version: is empty; write `>=0` for any version"),
        ('version = " , "', ".version: is empty; write `>=0` for any version"),
        ('version = "===1.0"', ".version: must not use `===`, which compares texts; write `==`"),
        (
            'version = "^1.2"',
            ".version: expected a version specifier (PEP 440), found `^1.2`; write `>=1.2,<2`",
        ),
        (
            'version = "latest"',
            ".version: expected a version specifier (PEP 440), found `latest`, such as `>=1.2,<2`",
        ),
        (
            'branch = "main", tag-pattern = "v{version}"',
            ".tag-pattern: goes with `tag` or `version`, not with `branch`",
        ),
        (
            f'commit = "{"ab" * 20}", prereleases = false',
            ".prereleases: goes with `tag` or `version`, not with `commit`",
        ),
    ],
)
def test_requirements(text: str, problem: str) -> None:
    message = str(fail(f'[project]\nworkspace = "acme"\n[dependencies]\nkit = {{ {text} }}'))
    assert message.partition(": ")[2] == f"dependencies.kit{problem}"


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("kit", '"v1.0"', 'expected a table, found a string; write `kit = { tag = "v1.0" }`'),
        ("kit", '">=1.0"', 'expected a table, found a string; write `kit = { version = ">=1.0" }`'),
        ("kit", f'"{"ab" * 20}"', f'expected a table, found a string; write `kit = {{ commit = "{"ab" * 20}" }}`'),
        ("kit", "'\"'", 'expected a table, found a string; write `kit = { tag = "v1.0" }`'),
        ("kit", '"two words"', 'expected a table, found a string; write `kit = { tag = "v1.0" }`'),
        ("kit", "1", 'expected a table, found the number `1`; write `kit = { tag = "v1.0" }`'),
        ("kit", "0x" + "f" * 20, 'expected a table, found a huge number; write `kit = { tag = "v1.0" }`'),
        ("aux", '{ tag = "v1" }', "is reserved on Windows"),
        ("kit.git", '{ tag = "v1" }', "`kit.git` is no name of a repository; set `repo`"),
    ],
)
def test_entries(key: str, value: str, problem: str) -> None:
    message = str(fail(f'[project]\nworkspace = "acme"\n[dependencies]\n"{key}" = {value}'))
    assert message.partition(": ")[2].partition(": ")[2] == problem


def test_a_wrong_default_workspace_is_said_once() -> None:
    """The entries that would have used it are not blamed."""
    text = '[project]\nworkspace = "a b"\n[dependencies]\nkit = { tag = "v1" }'
    assert str(fail(text)) == (
        "deps.toml:2:1: project.workspace: must be letters, digits, `.`, `_` and `-`, "
        "and begin with a letter, digit or `_`, found `a b`"
    )


def test_another_name_of_the_file() -> None:
    with pytest.raises(ManifestError) as caught:
        parse_manifest("x = 1", file="sub/deps.toml", tool_version="1.0")
    assert str(caught.value).startswith("sub/deps.toml:1:1: x: unknown key")


def test_requires_deps_is_the_only_thing_said() -> None:
    """A file for another version may hold anything."""
    error = fail('new-table = 1\n[project]\nrequires-deps = ">= 2.0"\nnew-key = 1\nnew-key = 2')
    assert str(error) == "deps.toml:3:1: project.requires-deps: needs `deps` >=2, and this is 1.4.2"
    assert error.hint == 'install a version that fits: `pip install "bitdeps>=2"`'

"""What `deps add` is given, as people type and copy it."""

import pytest

from bitdeps.core.names import RepoName
from bitdeps.core.pasted import Revision, Target, parse_target, specifier_or_error
from bitdeps.errors import UsageError

HOSTS = frozenset({"bitbucket.org"})
COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
LIB = RepoName("acme", "lib")


def read(text: str) -> Target:
    return parse_target(text, workspace="home", hosts=HOSTS)


@pytest.mark.parametrize(
    "text",
    [
        "acme/lib",
        "Acme/Lib",
        "acme/lib.git",
        " acme/lib ",
        "https://bitbucket.org/acme/lib",
        "https://bitbucket.org/acme/lib/",
        "https://bitbucket.org/acme/lib.git",
        "https://ada@bitbucket.org/acme/lib.git",
        "https://ada:canary-secret@bitbucket.org/acme/lib.git",
        "https://bitbucket.org:443/acme/lib",
        "HTTPS://BitBucket.org/acme/lib/overview?x=1#top",
        "git@bitbucket.org:acme/lib.git",
        "git clone git@bitbucket.org:acme/lib.git",
        "git clone --recursive https://ada@bitbucket.org/acme/lib.git",
        "ssh://git@bitbucket.org/acme/lib.git",
        "git+ssh://git@bitbucket.org:22/acme/lib.git",
        "bitbucket.org/acme/lib",
        "https://bitbucket.org/acme/lib/branches/",
        "https://bitbucket.org/acme/lib/downloads/?tab=tags",
        "https://bitbucket.org/acme/lib/src/",
    ],
)
def test_a_repository_alone(text: str) -> None:
    assert read(text) == Target(repository=LIB)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("acme/lib@v1.2", "tag", "v1.2"),
        ("acme/lib@release/2024#1", "tag", "release/2024#1"),
        ("acme/lib@@scope/pkg@1.0.3", "tag", "@scope/pkg@1.0.3"),
        (f"acme/lib@{COMMIT}", "commit", COMMIT),
        ("acme/lib@>=1.2,<2", "version", ">=1.2,<2"),
        ("acme/lib@~=1.2", "version", "~=1.2"),
        ("https://bitbucket.org/acme/lib/src/v1.2/", "any", "v1.2"),
        (f"https://bitbucket.org/acme/lib/src/{COMMIT}/", "commit", COMMIT),
        (f"https://bitbucket.org/acme/lib/src/{COMMIT}/?at=v1.2", "any", "v1.2"),
        (f"https://bitbucket.org/acme/lib/src/{COMMIT}/?at=refs%2Ftags%2Frelease%2F1", "any", "release/1"),
        ("https://bitbucket.org/acme/lib/src/release%2F2024%231/", "any", "release/2024#1"),
        ("https://bitbucket.org/acme/lib/branch/feature/x", "branch", "feature/x"),
        ("https://bitbucket.org/acme/lib/commits/tag/release/1", "tag", "release/1"),
        ("https://bitbucket.org/acme/lib/commits/branch/main", "branch", "main"),
        (f"https://bitbucket.org/acme/lib/commits/{COMMIT}", "commit", COMMIT),
        ("https://bitbucket.org/acme/lib/get/v1.2.tar.gz", "any", "v1.2"),
        ("https://bitbucket.org/acme/lib/get/v1.2.zip", "any", "v1.2"),
    ],
)
def test_a_repository_and_what_of_it(text: str, kind: str, name: str) -> None:
    target = read(text)
    assert target.repository == LIB
    assert target.revision is not None
    assert (target.revision.kind, target.revision.name) == (kind, name)


def test_the_default_workspace_completes_a_name() -> None:
    assert read("lib@v1") == Target(repository=RepoName("home", "lib"), revision=Revision(kind="tag", name="v1"))
    with pytest.raises(UsageError) as caught:
        parse_target("lib", workspace=None, hosts=HOSTS)
    assert (str(caught.value), caught.value.hint) == ("`lib`: names no workspace", "write `WORKSPACE/lib`")


def test_a_directory_of_a_repository() -> None:
    target = read("acme/mono//packages/a@a-v1")
    assert (target.repository, target.subdir) == (RepoName("acme", "mono"), "packages/a")
    assert target.revision == Revision(kind="tag", name="a-v1")


def test_the_path_that_a_browser_showed_is_kept_aside() -> None:
    target = read("https://bitbucket.org/acme/mono/src/v1.0/packages/a/README.md")
    assert (target.subdir, target.path) == (None, "packages/a/README.md")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://github.com/acme/lib", "`github.com`: is not the address of Bitbucket Cloud"),
        (
            "https://bitbucket.org.evil.example/acme/lib",
            "`bitbucket.org.evil.example`: is not the address",
        ),
        ("https://bitbucket.org@evil.example/acme/lib", "`evil.example`: is not the address of Bitbucket Cloud"),
        ("git@github.com:acme/lib.git", "`github.com`: is not the address of Bitbucket Cloud"),
        ("https://bitbucket.org/acme", "`bitbucket.org`: the address names no repository"),
        ("https://ada:canary-secret@bitbucket.org/", "`bitbucket.org`: the address names no repository"),
        ("acme/lib/more", "`acme/lib/more`: names no repository of Bitbucket"),
        ("acme/-lib", "`acme/-lib`: names no repository of Bitbucket"),
        ("", "``: names no repository of Bitbucket"),
        ("acme/lib@", "`acme/lib@`: nothing stands behind the `@`"),
        ("acme/lib//../x", "`acme/lib//../x`: the directory must not hold an empty part, `.` or `..`"),
    ],
)
def test_what_names_no_repository_is_refused_without_repeating_an_address(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert str(caught.value).startswith(message)
    assert "canary" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("^1.2", "write `>=1.2,<2`"),
        ("^0.3.1", "write `>=0.3.1,<0.4`"),
        ("~1.2", "write `>=1.2,<1.3`"),
        ("~>1.2.3", "write `>=1.2.3,<1.3`"),
        ("1.2", "write `==1.2` for exactly this version"),
        ("latest", "such as `>=1.2,<2`"),
    ],
)
def test_specifiers_of_other_tools_are_answered_in_ours(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        specifier_or_error(text, "`--version`")
    assert str(caught.value) == f"`--version`: expected a version specifier (PEP 440), found `{text}`"
    assert caught.value.hint == hint
    if text[0] in "^~":
        with pytest.raises(UsageError):
            read(f"acme/lib@{text}")

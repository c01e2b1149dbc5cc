"""Package URLs and the plain export, against packageurl, a library by other people."""

import pytest
from packageurl import PackageURL

from bitdeps.core.bom import archive_address, direct, json_document, purl, web_address
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity, RepoName, parse_identity

COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"


def locked(identity: str, *requested: str, requires: tuple[str, ...] = ()) -> LockedPackage:
    parsed = parse_identity(identity)
    assert parsed is not None
    return LockedPackage(
        identity=parsed,
        name=identity.rpartition("/")[2],
        path=f"vendor/{identity.rpartition('/')[2]}",
        commit=COMMIT,
        tree="9" * 40,
        content=f"d1:{'0' * 64}",
        requested=requested,
        requires=tuple(each for text in requires if (each := parse_identity(text)) is not None),
    )


@pytest.mark.parametrize(
    "identity",
    ["acme/http-kit", "_a.b-c/9_x.y", "acme/engine//runtime", "acme/engine//a b/\u00e4+c@d", "a/b//x#y?z%20"],
)
def test_a_package_url_is_that_of_the_library(identity: str) -> None:
    package = locked(identity)
    name, subdir = package.identity.repository, package.identity.subdir
    wanted = PackageURL("bitbucket", name.workspace, name.repo, COMMIT, subpath=subdir)
    assert PackageURL.from_string(purl(package)) == wanted


def test_addresses_are_those_of_bitbucket_cloud() -> None:
    package = locked("acme/engine//runtime")
    assert web_address(package) == "https://bitbucket.org/acme/engine"
    assert archive_address(package) == f"https://bitbucket.org/acme/engine/get/{COMMIT}.tar.gz"


def test_what_the_project_asks_for_is_direct() -> None:
    """In a group or outside; what only a package or an override asks for is not."""
    packages = [
        locked("acme/a", "project: tag v1", requires=("acme/b",)),
        locked("acme/b", "acme/a: tag v1"),
        locked("acme/c", "project.test: branch main"),
        locked("acme/d", "acme/a: tag v1", "override: tag v2"),
        locked("project/x", "project/y: tag v1"),
    ]
    lock = Lockfile(packages={package.identity: package for package in packages})
    assert direct(lock) == (Identity(RepoName("acme", "a")), Identity(RepoName("acme", "c")))
    document = json_document(lock, "shop")
    assert document["project"] == {"name": "shop", "requires": ["acme/a", "acme/c"]}
    assert document["packages"][0] == {  # type: ignore[index] # a JSON document
        "identity": "acme/a",
        "name": "a",
        "purl": f"pkg:bitbucket/acme/a@{COMMIT}",
        "path": "vendor/a",
        "workspace": "acme",
        "repo": "a",
        "commit": COMMIT,
        "tree": "9" * 40,
        "content": f"d1:{'0' * 64}",
        "groups": [],
        "direct": True,
        "requires": ["acme/b"],
    }

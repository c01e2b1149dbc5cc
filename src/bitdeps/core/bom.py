"""What a lockfile lists, in the terms of bills of materials.

A package URL is `pkg:bitbucket/WORKSPACE/REPO@COMMIT#SUBDIR`, as
https://github.com/package-url/purl-spec/blob/main/types-doc/bitbucket-definition.md has it.
"""

from urllib.parse import quote

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity

DOCUMENT_VERSION = 1
"""Of `deps export json`; it is raised when a key changes its meaning or goes."""
_WEB = "https://bitbucket.org"


def purl(package: LockedPackage) -> str:
    """Write the package URL of a pin."""
    repository = package.identity.repository
    subdir = "" if package.identity.subdir is None else f"#{quote(package.identity.subdir, safe='/')}"
    # A slug may hold `_`, which needs no escape either.
    return f"pkg:bitbucket/{repository.workspace}/{repository.repo}@{package.commit}{subdir}"


def web_address(package: LockedPackage) -> str:
    """Write where people find the repository; it is Bitbucket Cloud's, whatever mirror a run used."""
    return f"{_WEB}/{package.identity.repository}"


def archive_address(package: LockedPackage) -> str:
    """Write where the archive of a pin is served."""
    return f"{web_address(package)}/get/{package.commit}.tar.gz"


def is_direct(package: LockedPackage) -> bool:
    """Tell whether the project itself asks for a package, in a group or outside."""
    return any(line.startswith(("project: ", "project.")) for line in package.requested)


def direct(lock: Lockfile) -> tuple[Identity, ...]:
    """Return what the project depends on directly, in the order of the lock."""
    return tuple(identity for identity, package in lock.packages.items() if is_direct(package))


def json_document(lock: Lockfile, project: str) -> dict[str, object]:
    """Return `deps export json`: everything that the lock says, with package URLs; absent keys are left out."""
    return {
        "document": "bitdeps-export",
        "version": DOCUMENT_VERSION,
        "project": {"name": project, "requires": [str(identity) for identity in direct(lock)]},
        "packages": [_package(package) for package in lock.packages.values()],
    }


def _package(package: LockedPackage) -> dict[str, object]:
    values: dict[str, object] = {
        "identity": str(package.identity),
        "name": package.name,
        "purl": purl(package),
        "path": package.path,
        "workspace": package.identity.repository.workspace,
        "repo": package.identity.repository.repo,
        "subdir": package.identity.subdir,
        "uuid": package.uuid,
        "tag": package.tag,
        "branch": package.branch,
        "version": package.version,
        "commit": package.commit,
        "tree": package.tree,
        "proof": package.proof,
        "content": package.content,
        "archive-sha256": package.archive_sha256,
        "archive-size": package.archive_size,
        "selection": package.selection,
        "placed": package.placed,
        "groups": list(package.groups),
        "direct": is_direct(package),
        "requires": [str(identity) for identity in package.requires],
    }
    return {key: value for key, value in values.items() if value is not None}

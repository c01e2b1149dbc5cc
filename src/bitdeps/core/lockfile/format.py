"""A `Lockfile` to the bytes of `deps.lock`: the same for the same value, everywhere."""

from bitdeps.core.lockfile.model import LOCK_VERSION, LockedPackage, Lockfile

COMMENT = "# Written by `deps`. Commit it; do not edit it. After a merge conflict run `deps lock`.\n"


def format_lockfile(lock: Lockfile) -> str:
    """Write a lockfile as tomli-w does, below the comment: packages and lists sorted, absent keys left out."""
    from tomli_w import dumps

    packages = {str(identity): _table(lock.packages[identity]) for identity in sorted(lock.packages)}
    return COMMENT + dumps({"lock-version": LOCK_VERSION, "packages": packages})


def _table(package: LockedPackage) -> dict[str, object]:
    values = {
        "name": package.name,
        "path": package.path,
        "uuid": package.uuid,
        "subdir": package.identity.subdir,
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
        "groups": sorted(package.groups) or None,
        "requires": sorted(map(str, package.requires)) or None,
        "requested": sorted(package.requested),
    }
    return {key: value for key, value in values.items() if value is not None}

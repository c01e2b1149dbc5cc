"""A bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), the same bytes for the same lock."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from bitdeps.core.bom import archive_address, direct, purl, web_address
from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.ops.licenses import PackageLicence, missing_extra

if TYPE_CHECKING:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import License

_SERIAL = "https://bitbucket.org/bitdeps/bom/"
"""What serial numbers are derived from; nothing is served there."""


def require_library() -> None:
    """Check that bills of materials can be written.

    Raises:
        LocalError: says what to install.

    """
    try:
        import cyclonedx  # noqa: F401
    except ImportError as error:
        raise missing_extra("`deps export cyclonedx`: the library for it", error) from error


def bill_of_materials(
    lock: Lockfile, project: str, *, licences: Sequence[PackageLicence], moment: int | None = None
) -> str:
    """Write the bill of materials of a lock as JSON, with a line end.

    Args:
        lock: exactly its packages are listed.
        project: the name of what depends on them.
        licences: what is known of their licences; may be empty.
        moment: the time it carries, in seconds since 1970; None for none, so that bytes compare.

    """
    from cyclonedx.output.json import JsonV1Dot6

    text = JsonV1Dot6(_bom(lock, project, licences, moment)).output_as_string(indent=2)
    return f"{text}\n"


def _bom(lock: Lockfile, project: str, licences: Sequence[PackageLicence], moment: int | None) -> "Bom":
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType

    found = {each.package.identity: each for each in licences}
    root = Component(type=ComponentType.APPLICATION, name=project, bom_ref="project")
    components = {key: _component(package, found.get(key)) for key, package in lock.packages.items()}
    metadata = BomMetaData(component=root)
    metadata.tools.components.add(_tool())
    # The library puts in the present moment by itself.
    metadata.timestamp = None if moment is None else datetime.fromtimestamp(moment, UTC)  # type: ignore[assignment]
    bom = Bom(
        components=components.values(),
        metadata=metadata,
        serial_number=uuid5(NAMESPACE_URL, f"{_SERIAL}{project}\n{format_lockfile(lock)}"),
    )
    bom.register_dependency(root, [components[key] for key in direct(lock)])
    for key, package in lock.packages.items():
        bom.register_dependency(components[key], [components[required] for required in package.requires])
    return bom


def _tool() -> "Component":
    from cyclonedx.model.component import Component, ComponentType

    from bitdeps import __version__

    return Component(type=ComponentType.APPLICATION, name="bitdeps", version=__version__)


def _component(package: LockedPackage, licence: PackageLicence | None) -> "Component":
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
    from cyclonedx.model.component import Component, ComponentScope, ComponentType
    from packageurl import PackageURL

    address = purl(package)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=package.archive_sha256)] if package.archive_sha256 else []
    kinds = ExternalReferenceType
    return Component(
        type=ComponentType.LIBRARY,
        bom_ref=address,
        group=package.identity.repository.workspace,
        name=package.name,
        version=package.label,
        purl=PackageURL.from_string(address),
        scope=ComponentScope.OPTIONAL if package.groups else ComponentScope.REQUIRED,
        hashes=hashes,
        licenses=_licences(licence),
        external_references=[
            ExternalReference(type=kinds.VCS, url=XsUri(web_address(package))),
            ExternalReference(type=kinds.DISTRIBUTION, url=XsUri(archive_address(package)), hashes=hashes),
        ],
        properties=[Property(name=name, value=value) for name, value in _properties(package, licence)],
    )


def _properties(package: LockedPackage, licence: PackageLicence | None) -> Iterable[tuple[str, str]]:
    values = {
        "path": package.path,
        "tag": package.tag,
        "branch": package.branch,
        "commit": package.commit,
        "tree": package.tree,
        "proof": package.proof,
        "content": package.content,
        "selection": package.selection,
        "placed": package.placed,
    }
    yield from ((f"bitdeps:{name}", value) for name, value in values.items() if value is not None)
    yield from (("bitdeps:group", group) for group in package.groups)
    if licence is not None:
        yield from (("bitdeps:unrecognised-licence", each.path) for each in licence.unrecognised)


def _licences(licence: PackageLicence | None) -> "Iterable[License]":
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement, LicenseExpression
    from cyclonedx.spdx import is_supported_id

    expression = None if licence is None else licence.expression
    if expression is None:
        return ()
    concluded = LicenseAcknowledgement.CONCLUDED
    if is_supported_id(expression):
        return (DisjunctiveLicense(id=expression, acknowledgement=concluded),)
    return (LicenseExpression(expression, acknowledgement=concluded),)

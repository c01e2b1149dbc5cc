"""Write what a built wheel of `deps` needs as CycloneDX 1.6: `python tools/sbom.py dist/bitdeps-*.whl OUT.json`.

The versions are those of this environment, which `make install` makes from requirements/dev.txt: with them the tests
passed. The same wheel and environment give the same bytes; the time is SOURCE_DATE_EPOCH.
"""

import hashlib
import os
import sys
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from importlib.metadata import distribution
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def component(name: str, version: str, *, digest: str | None = None) -> Component:
    """Make a component of PyPI; `digest` is the SHA-256 of its file."""
    purl = PackageURL(type="pypi", name=canonicalize_name(name), version=version)
    return Component(
        type=ComponentType.APPLICATION if digest else ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=purl,
        bom_ref=purl.to_string(),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)] if digest else (),
    )


def needed(requirements: list[str]) -> list[str]:
    """Give the names that requirements without extras lead to directly, as this environment has them."""
    read = (Requirement(text) for text in requirements)
    names = {
        canonicalize_name(each.name) for each in read if each.marker is None or each.marker.evaluate({"extra": ""})
    }
    return sorted(names)


def bill(wheel: Path) -> Bom:
    """Make the bill of materials of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(member))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    root = component(metadata["Name"], metadata["Version"], digest=digest)
    made: dict[str, Component] = {}
    wanted = {"": needed(metadata.get_all("Requires-Dist", []))}
    waiting = list(wanted[""])
    while waiting:
        name = waiting.pop()
        if name not in made:
            found = distribution(name)
            made[name] = component(name, found.version)
            wanted[name] = needed(found.requires or [])
            waiting += wanted[name]
    bom = Bom(components=made.values(), serial_number=uuid5(NAMESPACE_URL, digest))
    bom.metadata.component = root
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    for name, names in wanted.items():
        bom.register_dependency(made[name] if name else root, [made[each] for each in names])
    return bom


def main(wheel: str, out: str) -> None:
    """Write the file."""
    Path(out).write_text(JsonV1Dot6(bill(Path(wheel))).output_as_string(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

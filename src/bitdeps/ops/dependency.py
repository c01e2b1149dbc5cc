"""A dependency's own manifest: where it lies, and what its bytes say."""

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity
from bitdeps.ops.project import MANIFEST


def manifest_path(identity: Identity) -> str:
    """Return where the manifest of a package lies in its repository."""
    return MANIFEST if identity.subdir is None else f"{identity.subdir}/{MANIFEST}"


def dependency_manifest(content: bytes | None, home: Identity) -> DependencyManifest | Unusable:
    """Read what a candidate's own manifest says; one without a manifest requires nothing."""
    from bitdeps import __version__
    from bitdeps.core.manifest.parse import parse_dependency_manifest

    if content is None:
        return DependencyManifest()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return Unusable(reason=f"its `{MANIFEST}` is not UTF-8")
    return parse_dependency_manifest(text, home=home, tool_version=__version__)

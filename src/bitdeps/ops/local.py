"""`deps.local.toml`: local checkouts in place of pins, never committed (DESIGN section 2)."""

import os
from collections.abc import Iterable, Mapping

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.errors import ManifestError, UsageError
from bitdeps.ops.project import LOCAL_OVERRIDES, decode, read_file


def read_local(root: str) -> Mapping[str, str]:
    """Return the checkout for each package named in `[paths]`, relative to the project or absolute.

    Raises:
        ManifestError: where the file is wrong.

    """
    content = read_file(os.path.join(root, LOCAL_OVERRIDES))
    if content is None:
        return {}
    import tomllib

    try:
        document = tomllib.loads(decode(content, LOCAL_OVERRIDES))
    except tomllib.TOMLDecodeError as error:
        message = f"{LOCAL_OVERRIDES}: is no TOML: {error}"
        raise ManifestError(
            message, hint='write it as `[paths]` and lines such as `json-lite = "../json-lite"`'
        ) from error
    paths = document.pop("paths", {})
    problems = [f"{LOCAL_OVERRIDES}: `{key}`: is unknown; there is only `[paths]`" for key in document]
    if not isinstance(paths, dict):
        problems.append(f"{LOCAL_OVERRIDES}: `paths`: must be a table")
    else:
        problems += [problem for name, path in paths.items() if (problem := _problem(root, name, path)) is not None]
    if problems:
        raise ManifestError("\n".join(problems), hint=f"correct or remove `{LOCAL_OVERRIDES}`")
    return dict(paths)


def _problem(root: str, name: str, path: object) -> str | None:
    where = f"{LOCAL_OVERRIDES}: `paths.{name}`"
    if not isinstance(path, str) or not path:
        return f"{where}: must be a path"
    if not os.path.isdir(os.path.join(root, path)):
        return f"{where}: `{path}` is no directory"
    return None


def refuse_local(paths: Mapping[str, str]) -> None:
    """Stop where local checkouts may not stand in for pins.

    Raises:
        UsageError: where there are any.

    """
    if paths:
        message = f"`{LOCAL_OVERRIDES}`: a locked install takes no local checkouts, and it names {_names(paths)}"
        raise UsageError(message, hint=f"remove `{LOCAL_OVERRIDES}`, or run with `--no-locked`")


def links_for(root: str, paths: Mapping[str, str], lockfile: Lockfile) -> dict[str, str]:
    """Return the target of the link at each place that a local checkout takes, by the package's name.

    Raises:
        ManifestError: where a name is that of no package, or a checkout lies where packages are placed.

    """
    places = {package.name: package.path for package in lockfile.packages.values()}
    unknown = sorted(paths.keys() - places.keys())
    if unknown:
        known = ", ".join(f"`{name}`" for name in sorted(places)) or "none"
        message = f"{LOCAL_OVERRIDES}: `paths.{unknown[0]}`: `deps.lock` has no package of this name"
        raise ManifestError(message, hint=f"the names are {known}")
    for name, path in paths.items():
        _refuse_placed(root, name, path, places.values())
    return {name: _target(root, places[name], path) for name, path in paths.items()}


def _refuse_placed(root: str, name: str, path: str, places: Iterable[str]) -> None:
    # A link to itself, or to what the next install replaces.
    checkout = os.path.join(os.path.abspath(os.path.join(root, path)), "")
    if any(checkout.startswith(os.path.join(os.path.abspath(os.path.join(root, place)), "")) for place in places):
        message = f"{LOCAL_OVERRIDES}: `paths.{name}`: `{path}` is a place that `deps` fills itself"
        raise ManifestError(message, hint="name a checkout outside of it")


def _target(root: str, place: str, path: str) -> str:
    if os.path.isabs(path):
        return path
    return os.path.relpath(os.path.join(root, path), os.path.dirname(os.path.join(root, place)))


def local_notes(paths: Mapping[str, str]) -> tuple[str, ...]:
    """Say which packages are local checkouts."""
    return tuple(f"`{name}` is the local checkout `{paths[name]}` ({LOCAL_OVERRIDES})" for name in sorted(paths))


def _names(paths: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(paths))

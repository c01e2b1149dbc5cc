"""The table `[overrides]`: the root project's word on an identity."""

from bitdeps.core.manifest.keys import REQUIREMENT
from bitdeps.core.manifest.model import Override
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.requirement import read_requirement
from bitdeps.core.manifest.values import Table, has_type, right_values
from bitdeps.core.names import Identity, parse_identity


def read_overrides(table: Table, problems: Problems) -> tuple[Override, ...]:
    """Read every override; what is wrong is reported."""
    overrides: dict[Identity, Override] = {}
    for key, value in table.items():
        path = ("overrides", key)
        identity = parse_identity(key)
        if identity is None:
            problems.add(path, "must be `workspace/repo`, or `workspace/repo//subdir`")
        elif identity in overrides:
            problems.add(
                path, f"is `{identity}`, as line {overrides[identity].line} is; there is one override for each"
            )
        if isinstance(value, dict):
            right_values(value, path, REQUIREMENT, problems)
            requirement = read_requirement(value, path, problems)
            if identity is not None and requirement is not None:
                line = problems.position(path).line
                overrides.setdefault(identity, Override(identity=identity, requirement=requirement, line=line))
        else:
            has_type(value, "table", path, problems)
    return tuple(overrides.values())

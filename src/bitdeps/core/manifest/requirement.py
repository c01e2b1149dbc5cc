"""Which commits an entry accepts: exactly one of `tag`, `version`, `branch`, `commit`."""

from bitdeps.core.manifest.keys import REQUIREMENT, suggestion
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.refs import commit_problem, pattern_problem, ref_problem
from bitdeps.core.manifest.specifier import normal_specifier, specifier_problem
from bitdeps.core.manifest.values import Table, boolean, string
from bitdeps.core.requirement import KINDS, Requirement

_CHECKS = {"tag": ref_problem, "version": specifier_problem, "branch": ref_problem, "commit": commit_problem}
_ONE = "`tag`, `version`, `branch`, `commit`"


def read_requirement(table: Table, path: KeyPath, problems: Problems) -> Requirement | None:
    """Return the requirement of an entry, or report why it has none.

    Values of the wrong type are reported by `right_values`; here they only mean that there is no requirement.
    """
    before = len(problems.found)
    written = [kind for kind in KINDS if kind in table]
    for kind in written[1:]:
        problems.add((*path, kind), f"stands beside `{written[0]}`; an entry has exactly one of {_ONE}")
    if not written and not any(suggestion(name, REQUIREMENT) in KINDS for name in table):
        problems.add(path, f"needs exactly one of {_ONE}")
    for kind in written:
        value = string(table, kind)
        problem = None if value is None else _CHECKS[kind](value)
        if problem is not None:
            problems.add((*path, kind), problem)
    pattern = string(table, "tag-pattern")
    problem = None if pattern is None else pattern_problem(pattern)
    if problem is not None:
        problems.add((*path, "tag-pattern"), problem)
    for key in ("tag-pattern", "prereleases"):
        if key in table and written and written[0] in ("branch", "commit"):
            problems.add((*path, key), f"goes with `tag` or `version`, not with `{written[0]}`")
    value = string(table, written[0]) if written else None
    if value is None or len(problems.found) > before:
        return None
    return Requirement(
        kind=written[0],
        value=str(normal_specifier(value)) if written[0] == "version" else value,
        pattern=pattern,
        prereleases=boolean(table, "prereleases", default=False),
    )

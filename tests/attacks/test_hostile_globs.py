"""Globs and texts made to take forever are read in the time of their length.

The work is counted, not timed: what would explode runs into the time limit of the whole test.
"""

import pytest

from bitdeps.core.manifest.model import Unusable
from bitdeps.core.manifest.parse import parse_dependency_manifest
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.selection import compile_globs, glob_problem

HOME = Identity(RepoName("acme", "kit"))


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("**/*a*a*a*a*b", "a" * 250),
        ("*a" * 100 + "*b", "a" * 250),
        ("**/" + "*a" * 50 + "b", "/".join(["a" * 100] * 30)),
        ("**/a/" * 50 + "b", "/".join("a" * 500)),
        ("**/*/" * 50 + "b", "/".join("a" * 500)),
        ("**/*a*/*a*/*a*/**/*a*/*b", "/".join(["aaaaaaaa"] * 100)),
        ("?" * 100 + "*" * 100 + "b", "a" * 250),
        ("*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*c", "ab" * 120),
    ],
)
@pytest.mark.timeout(10)
def test_globs_that_explode_elsewhere(glob: str, path: str) -> None:
    assert glob_problem(glob) is None
    matches = compile_globs([glob])
    assert not matches(path)
    assert not any(matches(f"{path}/{index}") for index in range(50))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 1_000_000,
        "a = " + "[" * 500 + "]" * 500 + "\nb = " + "{a=" * 500,
        "a." * 500_000 + "a = 1",
        "[" + "a." * 500_000 + "a]",
        '"a".' * 250_000 + "a = 1",
        "\n".join("a." * 60 + f"k{index} = {'[' * 40}{']' * 40}" for index in range(2_000)) + "\nx",
        "a = 1\n" * 20_000,
        "a = '" + "x" * 1_000_000,
        'a = """' + "\\" * 1_000_001,
        "x" * 1_000_000,
        "x." * 63 + "y" * 1_000_000,
    ],
)
@pytest.mark.timeout(60)
def test_manifests_made_to_exhaust_the_parser(text: str) -> None:
    """A stranger's manifest is unusable, and says why in a text that can be printed."""
    manifest = parse_dependency_manifest(text, home=HOME, tool_version="1")
    assert isinstance(manifest, Unusable)
    assert manifest.reason.startswith("deps.toml:")

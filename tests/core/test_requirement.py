"""Requirements and the strings that the lockfile has for them."""

import pytest

from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requested, Requirement, parse_requested

KIT = Identity(RepoName("acme", "http-kit"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("project: tag v1.0", Requested(origin="project", requirement=Requirement(kind="tag", value="v1.0"))),
        (
            "project.test: branch main alone",
            Requested(origin="project.test", requirement=Requirement(kind="branch", value="main"), transitive=False),
        ),
        (
            "acme/mono//a: tag b: version <2,>=1 pattern v{version} prereleases alone",
            Requested(
                origin="acme/mono//a: tag b",
                requirement=Requirement(kind="version", value="<2,>=1", pattern="v{version}", prereleases=True),
                transitive=False,
            ),
        ),
    ],
)
def test_reading_what_was_written(text: str, expected: Requested) -> None:
    """A string is read as the demand that writes it, also where a subdir looks like a requirement."""
    assert parse_requested(text) == expected
    demand = Demand(identity=KIT, requirement=expected.requirement, transitive=expected.transitive)
    assert demand.requested(expected.origin) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "project",
        "project: tag",
        "project: tag ",
        "project: rev v1",
        "project: tag v1 alone prereleases",
        ": tag v1",
    ],
)
def test_other_texts(text: str) -> None:
    assert parse_requested(text) is None

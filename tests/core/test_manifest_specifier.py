"""Specifiers in normal form, what is wrong with others, and the comparison for `requires-deps`."""

import pytest

from bitdeps.core.manifest.specifier import fits, normal_specifier, specifier_problem


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (">=1.2,<2", "<2,>=1.2"),
        (" < 2.0.0 ,\t>= 1.2.0, ", "<2,>=1.2"),
        (">=1,>=1.0,>= v1", ">=1"),
        ("==0.0", "==0"),
        ("==01.02.*", "==1.2.*"),
        ("!=1.0.*", "!=1.0.*"),
        ("~=1.0", "~=1.0"),
        ("~=1.00", "~=1.0"),
        ("==1!2.0", "==1!2"),
        ("==0!2", "==2"),
        (">=1.0-ALPHA.1", ">=1a1"),
        (">=1.0_preview", ">=1rc0"),
        ("<1.0.c02", "<1rc2"),
        (">1.0-1", ">1.post1"),
        (">1.0.rev", ">1.post0"),
        ("<=1.0-r2.DEV", "<=1.post2.dev0"),
        ("==1.0+Ubuntu-01_x", "==1+ubuntu.1.x"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    """Spelling, order and repetition are gone; trailing zeros stay where they mean something."""
    assert normal_specifier(text) == normal
    assert specifier_problem(text) is None


def expected_form(text: str, advice: str) -> str:
    return f"expected a version specifier (PEP 440), found `{text}`{advice}"


@pytest.mark.parametrize(
    "text", ["~=1", ">=1.*", "==1.0a1.*", "==1.*+x", ">=1.0+local", ">=1 <2", ">=\u0661", "latest"]
)
def test_what_is_no_specifier(text: str) -> None:
    assert normal_specifier(text) is None
    assert specifier_problem(text) == expected_form(text, ", such as `>=1.2,<2`")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.0", "`==1.0` for exactly this version, or `tag` for exactly this tag"),
        ("= v1.0", "`==1.0` for exactly this version, or `tag` for exactly this tag"),
        ("^1.2.3", "`>=1.2.3,<2`"),
        ("^0.2.3", "`>=0.2.3,<0.3`"),
        ("^0.0", "`>=0.0,<0.1`"),
        ("~1.2.3", "`>=1.2.3,<1.3`"),
        ("~>1", "`>=1,<2`"),
    ],
)
def test_what_other_package_managers_write(text: str, written: str) -> None:
    """The same in PEP 440 is part of the message."""
    assert specifier_problem(text) == expected_form(text, f"; write {written}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty; write `>=0` for any version"),
        (" , ", "is empty; write `>=0` for any version"),
        ("===1.0", "must not use `===`, which compares texts; write `==`"),
        (">=" + "1" * 1000, "is longer than 1000 characters"),
    ],
)
def test_what_is_refused_for_a_reason_of_its_own(text: str, problem: str) -> None:
    assert normal_specifier(text) is None
    assert specifier_problem(text) == problem


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        (">=1.2", "1.10", True),
        (">=1.2", "1.2.0", True),
        (">1.2", "1.2.0", False),
        ("<2", "2", False),
        ("<=2", "2.0.0", True),
        ("==1.2", "1.2.0", True),
        ("!=1.2", "1.2.0", False),
        ("==1.2.*", "1.2.7", True),
        ("==1.0.*", "1", True),
        ("!=1.2.*", "1.3", True),
        ("~=1.4.2", "1.4.9", True),
        ("~=1.4.2", "1.5", False),
        ("~=1.4", "1.9", True),
        ("<2,>=1", "0.9", False),
        (">=1.2", "1.2.dev1", False),
        (">=1.2rc1", "1.2", True),
    ],
)
def test_what_a_version_fits(specifier: str, version: str, expected: bool) -> None:  # noqa: FBT001
    assert fits(version, specifier) is expected

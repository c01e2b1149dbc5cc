"""The reference pages of settings and variables say what the table says."""

from pathlib import Path

import pytest

from bitdeps.config.table import CREDENTIALS, OPTIONS, VARIABLES, Option

DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_the_reference_of_settings_has_each_option(option: Option) -> None:
    lines = (DOCS / "settings.md").read_text(encoding="utf-8").splitlines()
    assert f"| `{option.key}` | `{option.variable}` | {option.default} | {option.help} |" in lines


def test_the_reference_of_settings_has_nothing_else() -> None:
    rows = [line for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(rows) == len(OPTIONS)


def test_the_reference_of_the_environment_has_each_variable_and_nothing_else() -> None:
    rows = [
        line for line in (DOCS / "environment.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    expected = [f"| `{name}` | {text} |" for name, text in VARIABLES]
    expected += [f"| `{option.variable}` | The setting `{option.key}`. |" for option in OPTIONS]
    assert rows == expected
    assert set(CREDENTIALS) <= {name for name, _ in VARIABLES}

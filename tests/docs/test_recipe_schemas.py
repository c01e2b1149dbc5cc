"""Recipes and preset are what the services take: held against the schemas that check-jsonschema carries."""

import sys
from pathlib import Path

import pytest

from support.checkout import Checkout
from support.pages import ROOT, blocks

RECIPES = [
    ("bitbucket-pipelines", 0, "bitbucket-pipelines"),
    ("bitbucket-pipelines", 1, "bitbucket-pipelines"),
    ("renovate", 0, "bitbucket-pipelines"),
    ("github-actions", 0, "github-workflows"),
    ("gitlab-ci", 0, "gitlab-ci"),
]
CHECK = f"{sys.executable} -m check_jsonschema --builtin-schema"


@pytest.fixture
def machine(tmp_path: Path) -> Checkout:
    return Checkout(root=tmp_path, home=tmp_path)


@pytest.mark.parametrize(("page", "number", "schema"), RECIPES)
def test_a_recipe_is_valid(machine: Checkout, page: str, number: int, schema: str) -> None:
    """So is no recipe whose script is something else."""
    text = blocks(page, "yaml")[number]
    (machine.root / "recipe.yml").write_text(text)
    machine.sh(f"{CHECK} vendor.{schema} recipe.yml")
    broken = text.replace("script:", "script: 3\nx:").replace("- run: make", "- run: [make]")
    assert broken != text
    (machine.root / "broken.yml").write_text(broken)
    machine.sh(f"{CHECK} vendor.{schema} broken.yml", code=1)


def test_the_preset_is_valid(machine: Checkout) -> None:
    preset = (ROOT / "docs" / "renovate" / "default.json").read_text("utf-8")
    (machine.root / "preset.json").write_text(preset)
    assert "ok" in machine.sh(f"{CHECK} vendor.renovate preset.json")
    (machine.root / "broken.json").write_text(preset.replace('"regex"', '"rogex"'))
    machine.sh(f"{CHECK} vendor.renovate broken.json", code=1)


def test_pre_commit_takes_the_hooks_and_both_ways_to_name_them(machine: Checkout) -> None:
    machine.sh(f"pre-commit validate-manifest {ROOT}/.pre-commit-hooks.yaml")
    for number, text in enumerate(blocks("pre-commit", "yaml")):
        (machine.root / f"{number}.yaml").write_text(text)
        assert machine.sh(f"pre-commit validate-config {number}.yaml") == ""
        (machine.root / f"{number}.yaml").write_text(text.replace("id:", "ident:"))
        machine.sh(f"pre-commit validate-config {number}.yaml", code=1)

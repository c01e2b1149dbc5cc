"""The JSON Schema of `deps.toml`: fresh, and of one mind with the parser about keys, types and kinds."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.errors import ManifestError

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference" / "deps.schema.json"
EXAMPLES = re.findall(
    r"^```toml\n(.*?)^```$", (ROOT / "docs" / "reference" / "manifest.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)
ENTRY = '[dependencies.lib]\nworkspace = "acme"\n'


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    document = json.loads(FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def test_the_schema_is_fresh() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "manifest_schema.py"], capture_output=True, text=True, check=True
    )
    assert FILE.read_text("utf-8") == made.stdout, "python tools/manifest_schema.py > docs/reference/deps.schema.json"


def test_every_example_of_the_reference_is_valid(validator: Draft202012Validator) -> None:
    assert len(EXAMPLES) > 20
    for example in EXAMPLES:
        assert [error.message for error in validator.iter_errors(tomllib.loads(example))] == [], example


@pytest.mark.parametrize(
    "text",
    [
        "[projects]\n",
        '[project]\nvendro = "x"\n',
        '[project]\nvendor = ["x"]\n',
        '[project]\ncommit-vendor = "yes"\n',
        "[project]\nignore = [1]\n",
        "dependencies = []\n",
        '[dependencies]\nlib = "v1"\n',
        f'{ENTRY}tga = "v1"\n',
        ENTRY,
        f'{ENTRY}tag = "v1"\nbranch = "main"\n',
        f"{ENTRY}tag = 1\n",
        f'{ENTRY}commit = "12345"\n',
        f'{ENTRY}tag = "v1"\ninclude = []\n',
        f'{ENTRY}tag = "v1"\nlfs = "files"\n',
        f'{ENTRY}tag = "v1"\ntransitive = 1\n',
        '[groups.test]\nlib = { workspace = "acme", tag = "v1", version = ">=1" }\n',
        '[overrides]\n"acme/lib" = { tag = "v1", into = "x" }\n',
        '[overrides]\n"acme/lib" = { prereleases = true }\n',
    ],
)
def test_what_the_schema_refuses_the_parser_refuses(validator: Draft202012Validator, text: str) -> None:
    assert not validator.is_valid(tomllib.loads(text))
    with pytest.raises(ManifestError):
        parse_manifest(text, tool_version="1.0")

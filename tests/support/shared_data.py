"""Where the recorded answers and the OpenAPI description of Bitbucket lie; they are no part of this repository."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def has_shared_data() -> bool:
    """Tell whether it is at hand."""
    return _folder().is_dir()


def _folder() -> Path:
    return Path(os.environ.get("DEPS_SHARED_DATA", _BESIDE))


def shared_data(name: str) -> Path:
    """Find a file below `DEPS_SHARED_DATA`, or `shared/data` beside the repository; skips, saying so, without it."""
    folder = _folder()
    if not folder.is_dir():
        pytest.skip(f"NOT CHECKED against Bitbucket: no {folder}; set DEPS_SHARED_DATA to a copy of shared/data")
    return folder / name


def shared_json(name: str) -> Any:  # noqa: ANN401 (JSON)
    """Read a JSON file of the shared data."""
    return json.loads(shared_data(name).read_text(encoding="utf-8"))

"""Three dependencies in two versions, and a `deps` whose calls can be made to fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.crash.faulted import Faulted, faulted
from support.sandbox import Sandbox


@pytest.fixture
def broken(tmp_path: Path, sandbox: Sandbox) -> Iterator[Faulted]:
    with faulted(tmp_path, sandbox) as program:
        yield program

"""The search for secrets around every test finds what is planted, in each of the places where it looks."""

import os
import re
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from support.canaries import MARK, forms, is_marked

ROOT = Path(__file__).parents[2]
SHOW = "import os; print(os.environ['SECRET'])"
LEAKS = ROOT / "tests" / "support" / "planted" / "leaks.py"
ALLOWED = {
    "test_clean",
    "test_the_store_is_allowed",
    "test_a_command_line_of_the_test_is_allowed",
    "test_output_of_the_test_is_allowed",
    "test_the_command_that_shows_a_token_is_allowed",
}
FOUND = {
    "test_stderr": "stderr of PYTHON -m bitdeps verify",
    "test_stdout": "stdout of PYTHON -m bitdeps verify --json",
    "test_piped": "stderr of PYTHON -m bitdeps verify",
    "test_screen": "what is on the screen",
    "test_sign_in": "stderr of PYTHON -m bitdeps auth login --kind oauth",
    "test_traceback_of_the_program": "stderr of PYTHON -m bitdeps verify",
    "test_whole_output": "stdout of PYTHON -c SHOW",
    "test_bytes": "stdout of PYTHON -c SHOW",
    "test_line_of_output[<lambda>]": "stdout of PYTHON -c SHOW",
    "test_line_of_output[join]": "stdout of PYTHON -c SHOW",
    "test_line_of_output[next]": "stdout of PYTHON -c SHOW",
    "test_output_that_nobody_reads": "stdout of PYTHON -c SHOW",
    "test_output_that_is_thrown_away": "stdout of PYTHON -c SHOW",
    "test_traceback_of_an_error": "the traceback",
    "test_captured_output": "Captured stdout call",
    "test_log": "Captured log call",
    "test_file[home]": "BASE/test_file_home_0/home/data",
    "test_file[project]": "BASE/test_file_project_0/project/data",
    "test_file[home/.cache/deps]": "BASE/test_file_home__cache_deps_0/home/.cache/deps/data",
    "test_file_with_a_header[x]": "BASE/test_file_with_a_header_x_0/home/log",
    "test_file_with_a_header[xx]": "BASE/test_file_with_a_header_xx_0/home/log",
    "test_file_with_a_header[xxx]": "BASE/test_file_with_a_header_xxx_0/home/log",
    "test_name_of_a_file": "BASE/test_name_of_a_file0/home/planted-mark-5b1e.lock",
    "test_link": "BASE/test_link0/home/link",
    "test_store_that_others_can_read[448-416]": "BASE/test_store_that_others_can_rea0/home/credentials.json",
    "test_store_that_others_can_read[493-384]": "BASE/test_store_that_others_can_rea1/home/credentials.json",
    "test_temporary_file": "BASE/temporary0/NAME",
    "test_temporary_file_of_the_program": "BASE/temporary0/NAME",
    "test_command_line": "a command line: sh -c sleep 0.2; exit 0 planted-mark-5b1e",
    "test_command_line_of_a_grandchild": "a command line: sh -c sleep 0.2; exit 0 planted-mark-5b1e",
    "test_folder_that_tests_share": "BASE/shared0/data",
}


def test_each_search_finds_a_planted_secret(tmp_path: Path) -> None:
    """A run of pytest of its own, with another mark, so that the searches around this test stay quiet."""
    command = [sys.executable, "-m", "pytest", "-q", "-rpfE", "-p", "no:cacheprovider", "--color=no", "--tb=line"]
    environment = {**os.environ, "TEST_CANARY": "planted-mark", "COLUMNS": "1000", "PYTEST_ADDOPTS": ""}
    command += ["--basetemp", str(tmp_path / "base"), str(LEAKS)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    rows = re.findall(r"^(PASSED|FAILED|ERROR) \S+?::(test_\S+)(?: - (.*))?$", done.stdout, re.MULTILINE)
    found = {name: shown(reason, tmp_path) for kind, name, reason in rows if kind != "PASSED"}
    assert found == FOUND, done.stdout
    assert {name for kind, name, _ in rows if kind == "PASSED"} - found.keys() == ALLOWED


def shown(reason: str, tmp_path: Path) -> str:
    """Give what a search says, with no name that differs from run to run."""
    text = reason.partition("a secret is in ")[2].rstrip(":\n")
    text = text.replace(str(tmp_path / "base"), "BASE").replace(sys.executable, "PYTHON").replace(SHOW, "SHOW")
    return re.sub(r"(?<=/temporary0/)\w+", "NAME", text)


@pytest.mark.parametrize("before", range(6))
def test_base64_at_any_offset(before: int) -> None:
    assert is_marked(b64encode(b"x" * before + MARK.encode() + b"-1"))
    assert not is_marked(b64encode(b"x" * before + MARK.upper().encode() + b"-1"))


def test_the_forms_of_a_secret() -> None:
    assert forms("secret") == (b"secret", b"c2VjcmV0", b"NlY3Jld", b"zZWNyZX")

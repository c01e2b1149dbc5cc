"""The count of calls against strace's, and one pass in which the kernel's answers are replaced by strace."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from support.crash.faulted import Faulted, Outcome
from support.crash.shim import Call
from support.missing import missing

CALLS = {
    "open": "open|openat",
    "write": "write|writev|pwrite64|sendfile|copy_file_range",
    "rename": "rename|renameat|renameat2",
    "unlink": "unlink|unlinkat|rmdir",
    "mkdir": "mkdir|mkdirat",
    "symlink": "symlink|symlinkat",
    "link": "link|linkat",
    "chmod": "chmod|fchmod|fchmodat",
    "truncate": "truncate|ftruncate",
    "fsync": "fsync|fdatasync",
    "syncfs": "syncfs",
    "flock": "flock",
    "utimens": "utimensat|futimesat|utimes",
}
NAME_OF = {call: name for name, calls in CALLS.items() for call in calls.split("|")}


@pytest.fixture(scope="module", autouse=True)
def _strace() -> None:
    if shutil.which("strace") is None:
        missing("strace")

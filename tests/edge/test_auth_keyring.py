"""The system keyring: used where it is real, passed over where it is none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BACKEND = """
import json, os, pathlib
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError, KeyringLocked

FILE = pathlib.Path(os.environ["TEST_KEYRING_FILE"])
MODE = os.environ.get("TEST_KEYRING_MODE", "")

class Keyring(KeyringBackend):
    priority = 0.5 if MODE == "plain" else 5
    name = "test keyring"
    def _all(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {}
    def get_password(self, service, username):
        if MODE == "locked":
            raise KeyringLocked("locked")
        return self._all().get(f"{service} {username}")
    def set_password(self, service, username, password):
        if MODE == "refuses":
            raise PasswordSetError("no")
        kept = password[:2560] if MODE == "cuts" else password
        FILE.write_text(json.dumps({**self._all(), f"{service} {username}": kept}))
    def delete_password(self, service, username):
        kept = self._all()
        if f"{service} {username}" not in kept:
            raise PasswordDeleteError("no")
        del kept[f"{service} {username}"]
        FILE.write_text(json.dumps(kept))
"""


WITH_KEYRING = """
import sys
from bitdeps.auth.record import SignIn
from bitdeps.auth.store import Store
from bitdeps.config.environment import read_settings
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import DepsError
settings = read_settings(project_dir=".")
store = Store(settings)
try:
    with store.lock():
        if sys.argv[1] == "put":
            secret = Secret("canary" * 500)
            print(store.put(SignIn(origin=settings.web_url, serves="all", kind="access-token", secret=secret)))
        elif sys.argv[1] == "clear":
            store.clear()
        else:
            print([record.secret.reveal() == "canary" * 500 for record in store.all()])
except DepsError as error:
    print(error)
"""


class Keyring:
    """A keyring of the test's own, in processes that know no other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / "keyring.json"
        (home / "backend").mkdir()
        (home / "backend" / "test_backend.py").write_text(BACKEND)

    def run(self, action: str, mode: str = "") -> str:
        kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE_")}
        environment = {
            **kept,
            "HOME": str(self.home),
            "PYTHONPATH": str(self.home / "backend"),
            "PYTHON_KEYRING_BACKEND": "test_backend.Keyring",
            "TEST_KEYRING_FILE": str(self.file),
            "TEST_KEYRING_MODE": mode,
        }
        command = [sys.executable, "-c", WITH_KEYRING, action]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, cwd=self.home
        ).stdout.strip()

    @property
    def stored(self) -> str:
        return (self.home / ".config" / "deps" / "credentials.json").read_text()


def test_a_real_keyring_holds_everything_and_the_file_only_points_at_it(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    assert keyring.run("put") == "the keyring `test keyring`"
    assert keyring.stored == '{"kept-in": "keyring"}\n'
    assert "canary" in keyring.file.read_text()
    assert keyring.run("all") == "[True]"
    keyring.run("clear")
    assert json.loads(keyring.file.read_text()) == {}
    assert keyring.run("all") == "[]"


@pytest.mark.parametrize("mode", ["cuts", "plain", "refuses", "locked"])
def test_a_keyring_that_is_none_is_passed_over(mode: str, tmp_path: Path) -> None:
    """One that cuts long secrets, keeps plain text, or does not answer; no part of a secret stays in it."""
    keyring = Keyring(tmp_path)
    place = keyring.run("put", mode)
    assert place == f"`{tmp_path}/.config/deps/credentials.json` (readable by you alone)"
    assert "canary" in keyring.stored
    assert not keyring.file.exists() or "canary" not in keyring.file.read_text()
    assert keyring.run("all", mode) == "[True]"


def test_a_keyring_that_went_away(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.run("put")
    assert keyring.run("all", "locked") == "the sign-ins are in the system's keyring, which does not give them"

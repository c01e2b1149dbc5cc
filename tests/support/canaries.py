"""Secrets of tests have a mark, and nothing that the program leaves behind may hold it.

Every secret that tests/support and the local Bitbucket hand out begins with the mark, so that one search
finds whichever of them strayed: in plain, in base64 at any offset (as in a `Basic` header), in a file's
bytes, in its name, or in the target of a link.
"""

import os
import stat
import traceback
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path

MARK = os.environ.get("TEST_CANARY", "canary-secret")
"""Another one in the runs that plant secrets on purpose (tests/edge/test_canaries.py)."""


def forms(secret: str) -> tuple[bytes, ...]:
    """Give what a search looks for: the text, and its base64 after nothing, one byte and two."""
    text = secret.encode()
    encoded = [b64encode(b"\0" * before + text) for before in range(3)]
    ends = [8 * (before + len(text)) // 6 for before in range(3)]
    return (
        text,
        *(code[-(-8 * before // 6) : end] for before, (code, end) in enumerate(zip(encoded, ends, strict=True))),
    )


_FORMS = forms(MARK)


def is_marked(data: bytes) -> bool:
    """Tell whether a secret of these tests is in there."""
    return any(form in data for form in _FORMS)


def refuse(what: str, text: str | bytes) -> None:
    """Fail where a text holds a secret; the failure shows the text up to its end."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    assert not is_marked(data), f"a secret is in {what}:\n{data.decode('utf-8', 'replace')}"


def refuse_in_traceback(error: BaseException) -> None:
    """Fail where `-vv` would show a secret: in an error or in anything that it came from."""
    refuse("the traceback", "".join(traceback.format_exception(error)))


def marked_below(root: Path) -> Iterator[Path]:
    """Give every file and link below a folder that holds a secret, and every name that is one; not the store."""
    for folder, folders, files in os.walk(root, onerror=_fail):
        for name in (*folders, *files):
            path = Path(folder, name)
            if is_marked(os.fsencode(name)) or (is_marked(_content(path)) and not _is_store(path)):
                yield path


def holders(secrets: Iterable[str], *roots: Path) -> list[Path]:
    """Return every file below some folders that holds one of some secrets."""
    wanted = [form for secret in secrets for form in forms(secret)]
    files = [path for root in roots for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in files if any(form in path.read_bytes() for form in wanted)]


def _fail(error: OSError) -> None:
    raise error


def _content(path: Path) -> bytes:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return os.fsencode(path.readlink())
    if not stat.S_ISREG(status.st_mode):
        return b""
    if not os.access(path, os.R_OK):
        path.chmod(0o600)  # the test is over
    return path.read_bytes()


def _is_store(path: Path) -> bool:
    """Tell the one place where secrets may lie: the file that its owner alone can read."""
    private = stat.S_IMODE(path.lstat().st_mode) == 0o600 and stat.S_IMODE(path.parent.lstat().st_mode) == 0o700
    return path.name == "credentials.json" and private

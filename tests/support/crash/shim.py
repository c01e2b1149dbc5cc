"""The C library as a test wants it: build `shim.c`, and say through shared memory which call is to fail."""

import errno
import mmap
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
_LAYOUT = struct.Struct("=7q4096s1024s")
SHORT, KILL, TERM = -1, -2, -3

ERRORS = {
    **{name: getattr(errno, name) for name in ("ENOSPC", "EIO", "EROFS", "EACCES", "EMFILE", "EINTR")},
    "short": SHORT,
    "SIGKILL": KILL,
}
"""What may happen to a call (SECURITY.md section 5, T1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Which call fails, how, and whether all after it fail too."""

    at: int
    error: str
    sticky: bool = False

    def __str__(self) -> str:
        """Name it in a message."""
        return f"{self.error} at call {self.at}{' and from then on' if self.sticky else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it was made; `detail` holds flags, a mode or an offset."""

    number: int
    name: str
    path: str
    other: str
    detail: int
    result: int
    fault: int
    data: bytes


class Shim:
    """A built shim and what it is told."""

    def __init__(self, directory: Path) -> None:
        """Build it with `cc` in a directory, which takes the log too."""
        self.library = directory / "shim.so"
        self.control = directory / "control"
        self.log = directory / "log"
        subprocess.run(
            ["cc", "-O1", "-shared", "-fPIC", "-o", str(self.library), str(SOURCE), "-ldl"], check=True, text=True
        )
        self.control.write_bytes(bytes(_LAYOUT.size))
        with self.control.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _LAYOUT.size)

    @property
    def environment(self) -> dict[str, str]:
        """Give what makes a process use it."""
        return {"LD_PRELOAD": str(self.library), "SHIM_CONTROL": str(self.control)}

    def arm(self, roots: tuple[str, ...], fault: Fault | None = None, *, record: bool = False) -> None:
        """Count from nought the calls on what lies below some directories (and on sockets: `/socket`)."""
        self.log.unlink(missing_ok=True)
        at, error, sticky = (0, 0, 0) if fault is None else (fault.at, ERRORS[fault.error], int(fault.sticky))
        watched, log = ":".join(roots).encode(), str(self.log).encode()
        self._shared[:] = _LAYOUT.pack(1, 0, at, error, sticky, 0, int(record), watched, log)

    def disarm(self) -> tuple[Call, ...]:
        """Stop counting; return the calls in their order."""
        self._shared[:8] = bytes(8)
        lines = self.log.read_bytes().splitlines() if self.log.exists() else []
        return tuple(sorted(map(_call, lines), key=lambda call: call.number))


def _call(line: bytes) -> Call:
    number, name, path, other, detail, result, fault, data = line.decode("utf-8", "surrogateescape").split("\t")
    return Call(
        number=int(number),
        name=name,
        path=path,
        other=other,
        detail=int(detail),
        result=int(result),
        fault=int(fault),
        data=bytes.fromhex(data),
    )

"""Run something in a process of its own and end that process at a chosen or a random moment."""

import os
import signal
import sys
import time
from collections.abc import Callable

FILE_EVENTS = (
    "open",
    "os.chmod",
    "os.link",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.symlink",
    "os.utime",
    "shutil.rmtree",
    "ctypes.dlopen",
)
"""Audit events that come before a system call on files (renameat2 and syncfs load the C library first)."""


PATIENCE = 20.0
"""Seconds."""


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Run `work` in a child that kills itself (-9) before its n-th call on files; tell whether it got so far."""
    child = os.fork()
    if child == 0:
        _count_down(number)
        _run(work)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


def killed_after(seconds: float, number: int, work: Callable[[], object]) -> bool:
    """Run `work` in a child and send it a signal after a while; tell whether it was still at work."""
    # The signal must not arrive before the child is where it is expected.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    child = os.fork()
    if child == 0:
        _run(lambda: _interruptible(work))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    time.sleep(seconds)
    os.kill(child, number)
    status = _status(child)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (0, 130), status
    return os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 130


def _status(child: int) -> int:
    """Wait for a child; one that a Ctrl-C left waiting (it was forked among threads) is killed, which counts too."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _interruptible(work: Callable[[], object]) -> None:
    _stop_measuring()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    work()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def _stop_measuring() -> None:
    """Stop coverage, which waits for ever for a lock of its own where Ctrl-C ends it between two instructions."""
    coverage = sys.modules.get("coverage")
    current = None if coverage is None else coverage.Coverage.current()
    if current is not None:
        current.stop()


def _run(work: Callable[[], object]) -> None:
    try:
        work()
        os._exit(0)
    except KeyboardInterrupt:
        os._exit(130)
    except BaseException as error:  # noqa: BLE001 - a child that raises must not go on as a second test run
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(99)


def _count_down(number: int) -> None:
    left = number

    def hook(event: str, _arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in FILE_EVENTS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)

"""Run asynchronous work from a command that is not, so that Ctrl-C stops the work and nothing else."""

import signal
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


def wait_for(work: Callable[_P, Coroutine[Any, Any, _T]], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call an asynchronous function and return what it returns.

    Ctrl-C cancels it, with its clean-up. While the loop itself is made or closed, Ctrl-C waits: there it would leave
    a half-made loop, whose `__del__` writes a traceback.

    Raises:
        KeyboardInterrupt: on Ctrl-C.

    """
    import asyncio

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    async def interruptible() -> _T:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        try:
            return await work(*args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    try:
        return asyncio.run(interruptible())
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

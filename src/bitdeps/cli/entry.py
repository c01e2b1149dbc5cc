"""Start here: answer at once what needs no typer, hand everything else to the full program."""

import sys
from collections.abc import Sequence
from typing import NoReturn

INTERRUPTED = 130
CLOSED_PIPE = 141


def program() -> NoReturn:
    """Be the program `deps`: run the command line of this process and end the process."""
    leave(main())


def leave(code: int) -> NoReturn:
    """End the process.

    Where `obstore` was used, not through the interpreter's own end: a thread of it that still lets go of an answer
    would then abort the process, one in eight times (https://github.com/PyO3/pyo3/pull/4874).
    """
    if "obstore" in sys.modules:
        import atexit
        import os
        from contextlib import suppress

        atexit._run_exitfuncs()  # noqa: SLF001 - what `sys.exit` would run next
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # who reads it went away
                stream.flush()
        os._exit(code)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code (DESIGN section 4)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_streams()
    try:
        return _run(words)
    except KeyboardInterrupt:
        # The terminal showed `^C` where the cursor stood.
        sys.stderr.write(
            "\n" * sys.stderr.isatty() + "interrupted: nothing is half done, run the command again to go on\n"
        )
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads our output went away (`deps tree | head`); the interpreter would say so again at exit.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE


def _run(words: list[str]) -> int:
    if words == ["--version"]:
        from bitdeps import __version__

        sys.stdout.write(f"deps {__version__}\n")
        sys.stdout.flush()
        return 0
    from bitdeps.cli.lean import answer

    code = answer(words)
    if code is not None:
        return code
    from bitdeps.cli.app import run

    return run(words)


def _open_streams() -> None:
    """Have somewhere to write to, and no text that cannot be written: `>&-` and `LC_ALL=C` are no reason to fail."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            import os

            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

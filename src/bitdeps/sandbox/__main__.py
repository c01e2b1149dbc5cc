"""`python -m bitdeps.sandbox --root DIR [--port N] [--seed FILE.toml]`.

Everything is imported inside functions: there Ctrl-C is one line, before them a traceback.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import NoReturn

INTERRUPTED, TERMINATED = 130, 143
LARGEST_PORT = 65535


def arguments() -> "ArgumentParser":
    """Give the parser of the command line."""
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(prog="python -m bitdeps.sandbox", description="A local Bitbucket Cloud.")
    parser.add_argument(
        "--root", type=Path, required=True, metavar="DIR", help="holds WORKSPACE/REPO.git; made if absent"
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port on 127.0.0.1; default: a free one")
    parser.add_argument(
        "--seed",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.toml",
        help="repositories, people, switches and faults to start with; may be repeated",
    )
    parser.add_argument("--make-only", action="store_true", help="make the seeded repositories and stop")
    return parser


def _terminated(number: int, frame: object) -> "NoReturn":  # noqa: ARG001 (what a signal hands over)
    """End by an exception, so that half a repository is taken away."""
    sys.exit(TERMINATED)


def _run() -> int:
    import signal

    signal.signal(signal.SIGTERM, _terminated)
    parser = arguments()
    options = parser.parse_args()
    if not 0 <= options.port <= LARGEST_PORT:
        parser.error(f"argument --port: {options.port} is no port, 0 to {LARGEST_PORT}")
    from bitdeps.sandbox.problems import SeedError
    from bitdeps.sandbox.server import prepare, serve

    try:
        state = prepare(options.root, options.seed)
        if not options.make_only:
            serve(state, options.port)
            print("sandbox stopped", file=sys.stderr)
    except SeedError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return 0


def _failed(why: str) -> int:
    print(f"error: sandbox: {why}", file=sys.stderr)
    return 1


def main() -> int:
    """Start the sandbox; 0 when Ctrl-C stopped it, 1 when it could not start, 130 when Ctrl-C came before that."""
    try:
        return _run()
    except KeyboardInterrupt:
        print("sandbox stopped before it served", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())

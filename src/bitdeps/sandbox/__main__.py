"""`python -m bitdeps.sandbox --root DIR [--port N] [--seed FILE.toml]`."""

import argparse
import sys
from pathlib import Path

from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.server import prepare, serve


def arguments() -> argparse.ArgumentParser:
    """Give the parser of the command line."""
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


def main() -> int:
    """Start the sandbox; 0 when it was stopped, 1 when it could not start."""
    options = arguments().parse_args()
    try:
        state = prepare(options.root, options.seed)
        if not options.make_only:
            serve(state, options.port)
    except (SeedError, OSError) as error:
        print(f"error: sandbox: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A process that has imported `deps` once and forks for each run of it, so that a thousand runs take minutes.

A request is a JSON line: words, directory, environment, and the files for stdout and stderr; the answer is the wait
status. Whatever `deps` does on files or sockets happens after the fork.
"""

import importlib
import json
import os
import pkgutil
import signal
import sys

HANGS_SECONDS = 60


def preload() -> None:
    import bitdeps

    for module in pkgutil.walk_packages(bitdeps.__path__, "bitdeps."):
        if ".sandbox" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def serve() -> None:
    """Answer until stdin ends; return in each child, to be `deps`."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            become(request)
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()
    os._exit(0)


def become(request: dict[str, object]) -> None:
    signal.alarm(HANGS_SECONDS)
    os.chdir(str(request["directory"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    for number, name in ((1, "stdout"), (2, "stderr")):
        descriptor = os.open(str(request[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    sys.argv = ["deps", *request["words"]]  # type: ignore[misc]


preload()
sys.stdout.write("ready\n")
sys.stdout.flush()
serve()

from bitdeps.cli.entry import main  # noqa: E402 - in the child, after the fork

sys.exit(main())

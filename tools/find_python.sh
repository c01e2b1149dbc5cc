#!/bin/sh
# Print the first Python on PATH that can make our virtual environment, or say what is missing.
# Usage: find_python.sh [PYTHON...]
set -u

[ $# -gt 0 ] || set -- python3 python3.13 python3.12 python3.11 python

incomplete=
for name in "$@"; do
    # A name may be on PATH and yet not run (pyenv's shims), so each is tried.
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
    incomplete=${incomplete:-$name}
done

if [ -n "$incomplete" ]; then
    echo "error: \`$incomplete\` cannot make virtual environments: it lacks ensurepip" >&2
    echo >&2
    echo "hint: on Debian and Ubuntu run \`apt-get install python3-venv\`" >&2
else
    echo "error: no Python 3.11 or newer on PATH: tried $*" >&2
    echo >&2
    echo "hint: install one, or name it: \`make PYTHON=/path/to/python3 test\`" >&2
fi
exit 1

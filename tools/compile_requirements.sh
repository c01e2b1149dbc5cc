#!/bin/sh
# Write requirements/dev.txt from pyproject.toml: every package pinned, every file hashed.
# Usage: compile_requirements.sh PIP_COMPILE [OPTION...]   (`make requirements` does it; run it with Python 3.11)
set -eu

pip_compile=$1
shift
out=requirements/dev.txt

# The result must not name where the packages came from: a machine's index is that machine's matter.
"$pip_compile" --quiet --generate-hashes --strip-extras --allow-unsafe \
    --no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    --annotation-style=line --constraint requirements/constraints.in --extra dev --extra keyring --extra remote --extra sandbox --extra sbom \
    --output-file "$out" "$@" pyproject.toml

{
    echo "# Everything that \`make check\` needs, pinned and hashed. Written by \`make requirements\` from pyproject.toml."
    echo "# It is made with Python 3.11; it installs with 3.11, 3.12 and 3.13 on Linux."
    grep -v '^# Everything that\|^# It is made with' "$out"
} >"$out.new"
mv "$out.new" "$out"

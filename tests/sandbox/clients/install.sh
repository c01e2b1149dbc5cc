#!/bin/sh
# Installs the npm client that tests/sandbox/test_other_clients.py talks to the sandbox with, below an ignored folder.
# The Python clients (atlassian-python-api, requests-oauthlib) are development requirements.
# Usage: install.sh [FOLDER]      default: build/clients of this repository
set -eu
folder=${1:-"$(dirname "$0")/../../../build/clients"}
mkdir -p "$folder"
npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error \
    bitbucket@2.12.0

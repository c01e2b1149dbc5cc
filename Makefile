# `make help` lists what there is. Needs only Python >= 3.11, git and make; everything else goes into .venv.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

# A Python to make .venv with; empty means: look for one (tools/find_python.sh).
PYTHON ?=
# Where pytest's tests run: `make test WORKERS=0` for one process, `make test TESTS=tests/core` for a part.
WORKERS ?= auto
TESTS ?= tests
PYTEST_OPTIONS ?=

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_OPTIONS)
SPHINX := $(BIN)/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

$(STAMP): pyproject.toml requirements/dev.txt tools/find_python.sh
	@set -eu; \
	if [ ! -x $(BIN)/python ]; then \
		python=$$(sh tools/find_python.sh $(PYTHON)); \
		echo "Making $(VENV) with $$python"; \
		"$$python" -m venv --clear $(VENV); \
	fi
	@echo "Installing requirements/dev.txt into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: $(STAMP) ## Make .venv with `deps` and everything that works on it

.PHONY: demo
demo: $(STAMP) ## Lock, download, verify and place real repositories from a local Bitbucket
	@$(BIN)/python examples/demo.py

.PHONY: test
test: $(STAMP) ## Run the tests
	@$(PYTEST) $(TESTS)

.PHONY: torture
torture: $(STAMP) ## Break everything in every way: hours; `make test` tries a sample
	@DEPS_LONG=1 $(PYTEST) --timeout 0 tests/crash tests/cli/test_killed.py

.PHONY: check
check: $(STAMP) ## All that a change must pass; CI runs the same
	@$(MAKE) --no-print-directory --output-sync -j2 lint docs
	@$(MAKE) --no-print-directory coverage

.PHONY: lint
lint: $(STAMP) ## Check format, style, types and the layers
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: coverage
coverage: $(STAMP) ## Run the tests and demand coverage: 95 % in all, 100 % of the core
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test PYTEST_OPTIONS='--cov --cov-report= --cov-fail-under=0 $(PYTEST_OPTIONS)'
	$(BIN)/coverage report --include='*/bitdeps/core/*' --fail-under=100
	$(BIN)/coverage report

.PHONY: docs
docs: $(STAMP) ## Build the documentation into build/docs; a warning is an error
	$(SPHINX) -b html -d build/doctrees docs build/docs

.PHONY: bench
bench: $(STAMP) ## Measure speed, and count what a resolution asks the service for
	@$(BIN)/python bench/run.py
	@$(BIN)/python bench/resolver.py
	@$(BIN)/python bench/driver.py 10 30 100

.PHONY: dist
dist: $(STAMP) ## Build wheel, sdist and bill of materials into dist; the same commit gives the same bytes
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct); export SOURCE_DATE_EPOCH; \
	$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null && \
	$(BIN)/python tools/sbom.py dist/bitdeps-*.whl dist/bitdeps.cdx.json
	@cd dist && sha256sum *

.PHONY: audit
audit: $(STAMP) ## Ask PyPI for known vulnerabilities of everything pinned; fails where one cannot be looked up
	@$(BIN)/python -m venv build/pip-audit
	@build/pip-audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.10'
	build/pip-audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements/dev.txt

.PHONY: format
format: $(STAMP) ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: requirements
requirements: $(STAMP) ## Write requirements/dev.txt anew (RENEW=--upgrade takes the newest versions)
	@$(BIN)/python -m venv build/pip-tools
	@build/pip-tools/bin/python -m pip install --quiet --disable-pip-version-check 'pip-tools>=7.5'
	@sh tools/compile_requirements.sh build/pip-tools/bin/pip-compile $(RENEW)

.PHONY: clean
clean: ## Remove everything that this Makefile made
	rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

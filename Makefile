# `make` alone lists what can be done. Needed beforehand: make and Python 3.11 or later, nothing else.
# PYTHON=python3.13 chooses the interpreter, PORT=8123 the port, INSTANCE=DIR the folder with data and keys,
# KIND=institution the other demo.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
INSTANCE ?= instance
KIND ?= company
VENV := .venv
BIN := $(VENV)/bin
export REMIT_INSTANCE := $(INSTANCE)

.PHONY: help run test test-full bench check-data lint types imports docs lock clean

help: ## list what can be done
	@awk 'BEGIN {FS = ":[^#]*## "} /^[a-z-]+:[^#]*## / {printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed-run ## serve the demo company on http://127.0.0.1:8000 (PORT=8123 for another port)
	@if [ -e "$(INSTANCE)/.building" ]; then \
	    echo "The demo company was not finished last time; it is built anew."; rm -rf "$(INSTANCE)"; fi
	@if [ ! -e "$(INSTANCE)" ]; then \
	    mkdir -p "$(INSTANCE)" && : > "$(INSTANCE)/.building" && \
	    $(BIN)/remit demo build --kind $(KIND) && rm -f "$(INSTANCE)/.building"; fi
	@if [ -e "$(INSTANCE)/demo-day" ]; then $(BIN)/remit demo accounts; fi
	@exec $(BIN)/remit serve --port $(PORT)

test: $(VENV)/.installed-dev ## lint, types, import contracts and all tests, on SQLite and PostgreSQL (TESTS="tests/core -k x")
	@$(BIN)/python -m tools.check $(TESTS)

test-full: $(VENV)/.installed-dev ## the same with the long tests and the bounds of coverage
	@$(BIN)/python -m tools.check --full $(TESTS)

bench: $(VENV)/.installed-dev ## measure, beside the limits of the same machine (NAME=payroll for one)
	@$(BIN)/python -m benchmarks $(NAME)

check-data: $(VENV)/.installed-dev ## the tests that need large data sets: DATA=DIR names their folder
	@if [ -z "$(DATA)" ]; then echo "Name the folder that holds the data sets: make check-data DATA=DIR" >&2; exit 2; fi
	@$(BIN)/python -m tools.check --data "$(DATA)" $(TESTS)

lint: $(VENV)/.installed-dev ## ruff alone
	@$(BIN)/python -m tools.check --only lint

types: $(VENV)/.installed-dev ## mypy alone
	@$(BIN)/python -m tools.check --only types

imports: $(VENV)/.installed-dev ## who may import whom
	@$(BIN)/python -m tools.check --only imports

docs: $(VENV)/.installed-dev ## write the generated pages of docs/reference
	@$(BIN)/python -m tools.reference

lock: $(VENV)/.installed-dev ## write the installed versions to requirements.txt and requirements-dev.txt
	@$(BIN)/python -m tools.lock

clean: ## remove the environment and everything generated; the data in instance/ stays
	rm -rf $(VENV) build dist htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the files that decide what is installed, so a second `make` asks no package index.
$(VENV)/.installed-run: requirements.txt setup.cfg pyproject.toml tools/environment.py
	@$(python_is_recent)
	@$(PYTHON) tools/environment.py $(VENV) requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt setup.cfg pyproject.toml tools/environment.py
	@$(python_is_recent)
	@$(PYTHON) tools/environment.py $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.installed-run

define python_is_recent
command -v $(PYTHON) >/dev/null || { \
    echo "Remit needs Python 3.11 or later, and there is no $(PYTHON) here: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
    echo "Remit needs Python 3.11 or later, and $(PYTHON) is `$(PYTHON) --version 2>&1`: make PYTHON=/path/to/python3.11" >&2; exit 1; }
endef

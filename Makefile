# Everything is set up when it is needed, into .venv and .cache; `make clean` takes it away again.
# With DATABASE_URL set, load, psql and the tests use that server (PostgreSQL 15 to 18) instead of an embedded one.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Tests run in two processes, a file in one of them; ARGS="-n 0" runs them in one, for a debugger.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

SQLFLUFF := $(BIN)/sqlfluff lint --disable-progress-bar

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Tests start hundreds of Python processes: compiled modules are kept (images for containers say not to, often).
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help load test unit integration pgtap fuzz test-long test-crash test-outage test-objects test-sequences test-mutations test-conformance lint format bench bench-check bench-strategies psql up down clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
		while IFS=$$'\t' read -r name text; do printf '  make %-16s %s\n' "$$name" "$$text"; done

load: $(VENV)/.run ## load the Discogs dumps of DUMPS=dir; without DUMPS, a sample that is made first
	@$(BIN)/loader load discogs $(or $(DUMPS),--sample) $(ARGS)

psql: $(VENV)/.run ## open psql on the database
	@$(BIN)/loader psql $(ARGS)

up: $(VENV)/.run ## start the embedded server and print its URL (commands do so by themselves)
	@$(BIN)/loader db start

down: $(VENV)/.run ## stop the embedded server; its data stay
	@$(BIN)/loader db stop

test: unit integration pgtap lint ## run all tests and linters

unit: $(VENV)/.test ## run the tests that need no server
	$(PYTEST) tests/unit -m "not long" $(ARGS)

integration: $(VENV)/.test ## run the tests against a server
	$(PYTEST) tests/integration -m "not long" $(ARGS)

test-long: $(VENV)/.test ## run the tests of tests/long.txt: further orders, seeds, forms, servers, faults of what `make test` tries once
	$(PYTEST) tests -m long $(ARGS)

pgtap: $(VENV)/.test ## run the tests that are written in SQL
	$(BIN)/python -m tests.tap.run

fuzz: $(VENV)/.test ## compare the loader with lxml on random documents for SECONDS=60; ARGS=--guided: by coverage
	@$(BIN)/python -m tests.fuzz $(or $(SECONDS),60) $(ARGS)

test-crash: $(VENV)/.test ## kill commands at random moments KILLS=200 times, and compare with undisturbed ones
	@$(BIN)/python -m tests.crash $(or $(KILLS),200) $(ARGS)

test-outage: $(VENV)/.test ## stop the server for SECONDS=60 in the middle of loads, which go on by themselves
	@$(BIN)/python -m tests.crash.outage $(or $(SECONDS),60) $(ARGS)

test-objects: $(VENV)/.test ## let users make random things around a dataset, SEQUENCES=25 times: no command may harm them
	@$(BIN)/python -m tests.objects $(or $(SEQUENCES),25) $(ARGS)

test-sequences: $(VENV)/.test ## compare random sequences of loads, replays, rollbacks with a model, SEQUENCES=100 times
	@$(BIN)/python -m tests.sequences $(or $(SEQUENCES),100) $(ARGS)

test-mutations: $(VENV)/.test ## break the loader on purpose, one way at a time: a test must fail each time
	@$(BIN)/python -m tests.mutations $(ARGS)

test-conformance: $(VENV)/.test ## read the W3C's conformance files, which npm fetches into the user's cache
	@$(BIN)/python -m tests.conformance $(ARGS)

# The templates take as long as all that is checked beside them.
lint: $(VENV)/.test ## check style and types of Python and SQL
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(SQLFLUFF) --config tests/lint/templates.sqlfluff sql/dataset & templates=$$!; \
	$(BIN)/mypy; \
	$(BIN)/lint-imports --no-cache --no-logo; \
	$(SQLFLUFF) sql/control migrations; \
	$(SQLFLUFF) --config tests/lint/rendered.sqlfluff tests/golden; \
	wait $$templates

format: $(VENV)/.test ## lay out the Python code as lint wants it
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

bench: $(VENV)/.test ## measure loads of a sample against discogskit; SUITE=name: something else
	@$(BIN)/python -m tests.bench $(SUITE) $(ARGS)

bench-check: $(VENV)/.test ## fail when a stage has become slower, for what its floor takes
	@$(BIN)/python -m tests.bench.check $(ARGS)

bench-strategies: $(VENV)/.test ## measure ways to load sources that share keys
	@$(BIN)/python -m tests.bench strategies $(ARGS)

clean: ## remove what was set up; the embedded server's data in .postgres stay
	rm -rf $(VENV) .cache build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find loader tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each is made anew when pyproject.toml changes.
$(VENV)/.run: pyproject.toml
	@$(call install,.)
	@touch $@

$(VENV)/.test: pyproject.toml
	@$(call install,.[test])
	@touch $(VENV)/.run $@

define install
if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; fi; \
echo "Setting up $(VENV) with $(PYTHON) …"; \
$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment (on Debian: apt-get install python3-venv)." >&2; exit 1; }; \
$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -e '$(1)'
endef

# Two commands on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
# Needs Python 3.11 or newer with venv, and this make. PYTHON=/path/to/python3 chooses another interpreter.

VENV := .venv
BIN := $(VENV)/bin
LANGUAGES ?= en,pt
FILMS ?= films
ARGS ?=
UV := uv==0.13.9

CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3)
RUNTIME := $(VENV)/.runtime-installed
PROJECT := $(VENV)/.project-installed
DEV := $(VENV)/.dev-installed
BENCH := $(VENV)/.bench-installed
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(PIP_INSTALL) --only-binary=:all: --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--only-binary :all: --generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command 'make lock' $(ARGS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test chaos bench bench-pipeline bench-scan examples check format install lock clean

help:  ## List the targets
	@echo 'make TARGET, where TARGET is'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

demo: $(PROJECT)  ## Make a film of this repository (LANGUAGES=en,pt FILMS=films)
	@$(BIN)/reporeel run . --lang $(LANGUAGES) --out $(FILMS) $(ARGS)

test: $(DEV)  ## Run all tests (ARGS='-k name' narrows them)
	@$(BIN)/python -m pytest $(ARGS)

chaos: $(DEV)  ## Kill, cut and fill everything, about 20 minutes (ARGS='-k cluster' narrows it)
	@$(BIN)/python -m pytest tests/chaos -m chaos -s $(ARGS)

bench: bench-pipeline bench-scan  ## Run all benchmarks

bench-pipeline: $(BENCH)  ## Compare with RQ, arq and Celery, about 10 minutes (ARGS=--short: one)
	@$(BIN)/python -m tests.bench $(ARGS)

bench-scan: $(DEV)  ## Scan trees of 1,000 to 100,000 files (ARGS='--sizes 1000')
	@$(BIN)/python -m tests.bench.scan $(ARGS)

examples: $(DEV)  ## Write docs/examples anew (ARGS='~/src/starlette ~/src/ripgrep')
	@PYTHONPATH=. $(BIN)/python docs/examples/regenerate.py $(ARGS)

check: $(DEV)  ## Check format, lint, types and import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(DEV)  ## Format the code and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

install: $(DEV)  ## Set up .venv for development
	@echo "$(VENV) is ready."

lock: $(BIN)/pip  ## Write requirements/*.txt from pyproject.toml (ARGS=--upgrade takes newer versions)
	@$(PIP_INSTALL) '$(UV)'
	@$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	@$(COMPILE) pyproject.toml --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra bench --constraint requirements/dev.txt --output-file requirements/bench.txt
	@$(BIN)/python -c 'import tomllib; \
		system = tomllib.load(open("pyproject.toml", "rb"))["build-system"]; \
		print(*system["requires"], "editables", sep="\n")' \
		| $(COMPILE) - --output-file requirements/build.txt >/dev/null
	@if grep -nE '(https?|file)://' requirements/*.txt; then echo 'An address got into the lock.' >&2; exit 1; fi
	@echo 'Wrote requirements/runtime.txt, dev.txt, bench.txt and build.txt.'

clean:  ## Remove .venv and all caches; films/ stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find shared services tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@set -e; \
	for candidate in $(CANDIDATES); do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$candidate --version) ..."; \
			$$candidate -m venv $(VENV) && exit 0; \
			echo "$$candidate cannot make a virtual environment (Debian: apt install python3-venv)." >&2; exit 1; \
		fi; \
	done; \
	echo 'Python 3.11 or newer is needed; found none as: $(CANDIDATES).' >&2; \
	echo 'Install one, or name it: make PYTHON=/path/to/python3' >&2; exit 1

$(RUNTIME): requirements/runtime.txt requirements/build.txt | $(BIN)/pip
	@echo 'Installing what it runs on, once ...'
	@$(LOCKED) -r requirements/runtime.txt -r requirements/build.txt
	@touch $@

$(PROJECT): pyproject.toml $(RUNTIME)
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(PROJECT)
	@echo 'Installing what tests and checks need, once ...'
	@$(LOCKED) -r requirements/dev.txt
	@touch $@

$(BENCH): requirements/bench.txt $(PROJECT)
	@echo 'Installing what is compared with, once ...'
	@$(LOCKED) -r requirements/bench.txt
	@touch $@

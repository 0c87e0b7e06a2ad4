# Two commands on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
# Needs Python 3.11 or newer with venv, and this make. PYTHON=/path/to/python3 chooses another interpreter.

VENV := .venv
BIN := $(VENV)/bin
LANGUAGES ?= en,pt
FILMS ?= films
WORKERS ?= 2
ARGS ?=
UV := uv==0.13.9
TORCH := torch==2.13.0
TORCH_AUDIO := torchaudio==2.11.0 torchcodec==0.17.0
APERTIUM := apertium apertium-es-pt apertium-por-cat apertium-fra-cat apertium-cat-ita apertium-es-gl \
	apertium-eng-spa apertium-eng-cat apertium-en-gl
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)

CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3)
RUNTIME := $(VENV)/.runtime-installed
PROJECT := $(VENV)/.project-installed
DEV := $(VENV)/.dev-installed
BENCH := $(VENV)/.bench-installed
CHECKOV := .venv-checkov/.installed
MOVIEPY := .venv-moviepy/.installed
COQUI := .venv-coqui/.installed
OPENH264 := $(VENV)/lib/openh264/libopenh264.so
BROWSER := $(VENV)/.browser-installed
FUZZ := $(VENV)/.fuzz-installed
OPERATE := $(VENV)/.operate-installed
CHROMIUM ?= /usr/bin/chromium
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(PIP_INSTALL) --only-binary=:all: --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--only-binary :all: --generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command 'make lock' $(ARGS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-browser languages test-languages test-cjk test-coqui test-docker test-manifests test-emulator coverage fuzz chaos bench bench-pipeline bench-gateway bench-start bench-scan bench-render bench-job bench-speech language-table examples contact-sheets check format runtime install lock clean

help:  ## List the targets
	@echo 'make TARGET, where TARGET is'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

demo: $(PROJECT)  ## Make a film of this repository (LANGUAGES=en,pt FILMS=films)
	@$(BIN)/reporeel run . --lang $(LANGUAGES) --out $(FILMS) $(ARGS)

test: $(DEV)  ## Run all tests, two at a time (ARGS='-k name' narrows them; WORKERS=4 where there is memory)
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile $(ARGS)

languages: $(PROJECT)  ## Install Debian's Apertium (sudo): Spanish, French, Italian, Catalan, Galician
	@dpkg --status $(APERTIUM) >/dev/null 2>&1 || { $(SUDO) apt-get update --quiet=2 \
		&& $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --no-install-recommends $(APERTIUM); }
	@$(BIN)/reporeel languages

test-cjk: $(DEV)  ## Run the tests that need the fonts for Chinese and Japanese (56 MB)
	@$(PIP_INSTALL) --no-deps cvttf-notosanscjk-regular==1.0 cvttf-notosanscjk-bold==1.0
	@$(BIN)/python -m pytest -m cjk $(ARGS)

test-languages: $(DEV) languages  ## Run the tests that need Apertium
	@$(BIN)/python -m pytest -m languages $(ARGS)

test-docker: $(DEV)  ## Build all images, run compose, kill every container once (needs a Docker engine)
	@docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1 || { \
		echo 'make test-docker needs a Docker engine that answers (DOCKER_HOST says where),' >&2; \
		echo 'and docker compose 2.24 or newer with buildx.' >&2; exit 1; }
	@$(BIN)/python -m pytest tests/docker -m docker $(ARGS)

test-manifests: $(OPERATE) $(CHECKOV)  ## Examine what k8s/ renders to, and the Dockerfiles (needs kubectl)
	@command -v kubectl >/dev/null || { \
		echo 'make test-manifests needs kubectl 1.27 or newer on the PATH; it asks no cluster.' >&2; exit 1; }
	@$(BIN)/python -m pytest tests/manifests -m manifests $(ARGS)

test-emulator: $(DEV)  ## Keep the history in Google's Firestore emulator (Debian: google-cloud-cli-firestore-emulator)
	@$(BIN)/python -m pytest tests/emulator -m emulator $(ARGS)

test-coqui: $(COQUI)  ## Run the tests that need Coqui's models and torch (3 GB in an environment of its own)
	@PYTHONPATH=. .venv-coqui/bin/python -m pytest -m coqui $(ARGS)

coverage: $(DEV)  ## Run all tests and see what of shared/ they run, child processes included
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

test-browser: $(BROWSER) $(CHROMIUM)  ## Run the tests in a real Chromium (ARGS='-k seeks' narrows them)
	@CHROMIUM=$(CHROMIUM) $(BIN)/python -m pytest tests/browser -m browser $(ARGS)

fuzz: $(FUZZ)  ## Hold the HTTP API against its description, 5 minutes (ARGS='-k few': one)
	@$(BIN)/python -m pytest tests/fuzz -m fuzz $(ARGS)

chaos: $(DEV)  ## Kill, cut and fill everything, about 20 minutes (ARGS='-k cluster' narrows it)
	@$(BIN)/python -m pytest tests/chaos tests/security -m chaos -s $(ARGS)

bench: bench-pipeline bench-gateway bench-start bench-scan bench-render bench-job bench-speech  ## Run all benchmarks

bench-pipeline: $(BENCH)  ## Compare with RQ, arq and Celery, about 10 minutes (ARGS=--short: one)
	@$(BIN)/python -m tests.bench $(ARGS)

bench-start: $(BENCH)  ## Time `reporeel up` until it takes jobs; weigh each idle service
	@$(BIN)/python -m tests.bench.start $(ARGS)

bench-gateway: $(BENCH)  ## Compare the gateway with Flask, gunicorn, RQ and Redis, 3 minutes (ARGS=--short: that it works)
	@$(BIN)/python -m tests.bench.gateway $(ARGS)

bench-speech: $(DEV)  ## Say 100 sentences and count what is misheard (ARGS='--short 5')
	@$(BIN)/python -m tests.bench.speech $(ARGS)

language-table: $(DEV)  ## Measure the translations, write the table of docs/languages.md (needs Apertium)
	@$(BIN)/python -m tests.bench.languages --measure $(ARGS)

bench-render: $(DEV) $(MOVIEPY)  ## Film the same by MoviePy and ffmpeg, half an hour (ARGS=--short: one round, short)
	@command -v ffmpeg >/dev/null || { $(SUDO) apt-get update --quiet=2 \
		&& $(SUDO) apt-get install --yes --quiet=2 --no-install-recommends ffmpeg; }
	@$(BIN)/python -m tests.bench.render $(ARGS)

bench-job: $(PROJECT)  ## Time a whole job in two languages, film for film (ARGS='~/src/project --rounds 5')
	@$(BIN)/python -m tests.bench.job $(ARGS)

bench-scan: $(DEV)  ## Scan trees of 1,000 to 100,000 files (ARGS='--sizes 1000')
	@$(BIN)/python -m tests.bench.scan $(ARGS)

examples: $(DEV)  ## Write docs/examples anew (ARGS=packages: those that need no GitHub)
	@$(BIN)/python -m docs.examples.regenerate $(ARGS)

contact-sheets: $(DEV)  ## Draw films of repositories as sheets (ARGS='~/src/starlette --into /tmp/sheets')
	@PYTHONPATH=. $(BIN)/python docs/images/contact_sheets.py $(ARGS)

check: $(DEV)  ## Check format, lint, types and import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(DEV)  ## Format the code and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

runtime: $(PROJECT)  ## Set up .venv for making films only
	@echo "$(VENV) is ready."

install: $(DEV)  ## Set up .venv for development
	@echo "$(VENV) is ready."

lock: $(BIN)/pip  ## Write requirements/*.txt from pyproject.toml (ARGS=--upgrade takes newer versions)
	@$(PIP_INSTALL) '$(UV)'
	@$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	@$(COMPILE) pyproject.toml --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra bench --constraint requirements/dev.txt --output-file requirements/bench.txt
	@$(COMPILE) --group pyproject.toml:gateway --constraint requirements/runtime.txt --output-file requirements/gateway.txt
	@$(BIN)/python -c 'import tomllib; \
		system = tomllib.load(open("pyproject.toml", "rb"))["build-system"]; \
		print(*system["requires"], "editables", sep="\n")' \
		| $(COMPILE) - --output-file requirements/build.txt >/dev/null
	@$(COMPILE) pyproject.toml --extra dev --extra browser --constraint requirements/dev.txt \
		--output-file requirements/browser.txt
	@$(COMPILE) pyproject.toml --extra dev --extra fuzz --constraint requirements/dev.txt \
		--output-file requirements/fuzz.txt
	@$(COMPILE) pyproject.toml --extra dev --extra operate --constraint requirements/dev.txt \
		--output-file requirements/operate.txt
	@$(COMPILE) --group pyproject.toml:sbom --constraint requirements/build.txt --output-file requirements/sbom.txt
	@echo checkov==3.3.30 | $(COMPILE) - --output-file requirements/checkov.txt >/dev/null
	@echo moviepy==2.2.1 | $(COMPILE) - --output-file requirements/moviepy.txt >/dev/null
	@echo "docopt; python_version < '3'" | $(COMPILE) pyproject.toml --extra dev --extra coqui \
		--constraint requirements/dev.txt --overrides /dev/stdin --output-file requirements/coqui.txt
	@if grep -nE '(https?|file)://' requirements/*.txt; then echo 'An address got into the lock.' >&2; exit 1; fi
	@echo 'Wrote requirements/*.txt.'

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

$(DEV): requirements/dev.txt $(PROJECT) $(OPENH264)
	@echo 'Installing what tests and checks need, once ...'
	@$(LOCKED) -r requirements/dev.txt
	@touch $@

# A wheel that holds Cisco's decoder among much else; one library is taken out of it, nothing is installed.
$(OPENH264): requirements/openh264.txt | $(BIN)/pip
	@$(BIN)/python scripts/take_openh264.py requirements/openh264.txt $@

# MoviePy needs an older Pillow than films do.
$(MOVIEPY): requirements/moviepy.txt | $(BIN)/pip
	@$(BIN)/python -m venv .venv-moviepy
	@.venv-moviepy/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
		--require-hashes -r requirements/moviepy.txt
	@touch $@

# checkov brings a hundred packages, many of them at versions of its own.
$(CHECKOV): requirements/checkov.txt | $(BIN)/pip
	@$(BIN)/python -m venv .venv-checkov
	@.venv-checkov/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
		--require-hashes -r requirements/checkov.txt
	@touch $@

# All but torch is locked. One program of num2words' wants docopt, which comes as source alone: it is left out.
# PyPI's torchaudio is compiled for CUDA: beside a torch that is not, its library cannot be loaded, and nothing uses it.
$(COQUI): requirements/coqui.txt | $(BIN)/pip
	@echo "Installing Coqui's models and torch, once ..."
	@$(BIN)/python -m venv .venv-coqui
	@.venv-coqui/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
		--require-hashes --no-deps -r requirements/coqui.txt
	@.venv-coqui/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@.venv-coqui/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(TORCH_AUDIO)
	@.venv-coqui/bin/python -c 'import torchaudio' 2>/dev/null || \
		rm .venv-coqui/lib/python3*/site-packages/torchaudio/lib/*.so
	@touch $@

$(BENCH): requirements/bench.txt $(PROJECT)
	@echo 'Installing what is compared with, once ...'
	@$(LOCKED) -r requirements/bench.txt
	@touch $@

$(BROWSER): requirements/browser.txt $(DEV)
	@echo 'Installing what drives a browser, once ...'
	@$(LOCKED) -r requirements/browser.txt
	@touch $@

$(FUZZ): requirements/fuzz.txt $(DEV)
	@echo 'Installing what tries an API, once ...'
	@$(LOCKED) -r requirements/fuzz.txt
	@touch $@

$(OPERATE): requirements/operate.txt $(DEV)
	@echo 'Installing what examines manifests, once ...'
	@$(LOCKED) -r requirements/operate.txt
	@touch $@

$(CHROMIUM):
	@echo 'Installing Chromium, once ...'
	@$(SUDO) apt-get update --quiet=2
	@$(SUDO) apt-get install --yes --quiet=2 --no-install-recommends chromium fonts-liberation

# The one door. `make` prints what can be asked for.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SECOND := .cache/second-opinion
PEERS := .cache/peers
AUDIT := .cache/audit
CX := $(BIN)/cx
WORKSPACE ?= workspace
HOST ?= 127.0.0.1
PORT ?= 8050
WORKERS ?= 2
EXAMPLES ?= 1000
FAULTS ?=
SIZES ?= 1000000 10000000
SAMPLE := sample_data/exports
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: help setup dev serve sample live test check unit test-long test-deploy test-spark audit oracles faults stories bench bench-service bench-load bench-wall bench-viewers bench-pages bench-tiles bench-increment bench-50m bench-report second-opinion format docs words golden screenshots forget clean

help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# ── set up ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

setup: $(VENV)/.ready ## make .venv with what the program needs (quick when it is there)
dev: $(VENV)/.ready-dev ## the same, with the tools of the people who change it

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Say which with: make PYTHON=python3.12")'
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing what the program needs …"
	@$(INSTALL) .
	@touch $@

$(VENV)/.ready-dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the program and its development tools …"
	@$(INSTALL) '.[dev]'
	@touch $(VENV)/.ready $@

$(VENV)/.ready-bench: $(VENV)/.ready-dev
	@echo "Installing what the benchmarks compare with …"
	@$(INSTALL) '.[dev,bench]'
	@touch $@

$(VENV)/.ready-spark: $(VENV)/.ready-dev
	@echo "Installing Spark …"
	@$(INSTALL) '.[dev,spark]'
	@touch $@

# ── use ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

serve: setup $(WORKSPACE)/CURRENT ## sample company on http://127.0.0.1:8050, and load whatever lands in workspace/inbox
	@$(CX) serve --workspace $(WORKSPACE) --host $(HOST) --port $(PORT) --workers $(WORKERS) --watch

live: setup $(WORKSPACE)/CURRENT ## while `make serve` runs: drop the sample company's next hours into the inbox
	@$(BIN)/python -m sample_data.generate --live --inbox $(WORKSPACE)/inbox

sample: setup $(SAMPLE)/.made ## write the sample company's exports into sample_data/exports

$(SAMPLE)/.made: $(wildcard sample_data/*.py sample_data/*/*.py) | $(VENV)/.ready
	@echo "Writing the sample exports …"
	@$(BIN)/python -m sample_data.generate --out $(SAMPLE)
	@touch $@

$(WORKSPACE)/CURRENT: | $(VENV)/.ready
	@$(MAKE) --no-print-directory $(SAMPLE)/.made
	@mkdir -p $(WORKSPACE)
	@cp -Rn sample_data/workspace/. $(WORKSPACE)/
	@$(CX) load --workspace $(WORKSPACE) $(SAMPLE)

# ── check ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

test: check unit ## everything that must hold before a change lands: check, then the tests

check: dev ## format, lint, types, SQL, layers, portable SQL and generated docs, without the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --nocolor --disable-progress-bar --processes 2 queries
	$(BIN)/lint-imports
	$(BIN)/python -m tools.portable_sql
	$(BIN)/python -m tools.docs --check

unit: dev ## the tests alone, on three workers: some wait for a browser or a load while two cores work
	$(BIN)/pytest -n 3 --dist loadgroup -m "not long and not deploy and not spark"

test-long: dev ## the tests, their long forms too
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -n 2 --dist loadgroup -m "not deploy and not spark"

test-deploy: dev ## deploy/ as it is, with the real nginx, Redis and systemd's checks, packs in LibreOffice; says which packages are missing
	@lacking=""; for each in nginx redis-server openssl systemd-analyze soffice pdftotext; do PATH="$$PATH:/usr/sbin" command -v $$each >/dev/null || lacking="$$lacking $$each"; done; \
		if [ -n "$$lacking" ]; then echo "Missing:$$lacking. On Debian: apt-get install nginx redis-server openssl systemd libreoffice-impress poppler-utils"; exit 1; fi
	$(BIN)/pytest -m deploy -s tests/deploy

test-spark: $(VENV)/.ready-spark ## the tables built on Spark as well: alone, on a master and two workers, by Spark Connect, with workers killed
	@command -v java >/dev/null || { echo "Missing: java. On Debian: apt-get install openjdk-17-jre-headless"; exit 1; }
	$(BIN)/pytest -m spark -s tests/spark

audit: dev ## the licences of what is installed, and its known weaknesses as a service on the network tells them
	$(BIN)/python -m tools.licences
	@test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && $(AUDIT)/bin/python -m pip install --quiet --quiet --disable-pip-version-check 'pip-audit>=2.9'; }
	@$(AUDIT)/bin/pip-audit --strict --requirement constraints.txt --no-deps --disable-pip --progress-spinner off || \
		{ echo "Not known: it lists weaknesses above, or the service could not be asked, or it knows nothing of a package."; exit 1; }

oracles: dev ## every figure against its independent recalculation, on EXAMPLES=1000 invented companies
	HYPOTHESIS_PROFILE=long CX_ORACLE_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n 2 --dist loadgroup tests/metrics tests/queries -k oracle

faults: dev ## break it on purpose, thousands of times: is anything lost? FAULTS="kills --count 100" runs some
	$(BIN)/python -m tests.faults $(FAULTS)

stories: dev ## are the truths planted in the sample company found
	$(BIN)/pytest tests/stories

bench: dev $(VENV)/.ready-bench ## time the figures on SIZES="1000000 10000000" made interactions, goals beside, another tool too
	$(BIN)/python -m benchmarks $(SIZES)

bench-service: dev ## time clocks and service figures on SIZES="300000 1500000" made cases, a row-wise Python function beside
	$(BIN)/python -m benchmarks service $(SIZES)

bench-load: dev ## what loading SIZES="1000000 10000000" made interactions costs beside the database's own reading of the file
	$(BIN)/python -m benchmarks load $(SIZES)

bench-wall: dev ## show a wall for MINUTES=60, another snapshot every ten seconds: its heap, nodes, listeners, main thread
	$(BIN)/python -m benchmarks wall $(MINUTES)

bench-viewers: dev ## 200 people and 10 walls for MINUTES=10: how soon each is answered, and whether anybody sees another's row
	$(BIN)/python -m benchmarks viewers $(MINUTES)

bench-pages: dev $(PEERS)/.ready ## four filtered charts of SIZES="1000000 10000000" made interactions in a browser, beside Dash, Vizro and Streamlit
	$(BIN)/python -m benchmarks pages $(SIZES)

bench-tiles: dev ## how many tiles a second one worker gives over SIZES="1000000 10000000" made interactions, kept and not kept
	$(BIN)/python -m benchmarks tiles $(SIZES)

bench-increment: dev ## what a batch costs beside building anew, and until an open page has it, at SIZES="1000000 10000000" interactions
	$(BIN)/python -m benchmarks increment $(SIZES)

bench-50m: SIZES = 1000000 10000000 50000000
bench-50m: dev $(VENV)/.ready-bench $(PEERS)/.ready ## all of it at 1, 10 and 50 million (hours; 60 GB of disk), then docs/SPEED.md and docs/scale.md
	$(BIN)/python -m benchmarks everything $(SIZES)

bench-report: dev ## write docs/SPEED.md and docs/scale.md again from what was measured
	-$(BIN)/python -m benchmarks scale
	$(BIN)/python -m benchmarks report

second-opinion: dev $(WORKSPACE)/CURRENT $(SECOND)/.ready ## survival on the sample beside lifelines, which runs in an environment of its own
	$(BIN)/python -m benchmarks.second_opinion $(WORKSPACE) $(SECOND)/bin/python

$(SECOND)/.ready: | $(BIN)/python
	@$(PYTHON) -m venv $(SECOND)
	@$(SECOND)/bin/python -m pip install --quiet --quiet --disable-pip-version-check 'lifelines>=0.30'
	@touch $@

$(PEERS)/.ready: benchmarks/peers/requirements.txt | $(BIN)/python
	@echo "Installing the tools that the pages are compared with into $(PEERS) …"
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --requirement benchmarks/peers/requirements.txt
	@touch $@

# ── change ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

format: dev ## put Python and SQL into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --nocolor --disable-progress-bar --processes 2 queries

docs: dev ## write the generated parts of README and docs again
	$(BIN)/python -m tools.docs

words: dev ## collect every text into the catalogs of metrics/texts, and say which wait for a translation
	$(BIN)/python -m tools.words

golden: dev ## write the golden answers again; the diff is the review
	$(BIN)/python -m tests.golden.write

screenshots: dev $(WORKSPACE)/CURRENT ## photograph every page in both themes and three sizes, those of README into docs/images
	$(BIN)/python -m tools.screenshots

forget: ## remove the workspace; the next `make serve` begins again from the sample exports
	rm -rf $(WORKSPACE)

clean: ## remove what the tools made here, .venv too; the workspace stays
	rm -rf $(VENV) $(SAMPLE) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

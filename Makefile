# What people type. Each target says what it does; none needs anything installed by hand but
# Python 3.11 and, for `demo` and `e2e`, root on Debian (or a Docker Engine that answers).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install demo stop test e2e oracles lint format lock docs fuzz bench-metadata \
	bench-service clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PHOTO ?= examples/photo.jpg
SECONDS ?= 60
BENCH := build/bench
# The demo and the end-to-end tests keep to this folder; your own deployments are in ~/.imgmeta.
export IMGMETA_HOME ?= $(CURDIR)/.imgmeta

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(VENV)/.installed ## Make the virtual environment with the locked versions

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "==> virtual environment in $(VENV), versions from requirements.lock"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || ./tools/install-venv.sh
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## Deploy to an AWS that runs on this machine, and ask it about a photo
	@./tools/demo.sh $(BIN)/imgmeta "$(PHOTO)"

stop: install ## Stop what the demo started
	@$(BIN)/imgmeta sandbox stop

test: install lint ## Run every test that needs no root
	@echo "==> tests"
	@$(BIN)/pytest -q -m "not e2e and not oracle"

e2e: install ## Run the end-to-end tests on real parts (root, Debian)
	@./tools/install-e2e.sh
	@echo "==> end-to-end tests"
	@$(BIN)/pytest -v -m e2e --durations=15

oracles: install ## Ask other readers about the same files (root, Debian)
	@./tools/install-oracles.sh
	@$(BIN)/python -m tests.oracles.ledger
	@echo "==> other readers"
	@$(BIN)/pytest -v -m oracle --durations=3 tests/oracles

lint: install ## Check format, lint and types
	@echo "==> ruff, mypy"
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

format: install ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock: install ## Renew the locked versions
	@./tools/lock.sh $(BIN)/uv

docs: install ## Write docs/metadata.md from the schema of the answer
	@$(BIN)/python tools/document_schema.py

fuzz: install ## Fuzz every parser, each for SECONDS=60 (Linux)
	@./tests/fuzz/run.sh $(SECONDS)

bench-metadata: install ## Measure the library and inspect beside others (FILES=folder for yours)
	@./tools/install-bench.sh
	@$(BIN)/python -m benchmarks.metadata --cache $(BENCH) --venv .venv-bench \
		$(if $(FILES),--files $(FILES))

bench-service: install ## Measure the service beside others (root: it mounts a /tmp of its own)
	@./tools/install-bench.sh service
	@$(BIN)/python -m benchmarks.service.run --cache $(BENCH) --venv .venv-bench-service
	@$(BIN)/python -m benchmarks.service.memory --cache $(BENCH)

clean: ## Remove the virtual environment and the demo's folder
	@if [ -x $(BIN)/imgmeta ]; then $(BIN)/imgmeta sandbox stop || true; fi
	@rm -rf $(VENV) .venv-* build .imgmeta .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

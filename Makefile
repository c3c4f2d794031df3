# Every target sets itself up: Python 3.11 or newer and make are all a machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860

.DEFAULT_GOAL := help
.PHONY: help chat test evals bench lint install

help:  ## Show this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

chat: $(VENV)/.run  ## Install, ingest corpus/ and serve the chat at http://127.0.0.1:7860
	@$(BIN)/python ingest.py || test $$? -eq 1
	@$(BIN)/python app.py --host $(HOST) --port $(PORT)

test: lint  ## Run every check: format, lint, types, imports, tests, quality of the answers
	@$(BIN)/python -m pytest tests --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
	@$(BIN)/python -m pytest evals

lint: $(VENV)/.dev  ## Check format, style, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

evals: $(VENV)/.dev  ## Measure the quality of the answers and write evals/report.html (SEEDS=folder adds published texts)
	@$(if $(SEEDS),SEEDS=$(SEEDS)) $(BIN)/python -m pytest evals --report

bench: $(VENV)/.dev  ## Measure speed and memory against baselines (DATA=folder adds a public retrieval benchmark)
	@$(BIN)/python -m benchmarks.run
	@$(if $(DATA),$(BIN)/python -m benchmarks.retrieval $(DATA))

install: $(VENV)/.run  ## Install what is needed to run

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "CX Advisor needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing)."; \
		echo "Install it, or name another one: make chat PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { \
		echo "The virtual environment could not be made. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

# requirements.lock pins every package, so pip has nothing to search for; both sets install from the one lock.
$(VENV)/.run: $(VENV)/.python requirements.lock pyproject.toml
	@$(call install,.,about 2 minutes and 2 GB of disk)
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(call install,.[dev],a few seconds)
	@touch $@

define install
echo "Installing $(1) ($(2) the first time) ..."; \
$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c requirements.lock -e '$(1)' \
	| grep --line-buffered -E '^(Collecting|Installing|Successfully|ERROR)' | cut -c1-100; \
test $${PIPESTATUS[0]} -eq 0 || { \
	echo "Installing failed: the lines above say why. If a package had to be compiled, install a C compiler"; \
	echo "(on Debian or Ubuntu: apt-get install build-essential python3-dev) and run the same command again."; exit 1; }
endef

SHELL := /bin/bash

# Everything starts from here: `make chat` on a fresh machine, `make help` for the rest.
#
# pip's own settings (configuration files, PIP_* variables) hold as they are; PIP_ARGS adds to them, so that an
# installation without network is: make install PIP_ARGS="--no-index --find-links wheels"

PYTHON ?= python3
VENV ?= .venv
PIP_ARGS ?=
PYTEST_ARGS ?=
# Two test files run side by side: most of a file's time is waiting for the processes that it starts.
WORKERS ?= 2
GOLD ?=
AUDIT ?= auto
HOST ?=
PORT ?=

BIN := $(VENV)/bin
PACKAGES := documents index qa prompts eval
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt $(PIP_ARGS)
SERVE := $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat install dev test check audit format eval gate speed soak wheels clean distclean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "make %-10s %s\n", $$1, $$2 }'
	@echo 'variables: PYTHON=python3  HOST=127.0.0.1  PORT=7860  PIP_ARGS="..."  PYTEST_ARGS="..."  WORKERS=2  GOLD="FILE.jsonl ..."'

chat: install ## install, build the index, open the web page (HOST=, PORT=)
	$(BIN)/nghiquyet index
	$(BIN)/nghiquyet chat $(SERVE)

install: $(VENV)/.installed ## install the program into .venv

dev: $(VENV)/.installed-dev ## install it with what tests and checks need

test: dev ## the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

check: dev ## lint, formatting, types, risky code, known vulnerabilities (AUDIT=never: without the last)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy --strict $(foreach p,$(PACKAGES),-p $(p))
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml $(PACKAGES)
	$(BIN)/python .ci/audit.py $(AUDIT)

audit: dev ## known vulnerabilities of what is pinned; fails also where they can't be looked up
	$(BIN)/python .ci/audit.py always

format: dev ## put the code into the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: install ## score the answers to the gold questions (GOLD= for other files), beside baselines and ablations
	$(BIN)/nghiquyet index
	@mkdir -p build
	$(BIN)/nghiquyet eval --baselines --markdown build/eval.md --html build/eval.html $(GOLD)

gate: install ## fail where the answers to the shipped questions fall under eval/floors.toml
	$(BIN)/nghiquyet index
	$(BIN)/nghiquyet eval --gate

speed: install ## time import, start and questions
	$(BIN)/nghiquyet index
	$(BIN)/python -m eval.speed

soak: dev ## the long seeded runs at full length; `make test` runs a tenth of each
	NGHIQUYET_SOAK=1 $(BIN)/python -m pytest -m soak $(PYTEST_ARGS)

wheels: $(VENV)/.venv ## fetch every wheel into ./wheels, for installing without network
	$(BIN)/python -m pip wheel --disable-pip-version-check -c constraints.txt $(PIP_ARGS) -w wheels --no-build-isolation 'setuptools>=77' '.[dev]'
	rm -f wheels/nghiquyet-*.whl

clean: ## remove build products and caches
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## also remove .venv and wheels
	rm -rf $(VENV) wheels

# The first import of Gradio writes two files beside its code: done while installing, so that the program writes to its data folder alone.
FIRST_IMPORT = $(BIN)/python -c 'import gradio, importlib.util as u; \
  u.find_spec("gradio.components.api_component") and __import__("gradio.components.api_component")'

# Stamps: a second call installs nothing until pyproject.toml or constraints.txt change.
# setuptools goes in first and the build isn't isolated, so that an installation from ./wheels asks the network for nothing.

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: Python 3.11 or newer is needed, and '$(PYTHON)' is older or missing; name one with: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: $(PYTHON) comes without venv and ensurepip; install them (Debian, Ubuntu: apt-get install python3-venv) and try again" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) 'setuptools>=77'
	@touch $@

$(VENV)/.installed: $(VENV)/.venv pyproject.toml constraints.txt
	$(PIP) --no-build-isolation -e .
	$(FIRST_IMPORT)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.venv pyproject.toml constraints.txt
	$(PIP) --no-build-isolation -e '.[dev]'
	$(FIRST_IMPORT)
	@touch $@ $(VENV)/.installed

# The two commands of the README, and what they need. Everything is installed into .venv and the two
# node_modules folders; nothing is left on the machine but a system Chromium for the browser tests.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/.stamps
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo run test check setup clean chromium front translations docs

demo: setup ## load real data (once) and serve the console
	@$(BIN)/choral demo

run: setup
	@$(BIN)/choral run

test: $(STAMPS)/dev setup chromium sdk ## everything that must hold
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(STAMPS)/dev $(STAMPS)/front translations ## types, lints, import contracts, translations, content security policy
	@tools/check

setup: $(STAMPS)/python $(STAMPS)/front translations

$(STAMPS)/python: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Choral needs Python 3.11 or newer; \
	  say which with: make demo PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment; \
	  on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing Choral and what it is made of (once) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[demo,notebook,front]' 2> >(grep -v 'Location .* is ignored' >&2)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: $(STAMPS)/python
	@echo "Installing what the tests and checks need (once) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[demo,notebook,front,cluster,dev]' 2> >(grep -v 'Location .* is ignored' >&2)
	@touch $@

$(STAMPS)/front: $(STAMPS)/python $(wildcard web/package-lock.json web/*.mjs web/src/*.ts web/src/*.json)
	@echo "Building the few drawn parts ..."
	@cd web && npm ci --silent --no-audit --no-fund && npm run --silent build
	@touch $@

.PHONY: sdk
sdk: $(STAMPS)/sdk

$(STAMPS)/sdk: $(STAMPS)/front $(wildcard tests/sdk/package-lock.json)
	@test ! -f tests/sdk/package-lock.json || (cd tests/sdk && npm ci --silent --no-audit --no-fund)
	@touch $@

translations: $(STAMPS)/python
	@$(BIN)/python -m choral.interfaces.web.translations

docs: $(STAMPS)/python ## the reference pages, made again from the code
	@$(BIN)/python -m choral.events.schema.reference docs/reference/events.md
	@$(BIN)/python -m choral.interfaces.cli.reference > docs/reference/command-line.part && mv docs/reference/command-line.part docs/reference/command-line.md
	@$(BIN)/python -m tools.library docs/reference/library.md

# Browser tests need a Chromium; where it cannot be installed they fail and say so, they never skip.
chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && { echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }; } || true

clean: ## remove what the set-up made
	@rm -rf .venv web/node_modules tests/sdk/node_modules choral/interfaces/web/static/built

# Two commands: `make demo` runs the product, `make test` proves it. Both do all the set-up a fresh clone needs
# (python3 ≥ 3.11 and make), as root or not. `make help` lists the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
PYTHON ?= python3
PY := .venv/bin/python
NODE := .tools/bin/node
PYTEST := $(PY) -m pytest
# Two workers: more only compete for one PostgreSQL.
WORKERS ?= 2

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 20

.PHONY: demo
demo: ## set up and run everything at http://localhost:8000 (PORT=, HOST= to change); Ctrl-C stops it
	@$(PYTHON) config/local/setup.py demo
	@$(PY) -m config.local.demo

.PHONY: empty
empty: ## the same on an empty database of its own: found a company and set it up
	@$(PYTHON) config/local/setup.py demo
	@$(PY) -m config.local.demo empty

.PHONY: setup
setup: ## set up what tests and linters need
	@$(PYTHON) config/local/setup.py test

# --- tests, the fast ones first -------------------------------------------------------------------

.PHONY: test
test: setup ## everything: linters, then all tests, the fast ones first
	@rm -f var/requirements.json
	@$(MAKE) --no-print-directory lint test-js test-unit test-integration test-browser

.PHONY: test-js
test-js: setup ## modules of the browser, in Node
	$(NODE) --test $$(find tests/js -name '*.test.js' | sort)

.PHONY: test-unit
test-unit: setup ## everything without a browser and without processes of its own
	$(PYTEST) -n $(WORKERS) -m "not browser and not slow"

.PHONY: test-integration
test-integration: setup ## real processes, kills, fuzzing, long data
	$(PYTEST) -n $(WORKERS) -m "slow and not browser"

.PHONY: test-browser
test-browser: setup ## real Chromium
	$(PYTEST) -n $(WORKERS) -m browser

.PHONY: faults
faults: setup ## only the tests that provoke a fault
	$(PYTEST) -n $(WORKERS) -m fault

.PHONY: requirements
requirements: ## which requirements no passing test proves (after make test)
	@$(PY) -m tests.evidence

# --- the code itself ------------------------------------------------------------------------------

TEMPLATES = $$(find templates -name '*.html')
# Comparing models with migrations needs no database; Django would warn that it could not ask one.
NO_DATABASE := -W "ignore:Got an error checking a consistent migration history:RuntimeWarning"

.PHONY: lint
lint: setup ## style, types, layers, migrations, templates, translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(PY) -m mypy .
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) $(NO_DATABASE) manage.py makemigrations --check --dry-run
	.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py catalogs --check

.PHONY: format
format: setup ## put code and templates into the common form
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .
	.venv/bin/djade --target-version 5.2 $(TEMPLATES) || true

.PHONY: catalogs
catalogs: setup ## collect the texts to translate and compile the translations
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py catalogs
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py catalogs --compile

.PHONY: bench
bench: setup ## measure the goals of performance, side by side with raw SQL; writes benchmarks/RESULTS.md
	$(PY) -m config.local.servers --durable $(PY) -m benchmarks

.PHONY: pins
pins: ## compile pyproject.toml into requirements.txt and requirements-dev.txt (newest versions, hashed)
	@$(PYTHON) config/local/setup.py pins

.PHONY: clean
clean: ## remove what can be made again; the demo's data in var/ stays
	rm -rf .venv .tools node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf var/stamps var/cache var/requirements.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

.PHONY: clean-data
clean-data: ## remove the demo's data; the next start makes it anew
	rm -rf var

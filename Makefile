# Everything a person or a machine runs. `make` alone says what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_SPARK := $(VENV)/.installed-spark

export PATH := $(CURDIR)/$(BIN):$(PATH)
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
MACKEREL_CS_RAW ?= data/raw
MACKEREL_CS_DATA ?= data
export MACKEREL_CS_RAW MACKEREL_CS_DATA

.DEFAULT_GOAL := help
.PHONY: help install install-spark build build-spark compare-engines sample docs test lint types parse pytest test-long benchmark lock clean

help: ## What can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Python environment, exactly as locked

# --no-deps: the lock is complete, and what it leaves out (see DECISIONS.md) must stay out.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Python 3.11 is needed; say which with: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

install-spark: $(INSTALLED_SPARK) ## Spark and Iceberg too; Java 17 has to be there

$(INSTALLED_SPARK): requirements-spark.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock
	@touch $@

sample: install ## Two million raw lines of a simulated Mackerel, where there is no raw log yet
	@if [ -d "$(MACKEREL_CS_RAW)/events" ]; then echo "Raw log: $(MACKEREL_CS_RAW)"; else mackerel-cs simulate; fi

build: sample ## Raw log to tested, checked and published marts
	@mackerel-cs build

build-spark: install-spark sample ## The same models on Spark, from the same raw log
	@mackerel-cs build-spark

compare-engines: install-spark ## Every table of DuckDB against Spark's, after a build on each
	@mackerel-cs compare-engines

docs: install ## Documentation site in data/site, after a build
	@mackerel-cs docs

test: lint types parse pytest ## Everything that must hold before a merge

lint: install ## Style of Python, SQL and YAML
	ruff check .
	ruff format --check .
	yamllint --strict .
	sqlfluff lint --processes 2 --disable-progress-bar models tests/data analyses

types: install ## Types of the Python
	mypy

# Partial parsing hides deprecations from the second run on.
parse: install ## The project as dbt sees it, without a warning
	dbt --quiet --warn-error parse --no-partial-parse

pytest: install-spark ## Whole builds on both engines, properties, command line, site
	@scripts/install_browser
	@scripts/install_java
	pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-long: install-spark ## What takes minutes
	pytest -m long

benchmark: install ## Speed and memory, as the table in the README
	python -m benchmarks

# Needs uv. The excluded parser downloads a program while it installs and serves only dbt's --use-v2-parser.
lock: ## Renew both lock files from pyproject.toml
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-package dbt-core-experimental-parser --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra spark --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-package dbt-core-experimental-parser --quiet --constraint requirements.lock \
		--output-file requirements-spark.lock

clean: ## Remove what was built; raw logs stay
	rm -rf target logs $(MACKEREL_CS_DATA)/warehouse.duckdb $(MACKEREL_CS_DATA)/landing $(MACKEREL_CS_DATA)/tmp

# make build: the environment, the demo build, and what its tables say first. make report: the same on a page with
# charts. make test: every test.
# Nothing but Python 3.11+ and make is needed; uv is used where it is installed.

.DEFAULT_GOAL := build
PYTHON ?= python3
BIN := .venv/bin
export DBT_PROFILES_DIR := $(CURDIR)

.PHONY: build report test lint requirements clean

build: .venv/.ready
	$(BIN)/whence build

report: .venv/.ready
	$(BIN)/whence report --format html,md,json

test: .venv/.ready lint
	mkdir -p target/test && rm -f target/test/whence.duckdb
	WHENCE_DUCKDB_PATH=target/test/whence.duckdb $(BIN)/dbt --no-use-colors build --target-path target/test
	$(BIN)/pytest --numprocesses auto --dist loadscope

# On an empty warehouse, so that what is linted is the models, not the SQL that declared analyses expand to.
lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	mkdir -p target/lint && rm -f target/lint/whence.duckdb
	WHENCE_DUCKDB_PATH=target/lint/whence.duckdb $(BIN)/sqlfluff lint --disable-progress-bar --processes 0 models tests analyses

.venv/.ready: pyproject.toml uv.lock requirements.txt
	@if command -v uv >/dev/null 2>&1; then \
		uv sync --frozen --quiet --compile-bytecode; \
	else \
		$(PYTHON) -c 'import sys; sys.exit("whence: Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)' \
		&& $(PYTHON) -m venv .venv \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . ; \
	fi
	@touch $@

# The lock file as pins for pip; run after every change of dependencies.
requirements:
	uv lock
	uv export --frozen --no-hashes --no-emit-project --all-groups --quiet --output-file requirements.txt

clean:
	rm -rf .venv target logs reports whence.duckdb

# Everything runs inside .venv, made from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete

.PHONY: setup demo test faults faults-full scrapyd-test check format bench audit lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	sh scripts/setup.sh "$(PYTHON)" "$(VENV)"
	touch $(STAMP)

demo: setup
	$(BIN)/python scripts/demo.py

test: setup
	$(BIN)/python -m pytest

# The fault matrix: quick, and with a hundred kills.
faults: setup
	$(BIN)/python scripts/faults.py --quick

faults-full: setup
	$(BIN)/python scripts/faults.py --full

# A real scrapyd in an environment of its own (.venv-deploy), made on the first run.
scrapyd-test: setup
	$(BIN)/python -m pytest -q tests/scrapyd

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_imports.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m bench

# Asks an advisory database over the network, so it stands apart from `check`.
audit: setup
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

# Needs uv; writes hashes and no index address.
lock:
	uv pip compile pyproject.toml --extra browser --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

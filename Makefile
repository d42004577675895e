# Two commands: `make demo` shows what the simulator does, `make test` passes the tests.
# Both make the environment they need in .venv, with nothing but Python 3.11+ and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check bench docs clean

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,parquet,analysis,cluster,web,terminal]'
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/sim run scenarios/flight_cancelled.yaml --out outputs
	@echo "Open report.html in the folder named above; next: $(BIN)/sim compare scenarios/flight_cancelled.yaml --runs 5"

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff check sim tests
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m tests.benchmarks.workload_b_run
	$(BIN)/python -m tests.benchmarks.throughput

docs: $(STAMP)
	$(BIN)/python docs/renew.py

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

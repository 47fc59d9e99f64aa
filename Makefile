# Everything a reader, a contributor or CI does with this repository is one of these targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SWEEPS := speed error_rate parallelism
NOTEBOOKS = $(shell git ls-files 'notebooks/*.ipynb')
TOUR = $(shell git ls-files ':(glob)notebooks/*.ipynb')

# Downloads may fail once or twice; the third failure is told.
three_times = for try in 1 2 3; do $(1) && break; test $$try -lt 3 || exit 1; sleep 3; done

.DEFAULT_GOAL := help
.PHONY: help demo test lint notebooks experiments figures report lab clean

# Files of tests side by side, each with an instance: the two took up to 7.3 GB.
TESTS_AT_ONCE ?= $(shell awk '/MemAvailable/ {print ($$2 > 10e6) ? 2 : 1}' /proc/meminfo 2>/dev/null || echo 1)

help: ## what you can make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## the whole path on recorded data, checked against an independent computation
	@$(BIN)/python -m mysimbdp.demo

test: $(READY) ## all tests, on services of their own
	@$(BIN)/python -m pytest --numprocesses $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder

lint: $(READY) ## style, types, import directions, notebooks without outputs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id --verify $(NOTEBOOKS))
	@if docker compose version >/dev/null 2>&1; then docker compose config --quiet; \
	else echo "docker compose is not here: docker-compose.yml was not checked"; fi

notebooks: $(READY) ## run the notebooks of the tour in reading order; the executed copies are in reports/notebooks
	@mkdir -p reports/notebooks
	@set -e; for notebook in $(TOUR); do \
	$(BIN)/papermill --cwd $$(dirname $$notebook) $$notebook reports/notebooks/$$(basename $$notebook); done

# A run that failed (exit code 1) is told in the end; the figures and the report do not wait for it.
experiments: $(READY) ## the three sweeps in the quick profile, then their figures and the report
	@$(BIN)/mysimbdp experiment run $(SWEEPS); failed=$$?; test $$failed -lt 2 || exit 1; \
	$(BIN)/mysimbdp figures && $(BIN)/mysimbdp report && exit $$failed

figures: $(READY) ## draw the figures of the newest sweeps; the executed copies are in reports/notebooks
	@$(BIN)/mysimbdp figures

report: $(READY) ## export figures and experiments as pages; reports/index.html is where to begin
	@$(BIN)/mysimbdp report

lab: $(READY) ## open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir=notebooks

clean: ## remove the environment, reports and tools' caches (the data in .mysimbdp stays: mysimbdp down --purge)
	rm -rf $(VENV) reports .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# An environment without the stamp is half built, so it is built anew; with an old stamp it is brought up to date.
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "mysimbdp needs Python 3.11 or newer, and '$(PYTHON)' is not: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@test -f $@ || $(PYTHON) -m venv --clear $(VENV)
	@rm -f $@
	@echo "Building $(VENV) (the first time it downloads 0.8 GB of Python packages)"
	@$(call three_times,$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock)
	@$(call three_times,$(BIN)/uv pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q lib
	@touch $@

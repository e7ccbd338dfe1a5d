# Customer value at a bank branch: the case study and its library. `make help` lists the commands.
SHELL := /bin/bash
UV := .tools/bin/uv
BIN := .venv/bin
STUDY ?= jd

# Networks of banks have certificates of their own; Python comes from the system, never from a download.
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export PYTHONDONTWRITEBYTECODE :=
# Tests run side by side, one process a core: linear algebra with threads of its own would only wait for itself.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help report test test-all lint lab example clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: .venv/.ready ## run the case study; the report is in reports/jd (STUDY=… for another)
	@$(BIN)/crm run $(STUDY) && $(BIN)/crm report $(STUDY)

test: .venv/.ready ## run the tests of a user: minutes, Python packages alone
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow and not heavy"

test-all: lint test ## run every test, the slow and the heavy too
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "slow or heavy" -rs

lint: .venv/.ready ## check style and the order of the rooms
	@$(BIN)/ruff check crmlib tests tools
	@$(BIN)/ruff format --check --quiet crmlib tests tools
	@$(BIN)/lint-imports --no-logo

lab: .venv/.ready ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab notebooks

example: .venv/.ready ## refresh reports/example, the pictures and the notebooks' stored check outputs
	@$(BIN)/python tools/example.py

clean: ## remove reports (but the example), caches, .venv and .tools
	@[ ! -d reports ] || find reports -mindepth 1 -maxdepth 1 ! -name example -exec rm -rf {} +
	@rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# Python reads .pth files in the language of the system: where that knows no Chinese, a Chinese path in one ends Python.
.venv/.ready: pyproject.toml uv.lock | $(UV)
	@echo "setting up .venv (once, about a minute)"
	@$(if $(filter C POSIX,$(LC_ALL)),LC_ALL=C.UTF-8) $(UV) sync --frozen --compile-bytecode --quiet
	@for path in .venv/lib/python3.*/site-packages/crmlib.pth; do echo ../../../.. > $$path; done
	@touch $@

$(UV):
	@python3 -m pip --version >/dev/null 2>&1 || { \
	  echo "pip is missing. Install it (Debian, Ubuntu: apt-get install python3-pip; Fedora: dnf install python3-pip)."; exit 1; }
	@python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location --root-user-action=ignore \
	  --target .tools --require-hashes --requirement tools/uv.txt

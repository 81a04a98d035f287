# Every command sets up what it needs by itself, in .venv; see tools/setup_environment.py.
# Another Python:  make PYTHON=python3.12 report
# Some profiles or notebooks:  make portable PORTABLE="31_ 35_ --profiles oldest shaken"
# Some rooms, other mutants:  make mutants MUTANTS="ledger shifts --each 20 --seed 2"

PYTHON ?= python3
WORKERS ?= 2
RUN := .venv/bin/python

# The notebooks must not see what else a user has: other kernels, start-up scripts, plotting
# backends and settings, modules.
unexport JUPYTER_PATH MPLBACKEND PYTHONHOME PYTHONPATH PYTHONWARNINGS
# Else each kernel compiles the library anew, and each run of the tests rewrites them all.
unexport PYTHONDONTWRITEBYTECODE
export JUPYTER_PREFER_ENV_PATH := 1
export IPYTHONDIR := $(CURDIR)/.venv/ipython
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib
export PYTHONNOUSERSITE := 1
# A process a core: on matrices as small as ours, threads of OpenBLAS only wait for each other.
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help environment report test portable mutants lint lab notebooks check lock clean

help:
	@echo "make report      run every notebook into build/, build the web pages, print the findings"
	@echo "make test        tests, guards, nbval on every notebook, style and types"
	@echo "make portable    the same as other processors would compute it, and shaken (slow)"
	@echo "make mutants     change the library in some places, and see whether tests notice (slow)"
	@echo "make lab         open JupyterLab on a working copy, build/lab (FRESH=1: make it anew)"
	@echo "make notebooks   run the stored notebooks again, in place (for authors)"
	@echo "make check       hold the ledger against the documents"
	@echo "make lint        style and types only"
	@echo "make lock        resolve the locks anew from pyproject.toml (UPGRADE=--upgrade: newest)"
	@echo "make clean       remove build/ and caches (.venv and working copies stay)"

environment:
	@$(PYTHON) tools/setup_environment.py

report: environment
	$(RUN) -m workshop report

test: environment
	$(RUN) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder \
		--nbval --nbval-current-env --nbval-cell-timeout=120 \
		--nbval-kernel-startup-timeout=300 tests lib notebooks
	@$(MAKE) --no-print-directory lint

portable: environment
	$(RUN) -m workshop portable $(PORTABLE)

mutants: environment
	$(RUN) -m uv run --quiet --no-project --isolated --with-requirements tools/mutants.lock \
		tools/mutants.py $(MUTANTS)

lint: environment
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	.venv/bin/lint-imports --no-logo

lab: environment
	$(RUN) -m workshop lab $(if $(FRESH),--fresh)

notebooks: environment
	$(RUN) -m workshop run --in-place

check: environment
	$(RUN) -m workshop check

COMPILE = $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --fork-strategy fewest $(UPGRADE)

lock: environment
	$(COMPILE) pyproject.toml --group pages --group tests --group build -o requirements.lock
	$(COMPILE) --group pyproject.toml:installer -o tools/installer.lock
	$(COMPILE) --group pyproject.toml:mutants -o tools/mutants.lock
	echo rfc3987-syntax | $(COMPILE) --no-config -c requirements.lock - -o tools/left_out.lock

clean:
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name 'lab*' -exec rm -rf {} +
	@rmdir build 2> /dev/null || [ ! -d build ] || \
		echo "Your working copies of the notebooks stay: $$(echo build/lab*). Delete them by hand."
	find lib tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

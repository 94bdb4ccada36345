# `make` builds the environment and runs the whole pipeline; `make test` runs the tests. The rest is for developers.
PYTHON ?= python3
LOCKS := requirements/bootstrap.txt requirements/main.txt
# An environment is told by what it is built from, not by when, and by its place: a copied or moved folder builds its own,
# because the one in it runs the program of the folder it was built in. .venv is a link to it, set once it stands. So a build
# that fails, for want of a network say, leaves the one before as it was.
CONTENT := $(shell { cat $(LOCKS) pyproject.toml; pwd -P; } | cksum | cut -d' ' -f1)
BUILT := .environments/$(CONTENT)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready-$(CONTENT)

# Rules and scripts must find this environment's python, and compiled modules must be kept: without them every job starts 3x slower.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

.DEFAULT_GOAL := reports
.PHONY: reports documents test verify crash-test fuzz test-slurm agreement audit check format lock example release lab bench oracle clean

reports: $(STAMP)
	@snakemake
	@echo
	@echo "The evidence report is at $$PWD/reports/index.html"

documents: $(STAMP)
	@snakemake documents
	@echo
	@echo "The documents are in $$PWD/reports/documents"

# One thread a process: on matrices as small as these, further ones only wait for each other, at the cost of a core.
test: export OPENBLAS_NUM_THREADS := 1
test: reports
	@python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# Each leaves a record in reports/trust, from which the page on trust is made: above all of a trial that failed.
define on_trust
@$(1); failed=$$?; snakemake reports/trust.html --quiet all && exit $$failed
endef

# Two runs of the whole review: some minutes. Another review: make verify REVIEW=examples/behavioural_activation
REVIEW ?= .
verify: $(STAMP)
	$(call on_trust,python trust/verify.py --review $(REVIEW))

# The same moments again: make crash-test SEED=1
MINUTES ?= 6
crash-test: $(STAMP)
	$(call on_trust,python trust/crash.py --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)))

# So many invented files for each reader.
FILES ?= 200
fuzz: $(STAMP)
	$(call on_trust,python trust/fuzz.py --files $(FILES))

# A cluster of SLURM on this machine, made for it and taken down: it needs slurm-wlm and munge of the system. Some minutes.
test-slurm: $(STAMP)
	uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/cluster.txt
	$(call on_trust,sh tests/slurm/cluster.sh python trust/cluster.py)

# R with metafor on the tables of this state, half a minute.
agreement: reports
	$(call on_trust,python trust/agreement.py)

# Asks a service for known faults of the locked libraries: it needs the network. Strict, because what the service does not
# answer for is otherwise left out, and the rest said to be without faults.
audit: $(STAMP)
	uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/audit.txt
	pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements/main.txt

check: $(STAMP)
	ruff check .
	ruff format --check .
	mypy
	snakefmt --check Snakefile workflow/rules

format: $(STAMP)
	ruff check --fix .
	ruff format .
	snakefmt Snakefile workflow/rules

example: $(STAMP)
	@snakemake --directory examples/behavioural_activation

release: reports
	@ipt-evidence release

# make lab ARGS="--no-browser --port 9000"
lab: $(STAMP)
	uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/lab.txt
	jupyter lab $(ARGS) notebooks

# The engine against metafor, the check and the grown tables take minutes; R beside the analysis, most of an hour.
bench: export OPENBLAS_NUM_THREADS := 1
bench: $(STAMP)
	python benchmarks/engine.py
	python benchmarks/functions.py
	python benchmarks/check.py
	python benchmarks/grow.py
	python benchmarks/pipeline.py
	python benchmarks/baseline.py

oracle: $(STAMP)
	Rscript tests/oracle/make_golden.R
	python tests/oracle/golden_location_scale.py
	python tests/oracle/validation.py
	git diff --exit-code -- tests/oracle docs/validation.md

# Of axe-playwright-python the tests take the script of axe-core alone: Chromium is driven without playwright.
DATA_ONLY := --no-emit-package playwright --no-emit-package pyee
lock: $(STAMP)
	cd requirements && for name in bootstrap main lab cluster audit; do \
	  uv pip compile --python 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q $(DATA_ONLY) $$name.in -o $$name.txt || exit 1; done

clean:
	git clean -fdXq data/processed reports logs .snakemake examples

# Builds take turns: one that waited for another finds it done.
$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ipt-evidence needs Python 3.11 or newer; set it with: make PYTHON=/path/to/python3"; exit 1; }
	@mkdir -p .environments
	@$(PYTHON) requirements/in_turn.py .environments/.lock $(MAKE) -s --no-print-directory -f requirements/build.mk \
	  PYTHON='$(PYTHON)' BUILT=$(BUILT) VENV=$(VENV) $@

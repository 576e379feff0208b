# `make help` lists the commands. Each one sets up what it needs, from a bare clone on.
# PYTHON=/path/to/python3 chooses the Python (3.11 to 3.13) that .venv is made with.

BIN := .venv/bin
STAMP := .venv/complete
# Options for pytest. By file, so that what a file sets up is set up once. A third process on two cores made it slower.
PYTEST_FLAGS ?= -n 2 --dist loadfile
# Options for uv when the lock is made: LOCK_FLAGS=--upgrade takes the newest versions that fit.
LOCK_FLAGS ?=
# Options for the gallery: GALLERY_FLAGS="--notebook all --pdf".
GALLERY_FLAGS ?=

export PYTHON
# Packages are installed uncompiled and compiled when first imported, which this would have every process do anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report gallery screenshots test lint types unit lab bench studies examples lock environment clean force

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

report: $(STAMP) ## publish the manager reports of customersat and service_center, in both languages, in reports/published
	@$(BIN)/drivers report customersat --output reports/published
	@$(BIN)/drivers report service_center --output reports/published

gallery: $(STAMP) ## publish the manager report of every example whose data are at hand, and a page that leads to them
	@$(BIN)/python tools/gallery.py reports/published/gallery $(GALLERY_FLAGS)

screenshots: $(STAMP) ## picture the gallery's report of service_center in both languages, in reports/screenshots
	@$(BIN)/python tools/screenshots.py reports/published/gallery/service_center reports/screenshots

test: lint types unit ## check style and types, then run all tests (browser tests where a Chromium is found)

lint: $(STAMP) ## check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## check types
	$(BIN)/mypy

unit: $(STAMP) ## run the tests and doctests only
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

lab: $(STAMP) ## open JupyterLab on notebooks/ (LAB_FLAGS=… are handed on)
	$(BIN)/jupyter lab notebooks $(LAB_FLAGS)

bench: $(STAMP) ## measure speed, beside other programs in the same run
	$(BIN)/python benchmarks/importance.py
	$(BIN)/python benchmarks/analyses.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/streaming.py --rows 5000000
	$(BIN)/python benchmarks/report.py

studies: $(STAMP) ## measure how often what is claimed is true, on simulated surveys (some hours on two cores)
	$(BIN)/python benchmarks/service_center.py
	$(BIN)/python benchmarks/shares.py
	$(BIN)/python benchmarks/partial_effects.py
	$(BIN)/python benchmarks/equations.py
	$(BIN)/python benchmarks/indirect_effects.py
	$(BIN)/python benchmarks/false_alarms.py
	$(BIN)/python benchmarks/plans.py
	$(BIN)/python benchmarks/segments.py
	$(BIN)/python benchmarks/waves.py

examples: $(STAMP) ## write the files of the simulated examples anew
	$(BIN)/python tools/examples.py drivers/survey/examples

lock: ## write requirements.lock anew from pyproject.toml
	@sh tools/lock.sh $(LOCK_FLAGS)

environment: $(STAMP) ## make .venv or bring it up to date

# An environment made with another Python than the one asked for is made again.
ifneq ($(strip $(PYTHON)),)
ifneq ($(wildcard $(STAMP)),)
version = $(shell $(1) -c 'import sys; print(sys.version_info[:2])' 2>&1)
ifneq ($(call version,$(PYTHON)),$(call version,$(BIN)/python))
$(STAMP): force
endif
endif
endif

$(STAMP): requirements.lock pyproject.toml
	@sh tools/environment.sh

clean: ## remove published reports and caches (not .venv)
	rm -rf reports/published .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find . -name .venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

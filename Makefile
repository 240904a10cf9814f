# Galley. `make` lists the targets; each sets up what it needs by itself.

PYTHON ?= python3
FUZZ_SECONDS ?= 75
CASES  ?= 2000
BRIEF  ?= scaffolds/briefs/text-statistics.json
VENV   := .venv
BIN    := $(VENV)/bin
RUNS   := $(VENV)/.runs
DEV    := $(VENV)/.dev
SOURCE := agent tests deploy

# Set where PYTHON is named and .venv has another version: then .venv is made anew.
OTHER  :=
ifneq ($(origin PYTHON),file)
ifneq ($(wildcard $(BIN)/python),)
version = $(shell $(1) -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null)
ifneq ($(call version,$(PYTHON)),$(call version,$(BIN)/python))
OTHER  := other-python
endif
endif
endif

define require_python
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
  echo "galley: Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1 || :)" >&2; \
  echo "galley: name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 3; }
endef

unexport PYTHONDONTWRITEBYTECODE  # else each worker of the tests rewrites every test file anew

.DEFAULT_GOAL := help
.PHONY: help install run-brief serve check-setup history test check fix browser lock clean \
        test-slow test-minutes test-browser truth test-model security security-mutants sbom audit fuzz bench bench-edits bench-briefs bench-loop crash load load-attacked conformance screenshots other-python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(RUNS) ## make .venv with what Galley needs to run

other-python:
	$(require_python)
	@echo "making $(VENV) anew with $(PYTHON)" >&2
	@rm -rf $(VENV)

$(VENV)/pyvenv.cfg: $(OTHER)
	$(require_python)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNS): requirements.lock pyproject.toml $(OTHER) | $(VENV)/pyvenv.cfg
	@echo "installing Python packages (0.9 GB) into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUNS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

browser: ## install Chromium where that is possible, for the proofs
	@sh scripts/browser.sh

run-brief: $(RUNS) browser ## carry a brief through the line (BRIEF=path for another one)
	@$(BIN)/python -m agent run $(BRIEF)

serve: $(RUNS) browser ## take briefs at POST /api-endpoint
	@$(BIN)/python -m agent serve

check-setup: $(RUNS) ## verify the settings, one line each
	@$(BIN)/python -m agent check

history: $(RUNS) ## tell the story of a task from git (TASK=name)
	@$(BIN)/python -m agent history $(TASK)

test: $(DEV) ## the quick tests
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "not slow and not browser and not real_model"

test-slow: $(DEV) ## the tests that start processes of their own, or draw many examples
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "slow and not browser and not real_model and not minutes"
	$(BIN)/python -m pytest -n 2 --hypothesis-profile thorough -m "hypothesis and not browser"

test-minutes: $(DEV) ## what takes minutes: a kill at each call to a host
	$(BIN)/python -m pytest -m minutes

test-browser: $(DEV) browser ## the tests in a real browser: truth, checks, hangs, floods, isolation
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "browser and not slow"
	$(BIN)/python -m pytest -m "browser and slow" --ignore tests/truth

truth: $(DEV) browser ## pairs of right and wrong pages, also on a busy machine
	$(BIN)/python -m pytest tests/truth

test-model: $(DEV) browser ## the tests that ask the real embedded model
	$(BIN)/python -m pytest -m real_model

security: $(DEV) browser ## the tests of SECURITY.md, a module for each letter
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/security

security-mutants: $(DEV) ## take each defence out and see a test fail (minutes; WORD=part of one)
	$(BIN)/python -m tests.security.mutants $(WORD)

sbom: $(DEV) ## what is installed, as a CycloneDX bill of materials: sbom.json
	$(BIN)/uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py environment $(BIN)/python -o sbom.json

audit: $(DEV) ## ask for known weaknesses of what is pinned (needs the network)
	$(BIN)/uv tool run pip-audit==2.10.1 --disable-pip --require-hashes -r requirements.lock

fuzz: $(DEV) ## ten minutes of hostile answers, requests and documents, then examples not drawn before
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest tests/fuzz
	$(BIN)/python -m pytest -n 2 --hypothesis-profile fresh -m "hypothesis and not browser"

bench: $(DEV) browser ## speed, as ratios against a floor measured in the same run
	$(BIN)/python -m tests.bench $(ARGS)

bench-edits: $(DEV) ## the edit engine against git apply, patch and mpatch
	$(BIN)/python -m tests.bench.edits

bench-briefs: $(DEV) browser ## the embedded model: single shot against the whole loop (hours)
	$(BIN)/python -m tests.bench.bench_briefs

bench-loop: $(DEV) browser ## one shot against each part of the loop, by recorded answers (ANSWERS=folder, ARGS=…)
	$(BIN)/python -m tests.bench.bench_loop $(or $(ANSWERS),tests/bench/loop_answers) $(ARGS)

conformance: $(DEV) ## 2,000 requests that schemathesis makes of /openapi.json (CASES=number)
	$(BIN)/python -m tests.web.conformance $(CASES)

crash: $(DEV) ## kill the server at every boundary and count what is lost (ARGS=--reduced)
	$(BIN)/python -m tests.crash $(ARGS)

load: $(DEV) ## many jobs at once: latency, memory, threads, open files
	$(BIN)/python -m tests.load $(ARGS)

load-attacked: $(DEV) ## bodies and sockets of strangers while jobs run: /health and memory
	$(BIN)/python -m tests.load.attacks $(ARGS)

check: $(DEV) ## format, lint, types; writes nothing
	$(BIN)/ruff format --check $(SOURCE)
	$(BIN)/ruff check --no-cache $(SOURCE)
	$(BIN)/mypy --cache-dir=/dev/null

fix: $(DEV) ## format, and mend what the linter can
	$(BIN)/ruff check --fix $(SOURCE)
	$(BIN)/ruff format $(SOURCE)

screenshots: $(DEV) browser ## take the pictures of docs/pages.md from a real server
	$(BIN)/python -m tests.screenshots

lock: $(DEV) ## write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --group dev -c requirements.lock pyproject.toml \
	  -o requirements-dev.lock

clean: ## remove .venv and the caches; the workspace stays
	rm -rf $(VENV) .venv-* .mypy_cache .ruff_cache .hypothesis dist

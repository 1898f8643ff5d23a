# Everything a newcomer needs; `make` alone lists it. Python 3.11+, Node 22 or 24, and make are all that must be installed.
PYTHON ?= python3
PRESET ?= default
KEEP ?=
CHANGE ?=
TEARDOWN ?=
BIN := .venv/bin

# Bytecode of the CDK's generated Python saves seconds on every run; some machines switch it off.
export PYTHONDONTWRITEBYTECODE :=
# Node 20 is past its end of life and still works; without this the CDK warns about it at every start.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
# The tools' usage reports.
export CDK_DISABLE_CLI_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help install synth check test proof trials rehearse benchmark lock clean

help: ## What there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/installed .venv-local/installed node_modules/installed .venv/browser ## Environments for Python, Node and the local AWS, and a browser

.venv/installed: requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv-local/installed: local_aws/requirements.txt
	$(PYTHON) -m venv .venv-local
	.venv-local/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r local_aws/requirements.txt
	@touch $@

node_modules/installed: package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@

.venv/browser: .venv/installed
	$(BIN)/python -m tests.web.chromium
	@touch $@

synth: .venv/installed node_modules/installed ## The templates of one preset in cdk.out, with every check
	npx cdk synth --quiet --context config=presets/$(PRESET).toml

check: install ## The inner loop: format, lint, types (Python and the page), cfn-lint, cdk-nag, templates, rules, handlers
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	npx biome check --error-on-warnings
	npx tsc
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not thorough and not rehearsal and not proof"

test: check ## Everything: the inner loop, the proofs, then rehearsals with the real CDK CLI on the local AWS
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "thorough and not rehearsal and not proof"
	$(BIN)/python -m pytest -m "rehearsal and not proof"

proof: install ## The long proofs: every mutant, every inventory
	$(BIN)/python -m pytest -n auto --dist loadgroup -m proof

trials: install ## The teardown in 10,000 random accounts and 10,000 random histories; an hour
	TEARDOWN_TRIALS=2500 $(BIN)/python -m tests.workshop.teardown.trials
	TEARDOWN_TRIALS=10000 $(BIN)/python -m pytest tests/workshop/teardown/test_machine.py

rehearse: install ## Deploy, use and remove the whole workshop here (PRESET=existing-agents, TEARDOWN=1, KEEP=1 or CHANGE=all)
	$(BIN)/python -m workshop rehearse --preset $(PRESET) $(if $(TEARDOWN),--teardown) $(if $(KEEP),--keep) \
	  $(if $(CHANGE),--change $(CHANGE))

benchmark: install ## Speed, beside this machine's own floor
	$(BIN)/python -m benchmarks

lock: .venv/installed ## Pin the whole trees of requirements*.in
	for file in requirements requirements-dev local_aws/requirements; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-header --output-file $$file.txt $$file.in; \
	done

clean: ## Remove what can be made again
	rm -rf .venv .venv-local node_modules cdk.out .rehearsal .pytest_cache .mypy_cache .ruff_cache .hypothesis reports

# What one can do with this folder. `make help` prints each line after ## and ##@, which begins a group.
# Everything runs from .venv and node_modules, which `make setup` fills from hashed locks.

.DEFAULT_GOAL := help
.SUFFIXES:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PY := .venv/bin/python
AWS := .venv-aws/bin/python
PORT ?= 8000
# Two workers: the suite is to pass on small machines.
WORKERS ?= 2
# Those that hold code by now; mypy refuses a folder without any.
CODE := $(foreach part,build.py signet lambdas infra tests,\
    $(if $(wildcard $(filter %.py,$(part)) $(part)/*.py $(part)/*/*.py),$(part)))
SUITES := $(wildcard tests/unit tests/service tests/infra tests/faults tests/browser)
GROUPS_OF_LOCKS := setup runtime files documents build local test check

.PHONY: help setup lock advisories demo db build digest bundle clean-demo test test-fast check storm mutants format \
    browser bench clean typeface setup-aws synth test-aws deploy rehearse

help: ## List what make can do
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ The demonstration, on this machine

setup: ## Install everything into .venv and node_modules (costs nothing the second time)
	@PYTHON='$(PYTHON)' infra/local/setup.sh

demo: setup ## Sample register on http://127.0.0.1:8000 (PORT=, MEMBERS=, PERMITS=, SEED=)
	@exec $(PY) -m infra.local.demo --port $(PORT) \
	    $(if $(MEMBERS),--members $(MEMBERS)) $(if $(PERMITS),--permits $(PERMITS)) \
	    $(if $(SEED),--seed $(SEED)) $(if $(DB_PORT),--database-port $(DB_PORT)) \
	    $(if $(EMULATOR_PORT),--emulator-port $(EMULATOR_PORT))

db: setup ## Run just the database, with its data on disk, until Ctrl-C (DB_PORT=)
	@exec $(PY) -m infra.local.dynamodb $(if $(DB_PORT),--port $(DB_PORT))

build: setup ## Build the site again from the running database (make demo or make db)
	@$(PY) build.py --source dynamodb --out var/site

digest: setup ## Mail the open jobs to the demonstration's members now (make demo must run)
	@$(PY) -m infra.local.digest

##@ Checks

# A file's tests run in one worker, where what they share is made once.
test: check browser ## Check, then run every test (ORDER= shuffles them)
	SIGNET_ORDER='$(ORDER)' $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(SUITES)

# What is left when the time is over is counted at the end; a module's tests by way of others aren't
# among them either. Browsers only where their tests were changed.
test-fast: setup ## Unit tests, and those of what differs from main, for at most 90 s (BRANCH=, SECONDS=)
	SIGNET_SECONDS=$(or $(SECONDS),90) SIGNET_EXAMPLES=20 SIGNET_ORDER='$(ORDER)' $(PY) -m pytest -q \
	    -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
	    $(shell $(PY) -m tests.changed $(BRANCH))

check: setup ## Lint, formatting, types, and which package may import which
	.venv/bin/ruff check $(CODE)
	.venv/bin/ruff format --check $(CODE)
	.venv/bin/mypy $(CODE)
	.venv/bin/lint-imports

format: setup ## Format the code and mend what the linter can
	.venv/bin/ruff check --fix $(CODE)
	.venv/bin/ruff format $(CODE)

browser: setup ## Find a Chromium for the tests, or install one
	@$(PY) -m tests.browser_binary

##@ What takes long

# The matrix of every trouble at every call, then the storm, whose counts are the last line.
storm: setup ## Crash matrices, properties, racers for credits, storm of complaints (N=, SEED=, ROUNDS=; hours)
	SIGNET_FAULTS=all $(PY) -m pytest -q -n $(WORKERS) $(wildcard tests/faults/test_*matrix.py) \
	    tests/service/publish/test_publishing.py
	SIGNET_EXAMPLES=1000 $(PY) -m pytest -q -n $(WORKERS) -m hypothesis tests/unit
	SIGNET_EXAMPLES=1000 $(PY) -m pytest -q -n $(WORKERS) tests/service/cpd/test_member_states.py \
	    tests/service/complaints/test_stages.py tests/unit/lookup/test_index.py
	SIGNET_EXAMPLES=1000 $(PY) -m pytest -q tests/browser/test_check.py -k random
	SIGNET_EXAMPLES=1000 $(PY) -m pytest -q tests/service/jobs/test_digest.py -k killed
	SIGNET_ROUNDS=$(or $(ROUNDS),1000) $(PY) -m pytest -q --log-cli-level=INFO \
	    tests/service/jobs/test_credits.py -k fifty
	@mkdir -p var
	SIGNET_STORM=$(or $(N),10000) $(if $(SEED),SIGNET_STORM_SEED=$(SEED)) \
	    SIGNET_STORM_TOLD=var/storm.txt $(PY) -m pytest -q tests/faults/test_storm.py
	@cat var/storm.txt

# Some thousand small changes, each tried by the unit tests of its own module alone.
mutants: setup ## Change the rules bit by bit and see that their unit tests notice (MODULE= one group)
	@$(PY) -m tests.mutants $(MODULE)

bench: setup ## Measure speed and size, and write docs/benchmarks.md
	$(PY) -m tests.bench

##@ Dependencies

# The locks hold for every platform and Python from 3.11 on, and name no registry: whoever
# installs chooses theirs. Later groups take the versions of the earlier ones.
lock: setup ## Renew the locks (requirements/*.txt, package-lock.json) with the newest releases
	@constraints=(); for group in $(GROUPS_OF_LOCKS); do \
	    env -u UV_FIND_LINKS -u UV_CONSTRAINT -u UV_OVERRIDE .venv/bin/uv pip compile \
	        --quiet --no-config --upgrade --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-emit-index-url --no-emit-find-links $${constraints[@]+"$${constraints[@]}"} \
	        requirements/$$group.in --output-file requirements/$$group.txt; \
	    constraints+=(--constraint requirements/$$group.txt); \
	    echo "requirements/$$group.txt"; \
	done
	@# These have environments of their own: nothing else has to agree with them.
	@for group in emulator advisories; do \
	    env -u UV_FIND_LINKS -u UV_CONSTRAINT -u UV_OVERRIDE .venv/bin/uv pip compile \
	        --quiet --no-config --upgrade --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-emit-index-url --no-emit-find-links \
	        requirements/$$group.in --output-file requirements/$$group.txt; \
	done
	@$(PY) -m infra.local.npm install --package-lock-only --ignore-scripts --loglevel=error

# It asks PyPI's list of advisories about each locked package; what it can't ask about is a failure.
advisories: setup ## Check the locked packages against published security advisories
	@for lock in runtime files documents build local test check emulator; do echo "requirements/$$lock.txt"; \
	    .venv/bin/uv run --quiet --no-config --no-project --isolated \
	        --with-requirements requirements/advisories.txt pip-audit --strict --disable-pip \
	        --require-hashes --progress-spinner off --requirement requirements/$$lock.txt; \
	done
	@$(PY) -m infra.local.npm audit --audit-level=low

# After the npm package changed, or what is wanted of it; tests/infra compares them.
typeface: setup ## Subset the site's typeface into site/assets
	@$(PY) -m infra.typeface

##@ AWS

bundle: setup ## Make the bundles of the functions in dist (PYTHON_MINOR=, ARCH=)
	@$(PY) -m infra.bundle $(if $(PYTHON_MINOR),--python $(PYTHON_MINOR)) \
	    $(if $(ARCH),--architecture $(ARCH))

setup-aws: setup ## Install what deploying needs into .venv-aws (about half a gigabyte)
	@infra/aws/setup.sh

synth: setup-aws ## Make the CloudFormation templates of a stage (STAGE=)
	@cd infra/aws && PYTHONPATH=$(CURDIR) ../../$(AWS) -m infra.aws.node cdk synth --quiet \
	    --context stage=$(STAGE)

test-aws: setup-aws ## Check the CDK app and what it makes
	.venv/bin/mypy --python-executable $(AWS) \
	    $(wildcard infra/aws/*.py infra/aws/*/*.py tests/aws/*.py tests/aws/*/*.py)
	$(AWS) -m pytest --confcutdir=tests/aws tests/aws

deploy: setup-aws ## Deploy a stage to AWS (STAGE=)
	@$(AWS) -m infra.aws.deploy $(STAGE)

rehearse: setup-aws ## Deploy to an emulator on this machine, and use what was deployed
	@$(AWS) -m tests.aws.rehearsal

##@ Tidying

clean-demo: setup ## Remove the demonstration's records and site
	@$(PY) -m infra.local.demo --clean

clean: ## Remove what was installed and cached; the demonstration's records stay
	rm -rf .venv .venv-emulator .venv-aws node_modules dist .hypothesis .import_linter_cache \
	    .mypy_cache .pytest_cache .ruff_cache var/browser var/bundles
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

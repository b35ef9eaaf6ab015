# Nothing but Python >= 3.11 and make has to be there; the rest is installed into .venv.
# ARGS goes to the command behind a target: make demo ARGS=--exit, make test ARGS="bookings -k slot".
PYTHON ?= python3
VENV := .venv/bin
PYTEST := $(VENV)/python -m pytest -n auto --dist worksteal --max-worker-restart=2 --durations=10
STACK := $(VENV)/python -m botbackend.workshop.launcher

.DEFAULT_GOAL := help
.PHONY: help demo env run reload manage check test lint format messages pictures bench chaos lock audit sbom environment environment-dev clean

help:
	@echo "make demo    everything with stand-ins of the outside services; ARGS=--exit: stop after one conversation"
	@echo "make env     write .env with new secrets, readable for you alone; one that is there stays"
	@echo "make run     serve with the real services of .env or the environment; PORT=8000"
	@echo "make reload  give what \`make run\` started new code and settings, without closing the port"
	@echo "make manage  one manage.py command with the same settings and servers: ARGS=\"doctor --json\""
	@echo "make check   lint and the quick tests, for every change"
	@echo "make test    all tests on a throwaway PostgreSQL and Redis, and their coverage; ARGS go to pytest"
	@echo "make lint    ruff, mypy --strict, import-linter, migrations check"
	@echo "make format  let ruff rewrite what it can"
	@echo "make messages  bring the catalogues of the pages' texts in line; ARGS names rooms of the office"
	@echo "make pictures  take the pictures of the office that README shows (needs Chromium)"
	@echo "make bench   the benchmarks; ARGS=\"--quick availability\" runs one, in short"
	@echo "make chaos   kills processes and servers while messages come in, then updates; ARGS=--quick: a short run, --hosts: several hosts"
	@echo "make lock    write requirements.lock anew after a change of requirements.txt; ARGS=--upgrade for newer parts of parts"
	@echo "make audit   ask whether the locked packages have known holes"
	@echo "make sbom    write the bill of materials of a release to var/sbom.json (CycloneDX)"
	@echo "make clean   remove .venv, var and caches (embedded databases included)"

demo: environment
	$(STACK) demo $(ARGS)

env:
	@$(PYTHON) botbackend/workshop/launcher/dotenv.py

run: environment
	$(STACK) run $(ARGS)

reload: environment
	@$(STACK) reload

manage: environment
	@$(STACK) manage $(ARGS)

check: lint
	$(STACK) exec --fast -- $(PYTEST) -m "not slow" $(ARGS)

# Of the whole suite the coverage is measured; below fail_under of pyproject.toml the run fails.
test: environment-dev
	$(STACK) exec --fast -- $(PYTEST) $(or $(ARGS),--cov)

lint: environment-dev
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .
	$(VENV)/lint-imports
	$(STACK) exec --fast -- $(VENV)/python manage.py makemigrations --check --dry-run

format: environment-dev
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

messages: environment-dev
	$(VENV)/python -m botbackend.workshop.messages $(ARGS)

pictures: environment-dev
	mkdir -p docs/pictures
	PICTURES=$(CURDIR)/docs/pictures $(STACK) exec --fast -- $(VENV)/python -m pytest -q --no-cov -p no:randomly botbackend/office/tests/browser/test_rooms.py

bench: environment-dev
	$(STACK) exec -- $(VENV)/python -m botbackend.workshop.bench $(ARGS)

chaos: environment-dev
	$(VENV)/python -m botbackend.workshop.chaos $(ARGS)

lock: environment-dev
	$(VENV)/python -m pip install --quiet uv==0.13.9
	$(VENV)/uv pip compile requirements.txt --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" --output-file requirements.lock --quiet $(ARGS)

audit: environment-dev
	@$(VENV)/python -m botbackend.workshop.supply audit

sbom: environment-dev
	@$(VENV)/python -m botbackend.workshop.supply sbom $(ARGS)

environment:
	@$(PYTHON) botbackend/workshop/launcher/environment.py

environment-dev:
	@$(PYTHON) botbackend/workshop/launcher/environment.py --dev

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

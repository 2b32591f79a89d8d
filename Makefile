# Every target sets the project up first: Python 3.11+, pip, git and make are all it takes.
BIN := .venv/bin
READY := .venv/.ready
VENDORS := .venv-vendors
ON_ALL_CORES := --numprocesses auto --dist worksteal

.PHONY: demo test test-browser test-screens test-terminal test-vendors check bench bench-search bench-quality templates readme architecture guide pages check-pages screenshots format lock clean venv

demo: venv ## the main job on a bundled recording
	$(BIN)/turntempo demo

test: venv
	$(BIN)/python -m pytest $(ON_ALL_CORES)

test-vendors: $(VENDORS)/.ready ## exports judged by the vendors' own packages, in a venv of their own (about 1 GB)
	$(VENDORS)/bin/python -m pytest -W ignore tests/vendors

test-browser: venv ## reports shown by a real browser (apt-get install chromium); pictures in build/screenshots
	$(BIN)/python -m pytest tests/browser

test-screens: venv ## every screen of the app driven by a pilot, and what it looks like; some minutes
	$(BIN)/python -m pytest $(ON_ALL_CORES) tests/tui/screens

test-terminal: venv ## the app in a real terminal (apt-get install tmux): open, try, tune, export, quit
	$(BIN)/python -m pytest tests/terminal

check: venv ## the one loop before a commit: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest $(ON_ALL_CORES)

bench: venv ## the table of docs/benchmarks.md, measured here
	$(BIN)/python -m pytest benchmarks

bench-search: venv ## how soon the search comes near to the best known, beside other methods; some minutes
	$(BIN)/python -m benchmarks.searches

bench-quality: venv ## whether recommendations hold on fresh turns; some minutes
	$(BIN)/python -m benchmarks.quality

templates: venv ## the settings of `turntempo settings template`, tuned anew; some minutes
	$(BIN)/python -m scripts.templates

readme: venv ## write the generated parts of the README
	$(BIN)/python -m scripts.readme

architecture: venv ## draw docs/pictures/rooms.svg from the imports, write the tables of docs/architecture.md
	$(BIN)/python -m scripts.architecture

guide: venv ## write the tables of docs/guide
	$(BIN)/python -m scripts.guide

pages: readme architecture guide ## write the generated parts of all pages
	$(BIN)/python -m scripts.targets_page
	$(BIN)/python -m scripts.support_case_page

check-pages: venv ## check the output of commands on the pages that takes too long for `make test`
	$(BIN)/python -m scripts.readme --check
	$(BIN)/python -m scripts.support_case_page --check

screenshots: venv ## the pictures of docs/pictures, from a scripted run of the app
	$(BIN)/python -m scripts.screenshots

format: venv
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

venv: $(READY)

$(READY): requirements.lock pyproject.toml scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh
	@touch $@

$(VENDORS)/.ready: requirements-vendors.lock scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh $(VENDORS) requirements-vendors.lock
	@touch $@

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' pyproject.toml

lock: ## pins stay where they fit; to renew them all, empty the locks first
	$(COMPILE) --fork-strategy fewest --extra dev --output-file requirements.lock
	$(COMPILE) --group vendors --output-file requirements-vendors.lock

clean:
	rm -rf .venv $(VENDORS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .benchmarks .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

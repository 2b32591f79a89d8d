# Every target sets up the project first; it needs Python 3.11 or newer, pip, git and make. `make help` lists the targets.
BIN := .venv/bin
READY := .venv/.ready
VENDORS := .venv-vendors
FUZZ := .venv-fuzz
LOCAL := .venv-local
ON_ALL_CORES := --numprocesses auto --dist worksteal

.PHONY: help attack demo fuzz test test-audio test-fuzz test-hostile test-local reality reality-page reality-short test-browser test-fleet test-laws test-screens test-terminal test-crash test-vendors recorder-runs check bench bench-search bench-quality templates readme architecture guide pages check-pages screenshots format lock clean venv

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: venv ## diagnose and tune a bundled recording; half a minute, the first time one or two more
	$(BIN)/turntempo demo

test: venv ## run the tests; some minutes
	$(BIN)/python -m pytest $(ON_ALL_CORES)

test-vendors: $(VENDORS)/.ready ## check exports with the packages of the vendors, in their own venv (about 1 GB)
	$(VENDORS)/bin/python -m pytest -W ignore tests/vendors

test-audio: $(VENDORS)/.ready ## import made and real sound with the models, in the venv of the vendors; two minutes
	$(VENDORS)/bin/python -m pytest -W ignore tests/audio tests/pipeline/importers/audio
	$(VENDORS)/bin/python -m pytest -W ignore tests/pipeline/importers/test_every_importer.py tests/pipeline/importers/test_no_log.py -k audio

test-local: $(LOCAL)/.ready ## calls and probes with real models that need no account, in their own venv; some minutes
	$(LOCAL)/bin/python -m pytest -W ignore tests/local

test-laws: venv ## hold both engines to each other and to their laws on many random turns; some minutes
	$(BIN)/python -m pytest $(ON_ALL_CORES) tests/laws

recorder-runs: $(VENDORS)/.ready ## record real frameworks with scripted callers, for docs/fidelity.md (espeak-ng); 15 minutes
	$(VENDORS)/bin/python -m scripts.staged.runs tests/scripts/staged/runs

REALITY := build/reality
reality: venv $(LOCAL)/.ready $(VENDORS)/.ready ## predict settings and run them for real, 100 turns each way (espeak-ng); 70 minutes
	$(BIN)/python -m scripts.staged.runs $(REALITY) call-400 call-700
	$(LOCAL)/bin/python -m scripts.staged.runs $(REALITY) local-400 local-700
	$(VENDORS)/bin/python -m scripts.staged.runs $(REALITY) livekit-400 livekit-700 pipecat-600 pipecat-300
	$(BIN)/python -m scripts.staged.reality $(REALITY)

reality-page: venv ## put the table of the last `make reality` on docs/fidelity.md
	$(BIN)/python -m scripts.staged.reality $(REALITY) --write

reality-short: venv $(LOCAL)/.ready ## the same with our own pipeline and a few turns, held to loose bounds (espeak-ng)
	$(BIN)/python -m scripts.staged.runs $(REALITY)-short call-400 call-700 --short
	$(LOCAL)/bin/python -m scripts.staged.runs $(REALITY)-short local-400 local-700 --short
	$(BIN)/python -m scripts.staged.reality $(REALITY)-short --check

test-browser: venv ## open reports and the app in a browser (apt-get install chromium); pictures in build/screenshots
	$(BIN)/python -m pytest tests/browser

test-hostile: venv ## broken configurations, hostile texts and servers; some minutes
	$(BIN)/python -m pytest $(ON_ALL_CORES) tests/safety tests/turntempo/probe

test-screens: venv ## drive every screen of the app, and compare pictures of them; some minutes
	$(BIN)/python -m pytest $(ON_ALL_CORES) tests/tui/screens

test-terminal: venv ## use the app in a real terminal (apt-get install tmux)
	$(BIN)/python -m pytest tests/terminal

test-crash: venv ## a kill and a full disk at every write of every command; some minutes
	$(BIN)/python -m pytest $(ON_ALL_CORES) tests/crash

test-fleet: venv ## fault tests of a fleet with a real broker (apt-get install mosquitto mosquitto-clients); some minutes
	$(BIN)/python -m pytest tests/fleet

TRIALS := 20000
test-fuzz: venv ## give every reader 20,000 damaged inputs, or TRIALS=n; half an hour on two cores
	TURNTEMPO_FUZZ_TRIALS=$(TRIALS) $(BIN)/python -m pytest $(ON_ALL_CORES) tests/fuzz

fuzz: $(FUZZ)/.ready ## look for faults of readers along new paths, a million times, in its own venv; hours
	$(FUZZ)/bin/python -m tests.fuzz.coverage 2>&1 | grep -v '^INFO: Instrumenting'

attack: venv ## attack it as docs/security.md says, and print the figures there; half an hour
	$(BIN)/python -m scripts.attack

check: venv ## run before a commit: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest $(ON_ALL_CORES)

bench: venv ## measure the engines, the app and the command line, as in docs/benchmarks.md
	$(BIN)/python -m pytest benchmarks

bench-search: venv ## measure how soon the search comes near the best known; some minutes
	$(BIN)/python -m benchmarks.searches

bench-quality: venv ## measure whether recommendations keep their limits on fresh turns; some minutes
	$(BIN)/python -m benchmarks.quality

templates: venv ## tune the settings of `turntempo settings template` again; some minutes
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

check-pages: venv ## check the output of slow commands on the pages
	$(BIN)/python -m scripts.readme --check
	$(BIN)/python -m scripts.support_case_page --check

screenshots: venv ## take the pictures of the app for docs/pictures
	$(BIN)/python -m scripts.screenshots

format: venv ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

venv: $(READY) ## install the locked dependencies and the project into .venv

$(READY): requirements.lock pyproject.toml scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh
	@touch $@

$(FUZZ)/.ready: requirements-fuzz.lock scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh $(FUZZ) requirements-fuzz.lock
	@touch $@

$(VENDORS)/.ready: requirements-vendors.lock scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh $(VENDORS) requirements-vendors.lock
	@touch $@

$(LOCAL)/.ready: requirements-local.lock scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh $(LOCAL) requirements-local.lock
	@touch $@

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-strip-extras --custom-compile-command 'make lock' pyproject.toml

lock: ## renew the locks; pins that fit stay, so empty the locks first to renew all
	$(COMPILE) --fork-strategy fewest --extra dev --output-file requirements.lock
	$(COMPILE) --extra dev --group fuzz --output-file requirements-fuzz.lock
	$(COMPILE) --extra audio --group vendors --output-file requirements-vendors.lock
	$(COMPILE) --extra local --group local --output-file requirements-local.lock

clean: ## remove all that was installed, cached and built
	rm -rf .venv $(VENDORS) $(FUZZ) $(LOCAL) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .benchmarks .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

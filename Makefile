# Every door of the project. `make` alone lists them.
#
#   make run            everything up on this computer, with a simulated pad where no board is found
#   make test           all tests, with what they need
#
# All paths are relative, so that a checkout in a directory with spaces works too.

PYTHON ?= python3
PY     := .venv/bin/python
ARGS   ?=

# Compiled Python is kept whatever the shell says: a second more for each process, and ten for each run of the tests.
export PYTHONDONTWRITEBYTECODE =

# What the two commands need of the system; see tools/need.
NEED_RUN  := "make run" python3-venv cc=build-essential
NEED_TEST := "make test" python3-venv cc=build-essential avr-gcc=gcc-avr avr-libc binutils-avr libsimavr-dev libelf-dev \
             mosquitto chromium ngspice
NEED_FIRMWARE := "make firmware" python3=python3 avr-gcc=gcc-avr avr-libc binutils-avr
NEED_CHECK := "make check" python3-venv cc=build-essential avr-gcc=gcc-avr avr-libc binutils-avr cppcheck clang-tidy-14
NEED_PROVE := "make prove" python3-venv gcc frama-c=frama-c-base why3 z3 cvc4
NEED_BREAK := "make coverage and make mutate" python3-venv cc=build-essential
NEED_HARDWARE := "make hardware" python3-venv cc=build-essential ngspice openscad xvfb-run=xvfb kicad-cli=kicad/bookworm-backports \
                 kicad-symbols/bookworm-backports kicad-footprints/bookworm-backports
NEED_INSTALL := "make test-install" debootstrap
NEED_FUZZ  := "make fuzz" python3-venv clang-14 libclang-rt-14-dev

.DEFAULT_GOAL := help
.PHONY: help docs package test-install run test test-quick cuts check check-firmware coverage mutate prove fuzz check-page contract firmware flash hazards hardware bench bench-heat bench-storage bench-mqtt bench-panel gallery pictures page clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-16s %s\n", $$1, $$2 }'

# --- Setting up ---------------------------------------------------------------------------------------------------
# A venv knows where it stands by absolute paths: one that was moved or copied along with its checkout is made anew.
$(shell if [ -e .venv ] && [ "$$(cat .venv/made-in 2>/dev/null)" != "$(CURDIR)" ]; then rm -rf .venv; fi)

.venv/made-in:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Poultice needs Python 3.11 or newer; try: make run PYTHON=python3.12" >&2; exit 1; }
	@echo "Making a Python environment in .venv …"
	@$(PYTHON) -m venv .venv
	@echo "$(CURDIR)" > $@

.venv/run-installed: pyproject.toml | .venv/made-in
	@echo "Installing Poultice and what it needs …"
	@$(PY) -m pip install -qq --disable-pip-version-check -e .
	@touch $@

.venv/dev-installed: pyproject.toml | .venv/made-in
	@echo "Installing what the tests and checks need …"
	@$(PY) -m pip install -qq --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/run-installed

page: .venv/run-installed ## the phone page, built where its sources changed
	@$(PY) web/ui/build.py

package: .venv/dev-installed page firmware ## wheel and sdist in dist/, with the page and the board's program built in
	@rm -rf dist build/lib build/bdist.*
	@$(PY) -m build --no-isolation $(ARGS) --outdir dist . >build/package.log 2>&1 || { tail -20 build/package.log >&2; exit 1; }
	@ls -1 dist

docs: .venv/dev-installed ## the documents as a site in build/site, with the reference made of the code
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --quiet
	@echo "build/site/index.html"

# --- Running ------------------------------------------------------------------------------------------------------

run: ## broker, controller and panel, with a simulated pad where no board is found
	@tools/need $(NEED_RUN)
	@$(MAKE) --no-print-directory page
	@exec $(PY) -m poultice up $(if $(LAN),--lan) $(ARGS)

# --- Checking -----------------------------------------------------------------------------------------------------
# Tests that watch real seconds go by run one after another: two at once would measure each other. Files go to the cores
# in the tree's order: by their number of tests, the few that take long would come last and leave one core idle. One
# file more than cores at once, because many wait for brokers; of the emulated chip, which has its own time, two more.

PYTEST := $(PY) -m pytest -q
BOTH_CORES := -n 3 --dist loadfile --no-loadscope-reorder

test: ## all tests, on both cores
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed
	$(PY) web/ui/build.py test
	@$(MAKE) --no-print-directory page
	$(PYTEST) $(BOTH_CORES) -m "not realtime and not avr and not browser"
	$(PYTEST) $(BOTH_CORES) -n 4 -m "avr and not realtime and not browser"
	$(PYTEST) -m "realtime or browser"

test-quick: .venv/dev-installed ## the subset for the desk, under a minute
	$(PYTEST) $(BOTH_CORES) -n 2 --hypothesis-profile quick -m "not slow and not chip and not realtime and not avr and not browser and not broker" $(ARGS)

cuts: .venv/dev-installed ## 200 power cuts and kills of one life of controller and panel: what they confirmed is there
	POULTICE_CUTS=200 $(PYTEST) tests/storage $(ARGS)

check: ## format, lint, types, dead code, generated files, firmware
	@tools/need $(NEED_CHECK)
	@$(MAKE) --no-print-directory .venv/dev-installed
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m vulture
	$(PY) firmware/generate.py --check
	$(PY) web/ui/build.py check
	@$(MAKE) --no-print-directory docs
	@$(MAKE) --no-print-directory check-firmware

check-firmware: ## compilers' warnings, cppcheck, clang-tidy and MISRA on the firmware
	@tools/need $(NEED_CHECK)
	@$(MAKE) --no-print-directory .venv/dev-installed
	$(MAKE) --no-print-directory -C firmware check
	@clang-tidy-14 --quiet firmware/core/*.c -- -std=c11 -Ifirmware/core 2>&1 | \
	    { ! grep -v "warnings\? generated"; } && echo "clang-tidy: nothing to say about firmware/core"
	@PYTHONPATH=firmware $(PY) -m gates.misra

# What the firmware has to pass before it heats anything. Each says in its last line what it found.
GATE := PYTHONPATH=firmware:tests $(PY) -m gates

coverage: ## lines and branches of the core that its tests go through: 100 % of both
	@tools/need $(NEED_BREAK)
	@$(MAKE) --no-print-directory .venv/dev-installed
	@$(GATE).coverage $(ARGS)

mutate: ## breaks the core in every small way and looks whether a test notices: all of the judge and a sample, or ALL=1
	@tools/need $(NEED_BREAK)
	@$(MAKE) --no-print-directory .venv/dev-installed
	@$(GATE).mutate $(if $(ALL),--all) $(ARGS)

prove: ## proves the core's contracts for all inputs, on 16 bits; ALL=1 weakens every guard of the judge
	@tools/need $(NEED_PROVE)
	@$(MAKE) --no-print-directory .venv/run-installed
	@$(GATE).prove $(if $(ALL),--weaken all) $(ARGS)

fuzz: ## libFuzzer with the sanitizers on frames and the whole device, 30 s; C's frames against Python's
	@tools/need $(NEED_FUZZ)
	@$(MAKE) --no-print-directory .venv/run-installed
	@$(GATE).fuzz $(ARGS)

contract: .venv/run-installed ## C and Python of the contract and the facts, made anew
	$(PY) firmware/generate.py

firmware: ## the board's ELF and HEX, with its use of flash and RAM
	@tools/need $(NEED_FIRMWARE)
	$(MAKE) --no-print-directory -C firmware

flash: firmware .venv/run-installed ## the board's program over its ISP header; ARGS="--programmer linuxspi", "--new-chip", "--dry-run"
	@tools/need "make flash" avrdude
	@$(PY) -m poultice flash $(ARGS)

hazards: ## every hazard rehearsed, 2,000 healthy sessions: table and plot in build/hazards
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed
	$(PY) -m tests.hazard_table $(ARGS)

hardware: ## circuits computed, board examined, the factory's files made: one table of checks, all in build/hardware
	@tools/need $(NEED_HARDWARE)
	@$(MAKE) --no-print-directory .venv/dev-installed
	@PYTHONPATH=firmware:hardware $(PY) -m circuits $(ARGS)

test-install: package ## the README's commands in a fresh Debian (debootstrap): install, update, uninstall, from the wheel alone
	@tools/need $(NEED_INSTALL) || echo "Going on with what is there."
	@PYTHONPATH=tests $(PY) -m tests.install_on_debian

bench: ## measured figures, printed: tap to off, silence to off, an hour in virtual time
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed page
	$(PY) -m tests.bench $(ARGS)

bench-heat: .venv/dev-installed ## how soon, exactly and steadily pads are warmed, ours beside its peers; plot in build/bench
	@tools/need "make bench-heat" python3-venv cc=build-essential c++=build-essential
	@$(PY) -m poultice bench heat --through-firmware --plot build/bench/heat.png $(ARGS)

bench-storage: .venv/dev-installed ## what a session writes to the disk in an hour, measured for five minutes; the limit is 5 MB
	$(PY) -m tests.storage_written $(ARGS)

bench-mqtt: ## what many pads cost: 500 at one panel, ten at one controller, 100,000 hostile messages; some four minutes
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed page
	$(PY) -m tests.bench_mqtt $(ARGS)

bench-panel: ## panel and page: Lighthouse, axe, first paint, STOP, 50 phones at 20 pads, recovery, history; some five minutes
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed page
	@$(PY) -m tests.bench.panel $(ARGS)

gallery: ## every screen of the page in every state, to look at: build/gallery/index.html
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed page
	@$(PY) -m tests.gallery $(ARGS)

pictures: ## the pictures in docs, of the page as it is now; to look at before they are committed
	@tools/need $(NEED_TEST)
	@$(MAKE) --no-print-directory .venv/dev-installed page
	@$(PY) -m tests.gallery.documents $(ARGS)

clean: ## removes what was built, not what was written
	rm -rf .venv build dist poultice.egg-info web/ui/node_modules web/poultice_panel/static firmware/build

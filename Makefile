# Lathe. `make` alone says what there is. Needs make, and python3 of 3.11 or newer with venv.
PYTHON ?=
PORT ?= 8000
FUZZ_S ?= 60
FAULTS_S ?= 600
FAULTS_SEED ?=

help:
	@echo 'make setup          make .venv with the lathe command in it'
	@echo 'make demo           load the demo shop and serve it (PORT=8000)'
	@echo 'make test           lint, types, layers and tests, with a sample of the big matrices'
	@echo 'make test-full      the same with everything in them'
	@echo 'make test-tools     install the system programs that some tests want (apt-get)'
	@echo 'make check          lint, types and layers alone'
	@echo 'make fuzz           bent bytes for every reader of strangers'\'' files, guided by coverage (FUZZ_S=60 seconds in all)'
	@echo 'make faults         kill, fill, break and restart what a shop of two nodes stands on, under load (FAULTS_S=600 seconds)'
	@echo 'make bench          the engine and delivery beside other programs, with their goals, and the jobs (half an hour)'
	@echo 'make clean          take away .venv and the caches; data folders stay'
	@echo 'PYTHON=python3.13 make setup   uses that Python'

setup:
	@PYTHON='$(PYTHON)' sh scripts/setup

setup-dev:
	@PYTHON='$(PYTHON)' sh scripts/setup dev

demo: setup
	@.venv/bin/lathe demo --port $(PORT)

test: setup-dev
	@.venv/bin/python scripts/run_tests.py

test-full: setup-dev
	@LATHE_TEST_FULL=1 .venv/bin/python scripts/run_tests.py

test-tools:
	@sh scripts/test-tools

check: setup-dev
	@.venv/bin/python scripts/check.py

fuzz: setup-dev
	@FUZZ_S='$(FUZZ_S)' .venv/bin/python scripts/fuzz.py

faults: setup-dev
	@FAULTS_S='$(FAULTS_S)' FAULTS_SEED='$(FAULTS_SEED)' .venv/bin/python scripts/faults.py

bench: setup
	@.venv/bin/python bench/encode.py
	@.venv/bin/python bench/delivery.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build src/lathe_store.egg-info
	find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup setup-dev demo test test-full test-tools check fuzz faults bench clean

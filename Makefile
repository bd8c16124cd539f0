# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# The environment is made in .venv from the locked versions in requirements/.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint unit model docs picture bench lock clean

demo: .venv/demo
	@$(BIN)/mailsense demo

test: lint unit

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: .venv/dev
	$(BIN)/pytest -n 2 --dist loadfile $(PYTEST)

model: .venv/dev            ## rebuild models/base.npz and its card from models/corpus
	$(BIN)/python -m mailsense.classify.build

docs: .venv/dev             ## write docs/commands.md, docs/playbook.md and config.example.toml anew
	$(BIN)/python -m mailsense.cli.reference .

picture: .venv/dev          ## draw docs/review.svg, the screen in the README
	$(BIN)/python docs/picture.py

bench: .venv/dev            ## first sync beside mbsync on one Dovecot, then the classifier's speed
	$(BIN)/python -m benchmarks.first_sync
	$(BIN)/python -m benchmarks.speed

lock: .venv/dev             ## write the locked versions anew from pyproject.toml
	$(BIN)/python -m piptools compile -q --extra dev --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-header -o requirements/dev.txt pyproject.toml
	$(BIN)/python -m piptools compile -q --extra demo --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-header -c requirements/dev.txt -o requirements/demo.txt pyproject.toml

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python requirements/demo.txt pyproject.toml
	@echo "making the environment in .venv (once) ..."
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements/demo.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q mailsense
	@touch $@

.venv/dev: .venv/bin/python requirements/dev.txt pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

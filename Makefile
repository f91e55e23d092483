# The commands of the README. `make run` starts dost, `make test` runs every test.

PYTHON ?= python3
PY := .venv/bin/python
# Two cores: one worker more than cores keeps both busy while a test waits.
JOBS ?= 3
ARGS ?=
STATE := .venv/.dost

PAGE_SOURCES := $(shell find frontend labextension -name node_modules -prune -o -type f \
	-not -path 'labextension/dost/*' -not -path '*/lib/generated/*' -print 2>/dev/null)

.PHONY: run test test-python test-page lint format openapi bench bench-page bench-search bench-long bench-load bench-kernels bench-rag bench-embedder bench-grounding bench-web bench-ingestion doctor install build clean
.DELETE_ON_ERROR:

run: build $(STATE)/local
	@exec env DOST_DIE_WITH_PARENT=$$PPID $(PY) -m dost_ext $(ARGS)

install: $(STATE)/python $(STATE)/node
build: $(STATE)/python $(STATE)/page

$(STATE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "dost needs Python 3.11 or newer. Name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "→ Making the virtual environment"
	@$(PYTHON) -m venv .venv
	@mkdir -p $(STATE) && touch $@

$(STATE)/python: pyproject.toml requirements/litellm.txt $(STATE)/venv
	@echo "→ Installing Python packages (a minute or two the first time)"
	@.venv/bin/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements/litellm.txt
	@SKIP_JUPYTER_BUILDER=1 .venv/bin/pip install -qq --disable-pip-version-check -e .
	@touch $@

$(STATE)/local: $(STATE)/python dost_ext/rag/embedding/export.py dost_ext/rag/embedding/files.py
	@echo "→ Installing the built-in models (once, 230 MB)"
	@$(PY) -m dost_ext model install
	@touch $@

$(STATE)/test: $(STATE)/local
	@echo "→ Installing what the tests need"
	@# First, and in this version: what needs PyTorch would fetch the newest one.
	@.venv/bin/pip install -qq --disable-pip-version-check torch==2.13.0
	@SKIP_JUPYTER_BUILDER=1 .venv/bin/pip install -qq --disable-pip-version-check -e '.[test]'
	@scripts/install-system
	@touch $@

$(STATE)/node: package.json package-lock.json
	@scripts/check-node
	@echo "→ Installing the page's packages (a minute the first time)"
	@npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STATE) && touch $@

$(STATE)/page: $(STATE)/node $(PAGE_SOURCES)
	@echo "→ Building the page and the JupyterLab panel"
	@npm run --silent build >$(STATE)/build.log 2>&1 || { cat $(STATE)/build.log; exit 1; }
	@mkdir -p $(STATE) && touch $@

test: lint test-page test-python

test-python: build $(STATE)/test
	@# Browsers and kill -9 on a machine that does other work: a test must fail twice to count.
	$(PY) -m pytest -n $(JOBS) --dist loadgroup --reruns 1 $(PYTEST_ARGS)

test-page: build
	npm run --silent test

lint: build $(STATE)/test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(PY) scripts/openapi.py --check
	npm run --silent lint
	npm run --silent check

format: $(STATE)/test
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	npm run --silent format

openapi: build
	$(PY) scripts/openapi.py
	npm run --silent schema --workspace @dost/frontend

bench: build $(STATE)/test
	$(PY) benchmarks/bench_chat.py
	$(PY) benchmarks/bench_reader.py

bench-page: build $(STATE)/test
	$(PY) benchmarks/bench_markdown.py

bench-search: build $(STATE)/test
	$(PY) benchmarks/bench_search.py

bench-long: build $(STATE)/test
	$(PY) benchmarks/bench_long_chat.py

bench-load: build $(STATE)/test
	$(PY) benchmarks/bench_first_load.py

bench-kernels: build $(STATE)/test
	$(PY) benchmarks/bench_kernels.py

DATA ?= ../shared/data/scifact
bench-rag: build $(STATE)/test
	$(PY) benchmarks/bench_rag.py $(DATA)
	$(PY) benchmarks/bench_retrieval.py $(DATA)

bench-embedder: build $(STATE)/test
	$(PY) benchmarks/bench_embedder.py $(DATA)

bench-grounding: build $(STATE)/test
	$(PY) benchmarks/bench_grounding.py $(DATA)

bench-web: build $(STATE)/test
	PYTHONPATH=. $(PY) benchmarks/bench_web.py

bench-ingestion: build $(STATE)/test
	$(PY) benchmarks/bench_ingestion.py

doctor: build
	$(PY) -m dost_ext doctor $(ARGS)

clean:
	rm -rf .venv node_modules frontend/node_modules labextension/node_modules dost_ext/static labextension/dost labextension/lib

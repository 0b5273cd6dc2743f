# One verb per task; each prepares what it needs in .venv and nothing outside it,
# save for the browser, which tests/browser/find_browser.py looks for or installs.

PORT ?= 8501
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --no-annotate --custom-compile-command "make lock"
# uv installs in a fraction of pip's time; where it finds no index, pip does it all.
UV := UV_CACHE_DIR=$(VENV)/.uv UV_HTTP_TIMEOUT=60 $(BIN)/uv pip install --quiet --python $(BIN)/python \
	$${PIP_INDEX_URL:+--default-index "$$PIP_INDEX_URL"}
INSTALL = { $(PIP) install --quiet $$(grep '^uv==' tests/requirements.txt) && $(UV) --requirement $(1) \
	|| $(PIP) install --quiet --requirement $(1); } && rm -rf $(VENV)/.uv
PYTEST := $(BIN)/python -m pytest -n 2
# Tests go one by one to whoever is free; those that share a database stay together. What the
# browser gave up waiting for is tried once more, and told at the end.
BROWSER := GMM_NEEDS_BROWSER=1 $(PYTEST) --dist loadgroup --reruns 1 -rR \
	--only-rerun '^TimeoutError:' --only-rerun '^AssertionError: (Locator|Page) expected'

export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false

.PHONY: help run test test-all lint format bench docs lock clean

help:
	@echo "make run       start the app on port $(PORT)"
	@echo "make test      everything that must pass: engine, pages, browser"
	@echo "make test-all  the same, with slow comparisons and load"
	@echo "make lint      ruff, and mypy in strict mode"
	@echo "make format    let ruff rewrite the code's layout"
	@echo "make bench     side by side with other packages"
	@echo "make docs      write docs/api.md from the docstrings"
	@echo "make lock      pin the newest versions that pyproject.toml allows"

run: $(VENV)/.runtime
	$(BIN)/python -m streamlit run app.py --server.port $(PORT) --server.headless true

test: $(VENV)/.tests $(VENV)/.browser $(VENV)/.kernels
	$(PYTEST) --dist worksteal -m "not browser and not slow and not load"
	$(BROWSER) -m "browser and not slow" tests/browser

test-all: $(VENV)/.tests $(VENV)/.browser $(VENV)/.kernels
	$(PYTEST) --dist worksteal -m "not browser and not load"
	$(BROWSER) -m "browser" tests/browser
	$(BIN)/python -m pytest -m "load and not browser" || test $$? = 5

lint: $(VENV)/.tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict gmm_engine

format: $(VENV)/.tests
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.tests
	@for script in benchmarks/bench_*.py; do \
		module=$$(echo "$${script%.py}" | tr / .); \
		echo "python -m $$module"; $(BIN)/python -m "$$module" || exit 1; done

docs: $(VENV)/.tests
	$(BIN)/python -m docs.make_api

lock: $(VENV)/.tests
	$(LOCK) $(UPGRADE) --output-file requirements.txt
	$(LOCK) $(UPGRADE) --extra cluster --extra test --extra lint --constraint requirements.txt \
		--output-file tests/requirements.txt

clean:
	rm -rf $(VENV) .cache artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11, 3.12 or 3.13 is needed: install it, or say" \
		"where it is with 'make PYTHON=/path/to/python3.12 ...'"; exit 1; fi
	@if ! "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv; \
		else echo "This Python cannot make virtual environments." \
			"On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; fi; fi
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs into $(VENV) (a minute or two, once)"
	@$(call INSTALL,requirements.txt)
	@touch $@

$(VENV)/.tests: tests/requirements.txt | $(BIN)/python
	@echo "Installing what the tests need into $(VENV) (a minute or two, once)"
	@$(call INSTALL,tests/requirements.txt)
	@touch $@ $(VENV)/.runtime

$(VENV)/.browser: $(VENV)/.tests
	$(BIN)/python tests/browser/find_browser.py --install
	@touch $@

# Compiled before the tests, which would do it twice over.
$(VENV)/.kernels: $(VENV)/.tests $(wildcard gmm_engine/kernels/*.py)
	$(BIN)/python -m pages._ui.server.compile_kernels --processes 2
	@touch $@

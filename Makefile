# Each target does all the set-up it needs: a virtual environment in .venv, reused
# until pyproject.toml changes.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: chat ask check test lint postgres-user picture pictures words exports lock benchmark clean

chat: $(VENV)/installed
	$(BIN)/article-bot chat

# make ask Q="Who released the photos?"; the question goes through the environment,
# so that no shell reads it as code. An honest no (exit code 3) is no failure of make.
ask: export QUESTION := $(value Q)
ask: $(VENV)/installed
	@$(BIN)/article-bot ask -- "$$QUESTION" || [ $$? -eq 3 ]

# What a developer runs before every commit: within two minutes.
check: lint postgres-user
	$(TESTS) -m "not slow"

# Everything.
test: lint postgres-user
	$(TESTS)

TESTS := $(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

# PostgreSQL, which the tests start, does not run as root.
postgres-user:
	@[ "$$(id -u)" -ne 0 ] || id pgserver > /dev/null 2>&1 || { \
		echo "Adding the user pgserver, as whom the tests run PostgreSQL."; \
		useradd --system --shell /bin/sh pgserver; }

# The picture of the rooms in docs/architecture.md, from the code.
picture: $(VENV)/installed-dev
	$(BIN)/python -m tests.picture

# The README's pictures, played through the bot and photographed in a Chromium. Playwright drives it;
# nothing else needs that.
CHROMIUM ?= /usr/bin/chromium
pictures: $(VENV)/installed-dev
	$(BIN)/python -m pip install --disable-pip-version-check --quiet "playwright>=1.49,<2"
	$(BIN)/python -m tests.pictures --browser $(CHROMIUM)

# The catalogues in bot/wording/locales, with the words that the code has now.
words: $(VENV)/installed-dev
	$(BIN)/python -m tests.catalogues

# The exports of the default models, which come with the package, by sentence-transformers.
exports: $(VENV)/installed-dev
	$(BIN)/python -m tests.exports

# What the image is built from, with hashes: docker/*.lock. Versions stay where they may; with
# UPGRADE=--upgrade they are the newest. PyTorch's wheel for CPUs, and its hash, come from an index of
# its own: UV_INDEX=<index of CPU wheels> make lock
TORCH := 2.13.0+cpu
EXTRAS := --extra webhook --extra postgresql
LOCK = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	--index-strategy unsafe-best-match --custom-compile-command "make lock"
lock: $(VENV)/installed-dev
	$(BIN)/python -m pip install --disable-pip-version-check --quiet "uv>=0.5,<1"
	$(LOCK) pyproject.toml $(EXTRAS) --output-file docker/requirements.lock
	echo "torch==$(TORCH)" | $(LOCK) pyproject.toml - $(EXTRAS) --extra torch \
		--constraint docker/requirements.lock --output-file docker/torch.lock
	$(LOCK) --group image --output-file docker/build.lock

# Speed, memory and growth, beside a naive script, an echo bot and the peers: some fifteen minutes.
benchmark: $(VENV)/installed-dev
	$(BIN)/python -m tests.benchmarks.speed docs/growth.png

clean:
	rm -rf $(VENV)

$(VENV)/python: Makefile
	@$(PYTHON) -c 'import sys; sys.exit("article-bot needs Python 3.11 or newer: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml
	@echo "Installing article-bot into $(VENV)."
	$(BIN)/python -m pip install --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "Installing the tools for tests: some minutes the first time, for PyTorch is large."
	$(BIN)/python -m pip install --disable-pip-version-check --editable ".[dev]"
	@touch $@

# `make demo` and `make test` each do all the set-up on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench docs bundle clean

# The core install: what people run, and the planner's model, which pip fetches.
$(BIN)/viscript: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	$(BIN)/viscript models pull planner
	touch $@

# The development install: tests, checks, benchmarks.
$(VENV)/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	# Its requirements name a supervision of 2023; what it really imports is in the extra dev.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps groundingdino-py==0.4.0
	mkdir -p .types && ln -sfn .. .types/viscript
	$(BIN)/viscript models pull planner
	touch $@

demo: $(BIN)/viscript
	$(BIN)/viscript demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: $(VENV)/.dev
	$(BIN)/python -m viscript.eval.bench $(ARGS)

docs: $(VENV)/.dev
	$(BIN)/python -m viscript.agent.reference

# viscript for Claude Desktop, in one file that it installs.
bundle: $(BIN)/viscript
	$(BIN)/python -m viscript.agent.mcp.bundle viscript.mcpb

clean:
	rm -rf $(VENV) .types build *.egg-info

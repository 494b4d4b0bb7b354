# The only place where commands live; `make` lists them.
# To change a variable: make serve PORT=9000

PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
VENV ?= .venv
PORT ?= 8000
WORKERS ?= 2
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || \
	command -v google-chrome)

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
NPM = PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm ci --prefix tests --ignore-scripts \
	--no-audit --no-fund --loglevel error
BUILD = $(BIN)/jupyter-book build -W --keep-going --quiet . > /dev/null
PRINT = $(BIN)/python -m book.print
BUILT = _build/html _build/.doctrees
COLAB = .venv-colab
PYTEST = $(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout 300
# All tests of a file by one process: they share pages, kernels and what pip installs.
IN_PARALLEL = --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

environment = $(VENV)/stamp
anew = _build/stamp
colab = $(COLAB)/stamp
axe = tests/node_modules/axe-core/package.json
lighthouse = tests/node_modules/lighthouse/package.json

export CHROMIUM
export PIP_NO_INPUT = 1

.DELETE_ON_ERROR:
.PHONY: help book pdf contact-sheet test portable weekly mutants newest colab notebooks
.PHONY: figures weights serve bench lint format lock clean python chromium
.PHONY: printed executed

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

book: $(environment) $(anew) ## Build the site, and say where to open it
	@$(BUILD)
	@echo "The book is built. Open file://$(CURDIR)/_build/html/index.html"
	@echo "or run make serve, and open http://localhost:$(PORT)/"

pdf: chromium book ## Print the book to one PDF, which the front page then offers
	@$(PRINT)
	@echo "It is in _build/vision-transformer-illustrated.pdf"

contact-sheet: book ## Lay all figures and sliders out side by side, in light and in dark
	@$(BIN)/python -m book.sheet

test: chromium $(environment) $(axe) ## Run every check, but for the weekly ones
	@rm -rf $(BUILT)
	@$(MAKE) --no-print-directory --keep-going --jobs 3 printed executed $(colab); \
	first=$$?; \
	$(PYTEST) $(IN_PARALLEL) -m "not weekly" tests && exit $$first

printed:
	@$(BUILD)
	@$(PRINT)

executed:
	@$(PYTEST) $(IN_PARALLEL) notebooks

portable: $(environment) ## Run the checks that hold on every system, without a browser
	@$(PYTEST) $(IN_PARALLEL) -m "not reference and not weekly" tests notebooks

mutants: $(environment) ## Make vitlib wrong, a line at a time: do the tests notice?
	@$(BIN)/python -m tests.mutants

newest: python ## Run those among the newest releases of everything, pins aside
	@$(PYTHON) -m venv --clear .venv-newest
	@.venv-newest/bin/python -m pip install --quiet --editable '.[book,test]'
	@touch .venv-newest/stamp
	@$(MAKE) portable VENV=.venv-newest

weekly: $(environment) $(colab) ## Run the checks that take too long for every change
	@$(PYTEST) $(IN_PARALLEL) -m weekly tests

colab: $(environment) $(colab) ## Run each chapter alone, among Colab's versions
	@$(PYTEST) tests/test_colab.py

notebooks: $(environment) ## Execute all notebooks anew, in place
	@$(BIN)/python -m notebooks.execute

figures: $(environment) ## Draw all figures anew
	@$(BIN)/python -m figures

weights: $(environment) ## Train the small model of the digits anew, and record how, in three minutes
	@$(BIN)/python -m vitlib.weights

serve: book ## Serve the book on this machine, compressed
	@$(BIN)/python book/serve.py --port $(PORT)

bench: chromium book $(lighthouse) ## Measure speed on this machine; WHAT="patches --record" keeps it
	@$(BIN)/python -m bench $(WHAT)

lint: $(environment) ## Say what is wrong with the code's style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(environment) ## Put the code's style right
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

lock: python ## Pin the newest versions that pyproject.toml allows, torch as it is
	$(PYTHON) -m venv --clear _build/lock
	grep '^torch==' requirements.txt > _build/lock/torch.txt
	_build/lock/bin/python -m pip install --quiet --constraint _build/lock/torch.txt \
		--editable '.[book,test]'
	{ grep '^#' requirements.txt; _build/lock/bin/python -m pip freeze \
		--exclude vitlib --exclude setuptools --exclude wheel | sed 's/+.*//' | \
		grep -vE '^(nvidia|cuda|triton)'; } > _build/lock/requirements.txt
	mv _build/lock/requirements.txt requirements.txt

clean: ## Remove whatever make has made
	rm -rf $(VENV) $(COLAB) .venv-newest _build tests/node_modules

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }

chromium:
	@test -x "$(CHROMIUM)" || { echo "Chromium is needed: apt-get install chromium," \
		"or make $(MAKECMDGOALS) CHROMIUM=/path/to/it"; exit 1; }

$(environment): requirements.txt pyproject.toml | python
	@echo "Making the environment in $(VENV), which takes a minute or two …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --requirement requirements.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

# Sphinx sees which pages changed, but not that what makes pages of them did.
$(anew): _config.yml $(shell find book/ext book/theme vitlib/show -name '*.*')
	@rm -rf $(BUILT)
	@mkdir -p _build
	@touch $@

# Colab's versions, beside the same torch and torchvision, which pip does not touch.
$(colab): tests/colab.txt $(environment)
	@echo "Making an environment like Colab's in $(COLAB) …"
	@$(PYTHON) -m venv --clear $(COLAB)
	@$(COLAB)/bin/python -m pip install --quiet --no-deps --requirement tests/colab.txt
	@mkdir $(COLAB)/torch
	@ln -s $(abspath $(VENV))/lib/python3*/site-packages/*torch* $(COLAB)/torch
	@cd $(COLAB)/lib/python3*/site-packages && echo $(CURDIR)/$(COLAB)/torch > torch.pth
	@touch $@

$(axe): tests/package-lock.json $(environment)
	@$(NPM) --omit dev
	@touch $@

$(lighthouse): tests/package-lock.json $(environment)
	@$(NPM)
	@touch $@

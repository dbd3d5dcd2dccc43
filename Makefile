# Casebank. `make serve` and `make test` are all that most people need.
PYTHON ?= python3
export HOST PORT LANG_FIRST

.PHONY: dev help serve test test-all bench lab build install install-browser lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /'

serve:  ## make everything and serve the site (HOST=127.0.0.1 PORT=8000 LANG_FIRST=zh)
	@$(PYTHON) src/casebank/bootstrap.py serve

test:  ## install what the tests need, build the site once, run the suite
	@$(PYTHON) src/casebank/bootstrap.py test

test-all:  ## the long matrices too (up to two hours)
	@$(PYTHON) src/casebank/bootstrap.py test-all

bench:  ## measure; prints tables
	@$(PYTHON) src/casebank/bootstrap.py bench

lab:  ## open JupyterLab with the labs and exercises (LANG_FIRST=zh|en)
	@$(PYTHON) src/casebank/bootstrap.py lab

build:  ## build the trainee site into site/
	@$(PYTHON) src/casebank/bootstrap.py build

dev:  ## make the environment with all that the tests need, and run nothing
	@$(PYTHON) src/casebank/bootstrap.py dev

install:  ## only make the environment
	@$(PYTHON) src/casebank/bootstrap.py install

install-browser:  ## what `casebank build --with-browser-labs` needs besides
	@$(PYTHON) src/casebank/bootstrap.py install-browser

lock:  ## write both lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group build --extra browser -c requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --no-annotate -q -o requirements-browser.lock
	uv pip compile pyproject.toml --group build --group test -c requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --no-annotate -q -o requirements-test.lock

clean:  ## remove what was built (not the environment)
	rm -rf _build site site-instructor

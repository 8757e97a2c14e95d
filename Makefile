# Every target installs what it needs first; `make` alone explains them.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

export PYTHONPATH := $(CURDIR):$(CURDIR)/gen
# The Python packages are in a cache folder outside the checkout, named by the hash of the lock file.
SYSTEM_PYTHON := $(shell command -v python3.11 || command -v python3)
BIN = $(shell "$(SYSTEM_PYTHON)" -m stack.install --where)/bin
PYTHON = "$(BIN)/python"
# Programs of the packages, such as buf, come before those of the machine.
TOOLS = PATH="$(BIN):$$PATH"
# Git says nothing of a checkout that belongs to somebody else, unless it is configured to trust it.
export GIT_CONFIG_COUNT := 1
export GIT_CONFIG_KEY_0 := safe.directory
export GIT_CONFIG_VALUE_0 := $(CURDIR)

.PHONY: help setup packages demo daily doctor support test audit alerts telemetry pdfa faults runbooks faults-page soak backup restore drill scan bench costs capacity mutations check \
  check-sources check-static check-units check-docs gen gen-check dist image chart generators deps up down ps logs migration lock model terraform-check cluster cluster-test cluster-down

help: ## shows this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## installs the locked Python packages, Kafka and the schema registry, once per lock
	@"$(SYSTEM_PYTHON)" -m stack.install

packages:
	@$(SYSTEM_PYTHON) -m stack.install --python

demo: up ## starts the stack and takes loans through their whole lifecycle; INPUT=my.csv brings your own applicants
	@$(PYTHON) -m stack.demo $(if $(INPUT),--input "$(INPUT)")

up: setup ## starts every part and every service, and waits until all are ready; ONLY="postgres kafka" those alone; BROKERS=3; PROFILE=search or observability
	@$(PYTHON) -m stack up $(if $(ONLY),--only $(ONLY)) $(if $(BROKERS),--brokers $(BROKERS)) $(if $(PROFILE),--profile $(PROFILE))

down: setup ## stops everything that `make up` started; what was stored stays
	@$(PYTHON) -m stack down

ps: setup ## shows what runs, on which port, with how much memory
	@$(PYTHON) -m stack ps

logs: setup ## shows the last lines of the logs; SERVICE=kyc only of one
	@$(PYTHON) -m stack logs $(SERVICE)

daily: setup ## has the daily run of a business date done on the running stack: DATE=2027-01-31
	@$(PYTHON) -m stack daily --date $(or $(DATE),$(shell date -u +%F))

test: setup generators deps ## runs all tests on a stack of their own, with coverage; ARGS=tests/unit narrows them down
	@$(PYTHON) -m stack.testrun $(ARGS)

doctor: setup ## looks at the stack that runs, says what is wrong and which runbook helps; fails when something is
	@$(PYTHON) -m stack.observability.doctor

support: setup ## packs what a colleague needs to look into a stack in trouble, masked, into build/support; LINES=5000 of each log
	@$(PYTHON) -m stack.observability.support $(if $(LINES),--lines $(LINES))

audit: setup ## audits the stack that runs: events, effects, order, statuses, money, audit trail; fails at a violation
	@$(PYTHON) -m stack.audit

# Go builds Alertmanager for it, minutes the first time: `make test` goes without where it is not there, and says so.
alerts: packages ## has Alertmanager read its configurations, and takes a fault to a page of PagerDuty's stand-in and back
	@"$(SYSTEM_PYTHON)" -m stack.install --alerts
	@$(PYTHON) -m pytest -q --no-header tests/alerting

# Go builds the collector and VictoriaLogs for it, minutes the first time, and Maven brings Zipkin.
telemetry: packages ## has logs and spans go through the collector to where they are searched: whole, by trace, masked
	@"$(SYSTEM_PYTHON)" -m stack.install --telemetry
	@$(PYTHON) -m pytest -q --no-header tests/telemetry

# Maven brings veraPDF for it, the first time: `make test` looks at few papers where it is there, and says so where not.
pdfa: packages ## has veraPDF look whether every paper, sealed and unsealed, in every language, is PDF/A-3 and PDF/UA
	@"$(SYSTEM_PYTHON)" -m stack.install --pdfa
	@LOANFLOW_PDFA=all $(PYTHON) -m pytest -q --no-header tests/integration/agreement/test_pdfa.py

faults: setup ## plays every fault under load and takes the accounts afterwards; SEED=7 other chances, ONLY="Redis wrong"
	@"$(SYSTEM_PYTHON)" -m stack.install --alerts
	@$(PYTHON) -m tests.faults --seed $(or $(SEED),1) $(if $(ONLY),--only "$(ONLY)")

# Root's: namespaces, mounts and control groups. Go builds Kubernetes and Istio for it, the first time: twenty minutes of a processor.
cluster: setup image ## a real Kubernetes and Istio on this machine, with the product in it; for root
	@$(PYTHON) -m stack.cluster up
	@$(PYTHON) -m stack.cluster deploy

cluster-test: cluster ## tries the product in the cluster: who gets through to whom, a loan over REST, pods replaced under load
	@$(PYTHON) -m stack.cluster run -- $(PYTHON) -m pytest -q --no-header tests/cluster

cluster-down: setup ## ends the cluster, and leaves nothing of it
	@$(PYTHON) -m stack.cluster down

runbooks: setup ## goes by the runbooks on a stack of their own, command for command
	@CI= $(PYTHON) -m stack.testrun tests/e2e/test_runbooks.py

faults-page: packages ## makes docs/faults.md of the committed run; FROM=build/faults/seed-1.json commits to that one
	@$(PYTHON) -m tests.faults.page $(FROM) $(if $(SOAK),--soak $(SOAK))

soak: setup ## load for MINUTES=60; names what grew: memory, threads, files, connections; KILLS=30 a kill in so many seconds
	@$(PYTHON) -m tests.faults.soak --minutes $(or $(MINUTES),60) --kill-seconds $(or $(KILLS),0)

backup: setup ## backs the running stack up, to /var/backups/loanflow; from then on it goes on by itself, once a minute
	@$(PYTHON) -m stack.backup take

restore: setup ## restores a stack that is down, and starts it: TO=2027-01-31T09:15:00Z (the last moment); OVER=1 over what is there
	@$(PYTHON) -m stack.backup restore $(if $(TO),--to "$(TO)") $(if $(OVER),--over)

drill: setup ## destroys a store, and all, of a stack of its own, restores it, audits it, and says what was lost and how long it took
	@$(PYTHON) -m tests.drill

mutations: packages deps ## makes every known mistake in a copy of the project, and sees each stopped by make check
	@LOANFLOW_MUTATIONS=all $(PYTHON) -m pytest -q --no-header tests/contract/test_mutations.py

scan: setup ## looks for unsafe code, secrets, licences, faults of the edge; writes dist/loanflow.cdx.json
	@$(PYTHON) -m stack.scan

bench: setup ## measures the platform on a stack of its own, beside a peer; ONLY="create mixed" parts, QUICK=1 shorter
	@$(PYTHON) -m tests.bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

costs: setup ## warns when a create or a read costs a fifth more processor than in the committed run; never fails
	@$(PYTHON) -m tests.bench --only steady || echo "warning: the processor figures could not be measured"

capacity: packages ## makes docs/capacity.md of the committed run; FROM=build/bench/latest.json commits to that one
	@$(PYTHON) -m tests.bench.capacity $(FROM)

# Needs Python and git, and neither Go, Node.js nor Maven. The unit tests run beside all the rest, on a core of their own.
check: packages deps ## style, types, layers, contract, shell scripts, generated files, unit tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-units check-sources check-static

check-sources:
	@$(TOOLS) ruff check .
	@$(TOOLS) ruff format --check --quiet . || { echo "not formatted: ruff format ."; exit 1; }
	@$(TOOLS) python -m proto.plugins.generate --check
	@$(PYTHON) -m stack.mesh.generate --check
	@$(PYTHON) -m stack.observability.generate --check
	@$(TOOLS) mypy
	@$(TOOLS) lint-imports --no-cache
	@$(TOOLS) buf lint
	@$(TOOLS) buf format proto --diff --exit-code
	@$(TOOLS) shellcheck $$(git grep -lE '^#!.*[/ ](ba|da)?sh( |$$)' -- ':!*.md' ':!*.py')
	@$(TOOLS) python -m proto.evolution
	@$(PYTHON) -m proto.review

check-static:
	@$(PYTHON) -m pytest -q --no-header $(STATIC)

check-units:
	@$(PYTHON) -m pytest -q --no-header $(UNITS)

check-docs: gen-check ## what is made for readers and the mesh: OpenAPI, Postman, load scripts, the schemas of Kubernetes and Istio
	@$(PYTHON) -m proto.plugins.load.checked
	@$(PYTHON) -m stack.mesh.check

# What reads the contract, its generated files, Envoy's configuration and the sources; PostgreSQL alone runs for it.
STATIC = $(addprefix tests/contract/test_,descriptors.py usage.py gates.py generators.py reference.py edge_config.py \
  review.py kinds.py pure.py migrations.py mesh.py documents.py)
STATIC += $(addprefix tests/contract/test_,audience.py conversions.py domain_words.py findings.py ports.py sizes.py stores.py)
STATIC += $(addprefix tests/contract/test_,chain.py chart.py endings.py examples.py reasons.py release.py rolling.py security_page.py)
STATIC += $(addprefix tests/contract/test_,network.py retention.py sealing.py store_addresses.py topics.py worst.py)
STATIC += $(addprefix tests/contract/test_,observability.py runbooks.py)
UNITS = tests/unit

dist: packages ## makes dist/loanflow_client-*.whl, with which other programs of the mesh call the services
	@$(PYTHON) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -w dist ./stack/client
	@ls dist

image: packages ## makes build/image/loanflow.tar, the image of all services, with its inventory; BASE=debian without a registry; CHECK=1 twice
	@$(PYTHON) -m stack.image build $(if $(TAG),--tag $(TAG)) $(if $(BASE),--base $(BASE)) $(if $(CHECK),--check)

chart: packages ## makes dist/chart/loanflow, the Helm chart, with the values of each place beside it
	@rm -rf dist/chart && $(PYTHON) -m stack.mesh.chart dist/chart/loanflow
	@ls dist/chart/loanflow

deps: packages
	@$(PYTHON) -m stack.protodeps

generators: packages
	@$(PYTHON) -m stack.generators

gen: generators deps ## makes gen/ anew from proto/, then what of k8s/ and istio/ repeats it, and alerts and dashboards
	@$(TOOLS) python -m proto.plugins.generate
	@$(PYTHON) -m stack.mesh.generate
	@$(PYTHON) -m stack.observability.generate

GENERATED = gen k8s istio docs/platform.md docs/alerts.md
gen-check: gen ## fails when what is generated is not what proto/ makes
	@test -z "$$(git status --porcelain $(GENERATED))" || \
	  { git status --short $(GENERATED); echo "generated files are stale: make gen, and commit them"; exit 1; }

model: packages ## trains the risk model, and writes its table, docs/model-card.md and its PDF
	@$(PYTHON) -m stack.riskmodel

# Skipped, with a message, where neither Terraform nor OpenTofu is, or nothing has the provider (docs/aws.md).
terraform-check: packages ## format, types and policies of what is made at AWS, and what an emulator of it can make, twice
	@$(PYTHON) -m stack.aws check

migration: packages ## writes the migration that the tables in the code still need: SERVICE=kyc NAME=applied_income
	@$(PYTHON) -m stack.migration $(SERVICE) $(NAME)

lock: setup ## resolves stack/*.in into requirements.txt and, for the image, services.txt, and those of the bench's peer, the risk model and AWS's emulator
	@command -v uv >/dev/null || { echo "uv is needed: pip install uv"; exit 1; }
	@$(LOCK) stack/requirements.in -o stack/requirements.txt
	@$(LOCK) stack/services.in -c stack/requirements.txt -o stack/services.txt
	@$(LOCK) tests/bench/peer/requirements.in -c stack/requirements.txt -o tests/bench/peer/requirements.txt
	@$(LOCK) stack/riskmodel/learner/requirements.in -c stack/requirements.txt -o stack/riskmodel/learner/requirements.txt
	@$(LOCK) --no-deps stack/riskmodel/learner/data.in -o stack/riskmodel/learner/data.txt
	@$(LOCK) stack/aws/emulator/requirements.in -o stack/aws/emulator/requirements.txt
	@$(LOCK) stack/image/hadolint.in -o stack/image/hadolint.txt

LOCK = uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 \
  --custom-compile-command "make lock"


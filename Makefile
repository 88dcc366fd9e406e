# `make run` and `make test` need only Swift 6.3 and make: they install other packages that are missing, and print their names.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Swift toolchain brings a C compiler where the system has none.
CC := $(shell command -v cc || command -v clang || echo cc)
ARGS ?=
ARCH ?= x86_64
PREFIX ?= /usr/local
FUZZ ?= -max_total_time=60
FLOODS ?=
SOAK ?=

# What --version prints. The date is the commit's, so that another build of the same commit links nothing anew.
export SOCKET_EXPORTER_REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
export SOCKET_EXPORTER_BRANCH ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null || echo unknown)
export SOCKET_EXPORTER_BUILD_DATE ?= $(shell git log -1 --format=%cI 2>/dev/null || echo unknown)
export SOCKET_EXPORTER_BUILD_USER ?= $(shell id -un)@$(shell uname -n)
ifndef SOCKET_EXPORTER_SWIFT_VERSION
SWIFT_VERSION := $(shell swiftc --version 2>/dev/null | sed -n 's/.*Swift version \([^ ]*\).*/\1/p')
export SOCKET_EXPORTER_SWIFT_VERSION := $(or $(SWIFT_VERSION),unknown)
endif

TEST_PEERS := prometheus python3-prometheus-client net-tools
BENCH_PEERS := prometheus-node-exporter net-tools wrk libluajit-5.1-2 nginx

RELEASE := -c release --static-swift-stdlib --product socket_exporter
EXPORTER = $(shell swift build $(RELEASE) --show-bin-path)/socket_exporter
BENCH := cd benchmarks && ../.build/bench-python/bin/python -m suite

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

.PHONY: run
run: release ## Install what is missing, build, and run the exporter (ARGS="--log.level debug" passes flags)
	"$$(swift build $(RELEASE) --show-bin-path)/socket_exporter" $(ARGS)

.PHONY: test
test: setup ## Install what is missing, build, and run every test (as root: some create network namespaces)
	scripts/install test
	scripts/fetch-peers .build/peers $(TEST_PEERS)
	scripts/fetch-peers --suite sid .build/peers-sid prometheus-node-exporter
	$(MAKE) -s -C benchmarks/population CC="$(CC)"
	mkdir -p .build/preload
	$(CC) -shared -fPIC -o .build/preload/move_environment.so Tests/Support/Preload/move_environment.c
	swift build --build-tests
	scripts/test $(ARGS)

.PHONY: release
release: setup ## Build the release executable, with Swift's libraries linked in
	swift build $(RELEASE)

.PHONY: install
install: ## Copy the release executable under PREFIX (default /usr/local); may need root
	@[ -x .build/release/socket_exporter ] || { echo "There is no executable yet: run make release first." >&2; exit 1; }
	install -D -s -m 0755 .build/release/socket_exporter "$(DESTDIR)$(PREFIX)/bin/socket_exporter"

.PHONY: setup
setup: ## Install what building needs
	scripts/install build

.PHONY: fuzz
fuzz: setup ## Fuzz the reading of netlink messages (FUZZ="-runs=10000000" for a number of inputs)
	Tests/Checks/Fuzz/run $(FUZZ)

.PHONY: leaks
leaks: setup ## Check that the BPF walk leaks nothing, with sanitizers (as root)
	Tests/Checks/Leaks/run

.PHONY: changing-chains
changing-chains: setup ## Check how the BPF walk counts chains that change while it reads them (as root)
	Tests/Checks/ChangingChains/run

.PHONY: tenants
tenants: setup ## Check that tenants cannot stall or mislead the BPF walk (as root; ARGS=moving: one scenario)
	Tests/Checks/Tenants/run $(ARGS)

.PHONY: churn
churn: release ## Check that the BPF walk counts exactly while connections come and go (as root; ARGS=10: seconds)
	scripts/install test
	CC="$(CC)" Tests/Checks/Churn/run "$$(swift build $(RELEASE) --show-bin-path)/socket_exporter" $(ARGS)

.PHONY: floods
floods: release ## Measure clients that flood the exporter with requests and read nothing (ARGS=EXECUTABLE: beside that exporter)
	scripts/install test
	Tests/Checks/Clients/floods $(FLOODS) "$$(swift build $(RELEASE) --show-bin-path)/socket_exporter" $(ARGS)

.PHONY: soak
soak: release ## Scrape the exporter for 10 minutes beside all kinds of misbehaving clients (as root; SOAK="--seconds 60")
	scripts/install test
	Tests/Checks/Clients/soak $(SOAK) "$$(swift build $(RELEASE) --show-bin-path)/socket_exporter"

.PHONY: tsan
tsan: setup ## Run the multithreaded tests under the thread sanitizer (a separate build)
	Tests/Checks/ThreadSanitizer/run

.PHONY: api
api: ## List the public interface of the libraries in api/ (after make test; ARGS=--check compares)
	scripts/symbol-graphs "$$(swift build --show-bin-path)" .build/symbol-graphs
	scripts/api $(ARGS) .build/symbol-graphs

.PHONY: documentation
documentation: ## Check the samples and links, and build the libraries' documentation (after make test)
	scripts/samples --check
	scripts/links
	scripts/symbol-graphs "$$(swift build --show-bin-path)" .build/symbol-graphs
	scripts/documentation .build/symbol-graphs .build/documentation

.PHONY: smoke
smoke: release ## Start the release executable, scrape it with curl, check the output with promtool
	scripts/install test
	scripts/fetch-peers .build/peers $(TEST_PEERS)
	scripts/smoke "$$(swift build $(RELEASE) --show-bin-path)/socket_exporter"

.PHONY: examples
examples: setup ## Build the examples that are separate packages, and scrape them
	scripts/install test
	scripts/fetch-peers .build/peers $(TEST_PEERS)
	scripts/examples

.PHONY: test-kernels
test-kernels: $(if $(filter x86_64,$(ARCH)),release) ## Check the sources on Debian's kernels 5.10 to sid, under QEMU (needs no root; ARCH=arm64: their C parts)
	Tests/Checks/Kernels/run $(ARCH) $(if $(filter x86_64,$(ARCH)),"$$(swift build $(RELEASE) --show-bin-path)/socket_exporter") $(ARGS)

.PHONY: bench
bench: bench-build ## Measure everything beside its peers in 23 minutes, into benchmarks/results (as root; ARGS="--tables microbenchmarks")
	$(BENCH) --plan full $(ARGS) "$(EXPORTER)"

.PHONY: bench-quick
bench-quick: bench-build ## Measure a little of everything in 2 minutes, into .build/bench-quick (as root)
	$(BENCH) --plan quick $(ARGS) "$(EXPORTER)"

.PHONY: bench-build
bench-build: release bench-peers
	$(MAKE) -s -C benchmarks/population
	$(MAKE) -s -C benchmarks/baselines

.PHONY: bench-peers
bench-peers: ## Fetch the programs that the benchmarks compare with, into .build
	scripts/install bench
	scripts/fetch-peers .build/peers $(BENCH_PEERS)
	scripts/fetch-peers --suite sid .build/peers-sid prometheus-node-exporter
	scripts/fetch-python .build/bench-python benchmarks/requirements.txt

.PHONY: bench-micro-check
bench-micro-check: setup ## Check instructions and allocations of the microbenchmarks against their thresholds
	scripts/install bench
	cd benchmarks && python3 -m suite.microcheck $(ARGS)

.PHONY: bench-micro-update
bench-micro-update: ## Write these thresholds again
	$(MAKE) bench-micro-check ARGS=--update

.PHONY: bench-readme
bench-readme: ## Write the committed results into README.md
	cd benchmarks && python3 -m suite.readme

.PHONY: bench-test
bench-test: ## Test the pure parts of the suite, and that README shows the committed results
	cd benchmarks && python3 -m unittest discover -q -t . -s suite/tests
	cd benchmarks && python3 -m suite.readme --check

.PHONY: registry
registry: setup ## Measure updating and writing metrics, beside Python's prometheus_client
	scripts/install test
	scripts/fetch-peers .build/peers python3-prometheus-client
	swift build -c release --product RegistryBenchmark
	benchmarks/registry/run "$$(swift build -c release --show-bin-path)/RegistryBenchmark"

.PHONY: metrics
metrics: ## Write the table of metrics into README.md
	scripts/metrics

.PHONY: script-test
script-test: ## Test the pure parts of the scripts, and that README lists the metrics
	cd scripts && python3 -m unittest discover -q -s tests
	scripts/metrics --check

.PHONY: bpf
bpf: setup ## Compile all forms of the BPF program again; the objects are checked in
	scripts/build-bpf

.PHONY: format
format: ## Format all sources
	scripts/format

.PHONY: lint
lint: ## Check the format of all sources
	scripts/format --check

.PHONY: clean
clean: ## Remove what was built
	rm -rf .build

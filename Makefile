# The verbs of the project. Each is one script of scripts/, which says at its top what it does and what it reads.
.DEFAULT_GOAL := help
.PHONY: help run build models train test test-full unit e2e bench fuzz verify-real parity-mutants fmt lint fresh clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

run: ## install, build and serve examples/quickstart.yaml in the foreground
	@scripts/run.sh

build: ## install what is needed and build build/release/signalbox
	@scripts/setup.sh run && scripts/build-release.sh

models: ## fetch the models of the default configuration into models/
	@scripts/setup.sh run && scripts/models.sh

train: ## train the pack's heads again and judge them (docs/model-pack.md); TRAIN="--only domain"
	@scripts/setup.sh run && scripts/train.sh

test: ## everything CI runs; STAGES="lint unit ..." picks some
	@scripts/setup.sh test && scripts/test.sh

test-full: ## the whole suite under ASan/UBSan and under TSan too
	@scripts/setup.sh test && scripts/test.sh full

unit: ## release build and unit tests
	@scripts/setup.sh test && STAGES="build unit" scripts/test.sh

e2e: ## release build and integration tests against the real binary
	@scripts/setup.sh test && STAGES="build integration" scripts/test.sh

bench: ## microbenchmarks, and the gateway beside nginx and a peer; BENCH_GATEWAY=--quick
	@scripts/setup.sh test bench && scripts/bench.sh

fuzz: ## every fuzz target for FUZZ_SECONDS (60)
	@scripts/setup.sh test && scripts/fuzz.sh

verify-real: ## MODEL=<Hugging Face id or folder>: a joint model's real weights beside transformers
	@scripts/verify_real.sh

parity-mutants: ## MODEL=<folder> IMAGES=<reference>: how far each planted mistake is outside the bound (tests/golden's tiny SigLIP)
	@scripts/parity_mutants.py

fmt: ## clang-format all C++ sources in place
	@scripts/setup.sh lint && scripts/fmt.sh

lint: ## formatting, dependency direction, file lengths, clang-tidy
	@scripts/setup.sh test lint && scripts/lint.sh --tidy

fresh: ## make run and make test in a new Debian chroot; SUITE=bookworm, FRESH_ONLY=run
	@scripts/setup.sh fresh && scripts/fresh.sh

clean: ## remove what was built
	@scripts/clean.sh

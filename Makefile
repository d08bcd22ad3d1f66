# The chores of Loadline. `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench screens install

# rustup puts cargo here; a shell opened before its installation does not know that.
export PATH := $(PATH):$(HOME)/.cargo/bin
# Queries are checked against the committed data, not against whatever database DATABASE_URL names.
export SQLX_OFFLINE := true
# What the compiler keeps for the next build takes as much room as the build itself.
test lint: export CARGO_INCREMENTAL := 0

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-9s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Install what is missing, build, and run everything on a private PostgreSQL
	@scripts/install.sh build postgres
	cargo build --release --locked --package server
	@exec "$${CARGO_TARGET_DIR:-target}/release/loadline" demo

test: ## Install what is missing and run every check and test, browser tests included
	@scripts/install.sh build postgres browser
	cargo fmt --all --check
	cargo xtask tidy
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo xtask prepare --check
	cargo test --workspace --locked
	@if [ -x end2end/run.sh ]; then exec end2end/run.sh; else echo "end2end/run.sh is not there: no browser tests were run"; fi

lint: ## Format, layout and lints alone
	@scripts/install.sh build
	cargo fmt --all --check
	cargo xtask tidy
	cargo clippy --workspace --all-targets --locked -- -D warnings

bench: ## Run the benchmarks and print one table
	@scripts/install.sh build postgres
	@exec scripts/bench.sh

screens: ## Take pictures of every page in both themes and languages
	@scripts/install.sh build postgres browser
	@exec end2end/run.sh screens

install: ## Only install what the other commands need
	@scripts/install.sh build postgres browser

# The commands of the README. Each sets up what it needs and ends by itself.

SHELL := /bin/bash
CARGO := cargo
export PATH := $(HOME)/.cargo/bin:$(PATH)

# Where cargo builds; the comparison shares it, so that RocksDB is compiled once a profile.
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
# What `make bench` measures: --generate N, or --messages FILE.
BENCH := --generate 1000000
# What `make bench-motion` measures: --messages N, --rounds N, --work DIR.
MOTION :=
# What `make bench-c` measures: --messages N.
DOOR :=
# What `make bench-exports` measures: --megabytes N, --only slack, --work DIR.
EXPORTS :=
# How long `make fuzz` runs each target.
FUZZ_SECONDS := 60
# Where `make install` puts the C library, and in which profile it is built.
PREFIX := /usr/local
PROFILE := release

.PHONY: help setup build install demo test lint bench bench-own bench-motion bench-script bench-c bench-exports fuzz

help:
	@echo "make demo    build, and show in a minute what it does"
	@echo "make test    run all tests"
	@echo "make build   build the program for daily use: target/release/mynah"
	@echo "make install  build the C library and put it into PREFIX=$(PREFIX), for pkg-config and CMake"
	@echo "make lint    check format, lints and documentation"
	@echo "make bench   compare with SQLite FTS5 (BENCH=\"--messages FILE\" for your own messages)"
	@echo "make bench-own  time the archive's own paths, in about a minute"
	@echo "make bench-script  time scripts, in about two minutes"
	@echo "make bench-motion  time sending, hearing and receiving, in about three minutes"
	@echo "make bench-c  time the C library beside the Rust API, in about a minute"
	@echo "make bench-exports  import made exports of 1 GB each, in about ten minutes"
	@echo "make fuzz    run each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS)"

setup:
	@scripts/setup.sh

build: setup
	$(CARGO) build --locked --release

# The whole workspace is built, so that all of it shares one RocksDB.
install: setup
	$(CARGO) build --locked --workspace --profile $(PROFILE)
	capi/package/install.sh "$(TARGET)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))" "$(PREFIX)"

demo: setup
	@scripts/demo.sh

# The programs of the C tests want the library to be there, which `cargo test` alone does not build.
test: setup
	@scripts/setup.sh test
	$(CARGO) build --locked --workspace
	$(CARGO) test --locked --workspace
	$(CARGO) run --locked --quiet --example embed
	$(CARGO) run --locked --quiet --example talk

lint: setup
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) clippy --locked --lib --no-default-features --features formats -- -D warnings
	$(CARGO) rustdoc --locked --lib -- -D warnings

bench: setup
	$(CARGO) run --locked --release --manifest-path benches/compare/Cargo.toml --target-dir "$(TARGET)" -- $(BENCH)

bench-own: setup
	$(CARGO) bench --locked --bench archive

bench-script: setup
	$(CARGO) bench --locked --bench script -- $(SCRIPT)

bench-motion: setup
	$(CARGO) bench --locked --bench motion -- $(MOTION)

bench-c: setup
	$(CARGO) build --locked --release --workspace --lib --bench door
	$(CARGO) bench --locked --workspace --bench door -- $(DOOR)

bench-exports: setup
	$(CARGO) build --locked --release
	$(CARGO) bench --locked --bench exports -- $(EXPORTS)

# cargo-fuzz wants a nightly compiler; RUSTC_BOOTSTRAP lets a stable one do.
fuzz: setup
	@$(CARGO) fuzz --version >/dev/null 2>&1 || { echo "make fuzz needs cargo-fuzz; get it with: cargo install cargo-fuzz --locked" >&2; exit 1; }
	@set -e; for target in $$($(CARGO) fuzz list); do \
		echo "== $$target"; \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run "$$target" -- -max_total_time=$(FUZZ_SECONDS); \
	done

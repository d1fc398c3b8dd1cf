# The usual things, by short names. What they do lies in `bt` (crates/bt) and in `cargo xtask` (xtask/).
# DATA=folder and LISTEN=address:port choose other places than ./data and 127.0.0.1:8080.

DATA ?= data
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
BT := $(TARGET)/release/bt
FLAGS := --data-dir $(DATA) $(if $(LISTEN),--listen $(LISTEN))

.PHONY: up down test bench fmt clean

# Builds bt and starts everything: http://localhost:8080. Ctrl-C stops it. No Node is needed.
up:
	@.ci/need rust cc postgres-or-pip
	cargo build --release --locked --bin bt
	@exec $(BT) up $(FLAGS)

# Stops what `make up` started, also when its terminal is gone.
down:
	@exec $(BT) down --data-dir $(DATA)

# Installs what is missing for the checks, and runs all of them.
test:
	@.ci/need rust cc postgres redis pebble named node chromium
	@cd tests/journeys && npm ci --silent --no-audit --no-fund
	@cargo xtask ci

# Measures, and writes docs/BENCHMARKS.md.
bench:
	@.ci/need rust cc postgres
	cargo xtask bench

# Formats the code.
fmt:
	cargo fmt --all

# Removes what was built. Data stays.
clean:
	cargo clean
	rm -rf tests/journeys/node_modules

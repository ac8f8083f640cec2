# What CI runs is what a person runs: every target works in a fresh clone and needs only what scripts/check-tools names.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The archive that `make demo` reads: a directory, .tar, .tar.gz, .tar.zst or .zip.
ARCHIVE ?= examples/archive
# `make figures`: event pages of the synthetic archive, and a real archive, left out loudly where it is absent.
PAGES ?= 100000
# For `make spark`, such as -k sample.
SPARK_OPTIONS ?=
# For benches/bench.py, such as --python-only, and benches/spark.py, such as --executors=1.
BENCH_OPTIONS ?=
REAL_ARCHIVE ?= ../shared/data/context-zh.tar.gz
# `make python PROFILE=release` builds the Python module as users get it; dev is what tests need on two cores.
PROFILE ?= dev

# What `make bench*` compares with is large, so it has an environment of its own that nothing else needs.
BENCH_VENV := .venv-bench
BENCH_BIN := $(BENCH_VENV)/bin

# DuckDB's extension for words is on the package index for this version of DuckDB at the latest.
FTS_VENV := .venv-fts
FTS_BIN := $(FTS_VENV)/bin
# What `make neighbours` gives answers to.
NEIGHBOURS_VENV := .venv-neighbours
NEIGHBOURS_BIN := $(NEIGHBOURS_VENV)/bin

# What runs the notebooks, and the browser that takes their pictures.
NOTEBOOKS_VENV := .venv-notebooks
NOTEBOOKS_BIN := $(NOTEBOOKS_VENV)/bin
CHROMIUM ?= chromium

# What Spark needs, which is large.
SPARK_VENV := .venv-spark
SPARK_BIN := $(SPARK_VENV)/bin

SITE_VENV := .venv-site
SITE_BIN := $(SITE_VENV)/bin

# Zig links against an old libc, so that a wheel runs on old systems, too.
WHEEL_VENV := .venv-wheel
WHEEL_BIN := $(WHEEL_VENV)/bin
WHEEL_PLATFORM := manylinux_2_28

# The question of two Chinese characters is left out where the real archive is absent.
BENCH_WORDS = $(BENCH_BIN)/python benches/words.py --pages $(PAGES) --duckdb $(FTS_BIN)/python \
	$(if $(wildcard $(REAL_ARCHIVE)),--chinese $(REAL_ARCHIVE))

# Not tests/oracle/independent_reader.py, whose point is to be read in one go.
PYTHON_CODE := python examples benches scripts/check-deps scripts/check-tree scripts/check-instructions scripts/check-memory scripts/check-msrv \
	scripts/circles scripts/modules.py scripts/notebooks scripts/pictures scripts/site tests/oracle/answer_questions.py
# What `make lint` spells: the documents. The example archive has invented names in it.
DOCUMENTS := README.md CHANGELOG.md CONTRIBUTING.md RELEASING.md SECURITY.md docs examples/README.md python/README.md \
	tests/pages/README.md
# `make fuzz SECONDS=600`, for each target
SECONDS ?= 60
FUZZ_TARGETS := $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))
FUZZ_VERSION := 0.13.2
FUZZ_BIN := target/tools/bin

.PHONY: help demo test test-rust test-python instructions memory lint docs deny fuzz sweep msrv figures bench bench-blog bench-words bench-large \
	bench-columns bench-growth bench-many bench-spark bench-tools neighbours notebooks pictures python site spark wheel tools
.DELETE_ON_ERROR:

help: ## Print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: tools ## Build the command line, ingest ARCHIVE (default: examples/archive), ask ten questions
	cargo build --release --package eventstore-cli
	scripts/demo target/release/eventstore target/demo/store $(ARCHIVE)

test: test-rust instructions test-python ## Run every Rust and Python test, and count instructions

test-rust: tools ## Run the Rust tests and the examples of the documentation
	@if cargo nextest --version >/dev/null 2>&1; then \
		echo 'cargo nextest run --workspace --all-features'; \
		cargo nextest run --workspace --all-features; \
	else \
		echo 'cargo test --workspace --all-features --lib --bins --tests --examples'; \
		cargo test --workspace --all-features --lib --bins --tests --examples; \
	fi
	cargo test --workspace --all-features --doc

test-python: python ## Build the Python package and run its tests
	cd python && ../$(BIN)/pytest

# Leaks are not looked for: a thread that ends while the checker looks has memory that nobody refers to.
fuzz: tools ## Feed each reader of outside bytes random ones for SECONDS (60); needs a nightly Rust
	@cargo +nightly --version >/dev/null 2>&1 || { \
		echo 'fuzz: no nightly Rust here: rustup toolchain install nightly' >&2; exit 1; }
	test -x $(FUZZ_BIN)/cargo-fuzz || \
		cargo install --root target/tools --locked --version $(FUZZ_VERSION) cargo-fuzz
	EVENTSTORE_FUZZ_SEEDS=$(CURDIR)/target/fuzz-seeds EVENTSTORE_FUZZ=0 \
		cargo test --workspace --all-features --test fuzzed
	for target in $(FUZZ_TARGETS); do \
		mkdir -p fuzz/corpus/$$target; \
		options=(-max_total_time=$(SECONDS) -timeout=10 -max_len=65536 -detect_leaks=0); \
		seeds=(target/fuzz-seeds/$$target); \
		if [ $$target = page_read ]; then seeds+=(examples/archive); options+=(-dict=fuzz/page_read.dict); fi; \
		if [ $$target = query ]; then options+=(-max_len=1024); fi; \
		PATH="$(CURDIR)/$(FUZZ_BIN):$$PATH" cargo +nightly fuzz run $$target fuzz/corpus/$$target "$${seeds[@]}" -- \
			"$${options[@]}"; \
	done

# Each test prints what it tried, and its seed: EVENTSTORE_SEED=7 make sweep lives through other histories.
sweep: tools ## Kill, damage and starve a store at length: 300 kills, 400,000 operations, each byte (30 minutes)
	EVENTSTORE_SWEEP=1 cargo test --workspace --all-features --test kills --test random_operations \
		--test short_writes --test damage --test readers_beside_writer --test backup -- --nocapture
	EVENTSTORE_SWEEP=1 cargo test --workspace --all-features --test real_archives -- --nocapture similar
	EVENTSTORE_SWEEP=1 cargo test --workspace --all-features --lib -- --nocapture crash_images failing_files \
		several_damaged_chunks
	seed=$${PROPTEST_RNG_SEED:-$$(date +%s)}; echo "PROPTEST_RNG_SEED=$$seed"; \
		PROPTEST_RNG_SEED=$$seed PROPTEST_CASES=2000 cargo test --workspace --all-features --lib \
		--test law --test markdown_law --test markdown_links --test query_text --test random_histories

msrv: ## Build and test with the oldest Rust that Cargo.toml promises, if it is installed
	$(PYTHON) scripts/check-msrv

instructions: tools ## Count the instructions of eight jobs; a tenth more than the baseline fails
	$(PYTHON) scripts/check-instructions

memory: tools ## Measure the peak memory of an ingest over archives of large pages, long names and many pages
	cargo build --release --package eventstore-cli --package eventstore-benches --bin eventstore --bin generate
	$(PYTHON) scripts/check-memory target/release/eventstore --generate target/release/generate

lint: tools $(VENV)/tools.stamp ## Formatting, lints, documentation, spelling, dependencies, types
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	cargo clippy --package context-eventstore -- -D warnings
	$(MAKE) --no-print-directory site
	$(BIN)/python scripts/check-deps
	$(MAKE) --no-print-directory deny
	$(BIN)/python scripts/check-tree
	$(BIN)/typos --config _typos.toml $(DOCUMENTS)
	$(BIN)/ruff check --config python/pyproject.toml $(PYTHON_CODE)
	$(BIN)/ruff format --check --config python/pyproject.toml $(PYTHON_CODE)
	cd python && ../$(BIN)/mypy
	cd python && ../$(BIN)/pyright

# It also knows the advisories of the day, which needs a network; check-deps is its stand-in everywhere else.
deny:
	@if cargo deny --version >/dev/null 2>&1; then \
		echo 'cargo deny check'; \
		cargo deny --all-features check; \
	else \
		echo 'deny: cargo-deny is not installed; scripts/check-deps checked licences, sources and duplicates'; \
	fi

docs: tools ## Build the Rust documentation; a warning is an error
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps

site: docs $(SITE_VENV)/tools.stamp ## Build the documentation site into target/site/html; a link that leads nowhere is an error
	$(SITE_BIN)/python scripts/site

python: $(VENV)/tools.stamp ## Build the Python package into .venv (PROFILE=release for speed)
	cd python && VIRTUAL_ENV=$(CURDIR)/$(VENV) ../$(BIN)/maturin develop --profile $(PROFILE)

# maturin fails if the module needs more of the system than the platform promises.
wheel: $(VENV)/tools.stamp $(WHEEL_VENV)/tools.stamp ## Build the wheel for Linux x86-64 into target/wheel, and test it
	rm -rf target/wheel
	cd python && VIRTUAL_ENV=$(CURDIR)/$(WHEEL_VENV) PATH="$(CURDIR)/$(WHEEL_BIN):$$PATH" maturin build --profile release --zig \
		--compatibility $(WHEEL_PLATFORM) --out ../target/wheel
	cd python && EVENTSTORE_WHEEL=$$(echo ../target/wheel/*.whl) ../$(BIN)/pytest -q tests/test_wheel.py

figures: tools ## Measure eventstore through Python and put the table into README.md; PAGES of the synthetic archive
	$(MAKE) --no-print-directory python PROFILE=release
	cargo run --release --package eventstore-benches --bin generate -- \
		--pages $(PAGES) --seed 1 --out target/bench/archive-$(PAGES).tar
	$(BIN)/python benches/figures.py --write README.md \
		--archive 'real archive=$(REAL_ARCHIVE)' --archive 'synthetic archive=target/bench/archive-$(PAGES).tar'

bench: bench-tools $(FTS_VENV)/tools.stamp ## Compare with SQLite, DuckDB, polars, tantivy, plain sled on PAGES synthetic pages; results in bench-out
	$(BENCH_BIN)/python benches/bench.py --pages $(PAGES) $(BENCH_OPTIONS)
	$(BENCH_BIN)/python benches/blog.py --pages $(PAGES)
	$(BENCH_WORDS)

bench-blog: bench-tools ## Compare a blog with an archive of the Context, and with python-frontmatter and pandas
	$(BENCH_BIN)/python benches/blog.py --pages $(PAGES)

bench-words: bench-tools $(FTS_VENV)/tools.stamp ## Compare questions for words with tantivy, SQLite FTS5, DuckDB fts, polars
	$(BENCH_WORDS)

# Rivals in Rust hold all events decoded, each engine its store beside them: too much memory for a million.
bench-large: ## The same on a million pages, through Python alone
	$(MAKE) --no-print-directory bench PAGES=1000000 BENCH_OPTIONS=--python-only

bench-columns: bench-tools ## Measure answers as columns and similar events on PAGES synthetic pages, beside DuckDB and SQLite
	cargo build --release --package eventstore-cli --package eventstore-benches --bin eventstore --bin generate
	target/release/generate --pages $(PAGES) --seed 1 --out target/bench/archive-$(PAGES).tar
	rm -rf target/bench/columns.store
	target/release/eventstore ingest target/bench/columns.store target/bench/archive-$(PAGES).tar
	$(BENCH_BIN)/python benches/columns.py target/bench/columns.store
	$(BENCH_BIN)/python benches/similar.py target/bench/columns.store

bench-growth: bench-tools ## How the figures grow from 10 thousand pages to a million
	$(BENCH_BIN)/python benches/growth.py

# A wheel, not the tree itself: what is measured is built for speed whatever was built last.
neighbours: python $(NEIGHBOURS_VENV)/tools.stamp ## Give answers to DataFusion, Ibis, Delta Lake and others, as the guide says
	cd python/tests && PYTHONPATH=../python ../../$(NEIGHBOURS_BIN)/python -m pytest -q -W default neighbours.py test_plots.py

# With two executors, each a process of its own. Synthetic pages are left out where no generate is built.
spark: python $(SPARK_VENV)/tools.stamp ## Read archives and stores by Spark, and compare with one store (needs Java 17)
	@command -v java >/dev/null || { \
		echo 'spark: no Java here: apt-get install openjdk-17-jre-headless' >&2; exit 1; }
	cd python/tests_spark && PYTHONPATH=../python PYSPARK_PYTHON=$(CURDIR)/$(SPARK_BIN)/python \
		../../$(SPARK_BIN)/python -m pytest -q -p no:cacheprovider $(SPARK_OPTIONS)

bench-many: tools target/bench/archive-$(PAGES).tar ## Many stores as one, beside one store of the same pages (PAGES)
	cargo build --release --package eventstore-cli --package eventstore-benches --bin eventstore --bin many
	rm -rf target/bench/one target/bench/many
	target/release/eventstore ingest target/bench/one target/bench/archive-$(PAGES).tar
	target/release/many make target/bench/one target/bench/many
	target/release/many measure target/bench/one target/bench/many

bench-spark: $(SPARK_VENV)/tools.stamp target/bench/archive-$(PAGES).tar ## What Spark costs, beside an ingest (PAGES; needs Java 17)
	$(MAKE) --no-print-directory python PROFILE=release
	PYTHONPATH=python/python $(SPARK_BIN)/python benches/spark.py --archive target/bench/archive-$(PAGES).tar $(BENCH_OPTIONS)

target/bench/archive-$(PAGES).tar:
	mkdir -p target/bench
	cargo build --release --package eventstore-benches --bin generate
	target/release/generate --pages $(PAGES) --seed 1 --out $@

notebooks: python $(NOTEBOOKS_VENV)/tools.stamp ## Run the notebooks of examples/ in Jupyter, into target/notebooks
	PYTHONPATH=$(CURDIR)/python/python $(NOTEBOOKS_BIN)/python scripts/notebooks target/notebooks

pictures: notebooks ## Make the pictures of the README from the notebooks; needs Chromium
	@command -v $(CHROMIUM) >/dev/null || { echo 'pictures: no Chromium here; name one: make pictures CHROMIUM=…' >&2; exit 1; }
	$(NOTEBOOKS_BIN)/python scripts/pictures target/notebooks $$(command -v $(CHROMIUM))

bench-tools: $(BENCH_VENV)/tools.stamp
	rm -rf target/bench/wheel
	cd python && ../$(BENCH_BIN)/maturin build --profile release --compatibility linux --out ../target/bench/wheel
	$(BENCH_BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps target/bench/wheel/*.whl

tools: ## Name what is missing to build and test
	@PYTHON=$(PYTHON) scripts/check-tools

# The pinned tools of each environment, installed anew only when their list changes.
$(VENV)/tools.stamp: python/requirements-dev.txt
$(BENCH_VENV)/tools.stamp: benches/requirements.txt
$(FTS_VENV)/tools.stamp: benches/requirements-fts.txt
$(NEIGHBOURS_VENV)/tools.stamp: python/requirements-neighbours.txt
$(NOTEBOOKS_VENV)/tools.stamp: python/requirements-notebooks.txt
$(SITE_VENV)/tools.stamp: python/requirements-site.txt
$(SPARK_VENV)/tools.stamp: python/requirements-spark.txt
$(WHEEL_VENV)/tools.stamp: python/requirements-wheel.txt

VENVS := $(VENV) $(BENCH_VENV) $(FTS_VENV) $(NEIGHBOURS_VENV) $(NOTEBOOKS_VENV) $(SITE_VENV) $(SPARK_VENV) $(WHEEL_VENV)
$(VENVS:=/tools.stamp): %/tools.stamp: | tools
	test -x $*/bin/python || $(PYTHON) -m venv $*
	$*/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

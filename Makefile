# Everything a newcomer types. The environment is made once, in .venv, and again only when what it depends on changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SOURCES := $(shell find rust -name '*.rs' -o -name 'Cargo.toml' 2>/dev/null) Cargo.toml
DATA := $(wildcard ../shared/data)
ifneq ($(DATA),)
export MLIPILOT_TEST_DATA ?= $(abspath $(DATA))
endif

.PHONY: setup demo campaign test check format bench bench-encodings bench-labels bench-pilot bench-reading fuzz sim sim-encodings chaos clean

setup: $(READY) mlipilot/_core.abi3.so  ## make the environment and build the extension

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

mlipilot/_core.abi3.so: $(SOURCES) | $(READY)
	$(BIN)/maturin develop --release --quiet --skip-install
	touch $@

demo: setup  ## run the copper example to its report
	$(BIN)/mlipilot execute examples/copper/copper.mlp

campaign: setup  ## run the example of a campaign (about an hour on two cores)
	$(BIN)/mlipilot execute examples/campaign/campaign.mlp

test: setup check  ## all tests
	cargo test --quiet --workspace
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: setup  ## formatting, lints and types
	cargo fmt --check
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m mypy -p mlipilot

bench: setup  ## timings against the peer, interleaved (about ten minutes)
	$(BIN)/python tests/bench/startup.py
	$(BIN)/python tests/bench/scale.py
	$(BIN)/python tests/bench/overhead.py
	$(BIN)/python tests/bench/epoch.py --epochs 15 --threads 2

bench-pilot: setup  ## what a campaign's loop costs at trial 1 and at trial 10,000, and its audits (about a minute)
	$(BIN)/python tests/bench/pilot.py

bench-reading: setup  ## a data file of 1 GB: how fast it is scanned, against ASE, and in how much memory (two minutes)
	$(BIN)/python tests/bench/reading.py

bench-labels: setup  ## molecules by processes side by side, against plain PySCF loops (about five minutes)
	$(BIN)/python tests/bench/labels.py

bench-encodings: setup  ## states and kernels of encodings against PennyLane and Qiskit (about five minutes)
	$(BIN)/python tests/bench/encodings.py

fuzz: setup  ## a million mutated extxyz files and 100,000 mutated specs; goes on where it was stopped (about half an hour)
	cargo run --quiet --profile fuzz -p mlipilot-fuzz -- --inputs 1000000 --state target/fuzz
	$(BIN)/python tests/fuzz/specs.py --inputs 100000 --state target/fuzz

sim: setup  ## how often ways of accepting edits are fooled, in campaigns of known truth (about a minute)
	$(BIN)/python tests/sim/campaigns.py

sim-encodings: setup  ## how often one of two maps of one law is called better, by full nested runs (about a minute)
	$(BIN)/python tests/sim/encodings.py

chaos: setup  ## 200 short jobs on a Slurm whose parts are killed at random, for ten minutes (needs Slurm's packages)
	$(BIN)/python tests/runtime/engine/slurm/chaos.py

format:  ## rewrite the sources in the house style
	cargo fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove what was built
	rm -rf $(VENV) target dist mlipilot/_core.abi3.so

# make study              the worked study from the snapshot that comes with the program, in seconds and offline
# make study DATA="..."   the same study on raw files (files, folders or zips)
# make follow             an invented person with a diary, photographs and a summary, to look around in
# make test               linters, types and tests; make check-all adds the slow ones
# make snapshot DATA="…"  rebuild the snapshot of the worked study from raw files
# make benchmark          speed and memory, beside a plain pandas script
# make benchmark-faers    FAERS at full size: 0.5 to 4 million simulated reports, some 6 minutes and 8 GB of disk
# make benchmark-screen   all pairs with PRR, ROR, IC and EBGM, beside the Python peer vigipy; some 10 minutes
# make fuzz               alter files for ten minutes and see that every reader copes

PYTHON ?= python3
BIN := .venv/bin
# Two processes, each with whole files, so that a store is made once for all tests of a file. In the order of the
# folders: the long files come first and the many short ones last, so that both processes end together.
# One thread each for linear algebra: two processes of two threads would wait for each other.
SIDE_BY_SIDE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q
STUDY ?= examples/kratom-claims.toml
STORE ?= build/store
SNAPSHOT := src/phytovigil/snapshots/kratom-claims

.PHONY: study follow test check-all snapshot benchmark benchmark-faers benchmark-screen fuzz format clean

ifdef DATA
study: .venv/installed
	$(BIN)/phytovigil ingest $(DATA) --store $(STORE)
	$(BIN)/phytovigil study $(STUDY) --store $(STORE)
else
study: .venv/installed
	$(BIN)/phytovigil study $(STUDY) --snapshot kratom-claims
endif

follow: .venv/installed-follow
	rm -rf build/follow-demo
	$(BIN)/phytovigil follow demo --out build/follow-demo

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(SIDE_BY_SIDE) -m "not slow"

check-all: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(SIDE_BY_SIDE)

snapshot: .venv/installed
	$(BIN)/phytovigil ingest $(DATA) --store build/snapshot-store
	$(BIN)/phytovigil snapshot $(STUDY) --store build/snapshot-store --out $(SNAPSHOT)

benchmark: .venv/installed-bench
	$(BIN)/python benchmarks/worked_study.py

benchmark-faers: .venv/installed-bench
	$(BIN)/python benchmarks/faers_scale.py

benchmark-screen: .venv/installed-bench
	$(BIN)/python benchmarks/screen_against_vigipy.py

fuzz: .venv/installed-dev
	$(BIN)/python -m fuzz.run --seconds 600

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/bin/python: scripts/set-up.sh
	@PYTHON="$(PYTHON)" sh scripts/set-up.sh
	@touch $@

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/installed-dev: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

.venv/installed-follow: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[follow]"
	@touch $@

.venv/installed-bench: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	@touch $@

clean:
	rm -rf .venv build dossier .mypy_cache .pytest_cache .ruff_cache .hypothesis

# make demo    set up, grade a sample batch, say where the feedback is
# make test    lint, then the platform's own tests; with Docker where an engine answers, and with
#              a browser where Chromium is installed
# make thorough  the tests that take long
# make attacks every attack on the local sandbox again, on the docker sandbox
# make verify  every hidden suite against all wrong answers there are
# make lint    style and types
# make bench   throughput against the alternatives
# make bench-many  ten thousand submissions in one batch: an hour or so
# make bench-semester  the whole round with 300 submissions, beside nbgrader alone: half an hour
# make bench-term  a simulated term of study groups: how fair and how stable its plan is
# make chaos   a batch whose parts are killed at random
# make versions  the tests about nbgrader with every version of it since 0.9.0
# make clean   remove what make made

PYTHON3 ?= python3
PYTHON := .venv/bin/python
READY := .venv/.installed

# nbgrader calls its database tool, alembic, by name
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: demo test thorough verify attacks lint bench bench-many bench-semester bench-term chaos \
        versions clean
.DELETE_ON_ERROR:

demo: $(READY)
	$(PYTHON) demo/run.py

test: lint
	$(PYTHON) tools/test_image.py
	$(PYTHON) -m pytest -q -m "not docker_attacks and not thorough"

verify: $(READY)
	$(PYTHON) -m autograder verify

thorough: $(READY)
	$(PYTHON) tools/test_image.py
	$(PYTHON) -m pytest -q -m "thorough and not docker_attacks"

attacks: $(READY)
	$(PYTHON) tools/test_image.py
	$(PYTHON) -m pytest -q -m docker_attacks

lint: $(READY)
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

bench: $(READY)
	$(PYTHON) benchmarks/throughput/run.py

chaos: $(READY)
	$(PYTHON) benchmarks/chaos/run.py

bench-many: $(READY)
	$(PYTHON) benchmarks/throughput/many.py

bench-semester: $(READY)
	$(PYTHON) benchmarks/semester/run.py --write

bench-term: $(READY)
	$(PYTHON) benchmarks/term/run.py --write

versions: $(READY)
	$(PYTHON) tools/nbgrader_versions.py

clean:
	rm -rf .venv build dist demo/out .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp of its own: an interrupted installation is repeated, a changed pin brings a new one.
$(READY): pyproject.toml constraints.txt tools/make_venv.py
	@command -v $(PYTHON3) >/dev/null || { \
	  echo "error: no $(PYTHON3) here; install Python 3.11 or newer" \
	    "(Debian, Ubuntu: apt install python3), or say make PYTHON3=/path/to/python3" >&2; \
	  exit 2; }
	$(PYTHON3) tools/make_venv.py .venv
	@touch $@

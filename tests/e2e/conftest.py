"""The command line as a person uses it, on the real data, beside counts made in plain Python."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from filelock import FileLock

import phytovigil
from phytovigil.cli import main

CAERS_ZIP = Path("caers") / "CAERS_ASCII_2004_2017Q2.zip"
KRATOM_CSV = Path("faers_dashboard") / "kratom_2008-06_2025-11.csv"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


def run_in_process(*args: object) -> Done:
    """The command, without the cost of a new process. Standard output and error are pipes, as in a script."""
    kept = sys.argv, sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    sys.argv, sys.stdout, sys.stderr = ["phytovigil", *map(str, args)], out, err
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0
    finally:
        sys.argv, sys.stdout, sys.stderr = kept
    return Done(code, *(read_back(stream) for stream in (out, err)))


def read_back(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8", "backslashreplace")  # type: ignore[attr-defined, no-any-return]


@cache
def read_schema(name: str) -> jsonschema.Draft202012Validator:
    """The published schema of an answer, checked and ready; once, as hundreds of answers are compared with it."""
    schema = json.loads((files("phytovigil.schema") / "json" / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def check_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, if it is what the schema that it names describes."""
    validator = read_schema(answer["schema"].split("/")[1])
    assert validator.schema["properties"]["schema"]["const"] == answer["schema"]
    validator.validate(answer)
    return answer


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of a new process that is to find this very program."""
    return {**os.environ, "PYTHONPATH": str(Path(phytovigil.__file__).parents[1])}


@pytest.fixture(scope="session")
def run() -> Callable[..., Done]:
    """Run a command."""
    return run_in_process


@pytest.fixture(scope="session")
def check() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Compare an answer with its schema."""
    return check_answer


@pytest.fixture(scope="session")
def ask() -> Callable[..., dict[str, Any]]:
    """Run a command with --json; it succeeds, is silent on standard error, and its answer fits its schema."""

    def ask(*args: object) -> dict[str, Any]:
        done = run_in_process(*args, "--json")
        assert (done.code, done.err) == (0, ""), done
        return check_answer(json.loads(done.out))

    return ask


@pytest.fixture(scope="session")
def refuse() -> Callable[..., str]:
    """Run a command that must be refused: documented exit code, one line, no traceback, the same as JSON."""

    def refuse(code: int, *args: object) -> str:
        plain, as_json = run_in_process(*args), run_in_process(*args, "--json")
        assert plain.code == as_json.code == code, plain
        assert plain.out == ""
        assert plain.err == as_json.err
        assert plain.err.startswith("phytovigil: ")
        assert plain.err.count("\n") == 1, plain.err
        assert "Traceback" not in plain.err
        assert "defect" not in plain.err
        message = plain.err.removeprefix("phytovigil: ").rstrip("\n")
        error = check_answer(json.loads(as_json.out))["error"]
        assert (error["message"], error["exit_code"]) == (message, code)
        return message

    return refuse


@pytest.fixture(scope="session")
def ledger(
    ask: Callable[..., dict[str, Any]], shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the ingest of the real files answered; `folder` is a store of this process's own.

    The files are taken in once for all processes of a run, and their suspected duplicates are searched once; each
    process then works on a copy.
    """
    apart = "PYTEST_XDIST_WORKER" in os.environ
    shared = tmp_path_factory.getbasetemp().parent if apart else tmp_path_factory.mktemp("shared")
    made, said = shared / "real-store", shared / "real-store.json"
    with FileLock(shared / "real-store.lock"):
        if not said.is_file():
            answer = ask("ingest", shared_data / CAERS_ZIP, shared_data / KRATOM_CSV, "--store", made)
            for source in ("caers", "faers-dashboard"):
                ask("cases", "link", "--source", source, "--store", made)
            said.write_text(json.dumps(answer), encoding="utf-8")
    folder = Path(shutil.copytree(made, tmp_path_factory.mktemp("real") / "store"))
    return {**json.loads(said.read_text("utf-8")), "folder": folder}


@pytest.fixture(scope="session")
def store(ledger: dict[str, Any]) -> Path:
    """A store with CAERS 2004 to 2017 and the dashboard's listing of kratom."""
    folder: Path = ledger["folder"]
    return folder


@pytest.fixture(scope="session")
def thousand(ask: Callable[..., dict[str, Any]], shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a thousand real cases of FAERS, for reading only."""
    folder = tmp_path_factory.mktemp("thousand") / "store"
    ask("ingest", shared_data / "faers_ascii" / "2025q4_1000cases", "--store", folder)
    return folder


ORDINARY_ROW = {
    "RA_Report #": "1",
    "RA_CAERS Created Date": "1/2/2015",
    "AEC_Event Start Date": "12/30/2014",
    "PRI_Product Role": "Suspect",
    "PRI_Reported Brand/Product Name": "KAVA ROOT",
    "PRI_FDA Industry Code": "54",
    "PRI_FDA Industry Name": "Vit/Min/Prot/Unconv Diet(Human/Animal)",
    "CI_Age at Adverse Event": "40",
    "CI_Age Unit": "Year(s)",
    "CI_Gender": "Female",
    "AEC_One Row Outcomes": "HOSPITALIZATION",
    "SYM_One Row Coded Symptoms": "JAUNDICE, NAUSEA",
}
SHORT = {
    "case": "RA_Report #",
    "received": "RA_CAERS Created Date",
    "event": "AEC_Event Start Date",
    "role": "PRI_Product Role",
    "product": "PRI_Reported Brand/Product Name",
    "age": "CI_Age at Adverse Event",
    "unit": "CI_Age Unit",
    "sex": "CI_Gender",
    "terms": "SYM_One Row Coded Symptoms",
}


def write_rows(file: Path, rows: Iterable[dict[str, str]], tail: str = "") -> Path:
    """A small CAERS file. rows : what differs from an ordinary row. tail : text as it is."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(ORDINARY_ROW), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**ORDINARY_ROW, **{SHORT[key]: value for key, value in row.items()}})
    file.write_text(text.getvalue() + tail, encoding="utf-8")
    return file


@pytest.fixture
def write_caers(tmp_path: Path) -> Callable[..., Path]:
    """Write a small CAERS file into the test's folder."""

    def write(name: str, *rows: dict[str, str], tail: str = "") -> Path:
        return write_rows(tmp_path / name, rows, tail)

    return write


@pytest.fixture(scope="session")
def three_cases(ask: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three cases, for reading only."""
    folder = tmp_path_factory.mktemp("three")
    rows = (
        {"case": "1", "product": "KAVA ROOT", "terms": "JAUNDICE, NAUSEA"},
        {"case": "2", "product": "KAVA ROOT", "terms": "NAUSEA"},
        {"case": "3", "product": "FISH OIL", "terms": "ERUCTATION"},
    )
    ask("ingest", write_rows(folder / "three.csv", rows), "--store", folder / "store")
    return folder / "store"


@pytest.fixture
def small(three_cases: Path, tmp_path: Path) -> Path:
    """A store of three cases of the test's own."""
    return Path(shutil.copytree(three_cases, tmp_path / "store"))


# The oracle: the same questions answered by reading the raw file with the csv module. It shares no code with src.

SERIOUS = {
    "DEATH",
    "LIFE THREATENING",
    "HOSPITALIZATION",
    "DISABILITY",
    "CONGENITAL ANOMALY",
    "REQ. INTERVENTION TO PRVNT PERM. IMPRMNT.",
    "OTHER SERIOUS (IMPORTANT MEDICAL EVENTS)",
    "SERIOUS INJURIES/ ILLNESS",
}
YEARS_IN_UNIT = {"Year(s)": 1.0, "Decade(s)": 10.0, "Month(s)": 1 / 12, "Week(s)": 7 / 365.25, "Day(s)": 1 / 365.25}


@dataclass
class Case:
    """One report number."""

    received: date
    age: float | None
    sex: str
    serious: bool
    names: dict[str, str] = field(default_factory=lambda: {"suspect": "", "any": ""})
    codes: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)

    def has_product(self, words: Sequence[str], role: str) -> bool:
        """Whether a product holds one of these runs of whole words."""
        return any(f" {word} " in self.names[role] for word in words)


@dataclass
class Oracle:
    """Counts by going through every case."""

    cases: dict[str, Case]
    known: dict[tuple[tuple[str, ...], str], set[str]] = field(default_factory=dict)

    @cached_property
    def by_term(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for number, case in self.cases.items():
            for term in case.terms:
                found.setdefault(term, set()).add(number)
        return found

    def with_product(self, words: Sequence[str], role: str) -> set[str]:
        key = (tuple(words), role)
        if key not in self.known:
            self.known[key] = {number for number, case in self.cases.items() if case.has_product(words, role)}
        return self.known[key]

    def with_term(self, terms: Iterable[str]) -> set[str]:
        return set().union(*(self.by_term.get(term, set()) for term in terms))

    def select(self, keep: Callable[[Case], bool]) -> set[str]:
        return {number for number, case in self.cases.items() if keep(case)}

    def count(
        self, words: Sequence[str], terms: Iterable[str], role: str = "any", population: set[str] | None = None
    ) -> tuple[int, int, int, int]:
        """a, b, c, d. words : runs of whole words of product names. terms : as reported."""
        population = set(self.cases) if population is None else population
        named, reacted = self.with_product(words, role) & population, self.with_term(terms) & population
        both = named & reacted
        return len(both), len(named - both), len(reacted - both), len(population - named - reacted)


def read_age(amount: str, unit: str) -> float | None:
    years = float(amount) * YEARS_IN_UNIT[unit] if amount and unit in YEARS_IN_UNIT else None
    return years if years is not None and years <= 122 else None


FALSE_FRIENDS = (
    " EPHEDRA FREE ",
    " BORDEN KAVA INSTANT COFFEE ",
    " FLUSH FREE NIACIN ",
    " NIACIN FLUSH FREE ",
    " NO FLUSH NIACIN ",
)
"""Names that hold a product's word and mean something else."""


def spaced(name: str) -> str:
    text = f" {' '.join(re.findall(r'[A-Z0-9]+', name.upper()))} "
    for false in FALSE_FRIENDS:
        text = text.replace(false, " ")
    return text


def listed(cell: str) -> list[str]:
    return [" ".join(part.upper().split()) for part in cell.split(",")]


def read_caers(rows: Iterator[list[str]]) -> dict[str, Case]:
    """Cases of the CAERS file; the first row of a report speaks for it, terms and products are gathered."""
    cases: dict[str, Case] = {}
    next(rows)
    for number, created, _, role, name, code, _, age, unit, sex, outcomes, terms in rows:
        if number not in cases:
            month, day, year = map(int, created.split("/"))
            received = date(year, month, day)
            serious = bool(SERIOUS.intersection(listed(outcomes)))
            cases[number] = Case(received, read_age(age, unit), sex, serious)
        case = cases[number]
        case.names["any"] += f"|{spaced(name)}|"
        case.names["suspect"] += f"|{spaced(name)}|" if role == "Suspect" else ""
        case.codes.add(code)
        case.terms |= set(listed(terms)) - {""}
    return cases


@pytest.fixture(scope="session")
def caers(shared_data: Path) -> Oracle:
    """The oracle of CAERS."""
    with (
        zipfile.ZipFile(shared_data / CAERS_ZIP) as archive,
        archive.open("CAERS_ASCII_2004_2017Q2.csv") as raw,
    ):
        return Oracle(read_caers(csv.reader(io.TextIOWrapper(raw, "utf-8", newline=""))))


@pytest.fixture(scope="session")
def listing(shared_data: Path) -> list[dict[str, str]]:
    """The rows of the dashboard's listing."""
    with (shared_data / KRATOM_CSV).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def example_findings(load_example: Callable[[str], ModuleType]) -> dict[str, Any]:
    """The findings of the fictional study."""
    module = load_example("findings")
    findings: dict[str, Any] = module.build_findings()
    return findings


@pytest.fixture(scope="session")
def html(example_findings: dict[str, Any]) -> str:
    """The page of the fictional study."""
    from phytovigil.dossier import render_dossier

    return render_dossier(example_findings)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of a process, without access to any host but this machine."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        message = "no Chromium found: what the page looks like, prints and asks for is left untested"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    # Every name but this machine's own address fails to resolve: a request to elsewhere cannot go unnoticed.
    closed = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", closed])
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the store of the person who runs it."""
    monkeypatch.setenv("PHYTOVIGIL_STORE", str(tmp_path / "no-store"))
    with contextlib.suppress(KeyError):
        monkeypatch.delenv("PHYTOVIGIL_TRACEBACK")

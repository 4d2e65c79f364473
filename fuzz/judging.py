"""One trial: a sample is read as a user's file would be, and everything that may not happen is named."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pyarrow
import pyarrow.compute

from fuzz.samples import Sample
from phytovigil.errors import UnreadableFile
from phytovigil.schema.reports import AGE_GROUPS, ROLES, SCOPES, SEXES, TABLES, Batch, names_of, rows_of
from phytovigil.sources import RawFile, Reader, Reason, match_inputs
from phytovigil.store import Store
from phytovigil.store.engine import arrow_column, arrow_type
from phytovigil.study.ingesting import ingest

TODAY = date(2026, 1, 1)
IN_MEMORY = Path("/dev/shm")
"""Where files cost no disk, on systems that have it."""

MOST_SECONDS = 5.0
"""Of the processor, for one trial."""

MOST_WAITING = 60.0
"""Seconds by the clock; beyond them a trial waits for something that does not come."""

MOST_BYTES = 500_000_000

SCOPE_OF = {reason.code: reason.scope for reason in Reason}
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
ONE_REPORT_A_ROW = (
    "faers-xml",
    "openfda-drug-json",
    "openfda-food-json",
    "faers-dashboard-csv",
    "faers-dashboard-xlsx",
)


class BrokenRule(Exception):
    """Something was read that no reader may hand over."""


class TooSlow(BaseException):
    """The trial took too long; no reader may take this for an error of its own."""


@dataclass(frozen=True)
class Verdict:
    """How a trial ended. finding : what may not happen, "" if all is well. detail : where, for a person."""

    outcome: str
    finding: str = ""
    detail: str = ""


def judge(sample: Sample, *, stored: bool = False) -> Verdict:
    """Read a sample. stored : take it into a new store instead, which is slower."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    before, began = peak_memory(), time.monotonic()
    try:
        (folder / "in").mkdir()
        path = sample.write(folder / "in")
        with limited_time():
            outcome = take_in(path, folder) if stored else read_inputs(path)
    except UnreadableFile as error:
        return judge_refusal(error)
    except (Exception, TooSlow) as error:
        return Verdict("broken", name_finding(error), traceback.format_exc(limit=-12))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    grown = peak_memory() - before
    if grown > MOST_BYTES:
        return Verdict("broken", "memory", f"{grown:,} bytes in {time.monotonic() - began:.1f} s")
    return Verdict(outcome)


def judge_refusal(error: UnreadableFile) -> Verdict:
    """A refusal is one line."""
    said = str(error)
    if said.isprintable() or not any(sign in said for sign in "\n\r\0"):
        return Verdict("refused")
    return Verdict("broken", "a refusal of several lines", repr(said))


def name_finding(error: BaseException) -> str:
    """The same for the same defect: the kind of error, and the last line of ours that it passed."""
    if isinstance(error, BrokenRule):
        return f"BrokenRule: {error}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "phytovigil" in frame.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "elsewhere"
    return type(error).__name__ if isinstance(error, TooSlow) else f"{type(error).__name__} at {where}"


def peak_memory() -> int:
    """The most bytes that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@contextmanager
def limited_time() -> Iterator[None]:
    """Raise TooSlow in here after MOST_SECONDS of work or MOST_WAITING by the clock.

    A library that is told to stop may say so in an error of its own; that it was told counts.
    """
    fired: list[str] = []

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        fired.append(signal.Signals(number).name)
        raise TooSlow(fired[0])

    former = [signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, MOST_WAITING)
    try:
        yield
    except Exception as error:
        if fired:
            raise TooSlow(fired[0]) from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), former, strict=True):
            signal.signal(number, handler)


def read_inputs(path: Path) -> str:
    """Read everything under a path and check it."""
    for release in match_inputs([path]).releases:
        require(release.date is None or date.fromisoformat(release.date), "a release date that is none")
        for raw in release.files:
            require(len(raw.sha256()) == 64, "no hash")
            check_file(release.reader, raw)
    return "read"


def take_in(path: Path, folder: Path) -> str:
    """Take a path into a new store, which must be whole afterwards."""
    store = Store(folder / "store")
    ledger = ingest(store, [path])
    require(ledger["rows_kept"] + ledger["rows_quarantined"] == ledger["rows_read"], "an unbalanced ledger")
    require(not store.damaged_files(), "damaged files")
    return "stored"


def check_file(reader: Reader, raw: RawFile) -> None:
    """Check all batches of a file."""
    reports: set[int] = set()
    tied: set[int] = set()
    bytes_read = 0
    for batch in reader.read(raw, today=TODAY):
        tables = {name: as_arrow(name, columns) for name, columns in batch.tables.items()}
        check_counts(reader.name, batch)
        require(bytes_read <= batch.bytes_read <= raw.size or not batch.bytes_read, "more bytes read than there are")
        bytes_read = batch.bytes_read
        for name, table in tables.items():
            check_values(name, table, raw.name)
            if "key" in table.column_names:
                keys = table.column("key").to_pylist()
                require(None not in keys, f"{name}: a null key")
                (reports if name == "report" else tied).update(keys)
    require(reader.name == "faers-ascii" or tied <= reports, "a row that is tied to no report of its file")


def as_arrow(name: str, columns: Any) -> Any:
    """A table of a batch as the store receives it."""
    given = {each: columns[each] if isinstance(columns, dict) else columns.column(each) for each in names_of(columns)}
    found = {each: arrow_column(values, TABLES[name][each]) for each, values in given.items()}
    for each, values in found.items():
        kind = values.type.value_type if pyarrow.types.is_dictionary(values.type) else values.type
        require(kind == arrow_type(TABLES[name][each]), f"{name}.{each}: of type {kind}")
    require(len({len(values) for values in found.values()}) <= 1, f"{name}: columns of different lengths")
    return pyarrow.table(found)


def check_counts(reader: str, batch: Batch) -> None:
    """The rows of the tables are those of the ledger."""
    require(batch.rows_kept + batch.rows_quarantined == batch.rows_read, "an unbalanced ledger")
    require(min(batch.rows_kept, batch.rows_quarantined) >= 0, "a negative ledger")
    quarantine = batch.tables.get("quarantine", {})
    scopes = list(quarantine["scope"]) if rows_of(quarantine) else []  # type: ignore[index]
    require(scopes.count("row") == batch.rows_quarantined, "rows put aside that the ledger does not count")
    reports = rows_of(batch.tables.get("report", {}))
    if reader == "faers-ascii":
        [main] = [name for name in batch.tables if name != "quarantine"]
        require(rows_of(batch.tables[main]) == batch.rows_kept, f"{main}: rows kept that are not there")
    elif reader in ONE_REPORT_A_ROW:
        require(reports == batch.rows_kept, "reports kept that are not there")
    else:
        require(reports <= batch.rows_kept, "more reports than rows")


def check_values(name: str, table: Any, file: str) -> None:
    """Values that the schema allows."""
    for each in table.column_names:
        column = table.column(each)
        if pyarrow.types.is_string(column.type):
            check_texts(f"{name}.{each}", column)
    check = {"report": check_reports, "report_product": check_products, "report_reaction": check_reactions}.get(name)
    if name == "quarantine":
        check_quarantine(table, file)
    elif check and table.num_rows:
        check(table)


def check_texts(name: str, column: Any) -> None:
    """Whole texts of one line: a NUL ends them in other programs, a line end breaks a listing."""
    column.combine_chunks().validate(full=True)
    if name != "quarantine.raw":
        for sign in ("\0", "\n", "\r"):
            found = pyarrow.compute.any(pyarrow.compute.match_substring(column, sign)).as_py()
            require(not found, f"{name}: a text with {sign!r}")


def check_reports(table: Any) -> None:
    """What every report has, and what it may have."""
    for name in ("case_id", "version", "received"):
        require(not table.column(name).null_count, f"report.{name}: null")
    require(all(text.strip() for text in values(table, "case_id")), "report.case_id: blank")
    require(all(version >= 0 for version in values(table, "version")), "report.version: negative")
    for name in ("received", "revised"):
        require(all(date(1960, 1, 1) <= day <= TODAY for day in values(table, name)), f"report.{name}: impossible")
    require(all(PARTIAL_DATE.fullmatch(text) for text in values(table, "event_date")), "report.event_date: no date")
    require(all(0 <= age <= 122 for age in values(table, "age_years")), "report.age_years: impossible")
    require(all(0 < weight <= 635 for weight in values(table, "weight_kg")), "report.weight_kg: impossible")
    require(set(values(table, "sex")) <= set(SEXES), "report.sex: unknown")
    require(set(values(table, "age_group")) <= set(AGE_GROUPS), "report.age_group: unknown")
    require(all(line >= 1 for line in values(table, "line")), "report.line: below 1")


def check_products(table: Any) -> None:
    """Every product has a role."""
    roles = table.column("role").to_pylist()
    require(set(roles) <= set(ROLES), "report_product.role: unknown or null")


def check_reactions(table: Any) -> None:
    """Every reaction has a term."""
    terms = table.column("term").to_pylist()
    require(all(term and term == term.strip() for term in terms), "report_reaction.term: null or blank")


def check_quarantine(table: Any, file: str) -> None:
    """Every note names its file, its line and a reason that is documented."""
    notes = table.select(["file", "line", "scope", "reason", "raw"]).to_pylist() if table.num_rows else []
    for note in notes:
        require(note["file"] == file and note["line"] >= 1, "a note without a place")
        require(note["scope"] in SCOPES and SCOPE_OF.get(note["reason"]) == note["scope"], "a note without a reason")
        require(note["raw"] is not None and len(note["raw"]) <= 10_000, "a note without a text")


def values(table: Any, name: str) -> Iterable[Any]:
    """The values of a column that are not null; none where the column is left out."""
    if name not in table.column_names:
        return ()
    return [value for value in table.column(name).to_pylist() if value is not None]


def require(holds: object, rule: str) -> None:
    """Raise BrokenRule unless it holds."""
    if not holds:
        raise BrokenRule(rule)

"""Write quarters of simulated FAERS files with a known truth, in chunks of bounded size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from phytovigil import __version__
from phytovigil.errors import InvalidRequest
from phytovigil.simulation.batches import Batch
from phytovigil.simulation.cases import MOST_CASES, CaseBook
from phytovigil.simulation.contents import make_products, make_reactions, mark_pairs, tell_pairs
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.files import QuarterFiles
from phytovigil.simulation.model import Model
from phytovigil.simulation.names import LINES
from phytovigil.simulation.parameters import Parameters
from phytovigil.simulation.reports import make_code_rows, make_demo, make_people
from phytovigil.simulation.tables import FIRST_DRUG_SEQUENCE, make_drug, make_indi, make_reac, make_ther
from phytovigil.simulation.truth import Truth, case_numbers, read_truth

CHUNK_REPORTS = 10_000
QUARTER = re.compile(r"20[0-3]\d[Qq][1-4]")
Progress = Callable[[int, int], None]


def simulate(
    folder: Path,
    *,
    reports: int,
    quarters: Sequence[str],
    seed: int,
    parameters: Parameters | None = None,
    zipped: bool = False,
    progress: Progress | None = None,
) -> Truth:
    """Write simulated FAERS quarters into a new or empty folder and return what is true of them.

    reports : rows of DEMO in all quarters together, shared equally. Follow-ups of earlier cases are among them.
    quarters : such as ["2019Q1", "2019Q2"], each once, in order of time; 2004Q1 to 2039Q4.
    seed : whole number ≥ 0. The same seed, parameters and version write the same bytes.
    zipped : archives as FDA ships them, in place of folders.
    progress : called with (reports written, reports in all) after each chunk.
    Raises InvalidRequest for arguments that do not fit together.
    """
    asked = check_request(folder, reports, quarters, seed)
    model = Model.of(seed, parameters or Parameters())
    book = CaseBook(model.draws, model.parameters, asked, reports, len(model.pairs.products))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text("\n".join([*LINES, ""]), encoding="utf-8", newline="")
    writer = Writer(model, book, reports, progress)
    sizes = [reports // len(asked) + (place < reports % len(asked)) for place in range(len(asked))]
    for place, size in enumerate(sizes):
        with QuarterFiles(folder, asked[place], zipped) as files:
            writer.write_quarter(files, place, size)
    truth = read_truth(model, book, dict(zip(asked, sizes, strict=True)), __version__)
    truth.write(folder / "truth")
    return truth


def check_request(folder: Path, reports: int, quarters: Sequence[str], seed: int) -> tuple[str, ...]:
    """The quarters in capitals, or InvalidRequest."""
    for quarter in quarters:
        if not QUARTER.fullmatch(quarter) or quarter < "2004":
            raise InvalidRequest(f"“{quarter}” is no quarter.", "Write it as 2019Q1, from 2004Q1 to 2039Q4.")
    asked = tuple(quarter.upper() for quarter in quarters)
    if not asked or list(asked) != sorted(set(asked)):
        raise InvalidRequest(f"The quarters are {', '.join(asked) or 'none'}.", "Name each once, in order of time.")
    if not len(asked) <= reports <= MOST_CASES:
        raise InvalidRequest(
            f"{reports} reports were asked for {len(asked)} quarters.",
            f"Ask for at least one a quarter and at most {MOST_CASES:,}.",
        )
    if not 0 <= seed < 2**63:
        raise InvalidRequest(f"The seed is {seed}.", "Give a whole number from 0 to 2**63 - 1.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidRequest(f"{folder} is not an empty folder.", "Name a new one, so that no real data is mixed in.")
    return asked


class Writer:
    """Writes quarters in turn and counts the rows that legacy files number through."""

    def __init__(self, model: Model, book: CaseBook, reports: int, progress: Progress | None) -> None:
        self.model, self.book, self.reports, self.progress = model, book, reports, progress
        self.written = 0
        self.products_written = 0

    def write_quarter(self, files: QuarterFiles, quarter: int, size: int) -> None:
        """Write all tables of a quarter and its list of deleted cases."""
        cases = self.book.open_quarter(quarter, size)
        for batch in self.batches(cases, quarter, files.layout.legacy):
            self.write_batch(files, batch)
            self.written += batch.size
            if self.progress:
                self.progress(self.written, self.reports)
        listed, quarters = self.book.deleted()
        files.write_deleted(case_numbers(listed[quarters == quarter]))

    def batches(self, cases: Integers, quarter: int, legacy: bool) -> Iterator[Batch]:
        """The reports of a quarter in chunks."""
        for begin in range(0, len(cases), CHUNK_REPORTS):
            chunk = cases[begin : begin + CHUNK_REPORTS]
            yield Batch(
                quarter,
                legacy,
                chunk,
                self.book.events(chunk),
                self.book.version[chunk].astype(np.int64),
                self.book.updates[chunk].astype(np.int64),
                self.written + np.arange(len(chunk)),
            )

    def write_batch(self, files: QuarterFiles, batch: Batch) -> None:
        """Make and write the rows of a chunk in all seven tables, and note what they say of the pairs."""
        model = self.model
        people = make_people(model, batch)
        told = tell_pairs(model, batch, people)
        products = make_products(model, batch, told)
        reactions = make_reactions(model, batch, told)
        self.book.marks[batch.cases] = mark_pairs(model, batch, people, products, reactions)
        sequence = self.sequence(batch, products.rows.item)
        first_day = self.book.periods[batch.quarter].first
        files.append("DEMO", make_demo(model, self.book, batch, people))
        files.append("DRUG", make_drug(model, batch, products, sequence))
        files.append("REAC", make_reac(model, batch, reactions))
        files.append("OUTC", make_code_rows(model, batch, "outcome_sets", "outc_cod"))
        files.append("RPSR", make_code_rows(model, batch, "source_sets", "rpsr_cod"))
        files.append("THER", make_ther(model, batch, products, sequence, first_day))
        files.append("INDI", make_indi(model, batch, products, sequence))

    def sequence(self, batch: Batch, item: Integers) -> Integers:
        """Numbers of the products: within the report, or through all files in the legacy layout."""
        begin = FIRST_DRUG_SEQUENCE + self.products_written
        self.products_written += len(item)
        return begin + np.arange(len(item)) if batch.legacy else item + 1

"""What a study asked of the reports, and what they answered: enough to answer it again without the reports."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any

from phytovigil.errors import DamagedStore
from phytovigil.schema.study import Study
from phytovigil.study.counting import Cells

CASES = "cases:"
"""Begins the name of a note that holds single cases; a snapshot that is given away leaves such notes out."""

COUNTED = ("source", "product", "reaction", "population", "a", "b", "c", "d")
"""Columns of the table of counts."""

TableKey = tuple[str, str, str]
"""Product, reaction and population in words: what a table is filed under."""


@dataclass
class SourceRecord:
    """The answers of one source.

    counts : 2×2 tables by product, reaction and population in words. notes : whatever else was asked, as JSON text.
    """

    counts: dict[TableKey, Cells] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def keep_count(self, key: TableKey, cells: Cells) -> None:
        """Record a table. Two populations that read alike and differ would be a defect: it is not passed over."""
        if self.counts.setdefault(key, cells) != cells:
            raise AssertionError(f"Two different tables are described alike: {', '.join(key)}.")


Record = dict[str, SourceRecord]
"""The answers of each source that was at hand, by its name, in the study's order."""


def write_counts(record: Mapping[str, SourceRecord]) -> str:
    """The tables of all sources as CSV, a line for each, in alphabetical order."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COUNTED)
    writer.writerows(
        (source, *key, *cells) for source, answers in record.items() for key, cells in sorted(answers.counts.items())
    )
    return text.getvalue()


def write_notes(record: Mapping[str, SourceRecord], *, cases: bool) -> str:
    """The notes of all sources as JSON: those that hold single cases, or all others; a line for each note."""
    sources = []
    for source, answers in record.items():
        chosen = sorted(name for name in answers.notes if name.startswith(CASES) is cases)
        notes = ",\n".join(f"  {json.dumps(name)}: {answers.notes[name]}" for name in chosen)
        sources.append(f" {json.dumps(source)}: {{\n{notes}\n }}")
    return "{\n" + ",\n".join(sources) + "\n}\n"


def read_record(sources: Iterable[str], counts: str, *notes: str) -> Record:
    """A record from its files. Raises DamagedStore for what no program of ours wrote."""
    record: Record = {source: SourceRecord() for source in sources}
    try:
        rows = csv.reader(io.StringIO(counts, newline=""))
        if tuple(next(rows)) != COUNTED:
            raise ValueError("the table of counts has other columns")
        for source, product, reaction, population, *cells in rows:
            a, b, c, d = map(int, cells)
            record[source].counts[product, reaction, population] = (a, b, c, d)
        for text in notes:
            for source, noted in json.loads(text).items():
                record[source].notes |= {name: write_plain(value) for name, value in noted.items()}
    except (StopIteration, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedStore(f"The counts of the snapshot cannot be read: {error}.") from error
    return record


def write_plain(value: object) -> str:
    """A value as JSON text on one line. Raises ValueError for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


WORDING = (
    "title",
    "question",
    "text",
    "sha256",
    "file",
    "parts",
    "name",
    "measures",
    "rule",
    "min_cases",
    "claims",
    "report",
    "evidence",
    "effects",
    "vocabulary",
    "pair_decisions",
)
"""Keys of a study that decide how counts are judged and said, or name files whose own hash is compared."""


def digest_questions(study: Study) -> str:
    """SHA-256 of what a study asks of the reports; two studies that differ in words and rules only agree in it."""
    asked = {name: value for name, value in keep_given(study).items() if name not in WORDING}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def keep_given(value: Any) -> Any:
    """A value as plain data; of a dataclass only the fields that differ from their default, so that a field that a
    later version adds changes nothing.

    >>> from phytovigil.schema.selection import Selection
    >>> keep_given(Selection(role="any", years=(2014, 2017)))
    {'role': 'any', 'years': [2014, 2017]}
    """
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(value) if not is_default(value, each)}
        return {name: keep_given(content) for name, content in given.items()}
    if isinstance(value, (list, tuple)):
        return [keep_given(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): keep_given(content) for key, content in value.items()}
    return value


def is_default(value: Any, each: Field[Any]) -> bool:
    """Whether a field holds what it holds if nothing is given."""
    default = each.default_factory() if each.default_factory is not MISSING else each.default
    return bool(getattr(value, each.name) == default)

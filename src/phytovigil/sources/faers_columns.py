"""Columns of FAERS text into canonical columns: each distinct value is read once, however many rows hold it."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.csv

from phytovigil.sources.dates import EARLIEST_EVENT_YEAR, write_iso
from phytovigil.sources.faers_layouts import KEY, Layout
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.tables import read_table
from phytovigil.sources.terms import write_term
from phytovigil.sources.values import OLDEST_YEARS, read_age, read_number, read_weight

Read = Callable[[str], tuple[Any, Fault | None]]
"""Reads one value: what it means, or null with the reason."""

MOSTLY_DISTINCT = frozenset((KEY, "caseid", "mfr_num", "auth_num", "lit_ref", "dose_vbm", "lot_num"))
"""Columns whose values hardly repeat: a dictionary of them would be as long as they are."""

PARSE_BLOCK = 4 << 20
BETWEEN = "\x1f"
DAYS_A_YEAR = 365.25


def parse_rows(content: bytes, layout: Layout, delimiters: int) -> Any:
    """Clean rows as an Arrow table of the columns that are read, words dictionary-encoded, empty ones null.

    The rows must be those of `faers_lines.Block`: nothing is quoted, none is short or long.
    """
    names = [name or f"unread {place}" for place, name in enumerate(layout.columns)]
    names += [f"behind {place}" for place in range(delimiters + 1 - layout.width)]
    wanted = [name for name in layout.columns if name]
    words = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    if content.startswith(BOM_UTF8):
        # The parser drops one mark at the start of what it is given, and a block may start at any row.
        content = BOM_UTF8 + content
    return pyarrow.csv.read_csv(
        pyarrow.BufferReader(content),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=PARSE_BLOCK),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter="$", quote_char=False, double_quote=False, escape_char=False, newlines_in_values=False
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=wanted,
            column_types={name: pyarrow.string() if name in MOSTLY_DISTINCT else words for name in wanted},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


class Table:
    """Rows of one block, column by column. A column that the file does not have is all null."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self.rows = rows.num_rows
        self.faults: list[tuple[int, Fault]] = []

    def text(self, name: str) -> Any:
        """A column of text without blanks around it, dictionary-encoded where it repeats; blank is null."""
        if name in MOSTLY_DISTINCT and name in self._rows.column_names:
            return trim(self._rows.column(name).combine_chunks())
        column = self.words(name)
        return pyarrow.DictionaryArray.from_arrays(column.indices, trim(column.dictionary))

    def read(self, name: str, read: Read, kind: Any) -> Any:
        """A column with each distinct value read; faults are noted with their rows."""
        return self.read_words(self.words(name), read, kind)

    def read_pair(
        self, first: str, second: str, read: Callable[[str, str], tuple[Any, Fault | None]], kind: Any
    ) -> Any:
        """Two columns read together, such as an amount and its unit; rows that lack the first are null."""
        pair = self._pair(self.words(first), self.words(second))
        return self.read_words(pair, lambda text: read(*text.split(BETWEEN, 1)), kind)

    def read_words(self, column: Any, read: Read, kind: Any) -> Any:
        """Dictionary-encoded words, each distinct one read."""
        found = [(None, None) if text is None else read(text) for text in column.dictionary.to_pylist()]
        for number, (_, fault) in enumerate(found):
            if fault:
                rows = np.flatnonzero(column.indices.fill_null(-1).to_numpy(zero_copy_only=False) == number)
                self.faults.extend((int(row), fault) for row in rows)
        return pyarrow.array([value for value, _ in found], kind).take(column.indices)

    def words(self, name: str) -> Any:
        """A column as it stands, as one dictionary-encoded array."""
        if name not in self._rows.column_names:
            return pyarrow.nulls(self.rows, pyarrow.string()).dictionary_encode()
        if name in MOSTLY_DISTINCT:
            return self._rows.column(name).combine_chunks().dictionary_encode()
        column = self._rows.column(name).unify_dictionaries().combine_chunks()
        return column.chunk(0) if isinstance(column, pyarrow.ChunkedArray) else column

    def keys(self) -> tuple[Any, Any]:
        """The numbers that tie the tables (int64), and which rows have one."""
        text = self._rows.column(KEY).combine_chunks()
        whole = are_digits(text)
        if not pyarrow.compute.all(whole).as_py():
            text = pyarrow.compute.utf8_trim_whitespace(text)
            whole = are_digits(text)
            text = pyarrow.compute.if_else(whole, text, pyarrow.scalar(None, pyarrow.string()))
        return text.cast(pyarrow.int64()), whole.to_numpy(zero_copy_only=False)

    def _pair(self, first: Any, second: Any) -> Any:
        """Distinct pairs of two columns, as words joined by a sign that no text holds."""
        width = len(second.dictionary) + 1
        left = first.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        right = second.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        codes, places = np.unique(np.where(left < 0, -1, left * width + right + 1), return_inverse=True)
        lefts, rights = first.dictionary.to_pylist(), ["", *(text or "" for text in second.dictionary.to_pylist())]
        texts = [None if code < 0 else f"{lefts[code // width]}{BETWEEN}{rights[code % width]}" for code in codes]
        return pyarrow.DictionaryArray.from_arrays(
            pyarrow.array(places.astype(np.int32)), pyarrow.array(texts, pyarrow.string())
        )


def are_digits(texts: Any) -> Any:
    """Which texts are 1 to 18 digits and nothing else, so that they are numbers of 64 bits."""
    short = pyarrow.compute.less_equal(pyarrow.compute.binary_length(texts), 18)
    return pyarrow.compute.and_(pyarrow.compute.ascii_is_decimal(texts), short).fill_null(False)


def trim(texts: Any) -> Any:
    """Strings without blanks around them; what is blank is null."""
    trimmed = pyarrow.compute.utf8_trim_whitespace(texts)
    return pyarrow.compute.if_else(pyarrow.compute.equal(trimmed, ""), pyarrow.scalar(None, pyarrow.string()), trimmed)


@cache
def codes(field: str) -> dict[str, str]:
    """Meaning of each code of a field."""
    return {row["code"]: row["meaning"] for row in read_table("faers_codes") if row["field"] == field}


def code_reader(field: str) -> Read:
    """Reads the codes of a field."""

    def read(text: str) -> tuple[str | None, Fault | None]:
        code = text.strip().upper()
        meaning = codes(field).get(code)
        if meaning is None and code:
            return None, Fault(Reason.UNKNOWN_CODE, field, text)
        return meaning or None, None

    return read


def read_term(text: str) -> tuple[str | None, Fault | None]:
    """A reaction term in upper case with single blanks."""
    return write_term(text) or None, None


@lru_cache(maxsize=65536)
def read_faers_date(text: str) -> str | None:
    """A date as FAERS writes it, in ISO 8601 as precise as it is; spreadsheets leave “.0” behind it.

    >>> read_faers_date("20141226.0"), read_faers_date("201412"), read_faers_date("20141301")
    ('2014-12-26', '2014-12', None)
    """
    return write_iso(text.strip().removesuffix(".0"))


def date_reader(reason: Reason, field: str, latest: str, earliest_year: int = EARLIEST_EVENT_YEAR) -> Read:
    """Reads partial dates up to the latest (ISO); what cannot be is null with this reason."""

    def read(text: str) -> tuple[str | None, Fault | None]:
        if is_blank(text):
            return None, None
        written = read_faers_date(text)
        if written is None or int(written[:4]) < earliest_year or written > latest:
            return None, Fault(reason, field, text)
        return written, None

    return read


def is_blank(text: str) -> bool:
    """Whether a date or number is missing. Files that went through a statistics program say so by NA.

    >>> is_blank("NA"), is_blank(" "), is_blank("0")
    (True, True, False)
    """
    return text.strip() in ("", "NA")


def read_faers_age(amount: str, unit: str) -> tuple[float | None, Fault | None]:
    """Age in years."""
    return (None, None) if is_blank(amount) else read_age(amount, unit)


def read_faers_weight(amount: str, unit: str) -> tuple[float | None, Fault | None]:
    """Weight in kg."""
    return (None, None) if is_blank(amount) else read_weight(f"{amount.strip()} {unit.strip()}")


@cache
def duration_units() -> dict[str, float]:
    """Days in one unit of duration."""
    return {row["unit"]: float(row["days"]) for row in read_table("duration_units")}


def read_duration(amount: str, unit: str) -> tuple[float | None, Fault | None]:
    """Duration of use in days.

    >>> read_duration("2", "WK"), read_duration("3", "")[1].reason.code
    ((14.0, None), 'impossible-duration')
    """
    if is_blank(amount):
        return None, None
    number, days = read_number(amount), duration_units().get(unit.strip().upper())
    if number is None or number < 0 or days is None or number * days > OLDEST_YEARS * DAYS_A_YEAR:
        return None, Fault(Reason.IMPOSSIBLE_DURATION, "duration_days", f"{amount.strip()} {unit.strip()}".strip())
    return number * days, None

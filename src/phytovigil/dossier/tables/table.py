"""What a table is: rows, and columns that say how a row is read, shown and exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phytovigil.dossier.formatting import format_count, format_estimate, format_ratio

Row = Mapping[str, Any]
Read = Callable[[Row], Any]

ENDS = ("point", "low", "high")
"""Parts of an estimate; a CSV holds one column for each."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. read : key of the row, or a function of it. show : the value as it is printed.

    number : whether it is set flush right. estimate : scale of an estimate ("ratio" or "log2"), else "".
    csv_only : a column that a printed table has no room for.
    """

    title: str
    read: str | Read
    show: Callable[[Any], str] | None = None
    number: bool = False
    estimate: str = ""
    csv_only: bool = False

    def value(self, row: Row) -> Any:
        """What stands in the row, unrounded."""
        return row[self.read] if isinstance(self.read, str) else self.read(row)

    def print(self, row: Row) -> str:
        """What a reader sees."""
        value = self.value(row)
        if self.estimate:
            return format_estimate(value, self.estimate).replace(" [", "\n[") if value else "–"
        return self.show(value) if self.show else print_plain(value)

    def export(self, row: Row) -> list[Any]:
        """Cells of a CSV: numbers as they are, anything else as text; an estimate takes three."""
        value = self.value(row)
        if self.estimate:
            return [None if value is None else value[end] for end in ENDS]
        return [value if isinstance(value, int | float) and not isinstance(value, bool) else print_plain(value, "")]

    @property
    def headings(self) -> list[str]:
        """Headings of a CSV."""
        return [f"{self.title}, {end}" for end in ENDS] if self.estimate else [self.title]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the dossier. stem : of its files. notes : sentences below it, with units and abbreviations."""

    stem: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = field(default=())


def print_plain(value: Any, missing: str = "–") -> str:
    """A value without a format of its own.

    >>> print_plain(None), print_plain(True), print_plain(["a", "b"]), print_plain(0)
    ('–', 'yes', 'a; b', '0')
    """
    if value is None or value == "":
        return missing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(print_plain(part, missing) for part in value) or missing
    return str(value)


def count_column(title: str, read: str | Read) -> Column:
    """A column of whole numbers."""
    return Column(title, read, format_count, number=True)


def ratio_column(title: str, read: str | Read) -> Column:
    """A column of ratios or expected counts."""
    return Column(title, read, lambda value: "–" if value is None else format_ratio(value), number=True)

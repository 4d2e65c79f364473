"""The series that the looks at time start from: the 2×2 table of a pair by quarter or year of first receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from phytovigil.cases import PERIODS, pair_by_period_sql
from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.study.counting import Cells
from phytovigil.study.examining.asked import Asked


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year, by its first and last day."""

    start: date
    end: date
    label: str

    @classmethod
    def beginning(cls, start: date, kind: str) -> Period:
        """The period of this kind that begins on a day.

        >>> Period.beginning(date(2016, 10, 1), "quarter")
        Period(start=datetime.date(2016, 10, 1), end=datetime.date(2016, 12, 31), label='2016Q4')
        """
        months = start.month - 1 + PERIODS[kind]
        end = date(start.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)
        label = str(start.year) if kind == "year" else f"{start.year}Q{(start.month + 2) // 3}"
        return cls(start, end, label)

    def describe(self, as_of: str) -> dict[str, Any]:
        """The period as JSON; not complete where the data ends before it does."""
        return {
            "period": self.label,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "complete": self.end.isoformat() <= as_of,
        }


@dataclass(frozen=True, slots=True)
class Series:
    """Periods in order, without a gap, with the 2×2 table of each; and that of the cases without a date."""

    periods: tuple[Period, ...]
    cells: tuple[Cells, ...]
    undated: Cells

    @property
    def counts(self) -> Counts:
        """The tables as arrays."""
        return Counts.of(*([row[place] for row in self.cells] for place in range(4)))

    def since(self, start: date) -> Series:
        """The periods that begin on a day or after it."""
        kept = [place for place, period in enumerate(self.periods) if period.start >= start]
        return Series(tuple(self.periods[place] for place in kept), tuple(self.cells[place] for place in kept),
                      self.undated)  # fmt: skip

    def describe_undated(self) -> dict[str, int]:
        """The cases that are in no period, as JSON."""
        a, b, c, _ = self.undated
        return {"n": sum(self.undated), "with_product": a + b, "with_reaction": a + c, "a": a}


def count_by_period(asked: Asked, kind: str) -> Series:
    """The series of a pair. Raises InvalidRequest for a kind of period that there is none of."""
    if kind not in PERIODS:
        raise InvalidRequest(f"period is “{kind}”; it can be {' or '.join(PERIODS)}.")
    sql = pair_by_period_sql(asked.counted_product, asked.counted_reaction, asked.selection, asked.nodes, kind)
    found: Any = asked.query(sql)
    *dated, undated = zip(found["a"], found["b"], found["c"], found["d"], strict=True)
    starts = [start for start in found["start"] if start is not None]
    return Series(tuple(Period.beginning(start, kind) for start in starts), tuple(dated), undated)

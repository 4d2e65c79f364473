"""A pair divided by what the cases are: sex, age, year and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phytovigil.cases import STRATA, strata_counts_sql
from phytovigil.errors import InvalidRequest, NoAnswer, UnknownName
from phytovigil.schema.counts import Counts
from phytovigil.schema.selection import AGE_BANDS, UNKNOWN
from phytovigil.study.counting import Cells
from phytovigil.study.examining.asked import Asked
from phytovigil.study.naming import find_near

ORDER = {label: place for place, (label, _, _) in enumerate(AGE_BANDS)}


@dataclass(frozen=True, slots=True)
class Divided:
    """The strata of a pair: the labels of each, and its 2×2 table, in the same order."""

    by: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    cells: tuple[Cells, ...]

    @property
    def counts(self) -> Counts:
        """The tables as arrays of shape (strata,)."""
        return Counts.of(*(list(column) for column in zip(*self.cells, strict=True)))

    @property
    def whole(self) -> Cells:
        """The table of all strata together."""
        a, b, c, d = (sum(column) for column in zip(*self.cells, strict=True))
        return a, b, c, d

    def unknown(self, name: str) -> int:
        """Cases that do not tell one of the things they are divided by."""
        return sum(sum(cells) for label, cells in zip(self.labels, self.cells, strict=True) if label[name] == UNKNOWN)


def require_dimensions(by: Sequence[str]) -> tuple[str, ...]:
    """What cases are to be divided by, each once. Raises InvalidRequest for nothing, UnknownName for no such thing.

    >>> require_dimensions(["sex", "age", "sex"])
    ('sex', 'age')
    """
    if not by:
        raise InvalidRequest("Nothing is named to divide the cases by.", f"It can be {', '.join(STRATA)}.")
    for name in by:
        if name not in STRATA:
            near = find_near(name, STRATA, 2)
            raise UnknownName("stratum", name, "what cases can be divided by", near, f"It can be {', '.join(STRATA)}.")
    return tuple(dict.fromkeys(by))


def divide(asked: Asked, by: Sequence[str]) -> Divided:
    """The 2×2 table of the pair in every stratum that has cases.

    Raises NoAnswer for an empty population, and for something that no case of it tells.
    """
    names = require_dimensions(by)
    sql = strata_counts_sql(asked.counted_product, asked.counted_reaction, asked.selection, asked.nodes, names)
    found = asked.query(sql)
    rows = list(zip(*(found[name] for name in (*names, *"abcd")), strict=True))
    if not rows:
        raise NoAnswer(f"No case is left in this population ({asked.selection.describe()}).", "Select more cases.")
    for place, name in enumerate(names):
        if all(row[place] == UNKNOWN for row in rows):
            raise NoAnswer(f"No case of this population tells the {name}: there is nothing to divide by.")
    rows.sort(key=lambda row: [in_order(str(label)) for label in row[: len(names)]])
    labels = tuple(dict(zip(names, map(str, row), strict=False)) for row in rows)
    cells: tuple[Cells, ...] = tuple(row[len(names) :] for row in rows)
    return Divided(names, labels, cells)


def in_order(label: str) -> tuple[bool, int, str]:
    """Age bands from young to old, anything else by the alphabet, the unknown last.

    >>> sorted(["unknown", "75+", "2-11", "18-44"], key=in_order)
    ['2-11', '18-44', '75+', 'unknown']
    """
    return label == UNKNOWN, ORDER.get(label, 0), label

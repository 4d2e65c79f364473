"""The 2×2×2 tables of two products and a reaction, in distinct cases."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats

CELLS = ("n111", "n110", "n101", "n100", "n011", "n010", "n001", "n000")
"""Cells by first product, second product, reaction: 1 named, 0 not named."""


@dataclass(frozen=True, slots=True)
class TripleCounts:
    """Counts of many pairs of products with a reaction, each of shape (triples,), in distinct cases.

    Names as in the literature: n101 has the first product and the reaction, not the second product.
    Raises InvalidCounts for negative, fractional or non-finite values, or shapes that differ.

    >>> counts = TripleCounts.of(10, 13, 0, 16, 9, 1457, 20, 3978)
    >>> counts.both, counts.total
    (array([23.]), array([5503.]))
    """

    n111: Floats
    n110: Floats
    n101: Floats
    n100: Floats
    n011: Floats
    n010: Floats
    n001: Floats
    n000: Floats

    @classmethod
    def of(cls, *cells: ArrayLike) -> TripleCounts:
        """Make counts of eight array-likes in the order of CELLS."""
        if len(cells) != len(CELLS):
            raise InvalidCounts(f"{len(cells)} cells are given; the table has {len(CELLS)}.")
        return cls(*(np.atleast_1d(np.asarray(cell, dtype=np.float64)) for cell in cells))

    def __post_init__(self) -> None:
        cells = [getattr(self, field.name) for field in fields(self)]
        if len({cell.shape for cell in cells}) != 1 or self.n111.ndim != 1:
            raise InvalidCounts(f"cells have shapes {[cell.shape for cell in cells]}; one (triples,) is needed.")
        for name, cell in zip(CELLS, cells, strict=True):
            if not (np.isfinite(cell) & (cell >= 0) & (cell == np.floor(cell))).all():
                raise InvalidCounts(f"{name} holds a count that is negative, not whole or not a finite number.")

    @property
    def both(self) -> Floats:
        """Cases that name both products (n11·)."""
        return self.n111 + self.n110

    @property
    def first_only(self) -> Floats:
        """Cases that name the first product and not the second (n10·)."""
        return self.n101 + self.n100

    @property
    def second_only(self) -> Floats:
        """Cases that name the second product and not the first (n01·)."""
        return self.n011 + self.n010

    @property
    def neither(self) -> Floats:
        """Cases that name neither product (n00·)."""
        return self.n001 + self.n000

    @property
    def total(self) -> Floats:
        """All cases of the population."""
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def rates(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Shares of cases with the reaction, f11, f10, f01, f00; NaN where there is no such case."""
        return (
            share(self.n111, self.both),
            share(self.n101, self.first_only),
            share(self.n011, self.second_only),
            share(self.n001, self.neither),
        )


def share(part: Floats, whole: Floats) -> Floats:
    """Part of a whole; NaN where the whole is 0."""
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)

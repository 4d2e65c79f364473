"""Counts of pairs and the estimates made of them: NumPy arrays of shape (pairs,)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.errors import InvalidCounts

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """The 2×2 tables of many pairs, in distinct cases.

    a : with product and reaction. b : with product, without reaction.
    c : without product, with reaction. d : with neither.
    Each of shape (pairs,), kept as float64 so that arithmetic on them cannot overflow (exact up to 2**53).
    Raises InvalidCounts for negative, fractional or non-finite values, or shapes that differ.

    >>> Counts.of(a=[4], b=[30], c=[463], d=[64020]).total
    array([64517.])
    """

    a: Floats
    b: Floats
    c: Floats
    d: Floats

    @classmethod
    def of(cls, a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Counts:
        """Make counts of anything array-like; see the class for what is refused."""
        arrays = [np.atleast_1d(np.asarray(cell, dtype=np.float64)) for cell in (a, b, c, d)]
        return cls(*arrays)

    def __post_init__(self) -> None:
        cells = (self.a, self.b, self.c, self.d)
        if len({cell.shape for cell in cells}) != 1 or self.a.ndim != 1:
            raise InvalidCounts(f"a, b, c, d have shapes {[cell.shape for cell in cells]}; one (pairs,) is needed.")
        for name, cell in zip("abcd", cells, strict=True):
            if not np.isfinite(cell).all():
                raise InvalidCounts(f"{name} holds a value that is not a finite number.")
            if (cell < 0).any():
                raise InvalidCounts(f"{name} holds a negative count.")
            if (cell != np.floor(cell)).any():
                raise InvalidCounts(f"{name} holds a count that is not whole.")

    @property
    def with_product(self) -> Floats:
        """Cases that name the product: a + b."""
        return self.a + self.b

    @property
    def with_reaction(self) -> Floats:
        """Cases that name the reaction: a + c."""
        return self.a + self.c

    @property
    def total(self) -> Floats:
        """All cases of the population: a + b + c + d."""
        return self.a + self.b + self.c + self.d

    @property
    def expected(self) -> Floats:
        """Cases expected with both if product and reaction were independent: (a+b)(a+c)/N; 0 where N = 0."""
        total = self.total
        return np.divide(self.with_product * self.with_reaction, total, out=np.zeros_like(total), where=total > 0)


@dataclass(frozen=True, slots=True)
class Estimates:
    """A measure of many pairs with its interval: arrays of shape (pairs,), NaN where it is not estimable."""

    point: Floats
    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        if not self.point.shape == self.low.shape == self.high.shape:
            raise InvalidCounts("point, low and high differ in shape.")

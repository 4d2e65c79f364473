"""Counts of pairs and the estimates made of them: NumPy arrays of shape (pairs,)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phytovigil.errors import InvalidCounts

Floats = NDArray[np.float64]


def _floats(values: ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Counts:
    """The 2×2 tables of many pairs, in distinct cases.

    a : with product and reaction. b : with product, without reaction.
    c : without product, with reaction. d : with neither.
    Each of shape (pairs,), kept as float64 so that arithmetic on them cannot overflow (exact up to 2**53).
    stratified : cases expected with both, summed over strata, where strata were asked for; then `expected` is this,
        and measures of observed over expected are adjusted for the strata.
    Raises InvalidCounts for negative, fractional or non-finite values, or shapes that differ.

    >>> Counts.of(a=[4], b=[30], c=[463], d=[64020]).total
    array([64517.])
    """

    a: Floats
    b: Floats
    c: Floats
    d: Floats
    stratified: Floats | None = None

    @classmethod
    def of(
        cls, a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike, *, stratified: ArrayLike | None = None
    ) -> Counts:
        """Make counts of anything array-like; see the class for what is refused."""
        return cls(_floats(a), _floats(b), _floats(c), _floats(d), None if stratified is None else _floats(stratified))

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
        self._check_stratified()

    def _check_stratified(self) -> None:
        given = self.stratified
        if given is not None and not (given.shape == self.a.shape and (np.isfinite(given) & (given >= 0)).all()):
            raise InvalidCounts("stratified holds a value that is negative or not finite, or has another shape than a.")

    def select(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Counts:
        """The counts of some of the pairs, by mask, positions or slice.

        >>> Counts.of(a=[1, 2], b=[3, 4], c=[5, 6], d=[7, 8]).select(np.array([False, True])).a
        array([2.])
        """
        given = None if self.stratified is None else self.stratified[chosen]
        return Counts(self.a[chosen], self.b[chosen], self.c[chosen], self.d[chosen], given)

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
        """Cases expected with both if product and reaction were independent: (a+b)(a+c)/N; 0 where N = 0.

        Where strata were asked for, the sum of that over the strata.
        """
        if self.stratified is not None:
            return self.stratified
        total = self.total
        return np.divide(self.with_product * self.with_reaction, total, out=np.zeros_like(total), where=total > 0)


@dataclass(frozen=True, slots=True)
class Estimates:
    """A measure of many pairs with its interval: arrays of shape (pairs,), NaN where it is not estimable.

    notes : sentences that must stand beside the estimates, such as why they are withheld.
    learned : what the measure learned from all pairs first (of a fitted prior, its parameters), in plain values.
    """

    point: Floats
    low: Floats
    high: Floats
    notes: tuple[str, ...] = ()
    learned: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.point.shape == self.low.shape == self.high.shape:
            raise InvalidCounts("point, low and high differ in shape.")

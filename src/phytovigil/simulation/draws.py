"""Random numbers without a state: the same place gives the same number, whatever was drawn before.

A follow-up or a near-copy of a report can so be made from its number alone, in any order and in chunks of any size.
The mixer is SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Draws:
    """Uniform numbers in [0, 1) named by a topic, an index and, where one index needs several, an item.

    >>> draws = Draws(1)
    >>> bool((draws.uniform("sex", [1, 2, 3]) == draws.uniform("sex", [3, 2, 1])[::-1]).all())
    True
    """

    seed: int

    def uniform(self, topic: str, index: ArrayLike, item: ArrayLike | None = None) -> Floats:
        """Uniform numbers of the shape of `index` (whole numbers ≥ 0); `item` has the same shape or is a scalar."""
        key = mix(mix(spread(self.seed)) + spread(zlib.crc32(topic.encode())))
        words = mix(spread(index) + key)
        if item is not None:
            words = mix(words + spread(item))
        return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, topic: str, limit: int, index: ArrayLike, item: ArrayLike | None = None) -> Integers:
        """Whole numbers 0 … limit − 1."""
        return (self.uniform(topic, index, item) * limit).astype(np.int64)

    def choose(self, topic: str, choice: Choice, index: ArrayLike, item: ArrayLike | None = None) -> Integers:
        """Positions in a choice, each as often as its weight says."""
        return np.searchsorted(choice.edges, self.uniform(topic, index, item), side="right").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Choice:
    """Inner edges of the cumulated shares: position k is drawn between edge k − 1 and edge k."""

    edges: Floats

    @classmethod
    def of(cls, weights: Sequence[float] | Floats) -> Choice:
        """Make a choice of weights ≥ 0, shape (options,); they need not add up to one."""
        total = np.cumsum(np.asarray(weights, dtype=np.float64))
        return cls(total[:-1] / total[-1])


def spread(index: ArrayLike) -> Words:
    """Numbers far apart for numbers that follow each other."""
    return (np.atleast_1d(np.asarray(index)).astype(np.uint64) + np.uint64(1)) * STEP


def mix(words: Words) -> Words:
    """The output function of SplitMix64; shapes stay."""
    words = (words ^ (words >> np.uint64(30))) * FIRST_FACTOR
    words = (words ^ (words >> np.uint64(27))) * SECOND_FACTOR
    mixed: Words = words ^ (words >> np.uint64(31))
    return mixed


def zipf_mandelbrot(options: int, exponent: float, shift: float) -> Floats:
    """Shares of ranks 1 … options, proportional to (rank + shift) ** −exponent, shape (options,).

    Mandelbrot 1953, "An informational theory of the statistical structure of language".

    >>> zipf_mandelbrot(3, 1.0, 0.0).round(3)
    array([0.545, 0.273, 0.182])
    """
    weights = (np.arange(1, options + 1) + shift) ** -exponent
    shares: Floats = weights / weights.sum()
    return shares

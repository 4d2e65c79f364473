"""Fisher's exact test of a 2×2 table, one-sided and two-sided, with the observed table counted whole or half.

The probability of the observed table comes from its deviance; the tables more extreme than it are added outwards from
it, each from the one before by a ratio of small whole numbers. These ratios fall with every step, so that after a term
t with a next ratio r < 1 all that is left is at most t · r / (1 − r): the sum stops where that bound is negligible.
Its length is a few standard deviations of the count, whatever the size of the margins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Counts, Floats
from phytovigil.signals.deviance import log_table_probability
from phytovigil.signals.measure import Statistic, Tested

NEGLIGIBLE = 1e-15
"""Largest share of a sum that may be left out; bounded for each pair, not assumed."""

EQUAL = 1 + 1e-7
"""Tables whose probabilities differ by less count as equally probable, as in R."""

CHUNK = 2**14
"""Pairs summed together, or terms where pairs are few; pairs of similar spread stand together, so that few wait."""

Cells = tuple[Floats, Floats, Floats, Floats]
Mask = NDArray[np.bool_]


def fisher(counts: Counts) -> Floats:
    """Probability of at least as many cases with both as were seen, if product and reaction were independent.

    One-sided, given the margins; shape (pairs,). NaN where a margin is 0: only one table is then possible.
    Values below 1e-308 are 0. Fisher 1935, doi:10.2307/2342435.

    >>> fisher(Counts.of(a=[3, 0], b=[1, 4], c=[1, 4], d=[3, 0])).round(4)
    array([0.2429, 1.    ])
    """
    return _by_chunks(counts, lambda cells: _greater(cells, own_share=1.0))


def fisher_midp(counts: Counts) -> Floats:
    """As `fisher`, with the observed table counted half: closer to its level, no longer bounded by it.

    Lancaster 1961, doi:10.1080/01621459.1961.10482105.

    >>> fisher_midp(Counts.of(a=[3, 0], b=[1, 4], c=[1, 4], d=[3, 0])).round(4)
    array([0.1286, 0.9929])
    """
    return _by_chunks(counts, lambda cells: _greater(cells, own_share=0.5))


def fisher_two_sided(counts: Counts) -> Floats:
    """Probability of all tables that are no more probable than the observed one; shape (pairs,).

    The rule of R's `fisher.test` and of SciPy's `fisher_exact`: tables within 1e-7 of the observed probability, in
    proportion, count as equal to it. NaN where a margin is 0.
    Fisher 1935, doi:10.2307/2342435.

    >>> fisher_two_sided(Counts.of(a=[3], b=[1], c=[1], d=[3])).round(4)
    array([0.4857])
    """
    return _by_chunks(counts, lambda cells: _no_more_probable(cells, own_share=1.0))


def fisher_midp_two_sided(counts: Counts) -> Floats:
    """As `fisher_two_sided`, with the observed table and one equally probable on the other side counted half.

    Fagerland, Lydersen, Laake 2017, Statistical Analysis of Contingency Tables, chapter 4, doi:10.1201/9781315374116.

    >>> fisher_midp_two_sided(Counts.of(a=[0], b=[16], c=[15], d=[57])).round(5)
    array([0.04466])
    """
    return _by_chunks(counts, lambda cells: _no_more_probable(cells, own_share=0.5))


def _by_chunks(counts: Counts, test: Callable[[Cells], Floats]) -> Floats:
    cells = np.stack([counts.a, counts.b, counts.c, counts.d])
    a, b, c, d = cells
    possible = np.flatnonzero(np.minimum.reduce([a + b, c + d, a + c, b + d]) > 0)
    spread = (1 / (cells[:, possible] + 1)).sum(axis=0)
    order = possible[np.argsort(spread, kind="stable")]
    found = np.full(len(a), np.nan)
    for rows in _split(order):
        found[rows] = np.clip(test(_cells(cells[:, rows])), 0, 1)
    return found


def _split(order: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(order), CHUNK):
        yield order[start : start + CHUNK]


def _cells(stacked: Floats) -> Cells:
    a, b, c, d = stacked
    return a, b, c, d


def _greater(cells: Cells, own_share: float) -> Floats:
    """The upper tail: added up where it falls from the observed table on, else 1 less the lower tail."""
    own, falls_up = _own_probability(cells), _falls(cells)
    outwards = own * sum_outwards(_turned(cells, falls_up))
    return np.where(falls_up, own * own_share + outwards, 1 - outwards - own * (1 - own_share))


def _no_more_probable(cells: Cells, own_share: float) -> Floats:
    """The tail beyond the observed table, and that of the other side from the first table no more probable on."""
    log_own = log_table_probability(Counts(*cells))
    own, turned = np.exp(log_own), _turned(cells, _falls(cells))
    found = own * (own_share + sum_outwards(turned))
    steps = _steps_across(turned, log_own + np.log(EQUAL))
    across = np.isfinite(steps)
    other = _cells(np.stack(_moved(turned, -np.where(across, steps, 0)))[:, across])
    probability = _own_probability(other)
    # A table on the other side that is as probable as the observed one counts as it does, whole or half.
    share = np.where(probability * EQUAL >= own[across], own_share, 1.0)
    found[across] += probability * (share + sum_outwards(_swapped(other)))
    return found


def _own_probability(cells: Cells) -> Floats:
    return np.exp(log_table_probability(Counts(*cells)))


def _falls(cells: Cells) -> Mask:
    """Whether the table with one case more in a and d is less probable than this one."""
    a, b, c, d = cells
    falls: Mask = b * c < (a + 1) * (d + 1)
    return falls


def _swapped(cells: Cells) -> Cells:
    """The columns exchanged: what was fewer cases in a is then more."""
    a, b, c, d = cells
    return b, a, d, c


def _turned(cells: Cells, kept: Mask) -> Cells:
    """The same tables, seen so that outwards is always more cases in a and d."""
    return _cells(np.where(kept, np.stack(cells), np.stack(_swapped(cells))))


def _moved(cells: Cells, steps: Floats) -> Cells:
    a, b, c, d = cells
    return a + steps, b - steps, c - steps, d + steps


def sum_outwards(cells: Cells) -> Floats:
    """Probabilities of all tables with more cases in a and d, as multiples of that of this table; shape (pairs,).

    The tables must grow less probable in that direction. What is left out is at most NEGLIGIBLE of 1 + the sum.

    >>> sum_outwards(tuple(np.array([cell]) for cell in (3.0, 1.0, 1.0, 3.0)))
    array([0.0625])
    """
    going, rows = np.stack(cells)[:, :, None], np.arange(len(cells[0]))
    found, total, term, step = np.zeros(len(rows)), np.zeros(len(rows)), np.ones(len(rows)), 0
    while rows.size:
        steps = np.arange(step, step + max(1, CHUNK // rows.size))
        terms = term[:, None] * np.cumprod(_ratios(going, steps), axis=1)
        total, term, step = total + terms.sum(axis=1), terms[:, -1], int(steps[-1]) + 1
        ratio = _ratios(going, np.array([step]))[:, 0]
        on = term * ratio > NEGLIGIBLE * (1 + total) * (1 - ratio)
        found[rows[~on]] = total[~on]
        rows, going, term, total = rows[on], going[:, on], term[on], total[on]
    return found


def _ratios(cells: Floats, steps: NDArray[np.intp]) -> Floats:
    """How probable the table one step further is beside that `steps` steps away; 0 beyond the margins."""
    a, b, c, d = cells
    ratios: Floats = np.maximum(b - steps, 0) / (a + (steps + 1)) * (np.maximum(c - steps, 0) / (d + (steps + 1)))
    return ratios


def _steps_across(cells: Cells, log_limit: Floats) -> Floats:
    """Fewest cases to take from a and d until a table beyond the mode is at most so probable; infinite if none is.

    By halving: probabilities only fall from the mode on.
    """
    a, b, c, d = cells
    most = np.minimum(a, d)
    low = np.clip(np.ceil((a * d - b * c - b - c - 1) / (a + b + c + d + 2)), 0, most)
    high = most + 1
    rows = np.flatnonzero(high - low > 1)
    while rows.size:
        middle = np.floor((low[rows] + high[rows]) / 2)
        there = log_table_probability(Counts(*_moved((a[rows], b[rows], c[rows], d[rows]), -middle)))
        enough = there <= log_limit[rows]
        high[rows[enough]], low[rows[~enough]] = middle[enough], middle[~enough]
        rows = rows[high[rows] - low[rows] > 1]
    return np.where(high > most, np.inf, high)


def _exact(p_value: Floats) -> Tested:
    return Tested(p_value, p_value)


FISHER = Statistic(
    name="fisher",
    title="Fisher's exact test, one-sided",
    test=lambda counts: _exact(fisher(counts)),
    source="Fisher 1935, doi:10.2307/2342435",
    note="Probability of at least as many cases; never rejects more often than its level; NaN where a margin is 0.",
    alternative="greater",
)
FISHER_MIDP = Statistic(
    name="fisher-midp",
    title="Fisher's exact test, one-sided, mid-P",
    test=lambda counts: _exact(fisher_midp(counts)),
    source="Lancaster 1961, doi:10.1080/01621459.1961.10482105",
    note="The observed table counts half: close to its level, at times a little above; NaN where a margin is 0.",
    alternative="greater",
)
FISHER_TWO_SIDED = Statistic(
    name="fisher-two-sided",
    title="Fisher's exact test, two-sided",
    test=lambda counts: _exact(fisher_two_sided(counts)),
    source="Fisher 1935, doi:10.2307/2342435",
    note="All tables no more probable than the observed one, as in R; NaN where a margin is 0.",
)
FISHER_MIDP_TWO_SIDED = Statistic(
    name="fisher-midp-two-sided",
    title="Fisher's exact test, two-sided, mid-P",
    test=lambda counts: _exact(fisher_midp_two_sided(counts)),
    source="Fagerland, Lydersen, Laake 2017, doi:10.1201/9781315374116",
    note="As fisher-two-sided, with the tables as probable as the observed one counted half; NaN where a margin is 0.",
)

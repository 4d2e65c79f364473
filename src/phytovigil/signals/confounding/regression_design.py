"""What a regression is fitted to: one row for each pattern of products and covariates, with its numbers of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Floats

Places = NDArray[np.intp]
Block = Mapping[str, Any]

FEWEST_IN_LEVEL = 10
"""Cases with the reaction, and without it, that a level of a covariate needs to have an effect of its own."""


@dataclass(frozen=True, slots=True)
class Design:
    """Cases in groups that are alike in all columns: the regression sees (reacted, others) of each group.

    columns : CSC of 0 and 1, shape (rows, 1 + dummies + products). First the product under study, then dummies of
        covariates, then the other products. There is no column of ones: an intercept always belongs to the model.
    free : how many of the first columns are never penalised: the product under study and the dummies.
    reacted, others : cases of each row with and without the reaction, shape (rows,), whole or not.
    Raises InvalidCounts for shapes that do not fit, negative or non-finite numbers of cases.
    """

    columns: sparse.csc_array
    free: int
    reacted: Floats
    others: Floats

    def __post_init__(self) -> None:
        rows, width = self.columns.shape
        if not (self.reacted.shape == self.others.shape == (rows,) and 0 <= self.free <= width):
            raise InvalidCounts(f"A design of shape {(rows, width)} does not fit {self.reacted.shape} rows of cases.")
        cells = np.concatenate([self.reacted, self.others])
        if not np.isfinite(cells).all() or (cells < 0).any():
            raise InvalidCounts("A design holds a number of cases that is negative or not finite.")

    @property
    def cases(self) -> Floats:
        """Cases of each row, shape (rows,)."""
        return self.reacted + self.others

    @property
    def products(self) -> int:
        """Number of the other products."""
        return int(self.columns.shape[1]) - self.free

    def with_cases(self, reacted: Floats, others: Floats) -> Design:
        """The same rows with other numbers of cases: a fold, or a resample."""
        return Design(self.columns, self.free, reacted, others)

    def of_exposure(self) -> Design:
        """The regression of the product under study on all other columns: which products are named beside it.

        Nothing in it is free of the penalty, as a year without a case of the product would have no bound; the dummies
        come before the products.
        """
        exposed = np.asarray(self.columns[:, [0]].toarray(), dtype=np.float64)[:, 0]
        rest = sparse.csc_array(self.columns[:, 1:])
        return Design(rest, 0, self.cases * exposed, self.cases * (1 - exposed))

    def drop(self, products: Sequence[int]) -> Design:
        """Without some of the other products, by place; the rows stay as they are."""
        left = np.setdiff1d(np.arange(self.products), products)
        kept = np.concatenate([np.arange(self.free), self.free + left])
        return Design(sparse.csc_array(self.columns[:, kept]), self.free, self.reacted, self.others)

    def choose(self, products: Places) -> Design:
        """Only some of the other products, by place, with rows that have become alike put together."""
        kept = np.concatenate([np.arange(self.free), self.free + products])
        return merge_rows(Design(sparse.csc_array(self.columns[:, kept]), self.free, self.reacted, self.others))


def merge_rows(design: Design) -> Design:
    """The design with equal rows put together, ordered by their keys.

    Rows are compared by two sums of random 64-bit numbers, one number a column: that two of a billion rows which
    differ have both sums in common has a probability below 1e-19.
    """
    numbers = np.random.default_rng(0).integers(-(2**62), 2**62, size=(design.columns.shape[1], 2))
    keys = design.columns.astype(np.int64) @ numbers
    order = np.lexsort(keys.T)
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (keys[order][1:] != keys[order][:-1]).any(axis=1)
    places = np.flatnonzero(starts)
    sums = [
        np.add.reduceat(cells[order], places) if len(places) else cells for cells in (design.reacted, design.others)
    ]
    first = sparse.csr_array(design.columns)[order[places]]
    return Design(sparse.csc_array(first), design.free, *sums)


def assemble(
    rows: Iterable[Block], cells: Iterable[Block], dummies: Sequence[tuple[str, int]], products: int
) -> Design:
    """The design from blocks of numbers as SQL gives them; memory is linear in rows and cells.

    rows : blocks with `exposed`, `reacted`, `others` and a column for each covariate that holds the code of its level:
        0 for the reference, 1 to levels otherwise. cells : blocks with `row`, counted from 0, and `place` of a product.
    dummies : (column of the covariate, number of levels beside the reference).
    """
    gathered = gather(rows, ["exposed", "reacted", "others", *(name for name, _ in dummies)])
    listed = gather(cells, ["row", "place"])
    free = 1 + sum(levels for _, levels in dummies)
    where = [np.flatnonzero(gathered["exposed"])]
    what = [np.zeros(len(where[0]), dtype=np.intp)]
    start = 1
    for name, levels in dummies:
        coded = np.flatnonzero(gathered[name])
        where.append(coded)
        what.append(gathered[name][coded].astype(np.intp) - 1 + start)
        start += levels
    at, column = np.concatenate([*where, listed["row"]]), np.concatenate([*what, listed["place"] + free])
    shape = (len(gathered["reacted"]), free + products)
    matrix = sparse.csc_array((np.ones(len(at)), (at, column)), shape=shape)
    counted = (np.asarray(gathered[name], dtype=np.float64) for name in ("reacted", "others"))
    return Design(matrix, free, *counted)


def gather(blocks: Iterable[Block], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Columns of all blocks, one after the other."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    for block in blocks:
        for name in names:
            parts[name].append(np.asarray(block[name]))
    return {name: np.concatenate(part) if part else np.zeros(0, dtype=np.int64) for name, part in parts.items()}


def identical_products(design: Design) -> dict[int, int]:
    """Products named in exactly the same cases as an earlier column: place → place of that one, −1 the study's own.

    No data of this kind can tell such products apart. One that no case names stands for itself.
    """
    seen: dict[bytes, int] = {}
    same: dict[int, int] = {}
    present = np.flatnonzero(design.cases > 0)
    columns = sparse.csc_array(sparse.csr_array(design.columns)[present])
    columns.sort_indices()
    for column in (0, *range(design.free, columns.shape[1])):
        rows = columns.indices[columns.indptr[column] : columns.indptr[column + 1]]
        earlier = seen.setdefault(rows.tobytes(), column)
        if earlier != column and len(rows):
            same[column - design.free] = earlier - design.free if earlier else -1
    return same


@dataclass(frozen=True, slots=True)
class Coding:
    """How the levels of a covariate become codes: 0 the reference, its most frequent level; then one for each dummy.

    codes : level → code. names : of the dummies, in order. pooled : levels that share the dummy "other", being rare.
    """

    reference: str
    codes: Mapping[str, int]
    names: tuple[str, ...]
    pooled: tuple[str, ...]


OTHER = "other"


def code_levels(levels: Sequence[tuple[str, int, int]], fewest: int = FEWEST_IN_LEVEL) -> Coding:
    """Codes for the levels (name, cases with the reaction, cases without it) of a covariate.

    Levels with fewer than `fewest` cases of either kind are pooled; what they hold together is a level of its own if it
    has enough, and otherwise part of the reference: an effect of a handful of cases would have no bound.

    >>> code_levels([("female", 300, 900), ("male", 200, 500), ("unknown", 2, 40)]).codes
    {'female': 0, 'male': 1, 'unknown': 0}
    """
    ordered = sorted(levels, key=lambda level: (-level[1] - level[2], level[0]))
    reference = ordered[0][0] if ordered else ""
    rare = [level for level in ordered[1:] if min(level[1:]) < fewest]
    own = sorted(name for name, *cases in ordered[1:] if min(cases) >= fewest)
    codes = {name: place for place, name in enumerate([reference, *own])}
    enough = bool(rare) and min(sum(level[1] for level in rare), sum(level[2] for level in rare)) >= fewest
    codes |= {level[0]: len(own) + 1 if enough else 0 for level in rare}
    return Coding(reference, codes, (*own, OTHER) if enough else tuple(own), tuple(level[0] for level in rare))

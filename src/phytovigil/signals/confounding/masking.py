"""Masking: another product that holds many cases of a reaction makes the reaction look usual, and hides the pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.errors import InvalidCounts
from phytovigil.schema.counts import Counts, Floats

MAIGNEN = "Maignen, Hauben, Hung, Van Holle, Dogné 2014, doi:10.1002/pds.3530"
JUHLIN = "Juhlin, Ye, Star, Norén 2013, doi:10.1002/pds.3474"


def remove_maskers(counts: Counts, naming: Counts) -> Counts:
    """The 2×2 table of a pair without each masker's cases, shape (maskers,).

    counts : the pair, shape (1,). naming : of the pair's cells, the cases that name each masker, shape (maskers,).
    Only cases that do not name the product are removed: a and b stay, c and d lose the masker's.
    Raises InvalidCounts where a masker has more cases than the cell.

    >>> pair = Counts.of(a=[5], b=[95], c=[500], d=[9400])
    >>> remove_maskers(pair, Counts.of(a=[1, 0], b=[2, 0], c=[300, 20], d=[700, 80])).c
    array([200., 480.])
    """
    left = [getattr(counts, cell) - getattr(naming, cell) for cell in "abcd"]
    if min((cell.min() for cell in left if cell.size), default=0) < 0:
        raise InvalidCounts("A masker is named in more cases than a cell of the table has.")
    same = np.ones_like(naming.a)
    return Counts(counts.a * same, counts.b * same, left[2], left[3])


def masking_ratio(counts: Counts, naming: Counts) -> Floats:
    """PRR without each masker's cases over PRR with them, shape (maskers,); above 1 where it masks.

    [c / (c+d)] / [(c − c_x) / (c + d − c_x − d_x)]: exact for removing the cases that name the masker and not the
    product, and the same whatever a and b are. Infinite where every case of the reaction without the product
    names the masker; NaN where c is 0 or no case without the product is left.
    counts, naming : as in `remove_maskers`, with the same errors.
    Maignen et al. 2014, doi:10.1002/pds.3530.

    >>> pair = Counts.of(a=[5], b=[95], c=[500], d=[9400])
    >>> masking_ratio(pair, Counts.of(a=[1, 0], b=[2, 0], c=[300, 20], d=[700, 80])).round(4)
    array([2.2475, 1.0311])
    """
    left = remove_maskers(counts, naming)
    others, left_others = counts.c + counts.d, left.c + left.d
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = counts.c * left_others / (others * left.c)
    return np.where((counts.c > 0) & (left_others > 0), ratio, np.nan)


def share_of_reaction(counts: Counts, naming: Counts) -> Floats:
    """Share of all cases of the reaction that name each masker, 0 to 1, shape (maskers,); NaN where there are none.

    A product that holds a large share is an influential outlier.
    Juhlin et al. 2013, doi:10.1002/pds.3474.

    >>> share_of_reaction(Counts.of(a=[5], b=[95], c=[495], d=[9400]), Counts.of(a=[1], b=[2], c=[299], d=[700]))
    array([0.6])
    """
    cases = counts.with_reaction
    share: Floats = np.divide(naming.with_reaction, cases, out=np.full_like(naming.a, np.nan), where=cases > 0)
    return share


def rank_maskers(counts: Counts, naming: Counts, most: int) -> NDArray[np.intp]:
    """Places of maskers, highest ratio first, of equal ones the one with more cases; at most `most`, all above 1.

    counts, naming : as in `remove_maskers`, with the same errors.

    >>> pair = Counts.of(a=[5], b=[95], c=[500], d=[9400])
    >>> rank_maskers(pair, Counts.of(a=[0, 1, 0], b=[0, 2, 0], c=[20, 300, 1], d=[80, 700, 900]), 5)
    array([1, 0])
    """
    ratio = masking_ratio(counts, naming)
    order = np.lexsort((-naming.c, -np.nan_to_num(ratio, nan=0.0, posinf=np.inf)))
    return order[ratio[order] > 1][:most]

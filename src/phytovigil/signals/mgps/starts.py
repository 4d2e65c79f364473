"""Where the search for the best prior starts from."""

from __future__ import annotations

import numpy as np

from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.likelihood import Likelihood

USUAL = (
    (0.2, 0.1, 2.0, 4.0, 1 / 3),
    (0.2, 0.06, 1.4, 1.8, 0.1),
    (0.1, 0.1, 10.0, 10.0, 0.2),
    (3.0, 0.4, 2.0, 2.0, 0.07),
    (1e-3, 0.01, 0.3, 0.5, 0.99),
    (30.0, 3.0, 1.0, 1.0, 0.01),
)
"""α1, β1, α2, β2, P. The first is that of DuMouchel 1999; the others lie near priors met in reports of harm, among
them a component whose α runs to 0 and one that is nearly a single ratio."""

SEED = 19_99
SCREENED = 300
"""Random points whose likelihood is looked at; the search runs from the best of them, and from as many at random."""


def random_points(number: int, seed: int) -> Floats:
    """Vectors (log α1, log β1, log α2, log β2, logit P) far apart: α, β from 1e-3 to 1e2, P from 0.02 to 0.98.

    Shape (number, 5); the same ones for the same seed.
    """
    draw = np.random.default_rng(seed).uniform(size=(number, 5))
    share = 0.02 + 0.96 * draw[:, 4:]
    return np.hstack([np.log(10) * (-3 + 5 * draw[:, :4]), np.log(share / (1 - share))])


def usual_points() -> Floats:
    """The vectors of USUAL, shape (6, 5)."""
    given = np.array(USUAL)
    return np.column_stack([np.log(given[:, :4]), np.log(given[:, 4] / (1 - given[:, 4]))])


def starting_points(likelihood: Likelihood, number: int) -> Floats:
    """`number` vectors to search from, shape (number, 5): the usual ones, then half likely ones and half at random.

    likelihood : of coarsely squashed cells; it is asked SCREENED times.
    """
    usual = usual_points()[:number]
    wanted = number - len(usual)
    drawn = random_points(max(SCREENED, wanted), SEED)
    likely = (wanted + 1) // 2
    values = [likelihood.value(point) for point in drawn] if likely else []
    best = np.argsort(values)[::-1][:likely].astype(int)
    others = np.setdiff1d(np.arange(len(drawn)), best)[: wanted - likely]
    return np.vstack([usual, drawn[best], drawn[others]])

"""Climbing to a maximum of the likelihood inside wide bounds, and along a ridge to where it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phytovigil.schema.counts import Floats
from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.prior import in_order

LOWEST = np.array([-30.0] * 4 + [-60.0])
HIGHEST = -LOWEST
"""α and β from 1e-13 to 1e13, and P further than a double can tell from 0 and 1: at these ends the likelihood has
reached its limit to nine digits behind the point."""

GAIN = 1e-9
"""A climb ends when the next step promises less log-likelihood than this."""

FLAT = 1e-7
"""A gradient that pushes against a bound by less than this counts as none."""

LEVEL = 1e-6
"""A bend upwards by less than this is rounding: a step of one would not gain so much."""

SLACK = 1e-7
"""Along a ridge the log-likelihood may fall by so much, for rounding and for a direction that is not quite right."""

RIDGE = 1.0
"""A direction in which the log-likelihood bends less than this may be a ridge, and is looked along."""

WAY = (0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Where on the way to the end of a ridge the likelihood is looked at."""

Free = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Summit:
    """Where a climb ended.

    information : minus the second derivatives, shape (5, 5). free : which coordinates are not held at a bound.
    promised : log-likelihood that a further Newton step would gain if the surface were quadratic.
    """

    x: Floats
    value: float
    gradient: Floats
    information: Floats
    free: Free
    promised: float

    @property
    def is_flat(self) -> bool:
        """The gradient vanishes in all free directions: a climb by gradients ends here."""
        return self.promised < 1e3 * GAIN

    @property
    def is_maximum(self) -> bool:
        """Flat, and curved downwards, or level, in all free directions."""
        held = self.information[np.ix_(self.free, self.free)]
        return self.is_flat and (not held.size or bool(np.linalg.eigvalsh(held)[0] > -LEVEL))

    def in_order(self) -> Summit:
        """The same summit with its components in the order that fits keep to."""
        if in_order(self.x) is self.x:
            return self
        places, signs = [2, 3, 0, 1, 4], np.array([1.0, 1.0, 1.0, 1.0, -1.0])
        information = self.information[np.ix_(places, places)] * np.outer(signs, signs)
        gradient, free = self.gradient[places] * signs, self.free[places]
        return replace(self, x=in_order(self.x), gradient=gradient, information=information, free=free)


def climb_roughly(likelihood: Likelihood, start: Floats, *, most: int = 80) -> tuple[float, Floats]:
    """Value and place after at most `most` steps of L-BFGS-B: enough to tell which maximum a start leads to."""
    from scipy.optimize import minimize  # late: the registry must stay quick to import

    def downhill(x: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood.value_and_gradient(x)
        return -value, -gradient

    found = minimize(
        downhill,
        np.clip(start, LOWEST, HIGHEST),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(LOWEST, HIGHEST, strict=True)),
        options={"maxiter": most, "ftol": 1e-10, "gtol": 1e-6},
    )
    return -float(found.fun), np.asarray(found.x, dtype=np.float64)


def climb(likelihood: Likelihood, start: Floats, *, most: int = 60) -> Summit:
    """Newton's method from `start`, made safe where the surface bends upwards; ridges are followed to their end."""
    here = _look(likelihood, np.clip(start, LOWEST, HIGHEST))
    for _ in range(most):
        there = _follow_ridge(likelihood, here) if here.promised < RIDGE else None
        if there is None and here.promised >= GAIN:
            there = _step(likelihood, here)
        if there is None:
            break
        here = there
    return here


def polish(likelihood: Likelihood, summit: Summit, *, most: int = 12) -> Summit:
    """Move a summit found on squashed cells to that of all cells, with the curvature of the squashed ones.

    The two surfaces differ by parts in a thousand, so each step, which asks the likelihood once, gains three digits.
    """
    x, free = summit.x.copy(), summit.free
    value, gradient = likelihood.value_and_gradient(x)
    inverse = _safe_inverse(summit.information[np.ix_(free, free)])
    for _ in range(most):
        promised = float(gradient[free] @ inverse @ gradient[free]) / 2
        if promised < GAIN**2:
            break
        moved = x.copy()
        moved[free] = np.clip(x[free] + inverse @ gradient[free], LOWEST[free], HIGHEST[free])
        reached, slope = likelihood.value_and_gradient(moved)
        left = float(slope[free] @ inverse @ slope[free]) / 2
        if not reached > value - GAIN or left >= promised:
            break
        x, value, gradient = moved, reached, slope
    promised = float(gradient[free] @ inverse @ gradient[free]) / 2
    return Summit(x, value, gradient, summit.information, free, promised)


def measure(likelihood: Likelihood, summit: Summit) -> Summit:
    """The summit with its curvature on these cells, to more digits."""
    return replace(summit, information=-likelihood.hessian(summit.x))


def _look(likelihood: Likelihood, x: Floats) -> Summit:
    value, gradient = likelihood.value_and_gradient(x)
    information = -likelihood.hessian(x, gradient)
    at_end = ((x <= LOWEST) & (gradient <= FLAT)) | ((x >= HIGHEST) & (gradient >= -FLAT))
    free = ~at_end
    step = _safe_inverse(information[np.ix_(free, free)]) @ gradient[free]
    return Summit(x, value, gradient, information, free, float(gradient[free] @ step) / 2)


def _step(likelihood: Likelihood, here: Summit) -> Summit | None:
    """The next point of Newton's method that gains, halving the step as often as needed; None where none gains."""
    free = here.free
    step = np.zeros(5)
    step[free] = _safe_inverse(here.information[np.ix_(free, free)]) @ here.gradient[free]
    longest = np.abs(step).max()
    step *= min(1.0, 3.0 / longest) if longest > 0 else 1.0
    for _ in range(40):
        x = np.clip(here.x + step, LOWEST, HIGHEST)
        if likelihood.value(x) > here.value:
            return _look(likelihood, x)
        step /= 2
    return None


def _follow_ridge(likelihood: Likelihood, here: Summit) -> Summit | None:
    """The end of the flattest direction, if the likelihood does not fall on the way there; None without a ridge."""
    places = np.flatnonzero(here.free)
    if not places.size:
        return None
    held = np.ix_(here.free, here.free)
    if np.linalg.eigvalsh(here.information[held])[0] > RIDGE:
        return None
    directions = np.linalg.eigh(measure(likelihood, here).information[held])[1]
    along = np.zeros(5)
    along[places] = directions[:, 0]
    for sign in (1.0, -1.0):
        end = _end_of(here.x, sign * along)
        if _never_falls(likelihood, here, end):
            there = _look(likelihood, end)
            # Each ridge must end a coordinate's freedom: a plain has ridges without end.
            if there.free.sum() < here.free.sum():
                return there
    return None


def _never_falls(likelihood: Likelihood, here: Summit, end: Floats) -> bool:
    """Whether the likelihood stays level or rises all the way from here to the end."""
    last = here.value
    for part in WAY:
        value = likelihood.value(here.x + part * (end - here.x))
        if value < last - SLACK:
            return False
        last = value
    return True


def _end_of(x: Floats, along: Floats) -> Floats:
    """Where the ray from x leaves the bounds, exactly on the bound that it meets first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(along > 0, (HIGHEST - x) / along, np.where(along < 0, (LOWEST - x) / along, np.inf))
    first = int(np.argmin(reach))
    end = np.clip(x + reach[first] * along, LOWEST, HIGHEST)
    end[first] = HIGHEST[first] if along[first] > 0 else LOWEST[first]
    return np.asarray(end)


def _safe_inverse(information: Floats) -> Floats:
    """The inverse, with upward and vanishing curvatures replaced by downward ones of the same or a least size."""
    if not information.size:
        return information
    bends, directions = np.linalg.eigh(information)
    least = max(1e-10, 1e-13 * float(np.abs(bends).max()))
    inverse: Floats = (directions / np.maximum(np.abs(bends), least)) @ directions.T
    return inverse

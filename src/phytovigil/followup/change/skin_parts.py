"""A skin series parted into baseline and follow-up, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from phytovigil.followup.change.colour_distance import Floats
from phytovigil.followup.change.noise import Flags
from phytovigil.followup.change.saying_skin import GOOD_BASELINE
from phytovigil.schema.change import LeftOut, SkinSeries

LEAST_BASELINE = 5
LEAST_FOLLOW = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """A part of a skin series as arrays. days : (n,) ordinals. own, covered : (n, 3); covered empty where none."""

    days: Floats
    own: Floats
    covered: Floats

    def take(self, chosen: Flags) -> Rows:
        """Chosen rows."""
        return Rows(self.days[chosen], self.own[chosen], self.covered[chosen] if len(self.covered) else self.covered)

    @property
    def relative(self) -> Floats:
        """Exposed minus covered, or the site itself."""
        return self.own - self.covered if len(self.covered) else self.own

    @property
    def yellow(self) -> Floats:
        """b*, mean of the sites."""
        both = [self.own[:, 2], self.covered[:, 2]] if len(self.covered) else [self.own[:, 2]]
        return np.asarray(np.mean(both, axis=0))


@dataclass(frozen=True, slots=True)
class Parts:
    """The rows of a series in their parts, and how they were parted."""

    baseline: Rows
    follow: Rows
    how: str
    left_out: tuple[LeftOut, ...]
    added: int


def part_rows(series: SkinSeries, as_of: date) -> Parts:
    """Baseline and follow-up of a series.

    Days marked as baseline are the baseline; where these are fewer than five, the next days are added. Where none is
    marked, the first eight days are it.
    """
    known = np.array([day <= as_of for day in series.days], dtype=bool)
    rows = Rows(
        np.array([float(day.toordinal()) for day in series.days]),
        np.array(series.colours).reshape(-1, 3),
        np.array(series.covered_colours).reshape(-1, 3),
    )
    marked = np.array(series.baseline, dtype=bool) & known
    chosen, how, added = choose_rows(marked, known)
    early = known & ~chosen & (np.arange(len(known)) < (chosen.argmax() if chosen.any() else 0))
    left = tuple(LeftOut(series.entries[i], "before the baseline") for i in np.flatnonzero(early) if series.entries)
    return Parts(rows.take(chosen), rows.take(known & ~chosen & ~early), how, left, added)


def choose_rows(marked: Flags, known: Flags) -> tuple[Flags, str, int]:
    """Which rows are the baseline, how they were chosen, and how many were added to the marked ones."""
    chosen = marked.copy()
    if not marked.any():
        chosen[np.flatnonzero(known)[:GOOD_BASELINE]] = True
        return chosen, f"the first {int(chosen.sum())} days with photos, since none is marked as baseline", 0
    later = np.flatnonzero(known & ~marked & (np.arange(len(known)) > marked.argmax()))
    extra = later[: max(0, LEAST_BASELINE - int(marked.sum()))]
    chosen[extra] = True
    how = f"{int(marked.sum())} {'day' if marked.sum() == 1 else 'days'} marked as baseline"
    return chosen, how + (f" and the next {len(extra)}" if len(extra) else ""), len(extra)


def count_needed(parts: Parts) -> int:
    """Further days with photos until something can be said."""
    return max(LEAST_BASELINE - len(parts.baseline.days), 0) + max(LEAST_FOLLOW - len(parts.follow.days), 0)

"""An honest statement about the colour of a site as of a day, against the noise of the person's own photos."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from scipy.special import stdtr, stdtrit

from phytovigil.errors import InvalidRequest
from phytovigil.followup.change.colour_distance import Floats, find_angle
from phytovigil.followup.change.direction import LEVEL, name_direction
from phytovigil.followup.change.gaps import find_gaps
from phytovigil.followup.change.importance import importance_of
from phytovigil.followup.change.pair_rule import (
    LOOKS_A_YEAR,
    SDC_FACTOR,
    Judged,
    judge_colours,
    judge_rise,
    plan_looks,
)
from phytovigil.followup.change.saying_skin import say_skin
from phytovigil.followup.change.skin_parts import LEAST_FOLLOW, Parts, Rows, count_needed, part_rows
from phytovigil.followup.change.skin_series import list_skin_pairs, make_skin_series
from phytovigil.schema.change import (
    CHANGE,
    NO_CHANGE,
    TOO_FEW,
    ChannelChange,
    ColourChange,
    Direction,
    Looks,
    SkinChange,
    SkinSeries,
    Yellowing,
)
from phytovigil.schema.diary import Diary

SHARES = {"difference": 0.6, "covered": 0.2, "yellowing": 0.2}
SHARES_ALONE = {"difference": 0.6, "yellowing": 0.4}
"""How alpha is divided among what is looked at: with a covered site, and without."""

CHANNELS = ("L*", "a*", "b*")
PROBABILITY_OF = "share of unchanged persons, at least, whose newest two photos would lie closer to their baseline"
LOOKS_HOW = (
    "two successive photo days must both exceed the limit on the same side; the limit is such that all looks of a year "
    "together tell at most a share alpha of unchanged persons of a change"
)


def describe_all_skin(
    diary: Diary, as_of: date, *, within_days: int = 1, alpha: float = 0.05, sclera_yellow: bool | None = None
) -> tuple[SkinChange, ...]:
    """What is said about each exposed site; alpha is shared among them."""
    pairs = list_skin_pairs(diary)
    series = [make_skin_series(diary, exposed, covered, within_days=within_days) for exposed, covered in pairs]
    share = alpha / max(len(series), 1)
    return tuple(describe_skin(one, as_of, alpha=share, sclera_yellow=sclera_yellow) for one in series)


def describe_skin(
    series: SkinSeries, as_of: date, *, alpha: float = 0.05, sclera_yellow: bool | None = None
) -> SkinChange:
    """What is said about a site, or an exposed and a covered one, as of a day; later photos are not looked at.

    alpha : share of unchanged persons who may be told of a change in a year, all looks and sites together.
    sclera_yellow : whether the white of the eye is yellow, as the person says. Raises InvalidRequest for an alpha
    that is no share.
    """
    if not 0 < alpha < 1:
        raise InvalidRequest(f"alpha is {alpha:g}.", "It is a share between 0 and 1, such as 0.05.")
    parts = part_rows(series, as_of)
    days = [date.fromordinal(int(day)) for day in np.concatenate([parts.baseline.days, parts.follow.days])]
    start = SkinChange(
        exposed=series.exposed,
        covered=series.covered,
        as_of=as_of,
        verdict=TOO_FEW,
        direction=None,
        difference=None,
        sites=(),
        yellowing=None,
        baseline_values=len(parts.baseline.days),
        baseline_from=days[0] if len(parts.baseline.days) else None,
        baseline_to=days[len(parts.baseline.days) - 1] if len(parts.baseline.days) else None,
        baseline_how=parts.how,
        present=tuple(days[len(parts.baseline.days) :][-LEAST_FOLLOW:]),
        importance=importance_of("skin"),
        probability=None,
        probability_of=PROBABILITY_OF,
        ita=None,
        gaps=find_gaps(sorted(days), as_of),
        looks=Looks(max(len(parts.follow.days) - 1, 0), LOOKS_A_YEAR, alpha, LOOKS_HOW),
        needed=count_needed(parts),
        first_told=None,
        said="",
        left_out=(*series.left_out, *parts.left_out),
    )
    return say_skin(start if start.needed else judge_parts(start, parts, alpha, sclera_yellow), parts.added)


def judge_parts(start: SkinChange, parts: Parts, alpha: float, sclera_yellow: bool | None) -> SkinChange:
    """The statement where there are enough photos."""
    paired = bool(len(parts.baseline.covered))
    shares = {what: alpha * share for what, share in (SHARES if paired else SHARES_ALONE).items()}
    base, follow = parts.baseline, parts.follow
    centre = base.own.mean(axis=0)
    relative = judge_colours(base.relative, follow.relative, centre, follow.days, shares["difference"])
    first = describe_colour(
        "exposed minus covered" if paired else "site", base.relative, follow.relative, relative, follow.days
    )
    others = describe_sites(parts, shares) if paired else ()
    rise = judge_rise(base.yellow, follow.yellow, follow.days, shares["yellowing"])
    yellowing = describe_rise(rise, base, follow)
    covered_told = any(one.told for one in others)
    told = bool(first.told or yellowing.told or covered_told)
    days = (first.first_told, yellowing.first_told, *(one.first_told for one in others))
    found = replace(
        start,
        verdict=CHANGE if told else NO_CHANGE,
        difference=first if paired else None,
        sites=others if paired else (first,),
        yellowing=yellowing,
        probability=relative.probability,
        ita=(find_angle(centre), find_angle(follow.own[-LEAST_FOLLOW:].mean(axis=0))),
        looks=replace(start.looks, planned=plan_looks(follow.days)[-1]),
        first_told=min((day for day in days if day), default=None),
    )
    return replace(found, direction=name_told(found, first, parts, sclera_yellow)) if told else found


def describe_sites(parts: Parts, shares: dict[str, float]) -> tuple[ColourChange, ...]:
    """The exposed site (shown only) and the covered one (looked at: the difference would hide what it does)."""
    base, follow = parts.baseline, parts.follow
    exposed = judge_colours(base.own, follow.own, base.own.mean(axis=0), follow.days, shares["difference"])
    covered = judge_colours(base.covered, follow.covered, base.covered.mean(axis=0), follow.days, shares["covered"])
    shown = describe_colour("exposed", base.own, follow.own, exposed, follow.days)
    return (
        replace(shown, limit=None, told=None, first_told=None),
        describe_colour("covered", base.covered, follow.covered, covered, follow.days),
    )


def describe_colour(what: str, baseline: Floats, follow: Floats, judged: Judged, days: Floats) -> ColourChange:
    """The newest two photo days against the baseline."""
    present = follow[-LEAST_FOLLOW:].mean(axis=0) - baseline.mean(axis=0)
    return ColourChange(
        what,
        tuple(describe_channel(place, present, baseline) for place in range(3)),
        de00=float(judged.distances[-LEAST_FOLLOW:].mean()),
        sem=judged.sem,
        noise=float(judged.noise[-1]),
        smallest_detectable=judged.smallest_detectable,
        limit=float(judged.limits[-1]),
        told=bool(judged.told[-1]),
        first_told=find_first(judged, days),
    )


def describe_channel(place: int, present: Floats, baseline: Floats) -> ChannelChange:
    """One channel with the t interval of this look."""
    number = len(baseline)
    sd = float(baseline[:, place].std(ddof=1))
    error = max(sd, 1e-9) * float(np.sqrt(1 / LEAST_FOLLOW + 1 / number))
    change, half = float(present[place]), float(stdtrit(number - 1, 0.975)) * error
    probability = float(stdtr(number - 1, abs(change) / error))
    return ChannelChange(CHANNELS[place], change, change - half, change + half, SDC_FACTOR * sd, probability)


def describe_rise(judged: Judged, baseline: Rows, follow: Rows) -> Yellowing:
    """The rise of b* at all sites."""
    return Yellowing(
        change=float(follow.yellow[-LEAST_FOLLOW:].mean() - baseline.yellow.mean()),
        smallest_detectable=judged.smallest_detectable,
        limit=float(judged.limits[-1]),
        told=bool(judged.told[-1]),
        first_told=find_first(judged, follow.days),
    )


def find_first(judged: Judged, days: Floats) -> date | None:
    """Day of the first look that told of a change."""
    told = np.flatnonzero(judged.told)
    return date.fromordinal(int(days[told[0]])) if len(told) else None


def name_told(found: SkinChange, first: ColourChange, parts: Parts, sclera_yellow: bool | None) -> Direction:
    """Name what was told; a yellowing counts only where it exceeds its own noise or the eye is yellow."""
    base, follow = parts.baseline, parts.follow
    own = base.own.mean(axis=0), follow.own[-LEAST_FOLLOW:].mean(axis=0)
    yellow_from = LEVEL if found.yellowing is not None and found.yellowing.told else np.inf
    if not len(base.covered):
        return name_direction(*own, sclera_yellow=sclera_yellow)
    covered = base.covered.mean(axis=0), follow.covered[-LEAST_FOLLOW:].mean(axis=0)
    if first.told or yellow_from == LEVEL:
        return name_direction(*own, *covered, sclera_yellow, yellow_from=yellow_from)
    return replace(name_direction(*covered, sclera_yellow=sclera_yellow), covered_too=True)

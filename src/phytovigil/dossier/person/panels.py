"""What each small chart of a summary shows, from the findings; nothing is computed but the ends of its scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from phytovigil.dossier.wording import start_capital

Findings = Mapping[str, Any]
Span = tuple[date, date]

FIXED = {"pain": 10.0, "pain:worst": 10.0, "pain:now": 10.0, "peg": 10.0, "itch": 10.0}
"""Scales whose ends are those of the instrument."""

IN_TABLE = ("alt", "ast", "alp", "bilirubin")
"""Series that the table of liver tests shows."""

TITLES = {
    "pain": "Average pain (0–10)",
    "pain:worst": "Worst pain (0–10)",
    "pain:now": "Pain when asked (0–10)",
    "peg": "PEG (0–10)",
    "itch": "Worst itch (0–10)",
    "withdrawal": "Withdrawal (SOWS, 0–64)",
}
"""Titles that fit above a small chart; the table has the full names."""

VERDICTS = {
    "too few values to say": "too few values",
    "no change beyond noise": "within noise",
    "change beyond noise": "beyond noise",
    "change beyond noise and important": "beyond noise, important",
}

CHANNELS = {0: "lightness L*", 2: "yellow–blue b*"}
MOST_PANELS = 8
"""Most panels that are drawn; the table has every series."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart. low, high : ends of its scale; ticks : numbers beside it. band : noise around the baseline.

    gaps : stretches without values. bars : whether values stand as bars. said : one line below the title.
    """

    title: str
    said: str
    points: tuple[tuple[date, float], ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    band: tuple[float, float] | None = None
    baseline: float | None = None
    gaps: tuple[Span, ...] = ()
    bars: bool = False

    def is_missing(self, one: date, other: date) -> bool:
        """Whether values are missing between two days."""
        return any(first <= one and other <= last for first, last in self.gaps)


def make_panels(findings: Findings) -> list[Panel]:
    """The panels of a summary: use first, then series, then skin."""
    made = [panel for panel in (make_use(findings["use"]["written"]),) if panel]
    made += [make_series(one) for one in findings["series"] if one["name"] not in IN_TABLE and one["points"]]
    for one in findings["skin"]:
        made += [panel for chosen in choose_skin(one) if (panel := make_skin(one, *chosen))]
    return made


def make_use(written: Findings) -> Panel | None:
    """Amount of each week as written down, or days with an intake where no amount is."""
    weeks = written["weeks"]
    if not weeks:
        return None
    amounts = bool(written["unit"])
    points = tuple((date.fromisoformat(one["week"]), one["amount"] if amounts else one["days"]) for one in weeks)
    high = round_up(max(value for _, value in points) or 1)
    title = f"Product, {written['unit']} a week" if amounts else "Product, days a week"
    return Panel(title, "as written down", points, 0.0, high, (0.0, high), bars=True)


def make_series(one: Findings) -> Panel:
    """A series with the noise around its baseline."""
    points = tuple((date.fromisoformat(point["day"]), point["value"]) for point in one["points"])
    baseline = one["baseline"]["mean"] if one["baseline"] else None
    high = FIXED.get(one["name"]) or round_up(max(value for _, value in points) or 1)
    noise = one["smallest_detectable"]
    band = None if baseline is None or noise is None else (max(0.0, baseline - noise), min(high, baseline + noise))
    title = TITLES.get(one["name"], start_capital(one["label"]))
    return Panel(title, say_change(one), points, 0.0, high, (0.0, high), band, baseline, read_gaps(one["gaps"], points))


def say_change(one: Findings) -> str:
    """Baseline and present with the verdict.

    >>> say_change({"baseline": {"mean": 6.6}, "present": 5.2, "verdict": "change beyond noise"})
    '6.6 → 5.2: beyond noise'
    """
    verdict = VERDICTS[one["verdict"]]
    if not one["baseline"] or one["present"] is None:
        return verdict
    return f"{one['baseline']['mean']:.1f} → {one['present']:.1f}: {verdict}"


def choose_skin(one: Findings) -> list[tuple[str, int, str]]:
    """What the panels of a pair of sites show: place of the colour, channel, and in words.

    Where all sites changed alike their difference hides it, so each site stands by itself.
    """
    if one["covered"] and one["direction"] and one["direction"]["covered_too"]:
        return [("exposed", 2, one["exposed"]), ("covered", 2, one["covered"])]
    if one["covered"]:
        return [("difference", channel, f"minus {one['covered']}") for channel in CHANNELS]
    return [("exposed", channel, "from baseline") for channel in CHANNELS]


def make_skin(one: Findings, what: str, channel: int, beside: str) -> Panel | None:
    """One channel of the skin, as its distance from the baseline."""
    seen = [
        (date.fromisoformat(point["day"]), point["from_baseline"][what][channel])
        for point in one["points"]
        if point["from_baseline"][what]
    ]
    if not seen:
        return None
    colour = find_colour(one, what)
    noise = colour["channels"][channel]["smallest_detectable"] if colour else None
    reach = round_up(max(max(abs(value) for _, value in seen), noise or 0.0, 2.0))
    band = None if noise is None else (-noise, noise)
    site = beside if what != "difference" and one["covered"] else one["exposed"]
    said = beside if beside != site else "from baseline"
    if colour:
        said = f"{said}: {colour['channels'][channel]['change']:+.1f}".replace("-", "−")
    title = f"{start_capital(site)}: {CHANNELS[channel]}"
    return Panel(title, said, tuple(seen), -reach, reach, (-reach, 0.0, reach), band, 0.0, read_gaps(one["gaps"], seen))


def find_colour(one: Findings, what: str) -> Findings | None:
    """The statement on a site, or on the difference of the two."""
    if what == "difference":
        found: Findings | None = one["difference"]
        return found
    named = (site for site in one["sites"] if site["what"] == what)
    return next(named, one["sites"][0] if len(one["sites"]) == 1 else None)


def read_gaps(gaps: Sequence[Findings], points: Sequence[tuple[date, float]]) -> tuple[Span, ...]:
    """Stretches without values that are at least twice as long as is usual between two values of this series.

    Usual is the upper quartile: the days of a baseline lie close together.

    >>> days = [date(2026, 1, 1), date(2026, 1, 3), date(2026, 2, 1), date(2026, 3, 1), date(2026, 7, 1)]
    >>> gaps = [{"after": "2026-02-01", "until": "2026-03-01", "days": 28},
    ...         {"after": "2026-03-01", "until": "2026-07-01", "days": 122}]
    >>> [(str(after), str(until)) for after, until in read_gaps(gaps, [(day, 1.0) for day in days])]
    [('2026-03-01', '2026-07-01')]
    """
    days = sorted({day for day, _ in points})
    apart = sorted((other - one).days for one, other in pairwise(days))
    usual = apart[(3 * (len(apart) - 1)) // 4] if apart else 0
    long = [gap for gap in gaps if gap["days"] >= 2 * usual]
    return tuple((date.fromisoformat(gap["after"]), date.fromisoformat(gap["until"])) for gap in long)


def round_up(value: float) -> float:
    """The next of 1, 2, 3, 5, 8 times a power of ten.

    >>> [round_up(value) for value in (0.7, 9.6, 41.0, 300.0)]
    [0.8, 10.0, 50.0, 300.0]
    """
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 6) for step in (1, 2, 3, 5, 8, 10) if value <= step * power * (1 + 1e-9))

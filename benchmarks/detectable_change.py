"""How often unchanged persons are told of a change, and how soon a true one is found: skin, pain, periods on and off.

Usage: python benchmarks/detectable_change.py [--persons N] [--only skin|rules|pain|periods]. Prints the tables of
docs/explanation/change-and-noise.md, with 1,000 persons (300 in the tables that no promise rests on) in some twenty
minutes on one processor; seeds are fixed, so that the same program prints the same figures. Persons come from
phytovigil.simulation.person: every noise in it is assumed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from phytovigil.followup.change import compare_periods, describe_change, describe_skin
from phytovigil.followup.change.colour_distance import shift_distance
from phytovigil.followup.change.pair_rule import SDC_FACTOR
from phytovigil.schema.change import (
    BROWNER,
    GREYER,
    LIGHTER,
    TOO_FEW,
    YELLOWER,
    PeriodSpan,
    Series,
    SkinChange,
    SkinSeries,
)
from phytovigil.simulation.person import (
    PainSettings,
    PhotoNoise,
    PigmentChange,
    SkinSettings,
    simulate_pain,
    simulate_skin,
)
from phytovigil.simulation.person.pain import draw_fading

Floats = npt.NDArray[np.float64]

FIRST = date(2026, 1, 1)
SEED = 2026
PERSONS = 1_000
SIZES = (5, 8, 12, 20)
PHOTOS_TO_FIND = 4
RUN_IN, BASELINE = 14, 28

NOISES: dict[str, PhotoNoise] = {
    "as assumed": PhotoNoise(),
    "one light only": PhotoNoise(lights=1),
    "half the photos in other lights": PhotoNoise(lights=6, main_light=0.5),
    "heavy tails (t, 4 degrees)": PhotoNoise(tails=4.0),
    "heavy tails (t, 2.5 degrees)": PhotoNoise(tails=2.5),
    "a tenth are outliers, none refused": PhotoNoise(outliers=0.1, refused=0.0),
    "day's part lasts, correlation 0.3": PhotoNoise(lasting=0.3),
    "day's part lasts, correlation 0.6": PhotoNoise(lasting=0.6),
    "day's part lasts, correlation 0.8": PhotoNoise(lasting=0.8),
    "persons differ twofold": PhotoNoise(spread=0.7),
    "noise of L* alone": PhotoNoise((1.2, 0.05, 0.05), (1.2, 0.05, 0.05), (1.5, 0.05, 0.05), bias=(1.0, 0.05, 0.05)),
}
TOWARDS: dict[str, tuple[float, float, float]] = {
    GREYER: (-10.0, -3.0, -12.0),
    BROWNER: (-8.0, 2.0, 4.0),
    LIGHTER: (8.0, -2.0, -1.0),
}

PAINS: dict[str, PainSettings] = {
    "as assumed": PainSettings(),
    "begin in a very bad week": PainSettings(begins=2.5, settling=3.0),
    "no slow part": PainSettings(slow=(0.0, 20.0)),
    "days independent, no flares": PainSettings(slow=(0.0, 20.0), fast=(1.1, 0.0), flares=0.0),
    "many flares (one in 20 days)": PainSettings(flares=1 / 20),
    "near the floor (own mean 0–3)": PainSettings(mean=(0.0, 3.0)),
    "settles slowly (30–60 days)": PainSettings(settles=(30.0, 60.0)),
    "slow part larger and slower (0.8, 40 days)": PainSettings(slow=(0.8, 40.0)),
    "slow part as large as all else (1.0, 60 days)": PainSettings(slow=(1.0, 60.0)),
}


# ---------------------------------------------------------------------------------------------------------- skin


@dataclass(frozen=True)
class Persons:
    """Series of many persons, and their own true standard error of measurement, in ΔE00."""

    series: list[SkinSeries]
    sem: Floats


def make_persons(settings: SkinSettings, persons: int, seed: int, shifts: Floats | None = None) -> Persons:
    """Simulate persons. shifts : (persons, 3), a step of the exposed site from `settings.change.start` on."""
    found = simulate_skin(settings, persons, seed)
    exposed = found.exposed
    if shifts is not None:
        exposed = exposed + shifts[:, None, :] * (found.days >= settings.change.start)[None, :, None]
    days = tuple(FIRST + timedelta(days=int(day)) for day in found.days)
    series = [
        make_series(days, exposed[person], found.covered[person], found.baseline, found.usable[person])
        for person in range(persons)
    ]
    return Persons(series, measure_sem(settings, persons, seed))


def make_series(days: Sequence[date], exposed: Floats, covered: Floats, marked: Floats, usable: Floats) -> SkinSeries:
    rows = np.flatnonzero(usable)
    return SkinSeries(
        "back of the hand",
        "inner upper arm",
        tuple(days[row] for row in rows),
        tuple(map(tuple, exposed[rows])),
        tuple(map(tuple, covered[rows])),
        tuple(bool(marked[row]) for row in rows),
    )


def measure_sem(settings: SkinSettings, persons: int, seed: int) -> Floats:
    """True standard error of measurement of each person: 400 photo days without outliers, of the same persons."""
    quiet = replace(settings.noise, outliers=0.0, lasting=0.0)
    many = simulate_skin(replace(settings, noise=quiet, baseline=400, follow=0, change=PigmentChange()), 200, seed)
    differences = many.exposed - many.covered
    centred = differences - differences.mean(axis=1, keepdims=True)
    distances = shift_distance(np.array(settings.exposed), centred.reshape(-1, 3)).reshape(centred.shape[:2])
    unit = float(np.sqrt((distances**2).mean(axis=1) / many.scale**2).mean())
    return unit * simulate_skin(settings, persons, seed).scale


def scale_shift(colour: Floats, towards: Floats, size: Floats) -> Floats:
    """Shifts (persons, 3) of a direction whose ΔE00 is `size`, by bisection."""
    low, high = np.zeros(len(size)), np.full(len(size), 20.0)
    for _ in range(40):
        middle = (low + high) / 2
        short = shift_distance(colour, middle[:, None] * towards) < size
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high[:, None] * towards


def describe_persons(series: Sequence[SkinSeries]) -> list[SkinChange]:
    return [describe_skin(one, one.days[-1]) for one in series]


def share_told(settings: SkinSettings, persons: int, seed: int) -> float:
    """Share of unchanged persons who are told of a change at any look."""
    found = describe_persons(make_persons(settings, persons, seed).series)
    return float(np.mean([one.first_told is not None for one in found]))


def share_told_after_one_sitting(persons: int) -> float:
    """The same where the baseline's photos are of one day, with one light, and are counted as 8 days all the same."""
    usual = SkinSettings()
    still = replace(usual.noise, day=(0.0, 0.0, 0.0), common=(0.0, 0.0, 0.0), lights=1)
    sitting, later = (simulate_skin(replace(usual, noise=noise), persons, SEED) for noise in (still, usual.noise))
    days = tuple(FIRST + timedelta(days=int(day)) for day in later.days)
    told = []
    for person in range(persons):
        pairs = ((sitting.exposed, later.exposed), (sitting.covered, later.covered))
        own, covered = (np.where(later.baseline[:, None], still[person], after[person]) for still, after in pairs)
        series = make_series(days, own, covered, later.baseline, later.usable[person])
        told.append(describe_skin(series, days[-1]).first_told is not None)
    return float(np.mean(told))


def own_sem(one: SkinSeries) -> float:
    """Standard error of measurement as the program computes it from the person's own baseline."""
    marked = np.array(one.baseline)
    differences = (np.array(one.colours) - np.array(one.covered_colours))[marked]
    distances = shift_distance(np.array(one.colours)[marked].mean(axis=0), differences - differences.mean(axis=0))
    return float(np.sqrt((distances**2).sum() / (marked.sum() - 1)))


def share_found(
    settings: SkinSettings, persons: int, seed: int, times: float, at: int, own: bool
) -> tuple[float, float]:
    """Of persons with a true step of `times` their smallest detectable change at follow-up photo day `at`: share
    found within four photos, of those not told before; and of these the share whose direction is named rightly.
    """
    start = settings.baseline - 1 + settings.interval * (at + 1)
    changed = replace(settings, change=PigmentChange(start=start))
    before = make_persons(changed, persons, seed)
    sem = np.array([own_sem(one) for one in before.series]) if own else before.sem
    names = list(TOWARDS)
    towards = np.array([TOWARDS[names[person % len(names)]] for person in range(persons)])
    shifts = scale_shift(np.array(settings.exposed), towards, times * SDC_FACTOR * sem)
    series = make_persons(changed, persons, seed, shifts).series
    return count_found(series, FIRST + timedelta(days=start), names)


def count_found(series: Sequence[SkinSeries], start: date, names: Sequence[str]) -> tuple[float, float]:
    found, named = [], []
    for person, one in enumerate(series):
        later = [day for day in one.days if day >= start][:PHOTOS_TO_FIND]
        if len(later) < PHOTOS_TO_FIND:
            continue
        told = describe_skin(one, later[-1])
        if told.first_told is not None and told.first_told < start:
            continue
        found.append(told.first_told is not None)
        if told.first_told is not None:
            when = describe_skin(one, told.first_told)
            named.append(when.direction is not None and when.direction.name == names[person % len(names)])
    return float(np.mean(found)), float(np.mean(named)) if named else float("nan")


def print_skin(persons: int) -> None:
    print("## Skin, unchanged: told of a change within a year of weekly photos, per cent\n")
    print_row("noise", *(f"{size} days" for size in SIZES))
    print_row(*["---"] * (len(SIZES) + 1))
    for name, noise in NOISES.items():
        cells = (share_told(SkinSettings(noise=noise, baseline=size), persons, SEED + size) for size in SIZES)
        print_row(name, *(f"{100 * cell:.1f}" for cell in cells))
    short = describe_persons(make_persons(SkinSettings(baseline=4, follow=0), 3, SEED).series)
    assert {one.verdict for one in short} == {TOO_FEW}
    print(f"\nWith 4 days and no more: “{short[0].said}”\n")
    print(f"One sitting counted as 8 days: {100 * share_told_after_one_sitting(fewer(persons)):.1f} %\n")
    print_found(persons)
    print_found_by_noise(persons)
    print_yellow(persons)


def print_found(persons: int) -> None:
    print(f"## Skin, changed: found within {PHOTOS_TO_FIND} photos, per cent\n")
    print_row("step, in smallest detectable changes", "at photo", *(f"{size} days" for size in SIZES))
    print_row(*["---"] * (len(SIZES) + 2))
    named = []
    rows = [(1.0, 10, False), (1.5, 10, False), (2.0, 0, False), (2.0, 10, False), (2.0, 40, False), (2.0, 10, True)]
    for times, at, own in rows:
        whose = "as computed from the own baseline" if own else "true"
        cells = [share_found(SkinSettings(baseline=size), persons, SEED + size, times, at, own) for size in SIZES]
        named += [cell[1] for cell in cells] if times == 2.0 else []
        print_row(f"{times:g} × {whose}", str(at + 1), *(f"{100 * cell[0]:.1f}" for cell in cells))
    print(f"\nDirection named rightly among those found at twice: {100 * np.mean(named):.1f} %\n")


def print_found_by_noise(persons: int) -> None:
    print("## Skin, changed: found within 4 photos by noise, per cent\n")
    print_row("noise, 2 × true, at photo 11", *(f"{size} days" for size in SIZES))
    print_row(*["---"] * (len(SIZES) + 1))
    for name, noise in NOISES.items():
        cells = [
            share_found(SkinSettings(baseline=size, noise=noise), fewer(persons), SEED + size, 2.0, 10, False)
            for size in SIZES
        ]
        print_row(name, *(f"{100 * cell[0]:.1f}" for cell in cells))
    print()


def print_yellow(persons: int) -> None:
    print("## Skin yellower at both sites (ΔL* 0, Δa* +1): named jaundice-like within 4 photos, per cent\n")
    rises = (4.0, 8.0, 12.0)
    print_row("baseline", *(f"Δb* +{rise:g}" for rise in rises), "named pigment")
    print_row(*["---"] * (len(rises) + 2))
    for size in SIZES:
        cells = [share_yellow(size, fewer(persons), rise) for rise in rises]
        pigment = sum(cell[1] for cell in cells)
        print_row(f"{size} days", *(f"{100 * cell[0]:.1f}" for cell in cells), f"{pigment} persons")
    print()


def share_yellow(size: int, persons: int, rise: float) -> tuple[float, int]:
    start = size - 1 + 7 * 11
    shift = (0.0, 1.0, rise)
    change = PigmentChange("step", shift, shift, start=start)
    series = make_persons(SkinSettings(baseline=size, change=change), persons, SEED + size).series
    names, pigment = [], 0
    for one in series:
        later = [day for day in one.days if day >= FIRST + timedelta(days=start)][:PHOTOS_TO_FIND]
        looks = [describe_skin(one, day) for day in later[1:]]
        names.append(any(look.direction is not None and look.direction.name == YELLOWER for look in looks))
        pigment += any(look.direction is not None and look.direction.pigment for look in looks)
    return float(np.mean(names)), pigment


# --------------------------------------------------------------------------------------------------------- rules


def print_rules(persons: int) -> None:
    """Rules compared on the same draws: three channels of noise; limits such that 5 % cry wolf in one channel."""
    print(
        "## Rules compared: alarms of unchanged persons under four noises, and steps found within 4 photos, per cent\n"
    )
    columns = ("normal", "tails (t, 4)", "lasting 0.3", "lasting 0.5")
    print_row("baseline", "rule", "limit", *columns, "step of 2, any direction", "step of 2, noisiest channel")
    print_row(*["---"] * 9)
    for size in (5, 8, 12):
        for name, rule in RULES.items():
            print_row(str(size), name, *rule_cells(rule, size, persons))
    print()


Rule = Callable[[Floats, Floats], Floats]
CHANNELS = np.array([1.5, 0.7, 0.9])


def rule_cells(rule: Rule, size: int, persons: int) -> list[str]:
    draw = np.random.default_rng([SEED, size])
    flat = draw.normal(size=(4 * persons, size + 52, 3)) * np.array([1.0, 1e-6, 1e-6])
    limit = float(np.quantile(worst(rule, flat, size), 0.95))
    calm = [worst(rule, noise, size) > limit for noise in draw_noises(draw, persons, size)]
    steps = []
    for noisiest in (False, True):
        noise = draw.normal(size=(persons, size + 52, 3)) * CHANNELS
        towards = np.tile([1.0, 0.0, 0.0], (persons, 1)) if noisiest else draw.normal(size=(persons, 3))
        towards /= np.linalg.norm(towards, axis=1, keepdims=True)
        noise[:, size + 10 :] += 2 * SDC_FACTOR * np.linalg.norm(CHANNELS) * towards[:, None]
        found = rule(noise[:, :size], noise[:, size:])[:, 10 : 10 + PHOTOS_TO_FIND].max(axis=1) > limit
        steps.append(found)
    return [f"{limit:.2f}", *(f"{100 * np.mean(one):.1f}" for one in (*calm, *steps))]


def worst(rule: Rule, noise: Floats, size: int) -> Floats:
    return rule(noise[:, :size], noise[:, size:]).max(axis=1)


def draw_noises(draw: np.random.Generator, persons: int, size: int) -> list[Floats]:
    shape = (persons, size + 52, 3)
    found = [draw.normal(size=shape), draw.standard_t(4, size=shape) / np.sqrt(2)]
    for correlation in (0.3, 0.5):
        noise = draw.normal(size=shape)
        for day in range(1, shape[1]):
            noise[:, day] = correlation * noise[:, day - 1] + np.sqrt(1 - correlation**2) * noise[:, day]
        found.append(noise)
    return [one * CHANNELS for one in found]


def centre(base: Floats, follow: Floats) -> tuple[Floats, Floats]:
    """Follow-up around the baseline's mean, and the baseline's whole standard deviation."""
    return follow - base.mean(axis=1, keepdims=True), np.sqrt(base.var(axis=1, ddof=1).sum(axis=-1))[:, None]


def one_photo(base: Floats, follow: Floats) -> Floats:
    shifts, spread = centre(base, follow)
    return np.linalg.norm(shifts, axis=-1) / spread


def two_photos(base: Floats, follow: Floats) -> Floats:
    shifts, spread = centre(base, follow)
    sizes = np.linalg.norm(shifts, axis=-1) / spread
    found = np.zeros_like(sizes)
    same = (shifts[:, 1:] * shifts[:, :-1]).sum(axis=-1) > 0
    found[:, 1:] = np.where(same, np.minimum(sizes[:, 1:], sizes[:, :-1]), 0.0)
    return found


def mean_of(number: int) -> Rule:
    def rule(base: Floats, follow: Floats) -> Floats:
        shifts, spread = centre(base, follow)
        sums = np.cumsum(np.concatenate([np.zeros_like(shifts[:, :1]), shifts], axis=1), axis=1)
        found = np.zeros(shifts.shape[:2])
        found[:, number - 1 :] = np.linalg.norm(sums[:, number:] - sums[:, :-number], axis=-1) / number / spread
        return found

    return rule


def smoothed(base: Floats, follow: Floats, weight: float = 0.4) -> Floats:
    """Exponentially weighted moving average."""
    shifts, spread = centre(base, follow)
    level, found = np.zeros_like(shifts[:, 0]), np.zeros(shifts.shape[:2])
    for day in range(shifts.shape[1]):
        level = (1 - weight) * level + weight * shifts[:, day]
        size = weight / (2 - weight) * (1 - (1 - weight) ** (2 * day + 2))
        found[:, day] = np.linalg.norm(level, axis=-1) / np.sqrt(size + 1 / base.shape[1])
    return found / spread


def hotelling(base: Floats, follow: Floats) -> Floats:
    """T² of one photo with the covariance of the baseline."""
    shifts = follow - base.mean(axis=1, keepdims=True)
    residuals = base - base.mean(axis=1, keepdims=True)
    covariance = np.einsum("pni,pnj->pij", residuals, residuals) / (base.shape[1] - 1)
    scaled = np.linalg.solve(covariance, np.swapaxes(shifts, 1, 2))
    return np.sqrt(np.einsum("pti,pit->pt", shifts, scaled))


RULES: dict[str, Rule] = {
    "one photo beyond": one_photo,
    "two in a row, same side (used)": two_photos,
    "mean of 2": mean_of(2),
    "mean of 3": mean_of(3),
    "moving average (0.4)": smoothed,
    "Hotelling T², one photo": hotelling,
}


# ---------------------------------------------------------------------------------------------------------- pain


def pain_series(values: Floats, days: Floats) -> Series:
    known = np.isfinite(values)
    when = tuple(FIRST + timedelta(days=int(day)) for day in days[known])
    return Series("pain", "average pain", "points (0–10)", when, tuple(float(value) for value in values[known]))


def simulate_series(settings: PainSettings, persons: int, weekly: bool, seed: int) -> list[Series]:
    days = RUN_IN + (63 if weekly else BASELINE) + 365
    found = simulate_pain(replace(settings, every=7 if weekly else 1), persons, days, seed)
    return [pain_series(one, found.days) for one in found.values]


def told_pain(settings: PainSettings, persons: int, weekly: bool, run_in: int) -> float:
    """Share of unchanged persons who are told of a change of pain in a year."""
    series = simulate_series(settings, persons, weekly, SEED)
    looks = (describe_change(one, one.days[-1], run_in_days=run_in) for one in series)
    return float(np.mean([one.first_told is not None for one in looks]))


def found_pain(settings: PainSettings, persons: int, weekly: bool, size: float | None) -> tuple[float, float]:
    """Share found within 28 days and within 182 days of a fall by `size` (None: twice the own smallest detectable
    change, as far as the scale has room), of those not told before.
    """
    start = RUN_IN + (63 if weekly else BASELINE) + 84
    plain = simulate_series(settings, persons, weekly, SEED)
    early, late = [], []
    for one in plain:
        fall = 2 * (describe_change(one, one.days[-1]).smallest_detectable or 0.0) if size is None else size
        first = FIRST + timedelta(days=start)
        values = tuple(max(v - fall, 0.0) if d >= first else v for d, v in zip(one.days, one.values, strict=True))
        told = describe_change(replace(one, values=values), first + timedelta(days=182)).first_told
        if told is None or told >= first:
            early.append(told is not None and told <= first + timedelta(days=28))
            late.append(told is not None)
    return float(np.mean(early)), float(np.mean(late))


def print_pain(persons: int) -> None:
    print("## Pain, unchanged: told of a change within a year, per cent\n")
    print_row("natural course", "daily", "weekly", "daily, without run-in", "weekly, without run-in")
    print_row(*["---"] * 5)
    for place, (name, settings) in enumerate(PAINS.items()):
        run_ins = (RUN_IN, 0) if place < 2 else (RUN_IN,)
        number = persons if place < 2 else fewer(persons)
        cells = [told_pain(settings, number, weekly, run_in) for run_in in run_ins for weekly in (False, True)]
        print_row(name, *(f"{100 * cell:.1f}" for cell in cells), *[""] * (4 - len(cells)))
    print("\n## Pain, changed: found within 28 days / within 182 days, per cent\n")
    print_row("natural course", "2 points, daily", "2 points, weekly", "2 × own SDC, daily", "2 × own SDC, weekly")
    print_row(*["---"] * 5)
    for name in ("as assumed", "no slow part", "days independent, no flares"):
        settings = PAINS[name]
        cells = [found_pain(settings, fewer(persons), weekly, size) for size in (2.0, None) for weekly in (False, True)]
        print_row(name, *(f"{100 * early:.0f} / {100 * late:.0f}" for early, late in cells))
    print()


# ------------------------------------------------------------------------------------------------------- periods


def period_noise(kind: str, persons: int, days: int, draw: np.random.Generator) -> Floats:
    """Noise of a series of 1 standard deviation."""
    if kind == "days independent":
        return draw.normal(size=(persons, days))
    if kind == "AR(1), 0.5 a day":
        return draw_fading(1.0, -1 / np.log(0.5), persons, days, draw)
    if kind == "AR(1), 0.8 a day":
        return draw_fading(1.0, -1 / np.log(0.8), persons, days, draw)
    slow = draw_fading(np.sqrt(0.3), 20.0, persons, days, draw)
    return slow + draw_fading(np.sqrt(0.7), 2.0, persons, days, draw)


def print_periods(persons: int) -> None:
    print("## Periods on and off, true effect −1 (in standard deviations of a day): interval and p-value\n")
    print_row(
        "noise", "periods", "days each", "95 % interval holds, per cent", "mean width", "p ≤ 0.05, no effect, per cent"
    )
    print_row(*["---"] * 6)
    for kind in ("days independent", "AR(1), 0.5 a day", "AR(1), 0.8 a day", "slow part (0.3, 20 days)"):
        for number, length in ((4, 28), (8, 14), (8, 28)):
            print_row(kind, str(number), str(length), *period_cells(kind, number, length, fewer(persons)))
    print()


def period_cells(kind: str, number: int, length: int, persons: int) -> list[str]:
    draw = np.random.default_rng([SEED, number, length, len(kind)])
    noise = 5 + period_noise(kind, persons, number * length, draw)
    taking = draw.permuted(np.tile(np.arange(number) % 2 == 0, (persons, 1)), axis=1)
    days = tuple(FIRST + timedelta(days=day) for day in range(number * length))
    holds, widths, wrong = [], [], []
    for values, on in zip(noise, taking, strict=True):
        spans = [
            PeriodSpan(days[place * length], days[(place + 1) * length - 1], bool(one)) for place, one in enumerate(on)
        ]
        with_effect = values - np.repeat(on, length)
        found = compare_periods(Series("itch", "itch", "sd", days, tuple(with_effect)), spans)
        assert found.low is not None
        assert found.high is not None
        holds.append(found.low <= -1 <= found.high)
        widths.append(found.high - found.low)
        none = compare_periods(Series("itch", "itch", "sd", days, tuple(values)), spans)
        wrong.append(none.p_value is not None and none.p_value <= 0.05)
    return [f"{100 * np.mean(holds):.1f}", f"{np.mean(widths):.2f}", f"{100 * np.mean(wrong):.1f}"]


def fewer(persons: int) -> int:
    """Persons of the tables that no promise rests on."""
    return max(persons * 3 // 10, 1)


def print_row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


PARTS: dict[str, Callable[[int], None]] = {
    "skin": print_skin,
    "rules": print_rules,
    "pain": print_pain,
    "periods": print_periods,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--only", choices=PARTS)
    given = parser.parse_args()
    for name, part in PARTS.items():
        if given.only in (None, name):
            part(given.persons)


if __name__ == "__main__":
    main()

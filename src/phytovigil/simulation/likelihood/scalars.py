"""Ratios of the fields that have one value: P(left, right | same event) / (P(left) P(right)).

`left` is the original, or one of two near-copies of an unseen original. Each table is exact for the changes of
`duplication.Changes`; where it is not, the function says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.columns import FIRST_DAY
from phytovigil.simulation.copying import changed_years, shares_of, swap_day_and_month
from phytovigil.simulation.draws import Floats, Integers
from phytovigil.simulation.duplication import Changes
from phytovigil.simulation.likelihood.telling import AGE_SPAN, BLANK, Told
from phytovigil.simulation.model import Model
from phytovigil.simulation.reports import MEAN_DELAY_DAYS, draw_weights, pound_share

OLDEST = 110
DAYS_OF_QUARTER = 91
DAYS_OF_MONTH, DAYS_OF_YEAR = 30.44, 365.25
LONGEST_DELAY = 6_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of positions in `Told`: `left` was received first."""

    left: Integers
    right: Integers

    def both(self, values: Integers) -> tuple[Integers, Integers]:
        """The values of both sides."""
        return values[self.left], values[self.right]


def redrawn(shares: Floats, anew: float) -> Floats:
    """P(right | left) where a value is drawn anew at a chance, shape (values, values)."""
    return (1 - anew) * np.eye(len(shares)) + anew * shares[None, :]


def ratios(original: Floats, channel: Floats) -> tuple[Floats, Floats]:
    """The two tables of ratios, original to near-copy and near-copy to near-copy, from P(value) and P(right | left)."""
    copied = channel.T @ (original[:, None] * channel)
    with np.errstate(divide="ignore", invalid="ignore"):
        single = np.nan_to_num(channel / original[None, :], nan=0.0, posinf=0.0)
        double = np.nan_to_num(copied / np.outer(original, original), nan=0.0, posinf=0.0)
    return single, double


def redrawn_ratio(shares: Floats, anew: float, pairs: Pairs, values: Integers) -> tuple[Floats, Floats]:
    """Ratios of a field that is drawn anew at a chance."""
    single, double = ratios(shares, redrawn(shares, anew))
    left, right = pairs.both(values)
    return single[left, right], double[left, right]


def country_ratio(model: Model, changes: Changes, pairs: Pairs, told: Told) -> tuple[Floats, Floats]:
    """Ratios of the country; the last row and column are blanks, whose share is that of near-copies."""
    shares = shares_of(model.coded["reporter_country"].choice)
    kept, other, blank = changes.country_shares()
    channel = np.zeros((len(shares), len(shares) + 1))
    channel[:, :-1] = kept * np.eye(len(shares)) + other * shares
    channel[:, -1] = blank
    told_share = model.parameters.duplicate_share
    population = (1 - told_share) * np.append(shares, 0.0) + told_share * (shares @ channel)
    whole = np.vstack([channel, np.zeros(len(shares) + 1)])
    single = whole / population[None, :]
    double = channel.T @ (shares[:, None] * channel) / np.outer(population, population)
    left, right = (np.where(side == BLANK, len(shares), side) for side in pairs.both(told.country))
    return single[left, right], double[left, right]


def weight_ratio(model: Model, changes: Changes, pairs: Pairs, told: Told) -> tuple[Floats, Floats]:
    """Ratios of the weight: equal in kilograms, or blank."""
    given, pounds = model.filled["wt"], pound_share(model)
    shares = np.bincount(draw_weights(model, np.arange(200_000)), minlength=202) / 200_000
    left, right = pairs.both(told.kilograms)
    unit = np.array([1 - pounds, pounds])
    flip = changes.weight_converted
    turned = np.array([[1 - flip, flip], [flip, 1 - flip]])
    one, two = ratios(unit, turned)
    sides = pairs.both(told.pounds)
    both = (left != BLANK) & (right != BLANK)
    equal = both & (left == right)
    kept, share = 1 - changes.weight_blank, np.maximum(given * shares[np.maximum(right, 0)], 1e-12)
    neither = (left == BLANK) & (right == BLANK)
    single = np.select(
        [equal, both, neither, right == BLANK],
        [kept * one[sides] / share, np.zeros(len(left)), 1 / (1 - given), changes.weight_blank / (1 - given)], 0.0,
    )  # fmt: skip
    blank = 1 - given + given * changes.weight_blank**2
    double = np.select(
        [equal, both, neither],
        [kept**2 * two[sides] / share, np.zeros(len(left)), blank / (1 - given) ** 2],
        kept * changes.weight_blank / (1 - given),
    )
    return single, double


def firm_ratio(model: Model, pairs: Pairs, told: Told) -> tuple[Floats, Floats]:
    """Ratios of the sender: never the original's, else any firm alike."""
    firms = model.parameters.firms
    direct = dict(zip(model.coded["rept_cod"].codes, model.coded["rept_cod"].weights(), strict=True)).get("DIR", 0.0)
    shares = shares_of(model.numbers["firm"]) * (1 - direct)
    left, right = pairs.both(told.firm)
    other = np.where((right != BLANK) & (left != right), 1 / (firms - 1) / shares[right], 0.0)
    both = (left != BLANK) & (right != BLANK)
    return other, np.where(both, 1 / firms**2 / (shares[left] * shares[right]), 0.0)


def paper_ratio(cited: float, published: float, lost: float, pairs: Pairs, told: Told) -> tuple[Floats, Floats]:
    """Ratios of the reference. `cited` is its share in all reports, `published` in originals that were copied.

    Near-copies of one original are taken to be of a published case.
    """
    count = len(told.paper)
    left, right = pairs.both(told.paper)
    same, neither = (left == right) & (left != BLANK), (left == BLANK) & (right == BLANK)
    both = (left != BLANK) & (right != BLANK)
    equal, one, none = count / cited**2, 1 / (cited * (1 - cited)), 1 / (1 - cited) ** 2
    single = np.select(
        [same, both, neither, left != BLANK],
        [published * (1 - lost) * equal, 0.0, (1 - published) * none, published * lost * one], 0.0,
    )  # fmt: skip
    double = np.select([same, both, neither], [(1 - lost) ** 2 * equal, 0.0, lost**2 * none], lost * (1 - lost) * one)
    return single, double


def age_states(model: Model) -> dict[int, int]:
    """Places of the told ages in the tables: blank first."""
    units = model.coded["age_cod"].codes
    numbers = [BLANK, *(unit * AGE_SPAN + age for unit, code in enumerate(units) if code for age in range(OLDEST + 1))]
    return {number: place for place, number in enumerate(numbers)}


def age_tables(model: Model, changes: Changes) -> tuple[Floats, Floats]:
    """P(age | usual decade), shape (decades, states), and P(right | left), shape (states, states)."""
    states, units = age_states(model), model.coded["age_cod"].codes
    decades = shares_of(model.coded["age_decades"].choice)
    digits = [int(code or 0) for code in model.coded["age_decades"].codes]
    tied = model.conditions.background.tied_age if model.conditions else 0.0
    tilted = (1 - tied) * decades[None, :] + tied * np.eye(len(decades))
    shares, channel = np.zeros((len(decades), len(states))), np.eye(len(states))
    for unit, (code, weight) in enumerate(zip(units, model.coded["age_cod"].weights(), strict=True)):
        for place, decade in enumerate(digits):
            if code == "YR":
                spots = [states[unit * AGE_SPAN + 10 * decade + year] for year in range(10)]
                shares[:, spots] += weight * tilted[:, [place]] / 10
            elif code == "DEC":
                shares[:, states[unit * AGE_SPAN + max(decade, 1)]] += weight * tilted[:, place]
        if code == "":
            shares[:, 0] += weight
        elif code not in ("YR", "DEC"):
            spots = [states[unit * AGE_SPAN + age] for age in range(1, 73)]
            shares[:, spots] += weight / 72
    fill_age_channel(model, changes, states, channel)
    return shares, channel


def fill_age_channel(model: Model, changes: Changes, states: dict[int, int], channel: Floats) -> None:
    """Set the rows of ages in years; all others stay as they are."""
    units = model.coded["age_cod"].codes
    year = units.index("YR") * AGE_SPAN
    decade = units.index("DEC") * AGE_SPAN if "DEC" in units else year
    for age in range(OLDEST):
        row = np.zeros(channel.shape[1])
        for change, share in enumerate(changes.age_shares()):
            years = int(changed_years(np.array([age]), np.array([change]))[0])
            told = BLANK if change == 5 else decade + years // 10 if change == 4 else year + years
            row[states[told]] += share
        channel[states[year + age]] = row


def delay_shares() -> Floats:
    """P(days from event to first receipt), cumulated from the left, shape (LONGEST_DELAY + 1,).

    The day of receipt within its quarter is even; the delay before the quarter is exponential.
    """
    edges = np.arange(LONGEST_DELAY + 1)
    exponential = np.diff(-np.expm1(-np.append(edges, edges[-1] + 1) / MEAN_DELAY_DAYS))
    evenly = np.convolve(exponential, np.full(DAYS_OF_QUARTER, 1 / DAYS_OF_QUARTER))[:LONGEST_DELAY]
    cumulated: Floats = np.concatenate([[0.0, 0.0], np.cumsum(evenly)])[: LONGEST_DELAY + 2]
    return cumulated


def months_of(days: Integers) -> Integers:
    """Months since 1970 of day numbers."""
    months: Integers = (FIRST_DAY + days).astype("datetime64[M]").astype(np.int64)
    return months


def date_marginal(model: Model, told: Told, report: Integers) -> Floats:
    """P(date of event as told | day of receipt)."""
    given, (digits, choice) = model.filled["event_dt"], model.date_places["event_dt"]
    shares = dict(zip(digits.tolist(), shares_of(choice).tolist(), strict=True))
    cumulated = delay_shares()
    day, places, received = told.date[report], told.places[report], told.received[report]
    month = months_of(day)
    first = {8: day, 6: first_of(month), 4: first_of(month // 12 * 12)}
    after = {8: day + 1, 6: first_of(month + 1), 4: first_of(month // 12 * 12 + 12)}
    result = np.full(len(report), 1 - given)
    for digit, share in shares.items():
        low, high = (np.clip(received - edge + 1, 0, len(cumulated) - 1) for edge in (after[digit], first[digit]))
        result = np.where(places == digit, given * share * (cumulated[high] - cumulated[low]), result)
    marginal: Floats = np.maximum(result, 1e-12)
    return marginal


def first_of(month: Integers) -> Integers:
    """Day numbers of the first of months since 1970."""
    days: Integers = (month.astype("datetime64[M]").astype("datetime64[D]") - FIRST_DAY).astype(np.int64)
    return days


def date_channel(shares: tuple[float, ...], most: int, pairs: Pairs, told: Told) -> Floats:
    """P(right date | left date). The day within a told month or year is taken as even."""
    kept, shifted, swapped, to_month, to_year, blank = shares
    (day, other), (places, fewer) = pairs.both(told.date), pairs.both(told.places)
    month, second = months_of(day), months_of(other)
    off = np.abs(day - other)
    as_day = kept * (off == 0) + shifted * ((off > 0) & (off <= most)) / (2 * most)
    as_day = as_day + swapped * (swap_day_and_month(day) == other)
    crossing = (most + 1) / 2
    in_month = kept + to_month + shifted * (1 - crossing / DAYS_OF_MONTH) + swapped * (1 - 11 / DAYS_OF_MONTH)
    near = shifted * crossing / DAYS_OF_MONTH / 2 * (np.abs(month - second) == 1)
    same_year = month // 12 == second // 12
    as_month = np.where(month == second, in_month, near + swapped / DAYS_OF_MONTH * same_year)
    crossed = shifted * crossing / DAYS_OF_YEAR
    as_year = np.where(same_year, 1 - blank - crossed, crossed / 2 * (np.abs(month // 12 - second // 12) == 1))
    equal = month == second
    return np.select(
        [
            (places == 0), fewer == 0,
            (places == 8) & (fewer == 8), (places == 8) & (fewer == 6), (places == 8) & (fewer == 4),
            (places == 6) & (fewer == 6), (places == 6) & (fewer == 4), (places == 4) & (fewer == 4),
        ],
        [
            (fewer == 0) * 1.0, np.full(len(day), blank),
            as_day, to_month * equal, to_year * same_year,
            as_month, to_year * same_year, as_year,
        ],
        0.0,
    )  # fmt: skip


def date_ratio(model: Model, changes: Changes, pairs: Pairs, told: Told) -> tuple[Floats, Floats]:
    """Ratios of the date of event. Two near-copies are compared as if one had suffered the changes of both.

    A shift of either is then taken as even up to twice the largest one.
    """
    marginal = date_marginal(model, told, pairs.right)
    shares = changes.date_shares()
    changed = 1 - shares[0]
    both = (shares[0] ** 2, *(share * (1 - shares[0] ** 2) / max(changed, 1e-12) for share in shares[1:]))
    single = date_channel(shares, changes.most_days, pairs, told) / marginal
    turned = Pairs(pairs.right, pairs.left)
    one, two = (date_channel(both, 2 * changes.most_days, side, told) for side in (pairs, turned))
    other = two / date_marginal(model, told, pairs.left)
    return single, (one / marginal + other) / 2

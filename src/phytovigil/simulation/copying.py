"""What becomes of an event when another firm reports it: people, dates, products and reactions as numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.batches import Batch, People
from phytovigil.simulation.columns import FIRST_DAY, Flags
from phytovigil.simulation.draws import Choice, Floats, Integers
from phytovigil.simulation.duplication import Changes
from phytovigil.simulation.model import Model

ADDED = 1_000
"""Items that a near-copy adds are numbered from here, so that they draw numbers of their own."""
REWRITTEN = 1 << 40
"""Added to the number of a case where its details are drawn anew."""
TERM_GROUP = 4
AGE, DATE, COUNTRY = "age change", "date change", "country change"


def change_of(model: Model, batch: Batch, topic: str, shares: tuple[float, ...]) -> Integers:
    """Which change each near-copy suffers, 0 for none; other reports have none."""
    return np.where(batch.copied, model.draws.choose(topic, Choice.of(shares), batch.cases), 0)


def happens(model: Model, batch: Batch, topic: str, share: float) -> Flags:
    """Near-copies to which something happens."""
    flags: Flags = batch.copied & (model.draws.uniform(topic, batch.cases) < share)
    return flags


def position(codes: tuple[str, ...], code: str, otherwise: Integers) -> Integers:
    """The position of a code, or the given positions where the marginals lack it."""
    return np.full(len(otherwise), codes.index(code)) if code in codes else otherwise


def change_people(model: Model, batch: Batch, people: People, changes: Changes) -> People:
    """Ages a year off, rounded, in decades or blank; sexes blank."""
    change = change_of(model, batch, AGE, changes.age_shares())
    units = model.coded["age_cod"].codes
    change = np.where(np.array([unit == "YR" for unit in units])[people.unit], change, 0)
    years = changed_years(people.years, change)
    decade, blank = (position(units, code, people.unit) for code in ("DEC", ""))
    unit = np.where(change == 4, decade, np.where(change == 5, blank, people.unit))
    known = np.where(change == 5, -1, years)
    age = np.where(change == 0, people.age, np.where(change == 4, years // 10, years))
    hidden = happens(model, batch, "sex blank", changes.sex_blank)
    sex = np.where(hidden, position(model.coded["sex"].codes, "", people.sex), people.sex)
    return People(sex, unit, age, known)


def changed_years(years: Integers, change: Integers) -> Integers:
    """Ages in years after a change as `Changes.age_shares` numbers them."""
    options = [np.maximum(years - 1, 0), years + 1, (years + 2) // 5 * 5, np.maximum(years // 10, 1) * 10]
    return np.select([change == number for number in (1, 2, 3, 4)], options, years)


def change_dates(
    model: Model, batch: Batch, days: Integers, places: Integers, changes: Changes
) -> tuple[Integers, Integers]:
    """Dates of event after their changes: day numbers and how many digits are told."""
    change = change_of(model, batch, DATE, changes.date_shares())
    step = model.draws.below("days off", 2 * changes.most_days, batch.cases) - changes.most_days
    shifted = days + step + (step >= 0)
    days = np.where(change == 1, shifted, np.where(change == 2, swap_day_and_month(days), days))
    limit = np.array([8, 8, 8, 6, 4, 0])[change]
    return days, np.minimum(places, limit)


def swap_day_and_month(days: Integers) -> Integers:
    """Dates with day and month exchanged, where both can be either."""
    dates = FIRST_DAY + days
    months = dates.astype("datetime64[M]")
    month, day = months.astype(np.int64) % 12, (dates - months.astype("datetime64[D]")).astype(np.int64)
    exchanged = (dates.astype("datetime64[Y]").astype("datetime64[M]") + day).astype("datetime64[D]") + month
    swapped: Integers = np.where(day < 12, (exchanged - FIRST_DAY).astype(np.int64), days)
    return swapped


def change_countries(model: Model, batch: Batch, country: Integers, changes: Changes) -> tuple[Integers, Flags]:
    """Countries after their changes, and where one is told."""
    change = change_of(model, batch, COUNTRY, changes.country_shares())
    other = model.draws.choose("other country", model.coded["reporter_country"].choice, batch.cases)
    return np.where(change == 1, other, country), change != 2


def recode_terms(
    model: Model, case: Integers, item: Integers, copied: Flags, terms: Integers, share: float
) -> Integers:
    """Reactions, some of them told as one of the three others in their group of four; planted ones never."""
    recoded = copied & (model.draws.uniform("recoded", case, item) < share)
    zero = terms - 1
    step = 1 + model.draws.below("recoded to", TERM_GROUP - 1, case, item)
    near = zero // TERM_GROUP * TERM_GROUP + (zero + step) % TERM_GROUP + 1
    within = near <= model.parameters.reactions
    recoded &= within & (terms <= model.parameters.reactions)
    return np.where(recoded, near, terms)


def keys_of_details(model: Model, batch: Batch, owner: Integers, item: Integers) -> Integers:
    """The numbers from which a product's dose, lot and therapy dates are drawn."""
    event, changes = batch.events[owner], model.parameters.changes
    if changes is None:
        return event
    case = batch.cases[owner]
    anew = batch.copied[owner] & (model.draws.uniform("rewritten", case, item) < changes.details_rewritten)
    return np.where(anew, REWRITTEN + case, event)


def dropped_and_added(
    model: Model, batch: Batch, owner: Integers, kind: str, dropped: float, added: float
) -> tuple[Flags, Integers]:
    """Which rows stay, and the reports that get a row more: at most one each way, and one row is always left."""
    count = np.bincount(owner, minlength=batch.size)
    begin = np.cumsum(count) - count
    losing = happens(model, batch, f"{kind} dropped", dropped) & (count > 1)
    which = (model.draws.uniform(f"which {kind} dropped", batch.cases) * count).astype(np.int64)
    stays: NDArray[np.bool_] = np.ones(len(owner), dtype=np.bool_)
    stays[(begin + which)[losing]] = False
    return stays, np.nonzero(happens(model, batch, f"{kind} added", added))[0]


def shares_of(choice: Choice) -> Floats:
    """The shares of a choice."""
    shares: Floats = np.diff([0.0, *choice.edges, 1.0])
    return shares

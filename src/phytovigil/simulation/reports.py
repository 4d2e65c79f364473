"""The report table DEMO, and the tables OUTC and RPSR that hang on it by sets of codes."""

from __future__ import annotations

import numpy as np

from phytovigil.simulation.batches import Batch, People
from phytovigil.simulation.cases import CaseBook
from phytovigil.simulation.columns import Flags, Text, dates, digits, fixed, glue, keep, pack
from phytovigil.simulation.copying import REWRITTEN, change_dates, change_people, happens
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model
from phytovigil.simulation.senders import sender_columns, sent_by_firm

SMALL_AGES = {"MON": (1, 23), "WK": (1, 12), "DY": (1, 30), "HR": (1, 72)}
MEAN_DELAY_DAYS = 300
DAYS_BETWEEN_VERSIONS = 90
KILOGRAMS_IN_A_POUND = 0.45359237


def make_people(model: Model, batch: Batch) -> People:
    """Draw sex and age of the events; a near-copy may be a year off, within the decade."""
    draws, events, changes = model.draws, batch.events, model.parameters.changes
    sex = draw_sexes(model, batch)
    unit = draws.choose("age unit", model.coded["age_cod"].choice, events)
    decades = np.array([int(decade or 0) for decade in model.coded["age_decades"].codes])
    years = 10 * decades[draw_decades(model, batch)]
    years += draws.below("age year", 10, events)
    moved = years + (batch.copied & (draws.uniform("copy age", batch.cases) < 0.3) & (changes is None))
    years = np.where(moved // 10 == years // 10, moved, years)
    codes = np.array(model.coded["age_cod"].codes)[unit]
    age = np.where(codes == "YR", years, 0)
    age = np.where(codes == "DEC", np.maximum(years // 10, 1), age)
    known = np.where(codes == "YR", years, np.where(codes == "DEC", 10 * age, 0))
    for code, (low, high) in SMALL_AGES.items():
        age = np.where(codes == code, low + draws.below("small age", high - low + 1, events), age)
    people = People(sex, unit, age, np.where(codes == "", -1, known))
    return change_people(model, batch, people, changes) if changes else people


def draw_sexes(model: Model, batch: Batch) -> Integers:
    """Positions in the codes of sex; some patients have the usual one of their condition."""
    draws, events = model.draws, batch.events
    sex = draws.choose("sex", model.coded["sex"].choice, events)
    if model.conditions is None:
        return sex
    usual = model.conditions.sexes[model.conditions.of_events(draws, batch.leads(model))]
    told = np.array([code != "" for code in model.coded["sex"].codes])[sex]
    tied = told & (draws.uniform("tied sex", events) < model.conditions.background.tied_sex)
    return np.where(tied, usual, sex)


def draw_decades(model: Model, batch: Batch) -> Integers:
    """Positions in the decades of age; some patients have the usual one of their condition."""
    draws, events = model.draws, batch.events
    decade = draws.choose("age decade", model.coded["age_decades"].choice, events)
    if model.conditions is None:
        return decade
    usual = model.conditions.decades[model.conditions.of_events(draws, batch.leads(model))]
    return np.where(draws.uniform("tied age", events) < model.conditions.background.tied_age, usual, decade)


def make_demo(model: Model, book: CaseBook, batch: Batch, people: People) -> dict[str, Text]:
    """All columns of DEMO."""
    return (
        batch.keys()
        | number_columns(batch)
        | date_columns(model, book, batch)
        | sender_columns(model, batch)
        | (person_columns(model, batch, people))
    )


def number_columns(batch: Batch) -> dict[str, Text]:
    """Version and follow-up marks of both eras."""
    text = batch.keys()
    follow_up = (batch.versions > 1).astype(np.int64)
    return {
        "caseversion": digits(batch.versions),
        "foll_seq": keep(digits(batch.versions), batch.versions > 1),
        "i_f_code": pack(["I", "F"])[follow_up],
        "image": glue(batch.size, text["primaryid"], "-", digits(batch.rows % 10)),
        "confid": fixed(batch.size, "N"),
    }


def date_columns(model: Model, book: CaseBook, batch: Batch) -> dict[str, Text]:
    """Dates: event before first receipt, first receipt before this one, the firm's date before FDA's."""
    draws, cases = model.draws, batch.cases
    quarter = np.full(batch.size, batch.quarter)
    first = first_days(model, book, batch)
    sent = book.days_of(quarter, draws.uniform("day", cases, quarter))
    sent = np.where(batch.updates == 0, first, sent)
    first = first - DAYS_BETWEEN_VERSIONS * book.earlier_versions(cases)
    happened, places = told_dates(model, book, batch)
    died = np.array(["DE" in codes for codes in model.coded["outcome_sets"].codes])[outcome_sets(model, batch)]
    received = dates(sent - draws.below("firm delay", 15, cases))
    return {
        "event_dt": keep(dates(happened, places), model.some("event_dt", batch.events)),
        "mfr_dt": keep(received, sent_by_firm(model, batch)),
        "init_fda_dt": dates(first),
        "fda_dt": dates(sent),
        "rept_dt": dates(sent),
        "death_dt": keep(dates(happened), died),
    }


def first_days(model: Model, book: CaseBook, batch: Batch) -> Integers:
    """Day numbers of first receipt: one day for a lawyer's batch; a near-copy comes after its original, if it can."""
    cases, events, draws = batch.cases, batch.events, model.draws
    quarter = book.first_quarter[cases].astype(np.int64)
    if model.parameters.changes is None and model.parameters.alike is None:
        return book.days_of(quarter, draws.uniform("first day", cases))
    leads = batch.find_leads(model)
    index = np.where(leads.batch, leads.lead, events)
    original = book.days_of(book.first_quarter[events].astype(np.int64), draws.uniform("first day", index))
    begin, end = book.days_of(quarter, np.zeros(batch.size)), book.days_of(quarter + 1, np.zeros(batch.size))
    begin = np.minimum(np.maximum(begin, original + 1), end - 1)
    later = begin + (draws.uniform("first day", cases) * (end - begin)).astype(np.int64)
    return np.where(batch.copied, later, original)


def told_dates(model: Model, book: CaseBook, batch: Batch) -> tuple[Integers, Integers]:
    """Dates of event as told: day numbers, and how many digits are given."""
    draws, cases, events, changes = model.draws, batch.cases, batch.events, model.parameters.changes
    begin = book.days_of(book.first_quarter[events].astype(np.int64), np.zeros(batch.size))
    delay = -MEAN_DELAY_DAYS * np.log1p(-draws.uniform("delay", events))
    happened = begin - 1 - DAYS_BETWEEN_VERSIONS * book.earlier_versions(events) - delay.astype(np.int64)
    places = model.places("event_dt", batch.events)
    if changes:
        return change_dates(model, batch, happened, places, changes)
    happened = happened - batch.copied * draws.below("copy delay", 4, cases)
    fewer = batch.copied & (draws.uniform("copy places", cases) < 0.3)
    return happened, np.where(fewer, np.minimum(places, 6), places)


def person_columns(model: Model, batch: Batch, people: People) -> dict[str, Text]:
    """Sex, age, age group and weight."""
    kilograms, pounds, weighed = told_weights(model, batch)
    weight = np.where(pounds, np.round(kilograms / KILOGRAMS_IN_A_POUND), kilograms).astype(np.int64)
    return {
        "sex": model.coded["sex"].text[people.sex],
        "age": keep(digits(people.age), people.years >= 0),
        "age_cod": model.coded["age_cod"].text[people.unit],
        "age_grp": age_groups(model, batch, people),
        "wt": keep(digits(weight), weighed),
        "wt_cod": keep(pack(["KG", "LBS"])[pounds.astype(np.int64)], weighed),
    }


def told_weights(model: Model, batch: Batch) -> tuple[Integers, Flags, Flags]:
    """Weights in whole kilograms, which are told in pounds, and which are told."""
    draws, events = model.draws, batch.events
    weighed, pounds = model.some("wt", events), draws.uniform("pounds", events) < pound_share(model)
    if changes := model.parameters.changes:
        weighed &= ~happens(model, batch, "weight blank", changes.weight_blank)
        pounds ^= happens(model, batch, "weight converted", changes.weight_converted)
    return draw_weights(model, events), pounds, weighed


def pound_share(model: Model) -> float:
    """The share of weights in pounds; at least one in fifty, so that readers meet the unit."""
    shares = dict(zip(model.coded["wt_cod"].codes, model.coded["wt_cod"].weights(), strict=True))
    return max(shares.get("LBS", 0.0) / max(1 - shares.get("", 0.0), 1e-9), 0.02)


def draw_weights(model: Model, events: Integers) -> Integers:
    """Weights in kilograms between 2 and 200, by straight lines through the quartiles of the real ones."""
    low, middle, high = model.parameters.marginals["weights_kg"]
    part = model.draws.uniform("weight", events)
    ends = [max(low - 2.5 * (middle - low), 2.0), low, middle, high, min(high + 3 * (high - middle), 200.0)]
    return np.asarray(np.round(np.interp(part, [0.0, 0.25, 0.5, 0.75, 1.0], ends)), dtype=np.int64)


def age_groups(model: Model, batch: Batch, people: People) -> Text:
    """The age group that fits the age, at the real share of reports that give one."""
    names = pack(["I", "C", "T", "A", "E"])
    group = np.searchsorted([2, 12, 18, 65], people.years.clip(0), side="right")
    shares = dict(zip(model.coded["age_grp"].codes, model.coded["age_grp"].weights(), strict=True))
    missing = shares.get("", 0.0)
    aged = 1.0 - dict(zip(model.coded["age_cod"].codes, model.coded["age_cod"].weights(), strict=True)).get("", 0.0)
    given = model.draws.uniform("age group", batch.events) < (1.0 - missing) / max(aged, 1e-9)
    return keep(names[group], given & (people.years >= 0))


def outcome_sets(model: Model, batch: Batch) -> Integers:
    """Positions in the sets of outcome codes."""
    index, changes = batch.events, model.parameters.changes
    if changes:
        anew = happens(model, batch, "outcome changed", changes.outcome_changed)
        index = np.where(anew, REWRITTEN + batch.cases, index)
    return model.draws.choose("outcomes", model.coded["outcome_sets"].choice, index)


def make_code_rows(model: Model, batch: Batch, sets: str, name: str) -> dict[str, Text]:
    """The rows of OUTC or RPSR: one for each code of a report's set; an empty set has none."""
    if sets == "outcome_sets":
        drawn = outcome_sets(model, batch)
    else:
        drawn = model.draws.choose(sets, model.coded[sets].choice, batch.cases)
    codes = [tuple(filter(None, text.split("|"))) for text in model.coded[sets].codes]
    first = np.cumsum([0, *map(len, codes)])
    counts = np.diff(first)[drawn]
    owner = np.repeat(np.arange(batch.size), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    flat = pack([code for group in codes for code in group] or [""])
    keys = {key: text[owner] for key, text in batch.keys().items()}
    return keys | {name: flat[first[drawn][owner] + place]}

"""The report table DEMO, and the tables OUTC and RPSR that hang on it by sets of codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.cases import FIRST_CASE, CaseBook
from phytovigil.simulation.columns import Flags, Text, dates, digits, fixed, glue, keep, pack
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model
from phytovigil.simulation.names import country_names

FIRST_ISR = 4_000_000
SMALL_AGES = {"MON": (1, 23), "WK": (1, 12), "DY": (1, 30), "HR": (1, 72)}
MEAN_DELAY_DAYS = 300


@dataclass(frozen=True, slots=True)
class Batch:
    """Some reports of one quarter; arrays of shape (reports,).

    cases : positions of the cases. events : the case whose event is told. rows : running numbers of reports.
    versions, updates : the version number, and how often the case was sent before.
    """

    quarter: int
    legacy: bool
    cases: Integers
    events: Integers
    versions: Integers
    updates: Integers
    rows: Integers

    @property
    def size(self) -> int:
        """Number of reports."""
        return len(self.cases)

    @property
    def copied(self) -> Flags:
        """Reports of near-copies."""
        copied: Flags = self.cases != self.events
        return copied

    def keys(self) -> dict[str, Text]:
        """The columns primaryid (ISR in legacy files) and caseid."""
        caseid = digits(FIRST_CASE + self.cases)
        if self.legacy:
            return {"primaryid": digits(FIRST_ISR + self.rows), "caseid": caseid}
        return {"primaryid": glue(self.size, caseid, digits(self.versions)), "caseid": caseid}


@dataclass(frozen=True, slots=True)
class People:
    """Sex and age of the patients as the files tell them; arrays of shape (reports,)."""

    sex: Integers
    unit: Integers
    age: Integers
    years: Integers

    def in_band(self, model: Model) -> Flags:
        """Reports in the confounder's band of sex and age."""
        band = model.parameters.confounder
        if band is None:
            return np.zeros(len(self.sex), dtype=np.bool_)
        sexes = np.array(model.coded["sex"].codes)
        inside: Flags = (sexes[self.sex] == band.sex) & (self.years >= band.youngest) & (self.years < band.oldest)
        return inside


def make_people(model: Model, batch: Batch) -> People:
    """Draw sex and age of the events; a near-copy may be a year off, within the decade."""
    draws, events = model.draws, batch.events
    sex = draws.choose("sex", model.coded["sex"].choice, events)
    unit = draws.choose("age unit", model.coded["age_cod"].choice, events)
    decades = np.array([int(decade or 0) for decade in model.coded["age_decades"].codes])
    years = 10 * decades[draws.choose("age decade", model.coded["age_decades"].choice, events)]
    years += draws.below("age year", 10, events)
    moved = years + (batch.copied & (draws.uniform("copy age", batch.cases) < 0.3))
    years = np.where(moved // 10 == years // 10, moved, years)
    codes = np.array(model.coded["age_cod"].codes)[unit]
    age = np.where(codes == "YR", years, 0)
    age = np.where(codes == "DEC", np.maximum(years // 10, 1), age)
    known = np.where(codes == "YR", years, np.where(codes == "DEC", 10 * age, 0))
    for code, (low, high) in SMALL_AGES.items():
        age = np.where(codes == code, low + draws.below("small age", high - low + 1, events), age)
    return People(sex, unit, age, np.where(codes == "", -1, known))


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
    draws, cases, events = model.draws, batch.cases, batch.events
    quarter = np.full(batch.size, batch.quarter)
    first = book.days_of(book.first_quarter[cases].astype(np.int64), draws.uniform("first day", cases))
    sent = book.days_of(quarter, draws.uniform("day", cases, quarter))
    sent = np.where(batch.updates == 0, first, sent)
    first = first - 90 * book.earlier_versions(cases)
    begin = book.days_of(book.first_quarter[events].astype(np.int64), np.zeros(batch.size))
    delay = -MEAN_DELAY_DAYS * np.log1p(-draws.uniform("delay", events))
    begin = begin - 1 - 90 * book.earlier_versions(events)
    happened = begin - delay.astype(np.int64) - batch.copied * draws.below("copy delay", 4, cases)
    places = model.places("event_dt", events)
    places = np.where(batch.copied & (draws.uniform("copy places", cases) < 0.3), np.minimum(places, 6), places)
    died = np.array(["DE" in codes for codes in model.coded["outcome_sets"].codes])[outcome_sets(model, events)]
    received = dates(sent - draws.below("firm delay", 15, cases))
    return {
        "event_dt": keep(dates(happened, places), model.some("event_dt", events)),
        "mfr_dt": keep(received, sent_by_firm(model, batch)),
        "init_fda_dt": dates(first),
        "fda_dt": dates(sent),
        "rept_dt": dates(sent),
        "death_dt": keep(dates(happened), died),
    }


def sent_by_firm(model: Model, batch: Batch) -> Flags:
    """Reports that came by a firm: all but those sent to FDA directly. A near-copy always did."""
    direct = np.array([code == "DIR" for code in model.coded["rept_cod"].codes])
    by_firm: Flags = batch.copied | ~direct[draw_report_kind(model, batch)]
    return by_firm


def draw_report_kind(model: Model, batch: Batch) -> Integers:
    """Positions in the codes of REPT_COD."""
    codes = model.coded["rept_cod"].codes
    kind = model.draws.choose("rept_cod", model.coded["rept_cod"].choice, batch.cases)
    return np.where(batch.copied, codes.index("EXP"), kind) if "EXP" in codes else kind


def sender_columns(model: Model, batch: Batch) -> dict[str, Text]:
    """Kind of report, firm, its number, literature, reporter and countries."""
    draws, events, rows = model.draws, batch.events, batch.size
    by_firm = sent_by_firm(model, batch)
    firm = draws.choose("firm", model.numbers["firm"], events)
    other = (firm + 1 + draws.below("copy firm", model.parameters.firms - 1, batch.cases)) % model.parameters.firms
    firm = np.where(batch.copied, other, firm)
    country = draws.choose("country", model.coded["reporter_country"].choice, events)
    codes = model.coded["reporter_country"].codes
    code, full = pack(codes), pack([country_names().get(name, name) for name in codes])
    number = glue(rows, code[country], "-", model.names.firm_words[firm], "-", digits(FIRST_CASE + batch.cases))
    return {
        "rept_cod": model.coded["rept_cod"].text[draw_report_kind(model, batch)],
        "auth_num": keep(glue(rows, "SIM-", digits(10**7 + batch.cases)), model.some("auth_num", batch.cases)),
        "mfr_num": keep(number, by_firm),
        "mfr_sndr": np.where(by_firm[:, None], *level(model.names.firms[firm], fixed(rows, "SIMULATED-FDA-CTU"))),
        "lit_ref": keep(literature(model, events), model.some("lit_ref", events)),
        "e_sub": pack(["N", "Y"])[by_firm.astype(np.int64)],
        "to_mfr": model.code("to_mfr", batch.cases),
        "occp_cod": model.code("occp_cod", batch.cases),
        "reporter_country": code[country],
        "country_name": full[country],
        "occr_country": keep(code[country], model.some("occr_country", events)),
    }


def level(left: Text, right: Text) -> tuple[Text, Text]:
    """Two columns widened to the same width."""
    width = max(left.shape[1], right.shape[1])
    return tuple(np.pad(text, ((0, 0), (0, width - text.shape[1]))) for text in (left, right))  # type: ignore[return-value]


def literature(model: Model, events: Integers) -> Text:
    """An invented reference, the same in all reports of an event."""
    year = 1990 + model.draws.below("literature year", 30, events)
    title = "Simulated author A. Simulated case report "
    return glue(len(events), title, digits(events), ". Simulated Journal. ", digits(year), ".")


def person_columns(model: Model, batch: Batch, people: People) -> dict[str, Text]:
    """Sex, age, age group and weight."""
    events = batch.events
    units = model.coded["age_cod"]
    weighed = model.some("wt", events)
    pounds = model.draws.uniform("pounds", events) < pound_share(model)
    kilograms = draw_weights(model, events)
    weight = np.where(pounds, np.round(kilograms / 0.45359237), np.round(kilograms)).astype(np.int64)
    return {
        "sex": model.coded["sex"].text[people.sex],
        "age": keep(digits(people.age), people.years >= 0),
        "age_cod": units.text[people.unit],
        "age_grp": age_groups(model, batch, people),
        "wt": keep(digits(weight), weighed),
        "wt_cod": keep(pack(["KG", "LBS"])[pounds.astype(np.int64)], weighed),
    }


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


def outcome_sets(model: Model, events: Integers) -> Integers:
    """Positions in the sets of outcome codes."""
    return model.draws.choose("outcomes", model.coded["outcome_sets"].choice, events)


def make_code_rows(model: Model, batch: Batch, sets: str, name: str) -> dict[str, Text]:
    """The rows of OUTC or RPSR: one for each code of a report's set; an empty set has none."""
    if sets == "outcome_sets":
        drawn = outcome_sets(model, batch.events)
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

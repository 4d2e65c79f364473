"""Products of an E2B(R2) report, with their indications and periods of use."""

from __future__ import annotations

from datetime import date

from phytovigil.sources.dates import read_event_date
from phytovigil.sources.draft import Draft
from phytovigil.sources.e2b_codes import (
    DECHALLENGES,
    RECHALLENGES,
    ROLES,
    dose_units,
    read_code,
    read_duration,
    read_frequency,
    read_padded_code,
    routes,
)
from phytovigil.sources.e2b_reactions import write_reaction_term
from phytovigil.sources.nested import (
    Fields,
    on_one_line,
    pick_date,
    pick_parts,
    pick_text,
    pick_texts,
    pick_words,
    write_raw,
)
from phytovigil.sources.reasons import Fault, Reason

PRODUCT_COLUMNS = (
    "case_id", "version", "seq", "role", "verbatim", "ingredient", "route", "dose", "dose_amount", "dose_unit",
    "dose_form", "dose_frequency", "cumulative_dose", "application", "lot", "dechallenge", "rechallenge",
)  # fmt: skip

YEARS_AHEAD = 10
"""Years by which the planned end of a therapy may lie in the future."""

SEPARATOR = "\\"
"""Between the ingredients of one product, as in the ASCII files."""


def write_products(
    draft: Draft, identity: tuple[str, int], patient: Fields, today: date, faults: list[Fault]
) -> frozenset[str]:
    """Write the products of a report; the terms of reactions that came back when one was taken again.

    A product whose role is not known goes to the faults; one without a name is kept, as its role is known. Numbers are
    those of the report.
    """
    again: set[str] = set()
    drugs = pick_parts(patient, "drug", faults)
    if not drugs:
        faults.append(Fault(Reason.NO_PRODUCT, "verbatim", ""))
    for seq, drug in enumerate(drugs, start=1):
        role = ROLES.get(pick_text(drug, "drugcharacterization", faults).strip())
        names = read_names(drug, faults)
        if role is None:
            faults.append(Fault(Reason.UNKNOWN_PRODUCT_ROLE, "role", write_raw(drug)))
        else:
            draft.add_product((*identity, seq, role, *names, *read_use(drug, faults)))
            write_indications(draft, identity, seq, drug, faults)
            write_therapy(draft, identity, seq, drug, today, faults)
            if not any(names):
                faults.append(Fault(Reason.NO_PRODUCT, "verbatim", write_raw(drug)))
        again |= read_recurrences(drug, faults)
    return frozenset(again)


def read_names(drug: Fields, faults: list[Fault]) -> tuple[str | None, str | None]:
    """The name as reported, and the active ingredients in one text."""
    verbatim = pick_words(drug, "medicinalproduct", faults)
    ingredients = [
        on_one_line(name)
        for substance in pick_parts(drug, "activesubstance", faults)
        for name in pick_texts(substance, "activesubstancename", faults)
    ]
    return verbatim, SEPARATOR.join(dict.fromkeys(name for name in ingredients if name)) or None


def read_use(drug: Fields, faults: list[Fault]) -> tuple[str | None, ...]:
    """Values of PRODUCT_COLUMNS from `route` to `rechallenge`."""
    frequency = read_frequency(
        pick_text(drug, "drugseparatedosagenumb", faults),
        pick_text(drug, "drugintervaldosageunitnumb", faults),
        pick_text(drug, "drugintervaldosagedefinition", faults),
    )
    total = pick_words(drug, "drugcumulativedosagenumb", faults)
    unit = pick_text(drug, "drugcumulativedosageunit", faults)
    total_unit = read_padded_code(unit, dose_units(), "cumulative_dose", faults)
    return (
        read_padded_code(pick_text(drug, "drugadministrationroute", faults), routes(), "route", faults),
        pick_words(drug, "drugdosagetext", faults),
        pick_words(drug, "drugstructuredosagenumb", faults),
        read_padded_code(pick_text(drug, "drugstructuredosageunit", faults), dose_units(), "dose_unit", faults),
        pick_words(drug, "drugdosageform", faults),
        frequency,
        " ".join(part for part in (total, total_unit) if part) if total else None,
        pick_words(drug, "drugauthorizationnumb", faults),
        pick_words(drug, "drugbatchnumb", faults),
        read_code(pick_text(drug, "drugadditional", faults), DECHALLENGES, "dechallenge", faults),
        read_code(pick_text(drug, "drugrecurreadministration", faults), RECHALLENGES, "rechallenge", faults),
    )


def write_indications(draft: Draft, identity: tuple[str, int], seq: int, drug: Fields, faults: list[Fault]) -> None:
    """Write the reasons for use of a product, with their apostrophes."""
    for text in pick_texts(drug, "drugindication", faults):
        if indication := on_one_line(text.replace("^", "'")):
            draft.add_indication(*identity, seq, indication)


def write_therapy(
    draft: Draft, identity: tuple[str, int], seq: int, drug: Fields, today: date, faults: list[Fault]
) -> None:
    """Write the period of use of a product, if anything of it is known."""
    planned = date(today.year + YEARS_AHEAD, 1, 1)
    start = read_therapy_date(pick_date(drug, "drugstartdate", faults), "start", today, faults)
    end = read_therapy_date(pick_date(drug, "drugenddate", faults), "end", planned, faults)
    unit = pick_text(drug, "drugtreatmentdurationunit", faults)
    days, fault = read_duration(pick_text(drug, "drugtreatmentduration", faults), unit)
    if fault:
        faults.append(fault)
    if start or end or days is not None:
        draft.add_therapy(*identity, seq, start, end, days)


def read_therapy_date(text: str, field: str, latest: date, faults: list[Fault]) -> str | None:
    """Start or end of use in ISO 8601, as precise as reported."""
    written, fault = read_event_date(text, latest)
    if fault:
        faults.append(Fault(Reason.IMPOSSIBLE_THERAPY_DATE, field, text))
    return written


def read_recurrences(drug: Fields, faults: list[Fault]) -> set[str]:
    """Terms of the reactions that came back when the product was taken again."""
    return {
        write_reaction_term(term)
        for recurrence in pick_parts(drug, "drugrecurrence", faults)
        for term in pick_texts(recurrence, "drugrecuraction", faults)
    }

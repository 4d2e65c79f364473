"""One row of a FAERS Public Dashboard listing, whatever file it comes in: one case with lists in its cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from phytovigil.schema.reports import Batch
from phytovigil.sources.dates import read_event_date, read_received
from phytovigil.sources.draft import Draft
from phytovigil.sources.outcomes import read_outcomes
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.records import Record
from phytovigil.sources.tables import locate_columns, read_table
from phytovigil.sources.terms import WORDS_FOR_NO_TERM, write_term
from phytovigil.sources.values import is_missing, read_age_text, read_sex, read_weight, text_or_none

COLUMNS = "dashboard_columns"

VERSION = 0
"""The listing shows the latest version of a case and does not number it."""

REPORT_COLUMNS = (
    "case_id", "version", "received", "revised", "event_date", "sex", "age_years", "weight_kg", "country",
    "reporter", "serious", "outcomes", "sender", "control_number", "literature", "line",
)  # fmt: skip

PRODUCT_COLUMNS = ("case_id", "version", "seq", "role", "verbatim", "ingredient")

SERIOUSNESS = {"serious": True, "non-serious": False}


class RawListing(NamedTuple):
    """The cells of one row that are used, as written; lists are joined by semicolons."""

    case_id: str
    received: str
    revised: str = ""
    event_date: str = ""
    sex: str = ""
    age: str = ""
    weight: str = ""
    country: str = ""
    reporter: str = ""
    serious: str = ""
    outcomes: str = ""
    sender: str = ""
    control_number: str = ""
    literature: str = ""
    products: str = ""
    ingredients: str = ""
    indications: str = ""
    concomitants: str = ""
    terms: str = ""


def missing_columns(header: list[str]) -> list[str]:
    """Columns without which a table is no dashboard listing, and which this header lacks."""
    places = locate_columns(header, COLUMNS)
    return [row["column"] for row in read_table(COLUMNS) if row["needed"] == "yes" and row["column"] not in places]


def split_list(text: str) -> list[str]:
    """Distinct items of a list joined by semicolons. A backslash inside an item belongs to it.

    >>> split_list("Herbals\\\\Mitragynine;Modafinil;-"), split_list("-")
    (['Herbals\\\\Mitragynine', 'Modafinil'], [])
    """
    items = (text_or_none(part) for part in text.split(";"))
    return list(dict.fromkeys(item for item in items if item))


def read_listing(raw_file: RawFile, records: Iterator[Record], header: list[str], today: date) -> Iterator[Batch]:
    """Batches of the records of a listing."""
    draft = Draft(raw_file.name, REPORT_COLUMNS, PRODUCT_COLUMNS)
    places = locate_columns(header, COLUMNS)
    for line, raw, fields, reason, bytes_read in records:
        if draft.is_full:
            yield draft.take(bytes_read)
        if reason:
            draft.refuse_row(line, reason, raw)
        else:
            cells = {column: fields[place] for column, place in places.items()}
            write_case(draft, line, raw, RawListing(**cells), today)
    yield draft.take(raw_file.size)


def write_case(draft: Draft, line: int, raw: str, cells: RawListing, today: date) -> None:
    """Write one case into the draft, or put its row aside."""
    case_id = cells.case_id.strip()
    received, refusal = read_received(cells.received, today)
    if is_missing(case_id):
        refusal = Reason.NO_CASE_ID
    if refusal:
        draft.refuse_row(line, refusal, raw)
        return
    values, faults = read_case_values(cells, today)
    terms = split_reactions(cells.terms)
    products = list_products(cells)
    if not terms:
        faults.append(Fault(Reason.NO_REACTION, "term", cells.terms))
    if not products:
        faults.append(Fault(Reason.NO_PRODUCT, "verbatim", cells.products))
    draft.keep_row(line, faults)
    draft.add_report((case_id, VERSION, received, *values, line))
    draft.add_reactions(case_id, VERSION, terms)
    for seq, (*product, indication) in enumerate(products, start=1):
        draft.add_product((case_id, VERSION, seq, *product))
        if indication:
            draft.add_indication(case_id, VERSION, seq, indication)


def read_case_values(cells: RawListing, today: date) -> tuple[tuple[object, ...], list[Fault]]:
    """Values of REPORT_COLUMNS from `revised` to `literature`, and what had to be put aside."""
    revised, revised_fault = read_revised(cells.revised, today)
    event_date, event_fault = read_event_date(cells.event_date, today)
    sex, sex_fault = read_sex(cells.sex)
    age, age_fault = read_age_text(cells.age)
    weight, weight_fault = read_weight(cells.weight)
    serious, serious_fault = read_seriousness(cells.serious)
    outcomes, outcome_faults = read_outcomes(cells.outcomes, ";")
    faults = (revised_fault, event_fault, sex_fault, age_fault, weight_fault, serious_fault, *outcome_faults)
    values = (
        revised, event_date, sex, age, weight, text_or_none(cells.country), text_or_none(cells.reporter), serious,
        list(outcomes), text_or_none(cells.sender), text_or_none(cells.control_number),
        text_or_none(cells.literature),
    )  # fmt: skip
    return values, [fault for fault in faults if fault]


def read_revised(text: str, today: date) -> tuple[date | None, Fault | None]:
    """The date on which the latest version was received."""
    revised, reason = read_received(text, today)
    if reason is Reason.IMPOSSIBLE_RECEIVED_DATE:
        return None, Fault(Reason.IMPOSSIBLE_REVISED_DATE, "revised", text)
    return revised, None


def read_seriousness(text: str) -> tuple[bool | None, Fault | None]:
    """Whether the regulator calls the case serious.

    >>> read_seriousness("Non-Serious")
    (False, None)
    """
    if is_missing(text):
        return None, None
    serious = SERIOUSNESS.get(text.strip().lower())
    return serious, Fault(Reason.UNKNOWN_SERIOUSNESS, "serious", text) if serious is None else None


def split_reactions(text: str) -> tuple[str, ...]:
    """Distinct terms; here a comma never parts terms, so terms that hold one need no table."""
    terms = dict.fromkeys(write_term(item) for item in split_list(text))
    return tuple(term for term in terms if term not in WORDS_FOR_NO_TERM)


def list_products(cells: RawListing) -> list[tuple[str, str | None, str | None, str | None]]:
    """Role, verbatim, ingredient and indication of each product row.

    Names, ingredients and reasons for use are three lists whose items do not correspond. Each name and each
    ingredient is therefore a row of its own, and reasons for use are kept only where there is one product to
    which they can belong.
    """
    names, ingredients = split_list(cells.products), split_list(cells.ingredients)
    single = len(names) <= 1 and len(ingredients) <= 1
    indication = "; ".join(split_list(cells.indications)) or None if single else None
    return [
        *(("suspect", name, None, indication) for name in names),
        *(("suspect", None, ingredient, indication) for ingredient in ingredients),
        *(("concomitant", name, None, None) for name in split_list(cells.concomitants)),
    ]

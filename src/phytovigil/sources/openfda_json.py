"""openFDA food/event JSON, as its bulk download has it: the CAERS reports, one object each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from phytovigil.schema.reports import Batch
from phytovigil.sources.caers_case import (
    PRODUCT_COLUMNS,
    REPORT_COLUMNS,
    ROLES,
    VERSION,
    RawCase,
    interpret_case,
)
from phytovigil.sources.draft import Draft
from phytovigil.sources.json_stream import JsonStream
from phytovigil.sources.nested import pick_list, pick_text, pick_texts, write_raw
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.records import BYTE_ORDER_MARK
from phytovigil.sources.values import name_category, text_or_none

FOOD_RESULT = re.compile(rb'"results"\s*:\s*\[\s*\{')
LIMIT = re.compile(rb'"limit"\s*:\s*(\d{1,9})\b')
MOST_RESULTS_OF_A_SEARCH = 1000
FOOD_FIELDS = (b'"report_number"', b'"date_created"')


BULK_PART = re.compile(r"-\d{4}-of-\d{4}\.json$")


def is_bulk_part(name: str) -> bool:
    """Whether a file is called as the parts of openFDA's bulk downloads are; the last may be as short as an answer.

    >>> is_bulk_part("2019q1.zip/drug-event-0035-of-0035.json")
    True
    """
    return bool(BULK_PART.search(name))


def is_search_answer(head: bytes) -> bool:
    """Whether the file is an answer to one search, told by its limit: the API grants 1000 results at most.

    Such a file is a selection. Taken for the data set it would give 2×2 tables without a complement.
    """
    limit = LIMIT.search(head)
    return limit is not None and int(limit[1]) <= MOST_RESULTS_OF_A_SEARCH


class OpenFdaFoodReader(Reader):
    """CAERS as openFDA republishes it."""

    name = "openfda-food-json"
    source = "caers"
    title = "openFDA food/event, JSON"
    description = "The CAERS reports as openFDA offers them for download: one object per report."

    def accepts(self, raw: RawFile, head: bytes) -> bool:
        """Whether it is an object with a list of results that have the fields of food/event."""
        if not head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"{"):
            return False
        is_food = bool(FOOD_RESULT.search(head)) and any(field in head for field in FOOD_FIELDS)
        return is_food and (is_bulk_part(raw.name) or not is_search_answer(head))

    def read(self, raw: RawFile, *, today: date | None = None) -> Iterator[Batch]:
        """Batches of the file; see `Reader.read`. The line of a report is its 1-based place among the results."""
        draft = Draft(raw.name, REPORT_COLUMNS, PRODUCT_COLUMNS)
        day = today or date.today()
        with raw.open() as stream:
            source = JsonStream(raw.name, stream)
            for place, result in enumerate(source.read_results(), start=1):
                if draft.is_full:
                    yield draft.take(source.bytes_read)
                write_result(draft, place, result, day)
        yield draft.take(raw.size)


class Product(NamedTuple):
    """One product of a result, interpreted."""

    role: str
    verbatim: str | None
    category: str | None


def write_result(draft: Draft, place: int, result: Any, today: date) -> None:
    """Write one result into the draft, or put it aside."""
    if not isinstance(result, dict):
        draft.refuse_row(place, Reason.NOT_AN_OBJECT, write_raw(result))
        return
    faults: list[Fault] = []
    case = interpret_case(pick_cells(result, faults), today)
    if case.refusal:
        draft.refuse_row(place, case.refusal, write_raw(result))
        return
    products = read_products(result, faults)
    draft.keep_row(place, (*case.faults, *faults))
    draft.add_report((case.case_id, VERSION, *case.values, place))
    draft.add_reactions(case.case_id, VERSION, case.terms)
    for seq, product in enumerate(products, start=1):
        draft.add_product((case.case_id, VERSION, seq, *product))


def pick_cells(result: dict[str, Any], faults: list[Fault]) -> RawCase:
    """The cells of the report, lists joined as the CSV files join them."""
    consumer = result.get("consumer")
    if consumer is not None and not isinstance(consumer, dict):
        faults.append(Fault(Reason.WRONG_TYPE, "consumer", write_raw(consumer)))
    person = consumer if isinstance(consumer, dict) else {}
    return RawCase(
        case_id=pick_text(result, "report_number", faults),
        received=pick_text(result, "date_created", faults),
        event_date=pick_text(result, "date_started", faults),
        age=pick_text(person, "age", faults),
        age_unit=pick_text(person, "age_unit", faults),
        sex=pick_text(person, "gender", faults),
        outcomes=", ".join(pick_texts(result, "outcomes", faults)),
        terms=", ".join(pick_texts(result, "reactions", faults)),
    )


def read_products(result: dict[str, Any], faults: list[Fault]) -> list[Product]:
    """The products of a result; what cannot be read goes to the faults."""
    products = [read_product(raw, faults) for raw in pick_list(result, "products")]
    known = [product for product in products if product]
    if not any(product.verbatim for product in known):
        faults.append(Fault(Reason.NO_PRODUCT, "verbatim", write_raw(result.get("products"))))
    return [product for product in known if product.verbatim or product.category]


def read_product(raw: Any, faults: list[Fault]) -> Product | None:
    """One product, or None with a fault."""
    if not isinstance(raw, dict):
        faults.append(Fault(Reason.WRONG_TYPE, "products", write_raw(raw)))
        return None
    role = ROLES.get(pick_text(raw, "role", faults).strip().lower())
    if role is None:
        faults.append(Fault(Reason.UNKNOWN_PRODUCT_ROLE, "role", write_raw(raw)))
        return None
    category = name_category(pick_text(raw, "industry_code", faults), pick_text(raw, "industry_name", faults))
    return Product(role, text_or_none(pick_text(raw, "name_brand", faults)), category)

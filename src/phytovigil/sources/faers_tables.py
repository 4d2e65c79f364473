"""What each of the seven FAERS tables becomes: canonical columns, values put aside, rows that cannot be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute

from phytovigil.sources.countries import read_country
from phytovigil.sources.dates import EARLIEST_RECEIPT
from phytovigil.sources.faers_columns import (
    Read,
    Table,
    code_reader,
    date_reader,
    is_blank,
    read_duration,
    read_faers_age,
    read_faers_weight,
    read_term,
)
from phytovigil.sources.faers_layouts import SEQUENCE
from phytovigil.sources.reasons import Fault, Reason

TEXT, NUMBER, WHOLE, DAY = pyarrow.string(), pyarrow.float64(), pyarrow.int32(), pyarrow.date32()

LONGEST_WHOLE = 20
"""Digits of a whole number with zeros before it; Python refuses to read some thousand of them."""

Refusals = list[tuple[Any, Reason]]
"""Masks of rows that cannot be kept, each with the reason; the first that applies counts."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """Rows of one canonical table, before the refused ones are left out."""

    table: str
    columns: Mapping[str, Any]
    refusals: Refusals


def read_demo(table: Table, keys: Any, today: date) -> Canonical:
    """Reports. FDA_DT is the receipt of this version; legacy quarters do not know when the first was received."""
    case_id = table.text("caseid").cast(TEXT)
    revised = table.read("fda_dt", receipt_reader(today), DAY)
    received = pyarrow.compute.coalesce(table.read("init_fda_dt", receipt_reader(today), DAY), revised)
    version = table.read("caseversion", read_whole, WHOLE)
    check_numbers(table, keys, case_id, version)
    happened, reported = (table.read(name, read_country, TEXT) for name in ("occr_country", "reporter_country"))
    columns = {
        "number": keys,
        "case_id": case_id,
        "version": version.fill_null(0),
        "received": received,
        "revised": revised,
        "event_date": table.read("event_dt", event_reader(today), TEXT),
        "sex": table.read("sex", code_reader("sex"), TEXT),
        "age_years": table.read_pair("age", "age_cod", read_faers_age, NUMBER),
        "age_group": table.read("age_grp", code_reader("age_group"), TEXT),
        "weight_kg": table.read_pair("wt", "wt_cod", read_faers_weight, NUMBER),
        "country": pyarrow.compute.coalesce(happened, reported),
        "reporter": table.read("occp_cod", code_reader("reporter"), TEXT),
        "report_type": table.read("rept_cod", code_reader("report_type"), TEXT),
        "sender": table.text("mfr_sndr"),
        "control_number": table.text("mfr_num"),
        "authority_number": table.text("auth_num"),
        "literature": table.text("lit_ref"),
    }
    missing = (case_id.is_null(), Reason.NO_CASE_ID), (received.is_null(), Reason.NO_RECEIVED_DATE)
    return Canonical("report", columns, list(missing))


def read_drug(table: Table, keys: Any, today: date) -> Canonical:
    """Products. A role that is not defined costs the row: a product without a role would escape every count."""
    role = table.read("role_cod", code_reader("role"), TEXT)
    verbatim, ingredient = table.text("drugname"), table.text("prod_ai")
    nameless = pyarrow.compute.and_(verbatim.is_null(), ingredient.is_null())
    note_rows(table, nameless, Fault(Reason.NO_PRODUCT, "verbatim", ""))
    columns = {
        "seq": table.read(SEQUENCE, read_whole, WHOLE),
        "role": role,
        "verbatim": verbatim,
        "ingredient": ingredient,
        "route": table.text("route"),
        "dose": table.text("dose_vbm"),
        "dose_amount": table.text("dose_amt"),
        "dose_unit": table.text("dose_unit"),
        "dose_form": table.text("dose_form"),
        "dose_frequency": table.text("dose_freq"),
        "cumulative_dose": table.read_pair("cum_dose_chr", "cum_dose_unit", read_amount, TEXT),
        "application": table.text("nda_num"),
        "lot": table.text("lot_num"),
        "dechallenge": table.read("dechal", code_reader("dechallenge"), TEXT),
        "rechallenge": table.read("rechal", code_reader("rechallenge"), TEXT),
    }
    return Canonical("report_product", columns, [(role.is_null(), Reason.UNKNOWN_ROLE)])


def read_reac(table: Table, keys: Any, today: date) -> Canonical:
    """Reactions."""
    term = table.read("pt", read_term, TEXT)
    return Canonical(
        "report_reaction",
        {"term": term, "recurrence": table.read("drug_rec_act", read_term, TEXT)},
        [(term.is_null(), Reason.NO_TERM)],
    )


def read_outc(table: Table, keys: Any, today: date) -> Canonical:
    """Outcomes: serious ones, several to a report."""
    outcome = table.read("outc_cod", code_reader("outcome"), TEXT)
    return Canonical("report_outcome", {"outcome": outcome}, [(outcome.is_null(), Reason.UNKNOWN_CODE_ROW)])


def read_rpsr(table: Table, keys: Any, today: date) -> Canonical:
    """Where a report comes from."""
    origin = table.read("rpsr_cod", code_reader("origin"), TEXT)
    return Canonical("report_origin", {"origin": origin}, [(origin.is_null(), Reason.UNKNOWN_CODE_ROW)])


def read_ther(table: Table, keys: Any, today: date) -> Canonical:
    """Periods of use of a product."""
    written = date_reader(Reason.IMPOSSIBLE_THERAPY_DATE, "start", today.isoformat())
    ended = date_reader(Reason.IMPOSSIBLE_THERAPY_DATE, "end", f"{today.year + 10}")
    columns = {
        "seq": table.read(SEQUENCE, read_whole, WHOLE),
        "start": table.read("start_dt", written, TEXT),
        "end": table.read("end_dt", ended, TEXT),
        "duration_days": table.read_pair("dur", "dur_cod", read_duration, NUMBER),
    }
    return Canonical("report_therapy", columns, [])


def read_indi(table: Table, keys: Any, today: date) -> Canonical:
    """Reasons for use of a product."""
    columns = {"seq": table.read(SEQUENCE, read_whole, WHOLE), "indication": table.text("indi_pt")}
    return Canonical("report_indication", columns, [])


READERS: Mapping[str, Callable[[Table, Any, date], Canonical]] = {
    "demo": read_demo,
    "drug": read_drug,
    "reac": read_reac,
    "outc": read_outc,
    "rpsr": read_rpsr,
    "ther": read_ther,
    "indi": read_indi,
}


def receipt_reader(today: date) -> Read:
    """Reads dates of receipt, which are whole days."""
    written = date_reader(Reason.IMPOSSIBLE_REVISED_DATE, "received", today.isoformat(), EARLIEST_RECEIPT.year)

    def read(text: str) -> tuple[date | None, Fault | None]:
        found, fault = written(text)
        if found is None:
            return None, fault
        if len(found) < 10:
            return None, Fault(Reason.IMPOSSIBLE_REVISED_DATE, "received", text)
        return date.fromisoformat(found), None

    return read


def event_reader(today: date) -> Read:
    """Reads dates of the event."""
    return date_reader(Reason.IMPOSSIBLE_EVENT_DATE, "event_date", today.isoformat())


def read_whole(text: str) -> tuple[int | None, Fault | None]:
    """A number of a version or of a product in its report, up to what 32 bits hold.

    >>> read_whole("12"), read_whole("1.0"), read_whole("x")[1].reason.code
    ((12, None), (1, None), 'unknown-code')
    """
    digits = text.strip().removesuffix(".0")
    if len(digits) <= LONGEST_WHOLE and digits.isascii() and digits.isdigit() and int(digits) < 1 << 31:
        return int(digits), None
    return None, Fault(Reason.UNKNOWN_CODE, "number", text) if digits else None


def read_amount(amount: str, unit: str) -> tuple[str | None, Fault | None]:
    """An amount with its unit, as text."""
    return (None, None) if is_blank(amount) else (f"{amount.strip()} {unit.strip()}".strip(), None)


def check_numbers(table: Table, keys: Any, case_id: Any, version: Any) -> None:
    """Note reports whose number is not their case number and version; legacy numbers have no such form."""
    if version.null_count == len(version):
        return
    whole = pyarrow.compute.binary_join_element_wise(case_id, version.cast(TEXT), "")
    differs = pyarrow.compute.not_equal(keys.cast(TEXT), whole).fill_null(False)
    for row in np.flatnonzero(differs.to_numpy(zero_copy_only=False)):
        table.faults.append((int(row), Fault(Reason.NUMBER_MISMATCH, "number", f"{keys[row]} of {case_id[row]}")))


def note_rows(table: Table, mask: Any, fault: Fault) -> None:
    """Note a fault of every row of a mask."""
    table.faults.extend((int(row), fault) for row in np.flatnonzero(mask.to_numpy(zero_copy_only=False)))

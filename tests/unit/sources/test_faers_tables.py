"""The seven FAERS tables as canonical rows: what each column becomes, which values and rows are put aside."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow
import pytest

from phytovigil.schema.reports import TABLES, Batch
from phytovigil.sources.faers_batches import NAMES, make_batch
from phytovigil.sources.faers_columns import Table, parse_rows
from phytovigil.sources.faers_layouts import NEEDED, READ, Layout, read_layout
from phytovigil.sources.faers_lines import Block
from phytovigil.sources.faers_repair import Note
from phytovigil.sources.faers_tables import READERS, Canonical, read_amount, read_whole, receipt_reader
from phytovigil.sources.reasons import Reason

TODAY = date(2026, 11, 22)

Cells = dict[str, str]


def layout_of(table: str) -> Layout:
    """Every column of the table, the case number before them unless it is one of them."""
    columns = READ[table] if "caseid" in READ[table] else (READ[table][0], "caseid", *READ[table][1:])
    layout = read_layout("$".join(columns).encode())
    assert layout is not None
    return layout


def text_of(table: str, rows: list[Cells]) -> str:
    columns = layout_of(table).columns
    assert all(set(cells) <= set(columns) for cells in rows)
    return "".join("$".join(cells.get(name, "") for name in columns) + "\n" for cells in rows)


def read(table: str, *rows: Cells) -> tuple[Canonical, list[tuple[int, str, str, str]]]:
    """The canonical rows and the faults of rows with these cells."""
    layout = layout_of(table)
    numbered = [{"primaryid": "100000011"} | cells for cells in rows]
    parsed = Table(parse_rows(text_of(table, numbered).encode(), layout, layout.width - 1))
    canonical = READERS[table](parsed, parsed.keys()[0], TODAY)
    return canonical, [(row, fault.reason.code, fault.field, fault.raw) for row, fault in parsed.faults]


def values(canonical: Canonical, *columns: str) -> list[Any]:
    found = [canonical.columns[column].to_pylist() for column in columns]
    return found[0] if len(columns) == 1 else list(zip(*found, strict=True))


def refused(canonical: Canonical) -> list[tuple[int, str]]:
    return [
        (int(row), reason.code)
        for mask, reason in canonical.refusals
        for row in np.flatnonzero(mask.to_numpy(zero_copy_only=False))
    ]


REPORT: Cells = {"caseid": "10000001", "caseversion": "1", "fda_dt": "20220708"}


@pytest.mark.parametrize("table", READERS)
def test_columns_are_those_of_the_schema(table: str) -> None:
    canonical, _ = read(table, {})
    assert canonical.table == NAMES[table]
    assert set(canonical.columns) <= set(TABLES[canonical.table])
    assert set(NEEDED) == set(READERS) == set(NAMES)


def test_a_whole_report() -> None:
    cells = REPORT | {
        "event_dt": "202206", "init_fda_dt": "20220701", "rept_cod": "EXP", "auth_num": "AT-A-1", "mfr_num": "AT-F-1",
        "mfr_sndr": "FIRM", "lit_ref": "Made Up J. 2020", "age": "6", "age_cod": "DEC", "age_grp": "A", "sex": "F",
        "wt": "150", "wt_cod": "LBS", "occp_cod": "PH", "reporter_country": "DE", "occr_country": "AT",
    }  # fmt: skip
    canonical, faults = read("demo", cells)
    assert {name: column.to_pylist()[0] for name, column in canonical.columns.items()} == {
        "number": 100000011, "case_id": "10000001", "version": 1, "received": date(2022, 7, 1),
        "revised": date(2022, 7, 8), "event_date": "2022-06", "sex": "female", "age_years": 60.0,
        "age_group": "adult", "weight_kg": 68.039, "country": "AT", "reporter": "pharmacist",
        "report_type": "expedited", "sender": "FIRM", "control_number": "AT-F-1", "authority_number": "AT-A-1",
        "literature": "Made Up J. 2020",
    }  # fmt: skip
    assert (faults, refused(canonical)) == ([], [])


def test_an_empty_report_keeps_nothing_but_its_identity() -> None:
    canonical, faults = read("demo", REPORT)
    told = {name for name, column in canonical.columns.items() if column.null_count == 0}
    assert told == {"number", "case_id", "version", "received", "revised"}
    assert (faults, refused(canonical)) == ([], [])


def test_dates_of_receipt() -> None:
    """The first one where it is told, else that of this version; a report without either cannot be placed in time."""
    pairs = [("20220701", "20220708"), ("", "20220708"), ("20220701", ""), ("202207", "20220708"), ("", ""),
             ("", "2022"), ("", "20270101"), ("", "19591231"), ("NA", "20220708.0")]  # fmt: skip
    canonical, faults = read("demo", *(REPORT | {"init_fda_dt": first, "fda_dt": this} for first, this in pairs))
    july = date(2022, 7, 1), date(2022, 7, 8)
    assert values(canonical, "received", "revised") == [
        july, (july[1], july[1]), (july[0], None), (july[1], july[1]), (None, None), (None, None), (None, None),
        (None, None), (july[1], july[1]),
    ]  # fmt: skip
    assert sorted(faults) == [
        (3, "impossible-revised-date", "received", "202207"), (5, "impossible-revised-date", "received", "2022"),
        (6, "impossible-revised-date", "received", "20270101"), (7, "impossible-revised-date", "received", "19591231"),
    ]  # fmt: skip
    assert refused(canonical) == [(row, "no-received-date") for row in (4, 5, 6, 7)]


def test_receipt_on_the_last_and_first_day() -> None:
    written = receipt_reader(TODAY)
    assert (written("20261122")[0], written("19600101")[0]) == (TODAY, date(1960, 1, 1))
    assert written("20261123")[1] is not None
    assert written(" ") == (None, None)


def test_dates_of_the_event_stay_partial() -> None:
    texts = ["2022", "202207", "20220708", "20270101", "18990101", "20220231", ""]
    canonical, faults = read("demo", *(REPORT | {"event_dt": text} for text in texts))
    assert values(canonical, "event_date") == ["2022", "2022-07", "2022-07-08", None, None, None, None]
    assert [(row, reason, raw) for row, reason, _, raw in faults] == [
        (row, "impossible-event-date", texts[row]) for row in (3, 4, 5)
    ]


def test_countries_where_it_happened_else_of_the_reporter() -> None:
    pairs = [("AT", "DE"), ("", "DE"), ("NA", ""), ("", ""), ("COUNTRY NOT SPECIFIED", "NAMIBIA"), ("XW", "DE")]
    canonical, faults = read("demo", *(REPORT | {"occr_country": at, "reporter_country": by} for at, by in pairs))
    assert values(canonical, "country") == ["AT", "DE", "NA", None, "NA", "DE"]
    assert faults == [(5, "unknown-country", "country", "XW")]


def test_values_of_a_report_that_are_put_aside() -> None:
    cells = {
        "sex": "X", "age": "130", "age_cod": "YR", "age_grp": "Z", "wt": "700", "wt_cod": "KG", "occp_cod": "XX",
        "rept_cod": "YY", "caseversion": "one",
    }  # fmt: skip
    canonical, faults = read("demo", REPORT | cells)
    nulls = ("sex", "age_years", "age_group", "weight_kg", "reporter", "report_type")
    assert values(canonical, *nulls) == [(None,) * len(nulls)]
    assert values(canonical, "version") == [0]
    assert sorted(faults) == [
        (0, "impossible-age", "age_years", "130 YR"), (0, "impossible-weight", "weight_kg", "700 KG"),
        (0, "unknown-code", "age_group", "Z"), (0, "unknown-code", "number", "one"),
        (0, "unknown-code", "report_type", "YY"), (0, "unknown-code", "reporter", "XX"),
        (0, "unknown-code", "sex", "X"),
    ]  # fmt: skip


def test_reports_without_a_case_cannot_be_kept() -> None:
    canonical, _ = read("demo", REPORT, REPORT | {"caseid": ""}, REPORT | {"caseid": " "})
    assert refused(canonical) == [(1, "no-case-id"), (2, "no-case-id")]


def test_numbers_that_are_not_their_case_and_version() -> None:
    tenth = {"primaryid": "1000000110", "caseversion": "10"}
    rows = [REPORT, REPORT | {"primaryid": "100000012"}, REPORT | tenth, REPORT | {"caseid": "10000009"}]
    canonical, faults = read("demo", *rows)
    assert values(canonical, "number") == [100000011, 100000012, 1000000110, 100000011]
    assert faults == [
        (1, "number-mismatch", "number", "100000012 of 10000001"),
        (3, "number-mismatch", "number", "100000011 of 10000009"),
    ]
    assert refused(canonical) == []


def test_legacy_numbers_have_no_such_form() -> None:
    cells = {"primaryid": "7000001", "caseid": "8000001", "fda_dt": "20100101"}
    canonical, faults = read("demo", cells)
    assert values(canonical, "number", "case_id", "version") == [(7_000_001, "8000001", 0)]
    assert faults == []


def test_a_whole_product() -> None:
    cells = {
        "drug_seq": "2", "role_cod": "SS", "drugname": " Kava  root ", "prod_ai": "KAVA", "route": "Oral",
        "dose_vbm": "2 caps", "cum_dose_chr": "10", "cum_dose_unit": "MG", "dechal": "Y", "rechal": "D",
        "lot_num": "L7", "nda_num": "020705", "dose_amt": "5", "dose_unit": "MG", "dose_form": "Capsule",
        "dose_freq": "QD",
    }  # fmt: skip
    canonical, faults = read("drug", cells)
    assert {name: column.to_pylist()[0] for name, column in canonical.columns.items()} == {
        "seq": 2, "role": "suspect", "verbatim": "Kava  root", "ingredient": "KAVA", "route": "Oral",
        "dose": "2 caps", "dose_amount": "5", "dose_unit": "MG", "dose_form": "Capsule", "dose_frequency": "QD",
        "cumulative_dose": "10 MG", "application": "020705", "lot": "L7", "dechallenge": "positive",
        "rechallenge": "does not apply",
    }  # fmt: skip
    assert (faults, refused(canonical)) == ([], [])


def test_products_without_a_name_are_kept_and_named() -> None:
    names = [("KAVA", ""), ("", "KAVA"), ("", ""), (" ", " "), ("NA", "")]
    rows = [{"role_cod": "C", "drugname": name, "prod_ai": ingredient} for name, ingredient in names]
    canonical, faults = read("drug", *rows)
    assert values(canonical, "verbatim") == ["KAVA", None, None, None, "NA"]
    assert faults == [(2, "no-product", "verbatim", ""), (3, "no-product", "verbatim", "")]
    assert refused(canonical) == []


def test_a_role_that_is_not_defined_costs_the_row() -> None:
    rows = [{"drugname": "KAVA", "role_cod": role} for role in ("PS", "X", "", "ps", " I ")]
    canonical, _ = read("drug", *rows)
    assert values(canonical, "role") == ["primary suspect", None, None, "primary suspect", "interacting"]
    assert refused(canonical) == [(1, "unknown-role"), (2, "unknown-role")]


@pytest.mark.parametrize("table", ["drug", "ther", "indi"])
def test_numbers_of_products_of_both_eras(table: str) -> None:
    """Of the report today, of all reports together once: ten digits that 32 bits hold."""
    texts = ["1", "120", "1004492716", "2147483647", "2147483648", "1.0", "x", "", "-1"]
    canonical, faults = read(table, *({"drug_seq": text} for text in texts))
    assert values(canonical, "seq") == [1, 120, 1004492716, 2147483647, None, 1, None, None, None]
    assert [(row, raw) for row, reason, _, raw in faults if reason == "unknown-code"] == [
        (4, "2147483648"), (6, "x"), (8, "-1"),
    ]  # fmt: skip


def test_reactions() -> None:
    rows = [{"pt": "Skin  discolouration", "drug_rec_act": " rash "}, {"pt": " "}, {"pt": "", "drug_rec_act": "Rash"}]
    canonical, faults = read("reac", *rows)
    assert values(canonical, "term", "recurrence") == [
        ("SKIN DISCOLOURATION", "RASH"), (None, None), (None, "RASH"),
    ]  # fmt: skip
    assert (faults, refused(canonical)) == ([], [(1, "no-term"), (2, "no-term")])


@pytest.mark.parametrize(("table", "column", "good"), [("outc", "outc_cod", "DE"), ("rpsr", "rpsr_cod", "LIT")])
def test_rows_that_hold_nothing_but_a_code(table: str, column: str, good: str) -> None:
    canonical, _ = read(table, {column: good}, {column: "ZZ"}, {column: ""}, {column: "NA"})
    assert refused(canonical) == [(row, "unknown-code-row") for row in (1, 2, 3)]
    assert {table: values(canonical, "outcome" if table == "outc" else "origin")} == {
        table: ["death" if table == "outc" else "literature", None, None, None]
    }


def test_periods_of_use() -> None:
    rows = [
        {"start_dt": "2020", "end_dt": "202101", "dur": "2", "dur_cod": "MON"},
        {"start_dt": "20270101", "end_dt": "20370101", "dur": "2", "dur_cod": "XX"},
        {"end_dt": "2036"},  # an end may lie ahead: treatment goes on
        {"dur_cod": "DAY"},
        {"start_dt": "NA", "end_dt": "NA", "dur": "NA", "dur_cod": "NA"},
    ]
    canonical, faults = read("ther", *rows)
    assert values(canonical, "start", "end", "duration_days") == [
        ("2020", "2021-01", 60.875), (None, None, None), (None, "2036", None), (None,) * 3, (None,) * 3,
    ]  # fmt: skip
    assert sorted(faults) == [
        (1, "impossible-duration", "duration_days", "2 XX"), (1, "impossible-therapy-date", "end", "20370101"),
        (1, "impossible-therapy-date", "start", "20270101"),
    ]  # fmt: skip


def test_reasons_for_use() -> None:
    canonical, faults = read("indi", {"drug_seq": "1", "indi_pt": " Pain in arm "}, {"drug_seq": "1"})
    assert values(canonical, "seq", "indication") == [(1, "Pain in arm"), (1, None)]
    assert (faults, refused(canonical)) == ([], [])


def test_whole_numbers_and_amounts() -> None:
    assert [read_whole(text)[0] for text in ("7", " 7 ", "7.0", "0", "007")] == [7, 7, 7, 0, 7]
    assert [read_whole(text) for text in ("", " ")] == [(None, None)] * 2
    for text in ("7.5", "x", "2147483648", "٧", "1" * 5000):
        assert read_whole(text) == (None, (Reason.UNKNOWN_CODE, "number", text))
    assert [read_amount(*pair)[0] for pair in (("10", "MG"), ("10", ""), ("", "MG"), ("NA", ""))] == [
        "10 MG", "10", None, None,
    ]  # fmt: skip


def batch_of(table: str, rows: list[Cells], notes: tuple[Note, ...] = ()) -> Batch:
    layout = layout_of(table)
    block = Block(text_of(table, rows).encode(), np.arange(11, 11 + len(rows)), len(notes), notes, 99)
    return make_batch("DEMO22Q3.txt", block, layout, layout.width - 1, TODAY, 120)


def test_a_batch_of_reports() -> None:
    """Rows with their lines; the quarantine says of each what was put aside, values of refused rows excepted."""
    note = Note(14, Reason.WRONG_COLUMN_COUNT, "raw")
    rows = [
        REPORT | {"primaryid": "100000011", "sex": "F"},
        REPORT | {"primaryid": "x", "sex": "?"},
        REPORT | {"primaryid": "100000011", "sex": "?"},
    ]
    batch = batch_of("demo", rows, (note,))
    report: Any = batch.tables["report"]
    assert report.select(["key", "sex", "line"]).to_pylist() == [
        {"key": 100000011, "sex": "female", "line": 11}, {"key": 100000011, "sex": None, "line": 13},
    ]  # fmt: skip
    quarantine: Any = batch.tables["quarantine"]
    assert list(zip(*quarantine.values(), strict=True)) == [
        ("DEMO22Q3.txt", 14, "row", "wrong-column-count", "", "raw"),
        ("DEMO22Q3.txt", 12, "row", "no-key", "", text_of("demo", rows[1:2]).strip()),
        ("DEMO22Q3.txt", 13, "value", "unknown-code", "sex", "?"),
    ]
    assert (batch.rows_read, batch.rows_kept, batch.rows_quarantined, batch.bytes_read) == (4, 2, 2, 120)


def test_a_batch_of_damaged_lines_only() -> None:
    batch = batch_of("reac", [], (Note(2, Reason.UNDECODABLE, "raw"),))
    assert batch.tables["report_reaction"] == {}
    assert (batch.rows_read, batch.rows_quarantined) == (1, 1)


def test_the_first_reason_counts() -> None:
    """A row is refused once, whatever else is wrong with it."""
    batch = batch_of("demo", [{"primaryid": ""}, {"primaryid": "100000011"}])
    quarantine: Any = batch.tables["quarantine"]
    assert quarantine["reason"] == ["no-key", "no-case-id"]
    assert (batch.rows_read, batch.rows_quarantined) == (2, 2)


def test_lines_and_parsed_rows_must_agree() -> None:
    """A check on ourselves: a row that the parser loses would shift every line after it."""
    layout = layout_of("outc")
    block = Block(b"100000011$10000001$HO\n", np.arange(2, 4), 0, (), 0)
    with pytest.raises(AssertionError, match="2 clean lines were parsed as 1 rows"):
        make_batch("OUTC22Q3.txt", block, layout, layout.width - 1, TODAY, 0)


def test_arrow_columns_have_plain_types() -> None:
    """What the store expects: text as text or words, dates as days, numbers as numbers."""
    table: Any = batch_of("demo", [REPORT | {"primaryid": "100000011"}]).tables["report"]
    types = {name: table.schema.field(name).type for name in table.column_names}
    assert types["key"] == types["number"] == types["line"] == pyarrow.int64()
    assert types["received"] == types["revised"] == pyarrow.date32()
    assert types["age_years"] == types["weight_kg"] == pyarrow.float64()
    assert types["version"] == pyarrow.int32()
    assert types["case_id"] == types["country"] == pyarrow.string()

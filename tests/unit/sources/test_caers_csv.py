from __future__ import annotations

from datetime import date

import pytest

OLD = (
    '65333,1/2/2004,,Suspect,KAVA,9,Milk/Butter/Dried Milk Prod,6,Decade(s),Male,"VISITED AN ER, DEATH","RASH, NAUSEA"'
)


def test_one_row_fills_every_table(caers, row):
    found = caers(row())
    assert (found.read, found.kept, found.quarantined) == (1, 1, 0)
    report = found.rows(
        "report", "case_id", "version", "received", "event_date", "sex", "age_years", "serious", "outcomes", "line"
    )
    assert report == [("65333", 0, date(2004, 1, 2), "2003-12-30", "female", 36.0, True, ["hospitalisation"], 2)]
    assert found.rows("report_product", "case_id", "role", "verbatim", "category") == [
        ("65333", "suspect", "KAVA ROOT", "54 Vit/Min/Prot/Unconv Diet(Human/Animal)")
    ]
    assert found.rows("report_reaction", "case_id", "version", "term") == [("65333", 0, "JAUNDICE")]


def test_report_and_reactions_are_written_once_for_rows_that_repeat_them(caers, row):
    found = caers(row(product="KAVA"), row(product="KRATOM", role="Concomitant"), row(case="7"))
    assert found.rows("report", "case_id", "line") == [("65333", 2), ("7", 4)]
    assert found.rows("report_reaction", "case_id") == ["65333", "7"]
    assert found.rows("report_product", "verbatim", "role") == [
        ("KAVA", "suspect"), ("KRATOM", "concomitant"), ("KAVA ROOT", "suspect"),
    ]  # fmt: skip


def test_a_row_that_differs_writes_its_report_again(caers, row):
    found = caers(row(terms="RASH, NAUSEA"), row(terms="NAUSEA, RASH"))
    assert found.rows("report", "line") == [2, 3]


def test_a_case_whose_first_row_is_refused_is_still_written(caers, row):
    found = caers(row(role="Observer"), row())
    assert found.rows("report", "case_id", "line") == [("65333", 3)]
    assert found.reasons == [(2, "row", "unknown-role")]


def test_rows_of_a_case_need_not_stand_together(caers, row):
    found = caers(row(), row(case="7"), row())
    assert found.rows("report", "case_id") == ["65333", "7", "65333"]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (
            "Report ID,CAERS Created Date,Date of Event,Product Type,Product,Product Code,Description,"
            "Patient Age,Age Units,Sex,MedDRA Preferred Terms,Outcomes",
            '65333,1/2/2004,,SUSPECT,KAVA,09, Milk/Butter/Dried Milk Prod,6,decade(s),Male,"RASH, NAUSEA",'
            '"Visited Emergency Room, Death"',
        ),
        (
            "DATE_FDA_FIRST_RECEIVED_REPORT,REPORT_ID,DATE_EVENT,PRODUCT_TYPE,PRODUCT,PRODUCT_CODE,DESCRIPTION,"
            "PATIENT_AGE,AGE_UNITS,SEX,CASE_MEDDRA_PREFERRED_TERMS,CASE_OUTCOME",
            '1/2/2004,65333,,SUSPECT,KAVA,09,Milk/Butter/Dried Milk Prod,60.00,year(s),Male,"Rash, Nausea",'
            '"Visited Emergency Room, Death"',
        ),
        (
            "date fda first received case,Case Outcome,Medra Preferred Terms,REPORT_ID,DATE_EVENT,PRODUCT_TYPE,"
            "PRODUCT,PRODUCT_CODE,DESCRIPTION,PATIENT_AGE,AGE_UNITS,SEX,A NEW COLUMN",
            '01/02/2004,"Death, Visited Emergency Room","Rash, Nausea",65333,,SUSPECT,KAVA,09,'
            "Milk/Butter/Dried Milk Prod,60,year(s),Male,whatever",
        ),
    ],
    ids=["2004-2019", "2020 on", "shuffled, misspelt, with a column more"],
)
def test_every_layout_says_the_same(caers, header, line):
    old, new = caers(OLD).tables, caers(line, header=header).tables
    assert new == old
    assert old["report"]["age_years"] == [60.0]
    assert old["report"]["outcomes"] == [["death", "emergency visit"]]
    assert old["report_product"]["category"] == ["09 Milk/Butter/Dried Milk Prod"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"case": ""}, "no-case-id"),
        ({"received": ""}, "no-received-date"),
        ({"received": "2/30/2004"}, "impossible-received-date"),
        ({"received": "1/2/1804"}, "impossible-received-date"),
        ({"received": "11/23/2026"}, "impossible-received-date"),
        ({"received": "2004"}, "impossible-received-date"),
        ({"role": "Observer"}, "unknown-role"),
        ({"role": ""}, "unknown-role"),
        ({"product": "KA\0VA"}, "nul-byte"),
    ],
)
def test_rows_that_are_put_aside(caers, row, cells, reason):
    line = row(**cells)
    found = caers(line, row(case="7"))
    assert (found.read, found.kept) == (2, 1)
    assert found.rows("quarantine", "line", "scope", "reason", "raw") == [(2, "row", reason, line)]
    assert found.rows("report", "case_id") == ["7"]


@pytest.mark.parametrize(
    ("cells", "reason", "field", "raw"),
    [
        ({"age": "250"}, "impossible-age", "age_years", "250 Year(s)"),
        ({"age": "76", "unit": "Decade(s)"}, "impossible-age", "age_years", "76 Decade(s)"),
        ({"age": "-1"}, "impossible-age", "age_years", "-1 Year(s)"),
        ({"age": "45,996"}, "impossible-age", "age_years", "45,996 Year(s)"),
        ({"age": "36", "unit": "Not Available"}, "unknown-age-unit", "age_years", "36 Not Available"),
        ({"age": "36", "unit": "Fortnight(s)"}, "unknown-age-unit", "age_years", "36 Fortnight(s)"),
        ({"event": "13/1/2003"}, "impossible-event-date", "event_date", "13/1/2003"),
        ({"event": "1/1/2027"}, "impossible-event-date", "event_date", "1/1/2027"),
        ({"event": "1/1/1899"}, "impossible-event-date", "event_date", "1/1/1899"),
        ({"sex": "Femail"}, "unknown-sex", "sex", "Femail"),
        ({"outcomes": "DEATH, BOREDOM"}, "unknown-outcome", "outcomes", "BOREDOM"),
        ({"terms": ""}, "no-reaction", "term", ""),
        ({"terms": "Not coded"}, "no-reaction", "term", "Not coded"),
        ({"product": " "}, "no-product", "verbatim", " "),
    ],
)
def test_values_that_are_put_aside_while_their_row_is_kept(caers, row, cells, reason, field, raw):
    found = caers(row(**cells))
    assert (found.read, found.kept) == (1, 1)
    assert found.rows("quarantine", "line", "scope", "reason", "field", "raw") == [(2, "value", reason, field, raw)]
    assert found.rows("report", "case_id") == ["65333"]
    stored = {"term": found.rows("report_reaction", "term"), "verbatim": found.rows("report_product", "verbatim")}
    stored |= {name: found.rows("report", name) for name in ("age_years", "event_date", "sex", "outcomes")}
    empty: dict[str, list[object]] = {"term": [], "outcomes": [["death"]]}
    assert stored[field] == empty.get(field, [None])


def test_an_impossible_value_is_named_on_every_row_that_repeats_it(caers, row):
    found = caers(row(age="250"), row(age="250", product="KRATOM"))
    assert found.reasons == [(2, "value", "impossible-age"), (3, "value", "impossible-age")]


def test_an_event_after_its_receipt_is_kept(caers, row):
    found = caers(row(received="1/2/2004", event="1/3/2004"))
    assert found.rows("report", "event_date") == ["2004-01-03"]
    assert found.reasons == []


def test_a_product_class_is_kept_where_the_product_is_not_named(caers, row):
    found = caers(row(product=""))
    assert found.rows("report_product", "verbatim", "category") == [(None, "54 Vit/Min/Prot/Unconv Diet(Human/Animal)")]


def test_withheld_product_names_stay_as_they_are(caers, row):
    found = caers(row(product="REDACTED"), row(product="EXEMPTION 4"))
    assert found.rows("report_product", "verbatim") == ["REDACTED", "EXEMPTION 4"]


def test_header_alone_is_a_file_without_rows(caers):
    found = caers()
    assert (found.read, found.batches) == (0, 1)


def test_batches_are_bounded_and_add_up(caers, row):
    found = caers(*[row(case=str(number)) for number in range(45_000)])
    assert (found.read, found.kept, found.batches) == (45_000, 45_000, 3)
    assert found.rows("report", "line")[-1] == 45_001

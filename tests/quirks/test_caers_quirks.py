"""One line of our own for each known defect of CAERS files."""

from __future__ import annotations

import pytest


def test_terms_repeat_within_a_cell(caers, row):
    found = caers(row(terms="DYSPNOEA, RASH, DYSPNOEA"))
    assert found.rows("report_reaction", "term") == ["DYSPNOEA", "RASH"]


def test_a_term_that_holds_a_comma_is_not_split(caers, row):
    found = caers(row(terms="NAUSEA, EAR, NOSE AND THROAT EXAMINATION, URINE PROTEIN, QUANTITATIVE"))
    assert found.rows("report_reaction", "term") == [
        "NAUSEA", "EAR, NOSE AND THROAT EXAMINATION", "URINE PROTEIN, QUANTITATIVE",
    ]  # fmt: skip


def test_the_longest_of_two_comma_terms_wins(caers, row):
    found = caers(row(terms="EAR, NOSE AND THROAT EXAMINATION ABNORMAL, BLOOD 1,25-DIHYDROXYCHOLECALCIFEROL DECREASED"))
    assert found.rows("report_reaction", "term") == [
        "EAR, NOSE AND THROAT EXAMINATION ABNORMAL", "BLOOD 1,25-DIHYDROXYCHOLECALCIFEROL DECREASED",
    ]  # fmt: skip


def test_not_coded_beside_a_coded_term_is_no_term(caers, row):
    assert caers(row(terms="RASH, Not coded")).rows("report_reaction", "term") == ["RASH"]


def test_newer_files_write_terms_in_mixed_case(caers, row):
    assert caers(row(terms="Gait  disturbance")).rows("report_reaction", "term") == ["GAIT DISTURBANCE"]


def test_outcome_none_is_no_outcome(caers, row):
    found = caers(row(outcomes="NONE"))
    assert found.rows("report", "outcomes", "serious") == [([], False)]
    assert found.reasons == []


def test_industry_codes_lost_their_leading_zero(caers, row):
    assert caers(row(code="9", **{"class": " Milk"})).rows("report_product", "category") == ["09 Milk"]


def test_an_age_in_decades_is_years_times_ten(caers, row):
    assert caers(row(age="6", unit="Decade(s)")).rows("report", "age_years") == [60.0]


def test_a_byte_order_mark_does_not_hide_the_first_column(caers, row):
    assert caers(row(), start=b"\xef\xbb\xbf").kept == 1


def test_utf8_and_windows_1252_lines_mix(caers, row):
    found = caers(row(product="CAFÉ"), row(product="CAF?").encode().replace(b"?", b"\xc9"))
    assert found.rows("report_product", "verbatim") == ["CAFÉ", "CAFÉ"]


def test_bytes_that_are_neither_are_put_aside(caers, row):
    found = caers(row(product="CAF?").encode().replace(b"?", b"\x81\xc9"), row())
    assert found.reasons == [(2, "row", "undecodable")]


def test_line_ends_of_old_macintosh_computers(caers, row):
    found = caers(row(), row(case="7"), end=b"\r")
    assert found.rows("report", "case_id", "line") == [("65333", 2), ("7", 3)]


def test_one_line_feed_among_carriage_returns_loses_no_row(caers, row):
    found = caers(row() + "\n" + row(case="7"), row(case="8"), end=b"\r")
    assert found.rows("report", "case_id") == ["65333", "7", "8"]


def test_line_feeds_alone(caers, row):
    assert caers(row(), row(case="7"), end=b"\n").kept == 2


def test_blank_lines_are_no_rows(caers, row):
    found = caers("", row(), "", "")
    assert (found.read, found.rows("report", "line")) == (1, [3])


def test_a_quoted_value_may_hold_line_ends(caers, row):
    found = caers(row(product="KAVA\r\nROOT"), row(case="7"))
    assert found.rows("report", "case_id", "line") == [("65333", 2), ("7", 4)]
    assert found.rows("report_product", "verbatim")[0] == "KAVA ROOT"


@pytest.mark.parametrize("place", ["product", "terms"])
def test_a_quote_that_never_closes_takes_only_its_own_line(caers, row, place):
    damaged = row(**{place: "STRAY"}).replace('"STRAY"', '"STRAY')
    found = caers(row(case="1"), damaged, row(case="2"), *[row(case=str(case)) for case in range(3, 90)])
    assert found.rows("quarantine", "line", "reason", "raw") == [(3, "unbalanced-quote", damaged)]
    assert found.rows("report", "case_id") == [str(case) for case in range(1, 90)]


def test_a_stray_quote_closed_by_another_in_the_next_row_swallows_neither(caers, row):
    first = '1,1/1/2004,,Suspect,A,54,X,1,Year(s),Male,DEATH,"RASH'
    second = '2,1/1/2004,,Suspect,A,54,X,1,Year(s),Male,DEATH,RASH"'
    found = caers(first, second, row(case="3"))
    assert found.reasons == [(2, "row", "unbalanced-quote")]
    assert found.rows("report", "case_id") == ["2", "3"]


def test_a_quote_that_spans_too_many_lines_is_taken_for_a_stray_one(caers, row):
    found = caers(row().replace('"JAUNDICE"', '"JAUNDICE'), *["text"] * 60, row(case="7"))
    assert found.reasons[0] == (2, "row", "unbalanced-quote")
    assert found.rows("report", "case_id") == ["7"]
    assert found.read == 62


def test_a_value_that_goes_on_after_its_quote_is_put_aside(caers, row):
    damaged = row(product="?").replace('"?"', '"CHEWY "FRUIT" BAR"')
    assert caers(damaged, row()).reasons == [(2, "row", "unbalanced-quote")]


def test_an_inch_mark_inside_a_bare_value_is_no_quote(caers):
    found = caers('1,1/1/2004,,Suspect,PIZZA 12" THIN,54,X,1,Year(s),Male,DEATH,RASH')
    assert found.rows("report_product", "verbatim") == ['PIZZA 12" THIN']


@pytest.mark.parametrize("change", ["{},more", "{}", "1,2,3"], ids=["one more", "one fewer", "nine fewer"])
def test_rows_with_other_columns_than_the_header(caers, row, change):
    damaged = change.format(row() if "more" in change else row().rsplit(",", 1)[0])
    assert caers(damaged, row()).reasons == [(2, "row", "wrong-column-count")]


def test_an_endless_line_is_put_aside_and_not_kept_whole(caers, row):
    found = caers(row(product="X" * 400_000), row(case="7"))
    assert found.reasons == [(2, "row", "line-too-long")]
    assert found.rows("report", "case_id") == ["7"]
    assert len(found.rows("quarantine", "raw")[0]) == 10_000


def test_report_numbers_are_text(caers, row):
    assert caers(row(case="2019-CFS-012345")).rows("report", "case_id") == ["2019-CFS-012345"]

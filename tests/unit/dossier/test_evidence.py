"""The section on published evidence: its tables, its figure, and what it must keep apart."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import pytest

from phytovigil.dossier.evidence_figure import NARROW, WIDE, choose_axis, draw_ranges, make_figures
from phytovigil.dossier.page import make_environment

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def build_evidence(load_example: Callable[[str], ModuleType]) -> Callable[[], dict[str, Any]]:
    module = load_example("evidence")
    built: Callable[[], dict[str, Any]] = module.build_evidence
    return built


def render(evidence: dict[str, Any]) -> str:
    findings = {"evidence": evidence, "controls": {"sources": []}}
    figures = {(figure.source, figure.kind): figure for figure in make_figures(findings)}
    return make_environment().get_template("evidence.html.j2").render(f=findings, figures=figures)


@pytest.fixture(scope="module")
def html(build_evidence: Callable[[], dict[str, Any]]) -> str:
    return render(build_evidence())


class Texts(HTMLParser):
    """Words that a reader sees, drawings left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.drawn, self.texts = 0, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.drawn += tag == "svg"

    def handle_endtag(self, tag: str) -> None:
        self.drawn -= tag == "svg"

    def handle_data(self, data: str) -> None:
        self.texts += "" if self.drawn else data + " "


def row_of(html: str, anchor: str) -> str:
    return next(part for part in html.split("<tr") if f'id="{anchor}"' in part)


def test_each_row_is_an_anchor_with_finding_figures_limits_and_source(html: str) -> None:
    row = row_of(html, "evidence-survey-one")
    for shown in (
        "Finding of survey-one.",
        "41 % (1,144 of 2,798)",
        "Limit of survey-one.",
        "n = 2,798",
        "medium confidence",
    ):
        assert shown in row, shown
    assert '<a href="https://doi.org/10.1000/1">Bee BA. An invented study.' in row
    assert "Read: abstract." in row
    assert "No whole number of 53 gives 80 %." in row


def test_facts_stand_before_context_and_both_are_named(html: str) -> None:
    survey = html[html.index("evidence-survey-title") : html.index("evidence-receptor-title")]
    places = [
        survey.index(word) for word in ("Facts: ", 'id="evidence-survey-two"', "Context: ", 'id="evidence-survey-one"')
    ]
    assert places == sorted(places)
    assert "never computed with" in survey


def test_a_computed_figure_shows_its_formula(html: str) -> None:
    assert "computed here: after - before" in row_of(html, "evidence-survey-two")
    assert "computed here" not in row_of(html, "evidence-survey-one")


def test_law_has_place_date_and_unknown_and_is_no_advice(html: str) -> None:
    law = html[html.index("evidence-law-title") :]
    assert "This is no legal advice." in law
    assert '<td class="date">2025</td>' in row_of(html, "evidence-law-erewhon")
    assert "<strong>unknown: verify</strong>" in row_of(html, "evidence-law-elsewhere")


def test_an_address_that_is_none_becomes_no_link(html: str) -> None:
    assert "javascript:" not in html


def test_every_number_of_the_page_stands_in_the_findings(
    html: str, build_evidence: Callable[[], dict[str, Any]]
) -> None:
    held = json.dumps(build_evidence(), ensure_ascii=False)
    numbers = {match.replace(",", "") for match in NUMBER.findall(held)} | {"95", "1"}
    numbers |= {number.removesuffix(".0") for number in numbers}
    for number in NUMBER.findall(Texts(html).texts):
        assert number.replace(",", "") in numbers, number


def test_long_tables_are_folded_with_their_counts(build_evidence: Callable[[], dict[str, Any]], html: str) -> None:
    assert "<details>" not in html
    evidence = build_evidence()
    table = evidence["tables"][0]
    table["rows"] = [{**table["rows"][0], "id": f"r{i}", "anchor": f"evidence-r{i}"} for i in range(8)]
    table |= {"facts": 0, "context": 8}
    assert "<details><summary>0 facts, 8 of context</summary>" in render(evidence)


def test_tables_have_captions_and_scopes(html: str) -> None:
    tables = re.findall(r"<table.*?</table>", html, flags=re.S)
    assert len(tables) == 4
    for table in tables:
        assert "<caption>" in table
        heads = re.findall(r"<th\b[^>]*>", table)
        assert all("scope=" in head for head in heads)


def test_hostile_text_stays_text(build_evidence: Callable[[], dict[str, Any]]) -> None:
    evidence = build_evidence()
    row = evidence["tables"][0]["rows"][0]
    row |= {"title": "<script>alert(1)</script>", "finding": "<img src=x>", "limits": ["a & b"]}
    row["figures"][0] |= {"text": "<b>41</b>", "label": "<i>"}
    shown = render(evidence)
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "<b>41" not in shown
    assert "a &amp; b" in shown


def test_figure_has_all_values_and_words(build_evidence: Callable[[], dict[str, Any]]) -> None:
    (figure,) = make_figures({"evidence": build_evidence()})
    assert figure.file_name == "receptors-evidence.svg"
    for said in ("Exemplin, MOR, Ki: 13.5 by first; 37 by second; 709 (in doubt) by third.", "Exemplol", "EC50: 34.5"):
        assert said in figure.description
    for svg in (figure.svg, figure.narrow):
        ET.fromstring(svg)
        assert 'role="img"' in svg
        assert "Exemplin, MOR, Ki" in svg
    assert figure.svg == make_figures({"evidence": build_evidence()})[0].svg


def test_dots_stand_where_their_logarithm_says(build_evidence: Callable[[], dict[str, Any]]) -> None:
    ranges = build_evidence()["ranges"]
    axis = choose_axis(ranges)
    assert (axis.low, axis.high) == (1, 3)
    for layout in (WIDE, NARROW):
        assert axis.place(10, layout) == layout.left
        assert axis.place(100, layout) == pytest.approx(layout.left + layout.plot / 2)
        assert axis.place(1000, layout) == layout.left + layout.plot
        svg = draw_ranges(ranges, layout)
        for value in (13.5, 709):
            assert re.search(rf"translate\({axis.place(value, layout):.6g}\d*,", svg), value


def test_without_values_there_is_no_figure() -> None:
    assert make_figures({}) == make_figures({"evidence": None}) == make_figures({"evidence": {"ranges": []}}) == []


def test_ranges_in_another_unit_do_not_share_the_axis(build_evidence: Callable[[], dict[str, Any]]) -> None:
    evidence = build_evidence()
    evidence["ranges"][2] |= {"unit": "µM", "substance": "otherin"}
    (figure,) = make_figures({"evidence": evidence})
    assert "Otherin" not in figure.svg
    assert "Otherin" in render(evidence)

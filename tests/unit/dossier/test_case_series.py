"""What the cases themselves tell: the part of the page, and the figure of time to onset."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from phytovigil.dossier.case_series_figure import draw_onsets, is_dated, make_figures, place_columns, place_day
from phytovigil.dossier.page import make_environment

PAGE = '{% import "macros.html.j2" as m with context %}{% include "case_series.html.j2" %}'


@pytest.fixture(scope="module")
def series(load_example: Callable[[str], ModuleType]) -> list[dict[str, Any]]:
    built: list[dict[str, Any]] = load_example("case_series").build_case_series()
    return built


@pytest.fixture(scope="module")
def drawn(series: list[dict[str, Any]]) -> list[Any]:
    return make_figures({"case_series": series})


@pytest.fixture
def written(series: list[dict[str, Any]], drawn: list[Any], build_findings: Callable[..., dict[str, Any]]) -> str:
    """The part of the page, alone."""
    findings = {**build_findings(), "case_series": series}
    figures = {(figure.source, figure.kind): figure for figure in drawn}
    return make_environment().from_string(PAGE).render(f=findings, figures=figures)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", html, flags=re.S)).split())


def test_every_series_has_its_heading_in_order(written: str) -> None:
    headings = re.findall(r"<h([2-5])[^>]*>(.*?)</h", written)
    assert [level for level, _ in headings] == ["2", "3", "4", "4", "3", "4"]
    assert [plain(words) for _, words in headings][1:4] == [
        "Demo register",
        "Jaundice (narrow): 8 cases",
        "Skin pigment change (narrow): no case",
    ]


def test_a_ledger_is_said_with_its_rest(written: str) -> None:
    words = plain(written)
    assert "6 of 8 cases with both dates to the day: median 14 days, middle half 8 to 21, range 3 to 60" in words
    assert "2 without the start" in words
    assert "6 positive, 1 negative, 1 not recorded" in words


def test_what_a_source_never_records_is_said_and_not_counted(written: str) -> None:
    listing = plain(written).partition("Demo listing")[2]
    assert listing.count("not recorded by this source") == 3
    assert "left out of a snapshot" in listing


def test_ranges_have_a_true_minus_and_their_categories(written: str) -> None:
    words = plain(written)
    assert "−4 to 13 (definite to doubtful) in 8 cases" in words
    assert "possible to unassessable in 1 case, conditional as it stands" in words


def test_every_case_has_its_row_and_links_only_where_the_list_has_it(
    series: list[dict[str, Any]], written: str
) -> None:
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>', written)
    assert len(rows) == len(series[0]["single_cases"])
    assert not any("<a" in row for row in rows)


def test_a_case_of_the_list_is_linked(
    series: list[dict[str, Any]], build_findings: Callable[..., dict[str, Any]]
) -> None:
    findings = {**build_findings(), "case_series": series}
    source = findings["sources"][0]
    anchor = source["case_list"][0]["anchor"]
    case = {**series[0]["single_cases"][0], "anchor": anchor}
    findings["case_series"] = [{**series[0], "source": source["source"], "single_cases": [case]}]
    html = make_environment().from_string(PAGE).render(f=findings, figures={})
    assert f'<th scope="row"><a href="#{anchor}">' in html


def test_tables_name_their_columns(written: str) -> None:
    for table in re.findall(r"<table.*?</table>", written, flags=re.S):
        assert "<caption>" in table
        assert all("scope=" in cell for cell in re.findall(r"<th\b[^>]*>", table))


def test_only_a_source_with_enough_dated_cases_has_a_figure(series: list[dict[str, Any]], drawn: list[Any]) -> None:
    assert [(figure.source, figure.kind) for figure in drawn] == [("demo", "time-to-onset")]
    assert drawn[0].file_name == "time-to-onset-demo.svg"
    few = {**series[0], "onset": {**series[0]["onset"], "ledger": {**series[0]["onset"]["ledger"], "exact": 4}}}
    assert not is_dated(few)
    assert make_figures({"case_series": [few]}) == []
    assert make_figures({}) == []


def test_the_figure_says_what_it_shows(drawn: list[Any]) -> None:
    assert drawn[0].description == (
        "Days from the start of the product to the event in Demo register. Jaundice (narrow): 6 of 8 cases with both "
        "dates, 3 to 60 days, median 14."
    )
    assert f'aria-label="{drawn[0].description}"' in drawn[0].svg


def test_the_figure_is_drawn_alike_every_time(series: list[dict[str, Any]], drawn: list[Any]) -> None:
    assert draw_onsets([series[0]]) in drawn[0].svg.replace(f' role="img" aria-label="{drawn[0].description}"', "")


def test_columns_hold_every_case_and_stand_where_their_days_do(series: list[dict[str, Any]]) -> None:
    days = series[0]["onset"]["days"]
    columns = place_columns(days, 60, 100.0, 600.0)
    for entry in days:
        nearest = min(abs(column["x"] - place_day(entry["days"], 60, 600.0)) for column in columns)
        assert nearest <= 600.0 / 60
    heights = [column["base"] - column["top"] for column in columns]
    assert math.isclose(sum(heights) / max(heights), sum(entry["cases"] for entry in days) / 2)


def test_a_series_whose_days_are_all_zero_can_be_drawn(series: list[dict[str, Any]]) -> None:
    spread = dict.fromkeys(series[0]["onset"]["spread"], 0)
    onset = {**series[0]["onset"], "days": [{"days": 0, "cases": 6}], "spread": spread}
    assert "<svg" in draw_onsets([{**series[0], "onset": onset}])

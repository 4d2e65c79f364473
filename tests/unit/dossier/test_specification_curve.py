"""The section on specifications: its page, its figures, and the table of all rows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from phytovigil.dossier.page import make_environment
from phytovigil.dossier.specification_figure import (
    MOST_GROUPS,
    draw_curve,
    group_specifications,
    make_figures,
    name_figure,
    order_specifications,
    place_rows,
)
from phytovigil.dossier.specification_table import specification_rows

Build = Callable[..., dict[str, Any]]
MANY = 60


@pytest.fixture(scope="module")
def build(load_example: Callable[[str], ModuleType]) -> Build:
    module = load_example("specification_curve")
    built: Build = module.build_specification_curve
    return built


@pytest.fixture(scope="module")
def curve(build: Build) -> dict[str, Any]:
    return build()


@pytest.fixture(scope="module")
def many(build: Build) -> dict[str, Any]:
    return build(years=MANY)


def render(*curves: dict[str, Any]) -> str:
    findings = {"specification_curve": list(curves)}
    figures = {(figure.source, figure.kind): figure for figure in make_figures(findings)}
    return make_environment().get_template("specification_curve.html.j2").render(f=findings, figures=figures)


def test_page_says_what_was_run_what_came_out_and_what_was_left_out(curve: dict[str, Any]) -> None:
    html = render(curve)
    assert "36 specifications were run" in html
    assert "Not possible in Examplebase" in html
    assert "does not record the reporter" in html
    assert html.count("<h2") == 1
    assert html.count("<caption>") == 2
    headings = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert headings == sorted(headings)


def test_page_has_a_row_for_each_level_and_each_single_change(curve: dict[str, Any]) -> None:
    html = render(curve)
    levels = sum(len(choice["levels"]) for choice in curve["choices"])
    assert html.count('<th scope="row">') == levels + 1 + len(curve["steps"])
    assert len(curve["steps"]) == levels - len(curve["choices"])
    for mover in curve["movers"]:
        assert f"verdict differs in {mover['verdict_changes']} of {mover['pairs']} pairs" in html


def test_two_curves_have_their_own_anchors(build: Build, curve: dict[str, Any]) -> None:
    html = render(curve, build(reaction="itch"))
    anchors = re.findall(r'id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors)) >= 3


def test_every_share_of_a_row_and_its_siblings_adds_up(many: dict[str, Any]) -> None:
    groups = group_specifications(order_specifications(many))
    assert len(groups) <= MOST_GROUPS
    assert sum(len(group.members) for group in groups) == many["summary"]["estimable"] == 36 * MANY
    by_choice: list[list[tuple[float, ...]]] = []
    for row in place_rows(many, groups)[2:]:
        by_choice = [*by_choice, []] if not row.shares else [*by_choice[:-1], [*by_choice[-1], row.shares]]
    assert len(by_choice) == len(many["choices"])
    for shares in by_choice:
        assert [pytest.approx(1)] * len(groups) == [sum(level) for level in zip(*shares, strict=True)]


def test_shares_are_those_of_the_rows_of_the_table(many: dict[str, Any]) -> None:
    """Counted a second time, from the table that spells every specification out."""
    header, rows = specification_rows(many)
    groups = group_specifications(order_specifications(many))
    drawn = {row.title: row.shares for row in place_rows(many, groups) if row.shares}
    role = header.index("Role of the product")
    for group, share in zip(groups, drawn["suspect role"], strict=True):
        assert share == sum(rows[member][role] == "suspect role" for member in group.members) / len(group.members)


def test_estimates_are_drawn_from_the_lowest_to_the_highest(many: dict[str, Any]) -> None:
    estimates = [many["columns"]["estimate"][place] for place in order_specifications(many)]
    assert estimates == sorted(estimates)
    main = many["summary"]["main"]
    assert estimates[main["rank"] - 1] == main["estimate"]
    assert main["rank"] == 1 or estimates[main["rank"] - 2] < main["estimate"]


def test_thousands_of_specifications_stay_a_small_drawing(many: dict[str, Any]) -> None:
    wide = draw_curve(many)
    assert len(wide) < 250_000
    root = ET.fromstring(wide)
    rows = sum(bool(row.shares) for row in place_rows(many, group_specifications(order_specifications(many))))
    drawn = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if "fill" in path.attrib]
    assert rows < len(drawn) < rows + 20 < 36 * MANY
    assert "main analysis" in wide


def test_figures_are_deterministic_described_and_have_a_narrow_form(curve: dict[str, Any]) -> None:
    findings = {"specification_curve": [curve]}
    (figure,), (again,) = make_figures(findings), make_figures(findings)
    assert figure == again
    assert figure.kind == name_figure(curve) == "specification-curve-jaundice-narrow"
    assert figure.file_name == "specification-curve-jaundice-narrow-examplebase.svg"
    assert "36 of 36 specifications have an estimate" in figure.description
    for svg in (figure.svg, figure.narrow):
        assert ET.fromstring(svg).get("aria-label") == figure.description
    assert int(ET.fromstring(figure.narrow).get("width", "0")) <= 360


def test_a_curve_without_estimates_has_no_figure_and_its_page_stands(curve: dict[str, Any]) -> None:
    nothing = [None] * 36
    columns = {**curve["columns"], "estimate": nothing, "low": nothing, "high": nothing}
    summary = {**curve["summary"], "estimable": 0, "main": {**curve["summary"]["main"], "estimate": None, "rank": None}}
    empty = {**curve, "columns": columns, "summary": summary}
    assert make_figures({"specification_curve": [empty]}) == []
    assert "<figure>" not in render(empty)


def test_table_has_a_row_for_every_specification(curve: dict[str, Any]) -> None:
    header, rows = specification_rows(curve)
    assert len(rows) == 36
    assert {len(row) for row in rows} == {len(header)}
    assert header[:3] == ["specification", "Role of the product", "Cases with others"]
    assert rows[0][1:5] == ["any role", "kept in", "nothing", "ROR"]
    assert rows[-1][:5] == [36, "suspect role", "left out", "year", "IC"]
    place = header.index("estimate")
    assert [row[place] for row in rows] == curve["columns"]["estimate"]
    assert len({tuple(row[1:5]) for row in rows}) == 36

"""The section on controls: its page, its figure, and what a failed control does to the answer."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from phytovigil.dossier import render_dossier
from phytovigil.dossier.controls_figure import REACH, choose_panels, limit_rows, make_figures
from phytovigil.dossier.page import make_environment

Build = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def build_controls(load_example: Callable[[str], ModuleType]) -> Build:
    module = load_example("controls")
    built: Build = module.build_controls
    return built


def render(findings: dict[str, Any]) -> str:
    figures = {(figure.source, figure.kind): figure for figure in make_figures(findings)}
    return make_environment().get_template("controls.html.j2").render(f=findings, figures=figures)


def test_page_shows_both_estimates_and_the_null_that_was_used(findings: dict[str, Any]) -> None:
    html = render(findings)
    row = next(part for part in html.split("<tr>") if "main-as-planned" in part and ">Jaundice" in part)
    for shown in ("18.4", "[6.50–52.0]", "16.6", "[5.60–49.3]", "&lt; 0.0001", "0.0031", "its own"):
        assert shown in row, shown
    pigment = next(part for part in html.split("<tr>") if ">Skin pigment change" in part)
    assert "Withheld: a cell of its table is 0" in pigment


def test_page_lists_every_control_with_whether_it_was_able(findings: dict[str, Any]) -> None:
    html = render(findings)
    rows = [part for part in html.split("<tr>") if "Inertium" in part or "Knownroot" in part]
    assert len(rows) == len(findings["controls"]["sources"][0]["controls"]) == 8
    rare = next(row for row in rows if "Inertium 7" in row)
    assert "<td>no</td>" in rare
    assert "no: fewer than 3 cases are expected" in rare


def test_failed_controls_withhold_the_answer_the_cards_and_the_verdicts(
    findings: dict[str, Any], build_controls: Build
) -> None:
    findings["controls"] = build_controls(failed=True)
    findings["answer"][0] = "The answer is withheld: the controls fail."
    page = render_dossier(findings)
    answer = re.search(r'<p class="withheld">(.*?)</p>', page)
    assert answer is not None
    assert answer[1] == findings["answer"][0]
    cards = re.findall(r'<article class="card.*?</article>', page, re.DOTALL)
    assert cards
    for card in cards:
        assert "Withheld: the controls fail" in card
        assert 'class="numbers"' in card
    whole = render_dossier({**findings, "controls": build_controls()})
    assert "Withheld: the controls fail" not in whole
    assert 'class="withheld"' not in whole


def test_figure_has_a_point_for_every_control_with_an_estimate(findings: dict[str, Any]) -> None:
    (figure,) = make_figures(findings)
    assert figure.file_name == "calibration-demo.svg"
    for svg in (figure.svg, figure.narrow):
        points = [node for node in ET.fromstring(svg).iter() if node.attrib.get("class", "").startswith("mark-symbol")]
        assert sum(len(list(node)) for node in points) == 8 + 1
        assert "aria-label" in svg.partition(">")[0]
    assert "18.4, calibrated 16.6 [5.60–49.3]" in figure.description
    assert figure.svg == make_figures(findings)[0].svg


def test_limits_of_the_figure_are_those_of_the_null(findings: dict[str, Any]) -> None:
    (panel,) = choose_panels(findings["controls"]["sources"][0])
    for colour, mean, sd in (("muted", 0.0, 0.0), ("signal", 0.1, 0.15)):
        rows = [row for row in limit_rows(panel) if row["colour"] == colour]
        assert len(rows) > 20
        for row in rows:
            ratio = panel.low * (panel.high / panel.low) ** (row["x"] / 300)
            error = row["y"] / 190 * panel.deepest
            assert abs(math.log(ratio) - mean) == pytest.approx(REACH * math.sqrt(sd**2 + error**2), abs=1e-9)


def test_no_figure_where_every_null_is_withheld(findings: dict[str, Any]) -> None:
    for null in findings["controls"]["sources"][0]["nulls"]:
        null["withheld"] = True
    assert make_figures(findings) == []
    assert "Controls one by one" in render(findings)

"""Figures: their names, what is in them, and what happens where a number is missing or leaves the axis."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest

from phytovigil.dossier import draw_figures
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.figures import make_figures
from phytovigil.dossier.forest import draw_forest
from phytovigil.dossier.forest_layout import NARROW, WIDE, Group, choose_axes, choose_ticks
from phytovigil.dossier.palette import LIGHT
from phytovigil.dossier.timeline import choose_profiles, draw_timeline, read_years
from phytovigil.dossier.who import MOST, draw_who

ROR = {"name": "ror", "title": "ROR", "scale": "ratio", "null": 1}
IC = {"name": "ic", "title": "IC", "scale": "log2", "null": 0}


def make_pair(ror: tuple[Any, Any, Any], ic: tuple[Any, Any, Any] = (1, 0, 2), verdict: str = "too-few-to-say") -> Any:
    estimates = {
        "ror": dict(zip(("point", "low", "high"), ror, strict=True)),
        "ic": dict(zip(("point", "low", "high"), ic, strict=True)),
    }
    return {"a": 4, "expected": 0.25, "estimates": estimates, "verdict": verdict, "part": "main"}


def draw(*pairs: Any, layout: Any = WIDE) -> str:
    group = Group("Heading", tuple((f"row {index}", pair) for index, pair in enumerate(pairs)))
    return draw_forest([group], choose_axes(pairs, [ROR, IC]), layout)


def read_texts(svg: str) -> list[str]:
    return [text for text in ElementTree.fromstring(svg).itertext() if text.strip()]


def count_arrows(svg: str) -> int:
    """Filled marks in ink are arrow heads; points have the colour of their verdict."""
    return len(re.findall(rf'<path [^>]*fill="{LIGHT["ink"]}"', svg))


@pytest.fixture(scope="module")
def figures(build_findings: Callable[..., dict[str, Any]]) -> list[Figure]:
    return make_figures(build_findings())


def test_every_source_has_its_figures(findings: dict[str, Any], figures: list[Figure]) -> None:
    drawn = draw_figures(findings)
    assert list(drawn.values()) == [figure.svg for figure in figures]
    assert list(drawn) == [
        "forest-demo.svg",
        "forest-demo-sensitivity.svg",
        "forest-demo-comparators.svg",
        "forest-demo-controls.svg",
        "cases-over-time-demo.svg",
        "who-demo.svg",
        "cases-over-time-list.svg",
        "who-list.svg",
        "specification-curve-jaundice-narrow-examplebase.svg",
        "calibration-demo.svg",
        "time-to-onset-demo.svg",
        "receptors-evidence.svg",
    ]


def test_figures_are_sound_xml_with_words_for_those_who_cannot_see_them(figures: list[Figure]) -> None:
    for svg in (svg for figure in figures for svg in (figure.svg, figure.narrow) if svg):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert len(root.get("aria-label") or "") > 40


def test_the_words_of_a_forest_plot_state_its_message(figures: list[Figure]) -> None:
    words = figures[0].description
    assert "Disproportionate: Examplewort and Jaundice (narrow), 4 cases against 0.25 expected" in words
    assert "Too few cases to say: Examplewort and Skin pigment change (narrow), 0 cases" in words


def test_all_texts_lie_inside_the_frame(figures: list[Figure]) -> None:
    for figure in figures:
        for svg in filter(None, (figure.svg, figure.narrow)):
            root = ElementTree.fromstring(svg)
            width, height = float(root.get("width", 0)), float(root.get("height", 0))
            for left, right, bottom in locate_texts(root):
                assert left >= -1, figure.file_name
                assert right <= width + 1, figure.file_name
                assert bottom <= height + 1, figure.file_name


def locate_texts(element: Any, x: float = 0, y: float = 0) -> list[tuple[float, float, float]]:
    """Left, right and bottom of each text, with a mean letter of 0.51 em (0.68 em for capitals)."""
    moved = re.match(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
    x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
    found = [place for child in element for place in locate_texts(child, x, y)]
    if element.tag.endswith("text") and element.text:
        em = float(element.get("font-size", "12px").removesuffix("px"))
        length = len(element.text) * em * (0.68 if element.text.isupper() else 0.51)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
        found.append((x - shift * length, x + (1 - shift) * length, y))
    return found


def test_a_pair_without_estimate_says_so_in_words() -> None:
    assert "not estimable" in read_texts(draw(make_pair((None, None, None))))
    assert "not estimable" not in read_texts(draw(make_pair((2, 1, 4))))


@pytest.mark.parametrize(
    ("ror", "arrows"),
    [((2, 1, 4), 0), ((2, 0.001, 4), 1), ((2, 0.001, 1e6), 2), ((0, None, 3), 1), ((None, 12, None), 1)],
)
def test_an_interval_that_leaves_the_axis_ends_in_an_arrow(ror: tuple[Any, Any, Any], arrows: int) -> None:
    assert count_arrows(draw(make_pair(ror))) == arrows


def test_a_point_takes_the_colour_of_its_verdict() -> None:
    assert LIGHT["signal"] in draw(make_pair((2, 1, 4), verdict="disproportionate"))
    assert LIGHT["signal"] not in draw(make_pair((2, 1, 4)))


def test_counts_stand_beside_wide_rows_and_in_full_above_narrow_ones() -> None:
    assert "4 / 0.25" in read_texts(draw(make_pair((2, 1, 4))))
    assert "4 cases / 0.25 expected" in read_texts(draw(make_pair((2, 1, 4)), layout=NARROW))


def test_one_measure_makes_one_panel() -> None:
    pair = make_pair((2, 1, 4))
    svg = draw_forest([Group("H", (("row", pair),))], choose_axes([pair], [IC]))
    assert "IC, log2 units" in read_texts(svg)
    assert not any("log scale" in text for text in read_texts(svg))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [((2, 1.5, 4), (1, 10)), ((2, 0.2, 40), (0.1, 1, 10, 100)), ((2, 1e-9, 1e9), (0.1, 1, 10, 100, 1000))],
)
def test_the_axis_holds_the_null_and_what_it_can_of_the_intervals(values: Any, ticks: tuple[float, ...]) -> None:
    assert choose_ticks([make_pair(values)], ROR) == ticks


def make_profile(years: dict[str, int], **dimensions: Any) -> dict[str, Any]:
    counts = [{"value": value, "cases": cases} for value, cases in years.items()]
    total = sum(years.values())
    return {"reaction": "", "title": "all cases", "cases": total, "dimensions": {"year": counts, **dimensions}}


def test_years_without_a_number_stay_out_of_the_columns() -> None:
    assert read_years(make_profile({"2015": 2, "unknown": 9})) == {2015: 2}


def test_a_long_title_of_a_strip_is_broken_into_lines_that_fit() -> None:
    title = "Skin pigmentation (darker or differently coloured skin)"
    texts = read_texts(draw_timeline([make_profile({"2015": 2}) | {"title": title}], width=318))
    assert texts[texts.index("2") :][1:3] == ["Skin pigmentation (darker or differently", "coloured skin): 2 cases"]


def test_a_profile_without_years_has_no_strip() -> None:
    assert choose_profiles([make_profile({"unknown": 3}), make_profile({"2016": 0})]) == []


def test_an_empty_year_keeps_its_place() -> None:
    texts = read_texts(draw_timeline([make_profile({"2015": 2, "2018": 4})]))
    assert [text for text in texts if re.fullmatch(r"20\d\d", text)] == ["2015", "2016", "2017", "2018"]


def test_numbers_above_columns_are_left_out_where_they_would_overlap() -> None:
    profile = make_profile({str(year): 1234 for year in range(1990, 2025)})
    assert "1,234" not in read_texts(draw_timeline([profile], width=300))
    assert "1,234" in read_texts(draw_timeline([profile], width=1400))


def test_a_long_dimension_says_how_many_values_it_leaves_out() -> None:
    counts = [{"value": f"value {number}", "cases": 1} for number in range(MOST + 3)]
    texts = read_texts(draw_who(make_profile({"2015": 13}, country=counts)))
    assert "and 3 more" in texts
    assert f"value {MOST}" not in texts

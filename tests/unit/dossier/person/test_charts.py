"""The charts: every value at its place, none joined over a gap, and the words for who cannot see them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from phytovigil.dossier.person.charts import LABELS, NARROW, PLOT, TITLE, WIDE, Place, draw_panels, place_panels
from phytovigil.dossier.person.panels import Panel, find_colour, make_panels, make_series
from phytovigil.dossier.person.time_axis import TimeAxis, make_axis

DAY = date(2026, 1, 1)
AXIS = TimeAxis(DAY, DAY + timedelta(days=100), ((DAY, DAY + timedelta(days=50)),), ((DAY + timedelta(days=20), "1"),))
POINTS = tuple((DAY + timedelta(days=ahead), value) for ahead, value in ((0, 0.0), (50, 5.0), (100, 10.0)))
PANEL = Panel("Pain", "within noise", POINTS, 0.0, 10.0, (0.0, 10.0), (3.0, 7.0), 5.0)


def test_values_stand_where_they_belong() -> None:
    place = Place(PANEL, 100.0, 40.0, 200.0)
    assert [place.x(AXIS, day) for day, _ in POINTS] == [100.0, 200.0, 300.0]
    assert [place.y(value) for _, value in POINTS] == [40.0 + PLOT, 40.0 + PLOT / 2, 40.0]
    assert (place.y(-3.0), place.y(12.0)) == (place.y(0.0), place.y(10.0))


def count_marks(svg: str) -> int:
    """Circles of values."""
    return len(re.findall(r'<path[^>]*fill="#0072b2"', svg))


def test_every_value_is_drawn_once() -> None:
    assert count_marks(draw_panels([PANEL], AXIS)) == len(POINTS)
    assert count_marks(draw_panels([PANEL, PANEL], AXIS)) == 2 * len(POINTS)


def test_no_line_goes_over_a_gap() -> None:
    gap = (DAY, DAY + timedelta(days=50))
    whole, broken = (draw_panels([panel], AXIS) for panel in (PANEL, Panel(*list_fields(PANEL)[:-2], gaps=(gap,))))
    assert count_lines(whole) == 2
    assert count_lines(broken) == 1


def list_fields(panel: Panel) -> list[object]:
    return [getattr(panel, name) for name in panel.__slots__]


def count_lines(svg: str) -> int:
    """Lines between values."""
    return len(re.findall(r'<line[^>]*stroke="#5b9bc4"', svg))


def test_a_drawing_says_what_it_shows() -> None:
    for layout in (WIDE, NARROW):
        words = re.search(r'aria-label="([^"]*)"', draw_panels([PANEL], AXIS, layout))
        assert words is not None
        assert "1 chart from 2026-01-01 to 2026-04-11" in words[1]
        assert "Pain: within noise" in words[1]
        assert "Product taken: 2026-01-01 to 2026-02-20" in words[1]
        assert "Alerts: 1 on 2026-01-21" in words[1]


@pytest.mark.parametrize("panels", range(1, 9))
def test_panels_never_overlap_nor_leave_the_paper(panels: int) -> None:
    for columns, width in ((3, WIDE[1]), (4, WIDE[1]), NARROW):
        places = place_panels([PANEL] * panels, columns, width)
        boxes = [(p.left - LABELS, p.top - TITLE, p.left + p.width, p.top + PLOT) for p in places]
        assert all(box[0] >= 0 and box[2] <= width + 0.01 for box in boxes)
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_noise_is_the_smallest_detectable_change_around_the_baseline(summaries: dict[str, dict]) -> None:  # type: ignore[type-arg]
    pain = next(one for one in summaries["busy"]["series"] if one["name"] == "pain")
    panel = make_series(pain)
    assert panel.baseline == pain["baseline"]["mean"]
    assert panel.band is not None
    assert panel.band[1] - pain["baseline"]["mean"] == pytest.approx(pain["smallest_detectable"])
    assert len(panel.points) == len(pain["points"])


def test_where_both_sites_changed_each_stands_by_itself(summaries: dict[str, dict]) -> None:  # type: ignore[type-arg]
    """A yellowing at all sites is invisible in their difference."""
    titles = [panel.title for panel in make_panels(summaries["yellow"])]
    assert "Left cheek: yellow–blue b*" in titles
    assert "Inner arm: yellow–blue b*" in titles
    rise = [panel.points[-1][1] for panel in make_panels(summaries["yellow"]) if "b*" in panel.title]
    assert min(rise) > 8
    assert find_colour(summaries["yellow"]["skin"][0], "difference")["de00"] < 4  # type: ignore[index]


def test_the_axis_begins_with_the_first_value(summaries: dict[str, dict]) -> None:  # type: ignore[type-arg]
    axis = make_axis(summaries["yellow"])
    assert axis.first == date(2025, 10, 29)
    assert axis.last == date(2026, 1, 4)
    assert [text for _, text in axis.ticks(300)] == ["Nov", "Dec", "2026"]

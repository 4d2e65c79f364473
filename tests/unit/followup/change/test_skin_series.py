"""Colours of sites from a diary: one photo a day, pairs of sites, one method, and every unused photo named."""

from __future__ import annotations

from datetime import date

import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.followup.change import list_skin_pairs, make_skin_series
from phytovigil.schema.change import SkinSeries
from phytovigil.schema.diary import Content, Entries, Entry, Photo, Reading, Site

RECORDED = "2026-06-01T00:00:00+00:00"


class Notes(list[Entry]):
    """Entries in the making."""

    def put(self, kind: str, at: str, content: Content) -> str:
        name = f"{len(self):03d}"
        self.append(Entry(name, kind, at, RECORDED, content))
        return name

    def photo(self, site: str, at: str, lightness: float | None, method: str = "m1", baseline: bool = False) -> str:
        name = self.put("photo", at, Photo(f"{len(self)}", site, "image/jpeg", 1, baseline=baseline))
        refused = lightness is None
        lab = () if lightness is None else (lightness, 10.0, 17.0)
        self.put("reading", at, Reading(name, method, lab, refusals=("glare",) if refused else ()))
        return name


@pytest.fixture
def notes() -> Notes:
    found = Notes()
    found.put("site", "2026-03-01", Site("hand", "exposed"))
    found.put("site", "2026-03-01", Site("arm", "covered"))
    return found


def test_photos_of_a_day_count_once_and_pair_with_the_nearest_day(notes: Notes) -> None:
    notes.photo("hand", "2026-03-01T09:00", 60, baseline=True)
    second = notes.photo("hand", "2026-03-01T18:00", 61)
    notes.photo("arm", "2026-03-01", 68)
    notes.photo("hand", "2026-03-08", 62)
    notes.photo("arm", "2026-03-09", 69)
    lone = notes.photo("hand", "2026-03-20", 63)
    found = make_skin_series(Entries(notes), "hand", "arm")
    assert found.days == (date(2026, 3, 1), date(2026, 3, 8))
    assert [colour[0] for colour in found.colours] == [60, 62]
    assert [colour[0] for colour in found.covered_colours] == [68, 69]
    assert found.baseline == (True, False)
    assert {one.entry: one.why for one in found.left_out} == {
        second: "a further photo of the same day, which counts once",
        lone: "no usable photo of arm within 1 day",
    }


def test_days_apart_can_be_forbidden(notes: Notes) -> None:
    notes.photo("hand", "2026-03-08", 62)
    notes.photo("arm", "2026-03-09", 69)
    assert make_skin_series(Entries(notes), "hand", "arm", within_days=0).days == ()
    with pytest.raises(InvalidRequest, match="within -1 days"):
        make_skin_series(Entries(notes), "hand", "arm", within_days=-1)


def test_a_refused_photo_gives_way_to_the_next_of_the_day(notes: Notes) -> None:
    bad = notes.photo("hand", "2026-03-01T09:00", None)
    notes.photo("hand", "2026-03-01T10:00", 61)
    found = make_skin_series(Entries(notes), "hand")
    assert [colour[0] for colour in found.colours] == [61]
    assert [(one.entry, one.why) for one in found.left_out] == [(bad, "refused (glare)")]


def test_methods_are_not_mixed(notes: Notes) -> None:
    old = notes.photo("hand", "2026-03-01", 60, "m1")
    for day in (2, 3):
        name = notes.photo("hand", f"2026-03-0{day}", 60, "m1")
        notes.put("reading", "2026-03-05", Reading(name, "m2", (70.0, 10.0, 17.0)))
    notes.photo("hand", "2026-03-04", 71, "m2")
    found = make_skin_series(Entries(notes), "hand")
    assert [colour[0] for colour in found.colours] == [70, 70, 71]
    assert [(one.entry, one.why) for one in found.left_out] == [(old, "not read by m2")]


def test_a_corrected_reading_counts(notes: Notes) -> None:
    notes.photo("hand", "2026-03-01", 60)
    wrong = notes[-1]
    content = Reading("002", "m1", (64.0, 10.0, 17.0))
    notes.append(Entry("900", "reading", "2026-03-01", RECORDED, content, corrects=wrong.id, why="again"))
    assert make_skin_series(Entries(notes), "hand").colours[0][0] == 64


def test_pairs_of_sites(notes: Notes) -> None:
    notes.put("site", "2026-03-01", Site("belly", "covered"))
    notes.put("site", "2026-03-01", Site("eye", "sclera"))
    for day in ("2026-03-01", "2026-03-08"):
        notes.photo("hand", day, 60)
        notes.photo("belly", day, 68)
    notes.photo("arm", "2026-03-02", 68)
    assert list_skin_pairs(Entries(notes)) == (("hand", "belly"),)
    assert list_skin_pairs(Entries(notes[:1])) == (("hand", ""),)


def test_an_unknown_site_is_an_error(notes: Notes) -> None:
    with pytest.raises(UnknownName, match="hand"):
        make_skin_series(Entries(notes), "handd")


def test_a_series_must_fit_together() -> None:
    colour = (60.0, 10.0, 17.0)
    with pytest.raises(InvalidRequest, match="one per day"):
        SkinSeries("hand", "", (date(2026, 3, 1),), (colour, colour), (), (True,))
    with pytest.raises(InvalidRequest, match="oldest first"):
        SkinSeries("hand", "", (date(2026, 3, 1),) * 2, (colour, colour), (), (True, False))

"""Series of numbers from entries: what is taken, in what order, and what is left out with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.followup.change import list_series, make_series
from phytovigil.schema.change import Series
from phytovigil.schema.diary import Content, Entries, Entry, Itch, Lab, Pain, Peg, Withdrawal


def diary(*contents: tuple[str, str, Content]) -> Entries:
    return Entries(
        Entry(f"{place:03d}", kind, at, "2026-06-01T00:00:00+00:00", content)
        for place, (kind, at, content) in enumerate(contents)
    )


KINDS = diary(
    ("pain", "2026-03-02", Pain(4)),
    ("pain", "2026-03-01", Pain(7, "worst")),
    ("pain", "2026-03-01T09:00", Pain(3)),
    ("pain", "2026-03-01T21:00", Pain(5)),
    ("peg", "2026-03-01", Peg(4, 5, 6)),
    ("itch", "2026-03-01", Itch(2)),
    ("withdrawal", "2026-03-01", Withdrawal(total=12)),
    ("lab", "2026-03-01", Lab("alt", 120, "U/L", upper_limit=40)),
    ("lab", "2026-03-03", Lab("alt", 90, "U/L")),
    ("lab", "2026-03-01", Lab("bilirubin", 2.4, "mg/dL", upper_limit=1.2)),
)


def test_values_are_in_order_of_days() -> None:
    found = make_series(KINDS, "pain")
    assert found.values == (3.0, 5.0, 4.0)
    assert found.days == (date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2))
    assert found.entries == ("002", "003", "000")
    assert found.unit == "points (0–10)"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pain:worst", (7.0,)),
        ("pain:now", ()),
        ("peg", (5.0,)),
        ("itch", (2.0,)),
        ("withdrawal", (12.0,)),
        ("alt", (3.0,)),
        ("bilirubin", (2.0,)),
        ("alp", ()),
    ],
)
def test_each_name_has_its_own_values(name: str, values: tuple[float, ...]) -> None:
    assert make_series(KINDS, name).values == values


def test_a_value_without_upper_limit_is_left_out_with_its_reason() -> None:
    assert [(one.entry, one.why) for one in make_series(KINDS, "alt").left_out] == [
        ("008", "no upper limit of normal stands beside the value")
    ]


def test_only_series_with_values_are_listed() -> None:
    assert list_series(KINDS) == ("pain", "pain:worst", "peg", "itch", "withdrawal", "alt", "bilirubin")


def test_an_unknown_name_is_an_error_with_near_names() -> None:
    with pytest.raises(UnknownName, match="pain:worst"):
        make_series(KINDS, "pain:wors")


def test_a_series_out_of_order_cannot_be_made() -> None:
    with pytest.raises(InvalidRequest, match="oldest first"):
        Series("pain", "pain", "points", (date(2026, 3, 2), date(2026, 3, 1)), (1.0, 2.0))

"""A date of a question: a day or a quarter, and nothing that could mean two days."""

from __future__ import annotations

import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.study.as_of import read_as_of


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017-06-30", "2017-06-30"),
        ("2024-02-29", "2024-02-29"),
        ("2019Q1", "2019-03-31"),
        ("2019Q2", "2019-06-30"),
        ("2019q3", "2019-09-30"),
        ("2004Q4", "2004-12-31"),
        (None, None),
    ],
)
def test_day_that_is_meant(written: str | None, day: str | None) -> None:
    assert read_as_of(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2017",
        "2017-06",
        "20170630",
        "2017-W26",
        "2017-06-31",
        "2023-02-29",
        "30.06.2017",
        "2019Q5",
        "2019Q0",
        "19Q4",
        "2019 Q4",
        "2019Q4 ",
        "Q4",
        "0000Q1",
        "٢٠١٩Q4",
        "yesterday",
    ],
)
def test_what_is_no_day_is_refused_with_how_to_write_one(written: str) -> None:
    with pytest.raises(InvalidRequest, match="no date") as refused:
        read_as_of(written)
    assert refused.value.message.startswith(f"“{written}”")
    assert "2017-06-30" in refused.value.hint
    assert "2019Q4" in refused.value.hint

"""Arguments become a selection; what cannot be is refused with how to write it."""

from __future__ import annotations

from typing import Any

import pytest

from phytovigil.cli.options import (
    complete_group,
    complete_product,
    complete_schema,
    complete_source,
    make_scope,
    parse_years,
)
from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.schema.selection import Selection

NOTHING: dict[str, Any] = {
    "role": "suspect",
    "sex": [],
    "age": [],
    "years": None,
    "serious": None,
    "reporter": [],
    "country": [],
    "product_class": [],
    "with_products": [],
    "without_products": [],
    "among": [],
    "indication": [],
    "likely_names": False,
    "fold_duplicates": False,
    "pair_decisions": None,
    "vocabulary": None,
    "source": None,
    "as_of": None,
    "memory": None,
    "store": None,
    "json": False,
}


def select(**options: Any) -> Selection | None:
    return make_scope(**{**NOTHING, **options}).where["selection"]


def test_no_option_selects_everything() -> None:
    assert select() == Selection()


def test_every_option_reaches_the_selection() -> None:
    options: dict[str, Any] = {
        "role": "any",
        "sex": ["female", "unknown"],
        "age": ["75+"],
        "years": "2014-2017",
        "serious": False,
        "reporter": ["Consumer"],
        "country": ["US", "CA"],
        "product_class": ["54"],
        "with_products": ["Mitragyna speciosa"],
        "without_products": ["KAVA", "ephedra"],
        "among": ["valerian", "reported:ZZZQUIL"],
        "indication": ["Anxiety"],
        "likely_names": True,
        "fold_duplicates": True,
    }
    assert select(**options) == Selection(
        role="any",
        sex=("female", "unknown"),
        age=("75+",),
        years=(2014, 2017),
        serious=False,
        reporter=("Consumer",),
        country=("US", "CA"),
        category=("54",),
        with_products=("kratom-leaf",),
        without_products=("kava", "ephedra"),
        among=("valerian", "reported:ZZZQUIL"),
        indication=("Anxiety",),
        names="likely",
        duplicates="folded",
    )
    elsewhere = {"pair_decisions", "vocabulary", "source", "as_of", "memory", "store", "json"}
    assert set(options) | elsewhere == set(NOTHING)


def test_source_and_date_reach_the_question() -> None:
    where = make_scope(**{**NOTHING, "source": "caers", "as_of": "2012Q4"}).where
    assert (where["source"], where["as_of"]) == ("caers", "2012Q4")


def test_products_are_understood_by_the_vocabulary_that_is_asked_for() -> None:
    with pytest.raises(UnknownName, match="1999"):
        select(vocabulary="1999-01", with_products=["kava"])


@pytest.mark.parametrize("change", [{"role": "x"}, {"sex": ["x"]}, {"age": ["18-45"]}, {"years": "2017-2014"}])
def test_wrong_option_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        select(**change)


def test_unknown_product_is_refused() -> None:
    with pytest.raises(UnknownName):
        select(with_products=["kvaa"])


@pytest.mark.parametrize(("years", "read"), [(None, None), ("2014", (2014, 2014)), ("2004-2017", (2004, 2017))])
def test_years(years: str | None, read: tuple[int, int] | None) -> None:
    assert parse_years(years) == read


@pytest.mark.parametrize("years", ["", "-", "x", "2014-x", "2014-2015-2016", "-2014", "2014–2017"])
def test_years_that_are_none(years: str) -> None:
    with pytest.raises(InvalidRequest, match="range of years"):
        parse_years(years)


def test_completion_offers_what_begins_so() -> None:
    assert complete_product("krat") == ["kratom", "kratom-leaf"]
    assert complete_product("KRAT") == ["kratom", "kratom-leaf"]
    assert complete_group("jaun") == ["jaundice"]
    assert complete_source("cae") == ["caers"]
    assert "findings" in complete_schema("f")
    assert complete_product("zzz") == complete_group("zzz") == complete_source("zzz") == complete_schema("zzz") == []

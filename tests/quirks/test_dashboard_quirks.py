"""One line of our own for each known defect of FAERS Public Dashboard listings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = (
    "Case ID,Suspect Product Names,Suspect Product Active Ingredients,Reactions,Serious,Outcomes,Sex,Patient Age,"
    "Patient Weight,Event Date,Latest FDA Received Date,Initial FDA Received Date,Country where Event occurred"
)


@pytest.fixture
def case(tmp_path: Path, whole: Callable[..., Any]) -> Callable[..., Any]:
    def read(**cells: str) -> Any:
        usual = {
            "case": "7", "names": "-", "ingredients": "Herbals\\Mitragynine", "reactions": "Death",
            "serious": "Serious", "outcomes": "Died", "sex": "Male", "age": "43", "weight": "Not Specified",
            "event": "-", "latest": "1/2/2020", "first": "1/1/2020", "country": "US",
        }  # fmt: skip
        file = tmp_path / "listing.csv"
        file.write_text(f"{HEADER}\n" + ",".join(f'"{cell}"' for cell in (usual | cells).values()) + "\n")
        return whole(file)

    return read


def test_a_backslash_belongs_to_the_ingredient(case):
    assert case().rows("report_product", "ingredient") == ["Herbals\\Mitragynine"]


def test_namibia_is_a_country(case):
    assert case(country="NA").rows("report", "country") == ["NA"]


def test_an_age_that_once_was_a_date_in_a_spreadsheet(case):
    found = case(age="45,996")
    assert found.rows("report", "age_years") == [None]
    assert found.rows("quarantine", "reason", "raw") == [("impossible-age", "45,996")]


def test_an_age_below_zero(case):
    assert case(age="-1 YR").rows("quarantine", "reason") == ["impossible-age"]


def test_a_weight_with_a_tabulator_before_its_unit(case):
    assert case(weight="150\t LB").rows("report", "weight_kg") == [68.039]


def test_a_weight_without_a_unit(case):
    assert case(weight="81").rows("quarantine", "reason") == ["unknown-weight-unit"]


def test_the_same_product_named_twice(case):
    assert case(names="Paxil;Paxil").rows("report_product", "verbatim") == ["Paxil", None]


def test_the_same_reaction_named_twice(case):
    assert case(reactions="Death;DEATH").rows("report_reaction", "term") == ["DEATH"]


def test_a_comma_does_not_part_reactions(case):
    found = case(reactions="Hallucination, Auditory;Ear, Nose And Throat Oddity")
    assert found.rows("report_reaction", "term") == ["HALLUCINATION, AUDITORY", "EAR, NOSE AND THROAT ODDITY"]


def test_other_outcomes_means_other_serious_outcome(case):
    assert case(outcomes="Other Outcomes;Died").rows("report", "outcomes") == [["death", "other serious"]]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("26-Oct-2015", "2015-10-26"), ("Mar-2015", "2015-03"), ("2015", "2015"), ("10/26/2015", "2015-10-26")],
)
def test_dates_of_four_precisions_and_spellings(case, written, kept):
    assert case(event=written).rows("report", "event_date") == [kept]

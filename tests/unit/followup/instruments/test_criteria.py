"""Grade texts as published, and grades of laboratory values against the bounds that the texts themselves print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, UnknownName, UnreadableFile
from phytovigil.followup.instruments import grade_lab, grade_texts, load_criteria
from phytovigil.followup.instruments.criteria import FILE

GRADES = {
    "skin-hyperpigmentation": {1, 2},
    "skin-hypopigmentation": {1, 2},
    "pruritus": {1, 2, 3},
    "rash-maculo-papular": {1, 2, 3},
    "photosensitivity": {1, 2, 3, 4, 5},
    "urticaria": {1, 2, 3},
    "hepatic-failure": {3, 4, 5},
    "nausea": {1, 2, 3},
    "constipation": {1, 2, 3, 4, 5},
    "seizure": {1, 2, 3, 4, 5},
}
"""Which grades exist, as read in version 5.0."""


@pytest.mark.parametrize(("term", "grades"), GRADES.items())
def test_only_the_grades_that_the_criteria_have(term: str, grades: set[int]) -> None:
    assert set(grade_texts(term)) == grades


def test_hyperpigmentation_has_two_grades_and_no_third_of_the_body() -> None:
    """Public tools write 10 to 30 % and above 30 % here, which version 5.0 does not."""
    texts = grade_texts("skin-hyperpigmentation")
    assert texts == {
        1: "Hyperpigmentation covering <10% BSA; no psychosocial impact",
        2: "Hyperpigmentation covering >10% BSA; associated psychosocial impact",
    }
    assert not any("30" in text for text in texts.values())


def test_the_version_is_named_and_the_newer_one_too() -> None:
    criteria = load_criteria()
    assert criteria.id == "CTCAE v5.0"
    assert criteria.published == "2017-11-27"
    assert "6.0" in criteria.newer


def test_no_licensed_codes_are_shipped() -> None:
    assert re.findall(r"\b10\d{6}\b", FILE.read_text(encoding="utf-8")) == []


def grade_by_text(analyte: str, ratio: float, baseline: bool) -> int:
    """The grade that the printed text gives, read by its own figures."""
    unit = "baseline if baseline was abnormal" if baseline else "ULN if baseline was normal"
    for grade, text in load_criteria().labs[analyte].grades.items():
        part = next(one for one in text.split(";") if unit in one).strip()
        bounds = [float(figure) for figure in re.findall(r"\d+\.\d+", part)]
        low = 1.0 if part.startswith(">ULN") else bounds[0]
        high = bounds[-1] if " - " in part else float("inf")
        above = ratio > low if part.startswith(">") else ratio >= low
        if above and ratio <= high:
            return grade
    return 0


@pytest.mark.parametrize("analyte", ["alt", "ast", "alp", "bilirubin"])
@pytest.mark.parametrize(
    "times", [0.0, 0.5, 1.0, 1.01, 1.5, 1.51, 2.0, 2.5, 2.51, 3.0, 3.01, 5.0, 5.01, 10.0, 10.1, 20.0, 20.1, 90.0]
)
def test_grade_of_a_multiple_is_that_of_the_printed_text(analyte: str, times: float) -> None:
    assert grade_lab(analyte, times) == grade_by_text(analyte, times, baseline=False)
    assert grade_lab(analyte, 2 * times, baseline_times=2.0) == grade_by_text(analyte, times, baseline=True)


def test_a_normal_baseline_changes_nothing() -> None:
    assert grade_lab("alt", 4.0, baseline_times=1.0) == grade_lab("alt", 4.0) == 2


def test_what_is_not_graded_is_refused() -> None:
    with pytest.raises(UnknownName, match="ggt"):
        grade_lab("ggt", 2.0)
    with pytest.raises(InvalidRequest, match="times is -1"):
        grade_lab("alt", -1.0)
    with pytest.raises(InvalidRequest, match="times is nan"):
        grade_lab("alt", float("nan"))
    with pytest.raises(UnknownName, match="jaundice"):
        grade_texts("jaundice")


def test_a_file_with_an_unknown_key_is_refused_with_a_near_name(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace('note = "There are two grades only."', 'notes = "x"'))
    with pytest.raises(UnreadableFile, match=r"notes.*Did you mean “note”"):
        load_criteria(file)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("above = [1.0, 3.0, 5.0, 20.0]", "above = [3.0, 1.0, 5.0, 20.0]", "one rising bound"),
        ("above = [1.0, 3.0, 5.0, 20.0]", "above = [1.0, 3.0, 5.0]", "one rising bound"),
        ('key = "nausea"', 'key = "fever"', "there twice"),
        ("[criteria]", "[criteria", "TOML"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "own.toml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(UnreadableFile, match=said):
        load_criteria(file)

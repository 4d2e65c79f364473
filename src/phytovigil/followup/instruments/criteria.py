"""Grade texts of the Common Terminology Criteria for Adverse Events, and the grade of a laboratory value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidRequest, UnknownName, UnreadableFile
from phytovigil.followup.instruments.reading import DATA, check_keys, read_toml
from phytovigil.schema.instruments import Criteria, CriteriaTerm, LabCriteria

FILE = DATA / "ctcae-v5.toml"
HEAD_KEYS = ("id", "title", "publisher", "published", "address", "seen", "basis", "read", "newer")
GRADES = ("1", "2", "3", "4", "5")


@cache
def load_criteria(file: Path = FILE) -> Criteria:
    """The criteria that came with the program, or those of a file of one's own.

    >>> criteria = load_criteria()
    >>> criteria.id, sorted(criteria.terms["skin-hyperpigmentation"].grades)
    ('CTCAE v5.0', [1, 2])
    """
    raw = read_toml(file)
    check_keys(raw, ("criteria", "words", "term", "lab"), ("criteria", "term", "lab"), file.name)
    check_keys(raw["criteria"], HEAD_KEYS, HEAD_KEYS, f"{file.name}, [criteria]")
    terms = [read_term(one, file.name) for one in raw["term"]]
    labs = [read_lab(one, file.name) for one in raw["lab"]]
    if len({term.key for term in terms}) != len(terms):
        raise UnreadableFile(f"{file.name}: a key is there twice.", "Write each [[term]] once.")
    return Criteria(
        **raw["criteria"],
        words=raw.get("words", {}),
        terms={term.key: term for term in terms},
        labs={lab.analyte: lab for lab in labs},
    )


def read_term(raw: Mapping[str, Any], file: str) -> CriteriaTerm:
    """One [[term]]."""
    check_keys(raw, ("key", "name", "note", *GRADES), ("key", "name"), f"{file}, {raw.get('key', '[[term]]')}")
    return CriteriaTerm(raw["key"], raw["name"], read_grades(raw), raw.get("note", ""))


def read_lab(raw: Mapping[str, Any], file: str) -> LabCriteria:
    """One [[lab]]."""
    known = ("analyte", "name", "above", "from_baseline", "above_baseline", *GRADES)
    where = f"{file}, {raw.get('analyte', '[[lab]]')}"
    check_keys(raw, known, ("analyte", "name", "above"), where)
    bounds = tuple(map(float, raw["above"]))
    if list(bounds) != sorted(bounds) or len(bounds) != len(read_grades(raw)):
        raise UnreadableFile(f"{where}: above is {raw['above']}.", "Write one rising bound for each grade.")
    return LabCriteria(
        raw["analyte"], raw["name"], bounds, read_grades(raw), raw.get("from_baseline"), raw.get("above_baseline")
    )


def read_grades(raw: Mapping[str, Any]) -> dict[int, str]:
    """Texts by grade."""
    return {int(grade): raw[grade] for grade in GRADES if grade in raw}


def grade_texts(term: str) -> Mapping[int, str]:
    """The texts of a term by grade; a grade that is not there does not exist for it.

    Raises UnknownName for a key that the criteria lack.
    """
    criteria = load_criteria()
    if term not in criteria.terms:
        raise UnknownName("term", term, criteria.id, hint="`load_criteria().terms` lists them.")
    return criteria.terms[term].grades


def grade_lab(analyte: str, times: float, baseline_times: float | None = None) -> int:
    """The grade of a value, 0 where it is within its limit or below the first grade.

    analyte : "alt", "ast", "alp" or "bilirubin". times : multiple of the upper limit.
    baseline_times : multiple of the upper limit at baseline; above 1 the grade is told by multiples of the baseline.
    Raises UnknownName for another analyte and InvalidRequest for a multiple below 0.

    >>> [grade_lab("alt", times) for times in (1.0, 3.0, 3.1, 5.1, 20.1)]
    [0, 1, 2, 3, 4]
    >>> grade_lab("alt", 4.0, baseline_times=2.0), grade_lab("alt", 2.8, baseline_times=2.0)
    (1, 0)
    """
    labs = load_criteria().labs
    if analyte not in labs:
        raise UnknownName("laboratory value", analyte, load_criteria().id, hint=f"There is {', '.join(labs)}.")
    for name, value in (("times", times), ("baseline_times", baseline_times)):
        if value is not None and not value >= 0:
            raise InvalidRequest(f"{name} is {value:g}.", "It is a multiple of the upper limit, 0 or more.")
    if baseline_times is not None and baseline_times > 1:
        return grade_by_baseline(labs[analyte], times / baseline_times)
    return sum(times > bound for bound in labs[analyte].above)


def grade_by_baseline(lab: LabCriteria, ratio: float) -> int:
    """The grade of a multiple of an abnormal baseline."""
    begun = ratio >= lab.from_baseline if lab.from_baseline is not None else ratio > (lab.above_baseline or 1.0)
    return int(begun) + sum(ratio > bound for bound in lab.above[1:])

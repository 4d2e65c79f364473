"""Assess one case from a case file: every scale beside the others, none merged with another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from phytovigil.cases.causality import rucam
from phytovigil.cases.causality.completeness import PENALTIES, Completeness, score_report
from phytovigil.cases.causality.dechallenge import NEGATIVE, PIGMENT_NOTE
from phytovigil.cases.causality.from_report import answer_naranjo, answer_who_umc
from phytovigil.cases.causality.liver import FORMS, HEPATOCELLULAR, TESTS, LiverCourse, LiverDay, follow_liver
from phytovigil.cases.causality.naranjo import Naranjo, assess_naranjo
from phytovigil.cases.causality.ranges import Item, OpenQuestion
from phytovigil.cases.causality.time_to_onset import STATED, Onset, measure_onset
from phytovigil.cases.causality.who_umc import WhoUmc, assess_who_umc
from phytovigil.errors import InvalidRequest
from phytovigil.schema.causality import UNKNOWN, Answer, CaseFile, RucamAnswers
from phytovigil.study.asking import frame_answer
from phytovigil.study.case_files import load_case

BESIDE = "The scales ask different things. They stand side by side and are not averaged."
NO_OTHER_CAUSE = "Hy's law as FDA words it also needs that no other cause explains the injury, which a person judges."
NO_SOURCE = "Nothing says where the upper limits of normal come from, so R and all multiples rest on an assumption."
NO_RUCAM = "The time relation does not let RUCAM be scored in the {column} column; its points are shown all the same."


def assess_case(file: Path | str) -> dict[str, Any]:
    """The answer of `cases assess`: a case file, read and put through every scale that it has answers for.

    Raises UnreadableFile for a file that is none, InvalidRequest for answers that contradict each other.
    """
    case, raw = load_case(file)
    facts = case.facts
    days = facts.days_to_onset
    onset = measure_onset(facts.start, facts.onset) if days is None else Onset(STATED, days, days)
    challenges = (known_word(case.dechallenge), known_word(case.rechallenge))
    course = follow_liver(case.liver) if case.liver else None
    columns = assess_columns(case, course) if case.rucam or course else None
    about = {key: getattr(case, key) for key in ("title", "product", "reaction", "reference")}
    return frame_answer(
        "cases-assess",
        case={**about, "file": Path(file).name, "sha256": hashlib.sha256(raw).hexdigest()},
        onset=describe_onset(onset),
        dechallenge=asdict(case.dechallenge),
        rechallenge=asdict(case.rechallenge),
        naranjo=describe_naranjo(assess_naranjo(fill("naranjo", answer_naranjo(onset, *challenges), case.naranjo))),
        who_umc=describe_who_umc(assess_who_umc(fill("who_umc", answer_who_umc(onset, *challenges), case.who_umc))),
        rucam=columns,
        liver=describe_liver(course) if course else None,
        completeness=describe_completeness(score_file(case, onset)),
        notes=list_notes(case, course, columns),
    )


def known_word(answer: Answer) -> str | None:
    """What was answered, if anything."""
    return None if answer.answer == UNKNOWN else answer.answer


def fill(section: str, derived: Mapping[str, Answer], given: Mapping[str, Answer]) -> dict[str, Answer]:
    """A person's answers, and where they say nothing, what follows from dates, dechallenge and rechallenge.

    Raises InvalidRequest where both are there and differ.
    """
    filled = dict(derived)
    for key, answer in given.items():
        follows = derived.get(key)
        if follows and answer.answer not in (UNKNOWN, follows.answer):
            raise InvalidRequest(
                f"{key} in [{section}] is “{answer.answer}”, and {follows.why} it is “{follows.answer}”.",
                "Mend one of the two.",
            )
        if not follows or answer.answer != UNKNOWN:
            filled[key] = answer
    return filled


def assess_columns(case: CaseFile, course: LiverCourse | None) -> list[dict[str, Any]]:
    """RUCAM in both columns, and which of them the pattern of the first raised tests takes."""
    given = with_age(case.rucam or RucamAnswers({}), case.facts.age_years)
    pattern = course.first.pattern if course and course.first else None
    taken = None if pattern is None else HEPATOCELLULAR if pattern == HEPATOCELLULAR else rucam.CHOLESTATIC_OR_MIXED
    return [
        {
            "column": found.column,
            "taken": None if taken is None else found.column == taken,
            "applies": found.applies,
            **describe_scale(found.items, found.low, found.high, found.categories, found.open_questions),
        }
        for found in (rucam.assess_rucam(given, column) for column in rucam.COLUMNS)
    ]


def with_age(given: RucamAnswers, age_years: float | None) -> RucamAnswers:
    """The answers of RUCAM with its question on age answered from the age, where only that is given."""
    if age_years is None or given.answers.get("age_55", Answer()).answer != UNKNOWN:
        return given
    answer = Answer("yes" if age_years >= 55 else "no", "from age_years")
    return replace(given, answers={**given.answers, "age_55": answer})


def score_file(case: CaseFile, onset: Onset) -> Completeness:
    """The completeness of a case file: all ten dimensions are looked at."""
    facts = case.facts
    told = {
        "age": facts.age_years is not None,
        "comments": facts.narrative,
        **{name: bool(getattr(facts, name)) for name in PENALTIES if name not in ("age", "comments", "time_to_onset")},
    }
    known = {name for name, is_told in told.items() if is_told}
    return score_report(known, onset, age_group_only="age" not in known and bool(facts.age_group))


def describe_onset(onset: Onset) -> dict[str, Any]:
    """Time to onset as JSON."""
    return {"status": onset.status, "low_days": onset.low, "high_days": onset.high}


def describe_naranjo(found: Naranjo) -> dict[str, Any]:
    """The Naranjo scale as JSON."""
    scale = describe_scale(found.items, found.low, found.high, found.categories, found.open_questions)
    return {**scale, "counting_zero": found.counting_zero}


def describe_scale(
    items: tuple[Item, ...],
    low: int,
    high: int,
    categories: tuple[str, ...],
    open_questions: tuple[OpenQuestion, ...],
) -> dict[str, Any]:
    """A scale as JSON: items, range, categories, and what each open item would leave."""
    return {
        "items": [
            {
                "key": item.key,
                "question": item.question,
                "answer": item.answer,
                "why": item.why,
                "low": item.points[0],
                "high": item.points[-1],
            }
            for item in items
        ],
        "low": low,
        "high": high,
        "categories": list(categories),
        "open": [
            {
                "key": question.key,
                "question": question.question,
                "settles": question.settles,
                "answers": [
                    {**asdict(outlook), "categories": list(outlook.categories)} for outlook in question.answers
                ],
            }
            for question in open_questions
        ],
    }


def describe_who_umc(found: WhoUmc) -> dict[str, Any]:
    """The WHO-UMC system as JSON."""
    return {
        "criteria": [asdict(criterion) for criterion in found.criteria],
        "categories": list(found.categories),
        "as_it_stands": found.as_it_stands,
        "open": [
            {
                "key": question.key,
                "statement": question.statement,
                "if_met": list(question.if_met),
                "if_not_met": list(question.if_not_met),
            }
            for question in found.open_criteria
        ],
    }


def describe_liver(course: LiverCourse) -> dict[str, Any]:
    """The liver tests as JSON; ratios are rounded to four decimals."""
    return {
        "limits": {test: getattr(course.limits, test) for test in TESTS},
        "limits_source": course.limits.source,
        "forms": dict(FORMS),
        "days": [describe_day(day) for day in course.days],
        "first": describe_day(course.first) if course.first else None,
        "patterns": list(course.patterns),
    }


def describe_day(day: LiverDay) -> dict[str, Any]:
    """One draw as JSON."""
    return {
        "day": day.draw.day,
        "values": {test: getattr(day.draw, test) for test in TESTS},
        "times": {test: tidy(times) for test, times in day.times.items()},
        "r": tidy(day.r),
        "nr": tidy(day.nr),
        "pattern": day.pattern,
        "hy": dict(day.hy),
    }


def tidy(value: float | None) -> float | None:
    """A number to four decimals."""
    return None if value is None else round(value, 4)


def describe_completeness(found: Completeness) -> dict[str, Any]:
    """Completeness as JSON."""
    return {
        "score": tidy(found.score),
        "least": tidy(found.least),
        "adapted": found.adapted,
        "left_out": list(found.left_out),
        "well_documented": found.well_documented,
        "penalties": dict(found.penalties),
    }


def list_notes(case: CaseFile, course: LiverCourse | None, columns: list[dict[str, Any]] | None) -> list[str]:
    """What must be said beside the scales."""
    notes = [BESIDE]
    if case.dermal_pigment and case.dechallenge.answer == NEGATIVE:
        notes.append(PIGMENT_NOTE)
    if course:
        notes.append(NO_OTHER_CAUSE)
        notes += [] if course.limits.source else [NO_SOURCE]
    notes += [NO_RUCAM.format(column=column["column"]) for column in columns or () if column["applies"] is False]
    return notes

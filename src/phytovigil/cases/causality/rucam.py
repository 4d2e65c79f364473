"""RUCAM, version of 2016, in both of its columns: hepatocellular, and cholestatic or mixed.

Danan G, Teschke R. RUCAM in drug and herb induced liver injury: the update. Int J Mol Sci 2016;17:14,
doi:10.3390/ijms17010014 (CC BY 4.0). R below 5 takes the cholestatic column. It is made for a clinician to score.

Checked: items 1 to 4 and the twelve alternative causes against reproductions of the 2016 tables (Case Reports Hepatol
2020;8872804, table 1; PMC8508847, table 6), items 6 and 7 against those of 1993 (PMC6144106, table 3). The categories
are those of secondary tables and of a case scored in 2019; the original was not at hand as a whole.
Not seen in print in the form of 2016: the three middle lines of item 5 (7 causes of group I ruled out +1; 6 or 5: 0;
fewer −2), which are those of 1993 (6; 5 or 4; fewer) with one cause more. The totals that follow, −9 to +14, are the
printed range. Known misprints of secondary tables are not taken over: HBV left out of group I, "15 days" for "up to 15
days", drinks of men "below 3", age "above 55", a re-exposure that stays "below 5 N" for below normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phytovigil.cases.causality.liver import HEPATOCELLULAR
from phytovigil.cases.causality.ranges import Item, OpenQuestion, add_points, list_open, span_bands
from phytovigil.schema.causality import UNKNOWN, Answer, RucamAnswers

CHOLESTATIC_OR_MIXED = "cholestatic-or-mixed"
COLUMNS = (HEPATOCELLULAR, CHOLESTATIC_OR_MIXED)
BANDS = (("highly probable", 9), ("probable", 6), ("possible", 3), ("unlikely", 1), ("excluded", None))
YES_NO = ("yes", "no")

GROUP_1 = ("hav", "hbv", "hcv", "hev", "biliary", "alcoholism", "hypotension")
GROUP_2 = ("complications", "cmv", "ebv", "hsv", "vzv")
RULED_OUT, NOT_RULED_OUT = "ruled out", "not ruled out"
CAUSES: Mapping[str, str] = {
    "hav": "Hepatitis A (anti-HAV IgM)",
    "hbv": "Hepatitis B (HBsAg, anti-HBc IgM, HBV DNA)",
    "hcv": "Hepatitis C (anti-HCV, HCV RNA)",
    "hev": "Hepatitis E (anti-HEV IgM and IgG, HEV RNA)",
    "biliary": "Disease of bile ducts or liver vessels (sonography, colour Doppler, endosonography, CT, MRC)",
    "alcoholism": "Alcoholism (AST/ALT of 2 and more)",
    "hypotension": "A recent episode of low blood pressure, above all with heart disease",
    "complications": "Complications of other disease: sepsis, metastases, autoimmune or chronic viral hepatitis, PBC, "
    "PSC, genetic liver disease",
    "cmv": "Cytomegalovirus",
    "ebv": "Epstein-Barr virus",
    "hsv": "Herpes simplex virus",
    "vzv": "Varicella-zoster virus",
}
"""Alternative causes of groups I (first seven) and II."""

HALVED_8, HALVED_30, HALVED_LATER = "halved within 8 days", "halved within 30 days", "halved after day 30"
HALVED_180, FELL_180 = "halved within 180 days", "fell by less than half within 180 days"
NOT_HALVED, NO_COURSE = "not halved after day 30 or rose again", "no information or still taken"
PERSISTED = "persisted or rose"

COURSE: Mapping[str, Mapping[str, int]] = {
    HEPATOCELLULAR: {HALVED_8: 3, HALVED_30: 2, HALVED_LATER: 0, NOT_HALVED: -2, NO_COURSE: 0},
    CHOLESTATIC_OR_MIXED: {HALVED_180: 2, FELL_180: 1, PERSISTED: 0, NO_COURSE: 0},
}
CONCOMITANT = {
    "none": 0,
    "incompatible time": 0,
    "compatible time": -1,
    "known hepatotoxin": -2,
    "evidence for its role": -3,
}
KNOWN = {"labelled": 2, "published": 1, "not known": 0}
RE_EXPOSURE = {"doubled alone": 3, "doubled with the same others": 1, "rose below normal": -2, "none": 0}

QUESTIONS: Mapping[str, str] = {
    "onset": "1 Time to onset",
    "course": "2 Course of {test} after the product was stopped (fall from peak towards the upper limit)",
    "alcohol": "3 More than 2 (women) or 3 (men) drinks a day",
    "age": "3 Age of 55 years or more",
    "pregnancy": "3 Pregnancy",
    "concomitant": "4 Other products taken",
    "causes": "5 Search for alternative causes",
    "known": "6 Liver injury by the product is known",
    "re_exposure": "7 Response to an unintended re-exposure",
}

ANSWERS: Mapping[str, Sequence[str]] = {
    "earlier_use": YES_NO,
    "slow_elimination": YES_NO,
    "onset_line": ("start", "stop"),
    "course_alt": tuple(COURSE[HEPATOCELLULAR]),
    "course_alp": tuple(COURSE[CHOLESTATIC_OR_MIXED]),
    "alcohol": YES_NO,
    "age_55": YES_NO,
    "pregnancy": YES_NO,
    "concomitant": tuple(CONCOMITANT),
    "other_cause_probable": YES_NO,
    **dict.fromkeys(CAUSES, (RULED_OUT, NOT_RULED_OUT)),
    "known": tuple(KNOWN),
    "re_exposure": tuple(RE_EXPOSURE),
}
"""What a person answers, and how; every answer may also be unknown."""


@dataclass(frozen=True, slots=True)
class Rucam:
    """One column as far as it is answered.

    applies : whether the time relation lets RUCAM be scored: not if the injury began before the product was taken, or
    too long after it was stopped; None while that is not known.
    """

    column: str
    items: tuple[Item, ...]
    low: int
    high: int
    categories: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]
    applies: bool | None


def assess_rucam(given: RucamAnswers, column: str) -> Rucam:
    """The range of the total in one column, and the categories that it spans.

    given : answers by key of ANSWERS; what is missing is unknown. column : one of COLUMNS.

    >>> from phytovigil.schema.causality import RucamAnswers
    >>> nothing = assess_rucam(RucamAnswers({}), "hepatocellular")
    >>> nothing.low, nothing.high
    (-9, 14)
    """
    answers = {key: given.answers.get(key, Answer()) for key in ANSWERS}
    applies, onset = weigh_onset(given, answers, column)
    items = (
        onset,
        weigh_course(answers, column),
        weigh_choice("alcohol", answers["alcohol"], {"yes": 1, "no": 0}),
        weigh_choice("age", answers["age_55"], {"yes": 1, "no": 0}),
        *([weigh_choice("pregnancy", answers["pregnancy"], {"yes": 1, "no": 0})] if column != HEPATOCELLULAR else []),
        weigh_choice("concomitant", answers["concomitant"], CONCOMITANT),
        weigh_causes(answers),
        weigh_choice("known", answers["known"], KNOWN),
        weigh_choice("re_exposure", answers["re_exposure"], RE_EXPOSURE),
    )
    totals = add_points(item.points for item in items)
    spanned = span_bands(totals, BANDS)
    return Rucam(column, items, totals[0], totals[-1], spanned, list_open(items, BANDS), applies)


def weigh_choice(key: str, given: Answer, worth: Mapping[str, int]) -> Item:
    """An item whose answer has its points."""
    choices = {answer: (points,) for answer, points in worth.items()}
    if given.answer != UNKNOWN:
        return Item(key, QUESTIONS[key], given.answer, given.why, choices[given.answer])
    return Item(key, QUESTIONS[key], UNKNOWN, given.why, tuple(sorted(set(worth.values()))), choices)


def weigh_course(answers: Mapping[str, Answer], column: str) -> Item:
    """Item 2, of ALT or of ALP."""
    test, key = ("ALT", "course_alt") if column == HEPATOCELLULAR else ("ALP", "course_alp")
    item = weigh_choice("course", answers[key], COURSE[column])
    return Item(item.key, item.question.format(test=test), item.answer, item.why, item.points, item.choices)


def weigh_onset(given: RucamAnswers, answers: Mapping[str, Answer], column: str) -> tuple[bool | None, Item]:
    """Item 1, of whose lines one counts: from the start of the product, or, for an injury after its stop, from there.

    Where the injury began after the stop and nothing says which line counts, the item keeps the points of both.
    """
    start, stop = given.days_from_start, given.days_from_stop
    after_stop = stop is not None and stop > 0
    since_start = start_points(start, answers["earlier_use"].answer, column)
    line = answers["onset_line"]
    applies = judge_time(start, stop, answers["slow_elimination"].answer, column)
    if start is None and not after_stop:
        return applies, Item("onset", QUESTIONS["onset"], UNKNOWN, line.why, (1, 2), {"+2": (2,), "+1": (1,)})
    if after_stop:
        points = {"start": since_start, "stop": (1,)}.get(line.answer, tuple(sorted({*since_start, 1})))
    else:
        points = since_start
    choices = {f"+{some}": (some,) for some in reversed(points)} if len(points) > 1 else {}
    return applies, Item("onset", QUESTIONS["onset"], say_days(start, stop), line.why, points, choices)


def start_points(days: int | None, earlier_use: str, column: str) -> tuple[int, ...]:
    """Points of the line that counts from the start: of a first use 5 to 90 days suggest it, of a later one 1 to 15.

    In the cholestatic column a later use has 1 to 90 days. Shorter or longer is compatible: one point.

    >>> [start_points(days, "no", "hepatocellular") for days in (4, 5, 90, 91)]
    [(1,), (2,), (2,), (1,)]
    >>> [start_points(days, "yes", "hepatocellular") for days in (1, 15, 16)]
    [(2,), (2,), (1,)]
    """
    if days is None:
        return (1, 2)
    later = (1, 15) if column == HEPATOCELLULAR else (1, 90)
    windows = {"no": [(5, 90)], "yes": [later]}.get(earlier_use, [(5, 90), later])
    return tuple(sorted({2 if low <= days <= high else 1 for low, high in windows}))


def judge_time(start: int | None, stop: int | None, slow: str, column: str) -> bool | None:
    """Whether the time relation is compatible at all; up to 15 (ALT) or 30 (ALP) days after the stop, if not slow."""
    if start is not None and start < 0:
        return False
    longest = 15 if column == HEPATOCELLULAR else 30
    if stop is not None and stop > longest:
        return {"yes": True, "no": False}.get(slow)
    return None if start is None and stop is None else True


def say_days(start: int | None, stop: int | None) -> str:
    """The days that were given.

    >>> say_days(44, 21), say_days(None, 3)
    ('44 days after the start, 21 days after the stop', '3 days after the stop')
    """
    parts = [f"{start} days after the start"] if start is not None else []
    return ", ".join(parts + ([f"{stop} days after the stop"] if stop is not None and stop > 0 else []))


def weigh_causes(answers: Mapping[str, Answer]) -> Item:
    """Item 5: a probable other cause, else how many of the seven and five causes are ruled out."""
    probable = answers["other_cause_probable"]
    groups = [count_ruled_out(answers, group) for group in (GROUP_1, GROUP_2)]
    points = {} if probable.answer == "yes" else open_causes(*groups)
    if probable.answer != "no":
        points = {**points, "another cause is highly probable": -3}
    (least_1, _), (least_2, _) = groups
    said = f"{least_1} of 7 and {least_2} of 5 ruled out"
    answer = "another cause is highly probable" if probable.answer == "yes" else said
    choices = {words: (some,) for words, some in points.items()} if len(set(points.values())) > 1 else {}
    return Item("causes", QUESTIONS["causes"], answer, probable.why, tuple(sorted(set(points.values()))), choices)


def count_ruled_out(answers: Mapping[str, Answer], group: Sequence[str]) -> tuple[int, int]:
    """How many causes of a group are ruled out, and how many may turn out to be."""
    given = [answers[cause].answer for cause in group]
    return given.count(RULED_OUT), given.count(RULED_OUT) + given.count(UNKNOWN)


def open_causes(group_1: tuple[int, int], group_2: tuple[int, int]) -> dict[str, int]:
    """The lines of item 5 that can still be reached, highest first, with their points."""
    found: dict[str, int] = {}
    for ruled_out in range(group_1[1], group_1[0] - 1, -1):
        for complete in {group_2[1] == len(GROUP_2), group_2[0] == len(GROUP_2)}:
            words, points = cause_line(ruled_out, complete)
            found.setdefault(words, points)
    return dict(sorted(found.items(), key=lambda line: -line[1]))


def cause_line(ruled_out: int, second_complete: bool) -> tuple[str, int]:
    """The line of item 5 for causes ruled out of group I, and whether all of group II are.

    >>> [cause_line(count, True)[1] for count in (7, 6, 5, 4, 0)], cause_line(7, False)[1]
    ([2, 0, 0, -2, -2], 1)
    """
    if ruled_out == len(GROUP_1):
        return ("all causes of both groups ruled out", 2) if second_complete else ("all 7 of group I ruled out", 1)
    return ("6 or 5 of group I ruled out", 0) if ruled_out >= 5 else ("fewer than 5 of group I ruled out", -2)

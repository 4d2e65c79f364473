"""An empty case file for a person to fill, made from the questions of the scales."""

from __future__ import annotations

from collections.abc import Mapping

from phytovigil.cases.causality import naranjo, rucam, who_umc
from phytovigil.schema.causality import UNKNOWN
from phytovigil.study.case_files import ABOUT, ALLOWED, FACTS

HEADING = """\
# One case, for `phytovigil cases assess FILE`. Whatever stays "unknown" widens the ranges.
# An answer may carry its reason: improved = { answer = "no", why = "unchanged after 16 months" }
"""
BLANK = '""'
EMPTY = {"title": '"My case"', "product": '"product"', "reaction": '"reaction"', "dermal_pigment": "false"}
CHALLENGE_WORDS = {"dechallenge": "After it was stopped", "rechallenge": "When it was taken again"}
SAMPLES = {
    "age_years": "30",
    "narrative": "true  # whether a description in words is at hand",
    "sex": '"male"',
    "start": '"2020"',
    "stop": '"2022-05"',
    "onset": '"2021-11-02"',
    "days_to_onset": "45  # where it is told, and not both dates",
}
LIVER = """\
# Only for an injury of the liver: take the # away.
# [liver]
# limits = { alt = 40, ast = 40, alp = 120, bilirubin = 1.2, source = "where the upper limits of normal stand" }
# draws = [
#     { day = 0, alt = 126, ast = 90, alp = 218, bilirubin = 5.6 },
# ]
# [rucam]
# days_from_start = 30  # first sign of injury, in days after the product was started
# days_from_stop = 5  # and after it was stopped; below 0 while it was taken"""
RUCAM_WORDS = {
    "earlier_use": "Had the product been taken before, in an earlier period?",
    "slow_elimination": "Is the substance eliminated slowly?",
    "onset_line": "Injury after the stop: which line of item 1 counts",
    "course_alt": "Course of ALT after the stop, peak to upper limit",
    "course_alp": "Course of ALP after the stop, peak to upper limit",
    "alcohol": "More than 2 (women) or 3 (men) drinks a day",
    "age_55": "Age of 55 or more; taken from age_years if that is given",
    "pregnancy": "Pregnancy",
    "concomitant": "Other products taken",
    "other_cause_probable": "Another cause is highly probable",
    "known": "Liver injury by the product: in its labelling, or published",
    "re_exposure": "Unintended re-exposure: doubled alone (ALT below 5 or ALP below 2 times its limit before)",
}


def write_template() -> str:
    """An empty case file: every question, with the answers that it takes.

    >>> from phytovigil.study.case_files import parse_case
    >>> parse_case(write_template()).naranjo["placebo"].answer
    'unknown'
    """
    questions = {key: question for key, (question, _, _) in naranjo.QUESTIONS.items()}
    parts = [
        HEADING,
        "[case]",
        *(f"{key} = {EMPTY.get(key, BLANK)}" for key in ABOUT),
        "# Facts; take the # away where one is known. Dates are 2024, 2024-05 or 2024-05-17.",
        *(f"# {key} = {SAMPLES.get(key, BLANK)}" for key in FACTS),
        "\n[challenge]",
        *ask("challenge", CHALLENGE_WORDS),
        "\n[naranjo]",
        "# not done: settled, worth 0. unknown: may still be found out.",
        *ask("naranjo", questions),
        "\n[who_umc]",
        *ask("who_umc", who_umc.CRITERIA),
        "",
        LIVER,
        *(f"# {line}" for line in ask("rucam", {**RUCAM_WORDS, **rucam.CAUSES})),
    ]
    return "\n".join(parts) + "\n"


def ask(section: str, questions: Mapping[str, str]) -> list[str]:
    """The keys of a section, each under its question and the answers that it takes."""
    lines = []
    for key, allowed in ALLOWED[section].items():
        lines += [f"# {questions[key]}", f"#   {' | '.join((*allowed, UNKNOWN))}", f'{key} = "{UNKNOWN}"']
    return lines

"""What a specification curve says, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.signals.registry import RULES
from phytovigil.study.answering import join
from phytovigil.study.estimating import show

Curve = Mapping[str, Any]

CAUTION = (
    "The specifications use the same cases again and again: the curve describes how far the answer rests on choices. "
    "It is no test, and its shares are no probabilities."
)

NO_CASE = "No choice can make up for cases that nobody reported: there are too few to say, whatever is chosen."


def say_curve(curve: Curve, rule: str) -> list[str]:
    """The curve in sentences: what was run, what came out, what moves it."""
    summary = curve["summary"]
    if not summary["most_cases"]:
        return [say_run(curve), say_outcome(summary, rule), NO_CASE]
    return [
        say_run(curve),
        say_outcome(summary, rule),
        say_main(summary),
        *say_movers(curve),
        *say_steps(curve),
        *say_division(curve["choices"]),
        CAUTION,
    ]


def say_run(curve: Curve) -> str:
    """What was run."""
    summary, choices = curve["summary"], curve["choices"]
    if not choices:
        return "Only the main analysis can be run here: the source can answer none of the other levels."
    named = join(choice["title"].lower() for choice in choices)
    return (
        f"{summary['specifications']:,} specifications were run: every combination of {len(choices)} choices that the "
        f"study file names ({named}). Behind them stand {summary['different_tables']:,} different tables of counts."
    )


def say_outcome(summary: Mapping[str, Any], rule: str) -> str:
    """What came out."""
    total, estimable = summary["specifications"], summary["estimable"]
    if not summary["most_cases"]:
        return (
            f"None of them observes a case; between {show(summary['least_expected'])} and "
            f"{show(summary['most_expected'])} are expected."
        )
    most = f"No specification observes more than {count_cases(summary['most_cases'])}."
    if not estimable:
        return f"None of the {total:,} specifications has an estimate. {most}"
    said = (
        f"{estimable:,} of them have an estimate: {of(summary['above_one'], estimable)} lie above 1, and in "
        f"{of(summary['interval_above'], estimable)} the whole interval does. The median is {show(summary['median'])} "
        f"({show(summary['lowest'])} to {show(summary['highest'])}). {most}"
    )
    if not summary["judged"]:
        return f"{said} The study's rule cannot be applied to them."
    judged = f"{of(summary['signals'], summary['judged'])} are disproportionate by the study's rule"
    return f"{said} {judged} ({RULES[rule].title})."


def count_cases(number: int) -> str:
    """A number of cases in words.

    >>> count_cases(1), count_cases(4)
    ('1 case', '4 cases')
    """
    return f"{number:,} case" if number == 1 else f"{number:,} cases"


def of(part: int, whole: int) -> str:
    """A part of a whole with its share.

    >>> of(432, 864), of(1, 3000), of(2999, 3000)
    ('432 (50 %)', '1 (under 1 %)', '2,999 (over 99 %)')
    """
    share = 100 * part / whole if whole else 0.0
    rounded = f"{share:.0f} %"
    if 0 < part < whole and rounded in ("0 %", "100 %"):
        rounded = "under 1 %" if share < 1 else "over 99 %"
    return f"{part:,} ({rounded})"


def say_main(summary: Mapping[str, Any]) -> str:
    """Where the main analysis stands."""
    main = summary["main"]
    seen = f"The main analysis ({main['a']:,} observed, {show(main['expected'])} expected)"
    if main["rank"] is None:
        return f"{seen} has no estimate by its measure."
    return f"{seen} gives {say_estimate(main)} and is number {main['rank']:,} of {summary['estimable']:,} from below."


def say_estimate(row: Mapping[str, Any]) -> str:
    """A ratio with its interval."""
    if row["estimate"] is None:
        return "no estimate"
    return f"{show(row['estimate'])} ({show(row['low'])} to {show(row['high'])})"


def say_movers(curve: Curve) -> list[str]:
    """Which choice changes most verdicts, and which explains most of how far the estimates differ."""
    movers = curve["movers"]
    if not movers:
        return []
    turning = [mover for mover in movers if mover["verdict_changes"]]
    said = [
        say_turning(turning[0]) if turning else "No choice by itself changes the verdict of any specification.",
        *say_others(turning[1:3]),
    ]
    largest = max(movers, key=lambda mover: mover["variance_percent"] or 0.0)
    if largest["variance_percent"]:
        said.append(
            f"The size of the estimate depends most on “{largest['title'].lower()}”, which explains "
            f"{largest['variance_percent']:.0f} % of the variance of the ratio of observed to expected cases (log "
            "scale)."
        )
    return said


def say_turning(mover: Mapping[str, Any]) -> str:
    """The choice that changes most verdicts."""
    levels = "; ".join(
        f"{level['title']}, {level['signals']:,} of {level['specifications']:,}" for level in mover["levels"]
    )
    return (
        f"The choice that changes the verdict most often is “{mover['title'].lower()}”: of {mover['pairs']:,} pairs of "
        f"specifications that differ in nothing else, {of(mover['verdict_changes'], mover['pairs'])} have two "
        f"verdicts. Disproportionate by its levels: {levels}."
    )


def say_others(movers: Sequence[Mapping[str, Any]]) -> list[str]:
    """The choices that come after it."""
    if not movers:
        return []
    named = join(
        f"“{mover['title'].lower()}” ({mover['verdict_changes']:,} of {mover['pairs']:,} pairs)" for mover in movers
    )
    return [f"After it come {named}." if len(movers) > 1 else f"After it comes {named}."]


def say_steps(curve: Curve) -> list[str]:
    """What becomes of the main analysis if a single choice is changed."""
    main = curve["summary"]["main"]
    turning = [step for step in curve["steps"] if step["changes"]]
    if not turning:
        return ["No single change to the main analysis changes its verdict."] if curve["steps"] else []
    return [say_step(step, main) for step in turning]


def say_step(step: Mapping[str, Any], main: Mapping[str, Any]) -> str:
    """A single change that turns the verdict."""
    verdict = "is disproportionate" if step["signal"] else "is not disproportionate any more"
    seen = "" if main["a"] == step["a"] else f"the observed cases from {main['a']:,} to {step['a']:,}, "
    return (
        f"One change to the main analysis alone, “{step['title']}”, takes {seen}the expected "
        f"cases from {show(main['expected'])} to {show(step['expected'])} and the lower limit of the IC from "
        f"{signed(main['ic025'])} to {signed(step['ic025'])}: the pair {verdict}."
    )


def signed(value: float | None) -> str:
    """A value of the log2 scale with a true minus.

    >>> signed(-0.1423), signed(0.8), signed(None)
    ('−0.14', '0.80', 'not estimable')
    """
    return "not estimable" if value is None else f"{value:.2f}".replace("-", "−")


def name_levels(choices: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """A level with its choice in words."""
    return {
        (choice["name"], level["name"]): f"{choice['title'].lower()}: {level['title']}"
        for choice in choices
        for level in choice["levels"]
    }


def say_division(choices: Sequence[Mapping[str, Any]]) -> list[str]:
    """What becomes of missing values where cases are divided."""
    divided = any(choice["name"] == "strata" for choice in choices)
    return ["Where cases are divided, those that do not tell are a stratum of their own."] if divided else []


def say_left_out(rows: Sequence[Sequence[str]], titles: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    """Levels that a source cannot answer, with the reason."""
    return [
        {"choice": choice, "level": level, "title": titles[choice, level], "why": why}
        for choice, level, why in rows
        if (choice, level) in titles
    ]

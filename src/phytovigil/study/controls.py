"""Control pairs: which could have shown anything, whether they fail, and the null that the negative ones teach.

The rule by which they fail is fixed and does not know any product: see `FAIL_RULE`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.study.answering import NOTHING_SHOWN, control_summary, join, title
from phytovigil.study.estimating import DISPROPORTIONATE, NOT_DISPROPORTIONATE, finite, show
from phytovigil.study.planning import Plan

Pair = dict[str, Any]
Source = Mapping[str, Any]

POSITIVE, NEGATIVE = "positive-control", "negative-control"
LEAST_ABLE = 2
"""Positive controls with enough cases below which their share is not judged: one may be missed by bad luck."""

LEAST_FOUND = 0.5
"""Share of the able positive controls that must be found."""

FALSE_POSITIVE_RATE = 0.025
"""Share of pairs without a link that a rule on a 95 % interval calls a signal on the upper side, at most."""

LEVEL = 0.05
"""Probability below which more signals among negative controls are no longer called chance."""

LEAST_P = 0.0001
"""p-values below it are shown as below it."""

FAIL_RULE = (
    "A control is able to show something if its expected and its reported cases together reach the fewest cases that "
    "the rule for a signal asks for. The controls fail when fewer than half of the able positive controls are found "
    f"(of at least {LEAST_ABLE}), or when more of the able negative controls signal than chance allows (one-sided "
    f"binomial test at {100 * FALSE_POSITIVE_RATE:g} % per pair, p < {LEVEL:g}). When they fail on the source that "
    "leads the answer, the answer is withheld; the counts stay."
)


def control_findings(plan: Plan, sources: Sequence[Source]) -> dict[str, Any]:
    """How the controls behaved on each source with a complement, what they calibrate, and whether the answer stands.

    sources : as in the findings, with their control pairs counted and judged.
    `failed` and `why` are those of the first such source, which leads the answer.
    """
    complete = [source for source in sources if source["complete"]]
    judged = [judge_source(source, plan.study.min_cases) for source in complete]
    described = [{**found, **calibrate(plan, source)} for found, source in zip(judged, complete, strict=True)]
    leading: dict[str, Any] = described[0] if described else {"failed": False, "why": NOTHING_SHOWN, "calibrated": []}
    unable = {control["id"] for source in described for control in source["controls"] if not control["able"]}
    return {
        **control_summary(sources, judged, unable),
        "calibration": say_calibration(leading["calibrated"]),
        "failed": leading["failed"],
        "why": leading["why"],
        "rule": {
            "text": FAIL_RULE,
            "least_able": LEAST_ABLE,
            "least_found": LEAST_FOUND,
            "false_positive_rate": FALSE_POSITIVE_RATE,
            "level": LEVEL,
            "least_p": LEAST_P,
        },
        "sources": described,
    }


def say_calibration(calibrated: Sequence[Pair]) -> str:
    """What calibration makes of the outcomes that are disproportionate; empty where none is."""
    raised = [pair for pair in calibrated if pair["outcome"] and pair["verdict"] == DISPROPORTIONATE]
    parts = [say_calibrated(pair) for pair in raised if not pair["withheld"]]
    if parts:
        return f"Calibrated by negative controls, the reporting odds ratio {join(parts)}."
    return "The negative controls are too few to calibrate by." if raised else ""


def say_calibrated(pair: Pair) -> str:
    """The calibrated ratio of an outcome, and whether it is still told from 1."""
    found = pair["calibrated"]
    point, low, high = (show(found[key]) for key in ("point", "low", "high"))
    lost = "; no longer told from 1" if (found["low"] or 0.0) <= 1 or found["p_value_uncertain"] >= LEVEL else ""
    chance = f"p {say_p(found['p_value_uncertain'])} with allowance for how few controls there are"
    return f"of {title(pair)} is {point} (95 % interval {low} to {high}; {chance}{lost})"


def calibrate(plan: Plan, source: Source) -> dict[str, Any]:
    """Nulls, controls and calibrated pairs of a source that ran controls."""
    if not list_controls(source):
        return {"nulls": [], "controls": [], "calibrated": []}
    # Late: the optimiser would double the time that a plain count takes to start.
    from phytovigil.study.calibrating import calibrate_source

    return calibrate_source(source, plan.product.key, {outcome.key for outcome in plan.outcomes}, plan.study.min_cases)


def list_controls(source: Source, part: str = "") -> list[Pair]:
    """The control pairs of a source, of one kind where `part` is given."""
    return [pair for pair in source["pairs"] if pair["part"] in ((part,) if part else (POSITIVE, NEGATIVE))]


def judge_source(source: Source, min_cases: int) -> dict[str, Any]:
    """Whether the controls of one source fail, with the numbers that decide."""
    positive = [pair for pair in list_controls(source, POSITIVE) if is_able(pair, min_cases)]
    negative = [pair for pair in list_controls(source, NEGATIVE) if is_able(pair, min_cases)]
    found, signals = (sum(bool(pair["signal"]) for pair in part) for part in (positive, negative))
    chance = binomial_tail(signals, len(negative), FALSE_POSITIVE_RATE)
    reasons = [*say_missed(found, len(positive)), *say_false(signals, len(negative), chance)]
    return {
        "source": source["source"],
        "label": source["label"],
        "positive_able": len(positive),
        "positive_able_found": found,
        "negative_able": len(negative),
        "negative_signal": signals,
        "negative_excluding": sum(pair["verdict"] == NOT_DISPROPORTIONATE for pair in negative),
        "negative_allowed": finite(FALSE_POSITIVE_RATE * len(negative)),
        "p_value": finite(chance) if negative else None,
        "failed": bool(reasons),
        "why": "; ".join(reasons) or say_passed(len(list_controls(source)), len(positive), len(negative)),
    }


def is_able(pair: Mapping[str, Any], min_cases: int) -> bool:
    """Whether a control has enough cases, expected and reported together, to have been called a signal.

    Reported cases count too, so that a strong link that is found is never called unable. This forgives controls that
    are too rare to be found, and no others.

    >>> is_able({"a": 1, "expected": 0.2}, 3), is_able({"a": 0, "expected": 3.1}, 3)
    (False, True)
    """
    return pair["expected"] is not None and bool(pair["a"] + pair["expected"] >= min_cases)


def say_missed(found: int, able: int) -> list[str]:
    """The reason, if too few of the able positive controls are found."""
    if able < LEAST_ABLE or found >= LEAST_FOUND * able:
        return []
    return [f"{found} of {able} positive controls with enough cases are found, which is fewer than half"]


def say_false(signals: int, able: int, chance: float) -> list[str]:
    """The reason, if too many of the able negative controls signal."""
    if chance >= LEVEL:
        return []
    allowed = show(FALSE_POSITIVE_RATE * able)
    return [
        f"{signals} of {able} negative controls with enough cases are disproportionate, where chance allows for "
        f"{allowed} (p {say_p(chance)})"
    ]


def say_passed(run: int, positive: int, negative: int) -> str:
    """What follows from controls that did not fail: of those that were run, how many of each kind were able."""
    if not run:
        return NOTHING_SHOWN
    if not positive and not negative:
        return "No control has enough cases to show anything."
    if positive < LEAST_ABLE:
        few = "One positive control has" if positive else "No positive control has"
        return f"{few} enough cases, too few to judge the positive ones by; the negative ones do not fail."
    if not negative:
        return "The positive controls do not fail; no negative control has enough cases to show anything."
    return "Neither kind of control fails."


def binomial_tail(least: int, trials: int, rate: float) -> float:
    """Probability of at least `least` successes in independent trials, each of probability `rate`.

    >>> round(binomial_tail(1, 2, 0.025), 6), binomial_tail(0, 5, 0.025)
    (0.049375, 1.0)
    """
    if least <= 0:
        return 1.0
    return math.fsum(
        math.comb(trials, count) * rate**count * (1 - rate) ** (trials - count) for count in range(least, trials + 1)
    )


def say_p(value: float) -> str:
    """A probability with two figures, or below which it is.

    >>> say_p(0.0361), say_p(0.0000012), say_p(1.0)
    ('= 0.036', '< 0.0001', '= 1')
    """
    if value < LEAST_P:
        return f"< {LEAST_P:g}"
    return f"= {value:.{1 - math.floor(math.log10(value))}f}" if value < 1 else f"= {value:g}"

"""Outcomes beside the null of a study's negative controls: intervals and p-values, as they are and calibrated.

Schuemie et al. 2014, doi:10.1002/sim.5925 (p-values); 2018, doi:10.1073/pnas.1708282114 (intervals).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.signals.calibration.control_estimates import control_estimates
from phytovigil.signals.calibration.empirical_null import FEWEST_CONTROLS
from phytovigil.signals.calibration.error_model import assume_constant_error
from phytovigil.signals.calibration.performance import NegativeControls, examine_negatives
from phytovigil.study.controls import NEGATIVE, is_able, list_controls
from phytovigil.study.counting import Cells
from phytovigil.study.estimating import DISPROPORTIONATE, NO_MEASURE, NOT_DISPROPORTIONATE, finite, show
from phytovigil.study.evaluating import describe_negatives
from phytovigil.study.examining.calibration import REACH, as_counts, describe_estimate, left_out

Pair = Mapping[str, Any]
Source = Mapping[str, Any]

POOLED = "pooled"
DIGITS = 6
"""Significant digits of what a null makes. Where a likelihood is flat, processors agree on about eight."""

EMPTY = "a cell of its table is 0, so the reporting odds ratio does not exist"


@dataclass(frozen=True, slots=True)
class Null:
    """What negative controls teach. reaction : key of the reaction that they share; POOLED for all of a source."""

    reaction: str
    title: str
    pairs: tuple[Pair, ...]
    found: NegativeControls

    @property
    def given(self) -> bool:
        """Whether there are enough informative controls."""
        return not self.found.null.withheld


def calibrate_source(source: Source, product: str, outcomes: Collection[str], min_cases: int) -> dict[str, Any]:
    """Nulls, controls, and every pair of the main analysis before and after calibration.

    product : key of the product under study, of which no pair may teach the null that calibrates it.
    outcomes : keys of the reactions that the answer is about. min_cases : as the rule for a signal asks.
    """
    main = [pair for pair in source["pairs"] if pair["part"] == "main"]
    negative = [pair for pair in list_controls(source, NEGATIVE) if pair["product"] != product]
    nulls = learn_nulls(main, negative)
    found = {
        "nulls": [describe_null(null) for null in nulls],
        "controls": [describe_control(pair, nulls, min_cases) for pair in list_controls(source)],
        "calibrated": [calibrate_pair(pair, nulls, outcomes) for pair in main],
    }
    settled: dict[str, Any] = settle(found)
    return settled


def settle(value: Any) -> Any:
    """Numbers cut to DIGITS wherever they stand: an optimum is known to fewer digits than a formula gives.

    >>> settle({"mean": [0.123456789, 3], "why": ""})
    {'mean': [0.123457, 3], 'why': ''}
    """
    if isinstance(value, dict):
        return {key: settle(part) for key, part in value.items()}
    if isinstance(value, list):
        return [settle(part) for part in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def learn_nulls(main: Sequence[Pair], negative: Sequence[Pair]) -> list[Null]:
    """One null for each reaction of the main analysis that has negative controls, and the one of all of them."""
    titles = {pair["reaction"]: pair["reaction_title"] for pair in main}
    nulls = []
    for reaction, title in titles.items():
        own = tuple(pair for pair in negative if pair["reaction"] == reaction)
        nulls += [Null(reaction, title, own, examine_pairs(own))] if own else []
    return [*nulls, Null(POOLED, "all reactions", tuple(negative), examine_pairs(negative))]


def examine_pairs(pairs: Sequence[Pair]) -> NegativeControls:
    """The empirical null of some negative controls."""
    return examine_negatives(as_counts([cells_of(pair) for pair in pairs]))


def cells_of(pair: Pair) -> Cells:
    """The 2×2 table of a pair."""
    return pair["a"], pair["b"], pair["c"], pair["d"]


def choose_null(reaction: str, nulls: Sequence[Null]) -> Null | None:
    """The null of the reaction's own controls; where they are too few, that of all; where these are too few, none."""
    usable = {null.reaction: null for null in nulls if null.given}
    return usable.get(reaction) or usable.get(POOLED)


def describe_null(null: Null) -> dict[str, Any]:
    """A null as JSON, with its middle and spread as ratios."""
    described = describe_negatives(null.found)
    ends = (0.0, -REACH, REACH)
    middle, low, high = (finite(math.exp(null.found.null.mean + reach * null.found.null.sd)) for reach in ends)
    return {
        "reaction": null.reaction,
        "title": null.title,
        **described,
        "withheld": not null.given,
        "ratio": {"point": middle, "low": low, "high": high},
        "text": say_null(null, described["informative"], (middle, low, high)),
    }


def say_null(null: Null, informative: int, ratio: tuple[float | None, float | None, float | None]) -> str:
    """What a null says, in a sentence."""
    if not null.given:
        return (
            f"{informative} of {len(null.pairs)} negative controls carry information, and a null needs "
            f"{FEWEST_CONTROLS}: withheld."
        )
    middle, low, high = map(show, ratio)
    spread = f", and of {low} to {high} in 95 of 100 pairs" if null.found.null.sd > 0 else ", within chance"
    return (
        f"By {informative} informative negative controls, a pair without a link has a reporting odds ratio of {middle} "
        f"in the middle of the field{spread}."
    )


def describe_control(pair: Pair, nulls: Sequence[Null], min_cases: int) -> dict[str, Any]:
    """One control: whether it could show anything, what it showed, and whether it teaches a null."""
    if pair["verdict"] == NO_MEASURE:
        informative, log_ratio, error = False, None, None
    else:
        own = control_estimates(as_counts([cells_of(pair)]))
        informative = bool(own.informative[0])
        log_ratio, error = finite(own.log_ratio[0]), finite(own.error[0])
    negative = pair["part"] == NEGATIVE
    able = is_able(pair, min_cases)
    return {
        "id": pair["id"],
        "kind": pair["part"].removesuffix("-control"),
        "product_name": pair["product_name"],
        "reaction": pair["reaction"],
        "reaction_title": pair["reaction_title"],
        "known": pair["label"],
        "a": pair["a"],
        "expected": pair["expected"],
        "log_ratio": log_ratio,
        "standard_error": error,
        "able": able,
        "as_expected": pair["as_expected"],
        "excludes_doubling": pair["verdict"] == NOT_DISPROPORTIONATE,
        "informative": informative and negative,
        "left_out": left_out(pair["expected"] or 0.0) if negative and not informative else "",
        "p_calibrated": calibrated_among(pair, nulls) if negative else None,
        "text": say_control(pair, able, min_cases),
    }


def say_control(pair: Pair, able: bool, min_cases: int) -> str:
    """What a control showed, in a few words."""
    if pair["verdict"] == DISPROPORTIONATE:
        return "found" if pair["part"] != NEGATIVE else "disproportionate, against what is known"
    if not able:
        return f"not able: fewer than {min_cases} cases, expected and reported together"
    if pair["part"] != NEGATIVE:
        return "able, and not found"
    return "silent, a doubling excluded" if pair["verdict"] == NOT_DISPROPORTIONATE else "silent, too few to exclude"


def calibrated_among(pair: Pair, nulls: Sequence[Null]) -> float | None:
    """The p-value of a negative control by the null of the other controls, never by one that has seen it."""
    null = choose_null(pair["reaction"], nulls)
    places = [place for place, other in enumerate(null.pairs) if other["id"] == pair["id"]] if null else []
    return finite(null.found.calibrated[places[0]]) if null and places else None


def calibrate_pair(pair: Pair, nulls: Sequence[Null], outcomes: Collection[str]) -> dict[str, Any]:
    """A pair of the main analysis before and after calibration, by its reaction's own null where there is one."""
    null = choose_null(pair["reaction"], nulls)
    learned = (null or nulls[-1]).found.null
    estimate = describe_estimate(cells_of(pair), learned, assume_constant_error(learned))
    if pair["verdict"] == NO_MEASURE:
        estimate["expected"] = pair["expected"]
    withheld = EMPTY if 0 in cells_of(pair) else "" if null else say_too_few(nulls, pair["reaction"])
    return {
        "id": pair["id"],
        "reaction": pair["reaction"],
        "reaction_title": pair["reaction_title"],
        "outcome": pair["reaction"] in outcomes,
        "verdict": pair["verdict"],
        "a": pair["a"],
        **estimate,
        "null": null.reaction if null and not withheld else "",
        "own_null": bool(null and not withheld and null.reaction == pair["reaction"]),
        "withheld": withheld,
    }


def say_too_few(nulls: Sequence[Null], reaction: str) -> str:
    """Why a pair is not calibrated although it has an estimate."""
    own = next((int(null.found.estimates.informative.sum()) for null in nulls if null.reaction == reaction), 0)
    pooled = int(nulls[-1].found.estimates.informative.sum())
    return (
        f"{own} negative controls of this reaction and {pooled} of all reactions carry information; a null needs "
        f"{FEWEST_CONTROLS}"
    )

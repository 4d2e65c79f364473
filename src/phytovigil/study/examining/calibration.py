"""A pair beside negative controls: how large its reporting odds ratio is for what this source reports about nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts
from phytovigil.signals.calibration.calibrated import calibrated_p, uncalibrated_p
from phytovigil.signals.calibration.control_estimates import (
    LEAST_EXPECTED,
    ControlEstimates,
    control_estimates,
)
from phytovigil.signals.calibration.empirical_null import EmpiricalNull
from phytovigil.signals.calibration.error_model import (
    SystematicErrorModel,
    assume_constant_error,
    calibrated_interval,
    fit_error_model,
)
from phytovigil.signals.calibration.performance import examine_negatives
from phytovigil.signals.registry import MEASURES
from phytovigil.study.counting import Cells
from phytovigil.study.estimating import finite
from phytovigil.study.evaluating import describe_negatives
from phytovigil.study.examining.asked import Asked
from phytovigil.study.reference_matching import CountedPair, count_pairs
from phytovigil.study.reference_sets import ReferencePair, ReferenceSet, describe_set, read_controls

TOO_FEW = f"fewer than {LEAST_EXPECTED:g} cases are expected"
EMPTY_CELL = "a cell of its table is 0"
SAME_PAIR = "it is the pair in question"
REACH = 1.959964
"""Standard deviations on either side of the middle that hold 95 of 100 of a normal distribution."""


def examine_calibration(asked: Asked, controls: Path | str) -> dict[str, Any]:
    """The pair's reporting odds ratio, uncalibrated and calibrated, with the controls and the null behind it.

    controls : CSV with product and reaction, or a study file. Positive controls enter only if their true ratio is
        given: then interval and point allow for an error that changes with the true effect.
    """
    reference = read_controls(controls)
    counted = [without_itself(each, asked) for each in count_controls(reference, asked)]
    usable = [each for each in counted if not each.reason]
    negative = [each for each in usable if not each.pair.linked]
    if not any(not each.pair.linked for each in counted):
        raise InvalidRequest(f"{reference.file} names no negative control.", "Calibration learns from negative ones.")
    found = examine_negatives(as_counts([each.cells for each in negative]))
    positive = [each for each in usable if each.pair.linked and each.pair.ratio is not None]
    model = choose_model(found.null, negative, positive)
    cells = asked.counter.count_pair(asked.product, asked.reaction, asked.selection)
    return {
        "table": {**dict(zip("abcd", cells, strict=True)), "n": sum(cells)},
        "controls": describe_set(reference),
        "estimate": describe_estimate(cells, found.null, model),
        "systematic_error": describe_negatives(found),
        "error_model": describe_model(model, len(positive)),
        "pairs": describe_controls(
            counted, {id(each): row for each, row in zip(negative, found.calibrated, strict=True)}
        ),
        "note": plain_note(cells, found.null),
    }


def count_controls(reference: ReferenceSet, asked: Asked) -> Sequence[CountedPair]:
    """The controls in the population of the question."""
    return count_pairs(reference.pairs, asked.counter, asked.selection).pairs


def without_itself(each: CountedPair, asked: Asked) -> CountedPair:
    """A control, unless it is the pair in question: nothing is calibrated by itself."""
    same_product = each.pair.product.upper() in {asked.product.key.upper(), asked.product.name.upper()}
    names = {asked.reaction.key.upper(), asked.reaction.name.upper()}
    same = same_product and each.pair.reaction.upper() in names
    return CountedPair(each.pair, each.cells, SAME_PAIR) if same else each


def as_counts(cells: Sequence[Cells]) -> Counts:
    """Tables as counts; none as counts of no pairs."""
    columns = zip(*cells, strict=True) if cells else ([], [], [], [])
    return Counts.of(*(list(column) for column in columns))


def choose_model(
    null: EmpiricalNull, negative: Sequence[CountedPair], positive: Sequence[CountedPair]
) -> SystematicErrorModel:
    """The model of both kinds of control where positive ones of known ratio are given, else a constant error."""
    if null.withheld or not positive:
        return assume_constant_error(null)
    both = [*negative, *positive]
    found = control_estimates(as_counts([each.cells for each in both]))
    chosen = [place for place in range(len(both)) if found.informative[place]]
    truth = [math.log(ratio_of(both[place].pair)) for place in chosen]
    model = fit_error_model(found.log_ratio[chosen], found.error[chosen], truth)
    return assume_constant_error(null) if model.withheld else model


def ratio_of(pair: ReferencePair) -> float:
    """The true ratio of a control; 1 for a negative one."""
    return 1.0 if not pair.linked or pair.ratio is None else pair.ratio


def describe_estimate(cells: Cells, null: EmpiricalNull, model: SystematicErrorModel) -> dict[str, Any]:
    """The pair's estimate in the three ways; null where a cell is 0 or the null is withheld."""
    counts = as_counts([cells])
    plain = MEASURES["ror"].estimate(counts)
    own = control_estimates(counts)
    shifted = calibrated_interval(model, own.log_ratio, own.error)
    return {
        "measure": "ror",
        "expected": finite(counts.expected[0]),
        "log_ratio": finite(own.log_ratio[0]),
        "standard_error": finite(own.error[0]),
        "uncalibrated": {
            **{key: finite(getattr(plain, key)[0]) for key in ("point", "low", "high")},
            "p_value": finite(uncalibrated_p(own.log_ratio, own.error)[0]),
        },
        "calibrated": {
            **{key: ratio(getattr(shifted, key)[0]) for key in ("point", "low", "high")},
            "p_value": p_value(null, own, "two-sided"),
            "p_value_greater": p_value(null, own, "greater"),
            "p_value_uncertain": p_value(null, own, "two-sided", uncertain=True),
        },
    }


def p_value(null: EmpiricalNull, own: ControlEstimates, alternative: str, *, uncertain: bool = False) -> float | None:
    """A calibrated p-value of the pair."""
    return finite(calibrated_p(null, own.log_ratio, own.error, alternative=alternative, uncertain=uncertain)[0])


def ratio(logarithm: float) -> float | None:
    """A ratio from its logarithm; null for none."""
    value = float(logarithm)
    return None if math.isnan(value) or value > 700 else finite(math.exp(value))


def describe_model(model: SystematicErrorModel, positive: int) -> dict[str, Any]:
    """How systematic error is taken to change with the true effect."""
    keys = ("mean_intercept", "mean_slope", "sd_intercept", "sd_slope")
    return {
        "positive_controls": positive,
        **{key: finite(getattr(model, key)) for key in keys},
        "notes": list(model.notes),
    }


def describe_controls(counted: Sequence[CountedPair], calibrated: dict[int, float]) -> list[dict[str, Any]]:
    """One row for each control, also for those that are left out, with the reason."""
    found = control_estimates(as_counts([each.cells for each in counted]))
    plain = MEASURES["ror"].estimate(as_counts([each.cells for each in counted]))
    expected = as_counts([each.cells for each in counted]).expected
    raw = uncalibrated_p(found.log_ratio, found.error)
    rows = []
    for place, each in enumerate(counted):
        why = each.reason or ("" if found.informative[place] else left_out(float(expected[place])))
        rows.append(
            {
                "product": each.pair.product,
                "reaction": each.pair.reaction,
                "truth": each.pair.kind,
                "ratio": each.pair.ratio,
                **dict(zip("abcd", each.cells, strict=True)),
                "expected": finite(expected[place]),
                "ror": {key: finite(getattr(plain, key)[place]) for key in ("point", "low", "high")},
                "p_value": finite(raw[place]),
                "p_calibrated": finite(calibrated[id(each)]) if id(each) in calibrated else None,
                "left_out": why,
            }
        )
    return rows


def left_out(expected: float) -> str:
    """Why a control that was counted does not enter the null."""
    return TOO_FEW if expected < LEAST_EXPECTED else EMPTY_CELL


def plain_note(cells: Cells, null: EmpiricalNull) -> str:
    """What the answer can and cannot say, in a sentence or two."""
    if null.withheld:
        return f"No calibration: {null.notes[-1]}"
    if 0 in cells:
        return "No estimate to calibrate: a cell of the table is 0, so the reporting odds ratio does not exist."
    middle, low, high = (math.exp(null.mean + reach * null.sd) for reach in (0, -REACH, REACH))
    spread = (
        f"and of {low:.2f} to {high:.2f} in 95 of 100 pairs, however many cases it has"
        if null.sd > 0
        else "and they scatter about it no more than chance does"
    )
    return (
        f"By these negative controls, a pair without a link has a reporting odds ratio of {middle:.2f} in the middle "
        f"of the field, {spread}. Calibration allows for that as far as the controls resemble the question; it does "
        "not turn reporting into risk."
    )

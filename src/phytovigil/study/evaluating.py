"""How well the measures and rules tell pairs that are known to be linked from pairs that are known not to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phytovigil.cases import all_pairs_sql
from phytovigil.errors import InvalidRequest, NoAnswer
from phytovigil.schema.counts import Counts, Estimates
from phytovigil.schema.selection import Selection
from phytovigil.signals.calibration.control_estimates import LEAST_EXPECTED
from phytovigil.signals.calibration.decisions import Decisions, Proportion, compare_decisions
from phytovigil.signals.calibration.empirical_null import EmpiricalNull
from phytovigil.signals.calibration.performance import (
    ALPHA,
    NegativeControls,
    Performance,
    examine_negatives,
    measure_performance,
)
from phytovigil.signals.calibration.ranking import Area
from phytovigil.signals.registry import MEASURES, RULES, apply_rule, estimate_all
from phytovigil.store import write_table
from phytovigil.study.all_pairs import AllPairs
from phytovigil.study.counting import ReportCounter
from phytovigil.study.estimating import finite
from phytovigil.study.reference_matching import CountedPair, count_pairs, describe_left_out, describe_matches
from phytovigil.study.reference_sets import ReferenceSet, describe_set

CASES = "cases"
"""The ranking by the number of cases alone: what a measure has to beat."""

RANKED_BY = ("point", "low")
"""What pairs are ranked by: the estimate, or its lower limit."""

FIRST = (10, 50)
"""Numbers of pairs at the head of the ranking at which precision is shown unless others are asked for."""


def evaluate_reference(
    counter: ReportCounter,
    reference: ReferenceSet,
    selection: Selection,
    measures: Sequence[str],
    first: Sequence[int],
    resample: int = 0,
) -> dict[str, Any]:
    """The answer to `evaluate`, without where it comes from."""
    check_source(counter, first)
    counted = count_pairs(reference.pairs, counter, selection)
    usable = [each for each in counted.pairs if not each.reason]
    if not usable:
        why = f"{counter.opened.source.label} holds no pair of {reference.file}."
        raise NoAnswer(why, "Its product and reaction names must be those of the vocabulary or of the source.")
    by_name = any(product.names for product in counted.products)
    learned = learn_pairs(counter, selection, measures, reported=by_name)
    return {
        "reference": describe_set(reference),
        "matches": describe_matches(counted),
        "not_evaluable": describe_left_out(counted.pairs),
        **evaluate_counts(usable, measures, first, learned=learned, resample=resample),
    }


def check_source(counter: ReportCounter, first: Sequence[int]) -> None:
    """Refuse a source without a complement, and a precision at no pairs."""
    if not counter.opened.source.complete:
        raise NoAnswer(
            f"{counter.opened.source.name} holds numerators only: there is no complement, so there is no measure to "
            "evaluate.",
            "Choose a complete source with --source.",
        )
    if any(number < 1 for number in first):
        raise InvalidRequest(f"k is {min(first)}; precision needs at least 1 pair.")


def learn_pairs(
    counter: ReportCounter, selection: Selection, measures: Sequence[str], *, reported: bool
) -> dict[str, Any]:
    """What each measure that learns has learned from all pairs of the population, by its name.

    reported : learn from products as reported instead of nodes of the vocabulary.
    """
    learning = {name: learn for name in measures if (learn := MEASURES[name].learn) is not None}
    if not learning:
        return {}
    sql = all_pairs_sql(selection, counter.opened.nodes, reported=reported)
    with AllPairs(counter.opened.session.engine, sql) as pairs:
        return {name: learn(pairs.counts()) for name, learn in learning.items()}


def evaluate_counts(
    counted: Sequence[CountedPair],
    measures: Sequence[str],
    first: Sequence[int] = FIRST,
    *,
    learned: Mapping[str, Any] | None = None,
    resample: int = 0,
) -> dict[str, Any]:
    """Everything that is said of counted pairs, wherever they were counted.

    learned : what measures that learn have learned from all pairs of the same population, by their names.
    resample : draws of a bootstrap interval of each area; 0 takes DeLong's.
    """
    counts = Counts.of(*(list(column) for column in zip(*(each.cells for each in counted), strict=True)))
    estimates = estimate_all(counts, measures, learned=learned)
    truth = [each.pair.linked for each in counted]
    silent = {name for name, found in estimates.items() if all(finite(value) is None for value in found.low)}
    negatives = examine_negatives(counts.select(positions(truth, wanted=False)))  # type: ignore[arg-type]
    scores = {(CASES, "point"): counts.a} | {
        (name, by): getattr(found, by) for name, found in estimates.items() for by in RANKED_BY
    }
    return {
        "evaluated": {"pairs": len(truth), "positive": sum(truth), "negative": len(truth) - sum(truth)},
        "at": list(first),
        "measures": [
            describe_performance(name, by, measure_performance(values, truth, first, resample=resample), first)
            | {"notes": list(estimates[name].notes) if name in estimates else []}
            for (name, by), values in scores.items()
        ],
        "rules": [
            describe_decisions(name, compare_decisions(apply_rule(name, counts, known=estimates), truth))
            for name in usable_rules(estimates, silent)
        ],
        "rules_withheld": [
            {"rule": name, "measures": [each for each in rule.measures if each in silent]}
            for name, rule in RULES.items()
            if set(rule.measures) <= set(estimates) and set(rule.measures) & silent
        ],
        "groups": evaluate_groups(counted, scores),
        "systematic_error": describe_negatives(negatives),
        "pairs": describe_pairs(counted, counts, estimates, negatives),
    }


def usable_rules(estimates: Mapping[str, Estimates], silent: Set[str]) -> list[str]:
    """Rules whose measures were asked for and have estimates; the others would be wrong by saying nothing."""
    return [name for name, rule in RULES.items() if set(rule.measures) <= set(estimates) - silent]


def positions(truth: Sequence[bool], *, wanted: bool) -> list[int]:
    """Where the positive, or the negative, controls stand."""
    return [place for place, linked in enumerate(truth) if linked == wanted]


def evaluate_groups(counted: Sequence[CountedPair], scores: Mapping[tuple[str, str], Any]) -> list[dict[str, Any]]:
    """The areas within each group of pairs, where the set has groups."""
    names = dict.fromkeys(each.pair.group for each in counted if each.pair.group)
    described = []
    for name in names:
        chosen = [place for place, each in enumerate(counted) if each.pair.group == name]
        truth = [counted[place].pair.linked for place in chosen]
        areas = [
            {"measure": measure, "ranked_by": by, "auc": describe_area(measure_performance(values[chosen], truth).area)}
            for (measure, by), values in scores.items()
        ]
        described.append(
            {
                "group": name,
                "pairs": len(truth),
                "positive": sum(truth),
                "negative": len(truth) - sum(truth),
                "measures": areas,
            }
        )
    return described


def describe_area(area: Area) -> dict[str, Any]:
    """An area with its interval."""
    values = {key: finite(getattr(area, key)) for key in ("point", "low", "high")}
    return {**values, "notes": list(area.notes)}


def describe_performance(name: str, by: str, found: Performance, first: Sequence[int]) -> dict[str, Any]:
    """One ranking as JSON."""
    curve = found.curve
    return {
        "measure": name,
        "title": "Number of cases" if name == CASES else MEASURES[name].title,
        "ranked_by": by,
        "auc": describe_area(found.area),
        "auc_estimable": describe_area(found.area_estimable),
        "estimable": {"pairs": found.estimable, "positive": found.estimable_positive},
        "average_precision": finite(found.average_precision),
        "precision_at": [
            {"k": number, "precision": finite(share)} for number, share in zip(first, found.precision, strict=True)
        ],
        "roc": {
            "false_positive_rate": [finite(value) for value in curve.false_positive_rate],
            "true_positive_rate": [finite(value) for value in curve.true_positive_rate],
        },
    }


def describe_decisions(name: str, found: Decisions) -> dict[str, Any]:
    """The calls of one rule as JSON."""
    counts = {key: getattr(found, key) for key in ("found", "missed", "false_alarms", "rightly_silent")}
    shares = {key: describe_share(value) for key, value in shares_of(found).items()}
    return {"rule": name, "title": RULES[name].title, **counts, **shares, "youden": finite(found.youden)}


def shares_of(found: Decisions) -> dict[str, Proportion]:
    """The shares among the calls of a rule."""
    names = ("sensitivity", "specificity", "positive_predictive_value", "negative_predictive_value")
    return {name: getattr(found, name) for name in names}


def describe_share(share: Proportion) -> dict[str, float | None]:
    """A share with its interval."""
    return {key: finite(value) for key, value in asdict(share).items()}


def describe_null(null: EmpiricalNull) -> dict[str, Any]:
    """An empirical null as JSON, in log units; null where withheld."""
    keys = ("mean", "mean_low", "mean_high", "sd", "sd_low", "sd_high")
    return {
        "controls": null.controls,
        **{key: finite(getattr(null, key)) for key in keys},
        "expected_absolute_error": finite(null.expected_absolute_error),
        "notes": list(null.notes),
    }


def describe_negatives(found: NegativeControls) -> dict[str, Any]:
    """What the negative controls show of the source."""
    raw, calibrated = found.share_below()
    return {
        "measure": "ror",
        "least_expected": LEAST_EXPECTED,
        "negative_controls": len(found.p_value),
        "informative": int(found.estimates.informative.sum()),
        "too_few_expected": found.few,
        "empty_cell": found.empty,
        "null": describe_null(found.null),
        "alpha": ALPHA,
        "share_below_alpha": finite(raw),
        "share_below_alpha_calibrated": finite(calibrated),
    }


def describe_pairs(
    counted: Sequence[CountedPair], counts: Counts, estimates: Mapping[str, Estimates], negatives: NegativeControls
) -> list[dict[str, Any]]:
    """One row for each pair that was evaluated."""
    places = {place: row for row, place in enumerate(positions([each.pair.linked for each in counted], wanted=False))}
    return [
        {
            "product": each.pair.product,
            "reaction": each.pair.reaction,
            "group": each.pair.group,
            "truth": each.pair.kind,
            **dict(zip("abcd", each.cells, strict=True)),
            "expected": finite(counts.expected[place]),
            "estimates": {
                name: {key: finite(getattr(found, key)[place]) for key in ("point", "low", "high")}
                for name, found in estimates.items()
            },
            "p_calibrated": finite(negatives.calibrated[places[place]]) if place in places else None,
        }
        for place, each in enumerate(counted)
    ]


def write_evaluation(answer: dict[str, Any], file: Path, format: str) -> None:
    """Write the evaluated pairs with one column per number, as "csv" or "parquet"."""
    texts, cells = ("product", "reaction", "group", "truth"), ("a", "b", "c", "d")
    types = {**dict.fromkeys(texts, "VARCHAR"), **dict.fromkeys(cells, "BIGINT"), "expected": "DOUBLE"}
    rows = []
    for pair in answer["pairs"]:
        flat = {name: pair[name] for name in types}
        for name, found in pair["estimates"].items():
            plain = name.replace("-", "_")
            flat |= {plain: found["point"], f"{plain}_low": found["low"], f"{plain}_high": found["high"]}
        rows.append({**flat, "p_calibrated": pair["p_calibrated"]})
    every = types | {name: "DOUBLE" for name in rows[0] if name not in types}
    columns: dict[str, list[object]] = {name: [row[name] for row in rows] for name in every}
    write_table(file, columns, every, format=format)

"""Controls: who is able, when they fail, and what they calibrate; beside SciPy and beside a normal model by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy import stats

from phytovigil.study.answering import NOTHING_SHOWN, answer
from phytovigil.study.controls import binomial_tail, control_findings, is_able, judge_source, say_p
from phytovigil.study.estimating import apply_rule, estimate_pairs, judge_pair
from phytovigil.study.naming import NamedReaction
from phytovigil.study.planning import Plan

Pair = dict[str, Any]
JAUNDICE = NamedReaction("jaundice/narrow", "jaundice", "Jaundice", ("JAUNDICE",), "narrow")
RASH = NamedReaction("rash/narrow", "rash", "Rash", ("RASH",), "narrow")
PLAN = cast(Plan, SimpleNamespace(study=SimpleNamespace(min_cases=3), product=SimpleNamespace(key="root"),
                                  outcomes=(JAUNDICE,)))  # fmt: skip
TOTAL = 100_000


def make_pair(part: str, product: str, reaction: NamedReaction, a: int, named: int, reacted: int = 1000) -> Pair:
    """A pair as the findings hold it, its estimates and verdict made by the program."""
    cells = (a, named - a, reacted - a, TOTAL - named - reacted + a)
    (estimate,), (signal,) = estimate_pairs([cells], ("ror",)), apply_rule([cells], "ic025", 3)
    verdict, why = judge_pair(cells, estimate, signal, "ic025", 3)
    expected = {"positive-control": signal, "negative-control": not signal}.get(part)
    return {
        "id": f"{product}-{reaction.name}-{part}", "part": part, "product": product, "product_name": product,
        "reaction": reaction.key, "reaction_title": reaction.title, "label": "as known",
        **dict(zip("abcd", cells, strict=True)),
        "n": TOTAL, **estimate, "signal": signal, "verdict": verdict, "why": why, "as_expected": expected,
        "selection": {"role": "any"}, "outcome": reaction.name,
    }  # fmt: skip


def make_source(*pairs: Pair, name: str = "demo", complete: bool = True) -> dict[str, Any]:
    main = make_pair("main", "root", JAUNDICE, 20, 200)
    facts = {"source": name, "label": name.upper(), "complete": complete, "as_of": "2017-06-30", "product_cases": 200}
    return {**facts, "pairs": [main, *pairs]}


def found(number: int) -> list[Pair]:
    return [make_pair("positive-control", f"poison {i}", JAUNDICE, 40, 500) for i in range(number)]


def missed(number: int) -> list[Pair]:
    return [make_pair("positive-control", f"dud {i}", JAUNDICE, 5, 500) for i in range(number)]


def silent(number: int, reaction: NamedReaction = JAUNDICE) -> list[Pair]:
    return [make_pair("negative-control", f"fibre {i}", reaction, 14 + i % 9, 2000) for i in range(number)]


def loud(number: int) -> list[Pair]:
    return [make_pair("negative-control", f"scare {i}", JAUNDICE, 60, 2000) for i in range(number)]


def say(source: dict[str, Any], controls: dict[str, Any]) -> list[str]:
    return answer("Root", [source], [JAUNDICE], controls)


@pytest.mark.parametrize(("trials", "rate"), [(1, 0.025), (14, 0.025), (15, 0.025), (40, 0.3), (3, 1e-6)])
def test_binomial_tail_is_that_of_scipy(trials: int, rate: float) -> None:
    for least in range(trials + 2):
        assert binomial_tail(least, trials, rate) == pytest.approx(stats.binom.sf(least - 1, trials, rate), rel=1e-12)


def test_p_value_is_shown_with_two_figures() -> None:
    assert [say_p(value) for value in (1.0, 0.04999, 0.00123, 9e-9)] == ["= 1", "= 0.050", "= 0.0012", "< 0.0001"]


def test_able_counts_expected_and_reported_together() -> None:
    assert [is_able({"a": a, "expected": e}, 3) for a, e in ((2, 0.9), (2, 1.0), (0, 3.0), (3, 0.0))] == [
        False, True, True, True,
    ]  # fmt: skip
    assert not is_able({"a": 5, "expected": None}, 3)


def test_controls_that_behave_do_not_fail() -> None:
    source = make_source(*found(3), *missed(3), *silent(20))
    judged = judge_source(source, 3)
    assert (judged["positive_able"], judged["positive_able_found"]) == (6, 3)
    assert not judged["failed"]
    controls = control_findings(PLAN, [source])
    assert not controls["failed"]
    assert "shows disproportionate reporting of jaundice" in say(source, controls)[0]


def test_answer_names_the_calibrated_ratio_of_what_is_disproportionate() -> None:
    source = make_source(*found(3), *silent(20))
    controls = control_findings(PLAN, [source])
    (pair,) = controls["sources"][0]["calibrated"]
    point, low, high = (f"{pair['calibrated'][key]:.1f}" for key in ("point", "low", "high"))
    said = f"the reporting odds ratio of jaundice is {point} (95 % interval {low} to {high}; p < 0.0001 with allowance"
    assert pair["calibrated"]["p_value_uncertain"] < 0.0001
    assert "no longer told from 1" not in controls["calibration"]
    assert said in say(source, controls)[1]


def test_answer_says_where_calibration_takes_a_signal_away() -> None:
    """Controls that scatter widely: what is disproportionate is no more so than pairs without a link."""
    wide = [make_pair("negative-control", f"f{i}", JAUNDICE, a, 2000) for i, a in enumerate((2, 5, 20, 80, 240, 9, 60))]
    controls = control_findings(PLAN, [make_source(*wide)])
    assert controls["sources"][0]["calibrated"][0]["verdict"] == "disproportionate"
    assert "no longer told from 1" in controls["calibration"]
    few = control_findings(PLAN, [make_source(*silent(2))])
    assert few["calibration"] == "The negative controls are too few to calibrate by."


def test_controls_that_could_not_be_found_are_named_as_such() -> None:
    rare = make_pair("positive-control", "rarity", JAUNDICE, 1, 20)
    text = control_findings(PLAN, [make_source(rare, *missed(1), *found(2), *silent(4))])["text"]
    assert "not as expected: dud 0 × jaundice (5 observed, 5.0 expected)" in text
    assert "with too few cases to be found: rarity × jaundice (1 observed, 0.20 expected)" in text


def test_fewer_than_half_of_the_able_positive_controls_fail() -> None:
    judged = judge_source(make_source(*found(2), *missed(3), *silent(5)), 3)
    assert judged["failed"]
    assert judged["why"] == "2 of 5 positive controls with enough cases are found, which is fewer than half"
    assert not judge_source(make_source(*missed(1), *silent(5)), 3)["failed"], "one may be missed by bad luck"


def test_a_positive_control_that_could_not_be_found_does_not_fail() -> None:
    rare = [make_pair("positive-control", f"rarity {i}", JAUNDICE, 1, 20) for i in range(5)]
    judged = judge_source(make_source(*rare, *found(1), *silent(5)), 3)
    assert (judged["positive_able"], judged["failed"]) == (1, False)


@pytest.mark.parametrize(("signals", "quiet"), [(1, 1), (1, 2), (2, 12), (2, 14), (3, 20), (3, 40), (6, 6)])
def test_negative_controls_fail_where_the_binomial_test_says_so(signals: int, quiet: int) -> None:
    judged = judge_source(make_source(*found(2), *loud(signals), *silent(quiet)), 3)
    assert (judged["negative_signal"], judged["negative_able"]) == (signals, signals + quiet)
    expected = stats.binomtest(signals, signals + quiet, 0.025, alternative="greater").pvalue
    assert judged["p_value"] == pytest.approx(expected, rel=1e-9)
    assert judged["failed"] == (expected < 0.05)


def test_failed_controls_withhold_the_answer_and_keep_the_counts() -> None:
    source = make_source(*missed(4), *loud(5), *silent(3))
    controls = control_findings(PLAN, [source])
    assert controls["failed"]
    first, second, last = say(source, controls)
    assert first.startswith("The answer is withheld: on DEMO (as of 2017-06-30) the controls fail, because 0 of 4")
    assert "5 of 8 negative controls with enough cases are disproportionate" in first
    assert "disproportionate reporting of jaundice" not in " ".join((first, second, last))
    assert source["pairs"][0]["a"] == controls["sources"][0]["calibrated"][0]["a"] == 20


def test_swapping_the_controls_turns_an_answer_into_a_withheld_one() -> None:
    good = [*found(4), *silent(8)]
    assert not control_findings(PLAN, [make_source(*good)])["failed"]
    swap = {"positive-control": "negative-control", "negative-control": "positive-control"}
    bad = [{**pair, "part": swap[pair["part"]], "as_expected": not pair["as_expected"]} for pair in good]
    controls = control_findings(PLAN, [make_source(*bad)])
    assert controls["failed"]
    assert "0 of 8 positive controls" in controls["why"]
    assert "4 of 4 negative controls" in controls["why"]


def test_no_control_is_no_failure_and_says_that_nothing_is_shown() -> None:
    source = make_source()
    controls = control_findings(PLAN, [source])
    assert (controls["failed"], controls["text"], controls["why"]) == (False, NOTHING_SHOWN, NOTHING_SHOWN)
    assert controls["sources"][0]["calibrated"] == []
    assert "shows disproportionate" in say(source, controls)[0]


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([], NOTHING_SHOWN),
        ([make_pair("negative-control", "rarity", JAUNDICE, 0, 10)], "No control has enough cases to show anything."),
        ([*found(1), *silent(3)], "One positive control has enough cases, too few to judge the positive ones by; "
                                  "the negative ones do not fail."),
        (found(2), "The positive controls do not fail; no negative control has enough cases to show anything."),
        ([*found(2), *silent(1)], "Neither kind of control fails."),
    ],
)  # fmt: skip
def test_what_follows_where_controls_do_not_fail(pairs: list[Pair], why: str) -> None:
    judged = judge_source(make_source(*pairs), 3)
    assert (judged["failed"], judged["why"]) == (False, why)


def test_only_sources_with_a_complement_are_judged_and_the_first_leads() -> None:
    listing = make_source(name="listing", complete=False)
    good, bad = make_source(*found(2), *silent(5)), make_source(*missed(2), *silent(5), name="other")
    controls = control_findings(PLAN, [listing, good, bad])
    assert [source["source"] for source in controls["sources"]] == ["demo", "other"]
    assert not controls["failed"]
    said = answer("Root", [good, bad], [JAUNDICE], controls)
    assert "OTHER (as of 2017-06-30) names Root in 200 cases, 20 with jaundice; its controls fail" in said[2]
    assert control_findings(PLAN, [bad, good])["failed"]


def likelihood(mean: float, sd: float, values: np.ndarray, errors: np.ndarray) -> float:
    return float(stats.norm.logpdf(values, mean, np.hypot(sd, errors)).sum())


def test_null_and_calibrated_interval_are_those_of_the_normal_model() -> None:
    """μ and σ by a grid over the likelihood; p-value and interval by the normal distribution that they make."""
    source = make_source(*[make_pair("negative-control", f"f{i}", JAUNDICE, a, 2000)
                           for i, a in enumerate((9, 14, 30, 22, 41, 12, 26))])  # fmt: skip
    found_here = control_findings(PLAN, [source])["sources"][0]
    own = found_here["nulls"][0]
    assert (own["reaction"], own["informative"], own["withheld"]) == ("jaundice/narrow", 7, False)
    logs = np.array([control["log_ratio"] for control in found_here["controls"]])
    errors = np.array([control["standard_error"] for control in found_here["controls"]])
    for control, pair in zip(found_here["controls"], source["pairs"][1:], strict=True):
        a, b, c, d = (pair[key] for key in "abcd")
        assert control["log_ratio"] == pytest.approx(math.log(a * d / b / c), rel=1e-5)
        assert control["standard_error"] == pytest.approx(math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), rel=1e-5)
    mean, sd = own["null"]["mean"], own["null"]["sd"]
    best = likelihood(mean, sd, logs, errors)
    grid = [likelihood(m, s, logs, errors) for m in np.linspace(-1, 1, 81) for s in np.linspace(0, 1, 81)]
    assert max(grid) <= best + 1e-6
    (pair,) = found_here["calibrated"]
    assert (pair["null"], pair["own_null"], pair["outcome"]) == ("jaundice/narrow", True, True)
    spread = math.hypot(sd, pair["standard_error"])
    z = (pair["log_ratio"] - mean) / spread
    assert pair["calibrated"]["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-3)
    assert pair["uncalibrated"]["p_value"] == pytest.approx(
        2 * stats.norm.sf(abs(pair["log_ratio"] / pair["standard_error"])), rel=1e-3
    )
    shifted = [math.exp(pair["log_ratio"] - mean + reach * spread) for reach in (0, -1.959964, 1.959964)]
    assert [pair["calibrated"][key] for key in ("point", "low", "high")] == pytest.approx(shifted, rel=1e-4)
    assert own["ratio"]["point"] == pytest.approx(math.exp(mean), rel=1e-5)


def test_null_of_the_outcome_comes_before_the_pooled_one() -> None:
    rash = make_pair("main", "root", RASH, 15, 200)
    few = make_source(*silent(3), *silent(4, RASH))
    few["pairs"].insert(1, rash)
    found_here = control_findings(PLAN, [few])["sources"][0]
    assert [(null["reaction"], null["informative"], null["withheld"]) for null in found_here["nulls"]] == [
        ("jaundice/narrow", 3, True), ("rash/narrow", 4, True), ("pooled", 7, False),
    ]  # fmt: skip
    assert [(pair["null"], pair["own_null"]) for pair in found_here["calibrated"]] == [("pooled", False)] * 2
    many = make_source(*silent(6), *silent(2, RASH))
    many["pairs"].insert(1, rash)
    pairs = control_findings(PLAN, [many])["sources"][0]["calibrated"]
    assert [pair["null"] for pair in pairs] == ["jaundice/narrow", "pooled"]


def test_too_few_informative_controls_withhold_the_calibration_with_their_number() -> None:
    source = make_source(*silent(2), make_pair("negative-control", "rarity", JAUNDICE, 1, 100))
    found_here = control_findings(PLAN, [source])["sources"][0]
    (pair,) = found_here["calibrated"]
    assert pair["null"] == ""
    assert "2 negative controls of this reaction and 2 of all reactions carry information" in pair["withheld"]
    assert set(pair["calibrated"].values()) == {None}
    assert pair["uncalibrated"]["point"] > 1
    assert found_here["controls"][2]["left_out"] == "fewer than 3 cases are expected"


def test_an_empty_cell_is_not_calibrated_and_says_why() -> None:
    source = make_source(*silent(6))
    source["pairs"][0] = make_pair("main", "root", JAUNDICE, 0, 200)
    (pair,) = control_findings(PLAN, [source])["sources"][0]["calibrated"]
    assert pair["withheld"].startswith("a cell of its table is 0")
    assert pair["log_ratio"] is None


def test_the_product_under_study_teaches_no_null() -> None:
    own = make_pair("negative-control", "root", RASH, 60, 2000)
    with_it, without = (
        control_findings(PLAN, [make_source(*silent(6), *more)])["sources"][0]["nulls"] for more in ([own], [])
    )
    assert with_it == without


def test_a_control_is_calibrated_by_the_others_only() -> None:
    pairs = [*silent(6), *loud(1)]
    controls = control_findings(PLAN, [make_source(*pairs)])["sources"][0]["controls"]
    without = control_findings(PLAN, [make_source(*silent(6))])["sources"][0]["nulls"][0]["null"]
    last = controls[-1]
    z = (last["log_ratio"] - without["mean"]) / math.hypot(without["sd"], last["standard_error"])
    assert last["p_calibrated"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-3)

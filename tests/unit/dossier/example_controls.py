"""The section on controls of the fictional study: one null of six controls, and a pair that it cannot calibrate."""

from __future__ import annotations

import math
from typing import Any

MAIN = "demo-examplewort-{}-narrow-main-as-planned"
TEACHING = ((0.1, 0.3), (-0.2, 0.25), (0.3, 0.4), (0.0, 0.5), (0.25, 0.2), (-0.1, 0.35))
"""Log ratio and standard error of the controls that teach."""

MEAN, SD = 0.1, 0.15


def interval(point: float | None, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    return {"point": point, "low": low, "high": high, **more}


def make_control(number: int, log_ratio: float | None, error: float | None, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"demo-control-{number}",
        "kind": "negative",
        "product_name": f"Inertium {number}",
        "reaction": "jaundice/narrow",
        "reaction_title": "Jaundice (narrow)",
        "known": "an invented fibre that is not absorbed",
        "a": 12 + number,
        "expected": 11.5,
        "log_ratio": log_ratio,
        "standard_error": error,
        "able": True,
        "as_expected": True,
        "excludes_doubling": True,
        "informative": True,
        "left_out": "",
        "p_calibrated": 0.41,
        "text": "silent, a doubling excluded",
        **fields,
    }


def make_null(reaction: str, title: str, informative: int) -> dict[str, Any]:
    given = informative >= 5
    mean, sd = (MEAN, SD) if given else (None, None)
    return {
        "reaction": reaction,
        "title": title,
        "measure": "ror",
        "least_expected": 3.0,
        "negative_controls": informative + 1,
        "informative": informative,
        "too_few_expected": 1,
        "empty_cell": 0,
        "null": {
            "controls": informative,
            "mean": mean,
            "mean_low": -0.1 if given else None,
            "mean_high": 0.3 if given else None,
            "sd": sd,
            "sd_low": 0.0 if given else None,
            "sd_high": 0.5 if given else None,
            "expected_absolute_error": 0.14 if given else None,
            "notes": [] if given else [f"{informative} negative controls carry information; at least 5 are needed."],
        },
        "alpha": 0.05,
        "share_below_alpha": 0.0 if given else None,
        "share_below_alpha_calibrated": 0.0 if given else None,
        "withheld": not given,
        "ratio": interval(*(math.exp(MEAN + reach * SD) for reach in (0, -1.96, 1.96))) if given else interval(None),
        "text": "By 6 informative negative controls, a pair without a link is near 1.1."
        if given
        else f"{informative} of {informative + 1} negative controls carry information, and a null needs 5: withheld.",
    }


def make_calibrated(reaction: str, title: str, null: str, log_ratio: float | None, **fields: Any) -> dict[str, Any]:
    known = log_ratio is not None
    return {
        "id": MAIN.format(reaction),
        "reaction": f"{reaction}/narrow",
        "reaction_title": title,
        "outcome": True,
        "verdict": "disproportionate" if known else "too-few-to-say",
        "a": 4 if known else 0,
        "measure": "ror",
        "expected": 0.246,
        "log_ratio": log_ratio,
        "standard_error": 0.53 if known else None,
        "uncalibrated": interval(18.4, 6.5, 52.0, p_value=4.1e-8) if known else interval(None, p_value=None),
        "calibrated": interval(16.6, 5.6, 49.3, p_value=2.2e-6, p_value_greater=1.1e-6, p_value_uncertain=0.0031)
        if known
        else interval(None, p_value=None, p_value_greater=None, p_value_uncertain=None),
        "null": null,
        "own_null": known and null != "pooled",
        "withheld": "" if null else "a cell of its table is 0, so the reporting odds ratio does not exist",
        **fields,
    }


def build_controls(failed: bool = False) -> dict[str, Any]:
    why = "1 of 4 positive controls with enough cases are found, which is fewer than half" if failed else ""
    teaching = [make_control(number, *values) for number, values in enumerate(TEACHING)]
    rare = make_control(
        7, 0.9, 0.9, a=1, expected=0.7, able=False, informative=False, excludes_doubling=False, p_calibrated=None,
        left_out="fewer than 3 cases are expected", text="not able: fewer than 3 cases, expected and reported together",
    )  # fmt: skip
    known = make_control(
        8, 2.9, 0.4, kind="positive", product_name="Knownroot", informative=False, excludes_doubling=False,
        p_calibrated=None, text="found", known="an invented poison of the liver",
    )  # fmt: skip
    return {
        "positive": 2,
        "positive_found": 1,
        "positive_able": 1,
        "negative": 2,
        "negative_silent": 2,
        "negative_able": 2,
        "text": "One of two known links was found and both unrelated pairs stayed silent; the other has 2 cases.",
        "calibration": "Calibrated by negative controls, the reporting odds ratio of jaundice is 17 (5.6 to 49).",
        "failed": failed,
        "why": why or "Neither kind of control fails.",
        "rule": {
            "text": "The controls fail when fewer than half of the able positive ones are found.",
            "least_able": 2,
            "least_found": 0.5,
            "false_positive_rate": 0.025,
            "level": 0.05,
            "least_p": 0.0001,
        },
        "sources": [
            {
                "source": "demo",
                "label": "Demo register",
                "positive_able": 4 if failed else 1,
                "positive_able_found": 1,
                "negative_able": 7,
                "negative_signal": 0,
                "negative_excluding": 7,
                "negative_allowed": 0.175,
                "p_value": 1.0,
                "failed": failed,
                "why": why or "Neither kind of control fails.",
                "nulls": [
                    make_null("jaundice/narrow", "Jaundice (narrow)", 6),
                    make_null("pooled", "all reactions", 6),
                ],
                "controls": [*teaching, rare, known],
                "calibrated": [
                    make_calibrated("jaundice", "Jaundice (narrow)", "jaundice/narrow", 2.91),
                    make_calibrated("pigment", "Skin pigment change (narrow)", "", None),
                ],
            }
        ],
    }

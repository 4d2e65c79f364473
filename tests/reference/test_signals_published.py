"""Figures printed in papers and manuals; the table beside this file says where each comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phytovigil.schema.counts import Counts, Estimates
from phytovigil.signals.false_discovery import benjamini_hochberg, benjamini_yekutieli
from phytovigil.signals.ic import ic_of_expected
from phytovigil.signals.registry import MEASURES, STATISTICS, measure, statistic
from phytovigil.signals.ror_exact import ror_exact

PUBLISHED = tomllib.loads(Path(__file__).with_name("signals_published.toml").read_text(encoding="utf-8"))

ELSEWHERE = {"ebgm": "test_mgps_published.py"}
"""Measures whose published figures need a table of their own, and the file beside this one that reproduces them."""


def label(entry: dict[str, Any]) -> str:
    return f"{entry.get('measure') or entry['name']}-{entry.get('table') or entry['observed']}"


def counts_of(entry: dict[str, Any]) -> Counts:
    return Counts.of(*([cell] for cell in entry["table"]))


def estimate(entry: dict[str, Any]) -> Estimates:
    level = entry.get("level", 0.95)
    if "observed" in entry and entry["measure"] == "oe":
        counts = Counts.of([entry["observed"]], [0], [0], [0], stratified=[entry["expected"]])
        return measure("oe").estimate(counts, level=level)
    if "observed" in entry:
        return ic_of_expected([entry["observed"]], [entry["expected"]], level=level)
    if entry["measure"] == "ror-exact":
        return ror_exact(counts_of(entry), level=level)
    return measure(entry["measure"]).estimate(counts_of(entry), level=level)


@pytest.mark.parametrize("entry", PUBLISHED["figure"], ids=label)
def test_estimate_as_printed(entry: dict[str, Any]) -> None:
    found = estimate(entry)
    printed = [(part, entry[part]) for part in ("point", "low", "high") if part in entry]
    got = [float(getattr(found, part)[0]) for part, _ in printed]
    want = [figure for _, figure in printed]
    if "near" in entry:
        np.testing.assert_allclose(got, want, rtol=entry["near"])
    else:
        rounded = [round(figure, digits) for figure, digits in zip(got, entry["digits"], strict=True)]
        assert rounded == want


@pytest.mark.parametrize("entry", PUBLISHED["statistic"], ids=label)
def test_statistic_as_printed(entry: dict[str, Any]) -> None:
    asked = statistic(entry["name"])
    tested = asked.test(counts_of(entry))
    # `times` where the source prints a two-sided p-value that is so many times the one-sided one.
    found = {"value": tested.value[0], "p_value": tested.p_value[0] * entry.get("times", 1)}
    printed = [part for part in found if part in entry]
    rounded = [round(float(found[part]), digits) for part, digits in zip(printed, entry["digits"], strict=True)]
    assert rounded == [entry[part] for part in printed]


@pytest.mark.parametrize("entry", PUBLISHED["adjustment"], ids=lambda entry: entry["origin"][:40])
def test_adjusted_p_values_as_printed(entry: dict[str, Any]) -> None:
    found = {"hochberg": benjamini_hochberg(entry["p_values"]), "yekutieli": benjamini_yekutieli(entry["p_values"])}
    for name in found.keys() & entry.keys():
        np.testing.assert_allclose(np.sort(found[name]), entry[name], rtol=1e-14)
    if "significant" in entry:
        assert (found["hochberg"] <= entry["level"]).sum() == entry["significant"]


@pytest.mark.parametrize("name", [*MEASURES, *STATISTICS])
def test_every_measure_and_test_reproduces_a_published_figure(name: str) -> None:
    here = {entry.get("measure") or entry["name"] for entry in PUBLISHED["figure"] + PUBLISHED["statistic"]}
    elsewhere = name in ELSEWHERE and Path(__file__).with_name(ELSEWHERE[name]).is_file()
    assert name in here or elsewhere


def test_every_figure_names_its_origin() -> None:
    entries = PUBLISHED["figure"] + PUBLISHED["statistic"] + PUBLISHED["adjustment"]
    assert all(entry["origin"] for entry in entries)

"""Figures printed for stratified tables; the table beside this file says where each comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.homogeneity import breslow_day
from phytovigil.signals.confounding.mantel_haenszel import cochran_mantel_haenszel, mantel_haenszel_ror
from phytovigil.signals.confounding.subgroups import cochran_q, ratio_of_ratios

TABLES = tomllib.loads(Path(__file__).with_name("confounding_published.toml").read_text(encoding="utf-8"))["table"]


def figures(counts: Counts) -> dict[str, float]:
    ratio = mantel_haenszel_ror(counts)
    corrected, plain = cochran_mantel_haenszel(counts), cochran_mantel_haenszel(counts, correction=False)
    day, tarone = breslow_day(counts, tarone=False), breslow_day(counts)
    return {
        "ror": ratio.point[0], "low": ratio.low[0], "high": ratio.high[0],
        "cmh": corrected.value[0], "cmh_p": corrected.p_value[0], "cmh_uncorrected": plain.value[0],
        "breslow_day": day.value, "breslow_day_p": day.p_value, "tarone": tarone.value, "tarone_p": tarone.p_value,
    }  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["says"])
def test_stratified_table_as_printed(table: dict[str, Any]) -> None:
    found = figures(Counts.of(*(table[cell] for cell in "abcd")))
    rounded = {name: round(float(found[name]), table["digits"][name]) for name in table["printed"]}
    assert rounded == table["printed"]
    assert table["origin"]


def test_difference_of_two_estimates_as_printed() -> None:
    """Relative risks 0.67 (0.46 to 0.98) and 0.88 (0.71 to 1.08): Altman, Bland 2003, doi:10.1136/bmj.326.7382.219.

    Their table prints the logarithms -0.4005 and -0.1278, the standard errors 0.1929 and 0.1070, the difference
    -0.2726 with standard error 0.2206, and z = -1.24.
    """
    logs, errors = np.array([-0.4005, -0.1278]), np.array([0.1929, 0.1070])
    ratio = ratio_of_ratios(logs, errors)
    assert [round(float(value[0]), 2) for value in (ratio.point, ratio.low, ratio.high)] == [0.76, 0.49, 1.17]
    tested = cochran_q(logs, errors)
    assert round(float(np.sqrt(tested.value[0])), 2) == 1.24
    assert round(float(tested.p_value[0]), 1) == 0.2

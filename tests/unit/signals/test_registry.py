from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from phytovigil.errors import UnknownName
from phytovigil.schema.counts import Counts
from phytovigil.signals.chi_squared import p_value
from phytovigil.signals.registry import MEASURES, RULES, STATISTICS, apply_rule, measure, rule, statistic

ALONE = [name for name, asked in MEASURES.items() if not asked.learns]
"""Measures that look at each pair alone; those that learn from all pairs have tests of their own."""
INDEPENDENT = Counts.of([400], [1600], [2000], [8000])


def test_names_that_study_files_use_stay() -> None:
    assert {"prr", "ror", "ror-midp", "ic"} <= set(MEASURES)
    assert {"chi2", "chi2-yates"} <= set(STATISTICS)
    assert {"evans", "ic025", "ror025", "ror-midp025"} <= set(RULES)


@pytest.mark.parametrize("name", ALONE)
def test_null_value_is_what_independence_gives(name: str) -> None:
    asked = measure(name)
    assert asked.estimate(INDEPENDENT).point[0] == pytest.approx(asked.null, abs=1e-6)
    assert (asked.scale, asked.null) in {("ratio", 1.0), ("log2", 0.0)}


@pytest.mark.parametrize("name", STATISTICS)
def test_statistic_is_zero_and_p_value_one_under_independence(name: str) -> None:
    """An exact test has its p-value for a statistic; one-sided and mid-P ones split the table that is expected."""
    found = statistic(name).test(INDEPENDENT)
    if name.startswith("fisher"):
        expected = {"fisher": 0.51, "fisher-midp": 0.5, "fisher-two-sided": 1.0, "fisher-midp-two-sided": 0.99}[name]
        assert found.value.tolist() == found.p_value.tolist() == [pytest.approx(expected, abs=0.01)]
    else:
        assert (found.value.tolist(), found.p_value.tolist()) == ([0], [1])


def test_alternatives_are_stated() -> None:
    greater = {name for name, asked in STATISTICS.items() if asked.alternative == "greater"}
    assert greater == {"fisher", "fisher-midp", "lrt"}
    assert {asked.alternative for asked in STATISTICS.values()} == {"greater", "two-sided"}


@pytest.mark.parametrize("name", STATISTICS)
def test_fewer_cases_than_expected_are_no_signal_of_a_one_sided_test(name: str) -> None:
    found = statistic(name).test(Counts.of([10], [1990], [2000], [8000])).p_value[0]
    assert found > 0.99 if statistic(name).alternative == "greater" else found < 1e-10


@pytest.mark.parametrize("name", RULES)
def test_rule_looks_at_measures_and_statistics_that_exist(name: str) -> None:
    asked = rule(name)
    assert asked.measures
    assert set(asked.measures) <= set(MEASURES)
    assert set(asked.statistics) <= set(STATISTICS)
    assert not apply_rule(name, INDEPENDENT).any()
    alone = set(asked.measures) <= set(ALONE)
    assert apply_rule(name, Counts.of([40], [60], [100], [9800])).tolist() == [alone]


@pytest.mark.parametrize("entry", [*MEASURES.values(), *STATISTICS.values(), *RULES.values()])
def test_every_entry_names_a_source_that_can_be_found(entry) -> None:
    assert "doi:10." in entry.source or "EMA/" in entry.source
    assert entry.title
    assert entry.note


@pytest.mark.parametrize(
    ("ask", "name", "near"),
    [(measure, "ROR", "ror"), (measure, "ror-mid-p", "ror-midp"), (statistic, "chi2yates", "chi2-yates")],
)
def test_a_misspelt_name_is_an_error_with_suggestions(ask, name: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        ask(name)
    assert near in caught.value.near
    assert near in str(caught.value)


def test_a_foreign_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(UnknownName, match="Known: evans, ic025, ror025"):
        rule("qqqq")


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MEASURES["mine"] = measure("ic")  # type: ignore[index]


def test_p_value_of_one_degree_of_freedom() -> None:
    assert p_value(np.array([3.841459])).round(6).tolist() == [0.05]


def test_the_room_loads_no_heavy_part_of_scipy() -> None:
    code = (
        "import sys, phytovigil.signals.registry; "
        "print([m for m in ('scipy.stats', 'scipy.optimize', 'scipy.sparse', 'pandas') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"

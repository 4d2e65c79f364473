"""The fit on regulators' data: the maxima that are there, and that random starts find none that is better.

CAERS 2012 is nearly what R package openEBGM ships as `caers`: reports created in 2012, products of class 54 (dietary
supplements), brand names as reported against symptoms. With products in any role there are 3,368 reports and 17,181
pairs here; openEBGM has 3,356 reports, of which 3,353 are in this file, and 17,189 pairs.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.optimize import minimize

from phytovigil.schema.counts import Counts
from phytovigil.signals.ebgm import ebgm
from phytovigil.signals.mgps.comparing import factors_between
from phytovigil.signals.mgps.fitting import fit_prior
from phytovigil.signals.mgps.likelihood import Likelihood
from phytovigil.signals.mgps.posterior import solved_quantile
from phytovigil.signals.mgps.prior import Prior, PriorFit
from phytovigil.signals.mgps.squashing import Squashed, as_cells, squash

PUBLISHED = Prior.of(3.25596617, 0.39998845, 2.02374464, 1.90612821, 0.06530723)
"""What openEBGM prints for all of its pairs (vignette on hyperparameters, 2018-03-09), by component truncation."""


def supplements_of_2012(shared_data: Path, roles: set[str]) -> Counts:
    products: dict[str, set[str]] = defaultdict(set)
    symptoms: dict[str, set[str]] = defaultdict(set)
    file = shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip"
    with zipfile.ZipFile(file) as archive, archive.open(archive.namelist()[0]) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline="")):
            supplement = row["PRI_FDA Industry Code"] == "54" and row["PRI_Product Role"] in roles
            if supplement and row["RA_CAERS Created Date"].endswith("2012"):
                report = row["RA_Report #"]
                products[report].add(row["PRI_Reported Brand/Product Name"].strip())
                symptoms[report] |= {word.strip() for word in row["SYM_One Row Coded Symptoms"].split(",")} - {""}
    reports = [report for report in products if symptoms[report]]
    with_product = Counter(name for report in reports for name in products[report])
    with_symptom = Counter(word for report in reports for word in symptoms[report])
    pairs = Counter((name, word) for report in reports for name in products[report] for word in symptoms[report])
    a = np.array(list(pairs.values()))
    b = np.array([with_product[name] for name, _ in pairs]) - a
    c = np.array([with_symptom[word] for _, word in pairs]) - a
    return Counts.of(a, b, c, len(reports) - a - b - c)


def faers(shared_data: Path) -> Counts:
    file = shared_data / "counts" / "faers_2023_us_primary_suspect.parquet"
    table = pq.read_table(file, columns=["a", "b", "c", "d"])
    return Counts.of(*(table.column(name).to_numpy() for name in "abcd"))


@pytest.fixture(scope="module")
def suspect(shared_data: Path) -> Counts:
    return supplements_of_2012(shared_data, {"Suspect"})


@pytest.fixture(scope="module")
def any_role(shared_data: Path) -> Counts:
    return supplements_of_2012(shared_data, {"Suspect", "Concomitant"})


def fit_of(counts: Counts, truncation: str) -> tuple[PriorFit, Squashed]:
    cells = as_cells(counts.a, counts.expected)
    return fit_prior(squash(counts.a, counts.expected), truncation=truncation, polish_on=cells), cells


def test_the_data_are_nearly_those_of_openebgm(any_role: Counts) -> None:
    assert any_role.a.size == 17_181
    assert (any_role.total == 3_368).all()
    highest = np.argsort(-any_role.a / any_role.expected * (any_role.a == 16))[0]
    assert any_role.expected[highest] == pytest.approx(0.40643623, rel=0.05)  # REUMOFAN PLUS, WEIGHT INCREASED


def test_supplements_in_any_role(any_role: Counts) -> None:
    found, _ = fit_of(any_role, "mixture")
    assert found.converged
    assert not found.at_bound
    assert found.log_likelihood == pytest.approx(-4184.2417, abs=1e-3)


def test_the_published_prior_is_near_a_maximum_that_is_not_the_best(any_role: Counts) -> None:
    """Most starts end there, as openEBGM's do: agreement of starts is no proof of a global maximum."""
    found, cells = fit_of(any_role, "component")
    assert found.converged
    assert found.log_likelihood == pytest.approx(-4158.3105, abs=1e-3)
    published = Likelihood(cells, truncation="component").value(PUBLISHED.vector)
    near = found.modes[0]
    assert published < near.log_likelihood < found.log_likelihood - 0.4
    assert near.log_likelihood - published < 0.1
    assert near.prior.alpha2 == pytest.approx(PUBLISHED.alpha2, rel=0.05)
    assert near.starts > found.agreeing
    assert factors_between(near.prior, solved_quantile(found, cells.observed, cells.expected, 0.05), cells)[0] > 1.1


def test_supplements_as_suspects(suspect: Counts) -> None:
    found, _ = fit_of(suspect, "mixture")
    assert suspect.a.size == 13_648
    assert found.converged
    assert not found.at_bound
    assert found.log_likelihood == pytest.approx(-3282.26989, abs=1e-4)


def test_a_year_of_faers_runs_to_the_end_of_a_range_and_says_so(shared_data: Path) -> None:
    found = ebgm(faers(shared_data))
    assert found.learned["converged"] is True
    assert found.learned["at_bound"] == ["alpha2"]
    assert found.learned["log_likelihood"] == pytest.approx(-592221.531576, abs=1e-4)
    assert np.isfinite([found.point, found.low, found.high]).all()


def search_from(likelihood: Likelihood, start: np.ndarray) -> float:
    """One search on all cells by SciPy, in bounds wider than those of the fit."""

    def downhill(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = likelihood.value_and_gradient(x)
        return -value, -gradient

    bounds = [(-35.0, 35.0)] * 4 + [(-70.0, 70.0)]
    options = {"maxiter": 2000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-7}
    return -float(minimize(downhill, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).fun)


def check_random_starts(counts: Counts, truncation: str, number: int) -> None:
    found, cells = fit_of(counts, truncation)
    likelihood = Likelihood(cells, truncation=truncation)
    draw = np.random.default_rng(2026).uniform(size=(number, 5))
    starts = np.column_stack([np.log(10) * (5 * draw[:, :4] - 3), np.log(draw[:, 4] / (1 - draw[:, 4]))])
    ends = np.array([search_from(likelihood, start) for start in starts])
    assert (ends <= found.log_likelihood + 1e-4).all()
    assert (ends > found.log_likelihood - 1e-3).any()


@pytest.mark.slow
@pytest.mark.parametrize("truncation", ["mixture", "component"])
def test_200_random_starts_on_supplements_find_nothing_better(
    suspect: Counts, any_role: Counts, truncation: str
) -> None:
    for counts in (suspect, any_role):
        check_random_starts(counts, truncation, 200)


@pytest.mark.slow
def test_200_random_starts_on_a_year_of_faers_find_nothing_better(shared_data: Path) -> None:
    """About four minutes of one core: every search looks at all 348,355 cells."""
    check_random_starts(faers(shared_data), "mixture", 200)

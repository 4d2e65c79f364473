"""Stratified tables through statsmodels, SciPy and 30 digits of mpmath, none of which shares code with the program."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.stats import chi2, chi2_contingency, fisher_exact, hypergeom
from statsmodels.stats.contingency_tables import StratifiedTable

from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.common_odds import fit_common_odds
from phytovigil.signals.confounding.homogeneity import breslow_day, likelihood_ratio
from phytovigil.signals.confounding.mantel_haenszel import (
    cochran_mantel_haenszel,
    mantel_haenszel_ror,
    stratified_expected,
    stratified_ic,
)
from phytovigil.signals.confounding.subgroups import cochran_q, exceeds_by_chance, log_ror
from phytovigil.signals.ror import ror


def draw_strata(seed: int, strata: int, smallest: int = 1) -> np.ndarray:
    """Tables of one pair in several strata; shape (strata, 4)."""
    generator = np.random.default_rng(seed)
    means = 10 ** generator.uniform([0, 0.5, 0.5, 1], [1.3, 2.5, 2.5, 4], size=(strata, 4))
    return np.maximum(generator.poisson(means), smallest)


SETS = [draw_strata(seed, strata) for seed, strata in enumerate((2, 3, 7, 24, 200))]
SPARSE = [draw_strata(seed, 40, smallest=0) // 6 for seed in range(50, 53)]


def columns(tables: np.ndarray) -> Counts:
    return Counts.of(*tables.T)


def informative(tables: np.ndarray) -> np.ndarray:
    a, b, c, d = tables.T
    return tables[np.minimum.reduce([a + b, c + d, a + c, b + d]) > 0]


@pytest.mark.parametrize("tables", SETS, ids=len)
def test_stratified_table_of_statsmodels(tables: np.ndarray) -> None:
    theirs = StratifiedTable([table.reshape(2, 2) for table in tables.astype(float)])
    counts = columns(tables)
    found = mantel_haenszel_ror(counts)
    got = [found.point[0], found.low[0], found.high[0]]
    np.testing.assert_allclose(got, [theirs.oddsratio_pooled, *theirs.oddsratio_pooled_confint()], rtol=1e-9)
    for correction in (True, False):
        mine, other = cochran_mantel_haenszel(counts, correction=correction), theirs.test_null_odds(correction)
        assert mine.value[0] == pytest.approx(other.statistic, rel=1e-8)
        assert mine.p_value[0] == pytest.approx(other.pvalue, rel=1e-6, abs=1e-14)
    for tarone in (True, False):
        tested, other = breslow_day(counts, tarone=tarone), theirs.test_equal_odds(adjust=tarone)
        assert tested.value == pytest.approx(other.statistic, rel=1e-6)
        assert tested.p_value == pytest.approx(other.pvalue, rel=1e-6, abs=1e-14)
        assert tested.degrees == len(tables) - 1


@pytest.mark.parametrize("tables", SPARSE, ids=len)
def test_sparse_strata_count_as_if_the_empty_ones_were_not_there(tables: np.ndarray) -> None:
    known = informative(tables)
    assert 5 < len(known) < len(tables)
    theirs = StratifiedTable([table.reshape(2, 2) for table in known.astype(float)])
    found = mantel_haenszel_ror(columns(tables))
    got = [found.point[0], found.low[0], found.high[0]]
    np.testing.assert_allclose(got, [theirs.oddsratio_pooled, *theirs.oddsratio_pooled_confint()], rtol=1e-9)
    assert cochran_mantel_haenszel(columns(tables)).value[0] == pytest.approx(
        theirs.test_null_odds(correction=True).statistic, rel=1e-9
    )
    tested = breslow_day(columns(tables))
    assert tested.strata == len(known)
    assert tested.value == pytest.approx(theirs.test_equal_odds(adjust=True).statistic, rel=1e-6)
    assert not tested.reliable


def log_likelihood(tables: np.ndarray, *, interacting: bool) -> float:
    """Of a logistic regression of the reaction on product and strata, by statsmodels."""
    strata = len(tables)
    rows = np.repeat(np.arange(strata), 2)
    exposed = np.tile([1.0, 0.0], strata)
    design = np.column_stack([np.equal.outer(rows, np.arange(strata)).astype(float)])
    effect = design * exposed[:, None] if interacting else exposed[:, None]
    outcome = tables.reshape(strata * 2, 2)
    fitted = sm.GLM(outcome, np.hstack([design, effect]), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    return float(fitted.llf)


@pytest.mark.parametrize("tables", SETS[:4], ids=len)
def test_likelihood_ratio_is_that_of_a_logistic_regression(tables: np.ndarray) -> None:
    gain = 2 * (log_likelihood(tables, interacting=True) - log_likelihood(tables, interacting=False))
    tested = likelihood_ratio(columns(tables))
    assert tested.value == pytest.approx(gain, rel=1e-6, abs=1e-7)
    assert tested.p_value == pytest.approx(chi2.sf(gain, len(tables) - 1), rel=1e-5, abs=1e-12)


def test_likelihood_ratio_takes_zero_cells_as_they_are() -> None:
    """The limit of the likelihood as a zero cell is approached: 0 · ln 0 = 0."""
    exact = likelihood_ratio(Counts.of(a=[0, 9], b=[40, 21], c=[20, 12], d=[160, 58])).value
    observed = np.array([[0, 40, 20, 160], [9, 21, 12, 58]], dtype=float)

    def fitted(odds: float) -> np.ndarray:
        rows = []
        for a, b, c, d in observed:
            cell = brentq(
                lambda x, a=a, b=b, c=c, d=d: np.log(x * (d - a + x) / ((a + b - x) * (a + c - x) * odds)),
                1e-12, min(a + b, a + c) - 1e-12, xtol=1e-14,
            )  # fmt: skip
            rows.append([cell, a + b - cell, a + c - cell, d - a + cell])
        return np.array(rows)

    common = brentq(lambda odds: fitted(odds)[:, 0].sum() - 9, 1e-3, 1e3, xtol=1e-13)
    terms = [seen * np.log(seen / cell) for seen, cell in zip(observed.flat, fitted(common).flat, strict=True) if seen]
    assert exact == pytest.approx(2 * sum(terms), rel=1e-9)


@pytest.mark.parametrize("odds_ratio", [1e-6, 0.2, 1.0, 1.0000001, 7.5, 1e8])
def test_fitted_cells_have_their_margins_and_odds_ratio_to_30_digits(odds_ratio: float) -> None:
    tables = [*draw_strata(9, 6).tolist(), [3, 10_000, 90_000, 20_000_000], [2, 1, 5, 1], [900, 5, 3, 2]]
    cells = fit_common_odds(columns(np.array(tables)), odds_ratio)
    mpmath.mp.dps = 60
    for place, (a, b, c, d) in enumerate(tables):
        psi, product, reaction, total = map(mpmath.mpf, (odds_ratio, a + b, a + c, a + b + c + d))
        half = total - product - reaction + psi * (product + reaction)
        root = mpmath.sqrt(half**2 + 4 * (1 - psi) * psi * product * reaction)
        roots = [product * reaction / total] if psi == 1 else [(sign * root - half) / (2 - 2 * psi) for sign in (1, -1)]
        low, high = max(0, product + reaction - total), min(product, reaction)
        (exact,) = (value for value in roots if low <= value <= high)
        assert float(cells[0][place]) == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize("tables", [*SETS, *SPARSE], ids=len)
def test_common_odds_ratio_of_30_digits(tables: np.ndarray) -> None:
    """Mantel and Haenszel with the variance of Robins, Breslow and Greenland, term by term in mpmath."""
    mpmath.mp.dps = 30
    rows = [tuple(map(mpmath.mpf, row)) for row in tables.tolist() if sum(row)]
    r = [a * d / (a + b + c + d) for a, b, c, d in rows]
    s = [b * c / (a + b + c + d) for a, b, c, d in rows]
    p = [(a + d) / (a + b + c + d) for a, b, c, d in rows]
    q = [1 - value for value in p]
    top, bottom = sum(r), sum(s)
    variance = (
        sum(x * y for x, y in zip(p, r, strict=True)) / (2 * top**2)
        + sum(w * z + x * y for w, z, x, y in zip(p, s, q, r, strict=True)) / (2 * top * bottom)
        + sum(x * y for x, y in zip(q, s, strict=True)) / (2 * bottom**2)
    )
    reach = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf("0.95")) * mpmath.sqrt(variance)
    found = mantel_haenszel_ror(columns(tables))
    got = [found.point[0], found.low[0], found.high[0]]
    want = [top / bottom, top / bottom * mpmath.exp(-reach), top / bottom * mpmath.exp(reach)]
    np.testing.assert_allclose(got, [float(value) for value in want], rtol=1e-11)


def test_one_stratum_is_the_crude_table() -> None:
    counts = Counts.of(a=[7], b=[1454], c=[302], d=[690525])
    assert mantel_haenszel_ror(counts).point[0] == pytest.approx(ror(counts).point[0], rel=1e-12)
    assert stratified_expected(counts) == counts.expected[0]
    assert stratified_ic(counts).point.round(3).tolist() == [2.703]
    theirs = chi2_contingency([[7, 1454], [302, 690525]], correction=False)
    total = counts.total[0]
    found = cochran_mantel_haenszel(counts, correction=False).value[0]
    assert found == pytest.approx(theirs.statistic * (total - 1) / total, rel=1e-10)


def test_cochran_q_of_two_is_the_square_of_their_difference() -> None:
    logs, errors = log_ror(Counts.of(a=[12, 40], b=[60, 90], c=[300, 500], d=[9000, 8000]))
    tested = cochran_q(logs, errors)
    assert tested.value[0] == pytest.approx((logs[0] - logs[1]) ** 2 / (errors**2).sum(), rel=1e-12)


def test_cochran_q_is_that_of_statsmodels() -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    logs, errors = log_ror(columns(SETS[2]))
    theirs = combine_effects(logs, errors**2)
    tested = cochran_q(logs, errors)
    assert tested.value[0] == pytest.approx(theirs.q, rel=1e-10)
    assert tested.p_value[0] == pytest.approx(chi2.sf(theirs.q, 6), rel=1e-10)


def test_one_sided_p_values_are_those_of_fisher_less_half_the_observed_table() -> None:
    tables = draw_strata(77, 20, smallest=0) // 2
    found = exceeds_by_chance(columns(tables))
    for place, (a, b, c, d) in enumerate(tables.tolist()):
        if min(a + b, c + d, a + c, b + d) == 0:
            assert np.isnan(found[place])
            continue
        whole = fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
        half = hypergeom.pmf(a, a + b + c + d, a + c, a + b) / 2
        assert found[place] == pytest.approx(whole - half, rel=1e-7, abs=1e-12)


def test_homogeneity_keeps_its_level_and_finds_a_difference() -> None:
    """Simulated strata with one odds ratio, and with two; the seed is fixed."""
    generator = np.random.default_rng(2026)

    def shares(odds: tuple[float, ...]) -> tuple[float, float]:
        day, ratio = 0, 0
        for _ in range(600):
            others = generator.uniform(0.02, 0.2, len(odds))
            exposed = others * odds / (1 - others + others * odds)
            a, c = generator.binomial(400, exposed), generator.binomial(4_000, others)
            counts = Counts.of(a, 400 - a, c, 4_000 - c)
            day += breslow_day(counts).p_value < 0.05
            ratio += likelihood_ratio(counts).p_value < 0.05
        return day / 600, ratio / 600

    bound = 3.3 * np.sqrt(0.05 * 0.95 / 600)
    assert np.abs(np.array(shares((2.0, 2.0, 2.0, 2.0))) - 0.05).max() < bound
    assert min(shares((1.0, 1.0, 4.0, 4.0))) > 0.9

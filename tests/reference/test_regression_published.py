"""Firth's logistic regression beside printed figures: infections in college women, the example of logistf.

Data: sex2 of the R package logistf (239 women; all variables 0 or 1), here as numbers of women with and without an
infection for each pattern. Printed: coefficients, standard errors, profile limits and log-likelihood in the description
of the Python package firthlogist 0.5.0 (Python Package Index), and the same from logistf with more digits in that
package's tests/test_firthlogist.py, its fixture sex2.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from phytovigil.signals.confounding.regression_design import Design
from phytovigil.signals.confounding.regression_refit import profile_interval, refit

WOMEN = """
000010 1 1
001000 14 2
001010 3 1
001100 10 8
001110 12 18
001111 1 0
010000 44 42
010001 3 0
010010 0 1
011000 15 1
011001 1 0
011010 2 0
011100 7 5
011110 3 6
101000 2 0
101010 1 0
101011 1 0
101100 1 2
101110 0 4
101111 1 0
110000 5 14
110010 0 1
111000 3 1
111110 0 2
"""
"""age ≥ 24, oral contraceptive, condom, lubricated condom, spermicide, diaphragm; infected, not infected."""

PRINTED = {
    "Intercept": ("0.120254", "0.485542", "-0.818559", "1.07315"),
    "age": ("-1.10598", "0.42366", "-1.97379", "-0.307427"),
    "oc": ("-0.0688167", "0.443793", "-0.941436", "0.789202"),
    "vic": ("2.26887", "0.548416", "1.27304", "3.43543"),
    "vicl": ("-2.11141", "0.543082", "-3.26086", "-1.11774"),
    "vis": ("-0.788317", "0.417368", "-1.60809", "0.0151846"),
    "dia": ("3.09601", "1.67501", "0.774568", "8.03028"),
}
"""Coefficient, standard error and limits in firthlogist's description."""

LIMITS = {
    "Intercept": ("-0.8185591", "1.07315122"),
    "age": ("-1.9737884", "-0.30742514"),
    "oc": ("-0.9414363", "0.78920202"),
    "vic": ("1.2730216", "3.43543273"),
    "vicl": ("-3.2608611", "-1.11773495"),
    "vis": ("-1.6080879", "0.01518468"),
    "dia": ("0.7745682", "8.03029352"),
}
"""Profile limits as logistf gives them."""


@pytest.fixture(scope="module")
def women() -> Design:
    rows = [line.split() for line in WOMEN.split("\n") if line]
    columns = np.array([[float(digit) for digit in pattern] for pattern, _, _ in rows])
    infected, healthy = (np.array([float(row[place]) for row in rows]) for place in (1, 2))
    assert (infected.sum() + healthy.sum()) == 239
    return Design(sparse.csc_array(columns), 1, infected, healthy)


def test_coefficients_and_standard_errors_to_each_printed_digit(women: Design) -> None:
    found = refit(women)
    for place, (coefficient, error, _, _) in enumerate(PRINTED.values()):
        assert f"{found.coefficients[place]:.6g}" == coefficient
        assert f"{found.standard_errors[place]:.6g}" == error
    assert f"{found.log_likelihood:.4f}" == "-132.5394"


def test_profile_limits_to_each_digit_of_logistf(women: Design) -> None:
    for place, (low, high) in enumerate(LIMITS.values()):
        limits = profile_interval(women, place=place)[1:]
        for limit, printed in zip(limits, (low, high), strict=True):
            decimals = len(printed.partition(".")[2])
            assert limit == pytest.approx(float(printed), abs=1.01 * 10**-decimals)

"""Numbers without a state are uniform, independent of order, and follow the shares asked."""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.simulation.columns import digits, join_rows, pack
from phytovigil.simulation.draws import Choice, Draws, zipf_mandelbrot

DRAWS = Draws(5)
INDEX = np.arange(200_000)


def test_uniform_numbers_fill_the_interval_evenly() -> None:
    numbers = DRAWS.uniform("a", INDEX)
    counts = np.histogram(numbers, bins=100, range=(0, 1))[0]
    chi_square = ((counts - 2_000) ** 2 / 2_000).sum()
    assert 50 < chi_square < 160


@pytest.mark.parametrize("other", ["topic", "next index", "item", "seed"])
def test_neighbours_are_uncorrelated(other: str) -> None:
    numbers = DRAWS.uniform("a", INDEX, 0)
    beside = {
        "topic": DRAWS.uniform("b", INDEX, 0),
        "next index": DRAWS.uniform("a", INDEX + 1, 0),
        "item": DRAWS.uniform("a", INDEX, 1),
        "seed": Draws(6).uniform("a", INDEX, 0),
    }[other]
    assert abs(np.corrcoef(numbers, beside)[0, 1]) < 4 / np.sqrt(len(INDEX))


def test_choices_follow_their_weights() -> None:
    chosen = np.bincount(DRAWS.choose("c", Choice.of([5.0, 0.0, 3.0, 2.0]), INDEX)) / len(INDEX)
    assert chosen == pytest.approx([0.5, 0.0, 0.3, 0.2], abs=0.005)


def test_choice_of_one_has_one_answer() -> None:
    assert set(DRAWS.choose("c", Choice.of([0.2]), INDEX[:50]).tolist()) == {0}


def test_zipf_mandelbrot_has_its_slope() -> None:
    shares = zipf_mandelbrot(1_000, 1.3, 2.0)
    assert shares.sum() == pytest.approx(1)
    assert np.log(shares[8] / shares[98]) == pytest.approx(1.3 * np.log(101 / 11))


def test_rows_are_what_python_would_write() -> None:
    numbers = np.array([0, 7, 10, 100_000])
    words = ["", "x", "yz", ""]
    wanted = "".join(f"{number}${word}$\r\n" for number, word in zip(numbers, words, strict=True))
    assert join_rows([digits(numbers), pack(words), None], 4, "\r\n") == wanted.encode()

"""Skin goes where physics says: what is added to it moves its colour in the known direction."""

from __future__ import annotations

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.skin.spectra import WAVELENGTHS, lab_of
from phytovigil.simulation.skin.tissue import Skin, absorb_dermis, change_skin, reflect_skin


def lab(**amounts: float) -> np.ndarray:
    return lab_of(reflect_skin(Skin(**amounts)))


def test_more_melanin_is_darker_and_first_yellower() -> None:
    series = np.array([lab(melanin=melanin) for melanin in (0.005, 0.02, 0.05, 0.1, 0.2, 0.4)])
    assert (np.diff(series[:, 0]) < 0).all()
    assert (np.diff(series[:3, 2]) > 0).all()
    assert series[-1, 2] < series[:, 2].max()


def test_the_range_covers_light_to_very_dark_skin() -> None:
    assert lab(melanin=0.01, blood=0.01)[0] > 75
    assert lab(melanin=0.45, blood=0.05)[0] < 40
    for melanin in (0.01, 0.05, 0.2):
        _, a, b = lab(melanin=melanin)
        assert 3 < a < 17
        assert 8 < b < 26


def test_bilirubin_is_yellower_at_the_same_lightness() -> None:
    before, after = lab(), lab(bilirubin=5.0)
    assert after[2] - before[2] > 5
    assert abs(after[0] - before[0]) < 2


def test_grey_blue_pigment_is_darker_and_less_yellow() -> None:
    before, after = lab(), lab(grey_blue=2.0)
    assert after[0] - before[0] < -3
    assert after[2] - before[2] < -2
    assert np.hypot(*after[1:]) < np.hypot(*before[1:])


def test_more_blood_is_redder() -> None:
    assert lab(blood=0.05)[1] - lab(blood=0.01)[1] > 5


def test_oxygenated_blood_has_its_two_bands() -> None:
    absorption = absorb_dermis(Skin(blood=0.05, oxygenation=1.0))
    near = (WAVELENGTHS > 520) & (WAVELENGTHS < 600)
    peaks = [
        float(WAVELENGTHS[k])
        for k in range(1, len(WAVELENGTHS) - 1)
        if near[k] and absorption[k] > max(absorption[k - 1], absorption[k + 1])
    ]
    assert peaks == pytest.approx([542, 577], abs=4)


def test_one_even_depth_is_beer_and_lambert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubling what absorbs squares what comes through; the ratio of two skins leaves the dermis out."""
    from phytovigil.simulation.skin import tissue

    monkeypatch.setattr(tissue, "UNEVENNESS", 1e-9)
    monkeypatch.setattr(tissue, "SURFACE", 0.0)
    monkeypatch.setattr(tissue, "bare_tissue", lambda: np.zeros(61))
    one, two, three = (reflect_skin(Skin(melanin=melanin)) for melanin in (0.0, 0.05, 0.1))
    np.testing.assert_allclose((two / one) ** 2, three / one, rtol=1e-4)


def test_reflectance_is_a_share() -> None:
    for skin in (Skin(melanin=0, blood=0), Skin(melanin=0.6, blood=0.3, grey_blue=50)):
        reflectance = reflect_skin(skin)
        assert (reflectance > 0).all()
        assert (reflectance < 1).all()


@pytest.mark.parametrize("amounts", [{"melanin": -0.1}, {"oxygenation": 1.2}, {"scattering": 0.0}])
def test_impossible_skin_is_refused(amounts: dict[str, float]) -> None:
    with pytest.raises(InvalidRequest, match=next(iter(amounts))):
        change_skin(Skin(), **amounts)

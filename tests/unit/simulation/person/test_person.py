"""Simulated persons: what was asked for is there, and the same seed gives the same numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.schema.diary import Reading
from phytovigil.simulation.person import (
    PainSettings,
    PersonSettings,
    PhotoNoise,
    PigmentChange,
    SkinSettings,
    simulate_diary,
    simulate_pain,
    simulate_skin,
)

PLAIN = PhotoNoise(lights=1, bias=(0.0, 0.0, 0.0), spread=0.0, outliers=0.0, missed=0.0)
PERSONS = 400


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, again, other = (simulate_skin(SkinSettings(), 3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.exposed, again.exposed)
    assert not np.array_equal(one.exposed, other.exposed)
    pains = [simulate_pain(PainSettings(), 3, 40, seed).values for seed in (1, 1, 2)]
    np.testing.assert_array_equal(pains[0], pains[1])
    assert not np.array_equal(pains[0], pains[2])
    assert simulate_diary(PersonSettings(pain_days=30), 5) == simulate_diary(PersonSettings(pain_days=30), 5)


def test_noise_has_the_sizes_asked_for() -> None:
    """Shot and day add up; what is common to both sites cancels in the difference."""
    found = simulate_skin(SkinSettings(noise=PLAIN), PERSONS, 1)
    own = found.exposed.reshape(-1, 3).std(axis=0)
    apart = (found.exposed - found.covered).reshape(-1, 3).std(axis=0)
    site = np.array(PLAIN.shot) ** 2 + np.array(PLAIN.day) ** 2
    np.testing.assert_allclose(own, np.sqrt(site + np.array(PLAIN.common) ** 2), rtol=0.03)
    np.testing.assert_allclose(apart, np.sqrt(2 * site), rtol=0.03)


def test_the_days_part_lasts_as_asked() -> None:
    quiet = replace(PLAIN, shot=(0.0, 0.0, 0.0), common=(0.0, 0.0, 0.0), lasting=0.6)
    light = simulate_skin(SkinSettings(noise=quiet), PERSONS, 1).exposed[:, :, 0] - 62
    assert np.corrcoef(light[:, :-1].ravel(), light[:, 1:].ravel())[0, 1] == pytest.approx(0.6, abs=0.03)
    assert light.std() == pytest.approx(quiet.day[0], rel=0.03)


def test_heavy_tails_keep_the_size() -> None:
    tails = simulate_skin(SkinSettings(noise=replace(PLAIN, tails=5.0)), PERSONS, 1)
    plain = simulate_skin(SkinSettings(noise=PLAIN), PERSONS, 1)
    assert tails.exposed[..., 0].std() == pytest.approx(plain.exposed[..., 0].std(), rel=0.03)


def test_true_changes() -> None:
    size = (-10.0, -3.0, -12.0)
    step = simulate_skin(SkinSettings(change=PigmentChange("step", size, start=20)), 1, 1)
    np.testing.assert_array_equal(step.true_shift[step.days < 20], 0)
    np.testing.assert_array_equal(step.true_shift[step.days >= 20], np.tile(size, (int((step.days >= 20).sum()), 1)))
    drift = simulate_skin(SkinSettings(change=PigmentChange("drift", size, start=20, days=100)), 1, 1)
    lightness = drift.true_shift[:, 0]
    assert (np.diff(lightness) <= 0).all()
    assert lightness[-1] == size[0]
    assert 0 > lightness[drift.days == 28][0] > -1.0
    none = simulate_skin(SkinSettings(), 1, 1)
    np.testing.assert_allclose(step.exposed - none.exposed, step.true_shift[None], atol=1e-12)


def test_missed_and_refused_photos() -> None:
    noise = replace(PLAIN, missed=0.2, outliers=0.1, refused=0.5)
    found = simulate_skin(SkinSettings(noise=noise), PERSONS, 1)
    assert found.refused.mean() == pytest.approx(0.05, abs=0.006)
    assert found.usable[:, found.baseline].mean() == pytest.approx(0.95, abs=0.015)
    assert found.usable[:, ~found.baseline].mean() == pytest.approx(0.95 * 0.8, abs=0.01)


def test_pain_begins_when_it_is_bad_and_settles_at_the_own_mean() -> None:
    found = simulate_pain(PainSettings(whole=False, missed=0.0), PERSONS, 200, 1)
    excess = (found.latent - found.mean[:, None]).mean(axis=0)
    flares = excess[100:].mean()
    assert excess[0] > 2.0
    assert excess[14:28].mean() < excess[0] / 2
    assert 0 < flares < 0.5
    assert found.mean.min() >= 3
    assert found.mean.max() <= 7


def test_pain_is_whole_bounded_and_missed_as_asked() -> None:
    found = simulate_pain(PainSettings(mean=(0.0, 10.0), every=7), PERSONS, 210, 1)
    known = found.values[np.isfinite(found.values)]
    assert found.days.tolist()[:3] == [0, 7, 14]
    assert set(known) <= set(map(float, range(11)))
    assert np.isnan(found.values).mean() == pytest.approx(0.1, abs=0.01)
    assert {0.0, 10.0} <= set(known)


def test_pain_fades_with_its_time_constants() -> None:
    """One part alone: correlation from day to day is exp(−1 / time constant)."""
    alone = PainSettings(slow=(0.0, 20.0), fast=(1.0, 2.0), flares=0.0, settling=0.0, begins=-9.0, whole=False)
    latent = simulate_pain(alone, PERSONS, 100, 1)
    noise = latent.latent - latent.mean[:, None]
    assert np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1] == pytest.approx(np.exp(-0.5), abs=0.02)
    assert noise.std() == pytest.approx(1.0, rel=0.03)


def test_a_true_change_of_pain() -> None:
    changed, plain = (simulate_pain(PainSettings(change=by, start=30), 5, 60, 1).latent for by in (-2.0, 0.0))
    np.testing.assert_allclose((changed - plain)[:, :30], 0)
    np.testing.assert_allclose((changed - plain)[:, 30:], -2)


def test_a_diary_holds_what_was_drawn() -> None:
    settings = PersonSettings(skin=SkinSettings(follow=10), pain_days=50)
    diary = simulate_diary(settings, 3)
    skin, pain = simulate_skin(settings.skin, 1, 3), simulate_pain(settings.pain, 1, 50, 3)
    readings = [entry.content for entry in diary.entries("reading") if isinstance(entry.content, Reading)]
    assert len([one for one in readings if one.lab]) + len([one for one in readings if one.refusals]) == len(readings)
    assert len([one for one in readings if one.refusals]) == int(skin.refused.sum())
    assert len(diary.entries("pain")) == int(np.isfinite(pain.values).sum())
    first = next(one for one in readings if one.lab)
    np.testing.assert_allclose(first.lab, skin.exposed[0, skin.usable[0]][0], atol=0.006)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PigmentChange("stepp"),
        lambda: PigmentChange("drift", days=0),
        lambda: PhotoNoise(missed=1.5),
        lambda: PhotoNoise(tails=2.0),
        lambda: PainSettings(every=0),
        lambda: simulate_skin(SkinSettings(), 0, 1),
        lambda: simulate_pain(PainSettings(), 1, 0, 1),
    ],
)
def test_settings_that_cannot_be_are_refused(make: object) -> None:
    with pytest.raises(InvalidRequest):
        make()  # type: ignore[operator]

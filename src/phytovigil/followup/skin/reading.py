"""One photograph to one colour, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin import checks
from phytovigil.followup.skin.blur import measure_blur
from phytovigil.followup.skin.calibrating import CHOSEN, Calibrated, Method, calibrate
from phytovigil.followup.skin.colours import colour_temperature, ita, lab_of
from phytovigil.followup.skin.decoding import Picture, decode_picture
from phytovigil.followup.skin.finding import FoundCard, find_card
from phytovigil.followup.skin.refusing import Unusable, explain
from phytovigil.followup.skin.sampling import Samples, sample_card
from phytovigil.followup.skin.site_reading import read_site
from phytovigil.followup.skin.straightening import LinearView, view_linear
from phytovigil.schema.card import Card, CardValues, card_layout
from phytovigil.schema.diary import Site
from phytovigil.schema.printed_colour import SRGB_TO_XYZ
from phytovigil.schema.skin import PhotoReading, Refusal

Array = NDArray[np.float64]


BESIDE = "The site lies beside the card, where the light may differ. In the window of the card it is read more exactly."

VALID_KELVIN = (2800.0, 12500.0)
"""Correlated colour temperatures that McCamy's formula gives well; others are left out."""


@dataclass(frozen=True, slots=True)
class Calibratable:
    """A photograph as far as its card could be read. made : None where the checks forbid a calibration."""

    picture: Picture
    found: FoundCard
    view: LinearView
    samples: Samples
    made: Calibrated | None
    refusals: tuple[Refusal, ...]
    details: dict[str, float]


def read_photo(
    data: bytes,
    site: Site,
    *,
    values: CardValues | None = None,
    where: Sequence[float] | None = None,
    method: Method = CHOSEN,
) -> PhotoReading:
    """Read the colour of a site from the bytes of a photograph.

    values : measured values of the printed card; without them its nominal values are taken. where : centre of the site
    in card mm, where this photograph needs another than the site's own. A photograph that cannot be used comes back
    with its refusals; nothing is raised for it. Raises InvalidRequest or UnknownName for values of another card.
    """
    card = card_layout()
    if values is not None:
        values.check(card)
    place = choose_place(site, where)
    try:
        picture = decode_picture(data)
    except Unusable as unusable:
        return PhotoReading(refusals=(unusable.refusal,))
    refusals = checks.check_site_place(site, place, card)
    if refusals:
        return PhotoReading(refusals=tuple(refusals), notes=picture.notes, taken=picture.taken)
    try:
        seen = read_card(picture, card, around(place, site.radius), values, method)
    except Unusable as unusable:
        return PhotoReading(refusals=(unusable.refusal,), notes=picture.notes, taken=picture.taken)
    return measure_site(seen, site, place)


def choose_place(site: Site, where: Sequence[float] | None) -> tuple[float, float]:
    """Centre of the site in card mm: the photograph's own, if it has one."""
    return (where[0], where[1]) if where else (site.x, site.y)


def around(place: tuple[float, float], radius: float) -> Array:
    """Corners of the square around a disc, 4 × 2, mm."""
    return np.array([[place[0] + x, place[1] + y] for x in (-radius, radius) for y in (-radius, radius)])


def read_card(
    picture: Picture, card: Card, reach: Array, values: CardValues | None = None, method: Method = CHOSEN
) -> Calibratable:
    """Read as far as the card goes. reach : further points, n × 2 mm, that the view should hold. Raises Unusable."""
    found = find_card(picture.pixels, card)
    corners = np.array([[x * card.width / 2, y * card.height / 2] for x in (-1, 1) for y in (-1, 1)])
    view = view_linear(picture.pixels, found, np.vstack([corners, reach]))
    width = measure_blur(view, card, found.markers)
    samples = sample_card(view, card)
    refusals = [*checks.check_place(found), *checks.check_blur(width), *checks.check_samples(samples, card)]
    details = {"tilt_deg": found.tilt_deg, "pixels_per_mm": found.pixels_per_mm, "flatness_mm": found.off}
    details |= {"blur_mm": width, "markers": float(len(found.markers))}
    if refusals:
        return Calibratable(picture, found, view, samples, None, tuple(refusals), details)
    made = calibrate(samples.keep(checks.usable_places(samples)), card, values, method)
    cast = describe_light(samples)
    refusals = checks.check_light(made, cast["cast"])
    details |= cast | describe_calibration(made)
    return Calibratable(picture, found, view, samples, made, tuple(refusals), details)


def describe_light(samples: Samples) -> dict[str, float]:
    """White paper as the file has it: its level, and the light's colour as far as the camera left it."""
    white = np.array([colour == "white" for colour in samples.colours]) & np.isfinite(samples.rgb).all(axis=1)
    xyz = np.array(SRGB_TO_XYZ) @ np.median(samples.rgb[white], axis=0)
    lab = lab_of(xyz / xyz[1])
    kelvin = colour_temperature(xyz)
    left = {"colour_temperature_K": kelvin} if VALID_KELVIN[0] <= kelvin <= VALID_KELVIN[1] else {}
    return left | {
        "white_level": float(255 * checks.encode_srgb(float(np.median(samples.rgb[white], axis=0)[1]))),
        "cast": float(np.hypot(lab[1], lab[2])),
    }


def describe_calibration(made: Calibrated) -> dict[str, float]:
    """Figures of the light over the card and of the fit."""
    errors = np.array(list(made.errors.values()))
    light = made.calibration.light
    return {
        "unevenness": light.range(),
        "light_left": light.left,
        "light_tint": light.tint(),
        "lifted": made.lifted,
        "residual": made.residual,
        "error_median": float(np.median(errors)),
        "error_95": float(np.quantile(errors, 0.95)),
    }


def measure_site(seen: Calibratable, site: Site, place: tuple[float, float]) -> PhotoReading:
    """The reading of the site, once the card is read."""
    refusals, details = list(seen.refusals), dict(seen.details)
    if seen.made is None:
        notes, taken = seen.picture.notes, seen.picture.taken
        return PhotoReading(refusals=tuple(refusals), details=details, notes=notes, taken=taken)
    colour = read_site(seen.view, seen.made.calibration, *place, site.radius)
    if colour is None:
        refusals.append(explain("site-outside", x=place[0], y=place[1]))
    else:
        refusals += checks.check_site(colour)
        details |= {"trimmed": colour.trimmed, "glints": colour.glints, "quarters": colour.quarters}
    usable = colour is not None and not refusals
    if usable and colour is not None:
        details["ita_deg"] = ita(colour.lab)
    return PhotoReading(
        lab=colour.lab if usable and colour else (),
        spread=colour.spread if usable and colour else (),
        pixels=colour.pixels if usable and colour else 0,
        error=seen.details["error_median"],
        refusals=tuple(refusals),
        details=details,
        notes=seen.picture.notes + ((BESIDE,) if np.hypot(*place) > card_layout().window.radius else ()),
        taken=seen.picture.taken,
    )

"""Whether a photograph can be measured; each check gives the refusals that it finds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phytovigil.followup.skin import limits
from phytovigil.followup.skin.calibrating import Calibrated
from phytovigil.followup.skin.finding import MOST_OFF, FoundCard
from phytovigil.followup.skin.refusing import explain
from phytovigil.followup.skin.sampling import Samples
from phytovigil.followup.skin.site_reading import SiteColour
from phytovigil.schema.card import Card
from phytovigil.schema.diary import Site
from phytovigil.schema.printed_colour import decode_srgb
from phytovigil.schema.skin import Refusal

Array = NDArray[np.float64]


def check_place(card: FoundCard) -> list[Refusal]:
    """Size, tilt and flatness of the card."""
    found = []
    if card.pixels_per_mm < limits.LEAST_PIXELS_PER_MM:
        found.append(explain("card-small", pixels=card.pixels_per_mm, least=limits.LEAST_PIXELS_PER_MM))
    if card.tilt_deg > limits.MOST_TILT:
        found.append(explain("tilt", tilt=card.tilt_deg, most=limits.MOST_TILT))
    if card.off > MOST_OFF:
        found.append(explain("card-bent", off=card.off))
    return found


def check_site_place(site: Site, where: tuple[float, float], card: Card) -> list[Refusal]:
    """The disc lies in the window or wholly beside the card, and it is skin that is asked for."""
    if site.role == "sclera":
        return [explain("sclera")]
    (x, y), window = where, card.window
    in_window = np.hypot(x - window.x, y - window.y) + site.radius <= window.radius
    beyond = np.hypot(max(abs(x) - card.width / 2, 0), max(abs(y) - card.height / 2, 0))
    return [] if in_window or beyond >= site.radius else [explain("site-on-card", x=x, y=y)]


def check_blur(width: float) -> list[Refusal]:
    """Steps that are too wide, or that cannot be seen."""
    return [] if width <= limits.MOST_BLUR else [explain("blur", width=width, most=limits.MOST_BLUR)]


def usable_places(samples: Samples) -> NDArray[np.bool_]:
    """Places that are in the picture, of one colour, and not clipped."""
    with np.errstate(invalid="ignore"):
        good = (samples.clipped < limits.MOST_CLIPPED_PLACE) & (samples.uneven < limits.MOST_UNEVEN_PLACE)
    return np.asarray(np.isfinite(samples.rgb).all(axis=1) & good)


def check_samples(samples: Samples, card: Card) -> list[Refusal]:
    """Patches that are hidden or outside the picture, light that is too weak or too strong."""
    patches, found = len(card.patches), []
    outside = ~np.isfinite(samples.rgb[:patches]).all(axis=1)
    white = [row for row, colour in enumerate(samples.colours) if colour == "white"]
    whites = samples.rgb[white][np.isfinite(samples.rgb[white]).all(axis=1)]
    if outside.mean() > 1 - limits.LEAST_PATCHES or not len(whites):
        return [explain("card-cut-off", seen=patches - int(outside.sum()), all=patches)]
    clipped = float((samples.clipped[:patches][~outside] >= limits.MOST_CLIPPED_PLACE).mean())
    level = float(np.median(whites[:, 1]))
    if level < decode_srgb(limits.LEAST_WHITE / 255):
        found.append(explain("dark", value=encode_srgb(level) * 255, least=limits.LEAST_WHITE))
    elif clipped > limits.MOST_CLIPPED_PATCHES:
        found.append(explain("clipped", what="The card is", share=clipped))
    elif (
        white_clipped := float((samples.clipped[white] >= limits.MOST_CLIPPED_PLACE).mean())
    ) > limits.MOST_CLIPPED_WHITE:
        found.append(explain("clipped", what="The white of the card is", share=white_clipped))
    elif (seen := int(usable_places(samples)[:patches].sum())) < limits.LEAST_PATCHES * patches:
        found.append(explain("card-cut-off", seen=seen, all=patches))
    return found


def check_light(made: Calibrated, cast: float) -> list[Refusal]:
    """Mirrored light, shadow, light of two colours, a strong tint, and colours that do not come out as they should."""
    light = made.calibration.light
    error = float(np.median(list(made.errors.values())))
    if made.lifted > limits.MOST_LIFTED:
        return [
            explain(
                "glare",
                what="the card, or something lies on it",
                how=f"a dark patch gives back {made.lifted:.0%} more light than it can",
            )
        ]
    if (span := light.range()) > limits.MOST_LIGHT_RANGE:
        return [explain("shadow", what=f"its brightest part has {span:.1f} times the light of its darkest")]
    if light.left > limits.MOST_LIGHT_LEFT:
        return [explain("shadow", what=f"patches of one colour differ by {light.left:.0%} with no smooth change")]
    if (tint := light.tint()) > limits.MOST_TINT:
        return [explain("light", what=f"two lights of different colour fall on the card ({tint:.1f} times apart)")]
    if cast > limits.MOST_CAST:
        return [explain("light", what=f"white paper comes out strongly tinted (chroma {cast:.0f})")]
    if error > limits.MOST_ERROR:
        return [explain("light", what=f"colours of the card stay off by ΔE00 {error:.1f} after correction")]
    return []


def check_site(colour: SiteColour) -> list[Refusal]:
    """Whether the disc is one surface, lit without glints, and could be skin."""
    lightness, a, b = colour.lab
    if colour.clipped > limits.MOST_CLIPPED_SITE:
        return [explain("clipped", what="The site is", share=colour.clipped)]
    if not looks_like_skin(colour.lab):
        return [explain("not-skin", lightness=lightness, a=a, b=b)]
    if colour.glints > limits.MOST_GLINTS:
        return [explain("glare", what="the site", how=f"{colour.glints:.0%} of it shines")]
    if colour.trimmed > limits.MOST_TRIMMED:
        return [explain("site-uneven", what=f"{colour.trimmed:.0%} of it is hair, glint or something else")]
    if colour.spread[0] > limits.MOST_SPREAD:
        return [explain("site-uneven", what=f"its lightness varies by {colour.spread[0]:.1f} L*")]
    if colour.quarters > limits.MOST_QUARTERS:
        return [explain("site-uneven", what=f"one quarter differs from the whole by ΔE00 {colour.quarters:.1f}")]
    return []


def looks_like_skin(lab: tuple[float, float, float]) -> bool:
    """Whether a colour lies within the bounds of skin of all tones, jaundiced, reddened, blue-grey or without pigment.

    >>> looks_like_skin((62, 12, 18)), looks_like_skin((95, 0, 0)), looks_like_skin((50, -30, 25))
    (True, False, False)
    """
    bounds = zip(lab, limits.SKIN_LOW, limits.SKIN_HIGH, strict=True)
    paper = lab[0] > limits.PAPER_LIGHTNESS and np.hypot(lab[1], lab[2]) < limits.PAPER_CHROMA
    return all(low <= value <= high for value, low, high in bounds) and not paper


def encode_srgb(value: float) -> float:
    """Encoded sRGB of linear light, both from 0 to 1 (IEC 61966-2-1)."""
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)

"""Why a photograph cannot be used: codes, what is told, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from phytovigil.schema.skin import Refusal


class Unusable(Exception):
    """A photograph that cannot be measured further."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


TEXTS: Mapping[str, tuple[str, str]] = {
    "not-a-picture": (
        "These {size} bytes could not be read as a picture ({why}).",
        "Take the photo file itself, as JPEG, PNG, TIFF or WebP, whole.",
    ),
    "heic": (
        "This is a HEIC picture, which is not read here.",
        "Set the phone's camera to “most compatible” (JPEG), or save a copy of the picture as JPEG.",
    ),
    "too-large": (
        "The picture is larger than {most:.0f} megapixels.",
        "Take it with the camera's ordinary setting.",
    ),
    "no-card": (
        "The card was not found: {found} of its {all} square markers can be read.",
        "Lay the whole card flat, with the site in its window or beside it. Take the photo again, sharp, and from so "
        "near that the card fills about a third of the picture.",
    ),
    "card-version": (
        "The picture shows markers {ids}, which are not of card {card}.",
        "Use the card that was printed for this diary.",
    ),
    "card-small": (
        "The card is too small in the picture: {pixels:.1f} pixels for each millimetre, {least:.0f} are needed.",
        "Go closer, until the card fills about a third of the picture.",
    ),
    "card-cut-off": (
        "A part of the card is hidden or outside the picture: {seen} of {all} patches are seen.",
        "Take the photo again with the whole card in view and nothing lying on it.",
    ),
    "card-bent": (
        "The card is not flat: its markers lie up to {off:.1f} mm from where they should.",
        "Press the card flat, or lay it where the skin is flatter.",
    ),
    "blur": (
        "The picture is blurred: edges of the card are {width:.1f} mm wide, at most {most:.1f} mm can be used.",
        "Tap on the card to focus, hold the camera still, and take the photo again.",
    ),
    "dark": (
        "The picture is too dark: white paper comes out as {value:.0f} of 255, at least {least:.0f} is needed.",
        "Go nearer to the window, or take the photo at a brighter time of day.",
    ),
    "clipped": (
        "{what} too bright for the camera: {share:.0%} of it has no colour left.",
        "Take the photo with less light, or tap on the white of the card so that the camera darkens the picture.",
    ),
    "glare": (
        "Light is mirrored on {what}: {how}.",
        "Turn a little so that no lamp or window is mirrored. No flash, matt paper, nothing on the card.",
    ),
    "shadow": (
        "The light on the card is uneven: {what}.",
        "Move so that no shadow of the camera, the hand or a window frame falls on the card, "
        "and let nothing lie on it.",
    ),
    "light": (
        "The light is not fit for colours: {what}.",
        "Use daylight from a window without direct sun, with lamps off and without flash. If that does not help, the "
        "printed card is too far from its values, or has faded: print a new one and take new baseline photos.",
    ),
    "tilt": (
        "The camera looks at the card from the side: {tilt:.0f}° off, at most {most:.0f}° can be used.",
        "Hold the camera straight above the card.",
    ),
    "sclera": (
        "The white of the eye is not measured: it shines, and no card can lie beside it.",
        "Look at it in daylight. Yellow eyes need medical help at once.",
    ),
    "site-outside": (
        "The site at {x:.0f} mm, {y:.0f} mm from the centre of the card is not wholly in the picture.",
        "Show the site and the card in one picture, or mark the site again.",
    ),
    "site-on-card": (
        "The site at {x:.0f} mm, {y:.0f} mm from the centre of the card lies on the card, not on skin.",
        "Mark the site in the window of the card or beside the card.",
    ),
    "site-uneven": (
        "The site is not one even surface: {what}.",
        "Mark the site again, on even skin without hair, folds, moles or the edge of the card.",
    ),
    "not-skin": (
        "The site does not look like skin: L* {lightness:.0f}, a* {a:.0f}, b* {b:.0f}.",
        "See that the window of the card is cut out and lies on skin, or mark the site again.",
    ),
}
"""What was found and how to mend it, by code."""


def explain(code: str, **figures: object) -> Refusal:
    """The refusal of a code, its figures written in.

    >>> explain("tilt", tilt=57.2, most=45).found
    'The camera looks at the card from the side: 57° off, at most 45° can be used.'
    """
    found, mend = TEXTS[code]
    return Refusal(code, found.format(**figures), mend)


def refuse(code: str, **figures: object) -> Unusable:
    """The exception of a code, to be raised."""
    return Unusable(explain(code, **figures))

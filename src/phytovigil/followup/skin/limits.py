"""Limits beyond which a photograph is refused, and what set each of them.

"Usable" and "spoilt" are 263 and 70 rendered scenes of `phytovigil.simulation.skin` with known truth, all lights,
cameras and printers, read without any limit; `benchmarks/skin_colour.py` counts the refusals anew. A limit lies where
usable scenes end and spoilt ones begin, and well beyond the usable ones where no spoilt one comes near.
"""

LEAST_PIXELS_PER_MM = 4.0
"""A marker's module then has 8 pixels, a patch's inner part 14 × 14. Below, markers are lost; usable: 6.7 and more."""

LEAST_PATCHES = 0.75
"""Share of patches that must be seen. Each colour lies at two places, so that half a side may be missing."""

MOST_TILT = 50.0
"""Degrees. Usable: up to 40, read as well as 0; spoilt: 55 and more."""

MOST_BLUR = 1.1
"""Millimetres of a step from 90 to 10 %. Usable: 0.75 at most. A patch's inner part is 1.2 mm from its edge."""

LEAST_WHITE = 70.0
"""8-bit value of white paper, where one step is 3 % of the light of a dark patch. Usable: 104 and more; spoilt: 60."""

MOST_CLIPPED_PLACE = 0.05
"""Share of clipped pixels beyond which a place on the card is left out."""

MOST_UNEVEN_PLACE = 0.35
"""Robust standard deviation over mean within a place, beyond which it is left out: an edge runs through it."""

MOST_CLIPPED_PATCHES, MOST_CLIPPED_WHITE = 0.25, 0.5
"""Shares of the patches, and of the white places, that may be clipped. Usable: 0; spoilt: 0.3 and 1."""

MOST_LIGHT_RANGE = 8.0
"""Brightest over darkest place of the card. Usable: 4.3 at most, and read; deep shadows: 11 and more."""

MOST_LIGHT_LEFT = 0.08
"""Difference of two patches of one colour after the light is taken out, in log. Usable: 0.045 at most."""

MOST_TINT = 1.9
"""How unlike in colour the light is at two places. Usable: 1.6 at most; light of two lamps: 2.2 and more."""

MOST_LIFTED = 0.12
"""Light that a dark patch gives back beyond its share. Usable: 0.06 at most; mirrored light: 0.19 and more."""

MOST_CAST = 90.0
"""Chroma of white paper. Usable: 50 in 99 of 100. Beyond, a channel has hardly any light."""

MOST_ERROR = 5.0
"""Median ΔE00 of colours left out of the fit, all colours alike. Usable with a measured card: 4.7 in 99 of 100; sodium

lamps: 5 and more. A card that is not measured adds the error of its print: of 270 usable scenes, 28 are refused then.
"""

MOST_CLIPPED_SITE = 0.02
"""Share of clipped pixels of the site."""

MOST_SPREAD = 6.0
"""Robust standard deviation of L* within the site. Usable: 2.3 at most, mottled and hairy skin included."""

MOST_QUARTERS = 5.0
"""ΔE00 between a quarter of the site and the whole. Usable: 3.3 at most; a shadow's edge across the site: 5 to 9."""

MOST_TRIMMED = 0.25
"""Share of the site taken for hair or glints. Usable: 0.09 at most."""

MOST_GLINTS = 0.12
"""Share of the site that shines. Usable: 0.04 at most; oily skin: 0.13 and more."""

SKIN_LOW, SKIN_HIGH = (10.0, -4.0, -10.0), (92.0, 40.0, 50.0)
"""Bounds of L*, a*, b*: wide, so that blue-grey, jaundiced, reddened and unpigmented skin all pass."""

PAPER_LIGHTNESS, PAPER_CHROMA = 85.0, 6.0
"""Above the one and below the other is paper: the window was not cut out."""

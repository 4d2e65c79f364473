"""Words for salts and hydrates at the end of a substance's name."""

from __future__ import annotations

_SALT_WORDS = """
ACETATE ADIPATE ANHYDROUS ASCORBATE ASPARTATE BENZOATE BESYLATE BESILATE BITARTRATE BROMIDE CALCIUM CAMSYLATE
CARBONATE CHLORIDE CITRATE DIHYDRATE DIHYDROCHLORIDE DIPHOSPHATE DISODIUM DISULFATE EDISYLATE ESYLATE
ETABONATE FUMARATE GLUCONATE HEMIFUMARATE HEMIHYDRATE HYDRATE HYDROBROMIDE HYDROCHLORIDE HYDROXIDE IODIDE
LACTATE LYSINE MAGNESIUM MALATE MALEATE MEGLUMINE MESYLATE MESILATE MONOHYDRATE NAPSYLATE NITRATE OROTATE
OXALATE PALMITATE PAMOATE PHOSPHATE POTASSIUM SALICYLATE SODIUM STEARATE SUCCINATE SULFATE SULPHATE TARTRATE
TOSYLATE TOSILATE TRIFLUOROACETATE TRIHYDRATE TROMETAMOL TROMETHAMINE VALERATE ZINC
"""

_MINERAL_WORDS = """
ALUMINIUM ALUMINUM AMMONIUM BARIUM BISMUTH CALCIUM CESIUM CHROMIUM COBALT COPPER FERRIC FERROUS GALLIUM GOLD
HYDROGEN IRON LITHIUM MAGNESIUM MANGANESE MERCURIC MERCUROUS NICKEL POTASSIUM SILVER SODIUM STRONTIUM THALLOUS
TITANIUM ZINC
"""

SALTS = frozenset(_SALT_WORDS.split())
"""Last words of the name of a salt or a hydrate; what stands before them is the substance."""

MINERALS = frozenset(_MINERAL_WORDS.split())
"""Words that are no substance without their salt: sodium chloride is not the chloride of some drug “sodium”."""


def strip_salt(spelling: str) -> str:
    """A spelling without the words for salt and water at its end; "" where nothing would be left, or nothing goes.

    >>> strip_salt("METAMIZOLE SODIUM MONOHYDRATE"), strip_salt("SODIUM CHLORIDE"), strip_salt("IBUPROFEN")
    ('METAMIZOLE', '', '')
    """
    words = spelling.split()
    kept = len(words)
    while kept and words[kept - 1] in SALTS:
        kept -= 1
    left = words[:kept]
    return "" if kept in (0, len(words)) or set(left) <= MINERALS else " ".join(left)

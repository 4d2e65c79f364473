"""The invented names. Each says that it is simulated; none is a product, a firm or a dictionary term."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from phytovigil.simulation.columns import Text, pack
from phytovigil.simulation.draws import Integers

SPELLINGS = (
    "SIMULATED DRUG {:05d}",
    "SIMULATED-DRUG {:05d}",
    "SIMULATED DRUG {:05d} TABLET",
    "SIMULATED DURG {:05d}",
    "SIMULATED DRUG. {:05d}",
)
"""The name of a product, then the ways in which it is misspelt."""

BRAND_NAME = "SIMULATED BRAND {:05d}"
BRAND = len(SPELLINGS)
"""The position of the brand after the spellings; near-copies alone use it."""

LINES = (
    "THESE FILES ARE SIMULATED. No report, product, reaction, firm or person in them exists.",
    "They have the layout of the FAERS quarterly data files, so that programs can be tested against a known truth.",
    "Do not load them beside real reports. The truth is in the folder `truth`.",
)


def product_spellings(product: int, branded: bool = False) -> tuple[str, ...]:
    """All spellings of a product, its name first and, if asked for, its brand last.

    >>> product_spellings(17)[0]
    'SIMULATED DRUG 00017'
    """
    forms = (*SPELLINGS, BRAND_NAME) if branded else SPELLINGS
    return tuple(form.format(product) for form in forms)


def reaction_name(reaction: int) -> str:
    """The term of a reaction; legacy files write it in upper case."""
    return f"Simulated reaction {reaction:05d}"


@dataclass(frozen=True, slots=True)
class Names:
    """Tables of names as bytes; row k is number k, and row 0 of products and reactions is not used."""

    products: Text
    substances: Text
    reactions: Text
    indications: Text
    firms: Text
    firm_words: Text

    @classmethod
    def of(cls, products: int, reactions: int, indications: int, firms: int) -> Names:
        """Make the tables; `products` and `reactions` include those of the planted pairs."""
        spelt = [form for number in range(products + 1) for form in product_spellings(number, branded=True)]
        return cls(
            pack(spelt),
            pack([f"SIMULATED SUBSTANCE {number:05d}" for number in range(products + 1)]),
            pack([reaction_name(number) for number in range(reactions + 1)]),
            pack([f"Simulated indication {number:05d}" for number in range(indications)]),
            pack([f"SIMULATED FIRM {number:05d}" for number in range(firms)]),
            pack([f"SIMULATED{number:05d}" for number in range(firms)]),
        )

    def spelt(self, products: Integers, spellings: Integers) -> Text:
        """Product names, each in one of its spellings."""
        text: Text = self.products[products * (BRAND + 1) + spellings]
        return text


def country_names() -> dict[str, str]:
    """Country names as legacy files write them, by code."""
    text = files("phytovigil.simulation").joinpath("data/countries.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}

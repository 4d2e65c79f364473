"""The first entries of a diary: who the person is, and which product is followed."""

from __future__ import annotations

from phytovigil.schema.diary import Person
from phytovigil.vocabulary import load_products


def describe_person(
    product: str = "", reason: str = "", sex: str = "unknown", birth_year: int | None = None, country: str = ""
) -> Person:
    """The person of a new diary; the product by its node.

    Raises UnknownName with near names for a product that the vocabulary does not know.

    >>> describe_person("Kratom", "back pain").product
    'kratom'
    """
    node = ""
    if product:
        products = load_products()
        known = products.known(product)
        if known is None:
            raise products.unknown(product)
        node = known.id
    return Person(sex=sex, birth_year=birth_year, country=country.upper(), product=node, reason=reason)

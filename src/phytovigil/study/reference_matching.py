"""Pairs of a reference set in one source: which names and terms it holds, and how many cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.cases import Product, Reaction, reference_pairs_sql
from phytovigil.errors import UnknownName
from phytovigil.schema.selection import Selection
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.naming import REPORTED, name_reaction
from phytovigil.study.reference_sets import ReferencePair

NODE, NAMES = "vocabulary", "as reported"
"""How a product was found."""


@dataclass(frozen=True, slots=True)
class MatchedProduct:
    """A product of a reference set in a source: places of its cases, none if the source does not know it.

    nodes : entries of the vocabulary that it is. names : spellings as reported that it was found under.
    """

    name: str
    places: tuple[Product, ...]
    nodes: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchedReaction:
    """A reaction of a reference set in a source; missing : the asked terms that the source never reports."""

    name: str
    reaction: Reaction
    terms: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountedPair:
    """A pair of a reference set with its 2×2 table; reason : why it cannot be evaluated, empty if it can."""

    pair: ReferencePair
    cells: Cells
    reason: str = ""


def match_product(names: Sequence[str], counter: ReportCounter, spellings: Mapping[str, list[str]]) -> MatchedProduct:
    """Find a product by any of its names: an entry of the vocabulary, else every spelling that differs in case alone.

    "reported:NAME" asks for the reported spellings, whatever the vocabulary holds.
    spellings : reported names by their form in capitals.
    """
    nodes: dict[str, None] = {}
    found: dict[str, None] = {}
    for name in names:
        node = None if name.startswith(REPORTED) else known_node(name, counter)
        if node is not None:
            nodes[node] = None
        else:
            found.update(dict.fromkeys(spellings.get(capitals(name.removeprefix(REPORTED)), ())))
    places = [Product(counter.opened.nodes[node]) for node in nodes]
    places += [Product(counter.names[name], reported=True) for name in found]
    return MatchedProduct(names[0], tuple(places), tuple(nodes), tuple(found))


def known_node(name: str, counter: ReportCounter) -> str | None:
    """The id of the vocabulary's entry of this name, if there is one."""
    node = counter.opened.products.known(name)
    return None if node is None else node.id


def capitals(name: str) -> str:
    """A name in capitals with single blanks."""
    return " ".join(name.upper().split())


def spellings_of(counter: ReportCounter) -> dict[str, list[str]]:
    """Every reported name by its form in capitals."""
    found: dict[str, list[str]] = {}
    for name in counter.reported_names():
        found.setdefault(capitals(name), []).append(name)
    return found


def match_reaction(pair: ReferencePair, counter: ReportCounter) -> MatchedReaction:
    """The terms of a reaction that the source reports, and those that it does not."""
    held = counter.reported_terms()
    found: dict[str, None] = {}
    numbers: set[int] = set()
    missing = []
    for asked in pair.terms:
        try:
            named = name_reaction(f"term:{asked}" if pair.exact else asked, counter.opened.reactions, held)
        except UnknownName:
            missing.append(asked)
            continue
        reported = counter.counted_terms(named)
        numbers |= set(counter.reaction(named).terms)
        found.update(dict.fromkeys(reported))
        if not reported:
            missing.append(asked)
    return MatchedReaction(pair.reaction, Reaction(tuple(sorted(numbers))), tuple(found), tuple(missing))


@dataclass(frozen=True)
class Counted:
    """The pairs of a reference set counted in a source, with what was found of each product and reaction."""

    pairs: tuple[CountedPair, ...]
    products: tuple[MatchedProduct, ...]
    reactions: tuple[MatchedReaction, ...]


def count_pairs(pairs: Sequence[ReferencePair], counter: ReportCounter, selection: Selection) -> Counted:
    """The 2×2 tables of all pairs, in one pass. A pair whose product or reaction is not there is none of no cases."""
    counter.check(selection)
    spellings = spellings_of(counter)
    products = {pair.product: match_product(pair.names, counter, spellings) for pair in pairs}
    reactions = {pair.reaction: match_reaction(pair, counter) for pair in pairs}
    product_places = {name: place for place, name in enumerate(products)}
    reaction_places = {name: place for place, name in enumerate(reactions)}
    sql = reference_pairs_sql(
        [product.places for product in products.values()],
        [reaction.reaction for reaction in reactions.values()],
        [(product_places[pair.product], reaction_places[pair.reaction]) for pair in pairs],
        selection,
        counter.opened.nodes,
    )
    found = counter.opened.session.engine.query(sql)
    cells = zip(found["a"], found["b"], found["c"], found["d"], strict=True)
    counted = [
        CountedPair(pair, row, why_not(products[pair.product], reactions[pair.reaction], row))  # type: ignore[arg-type]
        for pair, row in zip(pairs, cells, strict=True)
    ]
    return Counted(tuple(counted), tuple(products.values()), tuple(reactions.values()))


PRODUCT_UNKNOWN = "the source reports no such product"
REACTION_UNKNOWN = "the source reports no such reaction"
PRODUCT_ABSENT = "no case of the population names the product"
REACTION_ABSENT = "no case of the population names the reaction"


def why_not(product: MatchedProduct, reaction: MatchedReaction, cells: Cells) -> str:
    """Why a pair cannot be evaluated; empty where it can."""
    a, b, c, _ = cells
    if not product.places:
        return PRODUCT_UNKNOWN
    if not reaction.terms:
        return REACTION_UNKNOWN
    if a + b == 0:
        return PRODUCT_ABSENT
    return REACTION_ABSENT if a + c == 0 else ""


def describe_matches(counted: Counted) -> dict[str, Any]:
    """How the names of a reference set were understood, as JSON."""
    return {
        "products": [
            {
                "name": product.name,
                "found_as": ([NODE] if product.nodes else []) + ([NAMES] if product.names else []),
                "nodes": list(product.nodes),
                "spellings": list(product.names),
            }
            for product in counted.products
        ],
        "reactions": [
            {"name": reaction.name, "terms": list(reaction.terms), "not_reported": list(reaction.missing)}
            for reaction in counted.reactions
        ],
    }


def describe_left_out(counted: Sequence[CountedPair]) -> list[dict[str, str]]:
    """The pairs that cannot be evaluated, and why."""
    return [
        {"product": each.pair.product, "reaction": each.pair.reaction, "truth": each.pair.kind, "reason": each.reason}
        for each in counted
        if each.reason
    ]

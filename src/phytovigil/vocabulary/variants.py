"""Other ways in which a known name is written: number, word order, Latin case, hybrid sign, abbreviated genus.

A variant is the same name, so it counts as the name does. None takes a phrase that the data claim for themselves, and
one that two names would share is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from phytovigil.schema.vocabulary import Node, NodeName
from phytovigil.vocabulary.latin import decline, list_distinctive, list_genitives, split_taxon
from phytovigil.vocabulary.matching import ACCEPTING_RULES, Claim, Phrase
from phytovigil.vocabulary.parts import VocabularyParts

SHORTEST_PLURAL = 4
"""Letters of a word whose plural is taken for it."""

SHORTEST_SINGULAR = 7
"""Letters of a name of one word whose singular is taken for it: GREENS is a name, GREEN is not."""


def list_variants(parts: VocabularyParts) -> dict[Phrase, Phrase]:
    """Variant -> the known phrase that it is a variant of, in a fixed order."""
    found: dict[Phrase, Phrase | None] = {}
    for variant, phrase in _write_all(parts):
        if variant not in parts.claims and found.setdefault(variant, phrase) != phrase:
            known = found[variant]
            if known is None or not same_meaning(parts.claims[known], parts.claims[phrase]):
                found[variant] = None
    return {variant: phrase for variant, phrase in found.items() if phrase is not None}


def same_meaning(one: Sequence[Claim], other: Sequence[Claim]) -> bool:
    """Whether two phrases name the same nodes."""
    return {claim.node for claim in one} == {claim.node for claim in other}


def _write_all(parts: VocabularyParts) -> Iterator[tuple[Phrase, Phrase]]:
    for phrase, claims in parts.claims.items():
        yield from ((variant, phrase) for variant in _change_number(phrase))
        if len(phrase) == 2 and all(claim.rule in ACCEPTING_RULES and claim.rule != "context" for claim in claims):
            yield (phrase[1], phrase[0]), phrase
    yield from _write_latin(parts)


def _change_number(phrase: Phrase) -> Iterator[Phrase]:
    """The last word in the other number, where it is a word and not a chemical or Latin form.

    >>> list(_change_number(("FLAX", "SEED")))
    [('FLAX', 'SEEDS')]
    """
    last = phrase[-1]
    if not last.isalpha() or len(last) < SHORTEST_PLURAL:
        return
    if last.endswith("S"):
        long_enough = len(phrase) > 1 or len(last) >= SHORTEST_SINGULAR
        if long_enough and not last.endswith(("SS", "US", "IS", "OS", "AS")):
            yield (*phrase[:-1], last[:-1])
    elif not last.endswith(("X", "Z", "CH", "SH", "Y")):
        yield (*phrase[:-1], last + "S")
    elif last.endswith("Y"):
        yield (*phrase[:-1], last[:-1] + "IES")


def _write_latin(parts: VocabularyParts) -> Iterator[tuple[Phrase, Phrase]]:
    taxa = {
        split_taxon(name.text): (split_taxon(name.text), node.id) for name, node in _list_taxa(parts.nodes, parts.names)
    }
    binomials = [taxon for taxon in taxa if taxon[1] and taxon in parts.claims]
    for genus, epithet in binomials:
        yield (genus, "X", epithet), (genus, epithet)
        yield from ((genitive, (genus, epithet)) for genitive in list_genitives(genus, epithet))
    common = parts.matching.words.get("common_epithets", frozenset())
    for (initial, epithet), binomial in list_distinctive(binomials, common).items():
        yield (initial, epithet), binomial
    yield from _write_drugs(parts, binomials)


def _list_taxa(nodes: Sequence[Node], names: Mapping[str, tuple[NodeName, ...]]) -> Iterator[tuple[NodeName, Node]]:
    return ((name, node) for node in nodes for name in names[node.id] if name.kind == "taxon")


def _write_drugs(parts: VocabularyParts, binomials: Sequence[tuple[str, str]]) -> Iterator[tuple[Phrase, Phrase]]:
    """Pharmacopoeial names of a drug (VALERIANAE RADIX): a genus in the genitive and a part of the plant.

    A genus that means its node by itself does so in the genitive; any other must be the only one of its name here.
    """
    by_genus: dict[str, set[int]] = {}
    for taxon in binomials:
        by_genus.setdefault(taxon[0], set()).add(parts.claims[taxon][0].node)
    first = {genus: (genus, epithet) for genus, epithet in reversed(binomials)}
    for genus, nodes in by_genus.items():
        for genitive in decline(genus):
            if (genus,) in parts.claims:
                yield (genitive,), (genus,)
            elif len(nodes) == 1:
                for part in sorted(parts.matching.words.get("latin_parts", ())):
                    yield (genitive, part), first[genus]
                    yield (part, genitive), first[genus]

"""Names that files offer for substances -> one meaning for each spelling.

A substance that the vocabulary has already gives it more names; every other one becomes a node of its own. Nothing that
the vocabulary says is taken back: a name that it refuses stays refused, and a longer name keeps the nodes that the
vocabulary reads in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from phytovigil.vocabulary.dictionary_draft import PREFERRED, Offer, SourceDraft
from phytovigil.vocabulary.matching import NO_NODE, Claim, Phrase, PhraseIndex, decide
from phytovigil.vocabulary.parts import VocabularyParts
from phytovigil.vocabulary.salts import strip_salt
from phytovigil.vocabulary.tokens import split_tokens
from phytovigil.vocabulary.variants import list_variants

LEAST_LETTERS = 3
LONGEST_ID = 60

AMBIGUOUS: tuple[str, ...] = ("",)
"""Meaning of a spelling that two substances claim with equal right."""

PREPARATIONS = frozenset({"PREPARATION", "PREPARATIONS"})
"""Words by which RxNorm names herbs (kava preparation)."""

NAME_RULES = ("name", "taxon", "vernacular", "brand")
CERTAIN_RULES = (*NAME_RULES, "context")


def normalise(name: str) -> str:
    """The spelling that names are compared by: their tokens, joined by single blanks."""
    return " ".join(split_tokens(name))


class CuratedNames:
    """What the vocabulary itself says about a spelling, before any dictionary."""

    def __init__(self, parts: VocabularyParts) -> None:
        variants = list_variants(parts) if parts.matching.number > 1 else {}
        self._claims = parts.claims | {variant: parts.claims[phrase] for variant, phrase in variants.items()}
        self._index = PhraseIndex(self._claims)
        self._nodes = parts.nodes
        self._forms = parts.matching.words.get("forms", frozenset()) | PREPARATIONS

    def owner(self, spelling: str) -> str:
        """Id of the node whose unambiguous name this is, words for a form at its end aside; "" for any other."""
        words = spelling.split()
        while words:
            node = self._own(tuple(words))
            if node or words[-1] not in self._forms:
                return node
            words.pop()
        return ""

    def _own(self, phrase: Phrase) -> str:
        claims: Sequence[Claim] = self._claims.get(phrase, ())
        sole = len(claims) == 1 and claims[0].node != NO_NODE and claims[0].rule in NAME_RULES
        return self._nodes[claims[0].node].id if sole else ""

    def read(self, spelling: str) -> tuple[tuple[str, ...], bool]:
        """Ids of the nodes that the vocabulary reads in a spelling, and whether the dictionary must not speak.

        It must not where the vocabulary claims the whole spelling, or refuses for good what stands in it.
        """
        tokens = spelling.split()
        found: dict[str, None] = {}
        shut = False
        for phrase in self._index.find_phrases(tokens):
            shut = shut or len(phrase) == len(tokens)
            for claim in self._claims[phrase]:
                rule = decide(claim, tokens)
                if rule in CERTAIN_RULES:
                    found[self._nodes[claim.node].id] = None
                shut = shut or rule in ("false-friend", "withheld")
        return tuple(found), shut


@dataclass(slots=True)
class Spelling:
    """The meaning that a spelling has so far. nodes : ids, or AMBIGUOUS. source : place of the draft it is from."""

    nodes: tuple[str, ...]
    strength: int
    source: int


@dataclass(slots=True)
class Merged:
    """The meanings of all spellings.

    targets : identity of a substance -> id of its node. names : spelling -> meaning.
    fresh : id of a node that the vocabulary did not have -> name for display.
    offered : names offered by the files; offered = len(names) + left_out.
    """

    targets: dict[str, str] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)
    names: dict[str, Spelling] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    offered: int = 0


def merge(parts: VocabularyParts, drafts: Sequence[SourceDraft]) -> Merged:
    """Give every substance its node and every spelling its meaning. Earlier drafts win where all else is equal."""
    curated, merged = CuratedNames(parts), Merged()
    same = {other: ours for draft in drafts for other, ours in draft.same.items()}
    _place_substances(merged, drafts, same, curated, {node.id for node in parts.nodes})
    for place, draft in enumerate(drafts):
        for offer in draft.offers:
            merged.offered += 1
            _add_offer(merged, offer, resolve_same(offer.substances, same, merged.targets), place)
    _settle(merged, curated)
    return merged


def resolve_same(
    substances: Iterable[str], same: dict[str, tuple[str, ...]], targets: dict[str, str]
) -> tuple[str, ...]:
    """Ids of the nodes of some substances, each once, sorted; substances of another publisher lead to ours."""
    ours = (known for identity in substances for known in same.get(identity, (identity,)))
    return tuple(sorted({targets[identity] for identity in ours if identity in targets}))


def _place_substances(
    merged: Merged,
    drafts: Sequence[SourceDraft],
    same: dict[str, tuple[str, ...]],
    curated: CuratedNames,
    taken: set[str],
) -> None:
    """Give each substance a node: one of the vocabulary, that of the substance without its salt, or a new one."""
    owners = _find_owners(drafts, same, curated)
    by_spelling: dict[str, str] = {}
    listed = [
        (identity, name)
        for draft in drafts
        for identity, name in sorted(draft.preferred.items(), key=lambda item: (len(item[0]), item[0]))
        if identity not in same
    ]
    for identity, name in listed:
        by_spelling.setdefault(normalise(name), identity)
    for identity, name in sorted(listed, key=lambda item: len(item[1].split())):
        node = owners.get(identity, "")
        if not node and not identity.startswith("rxcui "):
            # RxNorm says itself what a salt belongs to; elsewhere only the name tells.
            base = strip_salt(normalise(name))
            node = curated.owner(base) or merged.targets.get(by_spelling.get(base, ""), "")
        if not node:
            node = make_id(name, identity, taken)
            taken.add(node)
            merged.fresh[node] = name
        merged.targets[identity] = node


def _find_owners(
    drafts: Sequence[SourceDraft], same: dict[str, tuple[str, ...]], curated: CuratedNames
) -> dict[str, str]:
    """The vocabulary's node of each substance that has one: by its preferred name, else by its only named node."""
    preferred: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    for draft in drafts:
        for identity, name in draft.preferred.items():
            node = curated.owner(normalise(name))
            for ours in same.get(identity, (identity,)) if node else ():
                preferred.setdefault(ours, node)
        for offer in draft.offers:
            if len(offer.substances) == 1 and offer.strength <= PREFERRED + 1:
                node = curated.owner(normalise(offer.text))
                for ours in same.get(offer.substances[0], offer.substances) if node else ():
                    others.setdefault(ours, set()).add(node)
    alone = {identity: min(nodes) for identity, nodes in others.items() if len(nodes) == 1}
    return alone | preferred


def make_id(name: str, identity: str, taken: set[str]) -> str:
    """Id of a new node: its name, or its identity where the name is too long or taken.

    >>> make_id("Acetaminophen", "rxcui 161", set()), make_id("Acetaminophen", "unii 36", {"acetaminophen"})
    ('acetaminophen', 'acetaminophen-unii-36')
    """
    plain = identity.lower().replace(" ", "-")
    words = "-".join(split_tokens(name)).lower()
    if not words or len(words) > LONGEST_ID:
        return plain
    return f"{words}-{plain}" if words in taken else words


def _add_offer(merged: Merged, offer: Offer, nodes: tuple[str, ...], source: int) -> None:
    """Let an offered name in; of two meanings of a spelling the stronger one stays, the other is counted."""
    spelling = normalise(offer.text)
    if len(spelling) < LEAST_LETTERS or spelling.replace(" ", "").isdigit():
        merged.left_out["too-short"] += 1
        return
    if not nodes:
        merged.left_out["no-ingredient"] += 1
        return
    held = merged.names.get(spelling)
    if held is None:
        merged.names[spelling] = Spelling(nodes, offer.strength, source)
    elif held.nodes == nodes:
        merged.left_out["repeated"] += 1
        held.strength = min(held.strength, offer.strength)
    elif (offer.strength, source) < (held.strength, held.source):
        merged.left_out["ambiguous" if held.nodes == AMBIGUOUS else "weaker"] += 1
        merged.names[spelling] = Spelling(nodes, offer.strength, source)
    elif (offer.strength, source) == (held.strength, held.source):
        merged.left_out["ambiguous"] += 1
        held.nodes = AMBIGUOUS
    else:
        merged.left_out["weaker"] += 1


def _settle(merged: Merged, curated: CuratedNames) -> None:
    """Leave out what stayed ambiguous and what the vocabulary decides; keep what it reads inside a longer name.

    The mineral that a substance is a salt of is not read: atorvastatin calcium is no calcium.
    """
    for spelling in list(merged.names):
        held = merged.names[spelling]
        _, shut = curated.read(spelling)
        read, _ = curated.read(strip_salt(spelling) or spelling)
        if held.nodes == AMBIGUOUS or shut or (read and set(held.nodes) <= set(read)):
            merged.left_out["ambiguous" if held.nodes == AMBIGUOUS else "claimed"] += 1
            del merged.names[spelling]
        elif read:
            held.nodes = tuple(sorted({*held.nodes, *read}))


def list_spellings(merged: Merged, source: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The spellings that one draft gave, sorted as bytes, with their nodes."""
    chosen = (spelling for spelling, held in merged.names.items() if held.source == source)
    for spelling in sorted(chosen):
        yield spelling, merged.names[spelling].nodes

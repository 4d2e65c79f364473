"""Product nodes, reaction groups, and the explained mapping of a reported string."""

from __future__ import annotations

from dataclasses import dataclass

NODE_KINDS = ("group", "botanical", "constituent", "nutrient", "medicine", "product")
"""What a node is. product: what is sold under one brand; it implies no ingredient."""


@dataclass(frozen=True, slots=True)
class Node:
    """One entry of the product vocabulary.

    id : lower case, words joined by "-", never changed once published.
    parents : ids of groups (or of the botanical a constituent comes from, where counting it there is right).
    """

    id: str
    name: str
    kind: str
    parents: tuple[str, ...] = ()
    taxon: str = ""
    part: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NodeName:
    """One name of a node, for display.

    kind : "name", "taxon", "vernacular", "brand", "misspelling", or "context" for a name that counts only beside
        other words, or only in a setting.
    language : IETF tag of a vernacular name, or "".
    source : where the names of the node were taken from.
    note : what a context name needs or must not stand with.
    """

    text: str
    kind: str
    source: str
    language: str = ""
    note: str = ""


CERTAINTIES = ("certain", "likely", "refused")
"""How sure a mapping is. certain: a known name, or a decision. likely: a spelling that comes near a known name."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a name stands in its report, beyond the string; some names are decided by it.

    route : route of administration. form : dose form. country : code or name. All as reported; "" is not said.
    """

    route: str = ""
    form: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What one stretch of a reported product string was taken for, or why it was not.

    node : node id, or "" for a refusal.
    matched : the tokens that decided, as normalised.
    rule : "decided", "name", "taxon", "vernacular", "brand", "context", "dictionary" (certain),
        "misspelling", "spelling" (likely), or "false-friend", "needs-context", "withheld", "ambiguous" (refused).
    why : one sentence for the reader.
    candidate : of a refusal, the id of the node that the tokens might be mistaken for; "" where there is none.
    certainty : of CERTAINTIES.
    score : similarity of what was written to the name that it was taken for, 0 to 1; 1 for a name as known, and 0
        for a refusal.
    evidence : where the name was taken from.
    """

    text: str
    node: str
    matched: str
    rule: str
    why: str
    candidate: str = ""
    certainty: str = "certain"
    score: float = 1.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ReactionGroup:
    """A named, versioned list of reaction terms.

    narrow : terms that mean the reaction. broad : narrow plus terms that may mean it.
    excluded : (term, why) pairs that a reader might expect here and that must not be in.
    """

    name: str
    title: str
    narrow: tuple[str, ...]
    broad: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]
    note: str


TERM_RULES = ("same", "spelling", "renamed", "not-coded", "unknown")
"""What a reaction term as reported is. same: the vocabulary has it so. spelling: written otherwise. renamed: an older
name of a term. not-coded: words that say that no reaction was coded. unknown: neither in a group nor a variant."""


@dataclass(frozen=True, slots=True)
class TermReading:
    """What a reaction term as reported stands for.

    term : as reported. current : the term that it is counted as; "" where it names no reaction.
    rule : of TERM_RULES. why : one sentence for the reader. evidence : where a renaming shows; "" for other rules.
    """

    term: str
    current: str
    rule: str
    why: str
    evidence: str = ""

"""Product nodes, reaction groups, and the explained mapping of a reported string."""

from __future__ import annotations

from dataclasses import dataclass

NODE_KINDS = ("group", "botanical", "constituent", "nutrient", "medicine")


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

    kind : "name", "taxon", "vernacular", "brand", or "context" for a name that counts only beside other words.
    language : IETF tag of a vernacular name, or "".
    source : where the names of the node were taken from.
    note : what a context name needs or must not stand with.
    """

    text: str
    kind: str
    source: str
    language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What one stretch of a reported product string was taken for, or why it was not.

    node : node id, or "" for a refusal.
    matched : the tokens that decided, as normalised.
    rule : "name", "taxon", "vernacular", "brand", "context" (accepted), or
        "false-friend", "needs-context", "withheld" (refused).
    why : one sentence for the reader.
    candidate : of a refusal, the id of the node that the tokens might be mistaken for; "" where there is none.
    """

    text: str
    node: str
    matched: str
    rule: str
    why: str
    candidate: str = ""


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

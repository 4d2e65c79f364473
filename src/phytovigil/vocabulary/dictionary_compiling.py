"""The user's RxNorm, UNII and ATC files -> the compiled dictionary of an own vocabulary folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidRequest
from phytovigil.schema.vocabulary import Node
from phytovigil.vocabulary.atc import FULL, LENGTHS, is_code, is_combination, list_levels, read_atc
from phytovigil.vocabulary.dictionary import CompiledNames, write_dictionary
from phytovigil.vocabulary.dictionary_draft import PREFERRED, AtcRow, Offer, SourceDraft
from phytovigil.vocabulary.dictionary_ledger import describe_reasons
from phytovigil.vocabulary.dictionary_merging import CuratedNames, Merged, list_spellings, merge, normalise
from phytovigil.vocabulary.parts import VocabularyParts
from phytovigil.vocabulary.rxnorm import read_rxnorm
from phytovigil.vocabulary.unii import read_unii


def compile_dictionary(
    folder: Path,
    parts: VocabularyParts,
    rxnorm: Path | None = None,
    unii: Path | None = None,
    atc: Path | None = None,
) -> dict[str, Any]:
    """Read the user's files and write the dictionary of an own vocabulary folder, in place of an older one.

    parts : of the folder without dictionary and decisions; what they claim stays as it is.
    rxnorm : folder of an unzipped release. unii : file UNII_Names, or the folder of the list. atc : table of codes.
    Returns what was read, kept and left out, with the reasons. Raises UnreadableFile, InvalidRequest for no file.
    """
    drafts = [read_rxnorm(rxnorm)] if rxnorm else []
    drafts += [read_unii(unii)] if unii else []
    drafts += [read_atc(atc)] if atc else []
    if not drafts:
        raise InvalidRequest("No file is named.", "Give --rxnorm FOLDER, --unii FILE or --atc FILE.")
    codes = [row for draft in drafts for row in draft.atc]
    place_codes(drafts, codes, parts)
    merged = merge(parts, drafts)
    nodes, added_parents = make_nodes(merged, drafts, codes)
    counts = {
        "names_offered": merged.offered,
        "names_kept": len(merged.names),
        "left_out": describe_reasons(merged.left_out),
        "nodes_new": sum(node.kind != "group" for node in nodes),
        "nodes_known": len(set(merged.targets.values()) - set(merged.fresh)),
        "classes": sum(node.kind == "group" for node in nodes),
    }
    written = [
        CompiledNames(draft.label, draft.title, list_spellings(merged, place)) for place, draft in enumerate(drafts)
    ]
    ledgers = [{"label": draft.label, **ledger.describe()} for draft in drafts for ledger in draft.ledgers]
    about = {"files": ledgers, **counts}
    return write_dictionary(folder, parts, nodes, added_parents, written, show_names(merged, drafts), about)


def place_codes(drafts: Sequence[SourceDraft], codes: Sequence[AtcRow], parts: VocabularyParts) -> None:
    """Offer the names of full codes that no publisher ties to a substance, as those of the substance of that name.

    A name that no other file has becomes a substance of its own, unless it is a class of combinations.
    """
    curated = CuratedNames(parts)
    known = {
        normalise(offer.text): offer.substances
        for draft in drafts
        for offer in reversed(draft.offers)
        if len(offer.substances) == 1
    }
    for draft in drafts:
        for row in draft.atc:
            spelling = normalise(row.name)
            if not is_code(row.code) or len(row.code) < FULL or row.substance or is_combination(row.name):
                continue
            if spelling not in known:
                identity = f"atc {spelling.lower()}"
                known[spelling] = (identity,)
                draft.preferred[identity] = row.name
                if not curated.owner(spelling):
                    draft.offers.append(Offer(row.name, (identity,), PREFERRED))


def make_nodes(
    merged: Merged, drafts: Sequence[SourceDraft], codes: Sequence[AtcRow]
) -> tuple[list[Node], dict[str, tuple[str, ...]]]:
    """The new nodes, classes among them, and the classes above nodes that the vocabulary has already."""
    used = {node for held in merged.names.values() for node in held.nodes}
    above, noted = find_classes(merged, drafts, codes)
    identities = {node: identity for identity, node in reversed(merged.targets.items())}
    nodes = [
        Node(node, name, "medicine", above.get(node, ()), note=_note(identities[node], noted.get(node, ())))
        for node, name in merged.fresh.items()
        if node in used
    ]
    known = {node: parents for node, parents in above.items() if node not in merged.fresh}
    wanted = {parent for node in nodes for parent in node.parents} | {p for group in known.values() for p in group}
    return nodes + list(make_classes(wanted, codes)), known


def _note(identity: str, codes: Sequence[str]) -> str:
    """What a dictionary says of a substance besides its names."""
    publisher, _, number = identity.partition(" ")
    told = {"rxcui": f"RxNorm concept {number}.", "unii": f"UNII {number}."}.get(publisher, "")
    return f"{told} ATC {', '.join(codes)}.".strip() if codes else told


def find_classes(
    merged: Merged, drafts: Sequence[SourceDraft], codes: Sequence[AtcRow]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Of each node with a full code: ids of the classes just above it, and the codes themselves."""
    found: dict[str, dict[str, None]] = {}
    for row in codes:
        if len(row.code) == FULL and is_code(row.code):
            for node in find_coded(row, merged):
                found.setdefault(node, {})[row.code] = None
    noted = {node: tuple(sorted(held)) for node, held in found.items()}
    above = {node: tuple(sorted({class_id(list_levels(code)[0]) for code in held})) for node, held in noted.items()}
    return above, noted


def find_coded(row: AtcRow, merged: Merged) -> tuple[str, ...]:
    """The node that a full code is of: that of its substance, else of its name where that is one node's."""
    if row.substance in merged.targets:
        return (merged.targets[row.substance],)
    if is_combination(row.name):
        return ()
    own = merged.targets.get(f"atc {normalise(row.name).lower()}")
    if own:
        return (own,)
    held = merged.names.get(normalise(row.name))
    return held.nodes if held is not None and len(held.nodes) == 1 else ()


def class_id(code: str) -> str:
    """Id of the node of a class.

    >>> class_id("N02BE")
    'atc-n02be'
    """
    return f"atc-{code.lower()}"


def make_classes(wanted: set[str], codes: Sequence[AtcRow]) -> list[Node]:
    """Nodes of the classes that hold a substance, and of the classes above them."""
    titles: Mapping[str, str] = {row.code: row.name for row in reversed(codes) if len(row.code) < FULL}
    held = {node.removeprefix("atc-").upper() for node in wanted}
    every = held | {level for code in held for level in list_levels(code)}
    return [
        Node(
            class_id(code),
            f"{titles.get(code, 'class')} (ATC {code})",
            "group",
            tuple(class_id(level) for level in list_levels(code)[:1]),
            note=f"Class of the ATC classification, level {LENGTHS.index(len(code)) + 1}.",
        )
        for code in sorted(every)
    ]


def show_names(merged: Merged, drafts: Sequence[SourceDraft]) -> dict[str, list[tuple[str, str]]]:
    """Of each node, the names that were kept for it and for nothing else: (name as written, title of its source)."""
    shown: dict[str, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    for place, draft in enumerate(drafts):
        for offer in draft.offers:
            spelling = normalise(offer.text)
            held = merged.names.get(spelling)
            if held is None or held.source != place or spelling in seen:
                continue
            seen.add(spelling)
            for node in held.nodes:
                shown.setdefault(node, []).append((" ".join(offer.text.split()), draft.label))
    return shown

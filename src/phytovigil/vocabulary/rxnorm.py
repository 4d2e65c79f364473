"""Reading RxNorm from the user's own download: RXNCONSO.RRF and RXNREL.RRF of a full or prescribable release.

The layout is the one of the RxNorm Technical Documentation of the U.S. National Library of Medicine: lines of UTF-8
without a heading, a pipe behind every field. RXNCONSO has 18 fields, RXNREL 16. A relation reads "the second concept
RELA the first"; it is given in both directions, and its ends are told here by their term types.

Read are ingredients (IN), precise ingredients such as salts (PIN), combinations (MIN), brand names (BN) and synonyms
(SY, TMSY) of RxNorm itself, substance names of FDA's labels with their UNII (MTHSPL SU), and ATC codes (ATC).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from phytovigil.errors import UnreadableFile
from phytovigil.vocabulary.dictionary_draft import (
    BRAND,
    OBSOLETE,
    PRECISE,
    PREFERRED,
    SYNONYM,
    AtcRow,
    Offer,
    SourceDraft,
)
from phytovigil.vocabulary.dictionary_ledger import RowLedger, open_ledger

CONSO_FIELDS, REL_FIELDS, SAB_FIELDS = 18, 16, 25

RELATIONS = frozenset({"tradename_of", "has_tradename", "form_of", "has_form", "part_of", "has_part"})
"""Relations between a brand, a salt or a combination and its ingredients."""

CONCEPTS = {"IN": PREFERRED, "PIN": PRECISE, "MIN": PRECISE, "BN": BRAND}
"""Term types that make a concept, with the strength of its name."""

SYNONYMS = frozenset({"SY", "TMSY", "SU"})

UNII = re.compile(r"[A-Z0-9]{10}", re.ASCII)


@dataclass(slots=True)
class _Concepts:
    """Concepts by their number, and names that wait until their concept is known."""

    types: dict[str, str] = field(default_factory=dict)
    ends: dict[str, dict[str, None]] = field(default_factory=dict)
    names: list[tuple[str, str, int]] = field(default_factory=list)
    uniis: dict[str, str] = field(default_factory=dict)


def read_rxnorm(folder: Path) -> SourceDraft:
    """Read the folder of a release. Raises UnreadableFile where it holds no such files, or files of another layout."""
    conso, rel = find_table(folder, "RXNCONSO.RRF"), find_table(folder, "RXNREL.RRF")
    release = read_release(folder)
    draft = SourceDraft("RxNorm", f"RxNorm {release}".strip())
    concepts = _Concepts()
    draft.ledgers = [open_ledger(conso, release), open_ledger(rel, release)]
    _read_names(conso, draft, concepts)
    _read_relations(rel, draft.ledgers[1], concepts)
    _offer_names(draft, concepts)
    return draft


def find_table(folder: Path, name: str) -> Path:
    """A table of a release, in the folder or in its folder `rrf`, in any case of letters."""
    for place in (folder, folder / "rrf", folder / "RRF"):
        for file in sorted(place.iterdir()) if place.is_dir() else ():
            if file.name.upper() == name:
                return file
    raise UnreadableFile(
        f"{folder} holds no {name}.", "Unzip the RxNorm release and name the folder with its RRF files."
    )


def read_release(folder: Path) -> str:
    """The version that RXNSAB.RRF gives of RxNorm itself, such as 20AA_260302F; "" where that file is missing."""
    try:
        lines = find_table(folder, "RXNSAB.RRF").read_text("utf-8", "replace").splitlines()
    except UnreadableFile:
        return ""
    for line in lines:
        fields = line.split("|")
        if len(fields) == SAB_FIELDS + 1 and fields[3] == "RXNORM":
            return fields[6]
    return ""


def read_fields(file: Path, count: int, ledger: RowLedger) -> Iterator[list[str]]:
    """The rows of a table; a row with another number of fields, or that is not UTF-8, is left out.

    Raises UnreadableFile for a file without a single row of that layout.
    """
    sound = 0
    with file.open(encoding="utf-8", errors="replace", newline="\n") as stream:
        for line in stream:
            ledger.read += 1
            fields = line.rstrip("\r\n").split("|")
            if len(fields) != count + 1 or fields[-1]:
                ledger.left_out["wrong-columns"] += 1
            elif "\ufffd" in line:
                ledger.left_out["damaged-text"] += 1
            else:
                sound += 1
                yield fields
    if not sound:
        raise UnreadableFile(
            f"{file.name} has no row of {count} fields, each closed by a pipe; it is no {file.name.upper()}.",
            "Take the file as it came out of the release's zip.",
        )


def _read_names(file: Path, draft: SourceDraft, concepts: _Concepts) -> None:
    ledger = draft.ledgers[0]
    for fields in read_fields(file, CONSO_FIELDS, ledger):
        concept, language, source, kind, code, text, suppress = (fields[place] for place in (0, 1, 11, 12, 13, 14, 16))
        reason = _refuse_name(language, source, kind, suppress)
        if reason:
            ledger.left_out[reason] += 1
        elif source == "ATC":
            draft.atc.append(AtcRow(code, text, concept))
        else:
            strength = CONCEPTS.get(kind, SYNONYM) + (OBSOLETE if suppress == "O" else 0)
            concepts.names.append((concept, text, strength))
            if kind in CONCEPTS and concept not in concepts.types:
                concepts.types[concept] = kind
            if kind == "SU" and UNII.fullmatch(code):
                concepts.uniis[code] = concept
            if kind == "IN":
                draft.preferred.setdefault(identify(concept), text)


def _refuse_name(language: str, source: str, kind: str, suppress: str) -> str:
    """Why a row of RXNCONSO is left out; "" if it is not."""
    if language != "ENG":
        return "not-english"
    if source not in ("RXNORM", "MTHSPL", "ATC"):
        return "other-source"
    if suppress in ("Y", "E"):
        return "suppressed"
    wanted = source == "ATC" or (kind == "SU" if source == "MTHSPL" else kind in CONCEPTS or kind in ("SY", "TMSY"))
    return "" if wanted else "no-substance-name"


def _read_relations(file: Path, ledger: RowLedger, concepts: _Concepts) -> None:
    types = concepts.types
    for fields in read_fields(file, REL_FIELDS, ledger):
        if fields[7] not in RELATIONS or fields[10] != "RXNORM":
            ledger.left_out["other-relation"] += 1
        elif fields[14] in ("Y", "E"):
            ledger.left_out["suppressed"] += 1
        elif not (fields[0] in types and fields[4] in types):
            ledger.left_out["other-end"] += 1
        else:
            concepts.ends.setdefault(fields[0], {})[fields[4]] = None
            concepts.ends.setdefault(fields[4], {})[fields[0]] = None


def find_ingredients(concept: str, types: dict[str, str], ends: dict[str, dict[str, None]]) -> tuple[str, ...]:
    """Numbers of the ingredients of a concept: itself, those of a salt, of a combination, or of a brand.

    A brand that no ingredient is tied to directly has those of the salts and combinations that it is tied to.
    """
    kind = types.get(concept, "")
    if kind == "IN":
        return (concept,)
    near = [other for other in ends.get(concept, ()) if types[other] == "IN"]
    if not near and kind in ("BN", "MIN"):
        further = ("PIN", "MIN") if kind == "BN" else ("PIN",)
        between = [other for other in ends.get(concept, ()) if types[other] in further]
        near = [found for other in between for found in find_ingredients(other, types, ends)]
    return tuple(sorted(set(near), key=lambda number: (len(number), number)))


def _offer_names(draft: SourceDraft, concepts: _Concepts) -> None:
    """Offer the names of all concepts whose ingredients are known."""
    left_out = draft.ledgers[0].left_out
    found: dict[str, tuple[str, ...]] = {}
    for concept, text, strength in concepts.names:
        if concept not in found:
            numbers = find_ingredients(concept, concepts.types, concepts.ends)
            found[concept] = tuple(identify(number) for number in numbers)
        if found[concept]:
            draft.offers.append(Offer(text, found[concept], strength))
        else:
            left_out["no-ingredient" if concept in concepts.types else "no-substance-name"] += 1
    draft.same = {f"unii {unii}": found[concept] for unii, concept in concepts.uniis.items() if found[concept]}
    draft.atc = [
        AtcRow(row.code, row.name, identify(row.substance) if concepts.types.get(row.substance) == "IN" else "")
        for row in draft.atc
    ]


def identify(concept: str) -> str:
    """Identity of a concept's substance.

    >>> identify("161")
    'rxcui 161'
    """
    return f"rxcui {concept}"

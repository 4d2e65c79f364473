"""What the readers of RxNorm, UNII and ATC files hand over: substances, names offered for them, and classes."""

from __future__ import annotations

from dataclasses import dataclass, field

from phytovigil.vocabulary.dictionary_ledger import RowLedger

PREFERRED, SYNONYM, PRECISE, BRAND, CODE = range(5)
"""Strength of a name, strongest first: where two substances are spelt alike, the stronger name keeps the spelling."""

OBSOLETE = 10
"""Added to the strength of a name that its publisher calls obsolete: old reports still use it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A name offered for one or more substances.

    substances : identities such as "rxcui 161" or "unii 362O9ITL9D"; several for a combination or its brand.
    strength : PREFERRED to CODE, plus OBSOLETE.
    """

    text: str
    substances: tuple[str, ...]
    strength: int


@dataclass(frozen=True, slots=True)
class AtcRow:
    """A code of the ATC classification with its name; a full code (level 5) may say which substance it is."""

    code: str
    name: str
    substance: str = ""


@dataclass(slots=True)
class SourceDraft:
    """Everything that one publisher's files gave.

    label : what a reader calls it. title : with its release, as it stands as evidence of a match.
    preferred : identity of a substance -> the name that its publisher prefers.
    offers : in the order of the files. same : identity of another publisher -> identities here.
    """

    label: str
    title: str
    preferred: dict[str, str] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    atc: list[AtcRow] = field(default_factory=list)
    ledgers: list[RowLedger] = field(default_factory=list)

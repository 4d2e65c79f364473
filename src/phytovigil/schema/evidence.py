"""Published evidence on a product: dated, cited rows with their figures, and the tables that they stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from phytovigil.errors import InvalidEvidence

KINDS: Mapping[str, str] = {
    "trial": "Trials",
    "survey": "Surveys of people who use it",
    "exposure": "Use in the population",
    "case-report": "Published cases",
    "liver": "Liver series",
    "poison-centre": "Calls to poison centres",
    "death": "Deaths",
    "reports": "Reports of suspected effects, analysed by others",
    "receptor": "Receptors",
    "enzyme": "Enzymes",
    "interaction": "Interactions with medicines",
    "pharmacokinetics": "Pharmacokinetics",
    "mechanism": "Mechanism of a suspected effect",
    "content": "What products contain",
    "law": "Law",
    "not-found": "Looked for and not found",
}
"""What a row is about → title of its table, in the order of the page."""

STANDINGS = ("fact", "context")
"""fact: solid enough to compute with. context: shown with its citation, never used in a computation."""

READINGS = ("full text", "table", "abstract", "secondary", "search")
"""What was read of a source. table: one table of it. secondary: what another page says of it. search: nothing found."""

BASES = ("printed", "derived")
"""printed: the figure stands in the source. derived: it is computed from printed ones by its formula."""

SIGNS = ("", ">", "<", "≥", "≤", "≈")
"""What stands before a value: nothing, a bound, or "about"."""

CONFIDENCES = ("high", "medium", "low")

TOPICS = (
    "chronic-pain",
    "acute-pain",
    "mood",
    "opioid-reduction",
    "inflammation",
    "tolerability",
    "skin-pigmentation",
    "depigmentation",
    "photosensitivity",
    "rash",
    "itch",
    "skin-condition",
    "melanin",
    "liver-injury",
    "jaundice",
    "dependence",
    "withdrawal",
    "poisoning",
    "seizure",
    "neonatal",
    "death",
    "reports",
    "receptor",
    "enzyme",
    "interaction",
    "pharmacokinetics",
    "product-content",
    "frequency-of-use",
    "frequency-of-harm",
    "law",
)
"""Words by which rows are found; a library may add its own."""

UNKNOWN_STATUS = "unknown"
"""How the status of a law begins where it is not known on the date."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a row comes from.

    id : key of the source, unique in its library. authors : as in a reference list, or the body that publishes.
    year : None if the source shows none. journal : journal, series or publisher. pages : pages or article number.
    read : of READINGS. note : what is known of the source's own errors or limits, or "".
    """

    id: str
    authors: str
    title: str
    year: int | None = None
    journal: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    read: str = "abstract"
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceFigure:
    """One number of a row, as the source gives it.

    name : identifier, unique in its row; formulas use it. label : how a reader is told what it is.
    value : None only where the row says that a figure was not seen. digits : decimals as printed.
    sign : of SIGNS. unit : "%" for shares, "" for counts and pure numbers.
    low, high : limits; interval says of what kind, such as "95 % CI", "90 % CI" or "range".
    spread : standard deviation or error, spread_kind says which.
    count, of : numerator and denominator behind a share. scale : "ratio" for an estimate whose interval is
    symmetric in logarithms, else "". substance, target, quantity, setting : what was measured on what, and how.
    group : figures of one row that must sum to a whole share a group; else "".
    basis : of BASES. formula : arithmetic over names of figures of the row, by which it was made or is checked.
    within : relative deviation from the formula that is allowed; 0 allows the rounding of the printed digits only.
    flag : why the figure is to be read with care, or "".
    """

    name: str
    label: str
    value: float | None
    digits: int = 0
    sign: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: str = ""
    spread: float | None = None
    spread_kind: str = ""
    count: int | None = None
    of: int | None = None
    scale: str = ""
    substance: str = ""
    target: str = ""
    quantity: str = ""
    setting: str = ""
    group: str = ""
    basis: str = "printed"
    formula: str = ""
    within: float = 0.0
    flag: str = ""

    @property
    def step(self) -> float:
        """One unit of the last printed digit."""
        return float(10.0**-self.digits)


@dataclass(frozen=True, slots=True)
class LawStatus:
    """What a jurisdiction says of what. status : "unknown …" where it is not known on the row's date."""

    jurisdiction: str
    scope: str
    status: str

    @property
    def known(self) -> bool:
        """Whether the status is known on the row's date."""
        return not self.status.startswith(UNKNOWN_STATUS)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence.

    id : lower case, words joined by "-", unique in its library; the page's anchor is "evidence-" + id.
    kind : of KINDS. finding : one sentence. population : who or what was looked at. n : how many, None if not counted.
    topics : words by which claims find it. limits : what it cannot say, a sentence each.
    citation : where it was read. also : further sources of the same figures.
    as_of : ISO date, month or year at which it held (law) or was read. standing : of STANDINGS.
    confidence : in the reading of the source, of CONFIDENCES. law : of rows of kind "law", else None.
    """

    id: str
    kind: str
    title: str
    finding: str
    population: str
    n: int | None
    topics: tuple[str, ...]
    figures: tuple[EvidenceFigure, ...]
    limits: tuple[str, ...]
    citation: Citation
    as_of: str
    standing: str
    confidence: str = "high"
    also: tuple[Citation, ...] = ()
    law: LawStatus | None = None

    @property
    def anchor(self) -> str:
        """Anchor of the row on the page."""
        return f"evidence-{self.id}"

    @property
    def read(self) -> str:
        """What was read of the source."""
        return self.citation.read

    def figure(self, name: str) -> EvidenceFigure:
        """A figure by its name. Raises InvalidEvidence."""
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise InvalidEvidence(
            f"Row “{self.id}” has no figure “{name}”.", f"It has {', '.join(f.name for f in self.figures) or 'none'}."
        )


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """Rows of one kind, in the order of their files."""

    kind: str
    title: str
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLibrary:
    """All evidence on one product.

    product : id of a product node. version : date of the newest look at it. sha256 : over names and contents of its
    files. topics : every topic that its rows may use.
    """

    product: str
    title: str
    version: str
    sha256: str
    topics: tuple[str, ...]
    rows: tuple[EvidenceRow, ...]

    @property
    def tables(self) -> tuple[EvidenceTable, ...]:
        """The rows by kind, in the order of KINDS; kinds without rows are left out."""
        grouped = ((kind, title, tuple(row for row in self.rows if row.kind == kind)) for kind, title in KINDS.items())
        return tuple(EvidenceTable(kind, title, rows) for kind, title, rows in grouped if rows)

    @property
    def facts(self) -> tuple[EvidenceRow, ...]:
        """The rows that may be computed with."""
        return tuple(row for row in self.rows if row.standing == "fact")

    def on(self, *topics: str, kinds: tuple[str, ...] = ()) -> tuple[EvidenceRow, ...]:
        """Rows that have any of the topics, and one of the kinds if any are named."""
        asked = set(topics)
        return tuple(row for row in self.rows if asked.intersection(row.topics) and (not kinds or row.kind in kinds))

    def row(self, row_id: str) -> EvidenceRow:
        """A row by its id. Raises InvalidEvidence."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise InvalidEvidence(f"There is no row “{row_id}” in the evidence on {self.product}.")


def is_partial_date(text: str) -> bool:
    """Whether a text is an ISO date, month or year.

    >>> [is_partial_date(text) for text in ("2026-11-22", "2026-11", "2026", "2026-13", "Nov 2026")]
    [True, True, True, False, False]
    """
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text + "-01" * (2 - text.count("-")))
    except ValueError:
        return False
    return True

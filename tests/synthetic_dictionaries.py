"""Made-up RxNorm, UNII and ATC files in the layouts that their publishers document, for tests. They hold no real row.

RxNorm: 18 fields in RXNCONSO.RRF, 16 in RXNREL.RRF, 25 in RXNSAB.RRF, a pipe behind each, no heading (RxNorm Technical
Documentation, U.S. National Library of Medicine). UNII_Names: Name, TYPE, UNII, Display Name with tabs and a heading;
UNII_Records: a heading with UNII and RXCUI among other columns (FDA, Global Substance Registration System).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def conso(concept: str, kind: str, text: str, source: str = "RXNORM", code: str = "", **other: str) -> str:
    """A row of RXNCONSO. other : language, suppress."""
    language, suppress = other.get("language", "ENG"), other.get("suppress", "N")
    atom = f"{concept}{kind}"
    fields = [concept, language, "", "", "", "", "", atom, atom, concept, "", source, kind, code or concept, text]
    return "|".join([*fields, "", suppress, "4096", ""])


def rel(first: str, relation: str, second: str, source: str = "RXNORM", suppress: str = "N") -> str:
    """A row of RXNREL; it reads: the second concept RELATION the first."""
    fields = [first, "", "CUI", "RN", second, "", "CUI", relation, f"R{first}{second}", "", source, source, "", ""]
    return "|".join([*fields, suppress, "4096", ""])


def sab(source: str, version: str) -> str:
    """A row of RXNSAB."""
    fields = ["", "", f"{source}_{version}", source, source, source, version, *[""] * 18]
    return "|".join([*fields, ""])


def write_rxnorm(folder: Path, names: Iterable[str], relations: Iterable[str], version: str = "20AA_261102F") -> Path:
    """The folder of a release, its tables in `rrf` as in the publisher's zip."""
    tables = folder / "rrf"
    tables.mkdir(parents=True)
    for name, lines in (("RXNCONSO", names), ("RXNREL", relations), ("RXNSAB", [sab("RXNORM", version)])):
        with (tables / f"{name}.RRF").open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in lines)
    return folder


def write_unii(file: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    """A list of UNII names. rows : name, type, UNII, display name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="\r\n") as stream:
        stream.write("Name\tTYPE\tUNII\tDisplay Name\n")
        stream.writelines("\t".join(row) + "\n" for row in rows)
    return file

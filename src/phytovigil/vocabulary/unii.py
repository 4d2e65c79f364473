"""Reading FDA's list of UNII names from the user's own download: UNII_Names, and UNII_Records where it is there.

The layout is the one of the lists that FDA publishes with its Global Substance Registration System: text with a tab
between the columns and a heading. UNII_Names has the columns Name, TYPE, UNII and Display Name; TYPE is of (official),
cn (common), cd (code), bn (brand) or sys (systematic). Of UNII_Records only UNII and RXCUI are read, by their heading,
because its other columns came and went over the years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from phytovigil.errors import UnreadableFile
from phytovigil.vocabulary.dictionary_draft import BRAND, CODE, SYNONYM, Offer, SourceDraft
from phytovigil.vocabulary.dictionary_ledger import RowLedger, open_ledger
from phytovigil.vocabulary.rxnorm import UNII, identify

NAME_COLUMNS = ("Name", "TYPE", "UNII", "Display Name")

STRENGTHS = {"of": SYNONYM, "cn": SYNONYM, "bn": BRAND, "cd": CODE}
"""Types of names that are read, with the strength of such a name."""

LEAST_CODE = 5
"""Letters and digits that a code needs to be told from a chance word: BMS-986165 does, T-3 does not."""

_LIST_MARK = re.compile(r"\s*\[[^\[\]]*\]\s*$")
_RELEASE = re.compile(r"_(\d{1,2}[A-Za-z]{3,9}\d{4})", re.ASCII)


def read_unii(place: Path) -> SourceDraft:
    """Read a file UNII_Names, or a folder with it and perhaps UNII_Records.

    Raises UnreadableFile where there is none, or one of another layout.
    """
    names = find_list(place, "UNII_NAMES") if place.is_dir() else place
    if names is None or not names.is_file():
        raise UnreadableFile(f"{place} holds no file UNII_Names.", "Unzip FDA's UNII list and name the file.")
    release = read_release(names)
    draft = SourceDraft("UNII", f"UNII {release}".strip(), ledgers=[open_ledger(names, release)])
    _read_names(names, draft)
    records = find_list(place, "UNII_RECORDS") if place.is_dir() else None
    if records is not None:
        draft.ledgers.append(open_ledger(records, read_release(records)))
        _read_records(records, draft)
    return draft


def find_list(folder: Path, start: str) -> Path | None:
    """The last file of a folder whose name starts so, in any case of letters."""
    found = [file for file in sorted(folder.iterdir()) if file.is_file() and file.name.upper().startswith(start)]
    return found[-1] if found else None


def read_release(file: Path) -> str:
    """The date in a file's name.

    >>> read_release(Path("UNII_Names_4Aug2026.txt")), read_release(Path("names.txt"))
    ('4Aug2026', '')
    """
    found = _RELEASE.search(file.name)
    return found[1] if found else ""


def strip_list_marks(name: str) -> str:
    """A name without the marks of the lists that have it.

    >>> strip_list_marks("METAMIZOLE SODIUM [INN] [WHO-DD]")
    'METAMIZOLE SODIUM'
    """
    while (shorter := _LIST_MARK.sub("", name)) != name and shorter:
        name = shorter
    return name


def read_columns(file: Path, wanted: tuple[str, ...], ledger: RowLedger) -> Iterator[list[str]]:
    """The wanted columns of a list with a heading. Raises UnreadableFile for a heading without one of them."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="\n") as stream:
        heading = stream.readline().rstrip("\r\n").split("\t")
        missing = [column for column in wanted if column not in heading]
        if missing:
            raise UnreadableFile(
                f"{file.name} has no column “{missing[0]}”; its heading is “{' | '.join(heading)[:80]}”.",
                f"Wanted are {', '.join(wanted)}, with tabs between them.",
            )
        places, count = [heading.index(column) for column in wanted], len(heading)
        for line in stream:
            ledger.read += 1
            fields = line.rstrip("\r\n").split("\t")
            if len(fields) != count:
                ledger.left_out["wrong-columns"] += 1
            elif "\ufffd" in line:
                ledger.left_out["damaged-text"] += 1
            else:
                yield [fields[place] for place in places]


def _read_names(file: Path, draft: SourceDraft) -> None:
    ledger = draft.ledgers[0]
    for name, kind, unii, display in read_columns(file, NAME_COLUMNS, ledger):
        plain = strip_list_marks(name)
        if not UNII.fullmatch(unii) or kind not in (*STRENGTHS, "sys"):
            ledger.left_out["wrong-columns"] += 1
        elif kind == "sys" and plain != display:
            ledger.left_out["systematic"] += 1
        elif kind == "cd" and sum(sign.isalnum() for sign in plain) < LEAST_CODE:
            ledger.left_out["too-short"] += 1
        else:
            substance = f"unii {unii}"
            draft.preferred.setdefault(substance, display)
            draft.offers.append(Offer(plain, (substance,), STRENGTHS.get(kind, SYNONYM)))


def _read_records(file: Path, draft: SourceDraft) -> None:
    """Which substance of RxNorm a UNII is, where the list says so."""
    ledger = draft.ledgers[1]
    for unii, concept in read_columns(file, ("UNII", "RXCUI"), ledger):
        if f"unii {unii}" in draft.preferred and concept.isdigit():
            draft.same[f"unii {unii}"] = (identify(concept),)
        else:
            ledger.left_out["other-relation"] += 1

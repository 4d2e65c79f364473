"""Codes of the ATC classification: from the user's own table, or as RxNorm carries them.

The structure of the code is the WHO Collaborating Centre's: one letter, two digits, a letter, a letter, two digits, of
which each step is a level; a full code (N02BE01) is a substance. A substance may have several codes.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from phytovigil.errors import UnreadableFile
from phytovigil.vocabulary.dictionary_draft import AtcRow, SourceDraft
from phytovigil.vocabulary.dictionary_ledger import open_ledger

CODE = re.compile(r"[A-Z](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?", re.ASCII)

LENGTHS = (1, 3, 4, 5, 7)
"""Characters of a code of level 1 to 5."""

FULL = LENGTHS[-1]

_CODE_HEADINGS = ("atc_code", "atc code", "atccode", "atc", "code")
_NAME_HEADINGS = ("atc_name", "atc level name", "atcname", "substance", "name")


def read_atc(file: Path) -> SourceDraft:
    """Read a table with a heading, commas, semicolons or tabs between its columns, one for the code, one for the name.

    Rows of the same code (one for each defined daily dose) count once. Raises UnreadableFile for another file.
    """
    if not file.is_file():
        raise UnreadableFile(f"There is no file {file}.", "Name a table of ATC codes and names, as CSV.")
    ledger = open_ledger(file)
    draft = SourceDraft("ATC", f"ATC table {file.name}", ledgers=[ledger])
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        heading = stream.readline()
        separator = max(",;\t", key=heading.count)
        columns = [column.strip().lower() for column in next(csv.reader([heading], delimiter=separator), [])]
        code_place, name_place = _find(columns, _CODE_HEADINGS, file), _find(columns, _NAME_HEADINGS, file)
        seen: set[tuple[str, str]] = set()
        for fields in csv.reader(stream, delimiter=separator):
            ledger.read += 1
            code, name = _read_row(fields, len(columns), code_place, name_place)
            if not code or "\ufffd" in name:
                ledger.left_out["damaged-text" if "\ufffd" in name else "wrong-columns"] += 1
            elif not is_code(code):
                ledger.left_out["unknown-code"] += 1
            elif (code, name) in seen:
                ledger.left_out["repeated"] += 1
            else:
                seen.add((code, name))
                draft.atc.append(AtcRow(code, name))
    return draft


def _read_row(fields: list[str], count: int, code_place: int, name_place: int) -> tuple[str, str]:
    """Code and name of a row; ("", "") for a row of another width or without one of them."""
    if len(fields) != count:
        return "", ""
    code, name = fields[code_place].strip().upper(), fields[name_place].strip()
    return (code, name) if code and name else ("", "")


def _find(columns: list[str], headings: tuple[str, ...], file: Path) -> int:
    """Place of the first heading that the table has."""
    for heading in headings:
        if heading in columns:
            return columns.index(heading)
    raise UnreadableFile(
        f"{file.name} has no column “{headings[-1]}”; its heading is “{', '.join(columns)[:80]}”.",
        "A table of ATC codes has a heading with the columns code and name.",
    )


def is_code(code: str) -> bool:
    """Whether a text has the form of an ATC code of any level.

    >>> [is_code(code) for code in ("N", "N02", "N02BE01", "N2", "NOCODE")]
    [True, True, True, False, False]
    """
    return CODE.fullmatch(code) is not None


def list_levels(code: str) -> tuple[str, ...]:
    """The classes that a code is in, from the nearest up; a code of a class is not in itself.

    >>> list_levels("N02BE01")
    ('N02BE', 'N02B', 'N02', 'N')
    """
    return tuple(code[:length] for length in reversed(LENGTHS) if length < len(code))


def is_combination(name: str) -> bool:
    """Whether the name of a full code is a class of combinations.

    >>> is_combination("paracetamol, combinations excl. psycholeptics"), is_combination("paracetamol")
    (True, False)
    """
    lowered = name.lower()
    return "combination" in lowered or "," in lowered or " and " in lowered

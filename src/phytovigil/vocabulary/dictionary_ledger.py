"""The ledger of a dictionary: every row of a file gave a name, or was left out for a reason that is counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REASONS = {
    "wrong-columns": "the row does not have the number of columns that the layout has",
    "damaged-text": "the row is not UTF-8",
    "not-english": "the name is in another language",
    "suppressed": "the publisher marks the row as not to be used",
    "other-source": "the row was taken over from another terminology, which has terms of its own",
    "no-substance-name": "the row names a strength, a dose form, a pack or a class, and no substance or brand",
    "systematic": "a systematic chemical name, which nobody reports",
    "other-relation": "the relation does not lead from a name to an ingredient",
    "other-end": "one end of the relation is no ingredient, salt, combination or brand that was kept",
    "too-short": "fewer than three letters and digits, or no letter, remain of the name",
    "repeated": "the name was there already, with the same meaning",
    "no-ingredient": "no relation says which ingredient the name stands for",
    "ambiguous": "two substances are called so",
    "claimed": "the vocabulary decides about this name itself",
    "weaker": "a stronger name of another substance is spelt alike",
    "combination": "a class of combinations, not one substance",
    "unknown-code": "the code has not the form of an ATC code",
}
"""Why a row, or a name, is left out."""


@dataclass(slots=True)
class RowLedger:
    """What became of the rows of one file. kept + left out = read.

    release : as the file or its folder says, or "".
    """

    file: str
    sha256: str
    release: str = ""
    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """Rows that were used."""
        return self.read - self.left_out.total()

    def describe(self) -> dict[str, Any]:
        """The ledger as plain values, reasons by frequency."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "release": self.release,
            "rows_read": self.read,
            "rows_kept": self.kept,
            "left_out": describe_reasons(self.left_out),
        }


def describe_reasons(counted: Counter[str]) -> list[dict[str, Any]]:
    """Reasons with their meaning, most frequent first.

    >>> [(item["reason"], item["count"]) for item in describe_reasons(Counter({"repeated": 1, "ambiguous": 2}))]
    [('ambiguous', 2), ('repeated', 1)]
    """
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [{"reason": reason, "count": count, "meaning": REASONS[reason]} for reason, count in ordered if count]


def open_ledger(file: Path, release: str = "") -> RowLedger:
    """The ledger of a file that is about to be read, with its hash."""
    with file.open("rb") as stream:
        return RowLedger(file.name, hashlib.file_digest(stream, "sha256").hexdigest(), release)

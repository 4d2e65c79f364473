"""The chain: the hash of every entry covers the hash of the entry before it.

An entry that is missing, added, changed or out of place breaks the chain. Nobody without the passphrase can write to
the database; the chain finds pages put back to an older state, and every fault of the program or of the disk.
"""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple


class Row(NamedTuple):
    """One entry as it is kept; a tuple, as there are many.

    content : JSON, None where the entry withdraws another. corrects : None for most.
    """

    id: str
    kind: str
    at: str
    recorded: str
    content: str | None
    corrects: str | None
    why: str


def first_link(diary: bytes) -> bytes:
    """What the first entry of a diary follows."""
    return hashlib.sha256(b"phytovigil diary " + diary).digest()


def next_link(previous: bytes, row: Row) -> bytes:
    """SHA-256 of the previous link and of the row as JSON, without any choice of form."""
    text = json.dumps(row, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()

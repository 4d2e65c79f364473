"""Fields of a draft: how one is made of what the diary says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from phytovigil.schema.case_draft import CHOICE, DATE, TEXT, DraftField
from phytovigil.schema.diary import Entry

NOT_ASKED = "the diary does not say"
YES_NO = ("yes", "no")

LONGEST: Mapping[str, int] = {
    "D.7.2": 10_000,
    "D.8.r.1": 250,
    "E.i.1.1a": 250,
    "F.r.2.1": 250,
    "F.r.3.4": 2_000,
    "G.k.2.2": 250,
    "G.k.4.r.7": 35,
    "G.k.4.r.8": 2_000,
    "G.k.4.r.9.1": 60,
    "G.k.4.r.10.1": 60,
    "G.k.7.r.1": 250,
    "H.1": 100_000,
    "H.2": 20_000,
}
"""Characters that an element of free text takes (ICH E2B(R3) Implementation Guide)."""


def make_field(
    key: str,
    element: str,
    block: str,
    label: str,
    value: str = "",
    *entries: Entry | None,
    entry: Entry | None = None,
    unit: str = "",
    why: str = "",
    criterion: str = "",
    takes: str = TEXT,
    choices: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    date: bool = False,
) -> DraftField:
    """A field to confirm, with the entries that its value comes from. An empty one says that the diary is silent.

    >>> make_field("patient/weight", "D.3", "Person", "Weight", unit="kg").why
    'the diary does not say'
    """
    value = " ".join(value.split())
    kind = CHOICE if choices else DATE if date else takes
    behind = tuple(one.id for one in (*entries, entry) if one is not None)
    made = DraftField(key, element, block, label, value, unit, behind, why=why, criterion=criterion)
    made = replace(made, takes=kind, choices=choices, units=units)
    return replace(made, found=made.shown, why=why or ("" if value else NOT_ASKED))

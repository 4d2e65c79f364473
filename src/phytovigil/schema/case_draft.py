"""Draft of a case report about one event of a diary: fields that the person confirms, changes or leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

TO_CONFIRM, CONFIRMED, CHANGED, LEFT_OUT = "to confirm", "confirmed", "changed", "left out"
STATES = (TO_CONFIRM, CONFIRMED, CHANGED, LEFT_OUT)

PATIENT, REPORTER, REACTION, PRODUCT = "patient", "reporter", "reaction", "product"
CRITERIA = (PATIENT, REPORTER, REACTION, PRODUCT)
"""What a case report must have at the least: an identifiable patient and reporter, a reaction, a suspected product."""

TEXT, DATE, NUMBER, CHOICE = "text", "date", "number", "choice"
TAKES = (TEXT, DATE, NUMBER, CHOICE)
"""What a field holds. date: a day, a month or a year (2026-03-01, 2026-03, 2026)."""


@dataclass(frozen=True, slots=True)
class DraftField:
    """One field of a draft.

    key : unique within the draft, and the same again when the draft is made anew: "block/name".
    element : id of the data element of ICH E2B(R3); a unit goes into the element that belongs to it.
    block : title of the fields that stand together, such as one product.
    value : as it shall stand; empty where nobody knows it, and where it is left out.
    unit : UCUM, or the person's own word.
    entries : ids of the diary's entries behind the value.
    why : where the value comes from, why it is empty, or why it is to be confirmed again.
    criterion : of CRITERIA, where a value here meets one of them.
    found : what the diary says by itself, with its unit; kept with the person's word, to see whether it still holds.
    takes : of TAKES. choices : values of a choice. units : units that a number takes; any where it is empty.
    """

    key: str
    element: str
    block: str
    label: str
    value: str = ""
    unit: str = ""
    entries: tuple[str, ...] = ()
    state: str = TO_CONFIRM
    why: str = ""
    criterion: str = ""
    found: str = ""
    takes: str = TEXT
    choices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the field can meet one of the criteria of a valid report."""
        return bool(self.criterion)

    @property
    def shown(self) -> str:
        """Value and unit as one text."""
        return f"{self.value} {self.unit}".strip() if self.value else ""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A draft about one event, as the diary stands on a day. event : id of the event's entry."""

    event: str
    as_of: date
    program: str
    version: str
    fields: tuple[DraftField, ...]

    def field(self, key: str) -> DraftField | None:
        """The field of this key, None where there is none."""
        return next((one for one in self.fields if one.key == key), None)

    @property
    def open(self) -> tuple[DraftField, ...]:
        """Fields on which the person has not said their word yet."""
        return tuple(one for one in self.fields if one.state == TO_CONFIRM)

    @property
    def missing(self) -> tuple[str, ...]:
        """Criteria of a valid report that no field meets."""
        met = {one.criterion for one in self.fields if one.value}
        return tuple(one for one in CRITERIA if one not in met)

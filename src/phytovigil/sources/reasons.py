"""Why a raw row, or one value of it, was put aside."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Reason(Enum):
    """A reason code of the quarantine: its code as stored, its scope and one sentence.

    >>> Reason.IMPOSSIBLE_AGE.code, Reason.IMPOSSIBLE_AGE.scope
    ('impossible-age', 'value')
    """

    WRONG_COLUMN_COUNT = (
        "wrong-column-count",
        "row",
        "The row has more or fewer columns than the header, so no value can be placed.",
    )
    UNBALANCED_QUOTE = (
        "unbalanced-quote",
        "row",
        "A quotation mark opens without closing, or closes in the middle of a value.",
    )
    NUL_BYTE = ("nul-byte", "row", "The row holds a NUL byte, the mark of a damaged file.")
    UNDECODABLE = ("undecodable", "row", "The row is neither UTF-8 nor Windows-1252 text.")
    LINE_TOO_LONG = ("line-too-long", "row", "The row is longer than any report is.")
    NOT_AN_OBJECT = ("not-an-object", "row", "A result of the JSON file is not an object with named fields.")
    NO_CASE_ID = ("no-case-id", "row", "The row does not say which case it belongs to.")
    NO_RECEIVED_DATE = ("no-received-date", "row", "The date of receipt by the regulator is missing.")
    IMPOSSIBLE_RECEIVED_DATE = (
        "impossible-received-date",
        "row",
        "The date of receipt is no calendar date, lies before 1960, or lies in the future.",
    )
    UNKNOWN_ROLE = (
        "unknown-role",
        "row",
        "The role of the product is not one that the regulator defines (suspect, interacting, concomitant).",
    )
    IMPOSSIBLE_REVISED_DATE = (
        "impossible-revised-date",
        "value",
        "The date of receipt of the latest version is no calendar date, lies before 1960, or lies in the future.",
    )
    IMPOSSIBLE_EVENT_DATE = (
        "impossible-event-date",
        "value",
        "The date of the event is no calendar date, lies before 1900, or lies in the future.",
    )
    IMPOSSIBLE_AGE = ("impossible-age", "value", "The age is no number, is negative, or exceeds 122 years.")
    UNKNOWN_AGE_UNIT = ("unknown-age-unit", "value", "The age comes without a unit, or with one that is not known.")
    IMPOSSIBLE_WEIGHT = ("impossible-weight", "value", "The weight is no number, is not above 0, or exceeds 635 kg.")
    UNKNOWN_WEIGHT_UNIT = (
        "unknown-weight-unit",
        "value",
        "The weight comes without a unit, or with one that is not known.",
    )
    UNKNOWN_SEX = ("unknown-sex", "value", "The sex is neither female nor male, and no word for unknown either.")
    UNKNOWN_OUTCOME = ("unknown-outcome", "value", "The outcome is not in the table of outcomes.")
    UNKNOWN_SERIOUSNESS = ("unknown-seriousness", "value", "The seriousness is neither serious nor non-serious.")
    UNKNOWN_PRODUCT_ROLE = (
        "unknown-product-role",
        "value",
        "One product of a report has a role that is not known; the report was kept without that product.",
    )
    WRONG_TYPE = ("wrong-type", "value", "A JSON field holds another kind of value than the format defines.")
    UNKNOWN_CODE = (
        "unknown-code",
        "value",
        "The value is a code that the source's documentation does not define; the raw text says which.",
    )
    UNKNOWN_COUNTRY = ("unknown-country", "value", "The country is neither an ISO code nor a country's name.")
    IMPOSSIBLE_THERAPY_DATE = (
        "impossible-therapy-date",
        "value",
        "The start or end of use is no calendar date, lies before 1900, or lies in the future.",
    )
    IMPOSSIBLE_DURATION = (
        "impossible-duration",
        "value",
        "The duration of use is no number, is negative, has no known unit, or exceeds 122 years.",
    )
    NUMBER_MISMATCH = (
        "number-mismatch",
        "value",
        "The number of the report is not its case number followed by its version.",
    )
    NO_TERM = ("no-term", "row", "The row of a reaction names no reaction.")
    UNKNOWN_CODE_ROW = (
        "unknown-code-row",
        "row",
        "The row holds nothing but a code that the source's documentation does not define.",
    )
    NO_KEY = ("no-key", "row", "The row does not say by a number which report it belongs to.")
    MALFORMED_REPORT = ("malformed-report", "row", "The report is not well-formed, even after every certain repair.")
    JOINED_ROWS = ("joined-rows", "repair", "Two rows stood on one line; the line was parted where the second begins.")
    SPLIT_ROW = ("split-row", "repair", "One row stood on two lines or more; they were joined.")
    STRAY_DELIMITER = ("stray-delimiter", "repair", "A delimiter stood inside a value; the value was put together.")
    CONTROL_REPLACED = (
        "control-replaced",
        "repair",
        "The row held control characters, NUL among them; each was read as a blank.",
    )
    WINDOWS_1252 = ("windows-1252", "repair", "The row is not UTF-8; it was read as Windows-1252 text.")
    UNESCAPED_MARKUP = ("unescaped-markup", "repair", "A bare “&” or stray tag stood in the report; it was mended.")
    NO_REACTION = ("no-reaction", "value", "The report codes no reaction.")
    NO_PRODUCT = ("no-product", "value", "The row names no product.")

    def __init__(self, code: str, scope: str, sentence: str) -> None:
        self.code, self.scope, self.sentence = code, scope, sentence


class Fault(NamedTuple):
    """One value that was put aside: why, which field, and the raw text."""

    reason: Reason
    field: str
    raw: str

"""Codes of E2B(R2) in words. Routes, units and frequencies read as in the ASCII files of the same source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.tables import read_table
from phytovigil.sources.values import OLDEST_YEARS, is_missing, read_number

Codes = Mapping[str, str | None]

SEXES: Codes = {"0": None, "1": "male", "2": "female"}

AGE_GROUPS: Codes = {
    "1": "neonate", "2": "infant", "3": "child", "4": "adolescent", "5": "adult", "6": "elderly",
}  # fmt: skip

REPORTERS: Codes = {
    "1": "physician", "2": "pharmacist", "3": "other health professional", "4": "lawyer", "5": "consumer",
}  # fmt: skip

REPORT_TYPES: Codes = {"1": "spontaneous", "2": "study", "3": "other", "4": "not available to sender"}

ROLES: Codes = {"1": "suspect", "2": "concomitant", "3": "interacting"}

REACTION_OUTCOMES: Codes = {
    "1": "recovered", "2": "recovering", "3": "not recovered", "4": "recovered with sequelae", "5": "fatal", "6": None,
}  # fmt: skip

DECHALLENGES: Codes = {"1": "positive", "2": "negative", "3": "unknown", "4": "does not apply"}
"""FDA's files write 3 beside "action taken: unknown" and 4 beside "not applicable": the four codes of its ASCII files.
openFDA's page documents 3 as "does not apply" and has no 4.
"""

RECHALLENGES: Codes = {"1": "positive", "2": "negative", "3": "unknown"}

SERIOUSNESS: Mapping[str, str] = {
    "seriousnessdeath": "death",
    "seriousnesslifethreatening": "life-threatening",
    "seriousnesshospitalization": "hospitalisation",
    "seriousnessdisabling": "disability",
    "seriousnesscongenitalanomali": "congenital anomaly",
    "seriousnessother": "other serious",
}
"""Outcome by flag, gravest first."""

FLAGS = {"1": True, "2": False}

DAYS_OF_A_YEAR = 365.25


@cache
def routes() -> Codes:
    """Route of administration by code."""
    return {row["code"]: row["route"] for row in read_table("e2b_routes")}


@cache
def dose_units() -> Codes:
    """Unit of a dose by code."""
    return {row["code"]: row["unit"] for row in read_table("e2b_dose_units")}


@cache
def time_units() -> dict[str, str]:
    """Unit of time by code, in the words of the table of age units."""
    return {row["code"]: row["unit"] for row in read_table("e2b_time_units")}


@cache
def days_of_units() -> dict[str, float]:
    """Days in a unit of time, by code."""
    return {row["code"]: float(row["days"]) for row in read_table("e2b_time_units")}


@cache
def frequencies() -> dict[tuple[float, float, str], str]:
    """Frequency by doses, length of the interval and its unit."""
    return {
        (float(row["doses"]), float(row["interval"]), row["unit"]): row["frequency"]
        for row in read_table("e2b_dose_frequencies")
    }


def read_code(
    text: str, codes: Codes, field: str, faults: list[Fault], reason: Reason = Reason.UNKNOWN_CODE
) -> str | None:
    """The word of a code, null where there is none; a code that is not defined goes to the faults.

    >>> faults = []
    >>> read_code("2", SEXES, "sex", faults), read_code("", SEXES, "sex", faults), faults
    ('female', None, [])
    """
    code = text.strip()
    if not code:
        return None
    if code not in codes:
        faults.append(Fault(reason, field, text))
        return None
    return codes[code]


def read_padded_code(text: str, codes: Codes, field: str, faults: list[Fault]) -> str | None:
    """The word of a code of three digits, whose leading zeros a file may have dropped.

    >>> read_padded_code("48", routes(), "route", [])
    'Oral'
    """
    code = text.strip()
    return read_code(code.zfill(3) if code else "", codes, field, faults)


@lru_cache(maxsize=4096)
def read_frequency(doses: str, interval: str, unit: str) -> str | None:
    """Frequency of a dose as FAERS abbreviates it, null where it has no abbreviation. One dose unless more are stated.

    >>> read_frequency("1", "1", "804"), read_frequency("", "2", "803"), read_frequency("7", "5", "804")
    ('QD', 'QOW', None)
    """
    number, length = read_number(doses or "1"), read_number(interval)
    if number is None or length is None:
        return None
    return frequencies().get((number, length, unit.strip()))


@lru_cache(maxsize=4096)
def read_duration(amount: str, unit: str) -> tuple[float | None, Fault | None]:
    """Duration of use in days from an amount and the code of its unit.

    >>> read_duration("8", "802")
    (243.5, None)
    >>> read_duration("8", "")[1].reason.code
    'impossible-duration'
    """
    if is_missing(amount):
        return None, None
    number, days = read_number(amount), days_of_units().get(unit.strip())
    if number is None or days is None or not 0 <= number * days <= OLDEST_YEARS * DAYS_OF_A_YEAR:
        return None, Fault(Reason.IMPOSSIBLE_DURATION, "duration_days", f"{amount.strip()} {unit.strip()}".strip())
    return number * days, None

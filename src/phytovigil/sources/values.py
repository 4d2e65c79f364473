"""Single values: ages, weights, sexes, product classes. What cannot be is null, and a Fault says why."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache

from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.tables import read_table

OLDEST_YEARS = 122.0
"""The longest documented human life, in completed years (Robine and Allard, Science 1998;279:1834)."""

HEAVIEST_KG = 635.0
"""The heaviest documented human weight, in kg."""

WORDS_FOR_MISSING = frozenset(
    ("", "-", "not available", "not specified", "not reported", "unknown", "unk", "none given", "null")
)
"""Words that mean "no value" in any column, in lower case. "NA" is not one of them: it is Namibia."""

SEX_WORDS = {"female": "female", "f": "female", "male": "male", "m": "male"}

AMOUNT = re.compile(r"([-+]?[\d.,]+)\s*(.*)", re.DOTALL)


def is_missing(text: str) -> bool:
    """Whether a cell says that it has no value.

    >>> is_missing("Not Specified"), is_missing("NA")
    (True, False)
    """
    return text.strip().lower() in WORDS_FOR_MISSING


def text_or_none(text: str) -> str | None:
    """The cell without blanks around it and without line ends, or None where it says that it has no value.

    >>> text_or_none(" KAVA ROOT "), text_or_none("-")
    ('KAVA ROOT', None)
    """
    stripped = text.strip()
    if stripped.lower() in WORDS_FOR_MISSING:
        return None
    return " ".join(stripped.splitlines()) if "\n" in stripped or "\r" in stripped else stripped


@cache
def age_units() -> dict[str, float]:
    """Years in one unit of age, by the unit's name in lower case."""
    return {row["unit"]: float(row["years"]) for row in read_table("age_units")}


@cache
def weight_units() -> dict[str, float]:
    """Kilograms in one unit of weight, by the unit's name in lower case."""
    return {row["unit"]: float(row["kg"]) for row in read_table("weight_units")}


@lru_cache(maxsize=4096)
def read_age(amount: str, unit: str) -> tuple[float | None, Fault | None]:
    """Age in years from an amount and its unit.

    >>> read_age("6", "Decade(s)")
    (60.0, None)
    >>> age, fault = read_age("250", "Year(s)"); age, fault.reason.code, fault.raw
    (None, 'impossible-age', '250 Year(s)')
    """
    if is_missing(amount):
        return None, None
    raw = f"{amount.strip()} {unit.strip()}".strip()
    number = read_number(amount)
    years = age_units().get(unit.strip().lower())
    if number is None or number < 0:
        return None, Fault(Reason.IMPOSSIBLE_AGE, "age_years", raw)
    if years is None:
        return None, Fault(Reason.UNKNOWN_AGE_UNIT, "age_years", raw)
    if number * years > OLDEST_YEARS:
        return None, Fault(Reason.IMPOSSIBLE_AGE, "age_years", raw)
    return number * years, None


def read_age_text(text: str) -> tuple[float | None, Fault | None]:
    """Age in years from one cell; the FAERS Public Dashboard leaves the unit out where it is years.

    >>> read_age_text("66 YR"), read_age_text("43"), read_age_text("3 MTH")
    ((66.0, None), (43.0, None), (0.25, None))
    """
    if is_missing(text):
        return None, None
    parts = AMOUNT.fullmatch(text.strip())
    if not parts:
        return None, Fault(Reason.IMPOSSIBLE_AGE, "age_years", text)
    age, fault = read_age(parts[1], parts[2] or "YR")
    return age, fault._replace(raw=text) if fault else None


def read_weight(text: str) -> tuple[float | None, Fault | None]:
    """Weight in kg from one cell.

    >>> read_weight("81 KG"), read_weight("-")
    ((81.0, None), (None, None))
    >>> read_weight("900 KG")[1].reason.code
    'impossible-weight'
    """
    if is_missing(text):
        return None, None
    parts = AMOUNT.fullmatch(text.strip())
    number = read_number(parts[1]) if parts else None
    if parts is None or number is None:
        return None, Fault(Reason.IMPOSSIBLE_WEIGHT, "weight_kg", text)
    factor = weight_units().get(parts[2].strip().lower())
    if factor is None:
        return None, Fault(Reason.UNKNOWN_WEIGHT_UNIT, "weight_kg", text)
    if not 0 < number * factor <= HEAVIEST_KG:
        return None, Fault(Reason.IMPOSSIBLE_WEIGHT, "weight_kg", text)
    return round(number * factor, 3), None


def read_number(text: str) -> float | None:
    """A finite number with a decimal point, or None. A comma makes it unreadable: 45,996 was once a date.

    >>> read_number(" 53.23 "), read_number("45,996"), read_number("1e999")
    (53.23, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def read_sex(text: str) -> tuple[str | None, Fault | None]:
    """Female, male or None.

    >>> read_sex("Female"), read_sex("Not Available")
    (('female', None), (None, None))
    """
    sex = SEX_WORDS.get(text.strip().lower())
    if sex or is_missing(text):
        return sex, None
    return None, Fault(Reason.UNKNOWN_SEX, "sex", text)


@lru_cache(maxsize=4096)
def name_category(code: str, name: str) -> str | None:
    """The source's product class as "code name"; a one-digit code gets the zero that older files dropped.

    >>> name_category("9", " Milk/Butter/Dried Milk Prod"), name_category("3A", "")
    ('09 Milk/Butter/Dried Milk Prod', '3A')
    """
    number, words = text_or_none(code), text_or_none(name)
    parts = [number.zfill(2) if number and number.isdigit() else number, words]
    return " ".join(part for part in parts if part) or None

"""What followed when the product was stopped, and when it was taken again: counted, and what it is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

POSITIVE, NEGATIVE, UNKNOWN, NOT_APPLICABLE = "positive", "negative", "unknown", "does not apply"
NOT_RECORDED = "not recorded"
CHALLENGES = (POSITIVE, NEGATIVE, UNKNOWN, NOT_APPLICABLE, NOT_RECORDED)
"""What a report can say; positive: better after the stop, or back when taken again."""

PIGMENT_NOTE = (
    "A negative dechallenge is weak evidence against a product where the event is pigment in the dermis: the substance "
    "is gone in days or weeks, the pigment stays for months or years. No scale is altered for it."
)


def sum_up_challenges(said: Iterable[str | None]) -> dict[str, int]:
    """How many cases say what; None is not recorded.

    >>> sum_up_challenges(["positive", None, "positive", "does not apply"])
    {'positive': 2, 'negative': 0, 'unknown': 0, 'does not apply': 1, 'not recorded': 1}
    """
    counted = Counter(word or NOT_RECORDED for word in said)
    return {word: counted[word] for word in CHALLENGES}


def merge_challenges(said: Iterable[str]) -> str | None:
    """One word for a case that names the product several times: an answer before none, a negative before a positive.

    A case is not told to be positive where one of its entries says the contrary.

    >>> merge_challenges(["unknown", "positive"]), merge_challenges([])
    ('positive', None)
    """
    words = set(said)
    return next((word for word in (NEGATIVE, POSITIVE, UNKNOWN, NOT_APPLICABLE) if word in words), None)

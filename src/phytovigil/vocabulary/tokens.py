"""Reported text -> tokens: upper case, accents folded, apostrophes dropped, every other sign a boundary."""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"[A-Z0-9]+")

# FAERS writes ^ where a reporter typed an apostrophe, and a lost character set leaves a question mark:
# ST. JOHN^S WORT, DEVIL?S CLAW.
_DAMAGED_APOSTROPHE = re.compile(r"(?<=[A-Z])[\^?](?=S(?![A-Z0-9]))")

# Trade mark signs would decompose into letters (TM) and glue themselves to the name.
_REPLACED = str.maketrans(
    dict.fromkeys("’‘`´ʼ′＇", "'")
    | dict.fromkeys("™®©℠", " ")
    | {"α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ω": " omega "}
    | {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"}
)


def split_tokens(text: str) -> list[str]:
    """Split a reported product string into the tokens that names are compared by.

    Letters outside the Latin script count as boundaries.

    >>> split_tokens("St. John's Wort, 300mg")
    ['ST', 'JOHNS', 'WORT', '300MG']
    >>> split_tokens("ST. JOHN^S WORT") == split_tokens("ST JOHN’S WORT")
    True
    """
    if not text.isascii():
        text = _fold(text)
    text = text.upper().replace("'", "").replace("`", "")
    if "^" in text or "?" in text:
        text = _DAMAGED_APOSTROPHE.sub("", text)
    return _TOKEN.findall(text)


def _fold(text: str) -> str:
    """Letters without their accents; what has no Latin letter becomes a blank."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_REPLACED))
    kept = (sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() else " " for sign in kept)

"""A condition in words, made of what it asks for, so that text and rule cannot part."""

from __future__ import annotations

from collections.abc import Sequence

from phytovigil.followup.care.conditions import (
    COMPARISON,
    DRAW,
    EVENT,
    RISK,
    SCORE,
    TAKEN,
    All,
    Condition,
    Leaf,
    Not,
)
from phytovigil.followup.instruments.events import load_events

SCORES = {"pain": "pain", "itch": "worst itch", "withdrawal": "withdrawal scale", "alcohol": "drinks of alcohol"}
MEASURES = {
    "alt": "ALT",
    "ast": "AST",
    "alp": "ALP",
    "bilirubin": "bilirubin",
    "alt_or_ast": "ALT or AST",
    "r": "R",
    "nr": "nR",
}
SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
FLAGS = {
    "hy-fda": "Hy’s law in the FDA form",
    "hy-r5": "Hy’s law with R of 5 and more",
    "hy-nr5": "Hy’s law with nR of 5 and more",
    "first": "the first draw above a limit",
    "raised": "any test above its limit",
    "limit-missing": "a value without its upper limit",
    "rising": "a test above its limit at least half higher than at the draw before",
    "second-peak": "a second peak (down to half, then doubled, above the limit)",
    "initial-cholestasis": "cholestasis at the first draw",
    "no-initial-cholestasis": "no cholestasis at the first draw",
    "none-between": "no intake of the product since the lowest value",
    "taken-between": "an intake of the product since the lowest value",
}


def say_condition(condition: Condition, inside: bool = False) -> str:
    """A condition in one sentence without its full stop.

    >>> say_condition(Leaf("event", ("dark-urine", "itch"), 30))
    '“dark urine” or “itch” (last 30 days)'
    """
    if isinstance(condition, Leaf):
        return say_leaf(condition)
    if isinstance(condition, Not):
        return f"not ({say_condition(condition.part)})"
    word = " and " if isinstance(condition, All) else ", or "
    said = word.join(say_condition(part, inside=True) for part in condition.parts)
    return f"({said})" if inside and len(condition.parts) > 1 else said


def say_leaf(leaf: Leaf) -> str:
    """One thing asked for, with how far it is looked back."""
    if leaf.kind == RISK:
        return f"risk {quote_words(leaf.names)} answered with yes"
    if leaf.kind == EVENT:
        names = {event.key: event.name for event in load_events()}
        said = quote_words([names[name] for name in leaf.names])
        said += f" of grade {leaf.grade} or more" if leaf.grade else ""
    elif leaf.kind == SCORE:
        said = f"{join_words([SCORES[name] for name in leaf.names])} of {leaf.at_least:g} or more"
    elif leaf.kind == TAKEN:
        said = f"{quote_words(leaf.names)} taken"
    elif leaf.kind == DRAW:
        said = "liver tests with " + " and ".join(say_asked(name) for name in leaf.names)
    else:
        said = f"photographs: {quote_words(leaf.names)}"
    return f"{said} (last {leaf.days} days)"


def say_asked(asked: str) -> str:
    """A comparison or a flag of a draw.

    >>> say_asked("alp >= 2"), say_asked("r >= 5"), say_asked("rising")[:12]
    ('ALP ≥ 2 × its limit', 'R ≥ 5', 'a test above')
    """
    match = COMPARISON.fullmatch(asked)
    if match is None:
        return FLAGS[asked]
    times = "" if match["measure"] in ("r", "nr") else " × its limit"
    return f"{MEASURES[match['measure']]} {SIGNS[match['sign']]} {match['bound']}{times}"


def join_words(words: Sequence[str]) -> str:
    """Words with “or” before the last.

    >>> join_words(["a", "b", "c"])
    'a, b or c'
    """
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def quote_words(words: Sequence[str]) -> str:
    """The same in quotation marks, since a name may hold a comma or an “or” of its own."""
    return join_words([f"“{word}”" for word in words])

"""The small language in which a rule says when it holds. It has no code: only what is named here can be asked.

Under `when`, nothing is ever asked to be absent. So a further entry can make a rule hold, and none of another kind can
silence it; the reader of rules refuses `not` there. It has its place under `answered`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phytovigil.errors import UnreadableFile
from phytovigil.followup.instruments.events import load_events
from phytovigil.followup.instruments.reading import check_keys, suggest
from phytovigil.schema.care import LIVER_SIGNS, LiverFact
from phytovigil.schema.change import DIRECTIONS
from phytovigil.schema.diary import RISKS

EVENT, SCORE, TAKEN, RISK, DRAW, SKIN = "event", "score", "taken", "risk", "draw", "skin"
LEAVES: Mapping[str, tuple[str, ...]] = {
    EVENT: ("days", "grade"),
    SCORE: ("days", "at_least"),
    TAKEN: ("days",),
    RISK: (),
    DRAW: ("days",),
    SKIN: ("days",),
}
"""What can be asked for, and the keys that go with it."""

SCORES = ("pain", "itch", "withdrawal", "alcohol")
FLAGS = ("hy-fda", "hy-r5", "hy-nr5", "first", "raised", "limit-missing", *LIVER_SIGNS)
MEASURES = ("alt", "ast", "alp", "bilirubin", "alt_or_ast", "r", "nr")
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
COMPARISON = re.compile(r"(?P<measure>[a-z_]+) *(?P<sign>>=|<=|>|<) *(?P<bound>\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing asked for.

    kind : of LEAVES. names : any of them will do, but a draw must meet all of its comparisons.
    days : how many days it is looked back. at_least : for a score. grade : least grade of an event, 0 for any.
    """

    kind: str
    names: tuple[str, ...]
    days: int = 0
    at_least: float = 0.0
    grade: int = 0


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds on the same day."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Leaf | All | Any_ | Not


def read_condition(raw: Any, where: str, absence: bool = False) -> Condition:
    """A condition as written in a rule. absence : whether `not` may stand in it.

    Raises UnreadableFile that names what is not known, with near names.

    >>> read_condition({"event": ["itch"], "days": 30}, "a rule")
    Leaf(kind='event', names=('itch',), days=30, at_least=0.0, grade=0)
    """
    if not isinstance(raw, Mapping) or not raw:
        raise UnreadableFile(f"{where}: {raw!r} is no condition.", "Write for example { event = ['itch'], days = 30 }.")
    for word, make in (("all", All), ("any", Any_)):
        if word in raw:
            check_keys(raw, (word,), (), where)
            if not isinstance(raw[word], list) or not raw[word]:
                raise UnreadableFile(f"{where}: {word} is empty.", f"Write {word} = [ … ].")
            return make(tuple(read_condition(part, where, absence) for part in raw[word]))
    if "not" in raw:
        check_keys(raw, ("not",), (), where)
        if not absence:
            raise UnreadableFile(
                f"{where}: `not` under `when`.", "A further entry could silence the rule: use `answered`."
            )
        return Not(read_condition(raw["not"], where, absence))
    return read_leaf(raw, where)


def read_leaf(raw: Mapping[str, Any], where: str) -> Leaf:
    """One thing asked for."""
    kinds = [key for key in raw if key in LEAVES]
    if len(kinds) != 1:
        found = next((key for key in raw if key not in LEAVES), "")
        raise UnreadableFile(f"{where}: “{found}” is nothing to ask for.", suggest(found, (*LEAVES, "all", "any")))
    kind = kinds[0]
    check_keys(raw, (kind, *LEAVES[kind]), (kind, *(key for key in LEAVES[kind] if key != "grade")), where)
    names = (raw[kind],) if isinstance(raw[kind], str) else tuple(raw[kind])
    if not names or not all(isinstance(name, str) and name for name in names):
        raise UnreadableFile(f"{where}: {kind} is {raw[kind]!r}.", "Write a list of names.")
    for name in names:
        check_name(kind, name, where)
    for key, least in (("days", 0), ("at_least", 0), ("grade", 1)):
        if key in raw and (isinstance(raw[key], bool) or not isinstance(raw[key], int | float) or raw[key] < least):
            raise UnreadableFile(f"{where}: {key} is {raw[key]!r}.", f"Write a number, {least} or more.")
    return Leaf(kind, names, int(raw.get("days", 0)), float(raw.get("at_least", 0)), int(raw.get("grade", 0)))


def check_name(kind: str, name: str, where: str) -> None:
    """Refuse a name that can never be met. Nodes of products are checked where the vocabulary is known."""
    known: Mapping[str, Collection[str]] = {
        EVENT: [event.key for event in load_events()],
        SCORE: SCORES,
        RISK: tuple(RISKS),
        SKIN: DIRECTIONS,
        DRAW: FLAGS,
    }
    if kind == DRAW and (match := COMPARISON.fullmatch(name)):
        if match["measure"] not in MEASURES:
            raise UnreadableFile(f"{where}: no measure is called “{match['measure']}”.", suggest(name, MEASURES))
        return
    if kind in known and name not in known[kind]:
        raise UnreadableFile(f"{where}: no {kind} is called “{name}”.", suggest(name, known[kind]))


def list_leaves(condition: Condition) -> Iterator[Leaf]:
    """Everything that a condition asks for."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Not):
        yield from list_leaves(condition.part)
    else:
        for part in condition.parts:
            yield from list_leaves(part)


def needs_trigger(condition: Condition) -> bool:
    """Whether it can only hold with something that happened, and not by the product being taken alone."""
    if isinstance(condition, Leaf):
        return condition.kind != TAKEN
    if isinstance(condition, Not):
        return False
    return (any if isinstance(condition, All) else all)(needs_trigger(part) for part in condition.parts)


def meets(draw: LiverFact, asked: str) -> bool:
    """Whether a draw meets a comparison or shows a sign; what is not known is not met."""
    match = COMPARISON.fullmatch(asked)
    if match:
        value = measure(draw, match["measure"])
        return value is not None and COMPARE[match["sign"]](value, float(match["bound"]))
    if asked.startswith("hy-"):
        return draw.hy.get(asked.removeprefix("hy-")) is True
    if asked == "first":
        return draw.first
    if asked == "raised":
        return any(times is not None and times > 1 for times in draw.times.values())
    if asked == "limit-missing":
        return any(test not in draw.limits for test in draw.values)
    return asked in draw.signs


def measure(draw: LiverFact, name: str) -> float | None:
    """A figure of a draw; of ALT and AST the higher multiple that is known."""
    if name == "alt_or_ast":
        known = [times for test in ("alt", "ast") if (times := draw.times.get(test)) is not None]
        return max(known) if known else None
    if name in ("r", "nr"):
        return draw.r if name == "r" else draw.nr
    return draw.times.get(name)

"""What every question to a workspace shares: where to look, what may be named, and the frame of an answer."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypedDict

from phytovigil import __version__
from phytovigil.cases import STRATA
from phytovigil.errors import InvalidRequest, NoAnswer, UnknownName
from phytovigil.schema.selection import Selection
from phytovigil.signals.registry import MEASURES
from phytovigil.sources import SOURCES
from phytovigil.store import Store
from phytovigil.study.counting import ReportCounter
from phytovigil.study.describing import describe_selection
from phytovigil.study.mass_screening import ScreenPlan


class Origin(TypedDict, total=False):
    """Which reports a question looks at.

    source : data set; the only one that can be meant unless given. as_of : latest release that counts, a day
    (2019-12-31) or a quarter (2019Q4).
    """

    source: str | None
    as_of: str | None


class Where(Origin, total=False):
    """Which reports a question looks at, and which cases of them."""

    selection: Selection | None


def frame_answer(kind: str, **content: Any) -> dict[str, Any]:
    """An answer with the name of its schema and the version of the program."""
    program = {"name": "phytovigil", "version": __version__}
    return {"schema": f"phytovigil/{kind}/1", "program": program, **content}


def describe_context(counter: ReportCounter, selection: Selection) -> dict[str, Any]:
    """Where an answer comes from: releases with their files' hashes, vocabulary, cases."""
    opened = counter.opened
    return {
        "source": opened.source.name,
        "as_of": opened.as_of,
        "releases": [
            {"id": item.id, "as_of": item.as_of, "sha256": [entry.sha256 for entry in item.files]}
            for item in opened.session.releases
        ],
        "vocabulary": {"products": opened.products.version, "reactions": opened.reactions.version},
        "selection": describe_selection(selection),
    }


def frame_population(counter: ReportCounter, selection: Selection) -> dict[str, Any]:
    """Where an answer comes from, and whether the source has a complement to compare with."""
    return {**describe_context(counter, selection), "complete": counter.opened.source.complete}


def choose(selection: Selection | None, choices: Mapping[str, Any]) -> Selection:
    """A selection with some of its fields changed; a field that there is not is an error.

    >>> choose(None, {"role": "any", "sex": ["female"]}).describe()
    'any role; sex female'
    """
    known = [field.name for field in fields(Selection)]
    for name in choices:
        require_listed("field of a selection", name, known)
    tupled: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in choices.items()
    }
    return replace(selection or Selection(), **tupled)


def make_plan(
    measures: Sequence[str], tests: Sequence[str], rule: str, level: float | None, adjust: str, min_cases: int
) -> ScreenPlan:
    """What to compute of every pair; a name that there is not is an error."""
    return ScreenPlan(tuple(measures), tuple(tests), rule, level, adjust, min_cases)


def levels(measures: Sequence[str], level: float | None) -> dict[str, float]:
    """The level of each measure's interval; those behind the verdict keep their own."""
    return {name: level or MEASURES[name].level for name in measures}


def check_strata(strata: Sequence[str]) -> None:
    """Refuse strata that there are not."""
    for name in strata:
        require_listed("stratum", name, STRATA)


def require_complement(counter: ReportCounter) -> None:
    """Refuse a source that was selected by product or reaction: nothing can be compared there."""
    if not counter.opened.source.complete:
        raise NoAnswer(
            f"{counter.opened.source.name} holds numerators only: it was selected by product or reaction, "
            "so there is no complement and no measure.",
            "`phytovigil count` gives its counts.",
        )


def choose_source(store: Store, source: str | None) -> str:
    """The source asked for, or the only one of a store that can be meant. Raises InvalidRequest where several can."""
    if source is not None:
        return require_source(source)
    held = store.sources()
    candidates = [name for name in held if SOURCES[name].complete] or list(held)
    if len(candidates) > 1:
        raise InvalidRequest(f"The store holds {', '.join(held)}.", "Say which with --source.")
    return candidates[0] if candidates else next(iter(SOURCES))


def require_source(name: str) -> str:
    """The name of a data set, if there is one of it."""
    require_listed("source", name, SOURCES)
    return name


def require_listed(kind: str, name: str, known: Any) -> None:
    """Refuse a name that is not listed."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=2)
        raise UnknownName(kind, name, f"the {kind}s of this version", near, f"Known are {', '.join(known)}.")


class LazyNames:
    """Reported names, fetched only if a product is not in the vocabulary."""

    def __init__(self, counter: ReportCounter) -> None:
        self._counter = counter

    def __iter__(self) -> Iterator[str]:
        return iter(self._counter.reported_names())

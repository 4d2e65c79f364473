"""Sources, selections and estimates in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phytovigil.dossier.formatting import format_count, format_estimate, format_ratio

Measure = Mapping[str, Any]
Pair = Mapping[str, Any]
Source = Mapping[str, Any]


def join(parts: Iterable[str], between: str = ", ", last: str = " and ") -> str:
    """Join for a sentence.

    >>> join(["a", "b", "c"]), join([])
    ('a, b and c', '')
    """
    *most, final = list(parts) or [""]
    return f"{between.join(most)}{last}{final}" if most else final


def lower_first(text: str) -> str:
    """A title as it stands inside a sentence; an abbreviation keeps its capitals.

    >>> lower_first("Skin pigmentation change"), lower_first("IC of the table")
    ('skin pigmentation change', 'IC of the table')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def name_source(source: Source) -> str:
    """The short name of a source."""
    return str(source.get("label") or source["title"])


def name_sources(sources: Sequence[Source]) -> str:
    """The short names of sources, joined."""
    return join(name_source(source) for source in sources)


def count_of(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count_of(1, "case"), count_of(34, "case"), count_of(2, "analysis", "analyses")
    ('1 case', '34 cases', '2 analyses')
    """
    return f"{format_count(number)} {one if number == 1 else many or one + 's'}"


def say_pair(pair: Pair, measures: Sequence[Measure]) -> str:
    """The table of a pair with every estimate.

    >>> say_pair({"a": 4, "b": 30, "c": 463, "d": 64020, "expected": 0.246, "reaction_title": "Jaundice",
    ...           "estimates": {"ror": {"point": 18.43, "low": 6.51, "high": 52.2}}},
    ...          [{"name": "ror", "title": "Reporting odds ratio", "scale": "ratio"}])
    'jaundice: a 4, b 30, c 463, d 64,020, expected 0.25; reporting odds ratio 18.4 [6.51–52.2]'
    """
    cells = ", ".join(f"{cell} {format_count(pair[cell])}" for cell in "abcd")
    named = f"{lower_first(pair['reaction_title'])}: {cells}, expected {format_ratio(pair['expected'])}"
    return "; ".join([named, *(say_measure(pair, measure) for measure in measures)])


def name_measure(measure: Measure) -> str:
    """The title of a measure inside a sentence; what stands behind a comma goes into brackets.

    >>> name_measure({"title": "Reporting odds ratio, exact conditional"})
    'reporting odds ratio (exact conditional)'
    """
    title, _, kind = str(measure["title"]).partition(", ")
    return f"{lower_first(title)} ({kind})" if kind else lower_first(title)


def say_measure(pair: Pair, measure: Measure) -> str:
    """One estimate with the name of its measure."""
    return f"{name_measure(measure)} {format_estimate(pair['estimates'].get(measure['name']), measure['scale'])}"


def say_short(pair: Pair, measure: Measure) -> str:
    """Count, expected cases and one estimate."""
    return (
        f"{lower_first(pair['reaction_title'])}: {format_count(pair['a'])} observed, "
        f"{format_ratio(pair['expected'])} expected, {say_measure(pair, measure)}"
    )


def name_rule(rule: Mapping[str, Any]) -> str:
    """The rule for a signal, as it stands inside a sentence."""
    return lower_first(str(rule["text"]).rstrip("."))


def end(text: str) -> str:
    """A text that ends as a sentence.

    >>> end("No funding"), end("No funding.")
    ('No funding.', 'No funding.')
    """
    return text if text[-1:] in ".!?:" else f"{text}."


def sentence(text: str) -> str:
    """A text that begins and ends as a sentence.

    >>> sentence("any role; received 2014")
    'Any role; received 2014.'
    """
    return end(text[:1].upper() + text[1:])

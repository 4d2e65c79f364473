"""The fixed words of a dossier: verdicts, parts of the analysis, dimensions of a profile."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a verdict is said and drawn.

    symbol : character shown with the words. shape : Vega shape of the same form. colour : name in the palette.
    """

    words: str
    symbol: str
    shape: str
    colour: str
    filled: bool

    @property
    def title(self) -> str:
        """The words with a capital letter."""
        return start_capital(self.words)


VERDICTS: Mapping[str, Verdict] = {
    "disproportionate": Verdict("disproportionate", "▲", "triangle-up", "signal", True),
    "too-few-to-say": Verdict("too few cases to say", "◇", "diamond", "few", False),
    "not-disproportionate": Verdict("not disproportionate", "●", "circle", "quiet", True),
    "no-measure": Verdict("no measure", "×", "cross", "muted", False),
}

PARTS: Mapping[str, str] = {
    "main": "Main analysis",
    "scope": "Wider and narrower definitions",
    "sensitivity": "Sensitivity analyses",
    "comparator": "Comparators",
    "positive-control": "Positive controls",
    "negative-control": "Negative controls",
}

DIMENSIONS: Mapping[str, str] = {
    "sex": "Sex",
    "age": "Age in years",
    "year": "Year received",
    "country": "Country",
    "reporter": "Reporter",
    "seriousness": "Seriousness",
    "outcome": "Outcome",
    "co_reported": "Products also named",
}


def name_dimension(key: str) -> str:
    """The heading of a dimension; an unknown key reads as itself.

    >>> name_dimension("co_reported"), name_dimension("body_weight")
    ('Products also named', 'Body weight')
    """
    return DIMENSIONS.get(key, key.replace("_", " ").capitalize())


def start_capital(text: str) -> str:
    """The text with its first letter as a capital and the rest untouched.

    >>> start_capital("any role; received 2014")
    'Any role; received 2014'
    """
    return text[:1].upper() + text[1:]


def end_sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a mark of its own.

    >>> end_sentence("at least 3 cases"), end_sentence("Counted from a store.")
    ('at least 3 cases.', 'Counted from a store.')
    """
    return text if not text or text[-1] in ".!?:" else f"{text}."


def make_slug(text: str) -> str:
    """A piece of an anchor or file name.

    >>> make_slug("jaundice/narrow"), make_slug("SKIN DISCOLOURATION")
    ('jaundice-narrow', 'skin-discolouration')
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def say_control(pair: Mapping[str, object]) -> str:
    """Whether a control behaved, in words.

    >>> say_control({"as_expected": False, "expectation": "signal"})
    'not as expected (signal)'
    """
    if not pair["expectation"]:
        return ""
    if pair["as_expected"] is None:
        return f"cannot be said (expected: {pair['expectation']})"
    return f"{'as expected' if pair['as_expected'] else 'not as expected'} ({pair['expectation']})"


def say_usage(product: Mapping[str, Any]) -> str:
    """How the product was used in a case, as far as the source ties it to this very product.

    >>> say_usage({"indications": ["PAIN"], "periods": [{"start": "2014-08", "end": None, "duration_days": None}],
    ...            "dechallenge": "positive", "rechallenge": "unknown"})
    ', for PAIN, from 2014-08, dechallenge positive'
    """
    parts = [f"for {'; '.join(product['indications'])}"] if product["indications"] else []
    parts += [words for period in product["periods"] if (words := say_period(period))]
    parts += [
        f"{test} {product[test]}"
        for test in ("dechallenge", "rechallenge")
        if product[test] in ("positive", "negative")
    ]
    return "".join(f", {part}" for part in parts)


def say_period(period: Mapping[str, Any]) -> str:
    """A period of use.

    >>> say_period({"start": "2015-11-20", "end": "2015-11-22", "duration_days": 3.0})
    'from 2015-11-20, to 2015-11-22, for 3 days'
    """
    days = period["duration_days"]
    parts = [f"from {period['start']}"] if period["start"] else []
    parts += [f"to {period['end']}"] if period["end"] else []
    parts += [f"for {days:.3g} days"] if days is not None else []
    return ", ".join(parts)


def order_profile(profile: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The dimensions of a profile in the order of DIMENSIONS; years and ages run upwards, the rest stays as it is.

    >>> order_profile({"dimensions": {"age": [{"value": "45-64"}, {"value": "unknown"}, {"value": "2-11"}]}})
    [('age', [{'value': '2-11'}, {'value': '45-64'}, {'value': 'unknown'}])]
    """
    dimensions = profile["dimensions"]
    keys = [key for key in DIMENSIONS if key in dimensions] + [key for key in dimensions if key not in DIMENSIONS]
    return [(key, order_counts(key, dimensions[key])) for key in keys]


def order_counts(key: str, counts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Values that are years or age bands by their first number, anything else in them last."""
    if key not in ("year", "age"):
        return list(counts)
    return sorted(counts, key=lambda count: read_start(str(count["value"])))


def read_start(value: str) -> float:
    """The number that a label begins with, or infinity."""
    number = re.match(r"\d+", value)
    return float(number.group()) if number else math.inf

"""The answer in three sentences, made of the verdicts and the numbers. No sentence knows any product.

1. What the leading source shows for each outcome. 2. Whether that holds in the other analyses and what the
controls say. 3. What the sources without a complement add, and what none of this can tell.

Where the controls fail, the first sentence says that the answer is withheld and why, and no verdict is repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from phytovigil.study.estimating import DISPROPORTIONATE, NO_MEASURE, NOT_DISPROPORTIONATE, TOO_FEW, show
from phytovigil.study.naming import NamedReaction

Pair = dict[str, Any]
SourceFacts = dict[str, Any]

WEAKEST_FIRST = (TOO_FEW, NOT_DISPROPORTIONATE, NO_MEASURE, DISPROPORTIONATE)
"""The order of verdicts in a sentence: what the data cannot show is said before what it shows."""

NOTHING_SHOWN = "No control pair was run, so nothing shows that this data would find a known link or stay silent."


def answer(
    product: str,
    sources: Sequence[SourceFacts],
    outcomes: Sequence[NamedReaction],
    controls: dict[str, Any],
    missing: Sequence[dict[str, str]] = (),
    curves: Sequence[Mapping[str, Any]] = (),
) -> list[str]:
    """The three sentences; only the study's outcomes enter them, not the reactions shown for context.

    controls : what `control_findings` says of them; where `failed`, the first sentence withholds the answer.
    curves : the specification curves of the outcomes.
    """
    keys = {outcome.key for outcome in outcomes}
    leading = next((source for source in sources if source["complete"]), None)
    failed = {judged["source"] for judged in controls["sources"] if judged["failed"]}
    others = [
        describe_other(product, source, keys, source["source"] in failed) for source in sources if source is not leading
    ]
    absent = [f"{source['label']} was asked for and is not at hand." for source in missing]
    last = " ".join([*others, *absent, "Reports cannot prove a cause or give a frequency."])
    if leading is None:
        first = f"No source at hand can measure disproportionality for {product}: each holds numerators only."
        return [first, controls["text"], last]
    if controls["failed"]:
        return [withheld_sentence(leading, controls["why"]), controls["text"], last]
    main = main_pairs(leading, keys)
    drawn = [curve for curve in curves if curve["source"] == leading["source"] and curve["summary"]["judged"]]
    sentences = (stability_sentence(leading, main), curve_sentence(drawn), controls["text"], controls["calibration"])
    second = " ".join(filter(None, sentences))
    return [lead_sentence(product, leading, main), second, last]


def withheld_sentence(source: SourceFacts, why: str) -> str:
    """That there is no answer, and why."""
    return (
        f"The answer is withheld: on {source['label']} (as of {source['as_of']}) the controls fail, because {why}; the "
        "counts stand in the tables, and no verdict is drawn from them."
    )


def lead_sentence(product: str, source: SourceFacts, main: Sequence[Pair]) -> str:
    """What the leading source shows for each outcome."""
    role = "" if main[0]["selection"]["role"] == "any" else " as suspect"
    named, total = main[0]["a"] + main[0]["b"], main[0]["n"]
    if not named:
        return (
            f"{source['label']} (as of {source['as_of']}) holds no case that names {product}{role} among "
            f"{total:,}, so it can say nothing about it."
        )
    clauses = [clause for verdict in WEAKEST_FIRST for clause in verdict_clauses(main, verdict)]
    cases = f"{named:,} case{'s' if named != 1 else ''}"
    return (
        f"{source['label']} (as of {source['as_of']}, {cases} naming {product}{role} among {total:,}) "
        f"shows {join(clauses, '; ', '; and ')}."
    )


def verdict_clauses(main: Sequence[Pair], verdict: str) -> list[str]:
    """One clause for all outcomes of a verdict; none where there is no such outcome."""
    pairs = [pair for pair in main if pair["verdict"] == verdict]
    if not pairs:
        return []
    named = join(f"{title(pair)} {seen(pair)}" for pair in pairs)
    if verdict == TOO_FEW:
        little = "this absence proves" if all(pair["a"] == 0 for pair in pairs) else "this proves"
        return [f"no disproportionate reporting of {named}, with so few cases that {little} little"]
    if verdict == NOT_DISPROPORTIONATE:
        return [f"no disproportionate reporting of {named}, and excludes a doubling"]
    if verdict == NO_MEASURE:
        return [f"no case at all of {join(title(pair) for pair in pairs)}"]
    return [f"disproportionate reporting of {named}"]


def title(pair: Pair) -> str:
    """The reaction as it stands inside a sentence."""
    words: str = pair["reaction_title"]
    return words[:1].lower() + words[1:]


def seen(pair: Pair) -> str:
    """Observed and expected, with the exact interval of the reporting odds ratio."""
    ratio = pair["estimates"].get("ror-midp") or {}
    if ratio.get("low") is None:
        return seen_counts(pair)
    point, low, high = (infinite(ratio[key]) for key in ("point", "low", "high"))
    return f"{seen_counts(pair)[:-1]}; reporting odds ratio {point}, 95 % interval {low} to {high})"


def infinite(value: float | None) -> str:
    """A ratio that is known to be a number or infinite.

    >>> infinite(17.09), infinite(0.0), infinite(None)
    ('17', '0', 'infinity')
    """
    if value is None:
        return "infinity"
    return "0" if value == 0 else f"{value:.2g}" if value < 100 else f"{value:,.0f}"


def seen_counts(pair: Pair) -> str:
    """Observed and expected."""
    return f"({pair['a']:,} observed, {show(pair['expected'])} expected)"


def stability_sentence(source: SourceFacts, main: Sequence[Pair]) -> str:
    """In how many of the other analyses each outcome gets the same verdict."""
    parts = []
    for pair in main:
        others = [other for other in source["pairs"] if is_variant(other, pair)]
        if others:
            parts.append(f"{title(pair)} {describe_stability(pair, others)}")
    return f"In the other analyses, {join(parts)}." if parts else "No other analysis was asked for."


def describe_stability(pair: Pair, others: Sequence[Pair]) -> str:
    """How often the verdict is kept, and what it turns into elsewhere."""
    same = sum(other["verdict"] == pair["verdict"] for other in others)
    turned = Counter(other["verdict"] for other in others if other["verdict"] != pair["verdict"])
    into = join(f"{verdict.replace('-', ' ')} in {count}" for verdict, count in sorted(turned.items()))
    return f"keeps its verdict in {same} of {len(others)}{f' (it is {into})' if into else ''}"


def curve_sentence(curves: Sequence[Mapping[str, Any]]) -> str:
    """In how many of all specifications each outcome is disproportionate, and what that depends on most."""
    if not curves:
        return ""
    return f"Over all specifications, disproportionate are {join(describe_curve(curve) for curve in curves)}."


def describe_curve(curve: Mapping[str, Any]) -> str:
    """One outcome over all specifications."""
    summary = curve["summary"]
    named = curve["reaction_title"][:1].lower() + curve["reaction_title"][1:]
    moving = [mover for mover in curve["movers"] if mover["verdict_changes"]]
    depends = f" (it depends most on “{moving[0]['title'].lower()}”)" if moving else ""
    return f"{named} in {summary['signals']:,} of {summary['judged']:,}{depends}"


def is_variant(other: Pair, pair: Pair) -> bool:
    """Whether a pair is the same question under another selection or list of terms."""
    return other["part"] in ("sensitivity", "scope") and other["outcome"] == pair["outcome"]


def control_summary(
    sources: Sequence[Mapping[str, Any]], judged: Sequence[Mapping[str, Any]], unable: Set[str] = frozenset()
) -> dict[str, Any]:
    """How the control pairs behaved over all sources, and what follows for the answer.

    judged : per source with a complement, what `judge_source` says of its controls. unable : ids of the controls that
    have too few cases to show anything.
    """
    pairs = [pair for source in sources for pair in source["pairs"] if pair["as_expected"] is not None]
    positive = [pair for pair in pairs if pair["part"] == "positive-control"]
    negative = [pair for pair in pairs if pair["part"] == "negative-control"]
    found, silent = (sum(pair["as_expected"] for pair in part) for part in (positive, negative))
    able = sum(source["positive_able"] for source in judged)
    return {
        "positive": len(positive),
        "positive_found": found,
        "positive_able": able,
        "negative": len(negative),
        "negative_silent": silent,
        "negative_able": sum(source["negative_able"] for source in judged),
        "text": control_sentence(positive, negative, unable),
    }


def control_sentence(positive: Sequence[Pair], negative: Sequence[Pair], unable: Set[str]) -> str:
    """What the controls say, in one sentence, naming those that did not behave."""
    if not positive and not negative:
        return NOTHING_SHOWN
    found, silent = (sum(pair["as_expected"] for pair in part) for part in (positive, negative))
    excluding = sum(pair["verdict"] == NOT_DISPROPORTIONATE for pair in negative)
    said = (
        f"{found} of {len(positive)} positive controls are found and {silent} of {len(negative)} negative controls "
        f"stay silent ({excluding} of them with enough cases to exclude a doubling)"
    )
    failed = [pair for pair in (*positive, *negative) if not pair["as_expected"]]
    odd = name_pairs(pair for pair in failed if pair["id"] not in unable)
    rare = name_pairs(pair for pair in failed if pair["id"] in unable)
    named = [f"not as expected: {odd}"] * bool(odd) + [f"with too few cases to be found: {rare}"] * bool(rare)
    return f"{'; '.join([said, *named])}."


def name_pairs(pairs: Iterable[Pair]) -> str:
    """Control pairs with their counts; empty for none."""
    listed = [f"{pair['product_name']} × {title(pair)} {seen_counts(pair)}" for pair in pairs]
    return join(listed) if listed else ""


def describe_other(product: str, source: SourceFacts, outcomes: set[str], failed: bool = False) -> str:
    """Counts of one further source, as what they are; failed : its controls fail, and its verdicts are withheld."""
    main = main_pairs(source, outcomes)
    counts = join(f"{pair['a']:,} with {title(pair)}" for pair in main)
    where = f"{source['label']} (as of {source['as_of']})"
    named = f"{where} names {product} in {source['product_cases']:,} cases, {counts}"
    if failed:
        return f"{named}; its controls fail, so its verdicts are withheld."
    if source["complete"]:
        verdicts = join(f"{title(pair)}: {pair['verdict'].replace('-', ' ')}" for pair in main)
        return f"{named}; {verdicts}."
    return f"{named}; selected by product, it holds numerators only, and nobody can say from it whether that is many."


def main_pairs(source: SourceFacts, outcomes: set[str]) -> list[Pair]:
    """The main analysis of the study's outcomes."""
    return [pair for pair in source["pairs"] if pair["part"] == "main" and pair["reaction"] in outcomes]


def join(parts: Iterable[str], between: str = ", ", last: str = " and ") -> str:
    """Join for a sentence.

    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    *most, final = list(parts) or [""]
    return f"{between.join(most)}{last}{final}" if most else final

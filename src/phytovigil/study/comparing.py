"""Several products beside one another for the same reactions, and one product across sources. Nothing is ranked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from phytovigil.cases import triple_sql
from phytovigil.errors import InvalidRequest
from phytovigil.schema.selection import Selection
from phytovigil.signals.registry import RULES
from phytovigil.study.asking import LazyNames, describe_context, frame_answer, levels, require_listed
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.describing import describe_product, describe_reaction
from phytovigil.study.estimating import (
    DISPROPORTIONATE,
    NO_MEASURE,
    apply_rule,
    estimate_pairs,
    finite,
    judge_pair,
    with_deciders,
)
from phytovigil.study.facts import product_names
from phytovigil.study.mass_screening import Learned, ScreenPlan, describe_learned
from phytovigil.study.naming import NamedProduct, NamedReaction, name_product, name_reaction
from phytovigil.study.screening import learn_from_all
from phytovigil.study.selecting import include_product

OpenCounter = Callable[[str | None, str | None], AbstractContextManager[ReportCounter]]

MOST_NAMES = 5
"""Names as reported that are listed of each product; all are counted."""

NO_COMPLEMENT = "This source was selected by product or reaction: there is no complement, so there is no measure."
NOT_A_RANKING = (
    "A measure compares how often a reaction is reported with a product and without it. A product with more publicity "
    "or more reports is not the worse one, and one with few reports is not the safer one: the products stand in the "
    "order in which they were asked for, and none of these numbers ranks them by risk."
)
SHARED_CASES = "A case that names two of the products counts for both, in each one's own row."
BETWEEN = (
    "Between two products: cases that name one of them, without the cases that name both. A ratio above 1 means that "
    "the reaction is named in a larger share of the first one's reports; who reports which product and why comes with "
    "it."
)
MANY = (
    "{number} comparisons of two products were made; at 95 % about {false} of them would leave out 1 by chance alone."
)
ACROSS = (
    "Sources overlap and differ in what they take in; the same case may stand in two of them. Rows of different "
    "sources confirm or contradict one another, and are not added up."
)
NESTED = "one of the two is counted under the other, so they cannot be taken apart"
UNMEASURED = "the source has no complement: what it holds was selected by product or reaction"
NO_CASES = "one of the two is named in no case of the population"
NEITHER = "neither of the two is named with the reaction"


@dataclass(frozen=True, slots=True)
class Question:
    """What is compared. products : in the order asked for; the first is the one that is set against the others."""

    products: tuple[str, ...]
    reactions: tuple[str, ...]
    selection: Selection
    plan: ScreenPlan


@dataclass(frozen=True)
class OpenQuestion:
    """A question that one source has understood."""

    asked: Question
    counter: ReportCounter
    products: tuple[NamedProduct, ...]
    reactions: tuple[NamedReaction, ...]
    _learned: dict[Any, Learned] = field(default_factory=dict)

    def learned(self, product: NamedProduct, selection: Selection) -> Learned:
        """What measures learn of a population, which is gone through once."""
        key = (product.reported, selection)
        if key not in self._learned:
            self._learned[key] = learn_from_all(self.counter, product, selection, self.asked.plan.needed, ())
        return self._learned[key]


def compare_products(
    open_counter: OpenCounter, asked: Question, sources: Sequence[str | None], as_of: str | None
) -> dict[str, Any]:
    """Every product with every reaction on every source, with the cases that two products share.

    Raises InvalidRequest where there is nothing to compare: one product on one source, or a name given twice.
    """
    check_question(asked, sources)
    parts, products, reactions, selection = [], [], [], {}
    for source in sources:
        with open_counter(source, as_of) as counter:
            question = understand(asked, counter)
            parts.append(compare_on(question))
            products = [describe_product(product) for product in question.products]
            reactions = [describe_reaction(reaction) for reaction in question.reactions]
            selection = describe_context(counter, asked.selection)["selection"]
    names = with_deciders(asked.plan.measures)
    return frame_answer(
        "compare",
        products=products,
        reactions=reactions,
        selection=selection,
        measures=list(names),
        levels=levels(names, asked.plan.level),
        rule={"name": asked.plan.rule, "text": RULES[asked.plan.rule].title},
        min_cases=asked.plan.min_cases,
        sources=parts,
        notes=list(list_notes(parts, len(products))),
    )


def check_question(asked: Question, sources: Sequence[str | None]) -> None:
    """Refuse a comparison of one thing with itself."""
    for kind, names in (("product", asked.products), ("reaction", asked.reactions), ("source", sources)):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InvalidRequest(f"The {kind} “{twice}” is given twice.", "Name each once.")
    require_listed("rule", asked.plan.rule, RULES)
    if len(asked.products) < 2 and len(sources) < 2:
        raise InvalidRequest(
            "There is nothing to compare: one product on one source.",
            "Name a second product, or a second --source; `phytovigil count` answers for one.",
        )


def understand(asked: Question, counter: ReportCounter) -> OpenQuestion:
    """The products and reactions that are meant. Raises UnknownName, with near names."""
    opened = counter.opened
    names, terms = LazyNames(counter), counter.reported_terms()
    products = tuple(name_product(name, opened.products, names) for name in asked.products)
    reactions = tuple(name_reaction(name, opened.reactions, terms) for name in asked.reactions)
    for kind, keys in (("product", [p.key for p in products]), ("reaction", [r.key for r in reactions])):
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise InvalidRequest(f"Two of the names mean the {kind} “{twice}”.", "Name each once.")
    return OpenQuestion(asked, counter, products, reactions)


def compare_on(question: OpenQuestion) -> dict[str, Any]:
    """All that is said of one source."""
    counter = question.counter
    source = counter.opened.source
    context = describe_context(counter, question.asked.selection)
    pairs = list(combinations(question.products, 2))
    cells = {
        (first.key, second.key, reaction.key): count_two(question, first, second, reaction)
        for first, second in pairs
        for reaction in question.reactions
    }
    return {
        **{key: context[key] for key in ("source", "as_of", "releases", "vocabulary")},
        "label": source.label,
        "complete": source.complete,
        "names": [describe_names(question, product) for product in question.products],
        "rows": [row for reaction in question.reactions for row in compare_reaction(question, reaction)],
        "shared": [
            describe_shared(first, second, reaction, cells[first.key, second.key, reaction.key])
            for reaction in question.reactions
            for first, second in pairs
        ],
        "between": [
            compare_two(question, other, reaction, cells[question.products[0].key, other.key, reaction.key])
            for reaction in question.reactions
            for other in question.products[1:]
        ],
        **describe_learning(question),
    }


def describe_learning(question: OpenQuestion) -> dict[str, Any]:
    """What measures have learned of the first product's population, and the notes of a source."""
    if not question.counter.opened.source.complete:
        return {"learned": {}, "notes": [NO_COMPLEMENT]}
    first = question.products[0]
    learned = question.learned(first, include_product(question.asked.selection, first.key))
    values, notes = describe_learned(question.asked.plan, learned)
    return {"learned": values, "notes": notes}


def describe_names(question: OpenQuestion, product: NamedProduct) -> dict[str, Any]:
    """The names as reported that were read as a product, in any role."""
    found = product_names(question.counter, product, question.asked.selection)
    return {"product": product.key, "names": len(found), "most_frequent": found[:MOST_NAMES]}


def compare_reaction(question: OpenQuestion, reaction: NamedReaction) -> Iterator[dict[str, Any]]:
    """One row for each product with a reaction."""
    for product in question.products:
        selection = include_product(question.asked.selection, product.key)
        cells = question.counter.count_pair(product, reaction, selection)
        yield {
            "product": product.key,
            "product_name": product.name,
            "reaction": reaction.key,
            "reaction_title": reaction.title,
            "product_cases": cells[0] + cells[1],
            **measure_row(question, product, selection, cells),
        }


def measure_row(question: OpenQuestion, product: NamedProduct, selection: Selection, cells: Cells) -> dict[str, Any]:
    """Counts, estimates and verdict of a pair; counts alone where there is no complement."""
    if not question.counter.opened.source.complete:
        nothing = dict.fromkeys(("c", "d", "n", "expected", "signal"))
        return {"a": cells[0], "b": cells[1], **nothing, "estimates": {}, "verdict": NO_MEASURE, "why": NO_COMPLEMENT}
    plan = question.asked.plan
    values = question.learned(product, selection).values
    (estimate,) = estimate_pairs([cells], plan.measures, learned=values, level=plan.level)
    (signal,) = apply_rule([cells], plan.rule, plan.min_cases, learned=values)
    verdict, why = judge_pair(cells, estimate, signal, plan.rule, plan.min_cases)
    return {
        **dict(zip("abcd", cells, strict=True)),
        "n": sum(cells),
        "expected": estimate["expected"],
        "signal": verdict == DISPROPORTIONATE,
        "estimates": estimate["estimates"],
        "verdict": verdict,
        "why": why,
    }


def count_two(
    question: OpenQuestion, first: NamedProduct, second: NamedProduct, reaction: NamedReaction
) -> Mapping[str, int]:
    """Cases by first product, second product and reaction (n111 … n000), both in the role that is asked for."""
    counter, chosen = question.counter, question.asked.selection
    selection = include_product(include_product(chosen, first.key), second.key)
    counter.check(selection)
    asked = (counter.product(first), counter.product(second), counter.reaction(reaction), selection)
    row: Mapping[str, int] = counter.opened.session.engine.query_one(triple_sql(*asked, counter.opened.nodes))
    return row


def describe_shared(
    first: NamedProduct, second: NamedProduct, reaction: NamedReaction, counted: Mapping[str, int]
) -> dict[str, Any]:
    """Cases that name two of the products."""
    return {
        "products": [first.key, second.key],
        "reaction": reaction.key,
        "cases": counted["n111"] + counted["n110"],
        "cases_with_reaction": counted["n111"],
    }


def compare_two(
    question: OpenQuestion, other: NamedProduct, reaction: NamedReaction, counted: Mapping[str, int]
) -> dict[str, Any]:
    """The first product against another, as active comparators: their reporting odds ratio and how it was counted."""
    first = question.products[0]
    cells = (counted["n101"], counted["n100"], counted["n011"], counted["n010"])
    withheld = why_withheld(question, first, other, cells)
    estimate = estimate_pairs([cells], ("ror-midp", "ror"))[0]["estimates"] if not withheld else {}
    chosen = {name: estimate[name] for name in ("ror-midp", "ror")} if estimate else {}
    return {
        "products": [first.key, other.key],
        "names": [first.name, other.name],
        "reaction": reaction.key,
        **dict(zip("abcd", cells, strict=True)),
        "left_out": counted["n111"] + counted["n110"],
        "estimates": chosen,
        "log_difference": log_difference(chosen.get("ror")),
        "withheld": withheld,
    }


def why_withheld(question: OpenQuestion, first: NamedProduct, other: NamedProduct, cells: Cells) -> str:
    """Why two products are not compared; empty where they are."""
    if not question.counter.opened.source.complete:
        return UNMEASURED
    below_first, below_other = ({key for key, _ in product.nodes} | {product.key} for product in (first, other))
    if below_first & below_other:
        return NESTED
    a, b, c, d = cells
    if a + b == 0 or c + d == 0:
        return NO_CASES
    return NEITHER if a + c == 0 else ""


def log_difference(ratio: Mapping[str, float | None] | None) -> dict[str, float | None] | None:
    """The difference of the log odds of being reported with the reaction, with its Wald interval."""
    if ratio is None or not ratio["point"] or not ratio["low"] or not ratio["high"]:
        return None
    return {key: finite(math.log(ratio[key] or math.nan)) for key in ("point", "low", "high")}


def list_notes(parts: Sequence[Mapping[str, Any]], products: int) -> Iterator[str]:
    """What must stand beside the numbers."""
    yield NOT_A_RANKING
    if products > 1:
        yield SHARED_CASES
    made = [row for part in parts for row in part["between"] if not row["withheld"]]
    if made:
        yield BETWEEN
    if len(made) > 1:
        yield MANY.format(number=len(made), false=f"{0.05 * len(made):.2g}")
    if len(parts) > 1:
        yield ACROSS


def make_question(
    products: Sequence[str], reactions: Sequence[str], selection: Selection, plan: ScreenPlan
) -> Question:
    """A question; a single name may be given as a text. Raises InvalidRequest for no product or no reaction."""
    for kind, names in (("product", products), ("reaction", reactions)):
        if not names:
            raise InvalidRequest(f"No {kind} is named.", f"Name at least one {kind}.")
    listed = [(names,) if isinstance(names, str) else tuple(names) for names in (products, reactions)]
    return Question(listed[0], listed[1], selection, plan)

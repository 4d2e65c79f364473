"""Do the cases of other products hide a pair?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.cases import names_of_sql, others_sql, without_others_sql
from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.masking import (
    JUHLIN,
    MAIGNEN,
    masking_ratio,
    rank_maskers,
    remove_maskers,
    share_of_reaction,
)
from phytovigil.signals.registry import RULES
from phytovigil.study.answering import join
from phytovigil.study.counting import Cells
from phytovigil.study.estimating import apply_rule, estimate_pairs, finite
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.plain import plain_cells

MEASURES = ("prr", "ror", "ror-midp", "ic")
RULE = "ic025"

MASKED, STILL_SIGNAL, NOT_MASKED, NO_MASKER, NOTHING = (
    "masked",
    "signal-anyway",
    "not-masked",
    "no-masker",
    "nothing-to-mask",
)


def examine_masking(asked: Asked, most: int, least_ratio: float, *, reported: bool) -> dict[str, Any]:
    """Other products by how much their cases hide the pair, and the pair without them.

    most : products to list. least_ratio : masking ratio from which a product's cases are left out in the end.
    reported : other products are names as reported instead of nodes of the vocabulary.
    """
    whole = asked.counter.count_pair(asked.product, asked.reaction, asked.selection)
    found = asked.query(
        others_sql(
            asked.counted_product,
            asked.counted_reaction,
            asked.selection,
            asked.nodes,
            family_of(asked),
            reported=reported,
        )
    )
    numbers = [int(str(number)) for number in found["other"]]
    naming = Counts.of(*(found[cell] for cell in "abcd"))  # type: ignore[arg-type]
    chosen = rank_maskers(table(whole), naming, most)
    names = name_others(asked, [numbers[place] for place in chosen], reported=reported)
    maskers = describe_maskers(whole, naming.select(chosen), names)
    strong = [place for place, row in enumerate(maskers) if row["ratio"] is None or row["ratio"] >= least_ratio]
    removed = [numbers[chosen[place]] for place in strong]
    before = describe_table(whole)
    together = describe_together(asked, whole, maskers, strong, removed, reported=reported) if strong else None
    answer = {
        "reported": reported,
        "most": most,
        "least_ratio": least_ratio,
        "rule": RULES[RULE].title,
        "before": before,
        "products_looked_at": len(numbers),
        "maskers": maskers,
        "together": together,
    }
    answer["verdict"] = judge(before, together)
    return {**answer, "why": explain(asked.product.name, answer), "sources": [MAIGNEN, JUHLIN]}


def family_of(asked: Asked) -> list[int]:
    """The product's own node, those above it and those below it; none for a name as reported."""
    opened = asked.counter.opened
    members = {opened.nodes[member] for member, _ in asked.product.nodes}
    above = {node for member in members for node in opened.products.ancestors(member)}
    return sorted(members | above)


def table(cells: Cells) -> Counts:
    """One pair as arrays of shape (1,)."""
    return Counts.of(*([cell] for cell in cells))


def name_others(asked: Asked, numbers: list[int], *, reported: bool) -> list[tuple[str, str]]:
    """Key and name of some products."""
    if reported:
        found = asked.query(names_of_sql(numbers))
        texts: Mapping[Any, Any] = dict(zip(found["word"], found["text"], strict=True))
        return [(f"reported:{texts[number]}", str(texts[number])) for number in numbers]
    nodes = asked.counter.opened.products.nodes
    return [(nodes[number].id, nodes[number].name) for number in numbers]


def describe_table(cells: Cells) -> dict[str, Any]:
    """A 2×2 table with its measures and what the rule makes of it."""
    return {
        **plain_cells(cells),
        **estimate_pairs([cells], MEASURES)[0],
        "signal": apply_rule([cells], RULE, 3)[0],
    }


def describe_maskers(whole: Cells, naming: Counts, names: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Each masker with its share, its ratio, and the pair without its cases."""
    if not names:
        return []
    pair = table(whole)
    left = remove_maskers(pair, naming)
    ratio, share = masking_ratio(pair, naming), share_of_reaction(pair, naming)
    cells: list[Cells] = [tuple(map(int, row)) for row in zip(left.a, left.b, left.c, left.d, strict=True)]  # type: ignore[misc]
    return [
        {
            "id": key,
            "name": name,
            "cases": int(naming.total[place]),
            "with_reaction": int(naming.with_reaction[place]),
            "share": finite(share[place]),
            "removed": int(naming.c[place] + naming.d[place]),
            "ratio": finite(ratio[place]),
            "without": describe_table(cells[place]),
        }
        for place, (key, name) in enumerate(names)
    ]


def describe_together(
    asked: Asked, whole: Cells, maskers: list[dict[str, Any]], strong: list[int], removed: list[int], *, reported: bool
) -> dict[str, Any]:
    """The pair without the cases of all strong maskers, each case left out once."""
    sql = without_others_sql(
        asked.counted_product, asked.counted_reaction, asked.selection, asked.nodes, removed, reported=reported
    )
    row = asked.counter.opened.session.engine.query_one(sql)
    cells: Cells = (row["a"], row["b"], row["c"], row["d"])
    left_out = Counts.of([0], [0], *([before - after] for before, after in zip(whole[2:], cells[2:], strict=True)))
    return {
        "products": [maskers[place]["id"] for place in strong],
        "removed": sum(whole) - sum(cells),
        "ratio": finite(masking_ratio(table(whole), left_out)[0]),
        "without": describe_table(cells),
    }


def judge(before: dict[str, Any], together: dict[str, Any] | None) -> str:
    """Whether strong maskers hide the pair."""
    if before["a"] == 0:
        return NOTHING
    if before["signal"]:
        return STILL_SIGNAL
    if together is None:
        return NO_MASKER
    return MASKED if together["without"]["signal"] else NOT_MASKED


def explain(product: str, answer: dict[str, Any]) -> list[str]:
    """What the maskers do, in sentences."""
    maskers, together, least = answer["maskers"], answer["together"], answer["least_ratio"]
    looked = f"{answer['products_looked_at']:,} other products are named in cases of the reaction without {product}"
    said = {
        NOTHING: "No case has both, so there is nothing that could be hidden.",
        STILL_SIGNAL: "The rule is met with all cases in: nothing is hidden, though it may be weakened.",
        NO_MASKER: f"None of them raises the PRR {least:g} times or more when it is left out: nothing hides the pair.",
        MASKED: "Without the strong maskers the rule is met: they hide the pair.",
        NOT_MASKED: "Without the strong maskers the rule is still not met: they do not hide the pair.",
    }
    return [
        f"{looked}; {count_masking(maskers, answer['most'])}.",
        *explain_strongest(maskers),
        *explain_together(together, least),
        said[answer["verdict"]],
    ]


def count_masking(maskers: list[dict[str, Any]], most: int) -> str:
    """How many are listed."""
    if not maskers:
        return "none of them masks it (every masking ratio is at most 1)"
    return f"the {len(maskers)} that mask it most are listed" if len(maskers) == most else f"{len(maskers)} mask it"


def explain_strongest(maskers: list[dict[str, Any]]) -> list[str]:
    """The strongest masker in a sentence."""
    if not maskers:
        return []
    first = maskers[0]
    return [
        f"The strongest, {first['name']}, is named in {100 * first['share']:.1f} % of the reaction's cases; "
        f"without its {first['removed']:,} cases {explain_ratio(first['ratio'])}."
    ]


def explain_ratio(ratio: float | None) -> str:
    """A masking ratio in words; null is infinite.

    >>> explain_ratio(1.0284), explain_ratio(None)
    ('the PRR is 1.03 times what it was', 'the reaction is reported with nothing else')
    """
    if ratio is None:
        return "the reaction is reported with nothing else"
    return f"the PRR is {ratio:.3g} times what it was"


def explain_together(together: dict[str, Any] | None, least: float) -> list[str]:
    """The strong maskers together in a sentence."""
    if together is None:
        return []
    number = len(together["products"])
    whose = "the product" if number == 1 else f"all {number} products"
    return [
        f"Without the {together['removed']:,} cases of {whose} with a masking ratio of {least:g} or more "
        f"({join(together['products'])}), {explain_ratio(together['ratio'])}."
    ]

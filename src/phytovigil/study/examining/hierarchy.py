"""Which node of a hierarchy of reactions stands out among the cases of a product."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.cases import STRATA
from phytovigil.cases.tree_counts import scanned_cases_sql, scanned_terms_sql
from phytovigil.errors import InvalidRequest
from phytovigil.signals.hierarchy.drawing import CaseDraws
from phytovigil.signals.hierarchy.incidence import Incidence, cases_by_leaf, cases_by_node, incidence, join_blocks
from phytovigil.signals.hierarchy.tree_scan import TreeScan, count_exposed, scan_cases, scan_poisson, share_cases
from phytovigil.signals.ic import ic_of_expected
from phytovigil.study.estimating import finite, show
from phytovigil.study.examining.asked import AskedProduct
from phytovigil.vocabulary.meddra import ALL, PRIMARY, Meddra, load_meddra
from phytovigil.vocabulary.meddra_queries import load_queries
from phytovigil.vocabulary.reaction_tree import ReactionTree, grow_group_tree, grow_meddra_tree

MEDDRA_VARIABLE = "PHYTOVIGIL_MEDDRA"
GROUPS, MEDDRA, QUERIES = "groups", "meddra", "smq"
TREES = (GROUPS, MEDDRA, QUERIES)
CASES, POISSON = "cases", "poisson"
NULLS = (CASES, POISSON)
SIGNIFICANT = 0.05
"""Share of trees with nothing in them that would still show a cut."""
LISTED = 5
"""Fewest nodes that are listed, significant or not, so that an answer without a cut still shows what came nearest."""
ROWS = 1_000_000
"""Rows read from the store at once."""


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """How to scan. tree : one of TREES, or None for MedDRA where it is at hand, else the program's own groups.

    meddra : folder of the user's MedDRA; else the variable PHYTOVIGIL_MEDDRA names it. ways : primary or all.
    null : one of NULLS. strata : keys of STRATA within which cases are drawn. min_cases : fewest of a node.
    """

    tree: str | None = None
    meddra: str | None = None
    ways: str = PRIMARY
    null: str = CASES
    strata: tuple[str, ...] = ()
    replicates: int = 999
    seed: int = 1
    min_cases: int = 2

    def __post_init__(self) -> None:
        for name, value, known in (
            ("tree", self.tree, (None, *TREES)),
            ("null", self.null, NULLS),
            ("way up", self.ways, (PRIMARY, ALL)),
            *(("stratum", name, STRATA) for name in self.strata),
        ):
            if value not in known:
                raise InvalidRequest(f"The {name} is “{value}”.", f"It can be {', '.join(filter(None, known))}.")
        if not (19 <= self.replicates <= 99_999 and self.min_cases >= 1):
            raise InvalidRequest("A scan takes 19 to 99999 replicates, and at least 1 case in a node.")

    @property
    def folder(self) -> str:
        """The folder of the user's MedDRA; empty where there is none."""
        return self.meddra or os.environ.get(MEDDRA_VARIABLE, "")

    @property
    def kind(self) -> str:
        """The tree that is meant. Raises InvalidRequest for one that needs MedDRA where none is named."""
        kind = self.tree or (MEDDRA if self.folder else GROUPS)
        if kind != GROUPS and not self.folder:
            raise InvalidRequest(
                f"The tree “{kind}” needs MedDRA, which does not come with the program.",
                f"Name the folder of your licensed copy with --meddra or {MEDDRA_VARIABLE}.",
            )
        return kind


@dataclass(frozen=True)
class Scanned:
    """The cases of a population in a tree, and what the scan of it found."""

    plan: ScanPlan
    meddra: Meddra | None
    tree: ReactionTree
    case_nodes: Incidence
    draws: CaseDraws
    result: TreeScan
    by_term: dict[str, tuple[int, int]]
    """(cases with the product, all cases) of every reported term of the population."""


def examine_hierarchy(asked: AskedProduct, plan: ScanPlan) -> dict[str, Any]:
    """The nodes that stand out most, strongest first, with counts, expected cases and adjusted p-values."""
    meddra = load_meddra(plan.folder) if plan.kind != GROUPS else None
    scanned = scan(asked, plan, meddra, grow_tree(asked, plan, meddra))
    cuts = list_cuts(scanned)
    found = sum(cut["significant"] for cut in cuts)
    return {
        "tree": describe_tree(scanned),
        "null": describe_null(plan),
        "with_product": scanned.draws.drawn,
        "n": len(scanned.draws.exposed),
        "significant": found,
        "cuts": cuts,
        "text": explain(asked, scanned, cuts),
    }


def grow_tree(asked: AskedProduct, plan: ScanPlan, meddra: Meddra | None) -> ReactionTree:
    """The tree over the terms that the source reports."""
    terms, own = asked.counter.opened.terms, asked.counter.opened.reactions
    if meddra is None:
        return grow_group_tree(own.spell_groups(terms), terms, f"reaction groups {own.version}")
    if plan.kind == QUERIES:
        return grow_group_tree(load_queries(meddra), terms, f"SMQs of MedDRA {meddra.version}")
    return grow_meddra_tree(meddra, terms, plan.ways)


def scan(asked: AskedProduct, plan: ScanPlan, meddra: Meddra | None, tree: ReactionTree) -> Scanned:
    """Count the population in the tree and scan it."""
    draws = read_draws(asked, plan)
    terms = (*tree.leaves, *tree.unmatched)
    case_leaves = read_terms(asked, terms, len(draws.exposed))
    leaf_nodes = incidence(tree.leaf, tree.node, (len(terms), len(tree.nodes)))
    case_nodes = cases_by_node(case_leaves, leaf_nodes)
    observed, expected = count_exposed(case_leaves, draws)
    options: dict[str, Any] = {
        "replicates": plan.replicates,
        "seed": plan.seed,
        "minimum_cases": plan.min_cases,
    }
    if plan.null == CASES:
        result = scan_cases(case_nodes, draws, **options)
    else:
        result = scan_poisson(leaf_nodes, observed, expected, **options)
    totals = case_leaves.sum(axis=0, dtype="int64").tolist()
    by_term = dict(zip(terms, zip(map(int, observed), totals, strict=True), strict=True))
    return Scanned(plan, meddra, tree, case_nodes, draws, result, by_term)


def read_draws(asked: AskedProduct, plan: ScanPlan) -> CaseDraws:
    """Which cases of the population name the product, and in which stratum each is."""
    sql = scanned_cases_sql(asked.counted_product, asked.selection, asked.nodes, plan.strata)
    cases = join_blocks(asked.counter.opened.session.engine.blocks(sql, ROWS), ("exposed", "stratum"))
    return CaseDraws(cases["exposed"], cases["stratum"])


def read_terms(asked: AskedProduct, terms: Sequence[str], cases: int) -> Incidence:
    """Which case of the population names which of the reported terms."""
    numbers = asked.counter.opened.terms
    sql = scanned_terms_sql(asked.selection, asked.nodes)
    blocks = asked.counter.opened.session.engine.blocks(sql, ROWS)
    pairs = ((block["place"], block["term"]) for block in blocks)
    return cases_by_leaf(pairs, [numbers[term] for term in terms], cases)


def list_cuts(scanned: Scanned) -> list[dict[str, Any]]:
    """The significant nodes, and the next strongest where they are fewer than LISTED; strongest first."""
    found = scanned.result
    order = (-found.ratio).argsort(kind="stable")
    listed = [
        place
        for rank, place in enumerate(order.tolist())
        if found.ratio[place] > 0 and (rank < LISTED or found.p_value[place] <= SIGNIFICANT)
    ]
    chosen = order[: len(listed)]
    exposed = scanned.case_nodes[scanned.draws.exposed.nonzero()[0]]
    which, shared = share_cases(exposed, chosen)
    seen = exposed[:, chosen].sum(axis=0, dtype="int64").tolist()
    everyone = scanned.case_nodes[:, chosen].sum(axis=0, dtype="int64").tolist()
    components = ic_of_expected(found.observed[chosen], found.expected[chosen])
    return [
        {
            **describe_node(scanned, place),
            "rank": rank + 1,
            **count_cells(seen[rank], everyone[rank], scanned),
            "observed": int(found.observed[place]),
            "expected": finite(found.expected[place]),
            "ratio": finite(found.observed[place] / found.expected[place]),
            "ic": {
                "point": finite(components.point[rank]),
                "low": finite(components.low[rank]),
                "high": finite(components.high[rank]),
            },
            "llr": finite(found.ratio[place]),
            "p_value": finite(found.p_value[place]),
            "significant": bool(found.p_value[place] <= SIGNIFICANT),
            "shares_with": int(which[rank]) + 1 if which[rank] >= 0 else None,
            "shared": int(shared[rank]),
        }
        for rank, place in enumerate(listed)
    ]


def count_cells(a: int, with_reaction: int, scanned: Scanned) -> dict[str, int]:
    """The 2×2 table of the product and a node, in distinct cases."""
    with_product, total = scanned.draws.drawn, len(scanned.draws.exposed)
    b, c = with_product - a, with_reaction - a
    return {"a": a, "b": b, "c": c, "d": total - with_product - c}


def describe_node(scanned: Scanned, place: int) -> dict[str, Any]:
    """A node with its way up, and those of its terms that cases of the product name."""
    node = scanned.tree.nodes[place]
    held = scanned.tree.terms_of(place)
    named = [{"term": term, "a": scanned.by_term[term][0]} for term in held if scanned.by_term[term][0]]
    return {
        "node": node.name,
        "level": node.level,
        "above": list(node.above),
        "terms": len(held),
        "named": sorted(named, key=lambda entry: (-entry["a"], entry["term"])),
    }


def describe_tree(scanned: Scanned) -> dict[str, Any]:
    """What was scanned, and what of the reports is not in it."""
    tree, meddra = scanned.tree, scanned.meddra
    missing = [
        {"term": term, "cases": total, "a": a}
        for term, (a, total) in ((term, scanned.by_term[term]) for term in tree.unmatched)
        if total
    ]
    release = {"version": meddra.version, "language": meddra.language, "sha256": meddra.sha256} if meddra else None
    return {
        "kind": scanned.plan.kind,
        "title": tree.title,
        "levels": list(tree.levels),
        "meddra": release,
        "terms": len(tree.leaves),
        "nodes": len(tree.nodes),
        "merged": tree.merged,
        "outdated": tree.outdated,
        "unmatched": sorted(missing, key=lambda entry: (-entry["cases"], entry["term"])),
    }


def describe_null(plan: ScanPlan) -> dict[str, Any]:
    """What chance is taken to be."""
    return {
        "kind": plan.null,
        "strata": list(plan.strata),
        "replicates": plan.replicates,
        "seed": plan.seed,
        "min_cases": plan.min_cases,
        "significant_at": SIGNIFICANT,
    }


def explain(asked: AskedProduct, scanned: Scanned, cuts: Sequence[dict[str, Any]]) -> list[str]:
    """What was found, what it means, and what it does not."""
    name, drawn = asked.product.name, scanned.draws.drawn
    if not drawn:
        return [f"No case of this population names {name} in this role, so there is nothing to scan."]
    said = [explain_result(name, drawn, scanned, cuts), explain_null(scanned.plan, drawn)]
    if any(cut["shared"] for cut in cuts):
        said.append(explain_overlap(cuts))
    said.append(
        f"A cut says where the reports of {name} differ most from the others. It is no cause and no frequency: look "
        "at the cases next, at what else they name, and at why they were reported."
    )
    return [*said, *explain_gaps(scanned)]


def explain_result(name: str, drawn: int, scanned: Scanned, cuts: Sequence[dict[str, Any]]) -> str:
    """How many cuts there are."""
    where = f"{len(scanned.tree.nodes):,} nodes"
    found = sum(cut["significant"] for cut in cuts)
    if found:
        which = f"{found} of {where} stand out" if found > 1 else f"1 of {where} stands out"
        return f"{which} among the {plural(drawn, 'case')} of {name} (p ≤ {SIGNIFICANT:g}, adjusted for all nodes)."
    nearest = f"; the strongest has p = {show(cuts[0]['p_value'])}" if cuts else ""
    few = " So few cases can hide much." if drawn < 100 else ""
    return (
        f"No cut is significant: among the {plural(drawn, 'case')} of {name}, none of {where} stands out more than "
        f"chance would make some node stand out{nearest}.{few}"
    )


def explain_overlap(cuts: Sequence[dict[str, Any]]) -> str:
    """That cuts lie within cuts, and which of them say something of their own."""
    own = [f"#{cut['rank']}" for cut in cuts if cut["significant"] and 2 * cut["shared"] < cut["a"]]
    which = f" Cuts that share fewer than half of their cases: {', '.join(own)}." if own else ""
    return (
        "Cuts overlap: a group holds its terms, and one case may name several. “Shared” counts the cases that a cut "
        f"has in common with one stronger cut; what it shares is the same finding twice.{which}"
    )


def explain_null(plan: ScanPlan, drawn: int) -> str:
    """What the p-value compares with."""
    least = f"p is no smaller than {1 / (plan.replicates + 1):.1g} with {plan.replicates:,} of them."
    if plan.null == CASES:
        within = f", as many in each stratum of {' × '.join(plan.strata)} as name the product" if plan.strata else ""
        return (
            f"p: how often a random draw of {plural(drawn, 'case')}{within}, has any node that stands out as much. A "
            f"case keeps all its terms when it is drawn, so terms that are reported together stay together; {least}"
        ).replace(f"{plural(drawn, 'case')}, has", f"{plural(drawn, 'case')} has")
    return (
        "p: how often a random table, in which each mention of a term is drawn on its own, has any node that stands "
        "out as much. One case with three terms counts as three mentions here, as if they came from three people, "
        f"so p is too small where terms are reported together; `--null cases` does not assume this. And {least}"
    )


def explain_gaps(scanned: Scanned) -> list[str]:
    """What the tree does not hold, and what it holds under an old name."""
    tree = scanned.tree
    missing = [term for term in tree.unmatched if scanned.by_term[term][1]]
    said = []
    if missing:
        said.append(
            f"{plural(len(missing), 'reported term')} not known to {tree.title} are in no node; JSON lists them."
        )
    if tree.outdated:
        said.append(f"{plural(tree.outdated, 'reported term')} found under a name that is no longer current.")
    return said


def plural(number: int, word: str) -> str:
    """A number with its noun.

    >>> plural(1, "case"), plural(1200, "case")
    ('1 case', '1,200 cases')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"

"""All reactions of a product tested together by the likelihood ratio, against the greatest that chance gives."""

from __future__ import annotations

from typing import Any

from phytovigil.cases import product_terms_sql
from phytovigil.signals.likelihood_ratio import lrt_simulated
from phytovigil.study.estimating import finite
from phytovigil.study.examining.asked import AskedProduct

LEVEL = 0.05
"""Chance that any reaction of a product is called, if none is reported more often than expected."""

METHOD = (
    "Likelihood-ratio test of Huang, Zalkikar, Tiwari 2011 (doi:10.1198/jasa.2011.ap10243): every single term of the "
    "population, counted in pairs of case and term; chance deals the product's pairs to the terms in proportion to how "
    "often each is reported, and the threshold is what the greatest ratio of a product without any excess stays below."
)
CAUTION = (
    "Chance deals each pair on its own. Where a case names several terms that go together, the p-values are somewhat "
    "too small; `phytovigil examine hierarchy` draws whole cases instead."
)


def examine_lrt(asked: AskedProduct, replicates: int, seed: int, min_cases: int) -> dict[str, Any]:
    """Every term with its ratio and p-value, strongest first; only terms with more cases than expected are listed."""
    sql = product_terms_sql(asked.counted_product, asked.selection, asked.nodes, 0)
    found = asked.query(sql)
    columns = {name: [int(str(value)) for value in found[name]] for name in ("a", "b", "c", "d")}
    reported = [a + c for a, c in zip(columns["a"], columns["c"], strict=True)]
    tested = lrt_simulated(columns["a"], reported, replicates=replicates, seed=seed, level=LEVEL)
    pairs, all_pairs = sum(columns["a"]), sum(reported)
    rows = [
        {
            "reaction": str(term),
            **{name: columns[name][place] for name in columns},
            "expected": finite(pairs * reported[place] / all_pairs),
            "log_likelihood_ratio": finite(tested.log_likelihood_ratio[place]),
            "p_value": finite(tested.p_value[place]),
            "significant": bool(tested.log_likelihood_ratio[place] > tested.threshold),
        }
        for place, term in enumerate(found["term"])
        if columns["a"][place] >= min_cases and tested.log_likelihood_ratio[place] > 0
    ]
    return {
        "pairs": pairs,
        "all_pairs": all_pairs,
        "terms": len(reported),
        "replicates": replicates,
        "seed": seed,
        "level": LEVEL,
        "threshold": finite(tested.threshold),
        "min_cases": min_cases,
        "rows": sorted(rows, key=lambda row: (-row["log_likelihood_ratio"], row["reaction"])),
        "notes": [METHOD, CAUTION] if pairs else ["No case of this population names the product with any reaction."],
    }

"""Is a pair disproportionate in some of the cases and not in others?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import phytovigil.signals.confounding.subgroups as compared
from phytovigil.schema.counts import Counts
from phytovigil.schema.selection import UNKNOWN
from phytovigil.signals.confounding.homogeneity import likelihood_ratio
from phytovigil.signals.confounding.informative import why_uninformative
from phytovigil.signals.registry import RULES
from phytovigil.study.answering import infinite, join
from phytovigil.study.estimating import apply_rule, estimate_pairs, finite
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.dividing import Divided, divide, require_dimensions
from phytovigil.study.examining.plain import plain_cells, plain_estimate, plain_homogeneity, plain_test, say_p

MEASURES = ("ror-midp", "ror", "ic")
RULE = "ic025"
SEABROKE = "Seabroke et al. 2016, doi:10.1007/s40264-015-0388-3"
SMALL = 0.05
"""P-value below which subgroups are said to differ."""

DIFFER, ALIKE, NOT_TESTED = "differ", "not-shown-to-differ", "not-tested"


def examine_subgroups(asked: Asked, by: Sequence[str], min_cases: int) -> dict[str, Any]:
    """The pair in each subgroup, which is then the whole population, and whether subgroups differ.

    by : what the cases are divided by, one after the other. min_cases : a subgroup with fewer cases observed, and
    fewer expected, is listed without estimates.
    """
    divided = [divide(asked, [name]) for name in require_dimensions(by)]
    variables = [describe_variable(each, min_cases) for each in divided]
    adjust_p_values(variables)
    whole = divided[0].whole
    return {
        "by": [each.by[0] for each in divided],
        "min_cases": min_cases,
        "rule": RULES[RULE].title,
        **plain_cells(whole),
        **estimate_pairs([whole], MEASURES)[0],
        "signal": apply_rule([whole], RULE, 3)[0],
        "variables": variables,
        "compared": sum(row["shown"] for variable in variables for row in variable["subgroups"]),
        "withheld": sum(not row["shown"] for variable in variables for row in variable["subgroups"]),
        "signals_in": signals_in(variables),
        "why": explain(variables, apply_rule([whole], RULE, 3)[0]),
        "sources": [SEABROKE, compared.ALTMAN],
    }


def describe_variable(divided: Divided, min_cases: int) -> dict[str, Any]:
    """All subgroups of one division, and the tests between those that are known and shown."""
    name = divided.by[0]
    counts = divided.counts
    estimates, signals = estimate_pairs(divided.cells, MEASURES), apply_rule(divided.cells, RULE, 3)
    chances = compared.exceeds_by_chance(counts)
    reasons = withhold(counts, min_cases)
    subgroups = [
        {
            "subgroup": label[name],
            **plain_cells(divided.cells[place]),
            "expected": estimates[place]["expected"],
            "shown": not reasons[place],
            "why_not": reasons[place],
            "estimates": {} if reasons[place] else {key: estimates[place]["estimates"][key] for key in MEASURES},
            "p_value": None if reasons[place] else finite(chances[place]),
            "p_adjusted": None,
            "signal": None if reasons[place] else signals[place],
        }
        for place, label in enumerate(divided.labels)
    ]
    known = [place for place, row in enumerate(subgroups) if row["shown"] and row["subgroup"] != UNKNOWN]
    return {"by": name, "subgroups": subgroups, "interaction": compare_subgroups(divided, known)}


def withhold(counts: Counts, min_cases: int) -> list[str]:
    """For each subgroup why its estimates are withheld; empty where they are shown."""
    few = (counts.a < min_cases) & (counts.expected < min_cases)
    said = f"fewer than {min_cases} cases observed, and fewer expected"
    return [why or (said if low else "") for why, low in zip(why_uninformative(counts), few, strict=True)]


def compare_subgroups(divided: Divided, known: Sequence[int]) -> dict[str, Any]:
    """Tests of whether the odds ratio is the same in all of these subgroups."""
    cells = [divided.cells[place] for place in known]
    labels = [divided.labels[place][divided.by[0]] for place in known]
    counts = Counts.of(*([pair[cell] for pair in cells] for cell in range(4)))
    logs, errors = compared.log_ror(counts)
    likelihood = plain_homogeneity(likelihood_ratio(counts))
    two = plain_estimate(compared.ratio_of_ratios(logs, errors)) if len(known) == 2 else None
    value = likelihood["p_value"]
    return {
        "between": labels,
        "likelihood_ratio": likelihood,
        "cochran_q": plain_test(compared.cochran_q(logs, errors), max(len(known) - 1, 0)),
        "ratio": two if two and two["point"] is not None else None,
        "verdict": NOT_TESTED if value is None else DIFFER if value < SMALL else ALIKE,
    }


def adjust_p_values(variables: Sequence[dict[str, Any]]) -> None:
    """Multiply the p-values of all subgroups of the question by their number."""
    shown = [row for variable in variables for row in variable["subgroups"] if row["p_value"] is not None]
    for row, adjusted in zip(shown, compared.bonferroni([row["p_value"] for row in shown]), strict=True):
        row["p_adjusted"] = finite(adjusted)


def signals_in(variables: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Subgroups in which the rule is met."""
    return [
        {"by": variable["by"], "subgroup": row["subgroup"]}
        for variable in variables
        for row in variable["subgroups"]
        if row["signal"]
    ]


def explain(variables: Sequence[dict[str, Any]], whole: bool) -> list[str]:
    """What the subgroups show, in sentences."""
    rows = [row for variable in variables for row in variable["subgroups"]]
    return [
        explain_rule(sum(row["shown"] for row in rows), signals_in(variables), whole),
        *(explain_interaction(variable) for variable in variables),
        *explain_withheld(rows),
        *explain_multiplicity(sum(row["p_value"] is not None for row in rows)),
    ]


def explain_rule(shown: int, met: Sequence[dict[str, str]], whole: bool) -> str:
    """Where the rule is met."""
    everyone = f"Among all cases together the rule ({RULES[RULE].title}) is {'met' if whole else 'not met'}"
    if not shown:
        return f"{everyone}; no subgroup has cases enough for estimates, so nothing is said of any."
    if not met:
        return f"{everyone}; it is met in none of the {shown} subgroups with estimates."
    where = join(item["subgroup"] if item["by"] == "serious" else f"{item['by']} {item['subgroup']}" for item in met)
    return f"{everyone}; it is met in {len(met)} of {shown} subgroups with estimates: {where}."


def explain_multiplicity(tested: int) -> list[str]:
    """How often chance alone would have had a say."""
    if tested < 2:
        return []
    return [
        f"{tested} subgroups were tested: of so many, about one in forty would pass such a limit by chance alone. The "
        f"adjusted p-values (one-sided mid-P, times {tested}: Bonferroni) allow for that; the intervals do not."
    ]


def explain_interaction(variable: dict[str, Any]) -> str:
    """Whether the subgroups of one division differ."""
    tested = variable["interaction"]
    named = f"By {variable['by']}"
    if tested["verdict"] == NOT_TESTED:
        return f"{named}: whether subgroups differ cannot be tested (fewer than two are known and shown)."
    value = tested["likelihood_ratio"]
    between = f"between {join(tested['between'])}" if len(tested["between"]) < 4 else "between the subgroups"
    said = "differs" if tested["verdict"] == DIFFER else "is not shown to differ"
    doubt = "" if value["reliable"] else "; some cells are small, so the p-value is rough"
    ratio = tested["ratio"]
    times = (
        f" Ratio of the two: {infinite(ratio['point'])} ({infinite(ratio['low'])} to {infinite(ratio['high'])})."
        if ratio
        else ""
    )
    return f"{named}: the odds ratio {said} {between} (likelihood ratio, {say_p(value['p_value'])}{doubt}).{times}"


def explain_withheld(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Subgroups without estimates, counted and not passed over."""
    reasons = [row["why_not"] for row in rows if not row["shown"]]
    parts = [
        f"{reasons.count(why)} with {why}" if why.startswith("fewer") else f"{reasons.count(why)} where {why}"
        for why in dict.fromkeys(reasons)
    ]
    return [f"Without estimates: {join(parts)}."] if parts else []

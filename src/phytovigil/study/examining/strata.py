"""Do strata of the cases explain a disproportion, or hide it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.homogeneity import TARONE, breslow_day
from phytovigil.signals.confounding.informative import why_uninformative
from phytovigil.signals.confounding.mantel_haenszel import (
    MANTEL,
    ROBINS,
    cochran_mantel_haenszel,
    mantel_haenszel_ror,
    stratified_expected,
    stratified_ic,
)
from phytovigil.signals.ic import ic
from phytovigil.signals.ror import ror
from phytovigil.signals.ror_exact import ror_midp
from phytovigil.study.answering import infinite, join
from phytovigil.study.estimating import finite, show
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.dividing import Divided, divide
from phytovigil.study.examining.plain import plain_cells, plain_estimate, plain_homogeneity, plain_test, say_p

FEWEST = 3
"""Cases below which there is no disproportion to explain, as in the rule ic025."""

NOTABLE = 0.1
"""Change of the estimate from which adjusting is said to matter (Maldonado, Greenland 1993,
doi:10.1093/oxfordjournals.aje.a116813)."""

SMALL = 0.05
"""P-value below which strata are said to differ."""

EXPLAINED, NOT_EXPLAINED, HIDDEN, NO_SIGNAL, TOO_FEW = (
    "may-be-explained",
    "not-explained",
    "hidden-by-strata",
    "no-disproportion",
    "too-few-to-say",
)


def examine_strata(asked: Asked, by: Sequence[str]) -> dict[str, Any]:
    """The pair in every stratum, and all strata together: crude, adjusted, alike or not.

    by : what the cases are divided by, together: one stratum for each combination that occurs.
    """
    divided = divide(asked, by)
    counts, whole = divided.counts, Counts.of(*([cell] for cell in divided.whole))
    found: dict[str, Any] = {
        "crude": {
            "expected": finite(whole.expected[0]),
            "ror": plain_estimate(ror(whole)),
            "ic": plain_estimate(ic(whole)),
        },
        "adjusted": {
            "expected": finite(stratified_expected(counts)),
            "ror": plain_estimate(mantel_haenszel_ror(counts)),
            "ic": plain_estimate(stratified_ic(counts)),
        },
        "association": plain_test(cochran_mantel_haenszel(counts), 1),
        "homogeneity": plain_homogeneity(breslow_day(counts)),
    }
    found["change"] = change_of(found["crude"]["ror"]["point"], found["adjusted"]["ror"]["point"])
    rows = list_strata(divided, counts)
    verdict = judge(divided.whole[0], found)
    return {
        "by": list(divided.by),
        **plain_cells(divided.whole),
        **found,
        "verdict": verdict,
        "why": [
            *explain_verdict(verdict, divided, found),
            explain_homogeneity(found["homogeneity"]),
            explain_information(rows),
            *explain_unknown(divided),
        ],
        "strata_counted": len(rows),
        "strata_informative": sum(row["informative"] for row in rows),
        "uninformative": sum_uninformative(rows),
        "unknown": {name: divided.unknown(name) for name in divided.by},
        "strata": rows,
        "sources": [MANTEL, ROBINS, TARONE],
    }


def list_strata(divided: Divided, counts: Counts) -> list[dict[str, Any]]:
    """Every stratum with its table, what is expected in it, and the exact odds ratio where there is one."""
    reasons, estimates = why_uninformative(counts), ror_midp(counts)
    return [
        {
            "stratum": dict(label),
            **plain_cells(cells),
            "expected": finite(counts.expected[place]),
            "informative": not reasons[place],
            "why_not": reasons[place],
            "ror_midp": plain_estimate(estimates, place),
        }
        for place, (label, cells) in enumerate(zip(divided.labels, divided.cells, strict=True))
    ]


def sum_uninformative(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Strata that say nothing of the odds ratio, by reason: how many, and how many cases they hold."""
    reasons = dict.fromkeys(row["why_not"] for row in rows if row["why_not"])
    return [
        {
            "why": why,
            "strata": sum(row["why_not"] == why for row in rows),
            "cases": sum(row["n"] for row in rows if row["why_not"] == why),
        }
        for why in reasons
    ]


def change_of(crude: float | None, adjusted: float | None) -> float | None:
    """By what share adjustment changes an odds ratio.

    >>> change_of(4.0, 3.0)
    -0.25
    """
    return finite(adjusted / crude - 1) if crude and adjusted else None


def judge(seen: int, found: dict[str, Any]) -> str:
    """What the strata make of the disproportion, by the lower limit of the information component."""
    crude, adjusted = ((found[name]["ic"]["low"] or 0) > 0 for name in ("crude", "adjusted"))
    if seen < FEWEST:
        return TOO_FEW
    if crude:
        return NOT_EXPLAINED if adjusted else EXPLAINED
    return HIDDEN if adjusted else NO_SIGNAL


def explain_verdict(verdict: str, divided: Divided, found: dict[str, Any]) -> list[str]:
    """The verdict in sentences, with its numbers."""
    named, seen = join(divided.by), divided.whole[0]
    crude, adjusted = found["crude"], found["adjusted"]
    cases = f"{seen:,} case{'s' if seen != 1 else ''} observed"
    counted = (
        f"{cases}; expected {show(crude['expected'])} crude and {show(adjusted['expected'])} within strata of {named}."
    )
    said = {
        TOO_FEW: f"Fewer than {FEWEST} cases: there is no disproportion that strata could explain.",
        NO_SIGNAL: "There is no disproportion before or after adjusting (lower limit of the IC not above 0).",
        NOT_EXPLAINED: f"Confounding by {named} does not explain the disproportion: it is there after adjusting, too.",
        EXPLAINED: f"Confounding by {named} may explain the disproportion: after adjusting, the lower limit of the "
        "IC is no longer above 0.",
        HIDDEN: f"The disproportion shows only after adjusting for {named}: crude counts hide it.",
    }
    return [counted, said[verdict], *explain_change(found), *explain_disagreement(verdict, adjusted)]


def explain_disagreement(verdict: str, adjusted: dict[str, Any]) -> list[str]:
    """That the common odds ratio says otherwise than the information component, where it does."""
    low, high = (adjusted["ror"][limit] for limit in ("low", "high"))
    by_ic = verdict in (NOT_EXPLAINED, HIDDEN)
    if verdict == TOO_FEW or low is None or (low > 1) == by_ic:
        return []
    side = "is above 1 all the same" if low > 1 else "reaches 1"
    return [
        f"The interval of the common odds ratio ({infinite(low)} to {infinite(high)}) {side}: the two measures "
        "disagree, so this is a close call."
    ]


def explain_change(found: dict[str, Any]) -> list[str]:
    """How the odds ratio changes, where both are estimable."""
    if found["change"] is None:
        return ["The crude or the common odds ratio is not estimable (a zero cell), so their change is not given."]
    before, after = (infinite(found[name]["ror"]["point"]) for name in ("crude", "adjusted"))
    size = "a change" if abs(found["change"]) >= NOTABLE else "hardly a change"
    return [f"The reporting odds ratio goes from {before} to {after}: {size} ({signed(found['change'])})."]


def signed(share: float) -> str:
    """A change in per cent, with its sign.

    >>> signed(-0.74), signed(0.1)
    ('−74 %', '+10 %')
    """
    return f"{100 * share:+.0f} %".replace("-", "−")


def explain_homogeneity(tested: dict[str, Any]) -> str:
    """Whether the strata differ, as far as that can be tested."""
    if tested["p_value"] is None:
        return "Whether the strata differ cannot be tested: too few of them carry information."
    value = f"Breslow–Day with Tarone's correction, {say_p(tested['p_value'])}"
    if not tested["reliable"]:
        return (
            f"Whether the strata differ cannot be relied on ({value}): {tested['sparse']:,} of {tested['compared']:,} "
            "strata are expected to hold fewer than 5 cases in a cell."
        )
    if tested["p_value"] < SMALL:
        return f"The strata differ ({value}): one odds ratio does not describe them all; read them one by one."
    return f"The strata do not differ beyond chance ({value})."


def explain_information(rows: Sequence[dict[str, Any]]) -> str:
    """How many strata say anything, and why others do not."""
    known = sum(row["informative"] for row in rows)
    reasons = [f"in {item['strata']:,} {item['why']}" for item in sum_uninformative(rows)]
    rest = f"; {join(reasons)}" if reasons else ""
    return f"{known:,} of {len(rows):,} strata carry information on the odds ratio{rest}."


def explain_unknown(divided: Divided) -> list[str]:
    """Missing values, which are strata of their own."""
    total = sum(divided.whole)
    missing = [f"{name} in {divided.unknown(name):,}" for name in divided.by if divided.unknown(name)]
    return [f"Of {total:,} cases, unknown are {join(missing)}; they are strata of their own."] if missing else []

"""How a person takes the product itself, against how it was taken where an interaction was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from phytovigil.schema.evidence import EvidenceLibrary
from phytovigil.schema.medicines import InteractionRule, ProductRules, ProductUse
from phytovigil.study.following.taken import Taken

MEASURED_KIND = "interaction"
"""Kind of the evidence rows on which the dose bears."""


def describe_use(own: Sequence[Taken], as_of: date, rules: ProductRules | None) -> ProductUse:
    """How the diary says that the product is taken; amounts in other units than the measured one are left out."""
    unit = rules.measured.unit if rules and rules.measured else "g"
    since = as_of - timedelta(days=rules.recent_days if rules else 0)
    amounts = [one for item in own for one in item.amounts if one[0] >= since]
    by_day: dict[date, float] = defaultdict(float)
    for day, amount, written in amounts:
        if written.strip().casefold() == unit.casefold():
            by_day[day] += amount
    last = max((one.last for one in own), default=None)
    return ProductUse(
        names=tuple(dict.fromkeys(one.verbatim for one in own)),
        nodes=tuple(dict.fromkeys(one.node for one in own if one.node)),
        taking=None if last is None else any(is_taken(one, since) for one in own),
        last=last.isoformat() if last else "",
        days=len({day for day, _, _ in amounts}),
        most=max(by_day.values(), default=None),
        unit=unit,
    )


def is_taken(one: Taken, since: date) -> bool:
    """Whether something goes on: an open course, or a late intake that no course has ended."""
    return one.going_on or (one.last >= since and (one.stopped is None or one.last > one.stopped))


def limits_of_use(
    rule: InteractionRule, use: ProductUse, rules: ProductRules, library: EvidenceLibrary
) -> tuple[str, ...]:
    """Where this person's use goes beyond what was measured; only for rules that rest on a measurement in people."""
    measured = rules.measured
    if measured is None or not any(library.row(row).kind == MEASURED_KIND for row in rule.rows):
        return ()
    dose = f"one dose of {measured.amount:g} {measured.unit}"
    found = []
    if use.most is not None and use.most > measured.amount:
        found.append(f"You wrote down up to {use.most:g} {use.unit} on a day; measured was {dose}. More may do more.")
    if use.days > 1:
        found.append(f"You wrote down {use.days} days with an intake of late; measured was {dose}, once.")
    if set(use.nodes) - {*measured.nodes, rules.product}:
        found.append(f"You wrote {' and '.join(use.names)}; measured was {dose} of leaf. Other forms may do more.")
    return tuple(found)

"""Reading what is said of a product and a class of medicines, a risk, or every reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.errors import InvalidEvidence
from phytovigil.evidence.entries import check_keys, read_source, require_one
from phytovigil.schema.diary import RISKS
from phytovigil.schema.evidence import CONFIDENCES, is_partial_date
from phytovigil.schema.medicines import (
    EVERYONE,
    FIGURE_BASES,
    FINDING_KINDS,
    RISK,
    SERIOUSNESS,
    InteractionRule,
    MeasuredUse,
    ProductRules,
)

TEXT, TEXTS, NUMBER, WHOLE = "text", "list of texts", "number", "whole number"
PRODUCT_KEYS = {**dict.fromkeys(("node", "title", "as_of"), TEXT), "recent_days": WHOLE}
MEASURED_KEYS = {"nodes": TEXTS, "amount": NUMBER, "unit": TEXT, "row": TEXT}
RULE_KEYS = {
    **dict.fromkeys(("id", "about", "kind", "seriousness", "confidence", "said", "why", "for_clinician"), TEXT),
    **dict.fromkeys(("rows", "figures", "limits", "degrees", "nodes", "not_nodes", "sources"), TEXTS),
}
RULE_NEEDS = ("id", "about", "kind", "seriousness", "confidence", "said", "why", "for_clinician")
SECTIONS = ("product", "measured", "source", "rule")


def read_product(raw: Mapping[str, Any], where: str, classes: Sequence[str]) -> ProductRules:
    """The rules of one product. classes : ids that a rule may be about. Raises InvalidEvidence."""
    for section in raw:
        require_one(section, SECTIONS, "section", where)
    head = raw.get("product", {})
    check_keys(head, PRODUCT_KEYS, tuple(PRODUCT_KEYS), where)
    if not is_partial_date(head["as_of"]) or head["recent_days"] < 1:
        raise InvalidEvidence(f"{where}: as_of is a date, and recent_days at least 1.")
    sources = {source.id: source for source in (read_source(one, where) for one in raw.get("source", []))}
    abouts = (EVERYONE, *(f"{RISK}{name}" for name in RISKS), *classes)
    rules = tuple(read_rule(one, sources, abouts, where) for one in raw.get("rule", []))
    ids = [rule.id for rule in rules]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise InvalidEvidence(f"{where}: the rule “{twice[0]}” is there twice.")
    measured = read_measured(raw.get("measured"), where)
    return ProductRules(head["node"], head["title"], head["as_of"], head["recent_days"], rules, measured)


def read_measured(raw: Mapping[str, Any] | None, where: str) -> MeasuredUse | None:
    """How the product was taken where an interaction was measured."""
    if raw is None:
        return None
    check_keys(raw, MEASURED_KEYS, tuple(MEASURED_KEYS), f"{where}, [measured]")
    return MeasuredUse(tuple(raw["nodes"]), float(raw["amount"]), raw["unit"], raw["row"])


def read_rule(raw: Mapping[str, Any], sources: Mapping[str, Any], abouts: Sequence[str], where: str) -> InteractionRule:
    """One rule. Raises InvalidEvidence that names the key."""
    place = f"{where}, rule “{raw.get('id', '?')}”"
    check_keys(raw, RULE_KEYS, RULE_NEEDS, place)
    for key, known in (
        ("about", abouts),
        ("kind", FINDING_KINDS),
        ("seriousness", SERIOUSNESS),
        ("confidence", CONFIDENCES),
    ):
        require_one(raw[key], known, key, place)
    for name in raw.get("sources", ()):
        require_one(name, tuple(sources), "sources", place)
    rows = tuple(raw.get("rows", ()))
    if not rows and not raw.get("sources") and raw["kind"] != "unknown":
        raise InvalidEvidence(f"{place} rests on nothing.", "Name rows or sources, or let it be of kind unknown.")
    return InteractionRule(
        **{key: raw[key] for key in RULE_NEEDS},
        rows=rows,
        figures=tuple(read_figure(text, rows, place) for text in raw.get("figures", ())),
        sources=tuple(sources[name] for name in raw.get("sources", ())),
        limits=tuple(raw.get("limits", ())),
        degrees=tuple(raw.get("degrees", ())),
        nodes=tuple(raw.get("nodes", ())),
        not_nodes=tuple(raw.get("not_nodes", ())),
    )


def read_figure(text: str, rows: Sequence[str], where: str) -> tuple[str, str, str]:
    """ "row/figure as basis" in its three parts; the row is one of the rule's.

    >>> read_figure("interaction-midazolam/auc as measured", ["interaction-midazolam"], "here")
    ('interaction-midazolam', 'auc', 'measured')
    """
    place, _, basis = text.partition(" as ")
    row, _, name = place.partition("/")
    require_one(row, rows, "the row of a figure", where)
    require_one(basis, FIGURE_BASES, "what a figure is", where)
    return row, name, basis

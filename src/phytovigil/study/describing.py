"""What was asked, as JSON: selections, products, reactions, measures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from phytovigil.schema.selection import Selection
from phytovigil.signals.registry import MEASURES
from phytovigil.study.naming import NamedProduct, NamedReaction


def describe_selection(selection: Selection) -> dict[str, Any]:
    """A selection as JSON, with its words."""
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(selection).items()}
    return {**plain, "text": selection.describe()}


def describe_product(product: NamedProduct) -> dict[str, Any]:
    """A product as JSON."""
    nodes = [{"id": node, "name": name} for node, name in product.nodes]
    return {"id": product.key, "name": product.name, "kind": product.kind, "note": product.note, "nodes": nodes}


def describe_reaction(reaction: NamedReaction) -> dict[str, Any]:
    """A reaction as JSON."""
    return {
        "key": reaction.key,
        "name": reaction.name,
        "title": reaction.title,
        "kind": reaction.kind,
        "scope": reaction.scope,
        "terms": list(reaction.terms),
        "note": reaction.note,
        "excluded": [{"term": term, "why": why} for term, why in reaction.excluded],
    }


def describe_measure(name: str) -> dict[str, Any]:
    """A measure as JSON."""
    measure = MEASURES[name]
    described = {key: getattr(measure, key) for key in ("name", "title", "scale", "null", "source", "note")}
    return {**described, "null": float(measure.null)}

"""The forest plot of a comparison: products under their reaction and source, in the order asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.dossier.drawing import describe_svg
from phytovigil.dossier.forest import describe_forest, draw_forest
from phytovigil.dossier.forest_layout import Axis, Group, choose_ticks

Answer = Mapping[str, Any]

PANELS = (
    {"name": "ror-midp", "title": "ROR (exact mid-P)", "scale": "ratio", "null": 1.0},
    {"name": "ic", "title": "IC", "scale": "log2", "null": 0.0},
)
"""Measures behind every verdict, which every row has."""


def draw_comparison(answer: Answer) -> str:
    """SVG of all rows that have a measure, or "" where none has.

    answer : conforms to `schema/json/compare.schema.json`. The same answer gives the same bytes.
    """
    groups = group_rows(answer)
    pairs = [pair for group in groups for _, pair in group.pairs]
    if not pairs:
        return ""
    axes = [Axis(measure, choose_ticks(pairs, measure)) for measure in PANELS]
    labels = ", ".join(part["label"] for part in answer["sources"] if part["complete"])
    return describe_svg(draw_forest(groups, axes), describe_forest(pairs, labels))


def group_rows(answer: Answer) -> list[Group]:
    """Rows with a measure, under their reaction and source."""
    groups = []
    for part in answer["sources"]:
        for reaction in answer["reactions"]:
            rows = tuple(
                (row["product_name"], {**row, "part": "main"})
                for row in part["rows"]
                if row["reaction"] == reaction["key"] and row["verdict"] != "no-measure"
            )
            heading = f"{reaction['title']}, {part['label']} as of {part['as_of']}"
            groups += [Group(heading, rows)] if rows else []
    return groups

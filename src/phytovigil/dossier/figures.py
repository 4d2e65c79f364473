"""All figures of a dossier: file name → stand-alone SVG, each with its text alternative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.dossier import (
    case_series_figure,
    controls_figure,
    evidence_figure,
    forest,
    forest_layout,
    specification_figure,
    timeline,
    who,
)
from phytovigil.dossier.drawing import describe_svg
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.grouping import group_forests

Findings = Mapping[str, Any]
Source = Mapping[str, Any]


SECTIONS = (specification_figure, controls_figure, case_series_figure, evidence_figure)
"""Modules that draw the figures of one section of the page."""


def draw_figures(findings: Findings) -> dict[str, str]:
    """Every figure of the findings.

    findings : conforms to `schema/json/findings.schema.json`.
    Returns file name → SVG text: "forest-<source>.svg" and, where the study has such pairs,
    "forest-<source>-sensitivity.svg", "-comparators.svg", "-controls.svg"; "cases-over-time-<source>.svg";
    "who-<source>.svg". The same findings give the same bytes.
    """
    return {figure.file_name: figure.svg for figure in make_figures(findings)}


def make_figures(findings: Findings) -> list[Figure]:
    """Figures of all sources, in the order of the page."""
    made: list[Figure] = []
    for source in findings["sources"]:
        if source["complete"]:
            made += make_forests(source, findings["measures"])
        made += make_timelines(source)
        made += make_who(source)
    return [*made, *(figure for section in SECTIONS for figure in section.make_figures(findings))]


def make_forests(source: Source, measures: list[Mapping[str, Any]]) -> list[Figure]:
    """Forest plots of a source whose pairs have measures; all share their axes."""
    pairs = [pair for pair in source["pairs"] if pair["verdict"] != "no-measure"]
    axes = forest_layout.choose_axes(pairs, measures)
    made = []
    for part, groups in group_forests(pairs).items() if axes else ():
        shown = [pair for group in groups for _, pair in group.pairs]
        drawings = [forest.draw_forest(groups, axes, layout) for layout in (forest_layout.WIDE, forest_layout.NARROW)]
        kind = "forest" if part == "main" else f"forest-{part}"
        made.append(make_figure(source, kind, drawings, forest.describe_forest(shown, source["title"])))
    return made


def make_timelines(source: Source) -> list[Figure]:
    """Cases by year, if any case of the source is dated."""
    profiles = timeline.choose_profiles(source["profiles"])
    if not profiles:
        return []
    drawings = [timeline.draw_timeline(profiles, width) for width in (timeline.WIDE, timeline.NARROW)]
    words = timeline.describe_timeline(profiles, source["title"])
    return [make_figure(source, "cases-over-time", drawings, words)]


def make_who(source: Source) -> list[Figure]:
    """The profile of all cases of the product, if the source holds any."""
    whole = [profile for profile in source["profiles"] if not profile["reaction"] and who.choose_dimensions(profile)]
    return [
        make_figure(source, "who", [who.draw_who(profile), ""], who.describe_who(profile, source["title"]))
        for profile in whole
    ]


def make_figure(source: Source, kind: str, drawings: list[str], description: str) -> Figure:
    """A figure whose drawings carry their text alternative."""
    wide, narrow = (describe_svg(svg, description) if svg else "" for svg in drawings)
    return Figure(source["source"], kind, wide, narrow, description)

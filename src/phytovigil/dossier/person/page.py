"""The summary of one person as an HTML page that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from phytovigil.dossier import palette
from phytovigil.dossier.person import words
from phytovigil.dossier.person.charts import NARROW, WIDE, draw_panels
from phytovigil.dossier.person.panels import MOST_PANELS, make_panels
from phytovigil.dossier.person.time_axis import make_axis
from phytovigil.dossier.wording import start_capital

if TYPE_CHECKING:
    from jinja2 import Environment

Findings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many rows of each list are shown open; the rest is folded, and left to the page on paper."""

    alerts: int = 8
    seen: int = 3
    sources: int = 2
    courses: int = 8
    draws: int = 10
    skin: int = 3
    periods: int = 3
    events: int = 5
    interactions: int = 8
    unknown: int = 10


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts for a page and for a phone. days : the span that they show. left : series that are not drawn."""

    wide: str
    narrow: str
    days: str
    left: int


def draw_charts(findings: Findings) -> Charts | None:
    """The charts of a summary, if anything was measured."""
    panels, axis = make_panels(findings), make_axis(findings)
    if not panels:
        return None
    wide, narrow = (draw_panels(panels[:MOST_PANELS], axis, layout) for layout in (WIDE, NARROW))
    return Charts(wide, narrow, f"{axis.first} to {axis.last}", max(0, len(panels) - MOST_PANELS))


def render_summary(
    findings: Findings,
    figure: Charts | None,
    pictures: Mapping[str, str],
    *,
    with_photos: bool = True,
    limits: Limits | None = None,
) -> str:
    """The page.

    findings : conforms to `follow-summary.schema.json`; they are only put into words. pictures : data addresses by the
    entry of the photograph. with_photos : False where they were left out on purpose, which the page says.
    """
    return (
        make_environment()
        .get_template("summary.html.j2")
        .render(
            f=findings,
            figure=figure,
            pictures=pictures,
            with_photos=with_photos,
            limits=asdict(limits or Limits()),
            style=write_style(),
        )
    )


def make_environment() -> Environment:
    """The templates with their filters; everything is escaped unless a template marks it as safe."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("phytovigil.dossier", "person/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.tests["in_figure"] = words.is_in_figure
    return environment


FILTERS = {
    "capital": start_capital,
    "cite": words.cite_source,
    "colour_told": words.choose_colour,
    "common_notes": words.list_notes,
    "count": words.format_count,
    "count_of": words.count_of,
    "entries_of": words.list_entries,
    "headline": words.write_headline,
    "introduce": words.introduce,
    "is_grave": words.is_grave,
    "lab": words.format_lab,
    "list_answers": words.list_answers,
    "list_colours": words.list_colours,
    "list_findings": words.list_findings,
    "number": words.format_number,
    "pick_draws": words.pick_draws,
    "say_days": words.say_days,
    "say_event": words.say_event,
    "say_finding": words.say_finding,
    "say_importance": words.say_importance,
    "say_limits": words.say_limits,
    "say_naranjo": words.say_naranjo,
    "say_period": words.say_period,
    "say_photos": words.say_photos,
    "say_skin": words.say_skin,
    "say_state": words.say_state,
    "say_use": words.say_use,
    "say_value": words.say_value,
    "say_verdict": words.say_verdict,
    "say_who_umc": words.say_who_umc,
    "seen": words.list_seen,
    "short_id": words.short_id,
    "signed": words.format_signed,
    "yes_no": words.yes_no,
}


def write_style() -> str:
    """The style sheet with the palette filled in."""
    from importlib.resources import files

    rules = (files("phytovigil.dossier.person") / "templates" / "summary.css").read_text("utf-8")
    light, dark = palette.declare_colours(palette.LIGHT), palette.declare_colours(palette.DARK)
    schemes = f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return f"{schemes}\n{rules}\n{palette.recolour_drawings()}"

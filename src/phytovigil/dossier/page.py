"""The dossier as one HTML page that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from phytovigil.dossier import case_links, controls_wording, formatting, palette, wording
from phytovigil.dossier.figure import Figure
from phytovigil.dossier.figures import make_figures
from phytovigil.dossier.grouping import group_tables
from phytovigil.dossier.linking import is_web_address, link_text

if TYPE_CHECKING:
    from jinja2 import Environment

Findings = Mapping[str, Any]

TABLES: Mapping[str, tuple[str, str]] = {
    "main": ("", "Main analysis and other definitions"),
    "sensitivity": ("Does the answer hold when the analysis changes?", "Sensitivity analyses"),
    "comparators": ("What other products show", "Comparators"),
    "controls": ("Do the controls behave?", "Control pairs"),
}
"""Tables of a source in the order of the page: the question above each, and its title."""


def render_dossier(findings: Findings) -> str:
    """The dossier as HTML: one self-contained page, figures inlined.

    findings : conforms to `schema/json/findings.schema.json`. Nothing is computed from it; numbers are only put
    into words. The same findings give the same text.
    """
    return render_page(findings, make_figures(findings))


def render_page(findings: Findings, figures: Sequence[Figure]) -> str:
    """The page around figures that are already drawn."""
    template = make_environment().get_template("dossier.html.j2")
    return template.render(
        f=findings,
        titles={reaction["key"]: reaction["title"] for reaction in findings["reactions"]},
        nodes=name_nodes(findings),
        complete=[source for source in findings["sources"] if source["complete"]],
        listings=[source for source in findings["sources"] if not source["complete"]],
        figures={(figure.source, figure.kind): figure for figure in figures},
        tables=TABLES,
        groups={source["source"]: group_tables(source["pairs"]) for source in findings["sources"]},
        style=write_style(),
    )


def make_environment() -> Environment:
    """The templates with their filters; everything is escaped unless a filter made it markup."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("phytovigil.dossier"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": formatting.format_count,
        "cases": formatting.count_cases,
        "usage": wording.say_usage,
        "ratio": formatting.format_ratio,
        "probability": controls_wording.format_p,
        "age": formatting.format_age,
        "size": formatting.format_bytes,
        "slug": wording.make_slug,
        "dimension": wording.name_dimension,
        "linked": link_text,
        "sentence": wording.end_sentence,
        "capital": wording.start_capital,
    }
    environment.globals |= {
        "verdicts": wording.VERDICTS,
        "links": case_links,
        "estimate": formatting.format_estimate,
        "say_control": wording.say_control,
        "order_profile": wording.order_profile,
        "say_patient": say_patient,
        "is_web_address": is_web_address,
        "name_reactions": name_reactions,
    }
    return environment


def name_nodes(findings: Findings) -> dict[str, str]:
    """Names of the product nodes by id."""
    products = [findings["product"], *findings["comparators"]]
    nodes = [node for product in products for node in (product, *product["nodes"])]
    return {node["id"]: node["name"] for node in nodes}


def name_reactions(keys: Sequence[str], titles: Mapping[str, str]) -> str:
    """The reactions that a term counts for; the broad list is named only where the narrow one does not hold it.

    >>> name_reactions(["jaundice/narrow", "jaundice/broad"], {"jaundice/narrow": "Jaundice (narrow)"})
    'Jaundice (narrow)'
    """
    chosen = [key for key in keys if not (key.endswith("/broad") and key.replace("/broad", "/narrow") in keys)]
    return "; ".join(titles.get(key, key) for key in chosen)


def say_patient(case: Mapping[str, Any]) -> str:
    """Sex and age of a case, as far as they are known."""
    return ", ".join(part for part in (case["sex"] or "", formatting.format_age(case["age_years"])) if part)


def write_style() -> str:
    """The style sheet with the palette filled in."""
    from importlib.resources import files

    templates = files("phytovigil.dossier") / "templates"
    sections = sorted(file.name for file in templates.iterdir() if file.name.endswith(".css"))
    sections.sort(key=lambda name: name != "dossier.css")
    rules = "\n".join(templates.joinpath(name).read_text("utf-8") for name in sections)
    light, dark = palette.declare_colours(palette.LIGHT), palette.declare_colours(palette.DARK)
    schemes = f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return f"{schemes}\n{rules}\n{palette.recolour_drawings()}"

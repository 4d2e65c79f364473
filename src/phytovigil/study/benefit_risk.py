"""Benefit beside risk: an effects table as the European Medicines Agency uses it, without a score.

Each row of the study's [[effect]] sections says what is known of one favourable or unfavourable effect. Favourable
effects carry figures of a cited row; unfavourable ones carry counts of reports, which are no rates. How certain a row
is, comes from the claim that it names; how much it matters to a person stands in the study file, in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.cases.conditions import ALL, SERIOUS, gravity_sql, reasons_for_use_sql
from phytovigil.schema.claims import DOES_NOT_SHOW, Effect
from phytovigil.schema.evidence import EvidenceFigure, EvidenceLibrary, EvidenceRow
from phytovigil.sources import SOURCES
from phytovigil.study.claims.subgroups import name_reactions
from phytovigil.study.counting import ReportCounter
from phytovigil.study.evidence import Evidence
from phytovigil.study.facts import rows
from phytovigil.study.naming import NamedReaction
from phytovigil.study.planning import Plan

MOST_REASONS = 12
REASONS_ASKED = ("chronic-pain", "acute-pain", "mood", "opioid-reduction")
"""Topics of surveys on why people take a product."""

GRAVE = ("death", "life-threatening", "hospitalisation", "disability")
"""Outcomes that are shown, gravest first; a case may have several."""

METHOD = (
    "Laid out after the effects table of the European Medicines Agency: each effect with its unit, what is seen with "
    "the product and without it, and how strong the evidence is. Effects are not added up and no score is made of them."
)
SOURCE = (
    "European Medicines Agency: Benefit-risk methodology project, work package 4: "
    "Benefit-risk tools and processes, 2012"
)
NOT_RATES = (
    "Counts of reports are no rates: nobody knows how many people took the product, nor how many did not report."
)
REASONS = "Reasons for use are given for the product itself, in the words of the source, in distinct cases."


def benefit_risk(
    plan: Plan, evidence: Mapping[str, Evidence], findings: Mapping[str, Any], library: EvidenceLibrary | None
) -> dict[str, Any] | None:
    """The page of benefit and risk; None if the study asks for no effect.

    findings : with `sources` and `claims`. library : the evidence whose rows the effects cite.
    Raises InvalidEvidence for a row or figure that there is not.
    """
    effects = plan.study.effects
    if not effects:
        return None
    named = name_reactions(plan)
    asked = [named[name] for name in dict.fromkeys(name for effect in effects for name in effect.reactions)]
    gravity = {source: note_gravity(plan, item, asked) for source, item in evidence.items()}
    described = [describe_effect(effect, named, gravity, findings, library) for effect in effects]
    return {
        "uses": [note_reasons(plan, item) for item in evidence.values()],
        "surveys": [{"row": row.id, "title": row.title, "finding": row.finding} for row in list_surveys(library)],
        "favourable": [item for item in described if item["kind"] == "favourable"],
        "unfavourable": [item for item in described if item["kind"] == "unfavourable"],
        "gravity": [describe_gravity(source, noted[""]) for source, noted in gravity.items()],
        "method": METHOD,
        "source": SOURCE,
        "notes": [NOT_RATES, REASONS],
    }


def list_surveys(library: EvidenceLibrary | None) -> Sequence[EvidenceRow]:
    """Surveys that asked people why they take the product."""
    return library.on(*REASONS_ASKED, kinds=("survey",)) if library else ()


def note_reasons(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Why the product was taken, as one source says."""
    noted: dict[str, Any] = evidence.note("reasons for use", lambda counter: count_reasons(counter, plan))
    return {"source": evidence.source, "label": SOURCES[evidence.source].label, **noted}


def count_reasons(counter: ReportCounter, plan: Plan) -> dict[str, Any]:
    """The commonest reasons for use, the cases that give any, and how many further reasons there are."""
    sql = reasons_for_use_sql(counter.product(plan.product), plan.study.selection, counter.opened.nodes)
    stated, *reasons = rows(counter.opened.session.engine.query(sql), ("reason", "cases"))
    return {
        "stated": stated["cases"],
        "reasons": reasons[:MOST_REASONS],
        "further_reasons": max(0, len(reasons) - MOST_REASONS),
    }


Gravity = dict[str, dict[str, int]]
"""Cases of the product by reaction key ("" for all of them), then by outcome."""


def note_gravity(plan: Plan, evidence: Evidence, reactions: Sequence[NamedReaction]) -> Gravity:
    """How grave the product's cases of some reactions are, in one source."""
    name = f"gravity of {', '.join(reaction.key for reaction in reactions)}"
    found: Gravity = evidence.note(name, lambda counter: count_gravity(counter, plan, reactions))
    return found


def count_gravity(counter: ReportCounter, plan: Plan, reactions: Sequence[NamedReaction]) -> Gravity:
    """Cases, serious cases and cases by outcome; 0 where there is none."""
    asked = [counter.reaction(reaction) for reaction in reactions]
    sql = gravity_sql(counter.product(plan.product), asked, plan.study.selection, counter.opened.nodes)
    found: Gravity = {key: dict.fromkeys((ALL, SERIOUS, *GRAVE), 0) for key in ("", *(item.key for item in reactions))}
    for row in rows(counter.opened.session.engine.query(sql), ("position", "value", "cases")):
        key = reactions[row["position"]].key if row["position"] >= 0 else ""
        if row["value"] in found[key]:
            found[key][row["value"]] = row["cases"]
    return found


def describe_gravity(source: str, counted: Mapping[str, int]) -> dict[str, Any]:
    """The grave cases of one source."""
    return {
        "source": source,
        "label": SOURCES[source].label,
        "cases": counted[ALL],
        "serious": counted[SERIOUS],
        "outcomes": [{"outcome": outcome, "cases": counted[outcome]} for outcome in GRAVE],
    }


def describe_effect(
    effect: Effect,
    named: Mapping[str, NamedReaction],
    gravity: Mapping[str, Gravity],
    findings: Mapping[str, Any],
    library: EvidenceLibrary | None,
) -> dict[str, Any]:
    """One row of the table."""
    claim = next(item for item in findings["claims"]["claims"] if item["id"] == effect.claim)
    row = library.row(effect.row) if library and effect.row else None
    counts = [
        {
            "reaction": named[name].key,
            "title": named[name].title,
            "expected": find_expected(findings, source, named[name].key),
            **describe_gravity(source, counted[named[name].key]),
        }
        for name in effect.reactions
        for source, counted in gravity.items()
    ]
    return {
        **{key: getattr(effect, key) for key in ("id", "kind", "title", "description", "unit", "importance", "claim")},
        "conclusion": claim["title"],
        "certainty": claim["certainty"],
        "limits": name_limits(claim, effect.row),
        "counts": counts,
        "product": [say_figure(row.figure(name)) for name in effect.product_figures] if row else [],
        "comparator": [say_figure(row.figure(name)) for name in effect.comparator_figures] if row else [],
        "finding": row.finding if row else "",
        "references": list_references(claim, row),
    }


def find_expected(findings: Mapping[str, Any], source: str, reaction: str) -> float | None:
    """Cases expected if the reaction were reported as with all other products; null without a comparison."""
    for item in findings["sources"]:
        for pair in item["pairs"]:
            if (item["source"], pair["part"], pair["reaction"]) == (source, "main", reaction):
                expected: float | None = pair["expected"]
                return expected
    return None


def name_limits(claim: Mapping[str, Any], row: str) -> list[str]:
    """The limits that were named of a row where its claim is judged."""
    return [
        step["limit"]
        for line in claim["lines"]
        for item in line["rows"]
        if item["row"] == row
        for step in item["steps"]
    ]


def list_references(claim: Mapping[str, Any], row: EvidenceRow | None) -> list[dict[str, str]]:
    """The row of the figures; without one, every row that supports or contradicts the claim, each once."""
    if row is not None:
        return [{"row": row.id, "title": row.title}]
    cited = [item for line in claim["lines"] for item in line["rows"] if item["says"] != DOES_NOT_SHOW]
    return [{"row": key, "title": title} for key, title in {item["row"]: item["title"] for item in cited}.items()]


def say_figure(figure: EvidenceFigure) -> str:
    """A figure as it is printed, with its spread or interval."""
    if figure.value is None:
        return f"{figure.label}: not given"
    unit = f" {figure.unit}" if figure.unit else ""
    value = f"{figure.sign}{show_value(figure.value, figure.digits)}{unit}"
    return f"{figure.label}: {value}{say_spread(figure)}"


def say_spread(figure: EvidenceFigure) -> str:
    """Standard deviation, interval and denominator, as far as the source gives them.

    >>> say_spread(EvidenceFigure("hold", "hold", 24.9, 1, spread=39.4, spread_kind="SD"))
    ' (SD 39.4)'
    """
    parts = []
    if figure.spread is not None:
        parts.append(f"{figure.spread_kind} {show_value(figure.spread, figure.digits)}")
    if figure.low is not None and figure.high is not None:
        low, high = (show_value(value, figure.digits) for value in (figure.low, figure.high))
        parts.append(f"{figure.interval} {low} to {high}")
    if figure.count is not None and figure.of is not None:
        parts.append(f"{figure.count:,} of {figure.of:,}")
    return f" ({'; '.join(parts)})" if parts else ""


def show_value(value: float, digits: int) -> str:
    """A value with its printed decimals and a true minus.

    >>> show_value(-0.5, 2), show_value(8049, 0)
    ('−0.50', '8,049')
    """
    return f"{value:,.{digits}f}".replace("-", "−")

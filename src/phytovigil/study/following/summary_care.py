"""Alerts, liver tests and interactions of a summary, as they were found."""

from __future__ import annotations

from typing import Any

from phytovigil.cases.causality.liver import FORMS
from phytovigil.schema.care import Alert, CareReport, LiverReading
from phytovigil.schema.medicines import FIGURE_BASES, FINDING_KINDS, SERIOUSNESS, Finding, InteractionReport
from phytovigil.study.following.summary_series import to_json


def describe_care(care: CareReport) -> list[dict[str, Any]]:
    """Alerts in the order of the report: most urgent first, those that hold now before those that held earlier."""
    return [describe_alert(alert) for alert in care.alerts]


def describe_alert(alert: Alert) -> dict[str, Any]:
    """One alert: what was seen, the rule, its sources, how urgent."""
    return {
        "key": alert.key,
        "rule": alert.rule.id,
        "title": alert.rule.title,
        "rule_as_of": alert.rule.as_of,
        "urgency": alert.urgency,
        "state": alert.state,
        "said": alert.said,
        "for_clinician": alert.for_clinician,
        "findings": to_json(alert.findings),
        "answers": to_json(alert.answers),
        "first_seen": alert.first_seen.isoformat(),
        "last_seen": alert.last_seen.isoformat(),
        "read": alert.read,
        "news": len(alert.news),
        "sources": to_json(alert.sources),
    }


def describe_liver(liver: LiverReading) -> dict[str, Any] | None:
    """Liver tests by day: multiples, R, pattern and both forms of Hy's law. None where none are written down."""
    if not liver.draws:
        return None
    return {
        "forms": dict(FORMS),
        "draws": to_json(liver.draws),
        "patterns": list(liver.patterns),
        "notes": list(liver.notes),
    }


def describe_interactions(report: InteractionReport) -> dict[str, Any]:
    """What is known of the person's medicines and risks beside the product."""
    return {
        "product": report.product,
        "title": report.title,
        "known": report.known,
        "said": report.said,
        "advice": report.advice,
        "findings": [describe_finding(one) for one in report.findings],
        "general": [describe_finding(one) for one in report.general],
        "unlisted": [{"medicine": one.medicine, "entries": list(one.entries)} for one in report.unlisted],
        "questions": [
            {
                "medicine": one.medicine,
                "said": one.said,
                "candidates": [name for _, name in one.candidates],
                "entries": list(one.entries),
            }
            for one in report.questions
        ],
        "open_risks": list(report.open_risks),
        "earlier": list(report.earlier),
        "versions": {
            "evidence": report.evidence_version,
            "lists": report.lists_version,
            "vocabulary": report.vocabulary_version,
        },
    }


def describe_finding(found: Finding) -> dict[str, Any]:
    """One finding with its figures, each with where it comes from."""
    return {
        **to_json(found),
        "kind_title": FINDING_KINDS[found.kind],
        "seriousness_title": SERIOUSNESS[found.seriousness],
        "figures": [
            {"label": one.label, "text": one.text, "basis": FIGURE_BASES[one.basis], "row": one.row}
            for one in found.figures
        ],
        "sources": [
            {"id": one.id, "authors": one.authors, "title": one.title, "year": one.year, "doi": one.doi, "url": one.url}
            for one in found.sources
        ],
    }

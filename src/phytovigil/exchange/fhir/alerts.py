"""Alerts as DetectedIssue: it names severity, evidence and source, which Flag does not."""

from __future__ import annotations

from collections.abc import Mapping

from phytovigil.exchange.fhir.coding import Resource, concept, make_uuid, own_codes, own_system, plain
from phytovigil.exchange.fhir.frame import Frame
from phytovigil.schema.care import EMERGENCY, ROUTINE, TODAY, WITHIN_DAYS, Alert

SEVERITIES: Mapping[str, str] = {EMERGENCY: "high", TODAY: "high", WITHIN_DAYS: "moderate", ROUTINE: "low"}


def write_alert(alert: Alert, frame: Frame, device: str) -> Resource:
    """An alert with the entries that support it. Its status is preliminary: no clinician has looked at it."""
    identifier = {"type": {"text": "alert"}, "system": own_system("alert"), "value": alert.key}
    evidence = [one for entry in alert.entries if (one := frame.refer(entry))]
    period = {"start": alert.first_seen.isoformat(), "end": alert.last_seen.isoformat()}
    return {
        "resourceType": "DetectedIssue",
        "id": make_uuid("alert", frame.patient, alert.key),
        "identifier": [identifier],
        "status": "preliminary",
        "code": concept(alert.rule.title, *own_codes("alert-rule", alert.rule.id)),
        "severity": SEVERITIES[alert.urgency],
        "subject": frame.subject,
        "identifiedPeriod": period,
        "author": {"reference": device},
        "detail": plain("\n\n".join(say_alert(alert))),
        **({"evidence": [{"detail": evidence}]} if evidence else {}),
    }


def say_alert(alert: Alert) -> list[str]:
    """What was seen, the rule, how urgent, and the source, in paragraphs."""
    seen = [f"{finding.day}: {finding.text}" for finding in alert.findings]
    answers = [f"Since answered by: {finding.day}: {finding.text}" for finding in alert.answers]
    sources = [f"Source: {source.citation} ({source.address})" for source in alert.sources]
    return [
        alert.for_clinician or alert.said,
        f"How soon: {alert.urgency}. State: {alert.state}. Rule of {alert.rule.as_of}.",
        *seen,
        *answers,
        *sources,
    ]

"""What stands beside the counts: specifications, single cases, published evidence, claims, the reporting checklist."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from phytovigil.schema.evidence import EvidenceLibrary
from phytovigil.study.answering import answer
from phytovigil.study.benefit_risk import benefit_risk
from phytovigil.study.case_series import case_series
from phytovigil.study.checklist.filling import fill_checklist
from phytovigil.study.checklist.methods_text import write_methods
from phytovigil.study.citing import cite_run
from phytovigil.study.claims.judging import judge_claims
from phytovigil.study.evidence import Evidence
from phytovigil.study.evidence_tables import evidence_tables
from phytovigil.study.planning import Plan
from phytovigil.study.record import write_counts, write_notes
from phytovigil.study.specifications import specification_curve


def add_sections(
    plan: Plan, evidence: Mapping[str, Evidence], findings: dict[str, Any], library: EvidenceLibrary | None
) -> dict[str, Any]:
    """The findings with every section that the study asks for; each may draw on those before it.

    findings : with sources, pairs and controls. library : the evidence on the product, its rows checked.
    A section that the study does not ask for is empty or None.
    """
    outcomes = [outcome.key for outcome in plan.outcomes]
    added = {**findings}
    added["specification_curve"] = specification_curve(plan, evidence)
    curves, missing = added["specification_curve"], findings["missing_sources"]
    added["answer"] = answer(
        plan.product.name, findings["sources"], plan.outcomes, findings["controls"], missing, curves
    )
    added["case_series"] = case_series(plan, evidence)
    added["evidence"] = evidence_tables(library)
    added["claims"] = judge_claims(plan, evidence, added, library)
    added["benefit_risk"] = benefit_risk(plan, evidence, added, library)
    # From here on nothing more is asked of the reports.
    added["basis"] = describe_basis(evidence)
    added["citations"] = cite_run(added)
    added["methods_text"] = write_methods(added, added["citations"], outcomes)
    added["checklist"] = fill_checklist(added, plan.study.report, outcomes)
    return added


def describe_basis(evidence: Mapping[str, Evidence]) -> dict[str, str]:
    """What every number rests on: the answers of the reports, and their hash."""
    record = {name: item.record for name, item in evidence.items()}
    counts = write_counts(record) + write_notes(record, cases=False)
    return {
        "text": "Counted from the raw files named under releases; every count stands in the snapshot of the study.",
        "counts_sha256": hashlib.sha256(counts.encode()).hexdigest(),
    }

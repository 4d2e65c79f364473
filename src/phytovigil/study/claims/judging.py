"""Every claim of a study: its lines, its conclusion by the table of rules, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phytovigil.schema.claims import LINE_KINDS, LINES, SAYS, Claim
from phytovigil.schema.evidence import EvidenceLibrary
from phytovigil.study.claims.changes import say_changes
from phytovigil.study.claims.checking import check_rows
from phytovigil.study.claims.conclusions import conclude, describe_rules
from phytovigil.study.claims.reports import read_reports
from phytovigil.study.claims.rubric import describe_rubric, grade_line
from phytovigil.study.claims.subgroups import METHOD, compare_conditions, name_reactions
from phytovigil.study.evidence import Evidence
from phytovigil.study.planning import Plan


def judge_claims(
    plan: Plan, evidence: Mapping[str, Evidence], findings: Mapping[str, Any], library: EvidenceLibrary | None
) -> dict[str, Any] | None:
    """The claims of a study under test; None if it lists none.

    findings : with `sources` and `controls` as the page shows them. library : the evidence that the claims cite.
    Raises InvalidStudy for a claim that cites a row that there is not, or on a line where it cannot stand.
    """
    study = plan.study
    if not study.claims:
        return None
    check_rows(study, library)
    comparisons = compare_conditions(plan, evidence)
    keys = {name: reaction.key for name, reaction in name_reactions(plan).items()}
    judged = [judge_claim(claim, plan, findings, keys, comparisons, library) for claim in study.claims]
    return {
        "claims": judged,
        "conditions": comparisons,
        "conditions_method": METHOD if comparisons else "",
        "rubric": describe_rubric(),
        "rules": describe_rules(),
    }


def judge_claim(
    claim: Claim,
    plan: Plan,
    findings: Mapping[str, Any],
    keys: Mapping[str, str],
    comparisons: Sequence[Mapping[str, Any]],
    library: EvidenceLibrary | None,
) -> dict[str, Any]:
    """One claim."""
    reports = read_reports(claim, findings, keys, comparisons)
    lines = gather_lines(claim, library)
    return {
        "id": claim.id,
        "text": claim.text,
        "about": claim.about,
        "reactions": [keys[name] for name in claim.reactions],
        "conditions": list(claim.conditions),
        "people": claim.people,
        "note": claim.note,
        **conclude(claim.about, reports, lines),
        "reports": reports,
        "lines": lines,
        "uncited": list_uncited(claim, library),
        "changes": say_changes(claim, plan.product.name, lines, reports, findings),
    }


def list_uncited(claim: Claim, library: EvidenceLibrary | None) -> list[dict[str, str]]:
    """Rows on the claim's topics that could stand on a line and that it does not cite, so that a choice shows."""
    if library is None or not claim.topics:
        return []
    cited, kinds = {entry.row for entry in claim.evidence}, {kind for some in LINE_KINDS.values() for kind in some}
    return [
        {"row": row.id, "title": row.title}
        for row in library.on(*claim.topics, kinds=tuple(sorted(kinds)))
        if row.id not in cited
    ]


def gather_lines(claim: Claim, library: EvidenceLibrary | None) -> list[dict[str, Any]]:
    """The claim's rows by line and by what they say, strongest line first."""
    if library is None:
        return []
    found = []
    for line in LINES:
        for says in SAYS:
            entries = [
                (entry, library.row(entry.row)) for entry in claim.evidence if (entry.line, entry.says) == (line, says)
            ]
            if entries:
                found.append(grade_line(claim, entries))
    return found

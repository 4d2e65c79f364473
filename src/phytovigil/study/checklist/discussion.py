"""Items 11 to 14d: what the findings mean, their limits, declarations."""

from __future__ import annotations

from phytovigil.study.checklist.databases import DATABASES
from phytovigil.study.checklist.drafts import Draft, Run, complete_draft
from phytovigil.study.checklist.wording import end, join, name_source


def interpret(run: Run) -> Draft:
    """Item 11."""
    draft = Draft(
        tuple(run.findings["answer"]),
        "Set this against what was known before: say which of the reactions were expected and which are new, and where "
        "published analyses agree or differ. Key “interpretation” of [report].",
        "section-answer",
    )
    return complete_draft(draft, run.report.interpretation)


def generalise(run: Run) -> Draft:
    """Item 12a."""
    regions = [
        f"{name_source(source)}: {DATABASES[source['source']].region}"
        for source in run.sources
        if source["source"] in DATABASES
    ]
    draft = Draft(
        (f"Where the reports come from: {end(join(regions, '; ', '; '))}",) if regions else (),
        "Say whether the findings hold for other countries, products, doses and people than those who were reported. "
        "Key “generalisability” of [report].",
        "section-who",
    )
    return complete_draft(draft, run.report.generalisability)


def say_relevance(run: Run) -> Draft:
    """Item 12b."""
    draft = Draft(
        prompt="Say what a patient, a prescriber or a regulator should do differently, if anything. "
        "Key “relevance” of [report]."
    )
    return complete_draft(draft, run.report.relevance)


def say_next(run: Run) -> Draft:
    """Item 12c."""
    changes = [f"“{claim['text']}”: {claim['change']}" for claim in claims_with_change(run)]
    draft = Draft(
        tuple(changes),
        "Say which study should come next, and why that one. Key “next_steps” of [report].",
        "section-claims" if changes else "",
    )
    return complete_draft(draft, run.report.next_steps)


def claims_with_change(run: Run) -> list[dict[str, str]]:
    """Claims with what would change their conclusion."""
    claims = run.findings.get("claims") or {"claims": []}
    return [
        {"text": claim["text"], "change": " ".join(claim["changes"])} for claim in claims["claims"] if claim["changes"]
    ]


def state_limits(run: Run) -> Draft:
    """Item 13."""
    draft = Draft(
        tuple(run.findings["limits"]),
        "Add the biases that are particular to this product and these years, such as publicity, lawsuits or a ban, "
        "their likely direction, and what was done about them. Key “limitations” of [report].",
        "section-methods",
    )
    return complete_draft(draft, run.report.limitations)


def state_funding(run: Run) -> Draft:
    """Item 14a."""
    draft = Draft(
        prompt="Say who paid and what part they had in design, analysis and writing. Key “funding” of [report]."
    )
    return complete_draft(draft, run.report.funding)


def state_conflicts(run: Run) -> Draft:
    """Item 14b."""
    named = f" ({join(run.report.authors)})" if run.report.authors else ""
    draft = Draft(
        prompt=f"State the competing interests of every author{named}, or that there are none. "
        "Key “conflicts” of [report]."
    )
    return complete_draft(draft, run.report.conflicts)


def state_approvals(run: Run) -> Draft:
    """Item 14c."""
    draft = Draft(
        prompt="Name the ethics committee and the number of its decision, or say why none was needed, such as that the "
        "reports were published without names. Key “approvals” of [report]."
    )
    return complete_draft(draft, run.report.approvals)


def state_availability(run: Run) -> Draft:
    """Item 14d."""
    report = run.report
    missing = [key for key in ("registration", "data_availability") if not getattr(report, key)]
    asks = {
        "registration": "where the protocol was registered, or that it was not",
        "data_availability": "where the study file, the snapshot and the raw files can be had",
    }
    prompt = (
        f"Say {join(asks[key] for key in missing)}. Keys “{'” and “'.join(missing)}” of [report]." if missing else ""
    )
    added = tuple(text for text in (report.data_availability, report.registration) if text)
    return Draft(
        (*say_software(run), *added),
        prompt,
        "section-reproduce",
        "program and author" if added else "program",
    )


def say_software(run: Run) -> list[str]:
    """Program, study file, vocabularies and counts, by version and hash."""
    program, study, vocabulary = (run.findings[key] for key in ("program", "study", "vocabulary"))
    said = [
        f"All numbers were computed by {program['name']} {program['version']}, an open program, from the study file "
        f"{study['file']} (SHA-256 {study['sha256']}), with the product vocabulary {vocabulary['products']} and the "
        f"reaction vocabulary {vocabulary['reactions']}. The same files give the same bytes."
    ]
    hashed = run.findings["basis"].get("counts_sha256")
    return [*said, f"SHA-256 of the counts that everything rests on: {hashed}."] if hashed else said


FILLERS = {
    "11": interpret,
    "12a": generalise,
    "12b": say_relevance,
    "12c": say_next,
    "13": state_limits,
    "14a": state_funding,
    "14b": state_conflicts,
    "14c": state_approvals,
    "14d": state_availability,
}

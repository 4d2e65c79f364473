"""A short checklist with every state, a methods text and its references: made up, as small as the page needs."""

from __future__ import annotations

from typing import Any


def make_item(number: str, section: str, state: str, text: list[str], **more: str) -> dict[str, Any]:
    return {
        "item": number,
        "section": section,
        "asks": f"State what item {number} asks.",
        "state": state,
        "by": "program" if text else "",
        "text": text,
        "prompt": "",
        "where": "",
        **more,
    }


def build_checklist() -> dict[str, Any]:
    """Four items of three states for the paper, two for the abstract."""
    body = [
        make_item("1a", "Title", "filled", ["Suggested title: “Examplewort and the skin”."], where="section-answer"),
        make_item("2b", "Introduction", "partly", ["The question is written down."], prompt="Say why it is asked now."),
        make_item("9", "Results: estimates", "filled", ["One estimate. " * 100, "34 cases."]),
        make_item("14a", "Declarations", "gap", [], prompt="Say who paid."),
    ]
    abstract = [
        make_item("1b", "Background", "filled", ["Examplewort <and> jaundice."], by="author"),
        make_item("4c", "Conclusion", "gap", [], prompt="Say what follows."),
    ]
    return {
        "guideline": {
            "name": "READUS-PV",
            "title": "Reporting of a disproportionality analysis",
            "statement": "Somebody 2024. doi:10.1007/s40264-024-01421-9",
            "explanation": "Somebody 2024. doi:10.1007/s40264-024-01423-7",
            "note": "In our own words.",
            "body_items": 4,
            "abstract_items": 2,
        },
        "counts": {"body": {"filled": 2, "partly": 1, "gap": 1}, "abstract": {"filled": 1, "partly": 0, "gap": 1}},
        "body": body,
        "abstract": abstract,
    }


def build_methods_text() -> list[str]:
    """Two paragraphs."""
    return ["We analysed reports in DEMO [1].", "All numbers were computed by phytovigil 0.1.0 [2]."]


def build_citations() -> list[dict[str, Any]]:
    """Two references."""
    return [
        {
            "number": 1,
            "key": "demo-2017-06-30",
            "text": "Agency of Examples. DEMO. Data as of 2017-06-30. https://example.org/register",
            "bibtex": "@misc{demo-2017-06-30,\n  title = {{DEMO & more}},\n  year = {2017}\n}",
            "doi": "",
            "used_for": "data",
        },
        {
            "number": 2,
            "key": "evans2001",
            "text": "Evans SJW, Waller PC, Davis S. Use of PRRs. 2001. doi:10.1002/pds.677",
            "bibtex": "@article{evans2001,\n  title = {{Use of PRRs}},\n  year = {2001}\n}",
            "doi": "10.1002/pds.677",
            "used_for": "measure: PRR",
        },
    ]

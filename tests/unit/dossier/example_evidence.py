"""The section on evidence of the fictional study: a fact, context, a law that is unknown, values at a receptor."""

from __future__ import annotations

from typing import Any


def make_source(key: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "authors": "Bee BA",
        "title": "An invented study",
        "year": 2020,
        "journal": "Journal of Examples",
        "volume": "1",
        "pages": "2-3",
        "doi": "10.1000/1",
        "pmid": "",
        "url": "",
        "read": "abstract",
        "note": "",
        "reference": "Bee BA. An invented study. Journal of Examples 2020;1:2-3.",
        "address": "https://doi.org/10.1000/1",
        **fields,
    }


def make_figure(name: str, text: str, value: float | None, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": name.replace("_", " "),
        "value": value,
        "low": None,
        "high": None,
        "unit": "",
        "count": None,
        "of": None,
        "basis": "printed",
        "formula": "",
        "flag": "",
        "text": text,
        "checked": True,
        **fields,
    }


def make_row(key: str, kind: str, standing: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "anchor": f"evidence-{key}",
        "kind": kind,
        "title": f"Title of {key}",
        "finding": f"Finding of {key}.",
        "population": "People who do not exist.",
        "n": None,
        "topics": ["mood"],
        "standing": standing,
        "confidence": "high",
        "read": "abstract",
        "as_of": "2026-11-22",
        "law": None,
        "figures": [],
        "limits": [f"Limit of {key}."],
        "citation": make_source("bee2020"),
        "also": [],
        **fields,
    }


def make_table(kind: str, title: str, *rows: dict[str, Any]) -> dict[str, Any]:
    facts = sum(row["standing"] == "fact" for row in rows)
    return {"kind": kind, "title": title, "facts": facts, "context": len(rows) - facts, "rows": list(rows)}


def make_range(low: float | None, high: float | None, *values: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = {"substance": "exemplin", "target": "MOR", "quantity": "Ki", "unit": "nM", **fields}
    return {**named, "low": low, "high": high, "values": list(values)}


def make_value(value: float, setting: str, flag: str = "") -> dict[str, Any]:
    return {"value": value, "text": f"{value:g} nM", "setting": setting, "row": "receptor-example", "flag": flag}


def build_evidence() -> dict[str, Any]:
    """A library of seven rows."""
    share = make_figure("mood", "41 % (1,144 of 2,798)", 41.0, unit="%", count=1144, of=2798)
    change = make_figure("change", "13.7 s", 13.7, unit="s", basis="derived", formula="after - before")
    doubted = make_figure("odd", "80 % of 53", 80.0, unit="%", of=53, flag="No whole number of 53 gives 80 %.")
    law = {"jurisdiction": "Erewhon", "scope": "leaf", "status": "Schedule I", "known": True}
    unknown = {"jurisdiction": "Elsewhere", "scope": "leaf", "status": "unknown: verify", "known": False}
    rows = (
        make_table(
            "survey",
            "Surveys of people who use it",
            make_row("survey-one", "survey", "context", figures=[share, doubted], n=2798, confidence="medium"),
            make_row("survey-two", "survey", "fact", figures=[change]),
        ),
        make_table(
            "receptor", "Receptors", make_row("receptor-example", "receptor", "context", also=[make_source("sea2021")])
        ),
        make_table(
            "law",
            "Law",
            make_row("law-erewhon", "law", "fact", law=law, as_of="2025", population=""),
            make_row("law-elsewhere", "law", "context", law=unknown, citation=make_source("x", address="javascript:1")),
        ),
    )
    return {
        "product": "examplewort",
        "title": "Evidence on examplewort",
        "version": "2026-11-22",
        "sha256": "0" * 64,
        "rows": 5,
        "facts": 2,
        "checks": {"made": 9, "holds": 8, "known": 1, "fails": 0, "figures": 4, "figures_checked": 3},
        "tables": list(rows),
        "ranges": [
            make_range(
                13.5, 37.0, make_value(13.5, "first"), make_value(37.0, "second"), make_value(709.0, "third", "Odd.")
            ),
            make_range(None, None, make_value(77.9, "third", "Odd."), substance="exemplol"),
            make_range(34.5, 34.5, make_value(34.5, "fourth"), quantity="EC50"),
        ],
    }

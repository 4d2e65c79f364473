"""Findings of a fictional study: invented plant, invented sources, counts that add up. Built anew on each call.

`build_findings(listed=1503)` makes the second source as long as a real listing, for tests of size.
"""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from typing import Any

from scipy.special import gammaincinv

PRODUCT = "examplewort"
TOTAL = 64_500
REACTIONS = (
    ("jaundice", "Jaundice", ("JAUNDICE", "OCULAR ICTERUS"), ("YELLOW SKIN", "HYPERBILIRUBINAEMIA")),
    ("pigment", "Skin pigment change", ("SKIN DISCOLOURATION", "SKIN HYPERPIGMENTATION"), ("PIGMENTATION DISORDER",)),
)
MEASURES = [
    {
        "name": "ror",
        "title": "ROR",
        "scale": "ratio",
        "null": 1,
        "source": "Rothman, Lanes, Sacks 2004, doi:10.1002/pds.1001",
        "note": "Reporting odds ratio; not estimable where a cell is zero.",
    },
    {
        "name": "prr",
        "title": "PRR",
        "scale": "ratio",
        "null": 1,
        "source": "Evans, Waller, Davis 2001, doi:10.1002/pds.677",
        "note": "Proportional reporting ratio.",
    },
    {
        "name": "ic",
        "title": "IC",
        "scale": "log2",
        "null": 0,
        "source": "Norén, Hopstadius, Bate 2013, doi:10.1177/0962280211403604",
        "note": "Information component with its credibility interval.",
    },
]


def build_section(name: str, file: str = "") -> Any:
    """A section of the findings from the file example_NAME.py beside this one, or from example_FILE.py."""
    file = f"example_{file or name}"
    spec = importlib.util.spec_from_file_location(file, Path(__file__).with_name(f"{file}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks for the module that it stands in.
    sys.modules[file] = module
    spec.loader.exec_module(module)
    return getattr(module, f"build_{name}")()


def estimate(point: float | None, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"point": point, "low": low, "high": high}


def estimate_ratio(log_value: float, error: float) -> dict[str, Any]:
    return estimate(*(math.exp(log_value + z * error) for z in (0, -1.96, 1.96)))


def estimate_all(a: int, b: int, c: int, d: int, expected: float) -> dict[str, Any]:
    ic = [math.log2(gammaincinv(a + 0.5, p) / (expected + 0.5)) for p in (0.025, 0.975)]
    ror = prr = estimate(None)
    if min(a, b, c, d) > 0:
        ror = estimate_ratio(math.log(a * d / b / c), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
        prr = estimate_ratio(
            math.log(a / (a + b) / (c / (c + d))), math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        )
    return {"ror": ror, "prr": prr, "ic": estimate(math.log2((a + 0.5) / (expected + 0.5)), *ic)}


def make_selection(role: str = "suspect", **fields: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("sex", "age", "reporter", "country", "category")}
    empty |= {"with_products": [], "without_products": [], "among": [], "indication": []}
    empty |= {"years": None, "serious": None, "names": "certain", "duplicates": "kept"}
    empty |= {"literature": None, "without_reporter": []}
    return {"role": role, **empty, **fields, "text": f"{role} role" + "".join(f"; {k} {v}" for k, v in fields.items())}


def make_pair(
    part: str,
    reaction: tuple[str, str],
    cells: tuple[int, int, int],
    *,
    label: str = "as planned",
    product: tuple[str, str] = (PRODUCT, "Examplewort"),
    expectation: str = "",
    selection: dict[str, Any] | None = None,
    total: int = TOTAL,
) -> dict[str, Any]:
    a, b, c = cells
    d = total - a - b - c
    expected = (a + b) * (a + c) / total
    estimates = estimate_all(a, b, c, d, expected)
    signal = a >= 3 and estimates["ic"]["low"] > 0
    verdict = "disproportionate" if signal else "too-few-to-say" if a < 3 else "not-disproportionate"
    slug = f"demo-{product[0]}-{reaction[0]}-{part}-{label}".replace("/", "-").replace(" ", "-").lower()
    return {
        "id": slug,
        "part": part,
        "label": label,
        "product": product[0],
        "product_name": product[1],
        "reaction": reaction[0],
        "reaction_title": reaction[1],
        "selection": selection or make_selection(),
        "a": a,
        "b": b,
        "c": c,
        "d": d,
        "n": total,
        "expected": expected,
        "estimates": estimates,
        "chi2_yates": 1.5,
        "signal": signal,
        "verdict": verdict,
        "why": f"{a} cases against {expected:.2f} expected; the lower limit of IC is {estimates['ic']['low']:.2f}.",
        "expectation": expectation,
        "as_expected": (signal == (expectation == "signal")) if expectation else None,
    }


def make_pairs() -> list[dict[str, Any]]:
    jaundice, pigment = ("jaundice/narrow", "Jaundice (narrow)"), ("pigment/narrow", "Skin pigment change (narrow)")
    wide = ("jaundice/broad", "Jaundice (broad)"), ("pigment/broad", "Skin pigment change (broad)")
    main = [make_pair("main", jaundice, (4, 30, 463)), make_pair("main", pigment, (0, 34, 520))]
    scope = [make_pair("scope", wide[0], (5, 29, 700)), make_pair("scope", wide[1], (1, 33, 900))]
    sensitivity = [
        make_pair("sensitivity", reaction, cells, label=label, selection=selection, total=total)
        for reaction, cells, label, selection, total in (
            (jaundice, (4, 32, 463), "any role", make_selection("any"), TOTAL),
            (jaundice, (3, 24, 400), "received before 2016", make_selection(years=[2004, 2015]), 55_000),
            (jaundice, (2, 10, 200), "women only", make_selection(sex=["female"]), 33_000),
            (
                jaundice,
                (4, 30, 300),
                "dietary supplements only, cosmetics left out",
                make_selection(category=["54"]),
                30_000,
            ),
            (jaundice, (5, 31, 462), "with likely names", make_selection(names="likely"), TOTAL),
            (jaundice, (3, 30, 461), "suspected duplicates folded", make_selection(duplicates="folded"), TOTAL - 4),
            (pigment, (0, 36, 520), "any role", make_selection("any"), TOTAL),
            (pigment, (0, 12, 260), "women only", make_selection(sex=["female"]), 33_000),
        )
    ]
    comparators = [
        make_pair("comparator", reaction, cells, label="comparator", product=product)
        for reaction, cells, product in (
            (jaundice, (12, 140, 455), ("otherroot", "Otherroot")),
            (jaundice, (1, 300, 466), ("sampleberry", "Sampleberry fruit extract")),
            (pigment, (3, 149, 517), ("otherroot", "Otherroot")),
            (pigment, (2, 299, 518), ("sampleberry", "Sampleberry fruit extract")),
        )
    ]
    controls = [
        make_pair(
            "positive-control",
            ("FLUSHING", "Flushing"),
            (90, 400, 600),
            label="known",
            product=("niacin", "Nicotinic acid"),
            expectation="signal",
        ),
        make_pair(
            "positive-control",
            ("CHROMATURIA", "Chromaturia"),
            (2, 900, 80),
            label="known",
            product=("b-vitamin", "Riboflavin"),
            expectation="signal",
        ),
        make_pair(
            "negative-control",
            ("FLUSHING", "Flushing"),
            (3, 600, 687),
            label="unrelated",
            product=("calcium", "Calcium"),
            expectation="no signal",
        ),
        make_pair(
            "negative-control",
            ("EAR PAIN", "Ear pain"),
            (0, 490, 70),
            label="unrelated",
            product=("niacin", "Nicotinic acid"),
            expectation="no signal",
        ),
    ]
    return main + scope + sensitivity + comparators + controls


def make_listing_pairs(counts: dict[str, int]) -> list[dict[str, Any]]:
    pairs = []
    for name, title, _, _ in REACTIONS:
        pair = make_pair("main", (f"{name}/narrow", f"{title} (narrow)"), (1, 1, 1))
        pair |= {"id": f"list-{PRODUCT}-{name}-narrow", "a": counts[name], "estimates": {}, "verdict": "no-measure"}
        pair |= dict.fromkeys(("b", "c", "d", "n", "expected", "chi2_yates", "signal"))
        pair["why"] = "This source lists cases of one product only, so nothing stands to compare them with."
        pair["selection"] = make_selection("any")
        likely = {"id": f"{pair['id']}-likely", "part": "sensitivity", "label": "with likely names"}
        pairs += [pair, {**pair, **likely, "selection": make_selection("any", names="likely")}]
    return pairs


def make_product(name: str, role: str, *, under_study: bool) -> dict[str, Any]:
    empty: dict[str, Any] = {"indications": [], "periods": [], "dechallenge": None, "rechallenge": None}
    return {"name": name, "role": role, "under_study": under_study, **empty}


def make_case(source: str, number: int, term: str, reactions: list[str], role: str = "suspect") -> dict[str, Any]:
    return {
        "anchor": f"{source}-case-{number}",
        "case_id": str(number),
        "version": 0,
        "received": f"20{8 + number % 16:02d}-03-14",
        "event_date": None if number % 3 else f"20{8 + number % 16:02d}-02",
        "sex": ("female", "male", None)[number % 3],
        "age_years": None if number % 5 == 0 else float(20 + number % 50),
        "country": None if source == "demo" else ("US", "DE", "JP")[number % 3],
        "reporter": None if source == "demo" else "Healthcare Professional",
        "serious": number % 2 == 0,
        "outcomes": ["HOSPITALIZATION", "OTHER SERIOUS OUTCOMES"] if number % 2 == 0 else [],
        "products": [
            make_product("EXAMPLEWORT LEAF POWDER", role, under_study=True),
            make_product("MULTIVITAMIN, UNNAMED", "concomitant", under_study=False),
        ],
        "terms": [{"term": term, "reactions": reactions}, {"term": "NAUSEA", "reactions": []}],
        "reactions": reactions,
        "literature": "Example A. Fictional Journal 2020;1:1-2." if number % 7 == 0 and source == "list" else None,
        "file": f"{source}.csv",
        "line": number * 2,
    }


def make_cases(source: str, total: int, jaundice: int, pigment: int, wide_only: int = 0) -> list[dict[str, Any]]:
    cases = []
    for index in range(total):
        number = 1001 + index
        if index < jaundice:
            case = make_case(source, number, "JAUNDICE", ["jaundice/narrow", "jaundice/broad"])
        elif index < jaundice + wide_only:
            case = make_case(source, number, "YELLOW SKIN", ["jaundice/broad"])
        elif index < jaundice + wide_only + pigment:
            case = make_case(source, number, "SKIN DISCOLOURATION", ["pigment/narrow", "pigment/broad"])
        else:
            case = make_case(source, number, "DRUG DEPENDENCE", [], "suspect" if index % 15 else "concomitant")
        cases.append(case)
    return cases


def count_values(cases: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    values: dict[str, int] = {}
    for case in cases:
        value = case["received"][:4] if field == "year" else str(case[field] or "unknown")
        values[value] = values.get(value, 0) + 1
    return [{"value": value, "cases": values[value]} for value in sorted(values)]


def make_profile(cases: list[dict[str, Any]], reaction: str, title: str, missing: list[str]) -> dict[str, Any]:
    chosen = [case for case in cases if not reaction or reaction in case["reactions"]]
    fields = [name for name in ("sex", "country", "reporter", "year") if name not in missing]
    dimensions = {name: count_values(chosen, name) for name in fields}
    dimensions["co_reported"] = [{"value": "MULTIVITAMIN, UNNAMED", "cases": len(chosen)}] if chosen else []
    return {
        "reaction": reaction,
        "title": title,
        "cases": len(chosen),
        "dimensions": dimensions,
        "not_recorded": missing,
    }


def make_profiles(cases: list[dict[str, Any]], missing: list[str]) -> list[dict[str, Any]]:
    named = [(f"{name}/narrow", f"{title} (narrow)") for name, title, _, _ in REACTIONS]
    return [make_profile(cases, key, title, missing) for key, title in [("", "All cases of the product"), *named]]


def list_others(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases behind the counts of other products: one is listed, the others are told."""
    return [
        {
            "pair": pair["id"],
            "cases": [{"case_id": f"{place}77", "file": "demo.csv", "line": 100 + place}],
            "further": pair["a"] - 1,
        }
        for place, pair in enumerate(pairs, start=1)
        if pair["product"] != PRODUCT and pair["a"]
    ]


def make_source(name: str, complete: bool, cases: list[dict[str, Any]], pairs: list[dict[str, Any]]) -> dict[str, Any]:
    total = TOTAL if complete else len(cases)
    return {
        "source": name,
        "title": f"{name.upper()}, a fictional {'register' if complete else 'listing'}",
        "publisher": "Agency of Examples",
        "complete": complete,
        "unit": "case",
        "note": "Holds every report of the register." if complete else "Selected by product: numerators only.",
        "url": "https://example.org/register",
        "as_of": "2017-06-30" if complete else "2025-11-30",
        "releases": [
            {
                "id": f"{name}-1",
                "source": name,
                "as_of": "2017-06-30",
                "reports": total,
                "files": [
                    {
                        "file": f"{name}.csv",
                        "sha256": "ab" * 32,
                        "bytes": 9_543_210,
                        "reader": "example",
                        "rows_read": total + 12,
                        "rows_kept": total + 10,
                        "rows_quarantined": 2,
                        "rows_repaired": 0,
                        "rows_orphaned": 0,
                        "values_quarantined": 5,
                    }
                ],
            }
        ],
        "cases": total,
        "product_cases": len(cases),
        "product_cases_suspect": sum(case["products"][0]["role"] == "suspect" for case in cases),
        "flow": [{"step": "reports read", "cases": total}, {"step": "cases naming the product", "cases": len(cases)}],
        "names": [
            {
                "name": "EXAMPLEWORT LEAF POWDER",
                "cases": len(cases),
                "nodes": [PRODUCT, "examplewort-leaf"],
                "rule": "name",
            }
        ],
        "terms": [
            {"reaction": "jaundice/narrow", "term": "JAUNDICE", "cases": 3},
            {"reaction": "jaundice/narrow", "term": "YELLOW SKIN", "cases": 2},
        ],
        "likely": [
            {
                "name": "EXAMPELWORT DROPS",
                "cases": 2,
                "rule": "spelling",
                "score": 0.9,
                "why": "Two letters are swapped, and no other name is as near.",
            }
        ],
        "refused": [
            {
                "name": "EXAMPLEWORTH TABLETS",
                "cases": 7,
                "rule": "false-friend",
                "why": "A calcium brand, not the plant.",
            }
        ],
        "duplicates": {
            "treatment": "kept",
            "clusters": 3,
            "folded": 4,
            "product_cases": len(cases),
            "product_folded": 1,
        },
        "pairs": pairs,
        "profiles": make_profiles(cases, ["country", "reporter"] if complete else []),
        "case_list": cases,
        "case_list_note": "",
        "other_cases": list_others(pairs) if complete else [],
        "quarantine": {
            "rows": 2,
            "values": 5,
            "reasons": [
                {"scope": "row", "reason": "too-few-fields", "count": 2, "meaning": "The row ends early."},
                {"scope": "value", "reason": "impossible-age", "count": 5, "meaning": "Age outside 0 to 122 years."},
            ],
            "examples": [
                {
                    "file": f"{name}.csv",
                    "line": 77,
                    "scope": "value",
                    "reason": "impossible-age",
                    "field": "age_years",
                    "raw": "736",
                }
            ],
        },
    }


def make_reactions() -> list[dict[str, Any]]:
    made = []
    for name, title, narrow, extra in REACTIONS:
        for scope, terms in (("narrow", narrow), ("broad", narrow + extra)):
            made.append(
                {
                    "key": f"{name}/{scope}",
                    "name": name,
                    "title": f"{title} ({scope})",
                    "kind": "group",
                    "scope": scope,
                    "terms": list(terms),
                    "note": "",
                    "excluded": [{"term": "FAECES DISCOLOURED", "why": "Not the skin."}],
                }
            )
    return made


def build_findings(listed: int = 60) -> dict[str, Any]:
    demo_cases = make_cases("demo", 36, 4, 0, 1)
    list_cases = make_cases("list", listed, 9, 5)
    sources = [
        make_source("demo", True, demo_cases, make_pairs()),
        make_source("list", False, list_cases, make_listing_pairs({"jaundice": 9, "pigment": 5})),
    ]
    return {
        "schema": "phytovigil/findings/1",
        "program": {"name": "phytovigil", "version": "0.1.0"},
        "study": {
            "name": "examplewort-skin",
            "title": "Examplewort and the colour of the skin",
            "question": "Do reports to regulators link examplewort to jaundice or to a change of skin pigment?",
            "file": "examplewort-skin.toml",
            "sha256": "cd" * 32,
            "text": '[study]\nproduct = "examplewort"\nreactions = ["jaundice", "pigment"]\n',
        },
        "pair_decisions": {"file": "pairs-that-we-read.csv", "sha256": "ab12" * 16},
        "basis": {"text": "two releases of two fictional sources", "counts_sha256": "ef" * 32},
        "vocabulary": {
            "products": "2026-11",
            "products_sha256": "12" * 32,
            "reactions": "2026-11",
            "reactions_sha256": "34" * 32,
        },
        "answer": [
            "Jaundice is reported with examplewort more often than expected: 4 cases against 0.25 expected.",
            "No case of pigment change names examplewort in DEMO; the listing holds 5, without a comparison.",
            "These counts cannot show cause, nor how many people who take it are affected.",
        ],
        "product": {
            "id": PRODUCT,
            "name": "Examplewort",
            "kind": "botanical",
            "note": "An invented plant.",
            "nodes": [{"id": PRODUCT, "name": "Examplewort"}, {"id": "examplewort-leaf", "name": "Examplewort leaf"}],
        },
        "comparators": [{"id": "otherroot", "name": "Otherroot", "kind": "botanical", "note": "", "nodes": []}],
        "reactions": make_reactions(),
        "rule": {
            "name": "ic025",
            "text": "At least 3 cases and the lower limit of IC above 0.",
            "source": "doi:10.1177/0962280211403604",
        },
        "measures": MEASURES,
        "sources": sources,
        "controls": build_section("controls"),
        "limits": ["Reports are voluntary.", "A report is a suspicion, not a proof."],
        "methods": ["The unit is the distinct case.", "Names were read with a dated vocabulary."],
        "specification_curve": [build_section("specification_curve")],
        "case_series": build_section("case_series"),
        "evidence": build_section("evidence"),
        # They cite rows and pairs of a study of their own: see test_claims.py.
        "claims": None,
        "benefit_risk": None,
        "checklist": build_section("checklist"),
        "methods_text": build_section("methods_text", "checklist"),
        "citations": build_section("citations", "checklist"),
    }

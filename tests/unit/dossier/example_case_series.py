"""Made-up case series, as the findings of a study hold them: one source with dates, one listing without."""

from __future__ import annotations

from typing import Any

STATUSES = (
    "exact",
    "partial",
    "unclear-order",
    "before-start",
    "without-start",
    "without-event-date",
    "without-either",
)
CHALLENGES = ("positive", "negative", "unknown", "does not apply", "not recorded")
ALL_WHO = ["certain", "probable", "possible", "unlikely", "conditional", "unassessable"]
ALL_NARANJO = ["definite", "probable", "possible", "doubtful"]


def count_all(names: tuple[str, ...], **counts: int) -> dict[str, int]:
    """A ledger with zeros; names with blanks or dashes are given with underscores."""
    return {name: counts.get(name.replace("-", "_").replace(" ", "_"), 0) for name in names}


def value(name: str, cases: int) -> dict[str, Any]:
    return {"value": name, "cases": cases}


def single(number: str, days: int | None, dechallenge: str | None, *, suspects: int = 0) -> dict[str, Any]:
    """One case; a negative answer of the scales is left to the text."""
    status = "without-start" if days is None else "exact"
    low = -1 if days is not None else -4
    return {
        "case_id": number,
        "anchor": f"demo-case-{number}",
        "received": "2012-03-04",
        "sex": "female",
        "age_years": 41.0,
        "serious": True,
        "onset": {"status": status, "low_days": days, "high_days": days},
        "dechallenge": dechallenge,
        "rechallenge": None,
        "other_suspects": suspects,
        "completeness": {"all_ten": 0.4536, "adapted": 0.72},
        "naranjo": {"low": low, "high": 10 if suspects else 13, "categories": ALL_NARANJO},
        "who_umc": {"categories": ALL_WHO[2:] if suspects else ALL_WHO, "as_it_stands": "conditional"},
    }


def build_case_series() -> list[dict[str, Any]]:
    """A series with six dated cases, one without any case, and one of a listing without dates."""
    days = (3, 8, 14, 21, 21, 60)
    cases = [single(str(100 + place), day, "positive") for place, day in enumerate(days)]
    cases += [single("200", None, None, suspects=2), single("201", None, "negative")]
    dated = {
        "source": "demo",
        "label": "Demo register",
        "reaction": "jaundice/narrow",
        "reaction_title": "Jaundice (narrow)",
        "cases": 8,
        "read": 8,
        "onset": {
            "recorded": True,
            "ledger": count_all(STATUSES, exact=6, without_start=2),
            "days": [{"days": day, "cases": days.count(day)} for day in sorted(set(days))],
            "spread": {"minimum": 3, "first_quartile": 8, "median": 14, "third_quartile": 21, "maximum": 60},
        },
        "dechallenge": {"recorded": True, "counts": count_all(CHALLENGES, positive=6, negative=1, not_recorded=1)},
        "rechallenge": {"recorded": True, "counts": count_all(CHALLENGES, not_recorded=8)},
        "seriousness": [value("serious", 8)],
        "outcomes": [value("hospitalisation", 5), value("other serious", 3)],
        "sex": [value("female", 8)],
        "age": [value("18-44", 8)],
        "completeness": {
            "adapted": True,
            "left_out": ["outcome", "comments"],
            "all_ten": dict.fromkeys(("minimum", "first_quartile", "median", "third_quartile", "maximum"), 0.4536),
            "adapted_spread": dict.fromkeys(("minimum", "first_quartile", "median", "third_quartile", "maximum"), 0.72),
            "well_documented": 0,
            "most": 0.63,
        },
        "naranjo": [{"low": -4, "high": 13, "categories": ALL_NARANJO, "cases": 8}],
        "who_umc": [
            {"categories": ALL_WHO, "as_it_stands": "conditional", "cases": 7},
            {"categories": ALL_WHO[2:], "as_it_stands": "conditional", "cases": 1},
        ],
        "co_suspects": [value("otherroot", 1)],
        "notes": ["A report answers few questions of a scale."],
        "single_cases": cases,
        "single_cases_note": "",
    }
    return [dated, empty_of(dated, "skin-pigmentation/narrow", "Skin pigment change (narrow)"), undated_of(dated)]


def empty_of(dated: dict[str, Any], reaction: str, title: str) -> dict[str, Any]:
    """The same source without a case of another reaction."""
    nothing = {key: [] for key in ("seriousness", "outcomes", "sex", "age", "naranjo", "who_umc", "co_suspects")}
    challenged = {"recorded": True, "counts": count_all(CHALLENGES)}
    return {
        **dated,
        **nothing,
        "reaction": reaction,
        "reaction_title": title,
        "cases": 0,
        "read": 0,
        "onset": {"recorded": True, "ledger": count_all(STATUSES), "days": [], "spread": None},
        "dechallenge": challenged,
        "rechallenge": challenged,
        "completeness": {**dated["completeness"], "all_ten": None, "adapted_spread": None},
        "notes": [],
        "single_cases": [],
    }


def undated_of(dated: dict[str, Any]) -> dict[str, Any]:
    """A listing that records no start, no dechallenge, and whose cases were left out."""
    return {
        **dated,
        "source": "listing",
        "label": "Demo listing",
        "onset": {"recorded": False, "ledger": count_all(STATUSES, without_start=8), "days": [], "spread": None},
        "dechallenge": {"recorded": False, "counts": count_all(CHALLENGES, not_recorded=8)},
        "rechallenge": {"recorded": False, "counts": count_all(CHALLENGES, not_recorded=8)},
        "notes": ["Demo listing records no start of a product: there is no time to onset."],
        "single_cases": [],
        "single_cases_note": "The cases one by one are left out of a snapshot that was given away.",
    }

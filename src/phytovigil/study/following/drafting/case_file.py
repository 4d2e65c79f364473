"""A confirmed draft as a case file, for `phytovigil cases assess`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from phytovigil.cases.causality.dechallenge import NEGATIVE, POSITIVE
from phytovigil.schema.case_draft import CaseDraft
from phytovigil.schema.causality import Answer
from phytovigil.schema.diary import NO, YES
from phytovigil.study.following.drafting.answering import require_complete
from phytovigil.study.following.liver_tests import FACTORS

HEADING = """\
# One case, made of a draft report that the person confirmed. `phytovigil cases assess FILE` reads it.
# Whatever is not here is unknown and widens the ranges; `phytovigil cases assess --template` shows every question.
"""
CHALLENGES = {YES: POSITIVE, NO: NEGATIVE}
PIGMENT = "darker or greyer patch of skin"
"""Name of the event that is pigment in the skin."""

ANALYTES = {"ALT": "alt", "AST": "ast", "ALP (alkaline phosphatase)": "alp", "bilirubin, total": "bilirubin"}


def to_case_file(draft: CaseDraft, answers: Mapping[str, Mapping[str, Answer]] | None = None) -> str:
    """A draft as a case file, in TOML.

    answers : answers to the scales, by section ("naranjo", "who_umc") and item, where the caller has them.
    Raises InvalidRequest for a draft that is not confirmed throughout.
    """
    require_complete(draft)
    sections = {"case": list_facts(draft), "challenge": list_challenges(draft)}
    lines = [HEADING]
    for section, values in sections.items():
        lines += [f"[{section}]", *(f"{key} = {quote_toml(value)}" for key, value in values.items()), ""]
    for section, given in sorted((answers or {}).items()):
        lines += [f"[{section}]", *(f"{key} = {quote_toml(map_answer(one))}" for key, one in given.items()), ""]
    return "\n".join([*lines, *write_liver(draft)]).rstrip() + "\n"


def map_answer(answer: Answer) -> dict[str, str]:
    """An answer with its reason."""
    return {"answer": answer.answer, **({"why": answer.why} if answer.why else {})}


def shown(draft: CaseDraft, key: str) -> str:
    """What stands in a field; empty where there is none."""
    field = draft.field(key)
    return field.value if field else ""


def list_facts(draft: CaseDraft) -> dict[str, Any]:
    """The facts of [case]."""
    product = first_suspect(draft)
    name = shown(draft, f"{product}/name") or "product not named"
    reaction = shown(draft, "reaction/term") or shown(draft, "reaction/verbatim")
    age = shown(draft, "patient/age")
    years = {"age_years": float(age)} if age and unit_of(draft, "patient/age") == "a" else {}
    texts = {
        "sex": shown(draft, "patient/sex"),
        "age_group": shown(draft, "patient/age_group"),
        "country": shown(draft, "reporter/country"),
        "reporter": shown(draft, "reporter/qualification"),
        "report_type": "spontaneous" if shown(draft, "report/kind") else "",
        "indication": shown(draft, f"{product}/reason"),
        "dose": "; ".join(list_values(draft, product, "dose")),
        "outcome": shown(draft, "reaction/outcome"),
        **list_dates(draft, product),
    }
    return {
        "title": "Case from a diary",
        "product": name,
        "reaction": reaction,
        "reference": f"draft report as of {draft.as_of}, {draft.program} {draft.version}",
        "dermal_pigment": shown(draft, "reaction/term") == PIGMENT,
        **{key: text for key, text in texts.items() if text},
        **years,
        "narrative": bool(shown(draft, "story/narrative")),
    }


def unit_of(draft: CaseDraft, key: str) -> str:
    """Unit of a field."""
    field = draft.field(key)
    return field.unit if field else ""


def first_suspect(draft: CaseDraft) -> str:
    """Beginning of the keys of the first product that is suspected."""
    roles = [field for field in draft.fields if field.element == "G.k.1"]
    chosen = next((field for field in roles if field.value == "suspect"), None)
    return chosen.key.removesuffix("/role") if chosen else "product"


def list_values(draft: CaseDraft, product: str, name: str) -> list[str]:
    """What stands in the fields of this name over all courses and intakes of a product."""
    beginnings = (f"{product}/course/", f"{product}/intakes/")
    found = [one for one in draft.fields if one.key.startswith(beginnings) and one.key.endswith(f"/{name}")]
    return [one.value for one in found if one.value]


def list_dates(draft: CaseDraft, product: str) -> dict[str, str]:
    """First and last day of the product and first day of the event, as precise as they are known.

    Several courses give their first start and, where all of them ended, their last stop.
    """
    starts, stops = list_values(draft, product, "start"), list_values(draft, product, "stop")
    courses = len({one.key.rsplit("/", 1)[0] for one in draft.fields if one.key.startswith(f"{product}/course/")})
    return {
        "start": min(starts) if starts and len(starts) == courses else "",
        "stop": max(stops) if stops and len(stops) == courses else "",
        "onset": shown(draft, "reaction/start"),
    }


def list_challenges(draft: CaseDraft) -> dict[str, str]:
    """What followed when the product was stopped and taken again."""
    fields = {"dechallenge": "reaction/improved", "rechallenge": "reaction/back"}
    answers = {name: CHALLENGES.get(shown(draft, key), "") for name, key in fields.items()}
    return {name: answer for name, answer in answers.items() if answer}


def write_liver(draft: CaseDraft) -> Iterator[str]:
    """The section [liver]: draws by day, in U/L and mg/dL; days are counted from the first draw."""
    draws, limits, remarks = read_draws(draft)
    if not draws:
        return
    first = min(draws)
    yield "[liver]"
    yield from remarks
    yield f"limits = {quote_toml(limits | {'source': 'as written down with the values'} if limits else limits)}"
    yield "draws = ["
    for day in sorted(draws):
        yield f"    {quote_toml({'day': (day - first).days} | draws[day])},"
    yield "]"


def read_draws(draft: CaseDraft) -> tuple[dict[date, dict[str, float]], dict[str, float], list[str]]:
    """Values by day, the first limit of each test, and remarks on other limits and on tests that cannot be placed.

    Where a test was done twice on a day the higher value counts, as in the alerts.
    """
    draws: dict[date, dict[str, float]] = {}
    limits: dict[str, float] = {}
    remarks = []
    for field in (one for one in draft.fields if one.key.startswith("test/") and one.key.endswith("/value")):
        key = field.key.removesuffix("/value")
        analyte, day = ANALYTES.get(shown(draft, f"{key}/name")), full_day(shown(draft, f"{key}/date"))
        value = convert(field.value, field.unit)
        if analyte is None or day is None or value is None:
            remarks.append(f"# {field.block}: not here, because its name, day, value or unit is not known")
            continue
        draw = draws.setdefault(day, {})
        if analyte in draw:
            remarks.append(f"# {field.block}: there are several values of this day, of which the highest counts")
        draw[analyte] = max(value, draw.get(analyte, value))
        limit = convert(shown(draft, f"{key}/limit"), unit_of(draft, f"{key}/limit"))
        if limit is None:
            remarks.append(
                f"# {field.block}: it has no upper limit of its own; one of another day counts, if there is one"
            )
        elif limits.setdefault(analyte, limit) != limit:
            remarks.append(f"# {field.block}: its own upper limit is {limit:.6g}; here that of the first test counts")
    return draws, limits, remarks


def full_day(text: str) -> date | None:
    """The day of a date; a month or a year has none."""
    return date.fromisoformat(text) if len(text) == len("2026-03-01") else None


def convert(text: str, unit: str) -> float | None:
    """A value in U/L or mg/dL, None where it is not known.

    >>> convert("2", "ukat/L"), round(convert("17.1", "umol/L"), 3), convert("", "U/L"), convert("5", "stones")
    (120.0, 1.0, None, None)
    """
    factor = FACTORS.get(unit)
    return round(float(text) * factor, 9) if factor and text else None


def quote_toml(value: Any) -> str:
    """A value as TOML writes it.

    >>> quote_toml({"answer": 'a "b"', "day": 3, "sure": True})
    '{ answer = "a \\\\"b\\\\"", day = 3, sure = true }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {quote_toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(quote_toml(one) for one in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)

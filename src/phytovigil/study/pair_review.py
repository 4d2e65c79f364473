"""Suspected duplicates for people: how many there are, which fields of a pair agree, and what is left to decide."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.cases.suspected import (
    BANDS,
    CLUSTERS_SQL,
    MODEL_SQL,
    band_counts_sql,
    count_pairs_sql,
    held_numbers_sql,
    linked_pairs_sql,
    members_sql,
    near_numbers_sql,
    report_facts_sql,
    reports_of_number_sql,
    sampled_pairs_sql,
    untold_pairs_sql,
)
from phytovigil.errors import UnknownName
from phytovigil.linkage.patients import veto_names
from phytovigil.store import Session
from phytovigil.study.pair_decisions import COLUMNS, PairDecisions

Row = dict[str, Any]

COMPARED = (
    "received", "event_date", "sex", "age_years", "weight_kg", "country", "reporter", "outcomes", "sender",
    "control_number", "literature", "products", "reactions", "indications",
)  # fmt: skip
"""What two reports are shown by, side by side."""

SURE = 0.95
"""Probability from which pairs are put into one cluster."""

PART = 2_000
"""Reports that are asked for at a time."""

WEIGHT, AGREEMENT = "weight_", "agree_"
"""How the columns of `report_link` begin that hold a field's weight, and in words how it agrees."""


def rows_of(columns: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Rows of a query's columns."""
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def sum_up_links(session: Session, source: str, decisions: PairDecisions) -> dict[str, Any]:
    """How many pairs were compared and are suspected, what folding would leave out, and what was learned."""
    engine = session.engine
    counted = dict(zip(*engine.query(band_counts_sql()).values(), strict=True))
    bands = [
        {"from": low, "below": min(below, 1.0), "pairs": int(str(counted.get(place, 0)))}
        for place, (low, below) in enumerate(BANDS)
    ]
    learned = rows_of(engine.query(MODEL_SQL))
    search = {row["parameter"]: int(row["value"]) for row in learned if row["field"] == "search"}
    return {
        **engine.query_one(CLUSTERS_SQL),
        "pairs_compared": search.get("pairs_compared", 0),
        "pairs_lost": search.get("pairs_lost_to_caps", 0),
        "bands": bands,
        "threshold": SURE,
        "model": [row for row in learned if row["field"] != "search"],
        "decisions": describe_decisions(session, source, decisions),
    }


def describe_decisions(session: Session, source: str, decisions: PairDecisions) -> dict[str, Any]:
    """How many pairs of a source a person has decided, and which cases of them are not held here."""
    own = decisions.of(source)
    numbers = sorted({number for row in own for number in row.pair})
    held = set(session.engine.query(held_numbers_sql(numbers))["case_id"])
    return {
        "file": decisions.file,
        "same": sum(row.same for row in own),
        "different": sum(not row.same for row in own),
        "undecided": decisions.undecided,
        "not_held": [number for number in numbers if number not in held],
    }


def require_case(session: Session, source: str, number: str) -> int:
    """The report of a case by the regulator's number. Raises UnknownName, with near numbers."""
    found = session.engine.query(reports_of_number_sql(number))["report"]
    if not found:
        near = [str(case) for case in session.engine.query(near_numbers_sql(number))["case_id"]]
        raise UnknownName("case", number, f"the releases of {source} that are read", near)
    return int(str(found[0]))


def list_pairs(session: Session, conditions: Sequence[str], least: float, most: int | None) -> tuple[int, list[Row]]:
    """Pairs of a probability from `least` on: how many, and at most so many of them, strongest first.

    conditions : SQL of reports; one of a pair's two has to be among those of each.
    """
    counted = session.engine.query_one(count_pairs_sql(conditions, least))["pairs"]
    found = session.engine.query(linked_pairs_sql(conditions, least, most=most))
    return int(counted), [describe_pair(row) for row in rows_of(found)]


def describe_pair(row: Row) -> Row:
    """A pair with its fields, and why it is, or is not, in one cluster."""
    together = row["left_cluster"] is not None and row["left_cluster"] == row["right_cluster"]
    vetoes = list(veto_names(int(row.get("veto") or 0)))
    told = row.get("told")
    kept = row["case"] if row["left_kept"] else row["other_case"] if row["right_kept"] else ""
    return {
        "case": row["case"],
        "other_case": row["other_case"],
        "left": row["left"],
        "right": row["right"],
        "probability": row["probability"],
        "weight": row["weight"],
        "cluster": row["left_cluster"] if together else None,
        "kept": kept if together else "",
        "vetoes": vetoes,
        "told": told is None or bool(told),
        "why": explain_pair(row["probability"], vetoes, told is None or bool(told), together),
        "fields": list(describe_fields(row)),
    }


def describe_fields(row: Row) -> Iterable[Row]:
    """The weight of every field of a pair, and how it agrees, largest weights first."""
    named = [name.removeprefix(WEIGHT) for name in row if name.startswith(WEIGHT)]
    fields = [
        {"field": name, "weight": row[WEIGHT + name], "agreement": row.get(AGREEMENT + name) or ""} for name in named
    ]
    return sorted(fields, key=lambda field: (-abs(field["weight"] or 0.0), field["field"]))


def explain_pair(probability: float, vetoes: Sequence[str], told: bool, together: bool) -> str:
    """Why a pair is in one cluster, or not, in words.

    >>> explain_pair(0.99, ["sex"], True, False)
    'cannot be one patient: sex'
    """
    if together:
        return "in one cluster"
    if vetoes:
        return f"cannot be one patient: {', '.join(vetoes)}"
    if not told:
        return "one paper, and too little is told of the patients"
    return "another report stands between them" if probability >= SURE else "not probable enough"


def compare_reports(session: Session, left: int, right: int) -> list[Row]:
    """What two reports say, field by field, in the order of COMPARED."""
    facts = read_facts(session, [left, right])
    return [{"field": name, "left": facts[left][name], "right": facts[right][name]} for name in COMPARED]


def read_facts(session: Session, reports: Iterable[int]) -> dict[int, Row]:
    """What reports say, by report; asked for in parts, so that a long list makes no long statement."""
    wanted = sorted(set(reports))
    facts: dict[int, Row] = {}
    for first in range(0, len(wanted), PART):
        found = session.engine.query(report_facts_sql(wanted[first : first + PART]))
        facts |= {row["report"]: row for row in rows_of(found)}
    return facts


def list_members(session: Session, clusters: Iterable[int]) -> dict[int, list[Row]]:
    """The cases of some clusters, the kept one first."""
    members: dict[int, list[Row]] = {}
    for row in rows_of(session.engine.query(members_sql(sorted(set(clusters))))):
        members.setdefault(row["cluster"], []).append({"case": row["case_id"], "kept": bool(row["kept"])})
    return members


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """Which pairs are written for a person.

    least, below : probabilities of the uncertain ones. sample : sure pairs to check, chosen by a hash of their numbers.
    """

    least: float = 0.5
    below: float = SURE
    sample: int = 20


def review_rows(session: Session, source: str, plan: ReviewPlan, decisions: PairDecisions) -> list[dict[str, str]]:
    """Rows for a person: what was decided already, what is uncertain, and sure pairs to check; each pair once."""
    decided = {row.pair: row for row in decisions.of(source)}
    rows = [
        {**dict.fromkeys(REVIEWED, ""), "source": source, "case": row.case, "other_case": row.other_case,
         "why": "decided", "decision": "same" if row.same else "different", "by": row.by, "date": row.date,
         "note": row.note}
        for row in decided.values()
    ]  # fmt: skip
    seen = set(decided)
    wanted: list[tuple[str, Row]] = []
    for why, pairs in chosen_pairs(session, plan):
        wanted += [(why, pair) for pair in pairs if pair_key(pair) not in seen]
        seen |= {pair_key(pair) for pair in pairs}
    facts = read_facts(session, (pair[side] for _, pair in wanted for side in ("left", "right")))
    return rows + [review_row(source, pair, why, facts) for why, pair in wanted]


def pair_key(pair: Row) -> tuple[str, str]:
    """Both numbers of a pair, the smaller text first."""
    first, second = sorted((pair["case"], pair["other_case"]))
    return first, second


def chosen_pairs(session: Session, plan: ReviewPlan) -> Iterable[tuple[str, list[Row]]]:
    """Kinds of pairs that a person is asked about."""
    uncertain = linked_pairs_sql(least=plan.least, below=plan.below)
    yield "uncertain", [describe_pair(row) for row in rows_of(session.engine.query(uncertain))]
    untold = session.engine.query(untold_pairs_sql(plan.below))
    yield "too little told", [describe_pair(row) for row in rows_of(untold)]
    sampled = session.engine.query(sampled_pairs_sql(plan.below, plan.sample))
    yield "sample of sure pairs", [describe_pair(row) for row in rows_of(sampled)]


SIDE_BY_SIDE = (
    "received", "event_date", "sex", "age_years", "country", "outcomes", "sender", "control_number", "literature",
    "products", "reactions",
)  # fmt: skip
"""What a row of a review shows of both reports."""

REVIEWED = (
    *COLUMNS[:3], "why", "probability", "weight", "agree", "differ",
    *(f"{name}{side}" for name in SIDE_BY_SIDE for side in ("", "_other")), *COLUMNS[3:],
)  # fmt: skip
"""Columns of a review file; a person fills in the last four."""


def review_row(source: str, pair: Row, why: str, facts: Mapping[int, Row]) -> dict[str, str]:
    """A pair with both reports beside each other and an empty decision."""
    shown = {
        name + side: plain(facts[pair[key]][name])
        for name in SIDE_BY_SIDE
        for side, key in (("", "left"), ("_other", "right"))
    }
    told = {"probability": f"{pair['probability']:.4f}", "weight": f"{pair['weight']:.1f}"}
    fields = [field for field in pair["fields"] if field["weight"]]
    agree = "; ".join(say_field(field) for field in fields if field["weight"] > 0)
    differ = "; ".join(say_field(field) for field in fields if field["weight"] < 0)
    named = {"source": source, "case": pair["case"], "other_case": pair["other_case"], "why": why}
    return {**dict.fromkeys(REVIEWED, ""), **named, **told, "agree": agree, "differ": differ, **shown}


def say_field(field: Row) -> str:
    """A field with its weight.

    >>> say_field({"field": "age", "weight": 5.25, "agreement": "same"})
    'age same +5.2'
    """
    return f"{field['field']} {field['agreement']}".strip() + f" {field['weight']:+.1f}"


def plain(value: object) -> str:
    """A value in one cell.

    >>> plain(["death", "other serious"]), plain(None), plain(44.0)
    ('death; other serious', '', '44')
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def write_review(rows: Sequence[dict[str, str]]) -> str:
    """Rows of a review as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, REVIEWED, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()

"""Names that map to nothing, names that a person had better decide, and taking their decisions over."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from phytovigil.cases.unmapped import (
    NAME_COLUMNS,
    NAME_STATUSES,
    NAMELESS,
    case_totals_sql,
    doubtful_names_sql,
    listed_names_sql,
    name_totals_sql,
    row_totals_sql,
    unknown_names_sql,
)
from phytovigil.study.facts import rows
from phytovigil.study.name_readings import derive_readings
from phytovigil.study.sourcing import OpenSource
from phytovigil.vocabulary import ProductVocabulary
from phytovigil.vocabulary.decisions import COLUMNS, FILE, merge_decisions, read_decisions, write_decisions
from phytovigil.vocabulary.own_folder import list_positions, make_own_folder, near_ids, read_own_parts
from phytovigil.vocabulary.tokens import split_tokens

UNMAPPED = NAME_STATUSES[1:]
"""Statuses of names that count for no product, unless likely ones are asked for."""

REVIEW_COLUMNS = ("name", "cases", "candidate", "rule", "score", "why", *COLUMNS[1:])

LEAST_CASES = 2
"""Cases of a name that is compared with all known names: one slip of one pen is not worth a person's time."""

NEAR = 85.0
"""Similarity, 0 to 100, from which an unknown name is shown beside the known one that it comes nearest to."""

SHORTEST = 6
"""Letters of names that are compared."""


def list_unmapped(opened: OpenSource, most: int, out: Path | None = None) -> dict[str, Any]:
    """Reported names that map to nothing, by status, and what is mapped; together they are all names and all rows.

    most : names of each status in the answer. out : file for every one of them, Parquet if it ends so, else CSV.
    """
    derive_readings(opened)
    engine = opened.session.engine
    if out is not None:
        write = engine.write_parquet if out.suffix == ".parquet" else engine.write_csv
        write(listed_names_sql(UNMAPPED), out)
    return {
        "totals": sum_up_statuses(opened),
        "cases": engine.query_one(case_totals_sql()),
        "most": most,
        "names": {
            status: rows(engine.query(listed_names_sql((status,), most)), NAME_COLUMNS) for status in reversed(UNMAPPED)
        },
        "out": str(out) if out is not None else "",
    }


def sum_up_statuses(opened: OpenSource) -> list[dict[str, Any]]:
    """Distinct names and product rows by status, with rows that name nothing; each sums to all there are."""
    engine = opened.session.engine
    names, counted = engine.query(name_totals_sql()), engine.query(row_totals_sql())
    by_name = dict(zip(names["status"], names["names"], strict=True))
    by_row = dict(zip(counted["status"], counted["product_rows"], strict=True))
    return [
        {"status": status, "names": by_name.get(place, 0), "product_rows": by_row.get(place, 0)}
        for place, status in enumerate((*NAME_STATUSES, NAMELESS))
    ]


def list_review(opened: OpenSource) -> dict[str, Any]:
    """Names to be decided, those of most cases first: likely, ambiguous, without context, and near but too far."""
    derive_readings(opened)
    engine = opened.session.engine
    doubtful = rows(engine.query(doubtful_names_sql()), ("name", "cases", "rule", "candidate", "score", "why"))
    unknown = rows(engine.query(unknown_names_sql(LEAST_CASES)), ("name", "cases"))
    listed = [*doubtful, *find_too_far(opened.products, unknown)]
    listed.sort(key=lambda item: (-item["cases"], item["name"]))
    counted = {item["rule"]: 0 for item in listed}
    for item in listed:
        counted[item["rule"]] += 1
    return {
        "rules": [{"rule": rule, "names": counted[rule]} for rule in sorted(counted)],
        "compared": len(unknown),
        "least_cases": LEAST_CASES,
        "names": listed,
    }


def find_too_far(products: ProductVocabulary, unknown: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Unknown names with the known name that they come nearest to, where it is near but not near enough to be taken."""
    from rapidfuzz import fuzz, process

    known = {
        " ".join(split_tokens(name.text)): node_id
        for node_id, names in products.listed.items()
        for name in names
        if name.kind != "context" and len(name.text) >= SHORTEST
    }
    spellings = list(known)
    found = []
    for item in unknown:
        said = " ".join(split_tokens(item["name"]))
        if len(said) < SHORTEST:
            continue
        best = process.extractOne(said, spellings, scorer=fuzz.ratio, score_cutoff=NEAR)
        if best is not None:
            why = f"“{said}” resembles “{best[0]}”, but is too far from it to be taken for it."
            found.append({**item, "rule": "too-far", "candidate": known[best[0]], "score": best[1] / 100, "why": why})
    return found


def write_review(names: Iterable[dict[str, Any]], file: Path) -> None:
    """Write a file in which a person fills the columns decision, by, date and note."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REVIEW_COLUMNS)
    for item in names:
        told = (item["name"], item["cases"], item["candidate"], item["rule"], f"{item['score']:.3f}", item["why"])
        writer.writerow((*told, *("",) * (len(REVIEW_COLUMNS) - len(told))))
    file.write_text(text.getvalue(), encoding="utf-8")


def decide_names(folder: Path, file: Path, replace: bool = False) -> dict[str, Any]:
    """Check an edited file of decisions and take the decided rows over into the folder's names.csv.

    A folder without `vocabulary.toml` gets one. replace : new decisions take the place of older ones.
    Raises InvalidVocabulary, UnreadableFile.
    """
    made = make_own_folder(folder)
    parts = read_own_parts(folder)
    positions = list_positions(parts)

    def near(asked: str) -> Sequence[str]:
        return near_ids(parts, asked)

    given = read_decisions(file, positions, near)
    place = folder / FILE
    held = read_decisions(place, positions, near).decided if place.is_file() else ()
    merged = merge_decisions(held, given.decided, replace)
    if merged.added or merged.replaced or not place.is_file():
        write_decisions(place, merged.decided)
    return {
        "folder": str(folder),
        "made": made,
        "file": str(place),
        "decided": len(given.decided),
        "added": merged.added,
        "replaced": merged.replaced,
        "unchanged": merged.unchanged,
        "undecided": given.undecided,
        "held": len(merged.decided),
    }

"""A comparison of products as files: tables for a spreadsheet and a forest plot for a paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any


def write_comparison(answer: dict[str, Any], folder: Path) -> list[Path]:
    """Write compare.csv, between.csv if two products are compared, compare.svg and .png if any is measured."""
    from phytovigil.dossier.compare_figure import draw_comparison
    from phytovigil.dossier.png import png_bytes

    contents = {"compare.csv": write_rows(list_flat_rows(answer)).encode()}
    between = list(list_flat_between(answer))
    contents |= {"between.csv": write_rows(between).encode()} if between else {}
    drawn = draw_comparison(answer)
    contents |= {"compare.svg": drawn.encode(), "compare.png": png_bytes(drawn)} if drawn else {}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def list_flat_rows(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of all sources with one column per number."""
    for part in answer["sources"]:
        for row in part["rows"]:
            estimates = flatten_estimates(row, answer["measures"])
            plain = {key: value for key, value in row.items() if key not in ("estimates", "verdict", "why")}
            head = {"source": part["source"], "as_of": part["as_of"]}
            yield {**head, **plain, **estimates, "verdict": row["verdict"], "why": row["why"]}


def list_flat_between(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Comparisons of two products with one column per number."""
    for part in answer["sources"]:
        for row in part["between"]:
            estimates = flatten_estimates(row, ("ror-midp", "ror"))
            first, second = row["products"]
            counted = {key: row[key] for key in ("reaction", "a", "b", "c", "d", "left_out")}
            head = {"source": part["source"], "as_of": part["as_of"], "first": first, "second": second}
            yield {**head, **counted, **estimates, "withheld": row["withheld"]}


def flatten_estimates(row: Mapping[str, Any], measures: Iterable[str]) -> dict[str, float | None]:
    """Estimates of a row with one column per number; None where there is none."""
    return {
        f"{name}_{key}": (row["estimates"].get(name) or {}).get(key)
        for name in measures
        for key in ("point", "low", "high")
    }


def write_rows(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as CSV text with a head."""
    listed = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()

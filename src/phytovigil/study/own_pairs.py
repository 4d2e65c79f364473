"""A screen of a table that a person brings: one row per case, product and reaction, without a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phytovigil.cases import PAIR_COLUMNS, pair_tables_sql
from phytovigil.errors import InvalidRequest, NoAnswer
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine, hash_file
from phytovigil.study.describing import describe_selection
from phytovigil.study.mass_screening import PairsDone, ScreenPlan
from phytovigil.study.screen import screen

TABLE = "given_pair"


@contextmanager
def open_pairs(file: Path, memory_limit: str) -> Iterator[tuple[Engine, dict[str, Any]]]:
    """The case tables made of a file, in an engine of their own, and where they come from.

    Raises InvalidRequest for a file that is neither CSV nor Parquet or lacks a column, NoAnswer for one without cases.
    """
    engine = Engine(None, memory_limit)
    try:
        show_pairs(engine, file)
        columns = find_columns([str(name) for name in engine.columns(TABLE)], file)
        for table, sql in pair_tables_sql(columns).items():
            engine.make_table(table, sql)
        if not engine.rows_of("cases"):
            raise NoAnswer(f"{file} holds no row with a case.", f"Its column {columns['case']} is empty.")
        yield engine, describe_file(file)
    finally:
        engine.close()


def show_pairs(engine: Engine, file: Path) -> None:
    """Make the file readable as a view."""
    if not file.is_file():
        raise InvalidRequest(f"There is no file {file}.", "Name a CSV or Parquet file with --pairs.")
    if file.suffix.lower() == ".parquet":
        engine.show_files(TABLE, [file])
    elif file.suffix.lower() in (".csv", ".tsv", ".txt"):
        engine.show_text(TABLE, file)
    else:
        raise InvalidRequest(f"{file} is neither .csv nor .parquet.", "Write the pairs as one of them.")


def find_columns(held: list[str], file: Path) -> dict[str, str]:
    """The columns of case, product and reaction under the names that are usual for them.

    >>> find_columns(["primaryid", "prod_ai", "pt"], Path("pairs.csv"))
    {'case': 'primaryid', 'product': 'prod_ai', 'reaction': 'pt'}
    """
    lower = {name.lower(): name for name in held}
    found = {}
    for key, names in PAIR_COLUMNS.items():
        named = [lower[name] for name in names if name in lower]
        if not named:
            raise InvalidRequest(
                f"{file} has no column of the {key}; it has {', '.join(held)}.", f"Call it {' or '.join(names[:3])}."
            )
        found[key] = named[0]
    return found


def describe_file(file: Path) -> dict[str, Any]:
    """Where the answer comes from, in the fields of an answer from a store."""
    return {
        "source": "pairs",
        "complete": True,
        "as_of": "",
        "releases": [{"id": file.name, "as_of": "", "sha256": [hash_file(file)]}],
        "vocabulary": {"products": "", "reactions": ""},
        "selection": describe_selection(Selection(role="any")),
    }


def screen_table(
    engine: Engine,
    plan: ScreenPlan,
    *,
    most: int = 20,
    out: Path | str | None = None,
    format: str = "parquet",
    figures: bool = False,
    progress: PairsDone | None = None,
) -> dict[str, Any]:
    """Screen the case tables of a file."""
    return screen(
        engine,
        Selection(role="any"),
        {},
        plan,
        reported=True,
        most=most,
        out=Path(out) if out else None,
        format=format,
        figures=figures,
        done=progress,
    )

"""How far readings are off: figures of simulated photographs, shown beside every claim that rests on a reading."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from phytovigil.schema.skin import ErrorModel, MeasuredError


@cache
def load_error_model() -> ErrorModel:
    """The errors of the present method, from its dated file."""
    read = tomllib.loads(files("phytovigil.followup.skin").joinpath("data/errors.toml").read_text(encoding="utf-8"))
    rows = tuple(MeasuredError(**row) for row in read["error"])
    return ErrorModel(read["method"], read["dated"].isoformat(), read["source"], rows)


def describe_error_model(model: ErrorModel | None = None) -> str:
    """The errors in plain sentences, with their date and how they were measured."""
    model = model or load_error_model()
    parts = [
        say_row(model.find("measured"), "With a card whose patches were measured with an instrument, a colour"),
        say_row(model.find("nominal"), "With a card printed at home and not measured, a colour"),
        say_row(
            model.find("nominal", "difference"),
            "The change between two days with one and the same unmeasured card",
            "pairs of days",
        ),
    ]
    said = " ".join(part for part in parts if part)
    made = f"Measured on {model.dated} with {model.method} on simulated photographs ({model.source})."
    return f"{said} {made} The error on real photographs is not known."


def sum_up_errors(model: ErrorModel | None = None) -> str:
    """The same in two lines, for a page that has little room."""
    model = model or load_error_model()
    rows = (
        ("measured card", model.find("measured")),
        ("home print, not measured", model.find("nominal")),
        ("change with one card, not measured", model.find("nominal", "difference")),
    )
    parts = [f"{name} {row.median:.1f} ({row.percentile_95:.1f})" for name, row in rows if row]
    said = "; ".join(parts)
    return f"Error on simulated photographs, ΔE00, median (95th percentile): {said}. On real ones it is not known."


def say_row(row: MeasuredError | None, subject: str, among: str = "photographs") -> str:
    """One sentence; empty where nothing was measured.

    >>> say_row(MeasuredError("all", "all", "nominal", "colour", 200, 0.94, 3.1), "It")
    'It is off by less than ΔE00 0.9 in half of the photographs, by less than 3.1 in 95 of 100 (of 200).'
    """
    if row is None:
        return ""
    return (
        f"{subject} is off by less than ΔE00 {row.median:.1f} in half of the {among}, by less than "
        f"{row.percentile_95:.1f} in 95 of 100 (of {row.photographs})."
    )

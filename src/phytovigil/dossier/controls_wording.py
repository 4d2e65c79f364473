"""Numbers of the section on controls in words."""

from __future__ import annotations

from phytovigil.dossier.formatting import MISSING, format_ratio

LEAST_P = 0.0001
"""p-values below it are shown as below it: how far below rests on the shape of a tail that nobody has seen."""


def format_p(value: float | None) -> str:
    """A p-value with two figures, and none that pretends to more than is known.

    >>> format_p(0.0361), format_p(3.3e-6), format_p(0.92), format_p(None)
    ('0.036', '< 0.0001', '0.92', '–')
    """
    if value is None:
        return MISSING
    return "< 0.0001" if value < LEAST_P else format_ratio(value)

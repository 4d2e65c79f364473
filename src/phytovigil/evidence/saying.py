"""A figure in words, with its digits as printed."""

from __future__ import annotations

from phytovigil.schema.evidence import EvidenceFigure


def say_figure(figure: EvidenceFigure) -> str:
    """The figure with unit, denominator, interval and spread.

    >>> say_figure(EvidenceFigure("auc", "AUC ratio", 1.5, 2, low=1.32, high=1.7, interval="90 % CI"))
    '1.50 (90 % CI 1.32 to 1.70)'
    >>> say_figure(EvidenceFigure("use", "use", 41.0, 0, unit="%", count=1144, of=2798))
    '41 % (1,144 of 2,798)'
    >>> say_figure(EvidenceFigure("dose", "dose", None, 0, low=8, high=15, interval="range", unit="g"))
    '8 to 15 g'
    """
    if figure.value is None:
        return with_unit(f"{say_number(figure.low, figure)} to {say_number(figure.high, figure)}", figure.unit)
    sign = f"{figure.sign} " if figure.sign else ""
    value = with_unit(f"{sign}{say_number(figure.value, figure)}", figure.unit)
    brackets = [part for part in (say_share(figure), say_interval(figure), say_spread(figure)) if part]
    if figure.of is not None and figure.count is None:
        value += f" of {figure.of:,}"
    return f"{value} ({'; '.join(brackets)})" if brackets else value


def say_share(figure: EvidenceFigure) -> str:
    """Numerator and denominator."""
    return "" if figure.count is None else f"{figure.count:,} of {figure.of:,}"


def say_interval(figure: EvidenceFigure) -> str:
    """The limits and what they are."""
    if figure.low is None:
        return ""
    return f"{figure.interval} {say_number(figure.low, figure)} to {say_number(figure.high, figure)}"


def say_spread(figure: EvidenceFigure) -> str:
    """The spread and what it is."""
    return "" if figure.spread is None else f"{figure.spread_kind} {say_number(figure.spread, figure)}"


def say_number(value: float | None, figure: EvidenceFigure) -> str:
    """A number with the figure's digits, a true minus and thousands set apart."""
    return "" if value is None else f"{value:,.{figure.digits}f}".replace("-", "−")


def with_unit(text: str, unit: str) -> str:
    """A number with its unit behind it."""
    return f"{text} {unit}" if unit else text

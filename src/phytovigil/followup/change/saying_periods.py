"""The comparison of periods in plain sentences."""

from __future__ import annotations

from dataclasses import replace

from phytovigil.schema.change import PeriodComparison

CANNOT_SAY = (
    "The person knew which period it was, so expectation may make part of the difference.",
    "What else changed together with the product (sleep, work, other medicines, seasons) is not separated from it.",
    "A course that swings on its own in step with the periods looks like an effect.",
    "It holds for this person and these periods only.",
)


def say_periods(found: PeriodComparison) -> PeriodComparison:
    """The comparison with its sentences."""
    return replace(found, said=" ".join([say_effect(found), say_counts(found), *found.cannot_say]))


def say_effect(found: PeriodComparison) -> str:
    """The effect with its interval, or what is missing."""
    label = found.label[0].upper() + found.label[1:]
    if found.effect is None or found.low is None or found.high is None:
        return f"{label}, on against off: too few values to say. Needed: {found.needed}."
    clear = found.low > 0 or found.high < 0
    word = ("higher" if found.effect > 0 else "lower") if clear else "no difference beyond noise"
    verdict = f"{word} while taking the product" if clear else word
    return (
        f"{label}, on against off: {verdict} ({found.effect:+.1f} {found.unit}, 95 % interval {found.low:+.1f} to "
        f"{found.high:+.1f}; p = {say_p(found.p_value)})."
    )


def say_p(p_value: float | None) -> str:
    """A p-value, never as 0."""
    return "not known" if p_value is None else f"{p_value:.3f}" if p_value >= 0.001 else "under 0.001"


def say_counts(found: PeriodComparison) -> str:
    """What the comparison rests on."""
    washout = (
        f" The first {found.washout_days} days of each later period were left out ({found.washed_out} values), because "
        "the period before still acts then."
        if found.washout_days
        else " No days were left out after a switch, although the period before may still act then."
    )
    return (
        f"It rests on {found.on_periods} periods on ({found.on_values} days with values) and {found.off_periods} off "
        f"({found.off_values}).{washout} Method: {found.method}."
    )

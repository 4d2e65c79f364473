"""The statement about a series in plain sentences, for the person and for whoever reads it with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from phytovigil.schema.change import DOWN, IMPORTANT, NO_CHANGE, TOO_FEW, Series, SeriesChange

STALE_AFTER = 60


def say_series(found: SeriesChange, warnings: tuple[str, ...]) -> SeriesChange:
    """The statement with its sentences."""
    parts = [say_too_few(found)] if found.verdict == TOO_FEW else say_compared(found)
    return replace(found, said=" ".join([*parts, *warnings]), warnings=warnings)


def say_too_few(found: SeriesChange) -> str:
    """How many values more are needed."""
    days = f"{found.needed} more {'day' if found.needed == 1 else 'days'} with a value"
    if found.baseline is None or found.baseline.values < found.needed:
        return f"{start(found)}: too few values to say. Needed before a comparison: at least {days}."
    return f"{start(found)}: too few values to say. {say_baseline(found)} Needed: at least {days}."


def say_compared(found: SeriesChange) -> list[str]:
    """Verdict, figures, noise, importance."""
    return [say_verdict(found), say_figures(found), say_noise(found), *say_importance(found)]


def start(found: SeriesChange) -> str:
    """The label, as the beginning of a sentence."""
    return found.label[0].upper() + found.label[1:]


def say_verdict(found: SeriesChange) -> str:
    """The verdict with its direction."""
    if found.verdict == NO_CHANGE:
        earlier = f" One was told on {found.first_told}; it no longer shows." if found.first_told else ""
        return f"{start(found)}: no change beyond noise.{earlier}"
    word = "lower" if found.direction == DOWN else "higher"
    important = ", and large enough to count as important" if found.verdict == IMPORTANT else ""
    since = f" First told on {found.first_told}." if found.first_told != found.as_of else ""
    return f"{start(found)}: {word} than at the baseline, beyond noise{important}.{since}"


def say_baseline(found: SeriesChange) -> str:
    """Which values the baseline is."""
    ground = found.baseline
    assert ground is not None
    return f"Baseline: {ground.how}, {ground.first} to {ground.last}, mean {ground.mean:.1f}."


def say_figures(found: SeriesChange) -> str:
    """Present, change and its interval."""
    return (
        f"{say_baseline(found)} Now ({found.present_values} days with values since {found.present_from}): "
        f"mean {found.present:.1f}. Change {found.change:+.1f} {found.unit}, "
        f"95 % interval {found.low:+.1f} to {found.high:+.1f}."
    )


def say_noise(found: SeriesChange) -> str:
    """How large a change must be."""
    return (
        f"Two single values differ by up to {found.smallest_detectable:.1f} by chance (smallest detectable change); "
        f"with these values a change of the mean is told from {found.limit:.1f} on."
    )


def say_importance(found: SeriesChange) -> list[str]:
    """What counts as important, and whether the change is as large where it is hidden by noise."""
    if found.importance.size is None:
        return [f"{found.importance.source[0].upper()}{found.importance.source[1:]}."]
    said = [f"Counts as important: {found.importance.source}."]
    if found.verdict == NO_CHANGE and found.important:
        said.append("The change seen would be important if it were real; these values cannot tell it from noise.")
    return said


def say_warnings(found: SeriesChange, series: Series, days: Sequence[date]) -> tuple[str, ...]:
    """Missing stretches, old values, values that could not be taken."""
    warnings = []
    if found.gaps:
        longest = max(found.gaps, key=lambda gap: gap.days)
        count = f"{len(found.gaps)} missing {'stretch' if len(found.gaps) == 1 else 'stretches'}"
        warnings.append(f"There {'is' if len(found.gaps) == 1 else 'are'} {count}; the longest is {longest.days} days.")
    if days and (found.as_of - days[-1]).days > STALE_AFTER:
        warnings.append(f"The newest value is {(found.as_of - days[-1]).days} days old.")
    if series.left_out:
        number = len(series.left_out)
        reasons = "; ".join(sorted({one.why for one in series.left_out}))
        warnings.append(f"{number} {'value was' if number == 1 else 'values were'} left out: {reasons}.")
    return tuple(warnings)

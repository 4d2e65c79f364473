"""The statement about the colour of a site in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from phytovigil.schema.change import NO_CHANGE, TOO_FEW, ColourChange, SkinChange

STALE_AFTER = 60
GOOD_BASELINE = 8
"""Baseline days from which on twice the smallest detectable change is found as promised."""
LIMITS = "Photos show that a colour changed, not why."


def say_skin(found: SkinChange, added: int) -> SkinChange:
    """The statement with its sentences. added : days that were added to the marked baseline."""
    warnings = say_warnings(found, added)
    parts = [say_too_few(found)] if found.verdict == TOO_FEW else say_compared(found)
    return replace(found, said=" ".join([*parts, *warnings]), warnings=warnings)


def start(found: SkinChange) -> str:
    """The sites, as the beginning of a sentence."""
    return f"{found.exposed} against {found.covered}" if found.covered else found.exposed


def say_too_few(found: SkinChange) -> str:
    """How many photo days are missing, and why days count and not photos."""
    days = f"{found.needed} more {'day' if found.needed == 1 else 'days'} with usable photos"
    pairs = " of both sites" if found.covered else ""
    return (
        f"{start(found)}: too few values to say. Needed: at least {days}{pairs}, on different days, because photos of "
        f"one day share one light and count as one."
    )


def say_compared(found: SkinChange) -> list[str]:
    """Verdict, figures, noise, what is known about importance."""
    shown = found.difference or found.sites[0]
    return [
        say_verdict(found),
        f"{shown.what.capitalize()}, {say_channels(shown)}; colour distance ΔE00 {shown.de00:.1f}.",
        f"Baseline: {found.baseline_how}, {found.baseline_from} to {found.baseline_to}.",
        f"Smallest detectable change of these photos: ΔE00 {shown.smallest_detectable:.1f}; "
        f"a change is told where two photo days in a row exceed {shown.limit:.1f}.",
        *say_hidden(found),
        f"{found.importance.source[0].upper()}{found.importance.source[1:]}. {LIMITS}",
    ]


def say_verdict(found: SkinChange) -> str:
    """The verdict with its direction and its first day."""
    if found.verdict == NO_CHANGE or found.direction is None:
        earlier = f" One was told on {found.first_told}; it no longer shows." if found.first_told else ""
        return f"{start(found)}: no change beyond noise.{earlier}"
    since = f" First told on {found.first_told}." if found.first_told != found.as_of else ""
    return f"{start(found)}: change beyond noise, {found.direction.name}.{since}"


def say_channels(change: ColourChange) -> str:
    """The three channels with their intervals."""
    return ", ".join(f"{one.channel} {one.change:+.1f} ({one.low:+.1f} to {one.high:+.1f})" for one in change.channels)


def say_hidden(found: SkinChange) -> list[str]:
    """What the difference does not show: the covered site's own change and a yellowing of all sites."""
    said = []
    for site in found.sites:
        if site.what == "covered" and site.told:
            said.append(f"The covered site changed too: {say_channels(site)}.")
    if found.yellowing is not None and found.yellowing.told:
        said.append(
            f"b* rose at all sites by {found.yellowing.change:.1f} (told from {found.yellowing.limit:.1f}): "
            "the skin looks yellower everywhere, which is not pigment. Look at the white of the eye in daylight, "
            "and see what the rules on when to seek care say."
        )
    return said


def say_warnings(found: SkinChange, added: int) -> tuple[str, ...]:
    """What weakens the statement."""
    warnings = []
    if not found.covered and found.verdict != TOO_FEW:
        warnings.append("There is no covered site, so a change of light or camera cannot be told from one of the skin.")
    if added:
        warnings.append(
            f"The baseline was too short and took in {added} later {'day' if added == 1 else 'days'}: "
            "a change before then cannot be seen."
        )
    return (*warnings, *say_short(found), *say_raised(found), *say_missing(found))


def say_short(found: SkinChange) -> Sequence[str]:
    """How much a longer baseline would help."""
    shown = found.difference or (found.sites[0] if found.sites else None)
    if shown is None or found.baseline_values >= GOOD_BASELINE:
        return ()
    return (
        f"With {found.baseline_values} baseline days only a large change can be told; {GOOD_BASELINE} or more are "
        "needed to find twice the smallest detectable change within four photos.",
    )


def say_raised(found: SkinChange) -> Sequence[str]:
    """Whether later photos vary more than the baseline, which raised the limit."""
    shown = found.difference or (found.sites[0] if found.sites else None)
    if shown is None or shown.noise <= 1.25 * shown.sem:
        return ()
    return ("Later photos vary more than those of the baseline, so the limit was raised.",)


def say_missing(found: SkinChange) -> Sequence[str]:
    """Stretches without photos and photos that were not used."""
    said = []
    if found.gaps:
        longest = max(found.gaps, key=lambda gap: gap.days)
        count = f"{len(found.gaps)} {'stretch' if len(found.gaps) == 1 else 'stretches'}"
        said.append(f"{count} without photos; the longest is {longest.days} days.")
    if found.present and (found.as_of - found.present[-1]).days > STALE_AFTER:
        said.append(f"The newest photo is {(found.as_of - found.present[-1]).days} days old.")
    if found.left_out:
        number = len(found.left_out)
        reasons = "; ".join(sorted({one.why for one in found.left_out}))
        said.append(f"{number} {'photo was' if number == 1 else 'photos were'} not used: {reasons}.")
    return said

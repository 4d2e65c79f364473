"""Fields on tests: laboratory values, and what was measured of the skin's colour, with its error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from phytovigil.schema.case_draft import NUMBER, DraftField
from phytovigil.schema.diary import Entry, Lab, Photo, Reading
from phytovigil.study.following.drafting.facts import Facts
from phytovigil.study.following.drafting.fields import NOT_ASKED, make_field

TEST_NAMES = {
    "alt": "ALT",
    "ast": "AST",
    "alp": "ALP (alkaline phosphatase)",
    "bilirubin": "bilirubin, total",
}
NO_TEST = "measured by the person with a photograph and a reference card; no medical test"


def lab_fields(facts: Facts) -> Iterator[DraftField]:
    """Every laboratory value up to the day."""
    for entry in facts.standing("lab"):
        lab = cast(Lab, entry.content)
        key, name = f"test/{facts.names[entry.id]}", TEST_NAMES[lab.analyte]
        block = f"Test: {name}, {entry.day}"
        yield make_field(f"{key}/name", "F.r.2.1", block, "What was measured", name, entry)
        yield make_field(f"{key}/date", "F.r.1", block, "Day", entry.day.isoformat(), entry, date=True)
        yield make_field(
            f"{key}/value", "F.r.3.2", block, "Value", f"{lab.value:.12g}", entry, unit=lab.unit, takes=NUMBER
        )
        limit = "" if lab.upper_limit is None else f"{lab.upper_limit:.12g}"
        why = f"from: {lab.limit_source}" if lab.limit_source and limit else "" if limit else NOT_ASKED
        yield make_field(
            f"{key}/limit", "F.r.5", block, "Upper limit of normal", limit, entry, unit=lab.unit, why=why, takes=NUMBER
        )


def skin_fields(facts: Facts) -> Iterator[DraftField]:
    """For each site the first and the last colour read, and what is said of its change."""
    sites = {entry.id: cast(Photo, entry.content).site for entry in facts.standing("photo")}
    read: dict[str, dict[str, Entry]] = {}
    for entry in sorted(facts.standing("reading"), key=lambda one: (one.at, one.recorded, one.id)):
        reading = cast(Reading, entry.content)
        if reading.lab and reading.photo in sites:
            read.setdefault(sites[reading.photo], {})[reading.photo] = entry
    for site, by_photo in sorted(read.items()):
        readings = list(by_photo.values())
        for entry, said in ((readings[0], "first"), (readings[-1], "last"))[: len(readings)]:
            yield from reading_fields(site, said, entry)
    if read:
        yield from change_fields(facts)


def reading_fields(site: str, said: str, entry: Entry) -> Iterator[DraftField]:
    """One colour with its spread and error."""
    key, block = f"skin/{site}/{said}", f"Colour of the skin: {site}, {said} photograph"
    name = f"colour of the skin (CIELAB, D65), {site}"
    yield make_field(f"{key}/name", "F.r.2.1", block, "What was measured", name, entry, why=NO_TEST)
    yield make_field(f"{key}/date", "F.r.1", block, "Day", entry.day.isoformat(), entry, date=True)
    result = say_colour(cast(Reading, entry.content))
    yield make_field(f"{key}/result", "F.r.3.4", block, "Result", result, entry, why=NO_TEST)


def say_colour(reading: Reading) -> str:
    """A colour in figures.

    >>> say_colour(Reading("1", "card 1", lab=(61.23, 10, 17), spread=(1.1, 0.6, 0.9), error=1.4))
    'L* 61.2, a* 10.0, b* 17.0; spread within the site 1.1, 0.6, 0.9; error left on the card ΔE00 1.4; method card 1'
    """
    parts = ["L* {:.1f}, a* {:.1f}, b* {:.1f}".format(*reading.lab[:3])] if len(reading.lab) >= 3 else []
    if reading.spread:
        parts.append(f"spread within the site {', '.join(f'{value:.1f}' for value in reading.spread)}")
    if reading.error is not None:
        parts.append(f"error left on the card ΔE00 {reading.error:.1f}")
    return "; ".join([*parts, f"method {reading.method}"])


def change_fields(facts: Facts) -> Iterator[DraftField]:
    """What is said of the change of each site, with its smallest detectable change."""
    from phytovigil.followup.change import describe_all_skin
    from phytovigil.study.following.summary import UpTo

    for change in describe_all_skin(UpTo(facts.diary, facts.as_of), facts.as_of):
        pair = f"{change.exposed} minus {change.covered}" if change.covered else change.exposed
        key, block = f"skin/change/{pair.replace('/', ' ')}", f"Change of the skin's colour: {pair}"
        yield make_field(f"{key}/name", "F.r.2.1", block, "What was measured", f"change of the skin's colour, {pair}")
        day = max(change.present).isoformat() if change.present else ""
        yield make_field(f"{key}/date", "F.r.1", block, "Day of the last photograph", day, date=True)
        yield make_field(f"{key}/result", "F.r.3.4", block, "Result", change.said, why=NO_TEST)

"""Fields that follow from other fields as they stand: durations and times to onset, where the dates are full days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from phytovigil.cases.causality.time_to_onset import EXACT, Onset, measure_onset
from phytovigil.schema.case_draft import LEFT_OUT, NUMBER, DraftField
from phytovigil.study.following.drafting.fields import make_field
from phytovigil.study.following.drafting.products import SUSPECT, TakenProduct, title
from phytovigil.study.following.drafting.reaction import BLOCK

Standing = Mapping[str, DraftField]
"""Fields by key, with the person's word on them."""

FROM_DATES = "follows from the two dates"
NO_DATES = "the two dates do not say it"
TIMES = ("h", "d", "wk", "mo", "a")


def duration_field(standing: Standing) -> DraftField:
    """How long the event lasted, both days counted."""
    first, last = standing["reaction/start"], standing["reaction/end"]
    days = measure_onset(first.value, last.value)
    value = str(days.low + 1) if days.status == EXACT and days.low is not None else ""
    label = "How many days it lasted, first and last counted"
    return derive("reaction/duration", "E.i.6a", BLOCK, label, value, (first, last), explain(days))


def interval_fields(product: TakenProduct, standing: Standing) -> Iterator[DraftField]:
    """Days from the first and from the last intake of a suspected product to the event."""
    if product.role != SUSPECT:
        return
    starts, stops = list_dates(product, standing, "start"), list_dates(product, standing, "stop")
    onset = standing["reaction/start"]
    first = measure_onset(earliest(starts), onset.value)
    label = "Days from the first intake to the reaction"
    value = str(first.low) if first.status == EXACT else ""
    key, block = product.key, title(product)
    yield derive(f"{key}/to_onset", "G.k.9.i.3.1a", block, label, value, (*starts, onset), explain(first))
    last = measure_onset(latest(stops), onset.value)
    value = str(last.low) if last.status == EXACT else ""
    label = "Days from the last intake to the reaction"
    why = "it was still taken when the reaction began, or no last day is known" if not value else ""
    yield derive(f"{key}/from_last", "G.k.9.i.3.2a", block, label, value, (*stops, onset), why)


def list_dates(product: TakenProduct, standing: Standing, name: str) -> list[DraftField]:
    """First or last days of all courses."""
    beginning, end = f"{product.key}/course/", f"/{name}"
    return [one for key, one in standing.items() if key.startswith(beginning) and key.endswith(end)]


def earliest(dates: Sequence[DraftField]) -> str:
    """The first of several days, empty where one of them is not known."""
    return min((one.value for one in dates), default="") if all(one.value for one in dates) else ""


def latest(dates: Sequence[DraftField]) -> str:
    """The last of several days, empty where one of them is not known."""
    return max((one.value for one in dates), default="") if all(one.value for one in dates) else ""


def explain(days: Onset) -> str:
    """Why a number of days is there, or is not."""
    if days.status == EXACT:
        return FROM_DATES
    if days.low is None or days.high is None:
        return NO_DATES
    return f"by the two dates it lies between {days.low} and {days.high} days"


def derive(
    key: str, element: str, block: str, label: str, value: str, behind: Sequence[DraftField], why: str
) -> DraftField:
    """A field with the entries of those that it follows from; nothing follows from one that is left out."""
    made = make_field(key, element, block, label, value, unit="d", why=why or FROM_DATES, takes=NUMBER, units=TIMES)
    entries = dict.fromkeys(entry for one in behind if one.state != LEFT_OUT for entry in one.entries)
    return replace(made, entries=tuple(entries))

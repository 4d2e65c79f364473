"""What a draft about one event is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from phytovigil.errors import InvalidRequest
from phytovigil.schema.diary import Answered, Course, Diary, Entry, Event, Person, Use
from phytovigil.study.following.drafting.lineage import earlier_ids, name_entries
from phytovigil.study.following.exposure import Exposure, read_day, read_exposure, stand_at

REPORT = "report"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """The entries behind a draft, up to its day.

    person : the newest entry on the person. exposure : to the product that the diary follows.
    answers : newest word of the person on a field of a report about this event, by key.
    names : of courses and laboratory values, as keys of fields have them, by id.
    """

    diary: Diary
    as_of: date
    entry: Entry
    person: Entry | None
    exposure: Exposure
    answers: dict[str, Entry]
    names: dict[str, str]

    @property
    def event(self) -> Event:
        """The event itself."""
        return cast(Event, self.entry.content)

    @property
    def about(self) -> Person:
        """What the diary says of the person; nothing where no entry does."""
        return cast(Person, self.person.content) if self.person else Person()

    @property
    def onset(self) -> date:
        """First day of the event: as it says, else the day that its entry is about."""
        return read_day(self.event.started) or self.entry.day

    def standing(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries up to the day."""
        return stand_at(self.diary, self.as_of, *kinds)


def gather_facts(diary: Diary, event_id: str, as_of: date) -> Facts:
    """Everything that the draft is made from. Raises InvalidRequest where the diary holds no such event."""
    entry = find_event(diary, event_id, as_of)
    persons = stand_at(diary, as_of, "person")
    answers = newest_answers(stand_at(diary, as_of, "answered"), earlier_ids(diary, entry))
    names = name_entries(diary, stand_at(diary, as_of, "course", "lab"))
    return Facts(diary, as_of, entry, persons[-1] if persons else None, read_exposure(diary, as_of), answers, names)


def find_event(diary: Diary, event_id: str, as_of: date) -> Entry:
    """The event as it stands; the id may be that of an earlier version."""
    events = stand_at(diary, as_of, "event")
    found = next((one for one in events if one.id == event_id), None)
    found = found or next((one for one in events if event_id in earlier_ids(diary, one)), None)
    if found is None:
        raise InvalidRequest(f"The diary holds no event “{event_id}” up to {as_of}.", name_events(events))
    return found


def name_events(events: Sequence[Entry]) -> str:
    """Which events there are, newest first."""
    if not events:
        return "Write the event down first."
    named = [f"{one.id} (“{cast(Event, one.content).verbatim}”, {one.day})" for one in reversed(events)]
    rest = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"It holds {', '.join(named[:MOST_NAMED])}{rest}."


def newest_answers(entries: Sequence[Entry], event_ids: Sequence[str]) -> dict[str, Entry]:
    """The person's last word on each field, in order of writing down."""
    found = {}
    for entry in sorted(entries, key=lambda one: (one.recorded, one.id)):
        answered = cast(Answered, entry.content)
        if answered.scale == REPORT and answered.about in event_ids:
            found[answered.item] = entry
    return found


def product_name(content: Course | Use) -> str:
    """The name under which courses and intakes belong together: the node, else the person's words."""
    return content.node or " ".join(content.verbatim.casefold().replace("/", " ").split()) or "not named"

"""When to seek care, for one diary: liver tests, skin and products meet the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from phytovigil.followup.care import KINDS, Record, RuleBook, ask_rules, find_unplaced, load_rules
from phytovigil.schema.care import CareReport, Observations, SkinFact
from phytovigil.schema.change import NOT_NAMED, YELLOWER, SkinChange
from phytovigil.schema.diary import Course, Diary, Entry, Person, Photo, Use
from phytovigil.study.following.liver_tests import read_liver
from phytovigil.vocabulary import load_products

__all__ = ["list_care", "read_liver"]


def list_care(
    diary: Diary, as_of: date, skin_changes: Sequence[SkinChange] = (), rules: RuleBook | None = None
) -> CareReport:
    """Every alert of a diary as of a day.

    skin_changes : what describe_skin says as of that day. rules : others than the newest that came with the program.
    """
    book = load_rules() if rules is None else rules
    told = ReadOnce(diary)
    liver = read_liver(told, as_of)
    skin = tuple(fact for change in skin_changes for fact in make_skin_facts(change, told))
    record = Record(told, Observations(liver.draws, skin, trace_lineage(list_nodes(told))), as_of)
    return CareReport(
        as_of=as_of,
        version=book.version,
        rules=len(book.rules),
        alerts=ask_rules(record, book),
        liver=liver,
        unplaced=find_unplaced(record),
    )


class ReadOnce:
    """A diary of which the entries that rules need are read once, in its own order."""

    def __init__(self, diary: Diary) -> None:
        self._all = diary.entries(*KINDS, "lab", "photo", "seen")

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries of these kinds."""
        return tuple(entry for entry in self._all if entry.kind in kinds)


def make_skin_facts(change: SkinChange, diary: Diary) -> Iterator[SkinFact]:
    """A change of the skin that is told now or was told once, and a yellowing at all sites, which always speaks too.

    Of a change that has gone since, the direction is no longer known: it is listed as one that cannot be named.
    """
    sites = (change.exposed, change.covered)
    place = f"photographs of {change.exposed}" + (f" and {change.covered}" if change.covered else "")
    first = change.first_told or (change.as_of if change.direction else None)
    if first and change.direction:
        text = f"{place}: {change.direction.name}; {change.direction.why}"
        yield SkinFact(first, change.direction.name, text, find_photos(diary, sites, first), change.as_of)
    elif first:
        text = f"{place}: a change of colour was told first on {first}, and no longer on {change.as_of}"
        yield SkinFact(first, NOT_NAMED, text, find_photos(diary, sites, first), first)
    yellow = change.yellowing
    named = change.direction is not None and change.direction.name == YELLOWER
    if yellow and yellow.first_told and not named:
        text = f"{place}: b* of all sites changed by {yellow.change:+.1f} together, told first on {yellow.first_told}"
        until = change.as_of if yellow.told else yellow.first_told
        yield SkinFact(yellow.first_told, YELLOWER, text, find_photos(diary, sites, yellow.first_told), until)


def find_photos(diary: Diary, sites: Iterable[str], day: date) -> tuple[str, ...]:
    """Ids of the photographs of these sites on a day."""
    wanted = set(sites)
    return tuple(
        entry.id
        for entry in diary.entries("photo")
        if isinstance(entry.content, Photo) and entry.content.site in wanted and entry.day == day
    )


def list_nodes(diary: Diary) -> tuple[str, ...]:
    """Nodes of everything that the diary says is taken, in order of their names."""
    found = set()
    for entry in diary.entries("use", "course", "person"):
        if isinstance(entry.content, Use | Course):
            found.add(entry.content.node)
        elif isinstance(entry.content, Person):
            found.add(entry.content.product)
    return tuple(sorted(found - {""}))


def trace_lineage(nodes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each node with everything above it; a node that the vocabulary lacks stands for itself.

    >>> "kratom" in trace_lineage(["kratom-leaf"])["kratom-leaf"]
    True
    """
    products = load_products()
    found = {}
    for node in nodes:
        position = products.positions.get(node)
        above = () if position is None else products.ancestors(position)
        found[node] = tuple(dict.fromkeys((node, *(products.nodes[one].id for one in above))))
    return found

"""What a diary shows for each thing that a rule can ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from phytovigil.followup.care import wording
from phytovigil.followup.care.conditions import DRAW, EVENT, RISK, SCORE, SKIN, TAKEN, Leaf, meets
from phytovigil.followup.care.facts import Fact, make_risk, read_day, read_risk, read_score
from phytovigil.followup.care.takings import Taking, follow_product, list_courses, list_uses, merge_takings
from phytovigil.followup.instruments.events import load_events, name_event
from phytovigil.schema.care import Finding, Observations
from phytovigil.schema.diary import YES, Diary, Entry, Event

KINDS = ("person", "use", "course", "alcohol", "pain", "itch", "withdrawal", "event", "risk")


@dataclass
class Record:
    """A diary up to a day, sorted by what rules ask for, whatever the order in which it was written down."""

    diary: Diary
    observations: Observations
    as_of: date
    _kinds: dict[str, list[tuple[date, Entry]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._kinds = {kind: [] for kind in KINDS}
        for entry in self.diary.entries(*KINDS):
            day = entry.day
            if day <= self.as_of:
                self._kinds[entry.kind].append((day, entry))
        for entries in self._kinds.values():
            entries.sort(key=lambda one: (one[0], one[1].at, one[1].id))

    def gather(self, leaf: Leaf) -> list[Fact]:
        """All facts for one thing asked for, oldest first."""
        found = {
            EVENT: self._gather_events,
            SCORE: self._gather_scores,
            TAKEN: self._gather_takings,
            RISK: self._gather_risks,
            DRAW: self._gather_draws,
            SKIN: self._gather_skin,
        }[leaf.kind](leaf)
        today = self.as_of.toordinal()
        return [fact for fact in found if fact.first <= today and fact.first <= fact.last]

    @cached_property
    def events(self) -> list[tuple[Entry, Event, str]]:
        """Events with the key that they go by, "" for words that no list knows."""
        known = {event.key for event in load_events()}
        placed = []
        for _, entry in self._kinds["event"]:
            assert isinstance(entry.content, Event)
            term = entry.content.term
            if term not in known:
                named = name_event(entry.content.verbatim)
                term = named.key if named else ""
            placed.append((entry, entry.content, term))
        return placed

    def _gather_events(self, leaf: Leaf) -> list[Fact]:
        names = {event.key: event.name for event in load_events()}
        facts = []
        for entry, event, term in self.events:
            if term in leaf.names and (event.grade or 0) >= leaf.grade:
                first = read_day(event.started, entry.day)
                last = max(read_day(event.ended, entry.day), entry.day, first)
                text = wording.say_event(event, names[term])
                facts.append(Fact(first.toordinal(), last.toordinal(), Finding(first, text, (entry.id,))))
        return facts

    def _gather_scores(self, leaf: Leaf) -> list[Fact]:
        """Scores at or above the bound.

        Of a stretch without a longer pause than the rule looks back, the first is told and each that is worse than
        all before, so that a person who notes the same every day is not told the same every day.
        """
        facts: list[Fact] = []
        last, worst = 0, 0.0
        for when, entry, value in self._scores(leaf.names):
            if value < leaf.at_least:
                continue
            day = when.toordinal()
            leads = not facts or day > last + leaf.days or value > worst
            worst = value if not facts or day > last + leaf.days else max(worst, value)
            last = day
            text = wording.say_score(entry.kind, value)
            facts.append(Fact(day, day, Finding(when, text, (entry.id,)) if leads else None))
        return facts

    def _scores(self, kinds: Sequence[str]) -> Iterator[tuple[date, Entry, float]]:
        for kind in kinds:
            for day, entry in self._kinds[kind]:
                yield day, entry, read_score(entry)

    @cached_property
    def takings(self) -> dict[tuple[str, str], list[Taking]]:
        """Everything taken, and the product that the diary is said to follow, by node; by name where there is none."""
        own = [*list_uses(self._kinds["use"]), *list_courses(self._kinds["course"], self.as_of)]
        followed = follow_product(self._kinds["person"], own, self.as_of, self.observations.lineage)
        found: dict[tuple[str, str], list[Taking]] = {}
        for taking in (*own, *followed):
            found.setdefault((taking.node, "" if taking.node else taking.name.casefold()), []).append(taking)
        return {key: sorted(found[key], key=lambda one: (one.first, one.entry)) for key in sorted(found)}

    def _gather_takings(self, leaf: Leaf) -> list[Fact]:
        """Stretches in which a product was taken without a longer pause than the rule looks back, by its node."""
        wanted = set(leaf.names)
        lineage = self.observations.lineage
        return [
            fact
            for (node, _), takings in self.takings.items()
            if node and wanted & set(lineage.get(node, (node,)))
            for fact in merge_takings(takings, leaf.days)
        ]

    def _gather_risks(self, leaf: Leaf) -> list[Fact]:
        """Risks from the first yes to the next answer that is none."""
        facts = []
        for name in leaf.names:
            answers = [entry for _, entry in self._kinds["risk"] if read_risk(entry).risk == name]
            begun: Entry | None = None
            for entry in answers:
                if read_risk(entry).answer == YES:
                    begun = begun or entry
                elif begun:
                    facts.append(make_risk(begun, entry.day.toordinal() - 1))
                    begun = None
            if begun:
                facts.append(make_risk(begun, self.as_of.toordinal()))
        return facts

    def _gather_draws(self, leaf: Leaf) -> list[Fact]:
        facts = []
        for draw in self.observations.liver:
            if draw.day <= self.as_of and all(meets(draw, asked) for asked in leaf.names):
                day = draw.day.toordinal()
                facts.append(Fact(day, day, Finding(draw.day, wording.say_draw(draw), draw.entries)))
        return facts

    def _gather_skin(self, leaf: Leaf) -> list[Fact]:
        return [
            Fact(
                change.day.toordinal(),
                max(change.until or change.day, change.day).toordinal(),
                Finding(change.day, change.text, change.entries),
            )
            for change in self.observations.skin
            if change.direction in leaf.names
        ]

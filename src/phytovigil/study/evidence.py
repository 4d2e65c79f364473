"""What a study runs on: the reports of a store, or the counts of a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from phytovigil.schema.selection import Selection
from phytovigil.schema.study import Study
from phytovigil.study.counting import PairCounter, ReportCounter
from phytovigil.study.facts import describe_cases, describe_source, list_cases
from phytovigil.study.mass_screening import Learned
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.screening import learn_from_all

MOST_CASES = 5000
"""Longest case list of a dossier; beyond it the list would be a file to read with a program."""


class Evidence(Protocol):
    """One source, as far as it is at hand."""

    @property
    def counter(self) -> PairCounter:
        """Counts pairs of the source."""
        ...

    def learned(self, names: Sequence[str], product: NamedProduct, selection: Selection) -> Learned:
        """What the measures that learn learn from all pairs of a population."""
        ...

    def describe(self, study: Study, product: NamedProduct, reactions: Sequence[NamedReaction]) -> dict[str, Any]:
        """Title, releases, flow, names and quarantine of the source."""
        ...

    def profiles(self, study: Study, product: NamedProduct, outcomes: Sequence[NamedReaction]) -> list[dict[str, Any]]:
        """Who the cases are: all of the product, then of each outcome."""
        ...

    def case_list(
        self, study: Study, product: NamedProduct, reactions: Sequence[NamedReaction]
    ) -> tuple[list[dict[str, Any]], str]:
        """The cases and, where they are not all there, why."""
        ...


@dataclass
class ReportEvidence:
    """A source of a store: everything is at hand."""

    counter: ReportCounter
    _learned: dict[tuple[bool, Selection, tuple[str, ...]], Learned] = field(default_factory=dict)

    def learned(self, names: Sequence[str], product: NamedProduct, selection: Selection) -> Learned:
        """What the measures learn from all pairs of the population; each population is gone through once."""
        key = (product.reported, selection, tuple(names))
        if key not in self._learned:
            self._learned[key] = learn_from_all(self.counter, product, selection, names, ())
        return self._learned[key]

    def describe(self, study: Study, product: NamedProduct, reactions: Sequence[NamedReaction]) -> dict[str, Any]:
        """Title, releases, flow, names and quarantine of the source."""
        return describe_source(self.counter, product, reactions, study.selection)

    def profiles(self, study: Study, product: NamedProduct, outcomes: Sequence[NamedReaction]) -> list[dict[str, Any]]:
        """Who the cases are: all of the product, then of each outcome that has cases."""
        found = [describe_cases(self.counter, product, reaction, study.selection) for reaction in (None, *outcomes)]
        return [profile for profile in found if profile["cases"]]

    def case_list(
        self, study: Study, product: NamedProduct, reactions: Sequence[NamedReaction]
    ) -> tuple[list[dict[str, Any]], str]:
        """The cases; a list that is too long for a page is cut, and says so."""
        cases = list_cases(self.counter, product, reactions, study.selection)
        if len(cases) <= MOST_CASES:
            return cases, ""
        return cases[:MOST_CASES], f"The first {MOST_CASES:,} of {len(cases):,} cases, oldest first."


@dataclass
class SnapshotEvidence:
    """A source of a snapshot: counts and what was noted with them, no reports."""

    counter: PairCounter
    facts: dict[str, Any]

    def learned(self, names: Sequence[str], product: NamedProduct, selection: Selection) -> Learned:
        """Nothing: a snapshot holds the pairs of its study only, and so such measures are withheld."""
        return Learned.from_nothing(names)

    def describe(self, study: Study, product: NamedProduct, reactions: Sequence[NamedReaction]) -> dict[str, Any]:
        """What was noted when the snapshot was made."""
        return {key: value for key, value in self.facts.items() if key != "profiles"}

    def profiles(self, study: Study, product: NamedProduct, outcomes: Sequence[NamedReaction]) -> list[dict[str, Any]]:
        """What was noted when the snapshot was made."""
        profiles: list[dict[str, Any]] = self.facts["profiles"]
        return profiles

    def case_list(
        self, study: Study, product: NamedProduct, reactions: Sequence[NamedReaction]
    ) -> tuple[list[dict[str, Any]], str]:
        """Nothing: a snapshot holds counts only."""
        return [], (
            "This answer was computed from a snapshot, which holds counts and no reports. "
            "To see the cases, run the study on the raw files named under “releases”."
        )

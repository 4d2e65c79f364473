"""What is put under an item, and the run that it is taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phytovigil.schema.checklist import FILLED, GAP, PARTLY, Report

Source = Mapping[str, Any]
Pair = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """The text under an item, as far as there is one.

    text : paragraphs. prompt : what a person still has to write, or "". where : anchor on the page, or "".
    by : "program", "author" or "program and author"; "" where there is no text.
    """

    text: tuple[str, ...] = ()
    prompt: str = ""
    where: str = ""
    by: str = "program"

    @property
    def state(self) -> str:
        """One of STATES."""
        if not self.text:
            return GAP
        return PARTLY if self.prompt else FILLED


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the items look at it.

    findings : of the study, complete but for the checklist. outcomes : keys of the reactions that the answer is about.
    """

    findings: Mapping[str, Any]
    report: Report = field(default_factory=Report)
    outcomes: Sequence[str] = ()

    @property
    def product(self) -> str:
        """Name of the product under study."""
        return str(self.findings["product"]["name"])

    @property
    def sources(self) -> Sequence[Source]:
        """All sources."""
        found: Sequence[Source] = self.findings["sources"]
        return found

    @property
    def complete(self) -> list[Source]:
        """Sources that hold every report of their register, the leading one first."""
        return [source for source in self.sources if source["complete"]]

    @property
    def listings(self) -> list[Source]:
        """Sources that were selected by product or reaction."""
        return [source for source in self.sources if not source["complete"]]

    def pairs(self, source: Source, *parts: str) -> list[Pair]:
        """Pairs of some parts of the analysis on a source."""
        return [pair for pair in source["pairs"] if pair["part"] in parts]

    def outcome_pairs(self, source: Source) -> list[Pair]:
        """The main analysis of the outcomes on a source."""
        return [pair for pair in self.pairs(source, "main") if pair["reaction"] in self.outcomes]

    @property
    def selection(self) -> Mapping[str, Any]:
        """The population of the main analysis."""
        chosen: Mapping[str, Any] = next(pair for pair in self.sources[0]["pairs"] if pair["part"] == "main")[
            "selection"
        ]
        return chosen

    @property
    def outcome_titles(self) -> list[str]:
        """Titles of the outcomes."""
        titles = {reaction["key"]: reaction["title"] for reaction in self.findings["reactions"]}
        return [titles[key] for key in self.outcomes]


def authors_say(text: str, where: str = "") -> Draft:
    """What the authors wrote themselves."""
    return Draft((text,), where=where, by="author")


def complete_draft(draft: Draft, text: str) -> Draft:
    """A draft with what the authors added, which answers its prompt; the draft itself if they added nothing.

    >>> complete_draft(Draft(("Made by the program.",), "Say why."), "Because.").state
    'filled'
    """
    if not text:
        return draft
    by = "program and author" if draft.text else "author"
    return Draft((*draft.text, text), "", draft.where, by)

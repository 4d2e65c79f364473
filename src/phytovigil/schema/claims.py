"""Claims as people state them, the evidence that bears on each, and the conditions and effects that they speak of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from phytovigil.errors import InvalidStudy, quoted

ABOUT: Mapping[str, str] = {
    "benefit": "that it helps",
    "harm": "that it causes something unwanted",
    "frequency": "how often something happens",
    "risk-factor": "that some people are at higher risk",
    "mechanism": "how something comes about",
    "safety": "that it does no harm",
}
"""What a claim can be about → in words."""

LINES: Mapping[str, str] = {
    "trial": "Randomised trials",
    "observational": "Studies that compare people with and without it",
    "survey": "Surveys of people who use it",
    "case series": "Case series",
    "case reports": "Single published cases",
    "pharmacokinetics": "Measurements in people of what the body does with it",
    "mechanism": "Laboratory work",
    "search": "Looked for and not found",
}
"""Lines of evidence that a person enters, strongest first → title. The line of the reports is made by the program."""

REPORTS = "reports"

LINE_KINDS: Mapping[str, tuple[str, ...]] = {
    "trial": ("trial",),
    "observational": ("survey", "exposure"),
    "survey": ("survey",),
    "case series": ("liver", "poison-centre", "death", "case-report"),
    "case reports": ("case-report",),
    "pharmacokinetics": ("pharmacokinetics", "interaction"),
    "mechanism": ("receptor", "enzyme", "mechanism", "content"),
    "search": ("not-found",),
}
"""Kinds of evidence rows that may stand on a line, so that a survey cannot be entered as a trial."""

SUPPORTS, CONTRADICTS, DOES_NOT_SHOW = "supports", "contradicts", "does not show"
SAYS = (SUPPORTS, CONTRADICTS, DOES_NOT_SHOW)

LIMITS: Mapping[str, str] = {
    "risk of bias": "flaws in how people were chosen, compared, followed or asked",
    "inconsistency": "studies that disagree and nobody knows why",
    "indirectness": "other people, another product, another comparison or another outcome than the claim speaks of",
    "imprecision": "few people or wide intervals",
    "publication bias": "studies that probably exist and were not published",
}
"""Reasons to rate certainty down by one step, or by two if written "very serious …" → what each means."""

VERY_SERIOUS = "very serious "

FREQUENCY_WORDS = re.compile(r"\b(rare|rarely|common|commonly|uncommon|frequent|frequently|seldom|usually)\b", re.I)
SAFETY_WORDS = re.compile(r"\b(safe|safely|harmless|without side effects)\b", re.I)

EFFECTS = ("favourable", "unfavourable")


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """That a row bears on a claim, as a person judges it.

    row : id of an evidence row. line : of LINES. says : of SAYS. limits : of LIMITS, each also as "very serious …".
    why : what of the row bears on the claim, in a sentence, or "".
    """

    row: str
    line: str
    says: str
    limits: tuple[str, ...] = ()
    why: str = ""

    def __post_init__(self) -> None:
        require_one_of("line", self.line, LINES)
        require_one_of("says", self.says, SAYS)
        for limit in self.limits:
            require_one_of("limits", limit.removeprefix(VERY_SERIOUS), LIMITS)
        if self.line == "search" and self.says != DOES_NOT_SHOW:
            raise InvalidStudy(f"{self.row} stands on the line “search”; what was not found “{DOES_NOT_SHOW}”.")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that people say, to be set against the evidence.

    id : lower case, words joined by "-". text : as people state it. about : of ABOUT.
    reactions : outcomes or context of the study that reports bear on. conditions : ids of [[condition]]s.
    people : in whom it would have to be shown, such as "people with chronic pain". note : what a reader must know.
    topics : of the library; rows on them that the claim does not cite are listed beside it.
    """

    id: str
    text: str
    about: str
    reactions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    evidence: tuple[ClaimEvidence, ...] = ()
    people: str = ""
    note: str = ""
    topics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_one_of("about", self.about, ABOUT)
        require_slug("claim", self.id)
        if self.about == "risk-factor" and not self.conditions:
            raise InvalidStudy(f"the claim {self.id} is about a risk factor and names no condition.")
        for words, about in ((FREQUENCY_WORDS, "frequency"), (SAFETY_WORDS, "safety")):
            if self.about != about and (found := words.search(self.text)):
                raise InvalidStudy(
                    f"the claim {self.id} says “{found[0]}” and is about {self.about}.",
                    f"Say that in a claim of its own, about = “{about}”.",
                )


@dataclass(frozen=True, slots=True)
class Condition:
    """Something else that a case may report: a disease or a medicine that could put its patient at higher risk.

    products : ids of product nodes, in any role. terms : reaction terms. indications : reasons for use.
    A case has the condition if it reports any of these.
    """

    id: str
    title: str
    products: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_slug("condition", self.id)
        if not (self.products or self.terms or self.indications):
            raise InvalidStudy(f"the condition {self.id} names no product, term or indication that marks it.")


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of the table of benefit and risk.

    kind : favourable or unfavourable. description : what is measured, and when. unit : of the figures.
    claim : id of the claim whose certainty the row carries. importance : how much it matters to a person, in words.
    reactions : of an effect that reports count. row : evidence row of the figures, with the names of those of the
    product and of its comparator.
    """

    id: str
    kind: str
    title: str
    description: str
    claim: str
    importance: str
    unit: str = ""
    reactions: tuple[str, ...] = ()
    row: str = ""
    product_figures: tuple[str, ...] = ()
    comparator_figures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_slug("effect", self.id)
        require_one_of("kind", self.kind, EFFECTS)
        if not (self.reactions or self.row):
            raise InvalidStudy(f"the effect {self.id} names neither reactions nor an evidence row.")
        if (self.product_figures or self.comparator_figures) and not self.row:
            raise InvalidStudy(f"the effect {self.id} names figures and no evidence row that holds them.")


def require_one_of(key: str, value: str, known: Mapping[str, str] | tuple[str, ...]) -> None:
    """Refuse a word that is none of the known ones."""
    if value not in known:
        raise InvalidStudy(f"{key} is “{value}”; it can be {quoted(list(known), len(known))}.")


def require_slug(kind: str, name: str) -> None:
    """Refuse an id that cannot be an anchor of the page."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise InvalidStudy(f"the {kind} id “{name}” is not lower-case words joined by “-”.")

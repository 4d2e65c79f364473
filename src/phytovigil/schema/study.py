"""The question, written down before the numbers exist."""

from __future__ import annotations

from dataclasses import dataclass, field

from phytovigil.errors import InvalidStudy
from phytovigil.schema.checklist import Report
from phytovigil.schema.claims import Claim, Condition, Effect
from phytovigil.schema.selection import Selection
from phytovigil.schema.specifications import Specifications

CONTROL_KINDS = ("positive", "negative")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The main analysis with one thing changed."""

    label: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Control:
    """A pair whose answer is known from elsewhere. positive: a signal is expected; negative: none."""

    kind: str
    product: str
    reaction: str
    why: str = ""

    def __post_init__(self) -> None:
        if self.kind not in CONTROL_KINDS:
            raise InvalidStudy(f"a control is of kind “{self.kind}”; it can be {' or '.join(CONTROL_KINDS)}.")


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked, in whom, against what, and by which rule it will be answered.

    product, comparators : names of the product vocabulary, or names exactly as reported.
    outcomes : reactions that the answer is about, each on its own; context : further reactions shown with them.
    sources : names of data sets, the first complete one leads the answer.
    vocabulary, reactions : versions; the answer does not change when newer ones appear. The vocabulary may be a folder.
    pair_decisions : file of a person's decisions on suspected duplicates.
    evidence : folder of published evidence; empty for the one that comes with the program, if it has the product.
    measures, rule, min_cases : what is estimated, and when a pair is called disproportionate.
    claims, conditions, effects : sentences under test, what may put people at risk, rows of benefit and risk.
    specifications : choices whose combinations are all run; None if the study names none.
    report : what only the authors can say, for the checklist.
    text, sha256, file : the study file as written. parts : path and text of it and of the files that it extends.
    """

    name: str
    title: str
    question: str
    product: str
    outcomes: tuple[str, ...]
    sources: tuple[str, ...]
    context: tuple[str, ...] = ()
    comparators: tuple[str, ...] = ()
    selection: Selection = field(default_factory=Selection)
    sensitivities: tuple[Sensitivity, ...] = ()
    controls: tuple[Control, ...] = ()
    vocabulary: str = ""
    reactions: str = ""
    pair_decisions: str = ""
    evidence: str = ""
    measures: tuple[str, ...] = ("ror-midp", "ror", "prr", "ic")
    rule: str = "ic025"
    min_cases: int = 3
    claims: tuple[Claim, ...] = ()
    conditions: tuple[Condition, ...] = ()
    effects: tuple[Effect, ...] = ()
    specifications: Specifications | None = None
    report: Report = field(default_factory=Report)
    text: str = ""
    sha256: str = ""
    file: str = ""
    parts: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for key in ("name", "title", "question", "product"):
            if not getattr(self, key):
                raise InvalidStudy(f"the study has no {key}.", f"Add `{key}` under [study].")
        if not self.outcomes:
            raise InvalidStudy("the study names no outcome.", "Add `outcomes` under [study].")
        if not self.sources:
            raise InvalidStudy("the study names no source.", "Add `sources` under [study].")
        if self.min_cases < 1:
            raise InvalidStudy(f"min_cases is {self.min_cases}; it is at least 1.")

"""Which medicines belong to which class, what a product is known to do to a class, and what follows for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from phytovigil.schema.evidence import READINGS, Citation, EvidenceRow

FINDING_KINDS: Mapping[str, str] = {
    "observed": "measured in people, with this very medicine",
    "same enzyme": "measured in people with another medicine that goes the same way",
    "additive": "both do the same by themselves; what they do together was not measured",
    "reported": "seen in reports on people, without a comparison",
    "second cause": "by itself it can cause what would be put down to the product",
    "model upper bound": "computed by a model that takes the worst case; not measured",
    "mechanism only": "seen in the test tube or in animals only",
    "unknown": "nothing is known here, which is not the same as safe",
}
"""How a finding is known, the surest first; among equals the confidence of the rule goes before."""

SERIOUSNESS: Mapping[str, str] = {
    "life": "can threaten life",
    "harm": "can injure an organ or a child",
    "effect": "can make a medicine act more or less strongly",
    "confusion": "can be taken for an effect of the product",
    "none seen": "looked for, and nothing was seen",
    "unknown": "not known",
}
"""What is at stake, the gravest first. It says what could happen, not how likely it is."""

FIGURE_BASES: Mapping[str, str] = {
    "measured": "measured in people",
    "model": "upper bound of a model, not measured",
    "test tube": "measured in the test tube",
    "reports": "from reports; no risk can be read from it",
    "cases": "from a series of cases; no risk can be read from it",
}
"""Where a figure of a finding comes from, as it is shown beside the figure."""

EVERYONE = "everyone"
"""What a rule is about that is said to every reader."""

RISK = "risk:"
"""What stands before the key of a risk where a rule is about one."""

MEMBER_READINGS = (*READINGS, "recalled")
"""How it is known that a medicine belongs to a class. recalled: general knowledge, not read in the source named."""


@dataclass(frozen=True, slots=True)
class ClassMember:
    """A medicine of a class.

    node : of the product vocabulary; a group stands for everything below it. "" where the vocabulary has none, and
    then the medicine is known by its name, as whole words.
    degree : such as "sensitive" or "strong", as the source calls it, or "".
    without : nodes below a group that do not belong.
    source : where it stands. reading : of MEMBER_READINGS. note : what a reader should know, or "".
    """

    node: str
    name: str
    degree: str
    source: Citation
    reading: str
    note: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """Medicines that share what matters here.

    id : lower case, words joined by "-". title : for a professional. plain : for anybody, ends a sentence such as
    "It is one of the …". as_of : ISO date of the list. ever : also what was taken long ago counts.
    limits : what the list cannot say.
    """

    id: str
    title: str
    plain: str
    as_of: str
    members: tuple[ClassMember, ...]
    ever: bool = False
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure of an evidence row, as it is shown in a finding.

    row, name : where it stands. text : value, interval and unit in words. basis : of FIGURE_BASES.
    """

    row: str
    name: str
    label: str
    text: str
    value: float | None
    low: float | None
    high: float | None
    interval: str
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class InteractionRule:
    """What is said of a product and a class of medicines, a risk, or every reader.

    about : id of a class, "risk:" and a key of RISKS of the diary, or "everyone". degrees : the members that it holds
    for, all if empty. nodes, not_nodes : the medicines that it holds for, or not. kind, seriousness : as above.
    figures : (row, figure, basis). rows : evidence rows. sources : what it rests on beside rows.
    said, why, for_clinician : texts; {medicine}, {product}, {degree}, {row/figure}, {row/figure/value} and {row/n}
    are filled in. confidence : in the finding, "high", "medium" or "low".
    """

    id: str
    about: str
    kind: str
    seriousness: str
    confidence: str
    said: str
    why: str
    for_clinician: str
    rows: tuple[str, ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()
    sources: tuple[Citation, ...] = ()
    limits: tuple[str, ...] = ()
    degrees: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    not_nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuredUse:
    """How the product was taken where an interaction was measured: of what node, how much at once, and in which row."""

    nodes: tuple[str, ...]
    amount: float
    unit: str
    row: str


@dataclass(frozen=True, slots=True)
class ProductRules:
    """Everything that is said of one product. recent_days : how long ago an intake still counts as recent."""

    product: str
    title: str
    as_of: str
    recent_days: int
    rules: tuple[InteractionRule, ...]
    measured: MeasuredUse | None = None


@dataclass(frozen=True, slots=True)
class MedicineLists:
    """All classes and the rules of all products that came with the program. sha256 : over names and contents."""

    version: str
    sha256: str
    classes: tuple[MedicineClass, ...]
    products: tuple[ProductRules, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is known, or said to be unknown, of a medicine or risk of this person.

    id : the rule and what it was found for, joined by ":"; the same diary gives the same ids.
    kind : of FINDING_KINDS. seriousness : of SERIOUSNESS. confidence : "high", "medium", "low".
    medicine : as the person said it, or the risk in words. node : of the vocabulary, or "". name : of the node, or "".
    about : as of the rule, or "". degree : of the member in its class, or "".
    said : for the person. why : how that comes about, for the person. for_clinician : for a professional.
    figures : with their intervals, each with its basis. rows : ids of evidence rows.
    sources : where the membership of the class and the rows come from. reading : how the membership is known.
    limits : what it cannot say. entries : ids of the diary's entries that it rests on. until : ISO day of the last
    intake where it is no longer taken, else "".
    """

    id: str
    kind: str
    seriousness: str
    confidence: str
    medicine: str
    node: str
    name: str
    about: str
    degree: str
    said: str
    why: str
    for_clinician: str
    figures: tuple[ShownFigure, ...] = ()
    rows: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    reading: str = ""
    limits: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """A name that may mean several things; it is asked and not guessed. candidates : (node, name)."""

    medicine: str
    said: str
    candidates: tuple[tuple[str, str], ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductUse:
    """How the diary says that the product is taken.

    names : as the person says it. nodes : of the vocabulary. taking : True, False, or None where nothing is written.
    last : ISO day of the last intake, or "". days : days with a written intake among the last `recent_days`.
    most : the largest written amount of a day in `unit`, None where none is written. unit : "g".
    """

    names: tuple[str, ...]
    nodes: tuple[str, ...]
    taking: bool | None
    last: str
    days: int
    most: float | None
    unit: str = "g"


@dataclass(frozen=True, slots=True)
class InteractionReport:
    """What is known of a person's medicines and risks beside a product, gravest first and then surest; no score.

    product, title : node and name of the product. known : False where there are neither evidence rows nor rules.
    findings : of medicines and risks. unlisted : medicines that no list holds, each an "unknown" finding.
    questions : names that must be asked back. open_risks : keys of RISKS that the diary does not answer.
    earlier : medicines whose last intake is too long ago to count for anything but the colour of the skin.
    general : findings for everybody who takes the product. advice : the closing sentence, always shown.
    evidence_version, lists_version, vocabulary_version : what it was read from.
    """

    product: str
    title: str
    as_of: date
    known: bool
    use: ProductUse
    findings: tuple[Finding, ...]
    unlisted: tuple[Finding, ...]
    questions: tuple[NameQuestion, ...]
    open_risks: tuple[str, ...]
    earlier: tuple[str, ...]
    general: tuple[Finding, ...]
    said: str
    advice: str
    evidence_version: str
    lists_version: str
    vocabulary_version: str
    evidence: tuple[EvidenceRow, ...] = ()

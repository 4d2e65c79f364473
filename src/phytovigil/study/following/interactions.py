"""A person's medicines and risks beside a product: what was measured, what a model says, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from phytovigil.evidence.loading import list_shipped, load_evidence
from phytovigil.evidence.medicines import Membership, find_members, find_rules, holds_for, load_medicines
from phytovigil.schema.diary import RISKS, UNKNOWN, YES, Diary, Entry, Risk
from phytovigil.schema.evidence import CONFIDENCES, EvidenceLibrary, EvidenceRow
from phytovigil.schema.medicines import (
    EVERYONE,
    FINDING_KINDS,
    RISK,
    SERIOUSNESS,
    Finding,
    InteractionReport,
    MedicineLists,
    NameQuestion,
    ProductRules,
    ProductUse,
)
from phytovigil.schema.vocabulary import Node
from phytovigil.study.following.exposure import stand_at
from phytovigil.study.following.finding_texts import Subject, make_finding, unknown_finding
from phytovigil.study.following.product_use import describe_use, limits_of_use
from phytovigil.study.following.taken import Taken, list_taken, name_taken, read_country
from phytovigil.vocabulary import ProductVocabulary, load_products

ADVICE = "Before you change anything, ask the clinician or pharmacist who prescribed it, and show them this list."
NOTHING = "Nothing is known here of {product} beside other medicines. That is not the same as safe."
KNOWN = (
    "What is known of {product} beside the medicines and risks in this diary, the gravest first. "
    "A medicine without a finding is not proven safe."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the answer is made from."""

    products: ProductVocabulary
    lists: MedicineLists
    product: Node
    rules: ProductRules | None
    library: EvidenceLibrary | None
    as_of: date

    @property
    def title(self) -> str:
        """What the product is called in texts."""
        return self.rules.title if self.rules else self.product.name

    def above(self, node: str) -> frozenset[str]:
        """A node with everything above it; empty for none."""
        if not node:
            return frozenset()
        places = self.products.ancestors(self.products.positions[node])
        return frozenset(self.products.nodes[place].id for place in places)

    def is_recent(self, day: date) -> bool:
        """Whether an intake still counts as recent."""
        return self.rules is None or self.as_of - day <= timedelta(days=self.rules.recent_days)


def check_interactions(diary: Diary, as_of: date, product: str = "kratom") -> InteractionReport:
    """What is known of a person's medicines, alcohol and risks beside a product.

    Figures stand in the evidence rows, and what is said of them in the rules of the product; nothing is added up.
    as_of : later entries are left out, and what is recent is counted back from it. product : a node, or a name of one.
    Raises UnknownName for a name that no product has.

    >>> from phytovigil.schema.diary import Course, Entries
    >>> course = Course("Dormicum", node="midazolam", started="2026-03-01")
    >>> diary = Entries([Entry("1", "course", "2026-03-01", "2026-03-01T20:00:00+00:00", course)])
    >>> report = check_interactions(diary, date(2026, 3, 8))
    >>> [(finding.kind, finding.figures[0].text) for finding in report.findings if finding.about == "cyp3a-substrate"]
    [('observed', '1.39 (90 % CI 1.23 to 1.57)')]
    """
    desk = lay_out(product, as_of)
    named = name_taken(list_taken(diary, as_of), desk.products, unlisted_names(desk.lists), read_country(diary, as_of))
    members = frozenset(desk.products.members(desk.rules.product if desk.rules else desk.product.id))
    own = [one for one in named.taken if one.node in members or (one.product and not one.node)]
    others = [one for one in named.taken if one not in own]
    use = describe_use(own, as_of, desk.rules)
    by_medicine = {one.key: check_medicine(one, desk, use) for one in others}
    risks = newest_risks(diary, as_of)
    found = [*chain(*by_medicine.values()), *chain(*(check_risk(entry, desk) for entry in risks.values()))]
    recent = [one for one in others if desk.is_recent(one.last)]
    asked = {one.key: ask for one in recent if (ask := ask_which(one, desk))}
    silent = [one for one in recent if one.key not in asked and not by_medicine[one.key]]
    return InteractionReport(
        product=desk.product.id,
        title=desk.title,
        as_of=as_of,
        known=desk.rules is not None,
        use=use,
        findings=sort_findings(found),
        unlisted=tuple(unknown_finding(subject_of(one, desk), desk.title) for one in silent),
        questions=(*named.questions, *asked.values()),
        open_risks=tuple(key for key in RISKS if key not in risks or answer_of(risks[key]) == UNKNOWN),
        earlier=tuple(one.verbatim for one in others if one not in recent),
        general=tuple(say_to_everyone(desk)),
        said=open_report(desk, use),
        advice=ADVICE,
        evidence_version=desk.library.version if desk.library else "",
        lists_version=desk.lists.version,
        vocabulary_version=desk.products.version,
        evidence=cited_rows(desk, found),
    )


def open_report(desk: Desk, use: ProductUse) -> str:
    """The opening sentences: what is known at all, and whether the diary says that the product is taken."""
    said = (KNOWN if desk.rules else NOTHING).format(product=desk.title)
    if use.taking is None:
        return f"{said} The diary does not say that {desk.title} is taken."
    return said if use.taking else f"{said} By the diary {desk.title} was last taken on {use.last}."


def lay_out(product: str, as_of: date) -> Desk:
    """Vocabulary, lists, rules and evidence of a product; a part of a product goes by the rules of the whole."""
    products, lists = load_products(), load_medicines()
    node = products.node(product)
    above = [products.nodes[place].id for place in products.ancestors(products.positions[node.id])]
    rules = next((one for name in above for one in lists.products if one.product == name), None)
    shipped = rules is not None and rules.product in list_shipped()
    library = load_evidence(rules.product) if rules is not None and shipped else None
    return Desk(products, lists, node, rules, library, as_of)


def unlisted_names(lists: MedicineLists) -> frozenset[str]:
    """Names of medicines, in upper case, that the lists hold and the vocabulary does not."""
    return frozenset(member.name.upper() for one in lists.classes for member in one.members if member.name)


def subject_of(one: Taken, desk: Desk, membership: Membership | None = None) -> Subject:
    """What a finding is about, in words."""
    node = desk.products.nodes[desk.products.positions[one.node]] if one.node else None
    until = "" if one.going_on or one.last == desk.as_of else one.last.isoformat()
    return Subject(one.verbatim, one.node, node.name if node else "", one.entries, until, membership)


def check_medicine(one: Taken, desk: Desk, use: ProductUse) -> list[Finding]:
    """Findings of one medicine, by the lists that it stands on."""
    if desk.rules is None or desk.library is None:
        return []
    above = desk.above(one.node)
    found = []
    for membership in find_members(desk.lists, above, () if one.node else one.words):
        if not (membership.belongs.ever or desk.is_recent(one.last)):
            continue
        subject = subject_of(one, desk, membership)
        for rule in find_rules(desk.rules, membership.belongs.id):
            if holds_for(rule, membership.member.degree, above):
                more = limits_of_use(rule, use, desk.rules, desk.library)
                found.append(make_finding(rule, subject, desk.rules.title, desk.library, more))
    return found


def newest_risks(diary: Diary, as_of: date) -> dict[str, Entry]:
    """The newest entry of each risk."""
    found = {}
    for entry in stand_at(diary, as_of, "risk"):
        if isinstance(entry.content, Risk):
            found[entry.content.risk] = entry
    return found


def answer_of(entry: Entry) -> str:
    """Whether a risk applies."""
    return entry.content.answer if isinstance(entry.content, Risk) else UNKNOWN


def check_risk(entry: Entry, desk: Desk) -> list[Finding]:
    """Findings of one risk that applies."""
    risk = entry.content
    if not isinstance(risk, Risk) or risk.answer != YES or desk.rules is None or desk.library is None:
        return []
    subject = Subject(RISKS[risk.risk], "", "", (entry.id,), "", None)
    rules = find_rules(desk.rules, f"{RISK}{risk.risk}")
    return [make_finding(rule, subject, desk.rules.title, desk.library, ()) for rule in rules]


def ask_which(one: Taken, desk: Desk) -> NameQuestion | None:
    """The question which medicine of a group is meant, where the lists hold some of the group and not the others."""
    node = desk.products.nodes[desk.products.positions[one.node]] if one.node else None
    if node is None or node.kind != "group":
        return None
    below = set(desk.products.members(node.id)) - {node.id}
    listed = {member.node for belongs in desk.lists.classes for member in belongs.members}
    names = tuple((name, desk.products.nodes[desk.products.positions[name]].name) for name in sorted(below & listed))
    said = f"“{one.verbatim}” is a group of medicines. Which one is it? Write the name that stands on the package."
    return NameQuestion(one.verbatim, said, names, one.entries) if names else None


def say_to_everyone(desk: Desk) -> Iterable[Finding]:
    """What is said to everybody who takes the product."""
    if desk.rules is None or desk.library is None:
        return
    subject = Subject(desk.rules.title, desk.product.id, desk.product.name, (), "", None)
    for rule in find_rules(desk.rules, EVERYONE):
        yield make_finding(rule, subject, desk.rules.title, desk.library, ())


def sort_findings(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first, then the surest (confidence, then kind), then by name; nothing is merged into a score."""
    grave, sure, kinds = list(SERIOUSNESS), list(CONFIDENCES), list(FINDING_KINDS)

    def rank(one: Finding) -> tuple[int, int, int, str, str]:
        certainty = (sure.index(one.confidence), kinds.index(one.kind))
        return (grave.index(one.seriousness), *certainty, one.medicine.casefold(), one.id)

    return tuple(sorted(found, key=rank))


def cited_rows(desk: Desk, found: Iterable[Finding]) -> tuple[EvidenceRow, ...]:
    """The rows that findings rest on, each once, in the order of the library."""
    if desk.library is None:
        return ()
    cited = {row for finding in (*found, *say_to_everyone(desk)) for row in finding.rows}
    return tuple(row for row in desk.library.rows if row.id in cited)

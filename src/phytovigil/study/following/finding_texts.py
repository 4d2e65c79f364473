"""From a rule and what it is found for to a finding: texts filled in, figures with their basis, sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phytovigil.errors import InvalidEvidence
from phytovigil.evidence.medicines import Membership
from phytovigil.evidence.saying import say_figure, say_number
from phytovigil.schema.evidence import Citation, EvidenceLibrary
from phytovigil.schema.medicines import RISK, Finding, InteractionRule, ShownFigure

STRENGTH = re.compile(r"\s*\b\d+(?:[.,]\d+)?\s*(?:mg|mcg|µg|ug|g|ml|iu|%)(?!\w)", re.IGNORECASE)
"""A strength in a name."""

PLACE = re.compile(r"\{([^{}]+)\}")
VALUE, COUNT = "value", "n"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a medicine as the person said it, or a risk in words."""

    said: str
    node: str
    name: str
    entries: tuple[str, ...]
    until: str
    membership: Membership | None

    @property
    def short(self) -> str:
        """As the person said it, without a strength.

        >>> Subject("simvastatin 20 mg", "simvastatin", "simvastatin", (), "", None).short
        'simvastatin'
        """
        return STRENGTH.sub("", self.said).strip() or self.said

    @property
    def full(self) -> str:
        """The same, with the active substance where they said something else.

        >>> Subject("Xanax", "alprazolam", "alprazolam", (), "", None).full
        'Xanax (alprazolam)'
        """
        known = re.split(r" \(| or ", self.name)[0]
        plain = self.name.replace(" (", ", ").replace(")", "")
        return self.short if known.casefold() in self.short.casefold() else f"{self.short} ({plain})"

    @property
    def key(self) -> str:
        """What it is called in the id of a finding."""
        return self.node or "-".join(self.said.casefold().split())

    @property
    def degree(self) -> str:
        """As what it stands on its list."""
        return self.membership.member.degree if self.membership else ""


def make_finding(
    rule: InteractionRule, subject: Subject, product: str, library: EvidenceLibrary, more: tuple[str, ...]
) -> Finding:
    """The finding of a rule. more : limits that come from how this person takes the product."""

    def fill(text: str) -> str:
        return fill_text(text, subject, product, library)

    membership = subject.membership
    notes = (membership.member.note,) if membership and membership.member.note else ()
    lists = membership.belongs.limits if membership else ()
    return Finding(
        id=rule.id if rule.about.startswith(RISK) else f"{rule.id}:{subject.key}",
        kind=rule.kind,
        seriousness=rule.seriousness,
        confidence=rule.confidence,
        medicine=subject.said,
        node=subject.node,
        name=subject.name,
        about=rule.about,
        degree=subject.degree,
        said=fill(rule.said) + say_until(subject),
        why=fill(rule.why),
        for_clinician=fill(rule.for_clinician),
        figures=tuple(show_figure(library, *place) for place in rule.figures),
        rows=rule.rows,
        sources=gather_sources(rule, subject, library),
        reading=membership.member.reading if membership else "",
        limits=(*more, *(fill(text) for text in (*rule.limits, *notes, *lists))),
        entries=subject.entries,
        until=subject.until,
    )


def say_until(subject: Subject) -> str:
    """That it is no longer taken."""
    return f" By this diary you last took it on {subject.until}." if subject.until else ""


def fill_text(text: str, subject: Subject, product: str, library: EvidenceLibrary) -> str:
    """A text with its places filled in; the first mention of a medicine names its active substance too."""
    names = iter([subject.full])

    def put(found: re.Match[str]) -> str:
        place = found.group(1)
        if place.casefold() == "medicine":
            return match_case(place, next(names, subject.short))
        if place.casefold() == "product":
            return match_case(place, product)
        return subject.degree or "degree not given" if place == "degree" else read_place(place, library)

    return PLACE.sub(put, text)


def match_case(place: str, text: str) -> str:
    """A text that begins as its place does, with a capital or not.

    >>> match_case("Medicine", "midazolam"), match_case("medicine", "Xanax")
    ('Midazolam', 'Xanax')
    """
    return text[:1].upper() + text[1:] if place[0].isupper() else text


def read_place(place: str, library: EvidenceLibrary) -> str:
    """ "row/figure" as value with interval, "row/figure/value" as the bare number, "row/n" as the number of people.

    Raises InvalidEvidence for any other place.
    """
    row_id, _, rest = place.partition("/")
    row = library.row(row_id)
    if rest == COUNT:
        return str(row.n)
    name, _, part = rest.partition("/")
    figure = row.figure(name)
    if part not in ("", VALUE):
        raise InvalidEvidence(f"“{{{place}}}” is no place of a text.", "Write row/figure, row/figure/value or row/n.")
    return say_number(figure.value, figure) if part else say_figure(figure)


def show_figure(library: EvidenceLibrary, row_id: str, name: str, basis: str) -> ShownFigure:
    """A figure of a row with its basis."""
    figure = library.row(row_id).figure(name)
    return ShownFigure(
        row_id,
        name,
        figure.label,
        say_figure(figure),
        figure.value,
        figure.low,
        figure.high,
        figure.interval,
        figure.unit,
        basis,
    )


def gather_sources(rule: InteractionRule, subject: Subject, library: EvidenceLibrary) -> tuple[Citation, ...]:
    """Sources of the list, of the rule and of its rows, each once."""
    member = [subject.membership.member.source] if subject.membership else []
    rows = [library.row(row).citation for row in rule.rows]
    return tuple({source.id: source for source in (*member, *rule.sources, *rows)}.values())


def unknown_finding(subject: Subject, product: str) -> Finding:
    """The finding of a medicine that stands on no list."""
    said = f"Nothing is known here of {subject.full} beside {product}. That is not the same as safe."
    if not subject.node:
        said += " If that is a brand name, write down the active substance from the package too."
    return Finding(
        id=f"not-listed:{subject.key}",
        kind="unknown",
        seriousness="unknown",
        confidence="low",
        medicine=subject.said,
        node=subject.node,
        name=subject.name,
        about="",
        degree="",
        said=said + say_until(subject),
        why="It stands on none of the lists of this program.",
        for_clinician="On none of the lists; no conclusion in either direction.",
        entries=subject.entries,
        until=subject.until,
    )

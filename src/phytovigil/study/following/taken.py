"""What a person takes beside the product that is followed, and what their words for it mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from phytovigil.evidence.medicines.matching import holds_words
from phytovigil.schema.diary import YES, Alcohol, Course, Diary, Entry, Person, Risk, Use
from phytovigil.schema.medicines import NameQuestion
from phytovigil.schema.vocabulary import Match, Setting
from phytovigil.study.following.exposure import read_day, stand_at
from phytovigil.vocabulary import ProductVocabulary
from phytovigil.vocabulary.tokens import split_tokens

ALCOHOL = "alcohol"
NAMING_RISKS = ("photosensitiser", "opioid", "sedative")
"""Risks whose detail may name a medicine."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that a person takes or took.

    node : of the vocabulary, "" where it has none. last : day of the last intake, the day asked for where it goes on.
    going_on : an open course. stopped : the last day of a course that ended. amounts : (day, amount, unit) of single
    intakes. product : written down as a product that is followed, and not as a medicine.
    """

    verbatim: str
    node: str
    last: date
    going_on: bool
    entries: tuple[str, ...]
    form: str = ""
    product: bool = False
    stopped: date | None = None
    amounts: tuple[tuple[date, float, str], ...] = ()

    @property
    def key(self) -> str:
        """What it is told apart by."""
        return self.node or " ".join(self.verbatim.casefold().split())

    @property
    def words(self) -> list[str]:
        """What was written, as words."""
        return split_tokens(self.verbatim)


def join_taken(several: Sequence[Taken]) -> Taken:
    """The same thing from many entries, in their order; named as in the last one, or the last that says its form."""
    stops = [one.stopped for one in several if one.stopped]
    return replace(
        several[-1],
        last=max(one.last for one in several),
        going_on=any(one.going_on for one in several),
        entries=tuple(id for one in several for id in one.entries),
        form=next((one.form for one in reversed(several) if one.form), ""),
        product=any(one.product for one in several),
        stopped=max(stops, default=None),
        amounts=tuple(amount for one in several for amount in one.amounts),
    )


def list_taken(diary: Diary, as_of: date) -> Iterator[Taken]:
    """Everything that the diary says was taken up to a day, entry by entry."""
    for entry in stand_at(diary, as_of, "course", "use", "alcohol", "risk"):
        one = read_taken(entry, as_of)
        if one is not None and (one.verbatim.strip() or one.node):
            yield one


def read_taken(entry: Entry, as_of: date) -> Taken | None:
    """What one entry says was taken, if anything."""
    content = entry.content
    if isinstance(content, Course):
        return read_course(content, entry, as_of)
    if isinstance(content, Use):
        amounts = () if content.amount is None else ((entry.day, content.amount, content.unit),)
        return Taken(content.verbatim, content.node, entry.day, False, (entry.id,), content.form, amounts=amounts)
    if isinstance(content, Alcohol) and content.drinks > 0:
        return Taken(ALCOHOL, ALCOHOL, entry.day, False, (entry.id,))
    if isinstance(content, Risk) and content.risk in NAMING_RISKS and content.answer == YES and content.detail:
        return Taken(content.detail, "", as_of, True, (entry.id,))
    return None


def read_course(course: Course, entry: Entry, as_of: date) -> Taken | None:
    """A course that began by a day; a stop after that day has not happened yet."""
    started, stopped = read_day(course.started), read_day(course.stopped)
    if started is not None and started > as_of:
        return None
    going_on = stopped is None or stopped > as_of
    ended = None if going_on else stopped
    last = ended or as_of
    return Taken(course.verbatim, course.node, last, going_on, (entry.id,), product=not course.medicine, stopped=ended)


@dataclass(frozen=True, slots=True)
class Named:
    """What was taken, by node or as written where there is none, and what must be asked back."""

    taken: tuple[Taken, ...]
    questions: tuple[NameQuestion, ...]


def name_taken(found: Iterable[Taken], products: ProductVocabulary, listed: frozenset[str], country: str) -> Named:
    """Give what was taken its nodes, and join what is the same.

    listed : names of medicines, in upper case, that the lists hold and the vocabulary does not. country : of the
    person; it decides some names.
    """
    same: dict[str, list[Taken]] = {}
    questions: dict[str, list[NameQuestion]] = {}
    for alike in group_alike(found):
        nodes, question = read_name(alike, products, listed, country)
        for node in nodes:
            placed = replace(alike, node=node)
            same.setdefault(placed.key, []).append(placed)
        if question:
            asked = replace(question, entries=alike.entries)
            questions.setdefault(question.medicine.casefold(), []).append(asked)
    return Named(
        tuple(join_taken(several) for several in same.values()),
        tuple(
            replace(several[-1], entries=tuple(id for one in several for id in one.entries))
            for several in questions.values()
        ),
    )


def group_alike(found: Iterable[Taken]) -> Iterator[Taken]:
    """What is written alike, joined: thousands of intakes under one name are read once."""
    alike: dict[tuple[str, str, str], list[Taken]] = {}
    for one in found:
        alike.setdefault((one.verbatim, one.node, one.form), []).append(one)
    return map(join_taken, alike.values())


def read_name(
    one: Taken, products: ProductVocabulary, listed: frozenset[str], country: str
) -> tuple[tuple[str, ...], NameQuestion | None]:
    """Nodes of a name, ("",) where it has none and needs no question; and the question, if one is needed."""
    if one.node and one.node in products.positions:
        return (one.node,), None
    matches = products.resolve(one.verbatim, Setting(form=one.form, country=country))
    certain = tuple(dict.fromkeys(match.node for match in matches if match.node and match.certainty == "certain"))
    if any(holds_words(one.words, name.split()) for name in listed):
        return (*certain, ""), None
    settled = {word for match in matches if match.node in certain for word in match.matched.split()}
    doubtful = [match for match in matches if match.certainty != "certain" and not is_settled(match, certain, settled)]
    if not doubtful:
        return certain or ("",), None
    return certain, ask_back(one, doubtful, products)


def is_settled(match: Match, certain: tuple[str, ...], settled: set[str]) -> bool:
    """Whether a doubtful name is decided by another one in the string, or by the setting."""
    return candidate(match) in certain or settled.issuperset(match.matched.split())


def candidate(match: Match) -> str:
    """The node that a doubtful name may mean, or ""."""
    return match.node or match.candidate


def ask_back(one: Taken, doubtful: Iterable[Match], products: ProductVocabulary) -> NameQuestion:
    """The question about a name that may mean several things, or that may be misspelt."""
    matches = list(doubtful)
    nodes = tuple(dict.fromkeys(node for match in matches if (node := candidate(match))))
    names = tuple((node, products.nodes[products.positions[node]].name) for node in nodes)
    meant = " or ".join(name for _, name in names)
    if not names:
        said = f"“{one.verbatim}” is sold with different contents. Which active substance stands on the package?"
    elif any(match.node for match in matches):
        said = f"“{one.verbatim}”: is {meant} meant? Write the name as it stands on the package."
    else:
        said = f"“{one.verbatim}” may be {meant}. Which is it? Write the active substance that stands on the package."
    return NameQuestion(one.verbatim, said, names, ())


def read_country(diary: Diary, as_of: date) -> str:
    """The country of the person, or ""."""
    persons = [entry.content for entry in stand_at(diary, as_of, "person") if isinstance(entry.content, Person)]
    return next((person.country for person in reversed(persons) if person.country), "")

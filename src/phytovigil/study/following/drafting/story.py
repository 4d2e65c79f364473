"""The narrative: plain sentences with dates, made of the fields as the person lets them stand, so that what they leave
out of a field is not told here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from phytovigil.schema.case_draft import LEFT_OUT, DraftField
from phytovigil.schema.diary import NO, RISKS, YES, Course, Event, Itch, Use, Withdrawal
from phytovigil.study.following.drafting.derived import Standing
from phytovigil.study.following.drafting.facts import Facts
from phytovigil.study.following.drafting.fields import make_field
from phytovigil.study.following.drafting.products import CONCOMITANT, LATER, PAST, SUSPECT, TakenProduct
from phytovigil.study.following.drafting.reaction import SERIOUSNESS
from phytovigil.study.following.saying import say_number

BLOCK = "Narrative"
WHOLE = "made of the fields above and of the diary; change it as you like"
AFTER_STOP: Mapping[str, str] = {YES: "got better", NO: "did not get better"}
AFTER_RETURN: Mapping[str, str] = {YES: "came back", NO: "did not come back"}


def story_fields(facts: Facts, products: tuple[TakenProduct, ...], standing: Standing) -> Iterator[DraftField]:
    """The narrative, and a place for what the person wants to add."""
    told = [" ".join(part) for part in tell(facts, products, standing) if part]
    behind = dict.fromkeys(id for one in standing.values() if one.state != LEFT_OUT for id in one.entries)
    made = make_field("story/narrative", "H.1", BLOCK, "What happened, in order", why=WHOLE)
    text = "\n".join(told)
    yield replace(made, value=text, found=text, entries=tuple(behind))
    yield make_field("story/comments", "H.2", BLOCK, "Anything that you want to add")


def tell(facts: Facts, products: tuple[TakenProduct, ...], standing: Standing) -> Iterator[list[str]]:
    """Paragraphs, each a list of sentences."""
    yield [tell_person(standing)]
    yield [tell_product(one, standing) for one in products if one.role == SUSPECT]
    yield [tell_product(one, standing) for one in products if one.role == CONCOMITANT]
    yield tell_reaction(standing)
    yield tell_challenge(standing)
    yield tell_tests(standing)
    yield tell_around(facts, products)
    yield [tell_product(one, standing) for one in products if one.role == PAST]
    yield tell_history(standing)


def value_of(standing: Standing, key: str) -> str:
    """What stands in a field, empty where it is unknown or left out."""
    return standing[key].shown if key in standing else ""


def tell_person(standing: Standing) -> str:
    """Who reports on whom."""
    sex, age = value_of(standing, "patient/sex"), value_of(standing, "patient/age").removesuffix(" a")
    group = value_of(standing, "patient/age_group")
    who = ", ".join(part for part in (sex, f"{age} years" if age else group) if part)
    told = value_of(standing, "reporter/qualification") or "person not named"
    return f"Report by a {told} about {f'a person ({who})' if who else 'a person'}."


def tell_product(product: TakenProduct, standing: Standing) -> str:
    """How one product was taken."""
    key = product.key
    name, reason = value_of(standing, f"{key}/name"), value_of(standing, f"{key}/reason")
    said = f"“{name}”" if name else "A product that is not named"
    role = value_of(standing, f"{key}/role")
    head = f"{said}{f' ({role})' if role else ''} was taken{f' for {reason}' if reason else ''}"
    return "; ".join([head, *tell_courses(key, standing), *tell_intakes(key, standing)]) + "."


def tell_courses(key: str, standing: Standing) -> Iterator[str]:
    """Dates and doses of the courses."""
    courses = dict.fromkeys(one.rsplit("/", 1)[0] for one in standing if one.startswith(f"{key}/course/"))
    for course in courses:
        start, stop = value_of(standing, f"{course}/start"), value_of(standing, f"{course}/stop")
        dose = value_of(standing, f"{course}/dose")
        span = " ".join(part for part in (f"from {start}" if start else "", f"until {stop}" if stop else "") if part)
        if said := ", ".join(part for part in (span, f"dose: {dose}" if dose else "") if part):
            yield said


def tell_intakes(key: str, standing: Standing) -> Iterator[str]:
    """What the single intakes say."""
    dose, form = value_of(standing, f"{key}/intakes/dose"), value_of(standing, f"{key}/intakes/form")
    if dose:
        yield f"written down: {dose}"
    if form:
        yield f"form: {form}"
    if route := value_of(standing, f"{key}/route"):
        yield f"way of taking: {route}"


def tell_reaction(standing: Standing) -> list[str]:
    """What happened, when and how it ended."""
    words, term = value_of(standing, "reaction/verbatim"), value_of(standing, "reaction/term")
    start, end = value_of(standing, "reaction/start"), value_of(standing, "reaction/end")
    what = f"“{words}”" if words else "A reaction"
    named = f" (by the list of events: {term})" if term and term.casefold() != words.casefold() else ""
    when = f" began on {start}" if start else " began on a day that is not told"
    said = [f"{what}{named}{when}{f' and ended on {end}' if end else ''}."]
    for key, text in (("where", "Where on the body"), ("grade", "Severity"), ("outcome", "Outcome")):
        if value := value_of(standing, f"reaction/{key}"):
            said.append(f"{text}: {value}.")
    grave = [label for name, (_, label) in SERIOUSNESS.items() if value_of(standing, f"reaction/serious/{name}") == YES]
    return said + [f"{label}." for label in grave]


def tell_challenge(standing: Standing) -> list[str]:
    """What followed when the product was stopped and taken again."""
    said = []
    if improved := AFTER_STOP.get(value_of(standing, "reaction/improved")):
        said.append(f"After the product was stopped it {improved}.")
    if back := AFTER_RETURN.get(value_of(standing, "reaction/back")):
        said.append(f"When the product was taken again it {back}.")
    return said


def tell_tests(standing: Standing) -> list[str]:
    """Tests in the order of the diary."""
    said = []
    for key in dict.fromkeys(one.rsplit("/", 1)[0] for one in standing if one.startswith(("test/", "skin/"))):
        name, day = value_of(standing, f"{key}/name"), value_of(standing, f"{key}/date")
        value = value_of(standing, f"{key}/value") or value_of(standing, f"{key}/result").rstrip(".")
        limit = value_of(standing, f"{key}/limit")
        if value:
            when, most = f" on {day}" if day else "", f" (upper limit {limit})" if limit else ""
            said.append(f"{name[:1].upper() + name[1:] or 'A test'}{when}: {value}{most}.")
    return said


def tell_around(facts: Facts, products: tuple[TakenProduct, ...]) -> list[str]:
    """Other events, itch, withdrawal, and products begun after the event; they have no fields of their own."""
    others = [one for one in facts.standing("event") if one.id != facts.entry.id]
    said = [f"Also written down: “{cast(Event, one.content).verbatim}” on {one.day}." for one in others]
    itches = [(one, cast(Itch, one.content).nrs) for one in facts.standing("itch")]
    scales = [(one, float(cast(Withdrawal, one.content).score)) for one in facts.standing("withdrawal")]
    for name, values in (("Worst itch (0–10)", itches), ("Withdrawal scale (0–64)", scales)):
        if values:
            least, most = min(value for _, value in values), max(value for _, value in values)
            span = f"{say_number(least)} to {say_number(most)}" if least != most else say_number(least)
            first, last = values[0][0].day, values[-1][0].day
            days = f"{first}" if len(values) == 1 else f"{first} to {last}, {len(values)} entries"
            said.append(f"{name}, {days}: {span}.")
    later = [one for one in products if one.role == LATER]
    return said + [f"Begun after the reaction: “{one.verbatim}” ({first_day(one)})." for one in later]


def first_day(product: TakenProduct) -> str:
    """First day of a product."""
    contents = [(one, cast(Course | Use, one.content)) for one in product.entries]
    return min(one.started if isinstance(one, Course) else str(entry.day) for entry, one in contents)


def tell_history(standing: Standing) -> list[str]:
    """Risks that were answered, alcohol and the rest."""
    said = []
    for name, text in RISKS.items():
        if value := value_of(standing, f"history/{name}"):
            said.append(f"Asked for {text}: {value}.")
    if alcohol := value_of(standing, "history/alcohol"):
        said.append(f"Alcohol: {alcohol}.")
    if other := value_of(standing, "history/other"):
        said.append(f"Other history: {other}.")
    return said

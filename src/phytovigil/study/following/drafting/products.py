"""Fields on products: what is suspected, what was taken beside it, and what had been stopped before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from phytovigil.schema.case_draft import NUMBER, PRODUCT, DraftField
from phytovigil.schema.diary import Course, Entry, Use
from phytovigil.study.following.drafting.facts import Facts, product_name
from phytovigil.study.following.drafting.fields import NOT_ASKED, make_field
from phytovigil.study.following.drafting.reaction import day_text
from phytovigil.study.following.exposure import read_day

SUSPECT, CONCOMITANT, INTERACTING = "suspect", "concomitant", "interacting"
ROLES = (SUSPECT, CONCOMITANT, INTERACTING)
PAST, LATER = "past", "later"

ACTIONS = ("withdrawn", "dose reduced", "dose increased", "dose not changed", "not applicable")
FOLLOWED = "the product that the diary follows"
BESIDE = "taken when it began"


@dataclass(frozen=True, slots=True)
class TakenProduct:
    """All courses and intakes under one name. role : suspect, concomitant, past or later, seen from the event."""

    name: str
    verbatim: str
    role: str
    courses: tuple[Entry, ...]
    uses: tuple[Entry, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Courses and intakes."""
        return self.courses + self.uses

    @property
    def key(self) -> str:
        """Beginning of the keys of its fields."""
        return f"product/{self.name}"


def list_products(facts: Facts) -> tuple[TakenProduct, ...]:
    """Products of the diary, suspected ones first, then in the order in which they were written down."""
    named: dict[str, list[Entry]] = {}
    for entry in facts.standing("course", "use"):
        named.setdefault(product_name(cast(Course | Use, entry.content)), []).append(entry)
    found = [gather_product(name, entries, facts) for name, entries in named.items()]
    return tuple(sorted(found, key=lambda product: product.role != SUSPECT))


def gather_product(name: str, entries: Sequence[Entry], facts: Facts) -> TakenProduct:
    """One product with its role."""
    courses = tuple(entry for entry in entries if isinstance(entry.content, Course))
    uses = tuple(entry for entry in entries if isinstance(entry.content, Use))
    verbatim = cast(Course | Use, (courses or uses)[0].content).verbatim
    own = any(facts.exposure.followed.holds(cast(Course | Use, entry.content)) for entry in entries)
    return TakenProduct(name, verbatim, SUSPECT if own else place_in_time(courses, uses, facts.onset), courses, uses)


def place_in_time(courses: Sequence[Entry], uses: Sequence[Entry], onset: date) -> str:
    """Whether another product was taken when the event began, was stopped before, or begun after."""
    contents = [cast(Course, entry.content) for entry in courses]
    starts = [read_day(course.started) for course in contents] + [entry.day for entry in uses]
    if all(start and start > onset for start in starts):
        return LATER
    stops = [read_day(course.stopped) for course in contents]
    return PAST if not uses and all(stop and stop < onset for stop in stops) else CONCOMITANT


def product_fields(product: TakenProduct, facts: Facts) -> Iterator[DraftField]:
    """Fields of one product; none of one that was begun after the event, which the narrative tells."""
    if product.role == LATER:
        return
    if product.role == PAST:
        yield from past_fields(product, facts)
        return
    key, block, first = product.key, title(product), product.entries[0]
    suspect = product.role == SUSPECT
    why = say_part(product, facts)
    yield make_field(f"{key}/role", "G.k.1", block, "Part in the report", product.role, first, why=why, choices=ROLES)
    criterion = PRODUCT if suspect else ""
    yield make_field(
        f"{key}/name", "G.k.2.2", block, "Name, as you say it", product.verbatim, first, criterion=criterion
    )
    reason, behind = find_reason(product, facts)
    yield make_field(f"{key}/reason", "G.k.7.r.1", block, "Taken for", reason, *behind)
    for course in product.courses:
        yield from course_fields(product, course, facts)
    if product.uses:
        yield from use_fields(product)
    if suspect:
        yield from suspect_fields(product)


def say_part(product: TakenProduct, facts: Facts) -> str:
    """Why a product has the part that it has."""
    if product.role != SUSPECT:
        return BESIDE
    late = place_in_time(product.courses, product.uses, facts.onset) == LATER
    return f"{FOLLOWED}; by its dates it was begun after the reaction" if late else FOLLOWED


def title(product: TakenProduct) -> str:
    """Title of the block of a product."""
    said = {SUSPECT: "Suspected product", PAST: "Taken earlier"}.get(product.role, "Also taken")
    return f"{said}: {product.verbatim}"


def find_reason(product: TakenProduct, facts: Facts) -> tuple[str, tuple[Entry, ...]]:
    """What it was taken for: as its courses say, else what the person said of the product that is followed."""
    behind = [entry for entry in product.courses if cast(Course, entry.content).reason]
    reasons = dict.fromkeys(cast(Course, entry.content).reason for entry in behind)
    if not reasons and product.role == SUSPECT and facts.person and facts.about.reason:
        return facts.about.reason, (facts.person,)
    return "; ".join(reasons), tuple(behind)


def course_fields(product: TakenProduct, entry: Entry, facts: Facts) -> Iterator[DraftField]:
    """Dose, first and last day of one course."""
    course = cast(Course, entry.content)
    key, block = f"{product.key}/course/{facts.names[entry.id]}", title(product)
    span = f" (course from {day_text(course.started) or 'an unknown day'})" if len(product.courses) > 1 else ""
    yield make_field(f"{key}/dose", "G.k.4.r.8", block, f"Dose, in your words{span}", course.dose, entry)
    yield make_field(f"{key}/start", "G.k.4.r.4", block, f"First day{span}", day_text(course.started), entry, date=True)
    why = "" if course.stopped else "no last day is written down: still taken, as far as the diary says"
    stop = day_text(course.stopped)
    yield make_field(f"{key}/stop", "G.k.4.r.5", block, f"Last day{span}", stop, entry, why=why, date=True)


def use_fields(product: TakenProduct) -> Iterator[DraftField]:
    """What the single intakes say together."""
    key, block, uses = f"{product.key}/intakes", title(product), product.uses
    contents = [cast(Use, entry.content) for entry in uses]
    yield make_field(f"{key}/dose", "G.k.4.r.8", block, "Intakes written down", say_intakes(uses), *uses)
    forms = "; ".join(dict.fromkeys(use.form for use in contents if use.form))
    yield make_field(f"{key}/form", "G.k.4.r.9.1", block, "Form", forms, *uses)
    amounts = {(use.amount, use.unit) for use in contents if use.amount is not None}
    amount, unit = amounts.pop() if len(amounts) == 1 else (None, "")
    why = "the amounts differ: see the intakes written down" if amounts else ""
    value = "" if amount is None else f"{amount:g}"
    label = "Amount of one intake"
    yield make_field(
        f"{key}/amount", "G.k.4.r.1a", block, label, value, *uses, unit=unit if value else "", why=why, takes=NUMBER
    )


def say_intakes(uses: Sequence[Entry]) -> str:
    """Number, span and amounts of intakes.

    >>> say_intakes([Entry("1", "use", "2026-03-01", "2026-03-01", Use("kratom", amount=3, unit="g"))])
    'one intake, 2026-03-01, 3 g'
    """
    span = f"{uses[0].day}" if uses[0].day == uses[-1].day else f"{uses[0].day} to {uses[-1].day}"
    said = ["one intake" if len(uses) == 1 else f"{len(uses)} intakes", span]
    by_unit: dict[str, list[float]] = {}
    for use in (cast(Use, entry.content) for entry in uses):
        if use.amount is not None:
            by_unit.setdefault(use.unit, []).append(use.amount)
    return ", ".join([*said, *(say_span(amounts, unit) for unit, amounts in by_unit.items())])


def say_span(amounts: Sequence[float], unit: str) -> str:
    """Least and greatest amount.

    >>> say_span([3, 5], "g"), say_span([2], "")
    ('3 to 5 g', '2')
    """
    least, most = min(amounts), max(amounts)
    return f"{least:g}{'' if least == most else f' to {most:g}'} {unit}".strip()


def suspect_fields(product: TakenProduct) -> Iterator[DraftField]:
    """What is asked of a suspected product alone."""
    key, block = product.key, title(product)
    yield make_field(f"{key}/route", "G.k.4.r.10.1", block, "How it was taken (by mouth, smoked, on the skin)")
    yield make_field(f"{key}/batch", "G.k.4.r.7", block, "Batch or lot number on the package")
    stops = [day for entry in product.courses if (day := day_text(cast(Course, entry.content).stopped))]
    why = f"the diary says that it was stopped on {max(stops)}, not why" if stops else NOT_ASKED
    label = "What was done with it because of the reaction"
    yield make_field(f"{key}/action", "G.k.8", block, label, "", *product.courses, why=why, choices=ACTIONS)


def past_fields(product: TakenProduct, facts: Facts) -> Iterator[DraftField]:
    """A product that had been stopped before the event."""
    key, block = product.key, title(product)
    yield make_field(f"{key}/name", "D.8.r.1", block, "Name, as you say it", product.verbatim, product.entries[0])
    for entry in product.courses:
        course, own = cast(Course, entry.content), f"{key}/course/{facts.names[entry.id]}"
        yield make_field(f"{own}/start", "D.8.r.4", block, "First day", day_text(course.started), entry, date=True)
        yield make_field(f"{own}/stop", "D.8.r.5", block, "Last day", day_text(course.stopped), entry, date=True)

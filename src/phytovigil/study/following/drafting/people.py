"""Fields on the reporter, the person and their history. Names, initials and addresses are not asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from phytovigil.schema.case_draft import NUMBER, PATIENT, REPORTER, DraftField
from phytovigil.schema.diary import RISKS, UNKNOWN, Alcohol, Entry, Risk
from phytovigil.study.following.drafting.facts import Facts
from phytovigil.study.following.drafting.fields import NOT_ASKED, make_field

QUALIFICATIONS = ("physician", "pharmacist", "other health professional", "lawyer", "consumer")
SEXES = ("male", "female")
AGES = ("a", "mo", "wk", "d")
AGE_GROUPS = ("child", "adolescent", "adult", "elderly")
OWN_REPORT = "a diary is kept by the person; change it where a clinician writes it"

REPORT_BLOCK, REPORTER_BLOCK, PATIENT_BLOCK, HISTORY_BLOCK = "Report", "Who reports", "Person", "Earlier illnesses"


def report_fields(facts: Facts) -> Iterator[DraftField]:
    """What kind of report it is, and who gives it."""
    yield make_field(
        "report/kind",
        "C.1.3",
        REPORT_BLOCK,
        "Kind of report",
        "spontaneous report",
        why="nobody asked for it in a study",
    )
    yield make_field(
        "reporter/qualification",
        "C.2.r.4",
        REPORTER_BLOCK,
        "What you are",
        "consumer",
        why=OWN_REPORT,
        criterion=REPORTER,
        choices=QUALIFICATIONS,
    )
    yield make_field(
        "reporter/country", "C.2.r.3", REPORTER_BLOCK, "Country (two letters)", facts.about.country, facts.person
    )


def patient_fields(facts: Facts) -> Iterator[DraftField]:
    """Sex and age, of which one is enough to be an identifiable patient."""
    block, person = PATIENT_BLOCK, facts.about
    sex, why = (person.sex, "") if person.sex in SEXES else ("", say_sex(person.sex))
    yield make_field("patient/sex", "D.5", block, "Sex", sex, facts.person, why=why, criterion=PATIENT, choices=SEXES)
    year = "" if person.birth_year is None else str(person.birth_year)
    why = "the form asks for the full day of birth; with the year alone the age is sent instead" if year else NOT_ASKED
    yield make_field("patient/birth", "D.2.1", block, "Born", year, facts.person, why=why, criterion=PATIENT, date=True)
    yield make_field(
        "patient/age",
        "D.2.2a",
        block,
        "Age when it began",
        unit="a",
        entry=facts.person,
        why=say_age(facts),
        criterion=PATIENT,
        takes=NUMBER,
        units=AGES,
    )
    label = "Age group, if you would rather not give the age"
    yield make_field("patient/age_group", "D.2.3", block, label, criterion=PATIENT, choices=AGE_GROUPS)
    yield make_field("patient/weight", "D.3", block, "Weight", unit="kg", takes=NUMBER, units=("kg",))


def say_sex(sex: str) -> str:
    """Why the field of the sex is empty."""
    return NOT_ASKED if sex == UNKNOWN else f"the diary says “{sex}”; the form knows male and female only"


def say_age(facts: Facts) -> str:
    """Why the age is left to the person: a year of birth leaves two of them."""
    if facts.about.birth_year is None:
        return NOT_ASKED
    years = facts.onset.year - facts.about.birth_year
    return f"by the year of birth it is {years - 1} or {years}: say which" if years > 0 else NOT_ASKED


def history_fields(facts: Facts) -> Iterator[DraftField]:
    """Risks that were asked, alcohol, and whatever else there is."""
    newest = {cast(Risk, entry.content).risk: entry for entry in facts.standing("risk")}
    for name, said in RISKS.items():
        if name in newest:
            yield risk_field(name, said, newest[name])
    drinks = facts.standing("alcohol")
    if drinks:
        yield make_field(
            "history/alcohol", "D.7.2", HISTORY_BLOCK, "Alcohol", say_drinks(drinks), *drinks, why="as written down"
        )
    open_ = [said for name, said in RISKS.items() if name not in newest]
    why = f"not asked in the diary: {'; '.join(open_)}" if open_ else NOT_ASKED
    yield make_field("history/other", "D.7.2", HISTORY_BLOCK, "Other illnesses, operations and allergies", why=why)


def risk_field(name: str, said: str, entry: Entry) -> DraftField:
    """The newest answer on a risk."""
    risk = cast(Risk, entry.content)
    answer = "" if risk.answer == UNKNOWN else risk.answer
    value = f"{answer}: {risk.detail}" if answer and risk.detail else answer or risk.detail
    why = "" if value else "you answered that you do not know"
    return make_field(f"history/{name}", "D.7.2", HISTORY_BLOCK, said[0].upper() + said[1:], value, entry, why=why)


def say_drinks(entries: tuple[Entry, ...]) -> str:
    """The span of drinks a day.

    >>> say_drinks((Entry("1", "alcohol", "2026-03-01", "2026-03-01", Alcohol(2)),))
    'one day written down, 2026-03-01: 2 drinks'
    """
    drinks = sorted(cast(Alcohol, entry.content).drinks for entry in entries)
    if len(entries) == 1:
        return f"one day written down, {entries[0].day}: {drinks[0]:g} drinks"
    days = f"{len(entries)} days written down from {entries[0].day} to {entries[-1].day}"
    return f"{days}: {drinks[0]:g} to {drinks[-1]:g} drinks a day"

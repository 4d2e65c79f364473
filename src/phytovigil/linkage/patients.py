"""Whether two reports can be about one patient, beside what their weights say.

A pair that shares a drug, a reaction and a paper may still be two patients. Two rules keep them apart.

Vetoes (`different_patients`): what one patient cannot be. Such a pair is in no cluster, whatever its weight.

Told patients (`tells_one_patient`): reports of one paper are one patient only if both say who it is. Papers report
series of patients with the same drugs, the same outcome and the same dates of receipt, and each firm sends one report
for each of them; a shared reference then says nothing about the patient. Where age and date of the event are blank on
either side, too little is told and the pair is left to a person.

All functions take positions of reports and give arrays of the same length as the pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.records import Records

Integers = NDArray[np.integer]
Flags = NDArray[np.bool_]

UNKNOWN = -1
"""Of sex, sender, control number, paper and death: not told."""

NO_DATE = np.iinfo(np.int32).min
"""Of a date as days: not told."""

VETOES = ("sex", "age", "event-date", "after-death", "one-sender", "parent-and-child")
"""Why two reports cannot be one patient; the position is the bit of `different_patients`.

sex : both known and different. age : further apart than rounding explains. event-date : more than a year apart, which
no swapped day and month explains. after-death : an event more than a year after the other report told a death; closer
ones are no contradiction, as firms give the month of publication for the date of the event.
one-sender : one firm reports one paper under two control numbers; a firm reads a paper once and parts its patients,
and a follow-up is a version. parent-and-child : by their reactions one report is of the exposed child, the other of a
parent, or one gives the body weight of a small child and the other an age of twelve and more.
"""

YEAR_OF_DAYS = 366
MONTH_OF_DAYS = 31

AGREES_IN_SERIES = 0.75
"""Share of products in common from which two reports of a paper with several patients can be one patient."""

AGREES_ALONE = 0.5
"""The same, of a paper whose reports contradict each other nowhere."""

OF_CHILD = ("FOETAL EXPOSURE", "EXPOSURE VIA BREAST MILK", "EXPOSURE VIA BODY FLUID", "NEONATAL", "NEWBORN")
OF_PARENT = ("MATERNAL EXPOSURE", "PATERNAL EXPOSURE", "EXPOSURE DURING PREGNANCY", "CAESAREAN SECTION", "ABORTION")
"""Beginnings or parts of reaction terms that say whether the patient of a report is the child or a parent."""

CHILD, PARENT = 1, 2


@dataclass(frozen=True, slots=True)
class Patients:
    """What reports say of their patients; one entry per report, n in all.

    sex, sender, control, paper : numbers of values, int, UNKNOWN where not told; paper as of `citations.find_papers`.
    age : years, weight : kg, float, NaN where not told. kin : 0, CHILD or PARENT.
    event_from, event_to : first and last possible day of the event, NO_DATE where not told (2015-03 is March's days).
    received : day of first receipt, NO_DATE where not told. died : 1, 0, or UNKNOWN without any outcome.
    start, products : numbers of the products of report i, ascending and each once, are products[start[i]:start[i + 1]].
    """

    sex: Integers
    age: NDArray[np.floating]
    weight: NDArray[np.floating]
    event_from: Integers
    event_to: Integers
    received: Integers
    died: Integers
    sender: Integers
    control: Integers
    paper: Integers
    kin: Integers
    start: Integers
    products: Integers


@dataclass(frozen=True, slots=True)
class Told:
    """What only the vetoes need of each record, in the order of the records; fields as in `Patients`."""

    died: Integers
    kin: Integers
    paper: Integers
    start: Integers
    products: Integers


def different_patients(patients: Patients, left: Integers, right: Integers) -> NDArray[np.uint8]:
    """For each pair, the bits of all VETOES that hold; 0 where nothing speaks against one patient.

    >>> import numpy as np
    >>> pair = make_patients([{"sex": 0, "age": 29.0}, {"sex": 1, "age": 30.0}, {"age": 47.0}])
    >>> mask = different_patients(pair, np.array([0, 0, 1]), np.array([1, 2, 2]))
    >>> [veto_names(int(bits)) for bits in mask]
    [('sex',), ('age',), ('age',)]
    """
    found = (
        differ(patients.sex, left, right),
        ages_apart(patients.age[left], patients.age[right]),
        dates_apart(patients, left, right) > YEAR_OF_DAYS,
        after_death(patients, left, right) | after_death(patients, right, left),
        one_sender_twice(patients, left, right),
        parent_and_child(patients, left, right),
    )
    mask = np.zeros(len(left), dtype=np.uint8)
    for bit, holds in enumerate(found):
        mask |= np.uint8(1 << bit) * holds.astype(np.uint8)
    return mask


def veto_names(mask: int) -> tuple[str, ...]:
    """The names of the bits of a mask.

    >>> veto_names(0b100001)
    ('sex', 'parent-and-child')
    """
    return tuple(name for bit, name in enumerate(VETOES) if mask >> bit & 1)


def differ(values: Integers, left: Integers, right: Integers) -> Flags:
    """Whether both are told and differ."""
    one, other = values[left], values[right]
    return np.asarray((one != UNKNOWN) & (other != UNKNOWN) & (one != other))


ROUNDED_FROM = 20
"""Years from which ages are given rounded to fives and tens."""

CHILD_BELOW = 10
"""Years below which ages a year apart are those of two children."""


def ages_apart(one: NDArray[np.floating], other: NDArray[np.floating]) -> Flags:
    """Whether two ages differ by more than a year, and by more than rounding to fives or tens explains.

    An age from twenty on that is a multiple of ten may stand for the decade that it begins or for the nearest ten, one
    of five for less than five years around it. Ages of children are not rounded so: 10 and 8 are two children.

    >>> import numpy as np
    >>> ages_apart(np.array([30.0, 35, 31, 29, 10, 30]), np.array([38.0, 38, 33, 30, 8, 41]))
    array([False, False,  True, False,  True,  True])
    """
    apart = np.abs(one - other)
    rounded = np.maximum(rounding(one), rounding(other))
    return np.asarray(apart > np.maximum(1.0, rounded))


def rounding(ages: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far an age may be from the true one because it was rounded, in years."""
    adult = ages >= ROUNDED_FROM
    return np.where(adult & (ages % 10 == 0), 9.0, np.where(adult & (ages % 5 == 0), 4.0, 0.0))


def dates_apart(patients: Patients, left: Integers, right: Integers) -> NDArray[np.int64]:
    """Least number of days between two events, given how precise their dates are; 0 where one is not told."""
    begin, end = patients.event_from.astype(np.int64), patients.event_to.astype(np.int64)
    told = (begin[left] != NO_DATE) & (begin[right] != NO_DATE)
    gap = np.maximum(begin[left] - end[right], begin[right] - end[left])
    return np.where(told, np.maximum(gap, 0), 0)


def after_death(patients: Patients, dead: Integers, other: Integers) -> Flags:
    """Whether the event of one report began more than a year after the other had told the death of its patient."""
    told = (patients.received[dead] != NO_DATE) & (patients.event_from[other] != NO_DATE)
    later = patients.event_from[other].astype(np.int64) - patients.received[dead] > YEAR_OF_DAYS
    return np.asarray(told & (patients.died[dead] == 1) & later)


SMALL_CHILD_KG = 15.0
GROWN = 12.0


def parent_and_child(patients: Patients, left: Integers, right: Integers) -> Flags:
    """Whether one report is of a child and the other of one who is not."""
    small, grown = patients.weight < SMALL_CHILD_KG, patients.age >= GROWN
    sized = (small[left] & grown[right]) | (grown[left] & small[right])
    return np.asarray(sized | (patients.kin[left] + patients.kin[right] == CHILD + PARENT))


def one_sender_twice(patients: Patients, left: Integers, right: Integers) -> Flags:
    """Whether one firm reports one paper under two control numbers."""
    paper = same_told(patients.paper, left, right)
    return paper & same_told(patients.sender, left, right) & differ(patients.control, left, right)


def same_told(values: Integers, left: Integers, right: Integers) -> Flags:
    """Whether both are told and the same."""
    return np.asarray((values[left] == values[right]) & (values[left] != UNKNOWN))


def tells_one_patient(patients: Patients, left: Integers, right: Integers) -> Flags:
    """Whether enough is told of the patients of a pair to take them for one.

    Reports of one paper: age, or the date of the event to the month, has to agree, and beside it the sex or the
    products. Where a paper reports several patients, the products have to agree (AGREES_IN_SERIES), and of all reports
    that a firm sent of the paper the other has to be the one that agrees best, from both sides; where two agree equally
    well, neither is
    taken. `left`, `right` are to hold all pairs of a paper that are compared, so that this can be seen.

    Pairs that do not share a paper are not asked here and come out True.
    """
    of_paper = same_told(patients.paper, left, right)
    told = np.ones(len(left), dtype=bool)
    places = np.flatnonzero(of_paper)
    if not len(places):
        return told
    one, other = left[places], right[places]
    age = ages_agree(patients.age[one], patients.age[other])
    identified = age | month_agrees(patients, one, other)
    shared = shared_products(patients, one, other)
    possible = (different_patients(patients, one, other) == 0) & identified
    series = papers_with_series(patients)[patients.paper[one]]
    alone = possible & ~series & (same_told(patients.sex, one, other) | (shared >= AGREES_ALONE))
    score = np.where(possible & series & (shared >= AGREES_IN_SERIES), shared, -1.0)
    told[places] = alone | (is_best(patients, one, other, score) & (score >= 0))
    return told


def ages_agree(one: NDArray[np.floating], other: NDArray[np.floating]) -> Flags:
    """Whether both ages are told and lie within a year of each other; of children, within half a year.

    >>> import numpy as np
    >>> ages_agree(np.array([44.0, 44, 2, 0.5, np.nan]), np.array([45.0, 46, 3, 0.6, 44]))
    array([ True, False, False,  True, False])
    """
    apart = np.abs(one - other)
    return np.asarray(apart <= np.where(np.minimum(one, other) < CHILD_BELOW, 0.5, 1.0))


def month_agrees(patients: Patients, left: Integers, right: Integers) -> Flags:
    """Whether both events are known to the month and within a month of each other."""
    begin, end = patients.event_from.astype(np.int64), patients.event_to.astype(np.int64)
    precise = (begin != NO_DATE) & (end - begin <= MONTH_OF_DAYS)
    return np.asarray(precise[left] & precise[right] & (np.abs(begin[left] - begin[right]) <= MONTH_OF_DAYS))


def shared_products(patients: Patients, left: Integers, right: Integers) -> NDArray[np.float64]:
    """Share of the products of both reports that both name (Jaccard); 0 where either names none."""
    start, products = patients.start, patients.products
    shares = np.zeros(len(left))
    for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        mine = set(products[start[one] : start[one + 1]].tolist())
        theirs = set(products[start[other] : start[other + 1]].tolist())
        if mine and theirs:
            shares[place] = len(mine & theirs) / len(mine | theirs)
    return shares


def is_best(patients: Patients, left: Integers, right: Integers, score: NDArray[np.float64]) -> Flags:
    """Whether each report of a pair is the one that agrees best with the other, alone, among all of its sender.

    score : agreement of each pair; a negative one takes no part.
    """
    closer = score + 0.01 * (patients.age[left] == patients.age[right])
    best = score >= 0
    for own, others in ((left, right), (right, left)):
        rivals = np.unique(np.stack([own, patients.sender[others]]), axis=1, return_inverse=True)[1].ravel()
        highest = np.full(len(own), -np.inf)
        np.maximum.at(highest, rivals, closer)
        at_top = closer == highest[rivals]
        best &= at_top & (np.bincount(rivals, weights=at_top, minlength=1)[rivals] == 1)
    return np.asarray(best)


def papers_with_series(patients: Patients) -> Flags:
    """For each paper, whether its reports cannot all be one patient.

    They cannot where sexes differ, ages lie more than a year apart, one firm sent two reports, or one is of a child
    and one of a parent.
    """
    papers = int(patients.paper.max(initial=UNKNOWN)) + 1
    known_sex = np.where(patients.sex == UNKNOWN, np.nan, patients.sex)
    known_kin = np.where(patients.kin == 0, np.nan, patients.kin)
    series = spread(patients.paper, patients.age, papers) > 1.0
    series |= (spread(patients.paper, known_sex, papers) > 0) | (spread(patients.paper, known_kin, papers) > 0)
    of_paper = np.flatnonzero(patients.paper != UNKNOWN)
    order = of_paper[np.lexsort((patients.control[of_paper], patients.sender[of_paper], patients.paper[of_paper]))]
    twice = one_sender_twice(patients, order[:-1], order[1:])
    series[patients.paper[order[:-1][twice]]] = True
    return series


def spread(paper: Integers, values: NDArray[np.floating], papers: int) -> NDArray[np.float64]:
    """For each paper, the largest less the smallest known value of its reports; negative where none is known."""
    lowest, highest = np.full(papers, np.inf), np.full(papers, -np.inf)
    known = np.flatnonzero((paper != UNKNOWN) & ~np.isnan(values))
    np.minimum.at(lowest, paper[known], values[known])
    np.maximum.at(highest, paper[known], values[known])
    return np.asarray(highest - lowest)


def kin_of_terms(terms: Iterable[str]) -> int:
    """Whether reaction terms are of an exposed child, of a parent, or neither (0), which is also said of both.

    >>> kin_of_terms(["Foetal Exposure During Pregnancy"]), kin_of_terms(["MATERNAL EXPOSURE DURING PREGNANCY"])
    (1, 2)
    >>> kin_of_terms(["MATERNAL EXPOSURE DURING PREGNANCY", "DRUG WITHDRAWAL SYNDROME NEONATAL"])
    0
    """
    said = set()
    for term in terms:
        upper = term.upper().replace("FETAL", "FOETAL")
        if any(part in upper for part in OF_CHILD):
            said.add(CHILD)
        elif any(part in upper for part in OF_PARENT):
            said.add(PARENT)
    return said.pop() if len(said) == 1 else 0


def substances(name: str) -> tuple[str, ...]:
    r"""What an ingredient field names, without salts: firms write one substance with different ones.

    >>> substances("Fentanyl Citrate"), substances(r"Herbals\Mitragynine")
    (('FENTANYL',), ('MITRAGYNINE',))
    >>> substances(r"Acetaminophen\Oxycodone Hydrochloride")
    ('ACETAMINOPHEN', 'OXYCODONE')
    """
    parts = [re.findall(r"[^\W_]+", part) for part in name.upper().split("\\")]
    first = [words[0] if len(words[0]) >= 5 else " ".join(words) for words in parts if words]
    named = [word for word in first if word != "HERBALS"]
    return tuple(dict.fromkeys(named or first))


def make_patients(reports: Sequence[dict[str, object]]) -> Patients:
    """Patients from one dictionary for each report; what is left out is not told. For few reports.

    Keys are the fields of `Patients`, each a number, and `products`, a list of numbers.
    """

    def column(name: str, unknown: float) -> list[float]:
        return [unknown if report.get(name) is None else float(str(report[name])) for report in reports]

    def whole(name: str, unknown: int = UNKNOWN) -> Integers:
        return np.array(column(name, unknown), dtype=np.int64)

    listed = [sorted(set(report.get("products") or ())) for report in reports]  # type: ignore[call-overload]
    return Patients(
        sex=whole("sex"),
        age=np.array(column("age", np.nan)),
        weight=np.array(column("weight", np.nan)),
        event_from=whole("event_from", NO_DATE),
        event_to=whole("event_to", NO_DATE),
        received=whole("received", NO_DATE),
        died=whole("died"),
        sender=whole("sender"),
        control=whole("control"),
        paper=whole("paper"),
        kin=whole("kin", 0),
        start=np.cumsum([0, *map(len, listed)]),
        products=np.array([number for numbers in listed for number in numbers], dtype=np.int64),
    )


def gather_told(
    facts: Sequence[Mapping[str, Any]], paper_of: Mapping[int, int], substance: Sequence[tuple[int, int]]
) -> Told:
    """What the vetoes need, from columns.

    facts : parts, each with columns literature (a code, 0 without one), died, child and parent, a row for each record.
    paper_of : the paper that a code stands for. substance : (record, substance), ascending.
    """
    told = {
        name: np.concatenate([np.asarray(part[name]) for part in facts] or [np.empty(0, np.int64)])
        for name in ("literature", "died", "child", "parent")
    }
    codes, place = np.unique(told["literature"], return_inverse=True)
    papers = np.array([paper_of.get(int(code), UNKNOWN) for code in codes], dtype=np.int32)
    kin = np.where(told["child"] == told["parent"], 0, np.where(told["child"] == 1, CHILD, PARENT))
    listed = np.array(substance, dtype=np.int64).reshape(-1, 2)
    counts = np.bincount(listed[:, 0], minlength=len(kin))
    return Told(
        died=told["died"].astype(np.int8),
        kin=kin.astype(np.int8),
        paper=papers[place.ravel()],
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        products=listed[:, 1],
    )


LONGEST = np.array([0, 365, 30, 0])
"""Days from the first to the last possible one of an event date, by its precision: none, year, month, day."""


def patients_of(records: Records, told: Told) -> Patients:
    """What records say of their patients, with what the linkage does not compare."""
    day = records.event_day.astype(np.int64)
    last = np.where(records.event_precision > 0, day + LONGEST[records.event_precision], NO_DATE)
    return Patients(
        sex=records.codes["sex"],
        age=records.age,
        weight=records.weight,
        event_from=records.event_day,
        event_to=last,
        received=records.received,
        died=told.died,
        sender=records.codes["sender"],
        control=records.codes["control"],
        paper=told.paper,
        kin=told.kin,
        start=told.start,
        products=told.products,
    )

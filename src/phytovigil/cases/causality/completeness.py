"""How much a report tells: the completeness score of vigiGrade, and its adapted form.

Bergvall T, Norén GN, Lindquist M. Drug Saf 2014;37:65-77, doi:10.1007/s40264-013-0131-x. C is the product of 1 − p
over ten dimensions; it measures information, not whether the information speaks for the product. Above 0.8 a report
is called well documented.

Regulators publish no narratives, and some sources hold no dose, no start or no reporter at all. A source cannot be
blamed for what it never records, so the *adapted* C leaves such dimensions out and names them; it is not the
vigiGrade of that report. Beside it stands C over all ten dimensions with those that are left out counted as missing,
the least it can be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from phytovigil.cases.causality.time_to_onset import UNCLEAR, Onset

PENALTIES: Mapping[str, float] = {
    "time_to_onset": 0.5,
    "indication": 0.3,
    "outcome": 0.3,
    "sex": 0.3,
    "age": 0.3,
    "dose": 0.1,
    "country": 0.1,
    "reporter": 0.1,
    "report_type": 0.1,
    "comments": 0.1,
}
"""What is taken off where a dimension is missing."""

UNCERTAIN_ONSET = {False: 0.1, True: 0.3}
"""What is taken off where the dates leave open whether the event came first: by whether it may be over a month away."""
AGE_GROUP_ONLY = 0.1
MONTH = 31
WELL_DOCUMENTED = 0.8


@dataclass(frozen=True, slots=True)
class Completeness:
    """The score of a report.

    penalties : by dimension that is looked at. left_out : dimensions that the source never records.
    score : over what is looked at. least : over all ten, what is left out counted as missing.
    """

    penalties: Mapping[str, float]
    left_out: tuple[str, ...]
    score: float
    least: float

    @property
    def adapted(self) -> bool:
        """Whether anything is left out, so that the score is not that of vigiGrade."""
        return bool(self.left_out)

    @property
    def well_documented(self) -> bool:
        """Whether the score is above 0.8."""
        return self.score > WELL_DOCUMENTED


def score_report(
    known: Collection[str], onset: Onset, *, age_group_only: bool, left_out: Collection[str] = ()
) -> Completeness:
    """The completeness of one report.

    known : dimensions other than time to onset that the report tells. left_out : those that its source never records.

    >>> from phytovigil.cases.causality.time_to_onset import measure_onset
    >>> exact = measure_onset("2019-03-05", "2019-04-01")
    >>> score_report(set(PENALTIES), exact, age_group_only=False).score
    1.0
    >>> poor = score_report({"sex"}, measure_onset(None, None), age_group_only=False)
    >>> round(poor.score, 6), poor.well_documented
    (0.101269, False)
    """
    every = {name: penalty_of(name, known, onset, age_group_only) for name in PENALTIES}
    looked_at = {name: penalty for name, penalty in every.items() if name not in left_out}
    at_worst = {name: penalty if name in looked_at else PENALTIES[name] for name, penalty in every.items()}
    unseen = tuple(name for name in PENALTIES if name in left_out)
    return Completeness(looked_at, unseen, multiply(looked_at), multiply(at_worst))


def penalty_of(name: str, known: Collection[str], onset: Onset, age_group_only: bool) -> float:
    """What is taken off for one dimension."""
    if name == "time_to_onset":
        return penalise_onset(onset)
    if name == "age" and age_group_only:
        return AGE_GROUP_ONLY
    return 0.0 if name in known else PENALTIES[name]


def penalise_onset(onset: Onset) -> float:
    """What is taken off for the time to onset: nothing where the order is clear, even if it speaks against the product.

    >>> from phytovigil.cases.causality.time_to_onset import measure_onset
    >>> dates = ("2018", "2019"), ("2019", "2019"), ("2019-03", "2019-03")
    >>> [penalise_onset(measure_onset(start, event)) for start, event in dates]
    [0.0, 0.3, 0.1]
    """
    if onset.low is None or onset.high is None:
        return PENALTIES["time_to_onset"]
    return UNCERTAIN_ONSET[max(onset.high, -onset.low) > MONTH] if onset.status == UNCLEAR else 0.0


def multiply(penalties: Mapping[str, float]) -> float:
    """The product of 1 − p, rounded to where floating point is exact."""
    product = 1.0
    for penalty in penalties.values():
        product *= 1 - penalty
    return round(product, 12)

"""How duplicates differ, what ties products to reactions, and which patients look alike: shares, checked when made.

All shares are choices of ours: nobody has published them for FAERS. They are set so that a duplicate agrees in most
fields and in hardly any pair in all of them, as reviewers describe duplicates (Norén and others 2007,
doi:10.1007/s10618-006-0052-8, table of changed fields; Tregunno and others 2014, doi:10.1007/s40264-014-0146-y).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from phytovigil.errors import InvalidRequest


def require_shares(group: object, exempt: tuple[str, ...] = ()) -> None:
    """Raise InvalidRequest for a share outside 0 … 1."""
    for field in fields(group):  # type: ignore[arg-type]
        share = getattr(group, field.name)
        if field.name not in exempt and not 0 <= share <= 1:
            raise InvalidRequest(f"{field.name} is {share:g}.", "Give a share from 0 to 1.")


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of an event when another firm reports it again.

    date_… : the date of event is some days off, has day and month swapped (where both are at most 12 and differ), is
    given as month or year, or is blank. `most_days` is the largest shift; every shift to either side is equally likely.
    age_… : a year off, rounded to five years, given in decades, or blank; only ages in years change.
    country_other : another country, drawn as countries are, such as the reporter's. weight_converted : told in pounds.
    reaction_recoded : each term on its own, to another of its four neighbours. reaction_dropped, reaction_added,
    product_dropped, product_added : at most one each in a report; one is always left.
    product_respelt, product_branded, substance_blank : each product on its own. turned : another product is the primary
    suspect. role_changed : each other product's role is drawn anew. indication_lost : each on its own.
    details_rewritten : each product's dose, lot and therapy dates are drawn anew. reporter_changed, outcome_changed :
    drawn anew. literature_restyled, literature_lost : the reference is written in another style, or is missing.
    clustered : share of near-copies of a few published cases, so that three or four reports tell one event.
    per_cluster : mean number of near-copies of such a case.
    """

    date_shifted: float = 0.10
    date_swapped: float = 0.02
    date_to_month: float = 0.10
    date_to_year: float = 0.05
    date_blank: float = 0.12
    most_days: int = 10
    age_off_by_one: float = 0.08
    age_to_five: float = 0.03
    age_to_decade: float = 0.04
    age_blank: float = 0.10
    sex_blank: float = 0.04
    country_blank: float = 0.02
    country_other: float = 0.05
    weight_blank: float = 0.25
    weight_converted: float = 0.10
    reaction_recoded: float = 0.08
    reaction_dropped: float = 0.15
    reaction_added: float = 0.12
    product_dropped: float = 0.15
    product_added: float = 0.10
    product_respelt: float = 0.40
    product_branded: float = 0.15
    substance_blank: float = 0.03
    turned: float = 0.30
    role_changed: float = 0.15
    indication_lost: float = 0.25
    details_rewritten: float = 0.50
    reporter_changed: float = 0.30
    outcome_changed: float = 0.15
    literature_restyled: float = 0.60
    literature_lost: float = 0.20
    clustered: float = 0.15
    per_cluster: float = 2.5

    def __post_init__(self) -> None:
        require_shares(self, ("most_days", "per_cluster"))
        for name, shares in {
            "date": self.date_shares(),
            "age": self.age_shares(),
            "country": self.country_shares(),
        }.items():
            if shares[0] < 0:
                raise InvalidRequest(f"The changes of the {name} add up to more than 1.", "Give smaller shares.")
        if self.most_days < 1 or self.per_cluster <= 0:
            raise InvalidRequest("A shift or a cluster is empty.", "Give most_days ≥ 1 and per_cluster above 0.")

    def date_shares(self) -> tuple[float, ...]:
        """Shares of: unchanged, shifted, swapped, to month, to year, blank."""
        changed = (self.date_shifted, self.date_swapped, self.date_to_month, self.date_to_year, self.date_blank)
        return (1 - sum(changed), *changed)

    def age_shares(self) -> tuple[float, ...]:
        """Shares of: unchanged, a year less, a year more, to five years, to decades, blank."""
        half = self.age_off_by_one / 2
        changed = (half, half, self.age_to_five, self.age_to_decade, self.age_blank)
        return (1 - sum(changed), *changed)

    def country_shares(self) -> tuple[float, ...]:
        """Shares of: unchanged, another one, blank."""
        return (1 - self.country_other - self.country_blank, self.country_other, self.country_blank)


@dataclass(frozen=True, slots=True)
class Background:
    """Conditions that tie products, reactions, indications, age and sex together, so that strangers look alike.

    conditions : how many there are; the k-th is as frequent as 1 / (k + 10).
    tied : chance that an item comes from the condition's own list, not from all. items : length of that list.
    tied_age, tied_sex : chance that a patient has the condition's usual decade of age, and sex.
    """

    conditions: int = 300
    items: int = 25
    tied: float = 0.7
    tied_age: float = 0.4
    tied_sex: float = 0.3

    def __post_init__(self) -> None:
        require_shares(self, ("conditions", "items"))
        if not 1 <= self.conditions <= 5_000 or not 1 <= self.items <= 500:
            raise InvalidRequest(
                f"{self.conditions} conditions of {self.items} items were asked for.",
                "Ask for 1 to 5,000 conditions of 1 to 500 items.",
            )


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Different patients who are reported alike.

    Of each `series_every` cases, 2 to `series_most` come from one paper: same reference, condition, country, first
    product and first reaction. Of each `batch_every` cases, 10 to `batch_most` come from one lawyer on one day: same
    firm, country, condition, first product and first two reactions.
    """

    series_every: int = 400
    series_most: int = 6
    batch_every: int = 4_000
    batch_most: int = 50

    def __post_init__(self) -> None:
        if not 2 <= self.series_most <= 50 or self.series_every < 8 * self.series_most:
            raise InvalidRequest(
                "The patients of a paper do not fit.", "Give 2 to 50 of at least 8 times as many cases."
            )
        if not 10 <= self.batch_most <= 1_000 or self.batch_every < 3 * self.batch_most:
            raise InvalidRequest(
                "The lawyers' batches do not fit.", "Give 10 to 1,000 of at least 3 times as many cases."
            )

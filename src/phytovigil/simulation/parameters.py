"""What is simulated: shares, vocabularies, planted links and the confounder, checked when made."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any

from phytovigil.errors import InvalidRequest
from phytovigil.simulation.duplication import Background, Changes, LookAlikes
from phytovigil.simulation.marginals import Marginals

MOST_LINKS = 200


def fitted_marginals() -> Marginals:
    """The shares of real reports that are the default; the file names their origin."""
    text = files("phytovigil.simulation").joinpath("data/marginals_2025q4.json").read_text(encoding="utf-8")
    marginals: Marginals = json.loads(text)
    return marginals


def require_share(name: str, share: float) -> None:
    """Raise InvalidRequest for a share outside 0 … 1."""
    if not 0 <= share <= 1:
        raise InvalidRequest(f"{name} is {share:g}.", "Give a share from 0 to 1.")


def require_number(name: str, number: int) -> None:
    """Raise InvalidRequest for a vocabulary that its five-figure names cannot hold."""
    if not 10 <= number <= 90_000:
        raise InvalidRequest(f"{name} is {number}.", "Give a number from 10 to 90,000.")


def require_marginals(marginals: Marginals) -> None:
    """Raise InvalidRequest for marginals that miss a group."""
    missing = sorted(set(fitted_marginals()) - set(marginals) - {"origin"})
    if missing:
        raise InvalidRequest(f"The marginals lack {', '.join(missing)}.", "Use what measure_marginals returns.")


@dataclass(frozen=True, slots=True)
class PlantedLink:
    """A product and a reaction of its own, reported together `ratio` times as often as without the product.

    ratio : P(reaction | product) / P(reaction | no product), which is the expected proportional reporting ratio.
    product_share : share of reports with the product. reaction_share : share with the reaction among the others.
    """

    ratio: float
    product_share: float = 0.01
    reaction_share: float = 0.01

    def __post_init__(self) -> None:
        require_share("A planted link's product_share", self.product_share)
        require_share("A planted link's reaction_share", self.reaction_share)
        if not self.ratio > 0 or self.ratio * self.reaction_share > 1:
            raise InvalidRequest(
                f"A planted link asks for ratio {self.ratio:g} on a reaction share of {self.reaction_share:g}.",
                "Give a ratio above 0 whose product with the reaction share is at most 1.",
            )


@dataclass(frozen=True, slots=True)
class Confounder:
    """A product and a reaction both `boost` times as frequent in one band of sex and age, without any link.

    The band counts what the files say: a report without sex or age is outside. Ages from `youngest` to below
    `oldest`, whole decades in years, so that an age given in decades falls on one side.
    """

    boost: float = 4.0
    sex: str = "F"
    youngest: int = 60
    oldest: int = 80
    product_share: float = 0.01
    reaction_share: float = 0.01

    def __post_init__(self) -> None:
        require_share("The confounder's product_share", self.product_share)
        require_share("The confounder's reaction_share", self.reaction_share)
        if not self.boost > 0 or self.boost * max(self.product_share, self.reaction_share) > 1:
            raise InvalidRequest(
                f"The confounder asks for boost {self.boost:g}.", "Keep boost × share between 0 and 1."
            )
        if self.sex not in ("F", "M"):
            raise InvalidRequest(f"The confounder asks for sex “{self.sex}”.", "Say F or M.")
        if self.youngest % 10 or self.oldest % 10 or not 10 <= self.youngest < self.oldest:
            raise InvalidRequest(
                f"The confounder asks for ages {self.youngest} to {self.oldest}.", "Give whole decades from 10 upwards."
            )


DEFAULT_LINKS = tuple(PlantedLink(ratio) for ratio in (1.0, 1.5, 2.0, 3.0, 5.0, 10.0))


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that decides the files besides the number of reports, the quarters and the seed.

    products, reactions, indications, firms : sizes of the invented vocabularies.
    follow_up_share : chance that a case is sent again in the next quarter; halves with each further quarter.
    skipped_version_share : chance that a follow-up skips a version number.
    changed_share : chance that a version leaves out a reaction of a planted pair, so that the latest version matters.
    duplicate_share : share of new cases that tell an earlier case's event, sent by another firm.
    spelling_share : share of products spelt unlike their name; half of the products of a duplicate are.
    deleted_share : share of cases that a later list of deleted cases names.
    changes : what becomes of an event that is reported again; None for the few small changes of `phytovigil simulate`.
    background : conditions that tie products and reactions together; None for independent ones.
    alike : different patients who are reported alike; None for none.
    marginals : as of `measure_marginals`; read once, never changed.

    >>> Parameters(duplicate_share=2)
    Traceback (most recent call last):
    phytovigil.errors.InvalidRequest: duplicate_share is 2. Give a share from 0 to 1.
    """

    products: int = 12_000
    reactions: int = 8_000
    indications: int = 1_500
    firms: int = 400
    follow_up_share: float = 0.15
    skipped_version_share: float = 0.1
    changed_share: float = 0.05
    duplicate_share: float = 0.03
    spelling_share: float = 0.03
    deleted_share: float = 0.005
    planted: tuple[PlantedLink, ...] = DEFAULT_LINKS
    confounder: Confounder | None = field(default_factory=Confounder)
    changes: Changes | None = None
    background: Background | None = None
    alike: LookAlikes | None = None
    marginals: Marginals = field(default_factory=fitted_marginals, hash=False)

    def __post_init__(self) -> None:
        for name in ("skipped_version_share", "changed_share", "duplicate_share", "spelling_share", "deleted_share"):
            require_share(name, getattr(self, name))
        if not 0 <= self.follow_up_share <= 0.4:
            raise InvalidRequest(f"follow_up_share is {self.follow_up_share:g}.", "Give a share from 0 to 0.4.")
        for name in ("products", "reactions", "indications", "firms"):
            require_number(name, getattr(self, name))
        if len(self.planted) > MOST_LINKS:
            raise InvalidRequest(f"{len(self.planted)} links are planted.", f"Plant at most {MOST_LINKS}.")
        require_marginals(self.marginals)

    def as_dict(self) -> dict[str, Any]:
        """The parameters as plain values; the marginals are left to their file."""
        unused = {"marginals", *(name for name in ("changes", "background", "alike") if getattr(self, name) is None)}
        plain = {name: value for name, value in asdict(self).items() if name not in unused}
        return plain | {"marginals": self.marginals.get("origin", "given by the caller")}

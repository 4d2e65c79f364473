"""Understand every name of a study, and lay out the 2×2 tables that it asks for, before anything is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from phytovigil.cases import REPORTED
from phytovigil.errors import InvalidStudy, UnknownName
from phytovigil.schema.selection import Selection
from phytovigil.schema.study import Sensitivity, Study
from phytovigil.study.claims.checking import check_claims
from phytovigil.study.naming import BROAD, NamedProduct, NamedReaction, name_product, name_reaction, read_terms
from phytovigil.study.selecting import include_product
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """One 2×2 table that the study asks for."""

    part: str
    label: str
    product: NamedProduct
    reaction: NamedReaction
    selection: Selection
    expectation: str = ""


@dataclass(frozen=True)
class Plan:
    """A study with every name understood, before anything is counted."""

    study: Study
    product: NamedProduct
    comparators: tuple[NamedProduct, ...]
    outcomes: tuple[NamedReaction, ...]
    context: tuple[NamedReaction, ...]
    pairs: tuple[PlannedPair, ...]

    @property
    def reactions(self) -> tuple[NamedReaction, ...]:
        """Every reaction that a pair names, each once, outcomes first."""
        named = [*self.outcomes, *self.context, *(pair.reaction for pair in self.pairs)]
        return tuple({reaction.key: reaction for reaction in named}.values())

    @property
    def products(self) -> tuple[NamedProduct, ...]:
        """Every product that a pair names, each once."""
        return tuple({pair.product.key: pair.product for pair in self.pairs}.values())


def plan_study(
    study: Study,
    products: ProductVocabulary,
    reactions: ReactionVocabulary,
    terms: Iterable[str],
    names: Iterable[str],
) -> Plan:
    """Understand every name of a study. Raises InvalidStudy that says where the name stands, with near names."""
    check_claims(study, products)
    known_terms, known_names = read_terms(terms, reactions), tuple(names)

    def product(asked: str, where: str) -> NamedProduct:
        return understood(where, lambda: name_product(asked, products, known_names))

    def reaction(asked: str, where: str) -> NamedReaction:
        return understood(where, lambda: name_reaction(asked, reactions, known_terms))

    main = product(study.product, "study.product")
    comparators = tuple(product(name, "study.comparators") for name in study.comparators)
    outcomes = tuple(reaction(name, "study.outcomes") for name in study.outcomes)
    context = tuple(reaction(name, "study.context") for name in study.context)
    for selection in (study.selection, *(item.selection for item in study.sensitivities)):
        for name in (*selection.with_products, *selection.without_products):
            require_node(name, products, "with_products or without_products")
        for name in selection.among:
            if name.startswith(REPORTED):
                product(name, "among")
            else:
                require_node(name, products, "among")
    study = replace(study, selection=include_product(study.selection, main.key))
    controls = [
        PlannedPair(
            f"{control.kind}-control",
            control.why,
            product(control.product, "control.product"),
            reaction(control.reaction, "control.reaction"),
            study.selection,
            "signal" if control.kind == "positive" else "no signal",
        )
        for control in study.controls
    ]
    pairs = (
        *(PlannedPair("main", "main analysis", main, outcome, study.selection) for outcome in (*outcomes, *context)),
        *plan_variants(study, main, outcomes, reactions),
        *(
            PlannedPair("comparator", "comparator", comparator, outcome, study.selection)
            for outcome in outcomes
            for comparator in comparators
        ),
        *controls,
    )
    included = [replace(pair, selection=include_product(pair.selection, pair.product.key)) for pair in pairs]
    return Plan(study, main, comparators, outcomes, context, tuple(included))


def plan_variants(
    study: Study, product: NamedProduct, outcomes: Sequence[NamedReaction], reactions: ReactionVocabulary
) -> list[PlannedPair]:
    """The outcomes in their broad scope, and under every sensitivity analysis."""
    variants = []
    for outcome in outcomes:
        if outcome.kind == "group" and outcome.scope != BROAD:
            broad = name_reaction(f"group:{outcome.name}/{BROAD}", reactions, ())
            variants.append(PlannedPair("scope", "broad list of terms", product, broad, study.selection))
        variants.extend(
            PlannedPair("sensitivity", item.label, product, outcome, item.selection)
            for item in (*study.sensitivities, *other_readings(study.selection))
        )
    return variants


def other_readings(selection: Selection) -> tuple[Sensitivity, ...]:
    """The two choices that every study is answered with and without: likely names, and suspected duplicates."""
    names = Sensitivity("with likely names", replace(selection, names="likely"))
    if selection.names == "likely":
        names = Sensitivity("certain names only", replace(selection, names="certain"))
    duplicates = Sensitivity("suspected duplicates folded", replace(selection, duplicates="folded"))
    if selection.duplicates == "folded":
        duplicates = Sensitivity("suspected duplicates kept", replace(selection, duplicates="kept"))
    return names, duplicates


def understood(where: str, name: Callable[[], Named]) -> Named:
    """The meaning of a name; an unknown one becomes an error that says where it stands in the study file."""
    try:
        return name()
    except UnknownName as error:
        raise InvalidStudy(f"{where}: {error.message}", error.hint) from error


def require_node(name: str, products: ProductVocabulary, where: str) -> None:
    """Refuse a product of a selection that is not the id of a node."""
    if name not in products.positions:
        understood(where, lambda: products.node(f"{name}?"))

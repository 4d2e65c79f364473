"""Run a study: every pair it names, in every analysis it names, on every source it names → findings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from phytovigil import __version__
from phytovigil.cases import REPORTED
from phytovigil.errors import InvalidStudy, UnknownName
from phytovigil.schema.selection import Selection
from phytovigil.schema.study import Sensitivity, Study
from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.sources import SOURCES
from phytovigil.study.answering import answer, control_summary
from phytovigil.study.counting import Cells
from phytovigil.study.estimating import NO_MEASURE, apply_rule, estimate_pairs, judge_pair, with_deciders
from phytovigil.study.evidence import Evidence
from phytovigil.study.mass_screening import Learned, ScreenPlan, describe_learned, say_learned
from phytovigil.study.methods import limits, methods
from phytovigil.study.naming import BROAD, NamedProduct, NamedReaction, name_product, name_reaction, read_terms
from phytovigil.study.selecting import include_product
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

SCHEMA = "phytovigil/findings/1"

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


def run_plan(
    plan: Plan,
    evidence: Mapping[str, Evidence],
    basis: dict[str, str],
    products: ProductVocabulary,
    reactions: ReactionVocabulary,
) -> dict[str, Any]:
    """Count, estimate, judge and say: the findings of a planned study.

    evidence : per source of the study, in the study's order.
    """
    study = plan.study
    sources = [run_source(plan, item) for item in evidence.values()]
    missing = [describe_missing(name) for name in study.sources if name not in evidence]
    controls = control_summary(sources)
    return {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        "study": {key: getattr(study, key) for key in ("name", "title", "question", "file", "sha256", "text")},
        "pair_decisions": describe_decisions(study),
        "basis": basis,
        "vocabulary": {
            "products": products.version,
            "products_sha256": products.sha256,
            "reactions": reactions.version,
            "reactions_sha256": reactions.sha256,
        },
        "answer": answer(plan.product.name, sources, plan.outcomes, controls, missing),
        "product": describe_product(plan.product),
        "comparators": [describe_product(product) for product in plan.comparators],
        "reactions": [describe_reaction(reaction) for reaction in plan.reactions],
        "rule": {
            "name": study.rule,
            "text": RULES[study.rule].title,
            "source": RULES[study.rule].source,
        },
        "measures": [describe_measure(name) for name in with_deciders(study.measures)],
        "sources": sources,
        "missing_sources": missing,
        "controls": controls,
        "limits": limits(sources),
        "methods": [
            *methods(plan.study, products.version, reactions.version),
            *describe_learning(plan, evidence),
        ],
    }


def describe_decisions(study: Study) -> dict[str, str] | None:
    """The file of decisions on suspected duplicates that the study names; None if it names none."""
    if not study.pair_decisions:
        return None
    file = Path(study.pair_decisions)
    try:
        return {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    except OSError as error:
        raise InvalidStudy(f"study.pair_decisions: {file.name} cannot be read: {error.strerror}.") from error


def describe_missing(name: str) -> dict[str, str]:
    """A source that the study names and that is not at hand."""
    return {"source": name, "label": SOURCES[name].label, "why": "The store holds no release of it."}


def run_source(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Everything that the findings say of one source."""
    facts = evidence.describe(plan.study, plan.product, plan.reactions)
    pairs = run_pairs(plan, evidence, facts)
    cases, note = evidence.case_list(plan.study, plan.product, plan.reactions)
    return {
        **facts,
        "pairs": pairs,
        "profiles": evidence.profiles(plan.study, plan.product, plan.outcomes),
        "case_list": cases,
        "case_list_note": note,
    }


def run_pairs(plan: Plan, evidence: Evidence, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Every pair of the plan on one source; without a complement, only what can be counted."""
    if not facts["complete"]:
        counted = [pair for pair in plan.pairs if pair.part in ("main", "scope") or is_reading(plan.study, pair)]
        return [case_series_pair(pair, evidence, facts) for pair in counted]
    cells = [evidence.counter.count_pair(pair.product, pair.reaction, pair.selection) for pair in plan.pairs]
    found = estimate_planned(plan, evidence, cells)
    return [
        measured_pair(pair, facts["source"], plan.study, *numbers)
        for pair, numbers in zip(plan.pairs, zip(cells, *found, strict=True), strict=True)
    ]


def is_reading(study: Study, pair: PlannedPair) -> bool:
    """Whether an analysis differs from the main one in nothing but names or duplicates; those concern any listing."""
    main = study.selection
    same = replace(pair.selection, names=main.names, duplicates=main.duplicates) == main
    return pair.part == "sensitivity" and same


def estimate_planned(plan: Plan, evidence: Evidence, cells: Sequence[Cells]) -> tuple[list[dict[str, Any]], list[bool]]:
    """Estimates and signals of the plan's pairs; those of one population are made together."""
    study = plan.study
    taught = learn_populations(plan, evidence)
    populations = [(pair.product.reported, pair.selection) for pair in plan.pairs]
    estimates: list[dict[str, Any]] = [{} for _ in cells]
    signals = [False for _ in cells]
    for population in dict.fromkeys(populations) if taught else [None]:
        places = [place for place, other in enumerate(populations) if population in (None, other)]
        some = [cells[place] for place in places]
        learned = taught[population].values if population else None
        made = estimate_pairs(some, study.measures, learned=learned)
        passed = apply_rule(some, study.rule, study.min_cases, learned=learned)
        for place, estimate, signal in zip(places, made, passed, strict=True):
            estimates[place], signals[place] = estimate, signal
    return estimates, signals


def learn_populations(plan: Plan, evidence: Evidence) -> dict[tuple[bool, Selection], Learned]:
    """What measures that learn have learned of each population of the plan; empty if the study asks for none."""
    names = (*plan.study.measures, *RULES[plan.study.rule].measures)
    if not any(MEASURES[name].learn for name in names):
        return {}
    return {
        (pair.product.reported, pair.selection): evidence.learned(names, pair.product, pair.selection)
        for pair in plan.pairs
    }


def describe_learning(plan: Plan, evidence: Mapping[str, Evidence]) -> list[str]:
    """What was learned for the main analysis on each source, or why it could not be."""
    said = []
    needs = ScreenPlan(measures=plan.study.measures, rule=plan.study.rule)
    for name, item in evidence.items():
        if SOURCES[name].complete and (taught := learn_populations(plan, item)):
            learned = taught[plan.product.reported, include_product(plan.study.selection, plan.product.key)]
            values, notes = describe_learned(needs, learned)
            said += [f"{SOURCES[name].label}: {sentence}" for sentence in (*say_learned(values), *notes)]
    return said


def measured_pair(
    pair: PlannedPair, source: str, study: Study, cells: Cells, estimate: dict[str, Any], signal: bool
) -> dict[str, Any]:
    """A pair with its 2×2 table, estimates and verdict."""
    verdict, why = judge_pair(cells, estimate, signal, study.rule, study.min_cases)
    a, b, c, d = cells
    expected = {"signal": signal, "no signal": not signal}
    return {
        **describe_pair(pair, source),
        "a": a,
        "b": b,
        "c": c,
        "d": d,
        "n": a + b + c + d,
        **estimate,
        "signal": signal if verdict != NO_MEASURE else None,
        "verdict": verdict,
        "why": why,
        "as_expected": expected.get(pair.expectation),
    }


def case_series_pair(pair: PlannedPair, evidence: Evidence, facts: dict[str, Any]) -> dict[str, Any]:
    """A pair of a source that was selected by product: cases with the product, and no more."""
    a, b, _, _ = evidence.counter.count_pair(pair.product, pair.reaction, pair.selection)
    nothing = dict.fromkeys(("c", "d", "n", "expected", "chi2_yates", "signal", "as_expected"))
    return {
        **describe_pair(pair, facts["source"]),
        **nothing,
        "a": a,
        "b": b,
        "estimates": {},
        "verdict": NO_MEASURE,
        "why": "This source was selected by product: no cases without it, so there is nothing to compare with.",
    }


def describe_pair(pair: PlannedPair, source: str) -> dict[str, Any]:
    """What a pair is, before its numbers."""
    words = (source, pair.product.key, pair.reaction.key, pair.part, pair.label)
    slug = "-".join("".join(sign if sign.isalnum() else "-" for sign in word.lower()).strip("-") for word in words)
    return {
        "id": "-".join(part for part in slug.split("-") if part),
        "part": pair.part,
        "label": pair.label,
        "outcome": pair.reaction.name,
        "product": pair.product.key,
        "product_name": pair.product.name,
        "reaction": pair.reaction.key,
        "reaction_title": pair.reaction.title,
        "selection": describe_selection(pair.selection),
        "expectation": pair.expectation,
    }


def describe_selection(selection: Selection) -> dict[str, Any]:
    """A selection as JSON, with its words."""
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(selection).items()}
    return {**plain, "text": selection.describe()}


def describe_product(product: NamedProduct) -> dict[str, Any]:
    """A product as JSON."""
    nodes = [{"id": node, "name": name} for node, name in product.nodes]
    return {"id": product.key, "name": product.name, "kind": product.kind, "note": product.note, "nodes": nodes}


def describe_reaction(reaction: NamedReaction) -> dict[str, Any]:
    """A reaction as JSON."""
    return {
        "key": reaction.key,
        "name": reaction.name,
        "title": reaction.title,
        "kind": reaction.kind,
        "scope": reaction.scope,
        "terms": list(reaction.terms),
        "note": reaction.note,
        "excluded": [{"term": term, "why": why} for term, why in reaction.excluded],
    }


def describe_measure(name: str) -> dict[str, Any]:
    """A measure as JSON."""
    measure = MEASURES[name]
    described = {key: getattr(measure, key) for key in ("name", "title", "scale", "null", "source", "note")}
    return {**described, "null": float(measure.null)}

"""What remains of a disproportion when all products named beside it are taken into account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.cases import STRATA
from phytovigil.cases.design import (
    FIRST_REPORTED,
    DesignAsked,
    design_cells_sql,
    design_levels_sql,
    design_products_sql,
    design_row_sql,
    design_rows_sql,
    design_tables_sql,
)
from phytovigil.errors import InvalidRequest, UnknownName
from phytovigil.signals.confounding.regression import Adjusted, Kept, Plan, Regression, Resampled, regress
from phytovigil.signals.confounding.regression_design import (
    Coding,
    Design,
    assemble,
    code_levels,
    identical_products,
)
from phytovigil.signals.confounding.regression_selection import Validated
from phytovigil.signals.confounding.regression_solver import load_library
from phytovigil.study.estimating import estimate_pairs, finite, show
from phytovigil.study.examining.asked import Asked

METHOD = (
    "Logistic regression of the reaction on the product, the covariates and the products that a {kind} of the reaction "
    "(penalty of least cross-validated deviance) or one of the product (largest penalty within one standard error) "
    "keeps. In the former the product and the covariates are not penalised. The last regression has Firth's correction "
    "and no other penalty; its interval is of the penalised profile likelihood."
)
METHOD_RIDGE = (
    "Logistic regression of the reaction on the product, the covariates and all other products, the latter shrunken by "
    "a ridge of least cross-validated deviance. Product and covariates are not penalised; the interval is Wald's."
)
CONDITION = (
    "The interval takes the list of products adjusted for as given. It does not add the uncertainty of having chosen "
    "it; that of resamples (--resamples) does."
)
CONDITION_RIDGE = (
    "The interval takes the size of the penalty as given. A cause that is shrunken leaves part of its confounding with "
    "the product: read it beside the lasso, not instead of it."
)
SOURCES = (
    "Belloni, Chernozhukov, Wei 2016, doi:10.1080/07350015.2016.1166116",
    "Caster, Norén, Madigan, Bate 2010, doi:10.1002/sam.10078",
    "Firth 1993, doi:10.1093/biomet/80.1.27",
    "Heinze, Schemper 2002, doi:10.1002/sim.1047",
)


@dataclass(frozen=True)
class Columns:
    """What the columns after the dummies stand for, in order: id, name, kind and counts of each product."""

    rows: list[dict[str, Any]]

    def name(self, place: int) -> str:
        """Name of the product at a place; −1 is the product under study."""
        return str(self.rows[place]["name"])


def examine_regression(
    asked: Asked, plan: Plan, covariates: Sequence[str], fewest: int, *, reported: bool
) -> dict[str, Any]:
    """The odds ratio of the product, crude and adjusted, with the products that it was adjusted for.

    covariates : keys of STRATA. fewest : cases that another product needs to be a column.
    reported : products that the vocabulary does not know are columns too, under their reported names.
    Raises UnknownName for a covariate that there is not, MissingLibrary without the library that solves it.
    """
    wanted = DesignAsked(
        asked.counted_product,
        asked.counted_reaction,
        asked.selection,
        asked.nodes,
        family_of(asked),
        above_nodes(asked),
        reported,
        check_covariates(covariates, fewest),
        fewest,
    )
    cells = asked.counter.count_pair(asked.product, asked.reaction, asked.selection)
    columns, codings, design = make_design(asked, wanted)
    same = identical_products(design)
    reduced, places = drop_columns(design, same)
    found = regress(reduced, plan)
    return {
        **dict(zip("abcd", cells, strict=True)),
        "n": sum(cells),
        "columns": describe_columns(wanted, columns, same, design),
        "covariates": [describe_coding(name, coding) for name, coding in codings.items()],
        "penalty": describe_penalty(found, plan),
        "estimates": describe_estimates(found, cells, plan),
        "bootstrap": describe_bootstrap(found.resampled, plan),
        "products": [describe_kept(item, columns.rows[places[item.place]], cells) for item in found.kept],
        "notes": list_notes(found, columns, same, codings),
        "method": METHOD_RIDGE if plan.penalty == "ridge" else METHOD.format(kind=plan.penalty),
        "condition": CONDITION_RIDGE if plan.penalty == "ridge" else CONDITION,
        "sources": list(SOURCES),
    }


def plan_regression(**choices: Any) -> Plan:
    """How the regression is done; raises MissingLibrary at once where what solves it is not installed."""
    load_library()
    return Plan(**choices)


def check_covariates(names: Sequence[str], fewest: int) -> list[str]:
    """The covariates, each once; raises UnknownName for one that there is not."""
    for name in names:
        if name not in STRATA:
            raise UnknownName("covariate", name, "what cases can be divided by", hint=f"Known: {', '.join(STRATA)}.")
    if fewest < 1:
        raise InvalidRequest(f"A product needs {fewest} cases to be taken into account.", "Ask for at least 1.")
    return list(dict.fromkeys(names))


def family_of(asked: Asked) -> list[int]:
    """Nodes that are the product or part of it; none for a name as reported."""
    return sorted(asked.nodes[member] for member, _ in asked.product.nodes)


def above_nodes(asked: Asked) -> list[tuple[int, int]]:
    """(node, node above it) for every node of the vocabulary."""
    ancestors = asked.counter.opened.products.ancestors
    return [(node, over) for node in asked.nodes.values() for over in ancestors(node) if over != node]


def make_design(asked: Asked, wanted: DesignAsked) -> tuple[Columns, dict[str, Coding], Design]:
    """The design with the meaning of its columns, counted from the reports."""
    engine = asked.counter.opened.session.engine
    for table, sql in design_tables_sql(wanted).items():
        engine.make_table(table, sql)
    columns = name_columns(asked, engine.query(design_products_sql()))
    codings = code_covariates(asked, wanted.covariates)
    engine.make_table("design_row", design_row_sql({name: coding.codes for name, coding in codings.items()}))
    dummies = [(name, len(coding.names)) for name, coding in codings.items()]
    rows = list(engine.blocks(design_rows_sql(list(codings)), BLOCK))
    cells = engine.blocks(design_cells_sql(), BLOCK)
    return columns, codings, assemble(rows, cells, dummies, len(columns.rows))


BLOCK = 2**20
"""Rows of numbers that are handed over at once."""


def name_columns(asked: Asked, found: Mapping[str, Sequence[object]]) -> Columns:
    """Which product each column is."""
    nodes = asked.counter.opened.products.nodes
    rows = []
    for place, product in enumerate(int(str(number)) for number in found["product"]):
        known = nodes[product] if product < FIRST_REPORTED else None
        reported = str(found["name"][place])
        counts = {key: int(str(found[key][place])) for key in ("cases", "with_reaction", "with_product", "with_both")}
        identity = known.id if known else f"reported:{reported}"
        rows.append({"id": identity, "name": known.name if known else reported, **counts})
    return Columns(rows)


def code_covariates(asked: Asked, covariates: Sequence[str]) -> dict[str, Coding]:
    """How the levels of each covariate become dummies."""
    if not covariates:
        return {}
    found = asked.query(design_levels_sql(covariates))
    rows = list(zip(found["covariate"], found["level"], found["reacted"], found["others"], strict=True))
    return {
        name: code_levels([(str(level), int(str(y)), int(str(n))) for of, level, y, n in rows if of == name])
        for name in covariates
    }


def drop_columns(design: Design, same: Mapping[int, int]) -> tuple[Design, list[int]]:
    """The design without columns that repeat an earlier one, and the places of those that stay."""
    kept = [place for place in range(design.products) if place not in same]
    return (design.drop(list(same)) if same else design), kept


def describe_columns(wanted: DesignAsked, columns: Columns, same: Mapping[int, int], design: Design) -> dict[str, Any]:
    """Which products could be adjusted for."""
    groups: dict[int, list[str]] = {}
    for place, first in same.items():
        groups.setdefault(first, []).append(columns.name(place))
    return {
        "reported": wanted.reported,
        "role": "any",
        "fewest_cases": wanted.fewest,
        "products": design.products - len(same),
        "rows": len(design.cases),
        "identical": [
            {"kept": "" if first < 0 else columns.name(first), "dropped": sorted(names)}
            for first, names in sorted(groups.items())
        ],
    }


def describe_coding(name: str, coding: Coding) -> dict[str, Any]:
    """Levels of a covariate."""
    return {
        "name": name,
        "reference": coding.reference,
        "levels": list(coding.names),
        "pooled": list(coding.pooled),
    }


def describe_penalty(found: Regression, plan: Plan) -> dict[str, Any]:
    """How strong the penalty is and how it was chosen."""
    return {
        "kind": plan.penalty,
        "folds": plan.folds,
        "seed": plan.seed,
        "of_reaction": describe_validated(found.of_reaction, found.numbers),
        "of_product": describe_validated(found.of_product, None),
    }


def describe_validated(found: Validated | None, numbers: tuple[int, int] | None) -> dict[str, Any] | None:
    """The two choices of a cross-validation; null where nothing was fitted."""
    if found is None:
        return None
    choices = {"minimum": found.minimum, "one_error": found.one_error}
    kept = dict(zip(choices, numbers or (None, None), strict=True))
    return {
        name: {
            "penalty": finite(found.penalties[place]),
            "deviance": finite(found.deviance[place]),
            "error": finite(found.error[place]),
            "products": kept[name],
        }
        for name, place in choices.items()
    } | {"looked_at": len(found.penalties), "at_end": found.minimum == len(found.penalties) - 1}


def describe_estimates(found: Regression, cells: tuple[int, int, int, int], plan: Plan) -> dict[str, Any]:
    """The odds ratios, from crude to adjusted; null where withheld, with the reason."""
    crude = estimate_pairs([cells], ["ror", "ror-midp"])[0]["estimates"]
    return {
        "level": plan.level,
        "ror": crude["ror"],
        "ror-midp": crude["ror-midp"],
        "crude": describe_adjusted(found.crude),
        "covariates": describe_adjusted(found.stratified),
        "adjusted": describe_adjusted(found.adjusted),
        "one_error": describe_adjusted(found.cautious),
        "in_penalised": finite(found.shrunken),
    }


def describe_adjusted(found: Adjusted) -> dict[str, Any]:
    """An odds ratio with its interval, or why there is none."""
    return {**describe_interval(found.ratio), "why": found.why}


def describe_interval(ratio: tuple[float, float, float]) -> dict[str, float | None]:
    """A point with its limits."""
    return {name: finite(value) for name, value in zip(("point", "low", "high"), ratio, strict=True)}


def describe_bootstrap(found: Resampled | None, plan: Plan) -> dict[str, Any] | None:
    """The percentile interval; null where none was asked for or nothing could be adjusted."""
    if found is None:
        return None
    limits = {"low": finite(found.low), "high": finite(found.high)}
    return {"resamples": found.resamples, "used": found.used, "seed": plan.seed, **limits}


def describe_kept(item: Kept, row: Mapping[str, Any], cells: tuple[int, int, int, int]) -> dict[str, Any]:
    """A product that was adjusted for, with its counts and its own odds ratios."""
    a, cases, reacted, total = row["with_reaction"], row["cases"], cells[0] + cells[2], sum(cells)
    table = (a, cases - a, reacted - a, total - cases - reacted + a)
    return {
        **row,
        "for_reaction": item.for_reaction,
        "for_product": item.for_product,
        "crude": estimate_pairs([table], ["ror-midp"])[0]["estimates"]["ror-midp"],
        "adjusted": describe_interval(item.ratio),
        "without": finite(item.without),
        "share": finite(item.share),
    }


def list_notes(
    found: Regression, columns: Columns, same: Mapping[int, int], codings: Mapping[str, Coding]
) -> list[str]:
    """What must be read beside the estimates."""
    notes = list(found.notes)
    notes += [
        f"{columns.name(place)} is named in exactly the cases that name the product; nothing here tells them apart."
        for place, first in same.items()
        if first < 0
    ]
    if found.of_reaction and found.of_reaction.minimum == len(found.of_reaction.penalties) - 1:
        least = show(float(found.of_reaction.penalties[-1]))
        notes.append(
            f"The deviance is least at the smallest penalty looked at ({least}); a smaller one might do better."
        )
    notes += [f"{name} has no level with enough cases beside its reference; it adjusts for nothing."
              for name, coding in codings.items() if not coding.names]  # fmt: skip
    return notes

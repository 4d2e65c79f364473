"""A selection as a condition on cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from phytovigil.schema.selection import Selection


def population_sql(selection: Selection, nodes: Mapping[str, int]) -> str:
    """SQL of the cases (case_index and strata) that a selection lets in.

    nodes : number of each product node id that the selection names. Columns: case_index and those of STRATA.
    """
    conditions = [
        *list_condition("sex", selection.sex),
        *list_condition("age_band", selection.age),
        *list_condition("reporter", selection.reporter),
        *list_condition("country", selection.country),
        *years_condition(selection.years),
        *seriousness_condition(selection.serious),
        *category_condition(selection.category),
        *node_conditions("IN", selection, (nodes[name] for name in selection.with_products)),
        *node_conditions("NOT IN", selection, (nodes[name] for name in selection.without_products)),
        *among_condition(selection, nodes),
        *indication_condition(selection.indication),
        *literature_condition(selection.literature),
        *without_reporter_condition(selection.without_reporter),
        *duplicate_condition(selection.duplicates),
    ]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT case_index, {', '.join(STRATA.values())} FROM cases{where}"


STRATA: Mapping[str, str] = {
    "sex": "sex",
    "age": "age_band",
    "year": "year",
    "country": "country",
    "reporter": "reporter",
    "serious": "serious",
}
"""What cases can be divided by: the name that a person uses, and the column of a case. A missing value is a stratum."""

REPORTED = "reported:"
"""Begins the name of a product that is meant as it was reported, not as a node of the vocabulary."""


def stratum_columns(strata: Iterable[str]) -> str:
    """The columns of some strata, each once, to select and to group by.

    >>> stratum_columns(["sex", "age"])
    'sex, age_band'
    """
    return ", ".join(dict.fromkeys(STRATA[name] for name in strata))


def same_columns(left: str, right: str, strata: Sequence[str]) -> str:
    """The condition that two tables agree on the columns of some strata; missing values agree with each other.

    >>> same_columns("one", "other", ["sex", "year"])
    'one.sex IS NOT DISTINCT FROM other.sex AND one.year IS NOT DISTINCT FROM other.year'
    """
    columns = stratum_columns(strata).split(", ")
    return " AND ".join(f"{left}.{column} IS NOT DISTINCT FROM {right}.{column}" for column in columns)


def among_condition(selection: Selection, nodes: Mapping[str, int]) -> list[str]:
    """The case names one of some products in the role that is asked for."""
    if not selection.among:
        return []
    reported = [name.removeprefix(REPORTED) for name in selection.among if name.startswith(REPORTED)]
    numbers = number_list(nodes[name] for name in selection.among if not name.startswith(REPORTED))
    role = role_condition(selection.role)
    return [
        f"""case_index IN (
            SELECT case_index FROM {node_view(selection)} WHERE node IN ({numbers}) AND {role} UNION ALL
            SELECT case_index FROM case_name JOIN word ON word = name
            WHERE text IN ({text_list(reported) or "NULL"}) AND {role})"""
    ]


def indication_condition(indications: tuple[str, ...]) -> list[str]:
    """Any product of the case was used for one of the reasons, written in any case."""
    if not indications:
        return []
    named = text_list(text.upper() for text in indications)
    return [
        f"""report IN (
            SELECT report FROM report_indication JOIN word ON word = indication WHERE upper(text) IN ({named}))"""
    ]


WEAKEST_ROLE = {"primary": 0, "suspect": 2, "any": 3}
"""The last role that a choice of roles lets in; the numbers are positions in schema.reports.ROLES."""


def role_condition(role: str) -> str:
    """The roles in which a product counts."""
    return f"role <= {WEAKEST_ROLE[role]}"


def list_condition(column: str, values: tuple[str, ...]) -> list[str]:
    """A column has one of the values."""
    return [f"{column} IN ({text_list(values)})"] if values else []


def years_condition(years: tuple[int, int] | None) -> list[str]:
    """The year received is within bounds."""
    return [f"year BETWEEN {int(years[0])} AND {int(years[1])}"] if years else []


def seriousness_condition(serious: bool | None) -> list[str]:
    """The case is, or is not, serious."""
    return [] if serious is None else ["serious" if serious else "NOT serious"]


def literature_condition(literature: bool | None) -> list[str]:
    """The report of the case refers, or does not refer, to the literature."""
    if literature is None:
        return []
    return [f"report {'IN' if literature else 'NOT IN'} (SELECT report FROM report WHERE literature IS NOT NULL)"]


def without_reporter_condition(kinds: tuple[str, ...]) -> list[str]:
    """The case is not known to come from one of some kinds of reporter."""
    return [f"coalesce(reporter NOT IN ({text_list(kinds)}), true)"] if kinds else []


def category_condition(categories: tuple[str, ...]) -> list[str]:
    """Any product of the case is of one of the classes; a class may be given by its code alone."""
    if not categories:
        return []
    named = " OR ".join(
        f"category = {quote(name)} OR starts_with(category, {quote(name + ' ')})" for name in categories
    )
    return [f"case_index IN (SELECT case_index FROM case_category WHERE {named})"]


def node_conditions(test: str, selection: Selection, nodes: Iterable[int]) -> list[str]:
    """The case names, or does not name, each of the product nodes."""
    view = node_view(selection)
    return [f"case_index {test} (SELECT case_index FROM {view} WHERE node = {int(node)})" for node in nodes]


def node_view(selection: Selection) -> str:
    """The view of product nodes by case that a selection counts by: certain names only, or likely ones too."""
    return {"certain": "case_node", "likely": "case_node_likely"}[selection.names]


def word_view(selection: Selection) -> str:
    """The view of the reported words of each product node that a selection counts by."""
    return {"certain": "word_node", "likely": "word_node_likely"}[selection.names]


def product_view(selection: Selection, *, reported: bool) -> tuple[str, str]:
    """The view of products by case and its column: names as reported, or nodes of the vocabulary."""
    return ("case_name", "name") if reported else (node_view(selection), "node")


def duplicate_condition(duplicates: str) -> list[str]:
    """The case is not left out in favour of another that is suspected to be the same."""
    return ["case_index NOT IN (SELECT case_index FROM folded_case)"] if duplicates == "folded" else []


def text_list(values: Iterable[str]) -> str:
    """String literals for an IN list."""
    return ", ".join(quote(value) for value in values)


def number_list(values: Iterable[int]) -> str:
    """Number literals for an IN list; an empty one matches nothing."""
    return ", ".join(str(int(value)) for value in values) or "-1"


def quote(text: str) -> str:
    """A string as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"

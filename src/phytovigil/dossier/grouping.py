"""Which pairs stand together, under which heading, in the forest plots and tables of a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from phytovigil.dossier.forest_layout import Group, Pair
from phytovigil.dossier.wording import PARTS

MAIN_LABEL = "main analysis"


def group_forests(pairs: Sequence[Pair]) -> dict[str, list[Group]]:
    """Groups of rows by figure: "main", "sensitivity", "comparators" and "controls", as far as there are such pairs.

    Sensitivity analyses and comparators stand under their reaction, led by the main analysis they are compared with;
    so no two reactions share a group and can be read as one.
    """
    plots = {
        "main": [group for part in ("main", "scope") for group in group_part(pairs, part, name_reaction)],
        "sensitivity": group_by_reaction(pairs, "sensitivity", name_label),
        "comparators": group_by_reaction(pairs, "comparator", name_product),
        "controls": [
            group for part in ("positive-control", "negative-control") for group in group_part(pairs, part, name_both)
        ],
    }
    return {name: groups for name, groups in plots.items() if groups}


def group_tables(pairs: Sequence[Pair]) -> dict[str, list[Group]]:
    """The same groups, with every pair in one table only."""
    tables = group_forests(pairs)
    for name in ("sensitivity", "comparators"):
        tables |= {name: [leave_main(group) for group in tables[name]]} if name in tables else {}
    return tables


def leave_main(group: Group) -> Group:
    """The group without the main analysis that leads it."""
    return Group(group.heading, tuple(row for row in group.pairs if row[1]["part"] not in ("main", "scope")))


def group_part(pairs: Sequence[Pair], part: str, name: Callable[[Pair], str]) -> list[Group]:
    """All pairs of one part under its own heading; nothing if there are none."""
    chosen = tuple((name(pair), pair) for pair in pairs if pair["part"] == part)
    return [Group(PARTS[part], chosen)] if chosen else []


def group_by_reaction(pairs: Sequence[Pair], part: str, name: Callable[[Pair], str]) -> list[Group]:
    """Pairs of one part under each reaction, led by the main analysis they are to be compared with."""
    titles = dict.fromkeys(str(pair["reaction_title"]) for pair in pairs if pair["part"] == part)
    return [
        Group(
            title,
            tuple(
                (name(pair), pair)
                for wanted in ("main", "scope", part)
                for pair in pairs
                if pair["part"] == wanted and pair["reaction_title"] == title
            ),
        )
        for title in titles
    ]


def name_reaction(pair: Pair) -> str:
    """The reaction of the pair."""
    return str(pair["reaction_title"])


def name_label(pair: Pair) -> str:
    """What a sensitivity analysis changes."""
    return MAIN_LABEL if pair["part"] in ("main", "scope") else str(pair["label"])


def name_product(pair: Pair) -> str:
    """The product of the pair."""
    return str(pair["product_name"])


def name_both(pair: Mapping[str, object]) -> str:
    """Product and reaction, for controls."""
    return f"{pair['product_name']} and {pair['reaction_title']}"

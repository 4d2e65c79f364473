"""Refuse a selection that a source cannot answer: a field it never records, or a value it never holds."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from phytovigil.cases import REPORTED, VALUES, any_literature_sql, reported_names_sql
from phytovigil.errors import NoAnswer, UnknownName
from phytovigil.schema.reports import Source
from phytovigil.schema.selection import Selection
from phytovigil.study.naming import find_near
from phytovigil.study.sourcing import OpenSource
from phytovigil.vocabulary import ProductVocabulary

MARKING_PRIMARY = frozenset(("faers-ascii",))
"""Formats that tell the primary suspect from other suspects."""


def check_selection(opened: OpenSource, selection: Selection) -> None:
    """Raise NoAnswer for a field that the source does not record, UnknownName for a value that it does not hold.

    Without this a slip of the pen, or a field that is not there, would come back as an empty population.
    """
    check_role(opened.source, selection.role, read_by(opened))
    if selection.duplicates == "folded":
        opened.fold_duplicates()
    check_products(opened, selection)
    check_literature(opened, selection.literature)
    for field, sql in VALUES.items():
        asked = (*getattr(selection, field), *(selection.without_reporter if field == "reporter" else ()))
        if asked:
            held = [str(value) for value in opened.session.engine.query(sql)["value"]]
            check_values(opened, field, asked, held)


def check_literature(opened: OpenSource, literature: bool | None) -> None:
    """Raise NoAnswer where no case refers to the literature: the answer would be none of the cases, or all of them."""
    if literature is not None and not opened.session.engine.query_one(any_literature_sql())["held"]:
        raise NoAnswer(f"{opened.source.label} does not record literature references.", "Select without them.")


def understand_selection(selection: Selection, products: ProductVocabulary) -> Selection:
    """A selection with its products by id; names as reported stay as they are. Raises UnknownName."""

    def ids(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name if name.startswith(REPORTED) else products.node(name).id for name in names)

    return replace(
        selection,
        with_products=ids(selection.with_products),
        without_products=ids(selection.without_products),
        among=ids(selection.among),
    )


def check_products(opened: OpenSource, selection: Selection) -> None:
    """Raise UnknownName for a product that is no node of the vocabulary; of `among`, also for a name never reported."""
    plain = (*selection.with_products, *selection.without_products)
    for name in (*plain, *(name for name in selection.among if not name.startswith(REPORTED))):
        if name not in opened.nodes:
            raise UnknownName("product", name, f"vocabulary {opened.products.version}", near_nodes(opened, name))
    reported = {name.removeprefix(REPORTED) for name in selection.among if name.startswith(REPORTED)}
    if reported:
        held = [str(text) for text in opened.session.engine.query(reported_names_sql())["text"]]
        for name in sorted(reported.difference(held)):
            near = [f"{REPORTED}{text}" for text in find_near(name, held, 3)]
            raise UnknownName("product", name, f"the names that {opened.source.label} reports", near)


def near_nodes(opened: OpenSource, name: str) -> list[str]:
    """Ids of the nodes that a name may mean: the one that it is a name of, else those that resemble it."""
    try:
        return [opened.products.node(name).id]
    except UnknownName as error:
        return [*error.near] or find_near(name, opened.nodes, 3)


def include_product(selection: Selection, key: str) -> Selection:
    """A selection among some products always includes the product that is asked about; otherwise it stays as it is."""
    if not selection.among or key in selection.among:
        return selection
    return replace(selection, among=(key, *selection.among))


def read_by(opened: OpenSource) -> set[str]:
    """Names of the formats that the releases were read from."""
    return {entry.reader for release in opened.session.releases for entry in release.files}


def check_role(source: Source, role: str, formats: Set[str] = frozenset()) -> None:
    """Raise NoAnswer for the primary suspect where nothing marks one: the count would be a silent zero."""
    if role != "primary":
        return
    if not source.marks_primary:
        raise NoAnswer(f"{source.label} does not mark the primary suspect of a case.", "Ask for the role suspect.")
    if formats and formats.isdisjoint(MARKING_PRIMARY):
        raise NoAnswer(
            f"{source.label} as {' and '.join(sorted(formats))} does not mark the primary suspect of a case.",
            "Ask for the role suspect, or take in the ASCII quarters.",
        )


def check_values(opened: OpenSource, field: str, asked: tuple[str, ...], held: list[str]) -> None:
    """Every value asked for is held; a product class may be asked for by its code alone."""
    if not held:
        raise NoAnswer(f"{opened.source.label} does not record the {field} of a case.", "Select without it.")
    codes = {value.partition(" ")[0] for value in held} if field == "category" else set()
    known = codes.union(held)
    for value in asked:
        if (value.upper() if field == "indication" else value) not in known:
            near = find_near(value, held, 3) or held[:4]
            raise UnknownName(field, value, f"the values that {opened.source.label} records", near)

"""Tables of the page as nodes: columns with widths, a head that repeats, rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from phytovigil.dossier.pdf.elements import Element
from phytovigil.dossier.pdf.widths import Text, choose_widths

JsonDict = dict[str, Any]
ReadCell = Callable[[Element, int], list[Any]]
"""From a cell and the letters after which its words are broken to the nodes of the cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in its place. row, column : from 0. rows, columns : how many it spans."""

    element: Element
    row: int
    column: int
    columns: int
    rows: int
    in_head: bool
    row_class: frozenset[str]


def read_table(table: Element, read_cell: ReadCell) -> JsonDict:
    """A table as a node; one that is drawn as bars has no head. Its caption is read apart, by `find_caption`."""
    bars = any("bar" in cell.classes for cell in table.elements("td"))
    cells = place_cells(table)
    if bars:
        heads = len({cell.row for cell in cells if cell.in_head})
        cells = [replace(cell, row=cell.row - heads) for cell in cells if not cell.in_head]
    columns = max((cell.column + cell.columns for cell in cells), default=1)
    texts = [text for cell in cells if cell.columns == 1 for text in list_texts(cell)]
    widths, size, longest = choose_widths(texts, columns)
    head = [cell for cell in cells if cell.in_head]
    return {
        "kind": "table",
        "bars": bars,
        "widths": widths,
        "size": size,
        "head": [make_cell(cell, read_cell, longest) for cell in head],
        "body": [make_cell(cell, read_cell, longest) for cell in fill_gaps(cells, columns) if not cell.in_head],
    }


def find_caption(table: Element) -> Element | None:
    """The table's caption."""
    return next(table.elements("caption"), None)


def place_cells(table: Element) -> list[Cell]:
    """All cells of a table with their rows and columns, as HTML places them.

    >>> from phytovigil.dossier.pdf.elements import read_html
    >>> html = "<table><tr><td rowspan='2'>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
    >>> [(cell.row, cell.column) for cell in place_cells(read_html(html))]
    [(0, 0), (0, 1), (1, 1)]
    """
    taken: set[tuple[int, int]] = set()
    placed = []
    for number, (row, in_head) in enumerate(list_rows(table)):
        for cell in place_row(row, number, in_head, taken):
            taken |= {(cell.row + i, cell.column + j) for i in range(cell.rows) for j in range(cell.columns)}
            placed.append(cell)
    return placed


def list_rows(table: Element, in_head: bool = False) -> Iterator[tuple[Element, bool]]:
    """Rows with whether they belong to the head; tables within cells are not entered."""
    for child in table.children:
        if isinstance(child, Element) and child.tag == "tr":
            yield child, in_head
        elif isinstance(child, Element) and child.tag not in ("td", "th", "caption"):
            yield from list_rows(child, in_head or child.tag == "thead")


def place_row(row: Element, number: int, in_head: bool, taken: set[tuple[int, int]]) -> Iterator[Cell]:
    """Cells of one row, each in the next column that is free."""
    column = 0
    for child in row.children:
        if not isinstance(child, Element):
            continue
        while (number, column) in taken:
            column += 1
        columns, rows = (int(child.attributes.get(name) or 1) for name in ("colspan", "rowspan"))
        yield Cell(with_row_id(child, row, column), number, column, columns, rows, in_head, row.classes)
        column += columns


def with_row_id(cell: Element, row: Element, column: int) -> Element:
    """The first cell of a row carries the row's anchor."""
    if column or "id" not in row.attributes:
        return cell
    anchor = Element("span", {"id": row.attributes["id"]})
    return replace(cell, children=[anchor, *cell.children])


def fill_gaps(cells: list[Cell], columns: int) -> list[Cell]:
    """The cells in order of rows, with empty ones where a row is shorter than the table."""
    taken = {(c.row + i, c.column + j) for c in cells for i in range(c.rows) for j in range(c.columns)}
    heads = {cell.row for cell in cells if cell.in_head}
    rows = sorted({cell.row for cell in cells})
    gaps = [(row, column) for row in rows for column in range(columns) if (row, column) not in taken]
    empty = [Cell(Element("td"), row, column, 1, 1, row in heads, frozenset()) for row, column in gaps]
    return sorted([*cells, *empty], key=lambda cell: (cell.row, cell.column))


def make_cell(cell: Cell, read_cell: ReadCell, longest: int) -> JsonDict:
    """A cell as a node; no line stands above a row that explains the one before it."""
    classes = cell.element.classes
    return {
        "body": read_cell(cell.element, longest),
        "x": cell.column,
        "y": cell.row,
        "columns": cell.columns,
        "rows": cell.rows,
        "bold": cell.element.tag == "th",
        "right": bool(classes & {"n", "e"}),
        "shaded": "part" in cell.row_class,
        "quiet": "why" in cell.row_class,
        "lined": "why" not in cell.row_class,
    }


def list_texts(cell: Cell) -> list[Text]:
    """Lines of a cell for the widths: a number is never broken, and an estimate stands above its interval."""
    element = cell.element
    if element.tag == "td" and "e" in element.classes:
        return [(cell.column, span.text(), True) for span in element.elements("span")]
    return [(cell.column, element.text(), element.tag == "td" and "n" in element.classes)]

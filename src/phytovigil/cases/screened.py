"""What stands out in the table of a screen of all pairs; and case tables made of pairs that a person brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def words_sql() -> str:
    """SQL of (number, text): every word of the source, by its number."""
    return "SELECT word AS number, text FROM word ORDER BY word"


def counted_terms_sql() -> str:
    """SQL of (number, text): every term that reactions are counted under, by its number."""
    return "SELECT term AS number, text FROM counted_term ORDER BY term"


SCREENED = "SELECT * FROM screened"
"""SQL of the whole table of a screen."""

COUNTED_PAIRS = "SELECT * FROM all_pairs"
"""SQL of the pairs that were counted, in the order in which they were."""


def strongest_sql(column: str, most: int, chosen: str = "") -> str:
    """SQL of the `most` rows of the view `screened` with the largest values of a column, signals before others.

    chosen : a boolean column that comes first where it is true; none if empty.
    """
    first = f'"{chosen}" DESC, ' if chosen else ""
    return f'SELECT * FROM screened ORDER BY {first}"{column}" DESC NULLS LAST, product, reaction LIMIT {int(most)}'


def screened_totals_sql() -> str:
    """SQL of one row: pairs, products, reactions and signals in the view `screened`."""
    return """
        SELECT count(*) AS pairs, count(DISTINCT product) AS products, count(DISTINCT reaction) AS reactions,
            count(*) FILTER (signal) AS signals FROM screened"""


def placed_sql(x: str, y: str) -> str:
    """SQL of the pairs of the view `screened` with their places px and py, as far as these are finite."""
    return f"""
        SELECT * FROM (SELECT *, ({x})::DOUBLE AS px, ({y})::DOUBLE AS py FROM screened)
        WHERE isfinite(px) AND isfinite(py)"""


def bounds_sql(x: str, y: str) -> str:
    """SQL of one row (x0, x1, y0, y1): between what the pairs of the view `screened` lie."""
    return f"SELECT min(px) AS x0, max(px) AS x1, min(py) AS y0, max(py) AS y1 FROM ({placed_sql(x, y)})"


def named_sql(x: str, y: str, column: str, most: int) -> str:
    """SQL of (product, reaction, a, px, py): the signals with the largest values of a column."""
    return f"""
        SELECT product, reaction, a, px, py FROM ({placed_sql(x, y)}) WHERE signal
        ORDER BY "{column}" DESC, product, reaction LIMIT {int(most)}"""


def volcano_sql(x: str, y: str, columns: int, rows: int) -> str:
    """SQL of (x, y, pairs, signals): the pairs of the view `screened` counted on a grid of x against y.

    x, y : SQL expressions over the columns of the view. Cells are told by their centres; empty ones are left out.
    """
    return f"""
        WITH placed AS (SELECT px, py, signal FROM ({placed_sql(x, y)})), bounds AS ({bounds_sql(x, y)}),
        celled AS (
            SELECT least(floor(coalesce((px - x0) / nullif(x1 - x0, 0), 0) * {int(columns)}), {int(columns) - 1})
                    AS column_number,
                least(floor(coalesce((py - y0) / nullif(y1 - y0, 0), 0) * {int(rows)}), {int(rows) - 1}) AS row_number,
                count(*) AS pairs, count(*) FILTER (signal) AS signals
            FROM placed, bounds GROUP BY ALL)
        SELECT x0 + (column_number + 0.5) * (x1 - x0) / {int(columns)} AS x,
            y0 + (row_number + 0.5) * (y1 - y0) / {int(rows)} AS y, pairs, signals
        FROM celled, bounds ORDER BY x, y"""


def heat_map_sql(value: str, products: int, reactions: int) -> str:
    """SQL of (product, reaction, a, value, signal): the products and reactions with most signals, each with each.

    value : SQL expression over the columns of the view `screened`. Ties fall to those with more cases in their
        signals, then to the name.
    """

    def most(name: str, number: int) -> str:
        return f"""
            SELECT {name} FROM screened WHERE signal GROUP BY {name}
            ORDER BY count(*) DESC, sum(a) DESC, {name} LIMIT {int(number)}"""

    return f"""
        SELECT product, reaction, a, CASE WHEN isfinite(({value})::DOUBLE) THEN ({value})::DOUBLE END AS value, signal
        FROM screened
        WHERE product IN ({most("product", products)}) AND reaction IN ({most("reaction", reactions)})
        ORDER BY product, reaction"""


PAIR_COLUMNS: Mapping[str, Sequence[str]] = {
    "case": ("case", "case_id", "caseid", "report", "report_id", "primaryid", "id"),
    "product": ("product", "drug", "drugname", "prod_ai", "name", "ingredient"),
    "reaction": ("reaction", "event", "pt", "term", "ae", "adverse_event"),
}
"""What a table of pairs must have, and the names under which each column is known, in lower case."""


def pair_tables_sql(columns: Mapping[str, str]) -> dict[str, str]:
    """SQL of the case tables, by name, in the order in which they build on each other, of the view `given_pair`.

    columns : for each key of PAIR_COLUMNS, the name of its column in `given_pair`, which has one row per case, product
        and reaction. A row without a case is left out; one without product or reaction still counts as a case.
    """
    case, product, reaction = (f'"{columns[key]}"' for key in ("case", "product", "reaction"))
    return {
        "numbered": f"""
            SELECT given_case, (row_number() OVER () - 1)::INTEGER AS case_index
            FROM (SELECT DISTINCT {case} AS given_case FROM given_pair WHERE {case} IS NOT NULL)""",
        "word": f"""
            SELECT (row_number() OVER (ORDER BY text) - 1)::INTEGER AS word, text FROM (
                SELECT DISTINCT {product}::VARCHAR AS text FROM given_pair
                UNION SELECT DISTINCT {reaction}::VARCHAR FROM given_pair)
            WHERE trim(text) <> '' """,
        "coded": f"""
            SELECT case_index, named.word AS name, reacted.word AS term
            FROM given_pair JOIN numbered ON given_case = {case}
            LEFT JOIN word AS named ON named.text = {product}::VARCHAR
            LEFT JOIN word AS reacted ON reacted.text = {reaction}::VARCHAR""",
        "cases": """
            SELECT case_index, NULL::VARCHAR AS sex, NULL::VARCHAR AS age_band, NULL::SMALLINT AS year,
                NULL::VARCHAR AS country, NULL::VARCHAR AS reporter, NULL::BOOLEAN AS serious FROM numbered""",
        "case_name": "SELECT DISTINCT name, case_index, 0::TINYINT AS role FROM coded WHERE name IS NOT NULL",
        "case_reaction": "SELECT DISTINCT term, case_index FROM coded WHERE term IS NOT NULL",
        "counted_term": "SELECT word AS term, text FROM word",
    }

"""Case picking and counting, done a second time: slowly, with sets and loops, and sharing no code with the engine.

The oracle below reads the reports as a person would. Hypothesis makes up small stores full of versions, releases that
overlap, repeated rows, deletions, reports that know no case and missing values, and the engine has to agree with it on
every count.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from phytovigil.cases import (
    Product,
    Reaction,
    all_pairs_sql,
    case_tables_sql,
    co_reported_sql,
    flow_sql,
    folded_cases_sql,
    folded_summary_sql,
    matched_names_sql,
    node_table_sql,
    others_sql,
    pair_counts_sql,
    product_groups_sql,
    product_terms_sql,
    profile_sql,
    reported_cases_sql,
    strata_counts_sql,
    unmapped_terms_sql,
    without_others_sql,
)
from phytovigil.cases.bitmaps import CaseSets, Tally
from phytovigil.schema.reports import Batch
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine, Store
from phytovigil.store.writing import Ledger

# ------------------------------------------------------------------------------------------------ the oracle

DIRECT = {
    "KRATOM": ("kratom",),
    "KRATOM LEAF": ("leaf",),
    "KRATOM + KAVA": ("kratom", "kava"),
    "KAVA": ("kava",),
    "SUGAR": (),
    "KRATUM": ("kratom",),
    "SUGER + KAVAA": ("kava",),
}
"""What each reported name stands for in the vocabulary of these tests."""

LIKELY = ("KRATUM", "SUGER + KAVAA")
"""Names that are only likely to stand for it."""

FOLDED = ("B", "ISR 2")
"""Cases that are suspected to be another, and left out where such are folded."""

ABOVE = {"plants": (), "kratom": ("plants",), "leaf": ("kratom", "plants"), "kava": ("plants",), "silver": ()}
"""The nodes above each node."""

NODES = {name: number for number, name in enumerate(ABOVE)}

GROUPS = {"skin": ("RASH", "ITCH", "BLUE SKIN"), "liver": ("JAUNDICE",), "all": ("RASH", "JAUNDICE", "NAUSEA")}

STRENGTH = {"primary suspect": 0, "suspect": 1, "interacting": 2, "concomitant": 3}

WEAKEST = {"primary": "primary suspect", "suspect": "interacting", "any": "concomitant"}
"""The weakest role that each choice of roles lets in."""


@dataclass(frozen=True)
class Named:
    role: str
    verbatim: str | None
    ingredient: str | None
    category: str | None
    seq: int | None


@dataclass(frozen=True)
class Row:
    """A report as a source hands it over; the same case and version may come more than once in a file."""

    case_id: str
    version: int
    number: int | None
    received: date | None
    revised: date | None
    sex: str | None
    age: float | None
    serious: bool | None
    reporter: str | None
    country: str | None
    outcomes: tuple[str, ...]
    products: tuple[Named, ...]
    terms: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    literature: str | None = None


@dataclass(frozen=True)
class File:
    as_of: str
    rows: tuple[Row, ...]
    deleted: tuple[str, ...] = ()


@dataclass
class Case:
    row: Row
    products: list[Named]
    terms: set[str]
    reasons: set[str]
    standing: tuple[Any, ...] = ()

    def names(self) -> dict[str, int]:
        """Each reported name with its strongest role."""
        strongest: dict[str, int] = {}
        for product in self.products:
            for name in (product.verbatim, product.ingredient):
                if name is not None:
                    strongest[name] = min(strongest.get(name, 9), STRENGTH[product.role])
        return strongest

    def nodes(self, names: str = "certain") -> dict[str, int]:
        """Each node, and each above it, with its strongest role, by certain names or by likely ones too."""
        strongest: dict[str, int] = {}
        for name, role in self.names().items():
            for node in DIRECT[name] if names == "likely" or name not in LIKELY else ():
                for counted in (node, *ABOVE[node]):
                    strongest[counted] = min(strongest.get(counted, 9), role)
        return strongest

    def band(self) -> str:
        age = self.row.age
        if age is None or age >= 200:
            return "unknown"
        for label, below in (("0-1", 2), ("2-11", 12), ("12-17", 18), ("18-44", 45), ("45-64", 65), ("65-74", 75)):
            if age < below:
                return label
        return "75+"

    def names_product(self, product: str, role: str, names: str) -> bool:
        held = self.names() if product in DIRECT else self.nodes(names)
        return product in held and lets_in_role(role, held[product])


def lets_in_role(choice: str, strength: int) -> bool:
    return strength <= STRENGTH[WEAKEST[choice]]


def reports_of(file: File, ordinal: int) -> list[Case]:
    """Case and version once each: the first row speaks, products and reactions of all its rows are kept."""
    reports: dict[tuple[str, int], Case] = {}
    for row in file.rows:
        report = reports.setdefault((row.case_id, row.version), Case(row, [], set(), set()))
        report.products.extend(row.products)
        report.reasons.update(row.reasons)
        report.terms.update(row.terms)
    for place, report in enumerate(reports.values()):
        row = report.row
        dated = row.revised or row.received or date.min
        number = row.version if row.number is None else row.number
        report.standing = (dated, number, file.as_of, ordinal, place)
    return list(reports.values())


def tie_to_cases(files: list[File], as_of: str) -> list[tuple[str, Case, bool]]:
    """Every report as of a date, with its case and whether a later list of deletions withdraws it."""
    held = [(ordinal, file) for ordinal, file in enumerate(files) if file.as_of <= as_of]
    reports = [(file, report) for ordinal, file in held for report in reports_of(file, ordinal)]
    of_number = tell_cases([report.row for _, report in reports])
    tied = []
    for file, report in reports:
        row = report.row
        case = of_number.get(row.number, row.case_id) if row.case_id.startswith("ISR ") else row.case_id
        withdrawn = any(case in other.deleted and file.as_of < other.as_of for _, other in held)
        tied.append((case, report, withdrawn))
    return tied


def pick_cases(files: list[File], as_of: str) -> list[Case]:
    """The last word on every case, as of a date."""
    chosen: dict[str, Case] = {}
    for case, report, withdrawn in tie_to_cases(files, as_of):
        rival = chosen.get(case)
        if not withdrawn and (rival is None or report.standing > rival.standing):
            chosen[case] = report
    return list(chosen.values())


def tell_cases(rows: list[Row]) -> dict[int | None, str]:
    """The case of every number of a report that comes with its case; the first in the alphabet where they differ."""
    cases: dict[int | None, str] = {}
    for row in sorted(rows, key=lambda row: row.case_id, reverse=True):
        if row.number is not None and not row.case_id.startswith("ISR "):
            cases[row.number] = row.case_id
    return cases


def is_of_class(category: str | None, asked: str) -> bool:
    return category is not None and (category == asked or category.startswith(f"{asked} "))


def lets_in(selection: Selection, case: Case) -> bool:
    """Whether a case is of a population, one question after the other."""
    row = case.row
    if selection.sex and (row.sex or "unknown") not in selection.sex:
        return False
    if selection.age and case.band() not in selection.age:
        return False
    if selection.years and not (row.received and selection.years[0] <= row.received.year <= selection.years[1]):
        return False
    if selection.serious is not None and row.serious is not selection.serious:
        return False
    if selection.reporter and row.reporter not in selection.reporter:
        return False
    if selection.country and row.country not in selection.country:
        return False
    if selection.category and not any(
        is_of_class(product.category, asked) for product in case.products for asked in selection.category
    ):
        return False
    if selection.among and not any(
        case.names_product(name.removeprefix("reported:"), selection.role, selection.names) for name in selection.among
    ):
        return False
    if selection.indication and not {reason.upper() for reason in case.reasons} & set(selection.indication):
        return False
    if selection.literature is not None and (row.literature is not None) is not selection.literature:
        return False
    if row.reporter in selection.without_reporter:
        return False
    if selection.duplicates == "folded" and row.case_id in FOLDED:
        return False
    nodes = case.nodes(selection.names)
    return all(node in nodes for node in selection.with_products) and not any(
        node in nodes for node in selection.without_products
    )


def table_of(cases: list[Case], product: str, terms: tuple[str, ...], selection: Selection) -> tuple[int, ...]:
    """The 2×2 table, by putting every case into one of four boxes."""
    boxes = Counter(
        (case.names_product(product, selection.role, selection.names), bool(case.terms & set(terms)))
        for case in cases
        if lets_in(selection, case)
    )
    return boxes[True, True], boxes[True, False], boxes[False, True], boxes[False, False]


# --------------------------------------------------------------------------------------- made-up stores

DATES = st.sampled_from([None, date(2014, 12, 31), date(2015, 1, 1), date(2015, 7, 2), date(2016, 3, 4)])
AGES = [None, 0, 1.9, 2, 11.9, 12, 17.9, 18, 44.9, 45, 64.9, 65, 74.9, 75, 99, 199.9, 200, 250]
CATEGORIES = (None, "54", "54 Vit/Min/Prot", "5 Grain", "540 Dietary", "53 Cosmetics")
TERMS = ("RASH", "ITCH", "BLUE SKIN", "JAUNDICE", "NAUSEA", "O'CLOCK PAIN")

CASES = (*"ABCDEF", "ISR 1", "ISR 2", "ISR 12")

PRODUCTS = st.builds(
    Named,
    role=st.sampled_from(list(STRENGTH)),
    verbatim=st.sampled_from([*DIRECT, None]),
    ingredient=st.sampled_from([None, None, "KRATOM", "KAVA"]),
    category=st.sampled_from(CATEGORIES),
    seq=st.sampled_from([None, 1, 2]),
)

ROWS = st.builds(
    Row,
    case_id=st.sampled_from(CASES),
    version=st.sampled_from([0, 0, 1, 2, 10]),
    number=st.sampled_from([None, None, 1, 2, 3, 12]),
    received=DATES,
    revised=DATES,
    sex=st.sampled_from([None, "female", "male"]),
    age=st.sampled_from(AGES),
    serious=st.sampled_from([None, True, False]),
    reporter=st.sampled_from([None, "consumer", "physician"]),
    country=st.sampled_from([None, "US", "DE"]),
    outcomes=st.sampled_from([(), ("DEATH",), ("DEATH", "HOSPITALISATION"), ("DEATH", "DEATH")]),
    products=st.lists(PRODUCTS, max_size=4).map(tuple),
    terms=st.lists(st.sampled_from(TERMS), max_size=3).map(tuple),
    reasons=st.lists(st.sampled_from(["PAIN", "Pain", "Back pain", "ANXIETY"]), max_size=2).map(tuple),
    literature=st.sampled_from([None, None, "A. Author. A case. 2015"]),
).map(lambda row: replace(row, number=int(row.case_id[4:])) if row.case_id.startswith("ISR ") else row)

FILES = st.builds(
    File,
    as_of=st.sampled_from(["2015-12-31", "2016-12-31", "2017-12-31"]),
    rows=st.lists(ROWS, min_size=3, max_size=12).map(tuple),
    deleted=st.one_of(st.just(()), st.lists(st.sampled_from([*"ABCZ", "ISR 1"]), max_size=3).map(tuple)),
)

STORES = st.lists(FILES, min_size=1, max_size=3)


def few(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Nothing, more often than not; else one or two of the values."""
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), chosen)


BANDS = ("0-1", "2-11", "12-17", "18-44", "45-64", "65-74", "75+", "unknown")

SELECTIONS = st.builds(
    Selection,
    role=st.sampled_from(list(WEAKEST)),
    sex=few("female", "male", "unknown"),
    age=few(*BANDS),
    years=st.sampled_from([None, None, (2014, 2014), (2015, 2016)]),
    serious=st.sampled_from([None, None, True, False]),
    reporter=few("consumer", "physician"),
    country=few("US", "DE", "FR"),
    category=few("54", "54 Vit/Min/Prot", "5", "53 Cosmetics", "99"),
    with_products=few("kratom", "plants", "kava", "silver"),
    without_products=few("leaf", "kava", "silver"),
    among=few("leaf", "kava", "reported:KRATOM", "reported:SUGAR"),
    indication=few("PAIN", "BACK PAIN", "NEVER"),
    names=st.sampled_from(["certain", "certain", "likely"]),
    duplicates=st.sampled_from(["kept", "kept", "folded"]),
    literature=st.sampled_from([None, None, None, True, False]),
    without_reporter=few("consumer", "physician"),
)

QUICK = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

# ----------------------------------------------------------------------------- from made-up rows to a session


def key_of(row: Row) -> int:
    """What ties the rows of a report together: another number for every case and version."""
    return row.version * len(CASES) + CASES.index(row.case_id)


def batch_of(rows: tuple[Row, ...], first_line: int, deleted: tuple[str, ...] = ()) -> Batch:
    products = [(row, product) for row in rows for product in row.products]
    reactions = [(row, term) for row in rows for term in row.terms]
    report = {
        "key": [key_of(row) for row in rows],
        "number": [row.number for row in rows],
        "case_id": [row.case_id for row in rows],
        "version": [row.version for row in rows],
        "received": [row.received for row in rows],
        "revised": [row.revised for row in rows],
        "sex": [row.sex for row in rows],
        "age_years": [row.age for row in rows],
        "serious": [row.serious for row in rows],
        "reporter": [row.reporter for row in rows],
        "country": [row.country for row in rows],
        "outcomes": [list(row.outcomes) for row in rows],
        "literature": [row.literature for row in rows],
        "line": list(range(first_line, first_line + len(rows))),
    }
    report_product = {
        "key": [key_of(row) for row, _ in products],
        **{key: [getattr(product, key) for _, product in products] for key in Named.__dataclass_fields__},
    }
    report_reaction = {
        "key": [key_of(row) for row, _ in reactions],
        "term": [term for _, term in reactions],
        "outcome": [("RECOVERED", None)[place % 2] for place, _ in enumerate(reactions)],
    }
    deletion = {"case_id": list(deleted), "line": list(range(len(deleted)))}
    tables = {
        "report": report, "report_product": report_product, "report_reaction": report_reaction, "deletion": deletion,
    }  # fmt: skip
    return Batch(tables, len(rows) + len(deleted), len(rows) + len(deleted), 0)


def take_in(store: Store, files: list[File]) -> None:
    """Every file one release, in two batches."""
    with store.writing() as writer:
        for position, file in enumerate(files):
            release, ledger = writer.begin("caers"), Ledger()
            middle = len(file.rows) // 2
            release.append(batch_of(file.rows[:middle], 1), ledger)
            release.append(batch_of(file.rows[middle:], 1 + middle, file.deleted), ledger)
            sha256 = hashlib.sha256(str(position).encode()).hexdigest()
            release.finish_file(f"file-{position}", sha256, 1, "made-up", ledger)
            release.commit(file.as_of)


@dataclass
class Opened:
    """An engine that shows a source's case tables, and the numbers of its words."""

    engine: Engine
    words: Mapping[str, int]

    def product(self, name: str) -> Product:
        return Product(self.words[name], reported=True) if name in DIRECT else Product(NODES[name])

    def reaction(self, terms: tuple[str, ...]) -> Reaction:
        return Reaction(tuple(self.words[term] for term in terms if term in self.words))

    def products(self) -> list[str]:
        """All that can be asked for: nodes, and names as far as they are reported."""
        return [*NODES, *(name for name in DIRECT if name in self.words)]

    def count(self, product: str, terms: tuple[str, ...], selection: Selection) -> tuple[int, ...]:
        sql = pair_counts_sql(self.product(product), self.reaction(terms), selection, NODES)
        return self.rows(sql, "a", "b", "c", "d")[0]

    def rows(self, sql: str, *columns: str) -> list[tuple[Any, ...]]:
        found = self.engine.query(sql)
        return list(zip(*(found[column] for column in columns), strict=True))


def map_words(engine: Engine, words: Mapping[str, int]) -> None:
    """The vocabulary's mapping of the words that are held, each carried up to the nodes above."""
    pairs = sorted(
        (words[name], NODES[node], name not in LIKELY, False, True)
        for name, direct in DIRECT.items()
        if name in words
        for node in {counted for named in direct for counted in (named, *ABOVE[named])}
    )
    flags = {"certain": "BOOLEAN", "combination": "BOOLEAN", "settled": "BOOLEAN"}
    fill(engine, "mapped_word", {"word": "INTEGER", "node": "INTEGER", **flags}, pairs)
    placed = {"node": "INTEGER", "case_index": "INTEGER", "role": "TINYINT", "certain": "BOOLEAN"}
    engine.create_table("mapped_case", placed)


def fill(engine: Engine, table: str, types: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    engine.create_table(table, types)
    if rows:
        columns = [list(values) for values in zip(*rows, strict=True)]
        engine.add_rows(table, dict(zip(types, columns, strict=True)), types)


@contextmanager
def stored(files: list[File], as_of: str = "2017-12-31") -> Iterator[Opened]:
    """The files taken into a store of their own by the real writer, and read as of a date."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        take_in(store, files)
        session = store.read("caers", as_of)
        found = session.engine.query("SELECT text, word FROM word")
        words = dict(zip(found["text"], found["word"], strict=True))
        session.derive("cases", case_tables_sql())
        for view, sql in unmapped_terms_sql().items():
            session.engine.show_query(view, sql)
        map_words(session.engine, words)
        session.derive("nodes", node_table_sql())
        fold(session.engine)
        yield Opened(session.engine, words)
        session.close()


@lru_cache
def shared_engine() -> Engine:
    return Engine()


def laid_out(files: list[File]) -> Opened:
    """The same without a store: one engine for all examples, its tables filled by hand. Much faster."""
    engine, reports = (
        shared_engine(),
        [
            (ordinal << 32 | place, case)
            for ordinal, file in enumerate(files)
            for place, case in enumerate(reports_of(file, ordinal))
        ],
    )
    texts = {text for _, case in reports for text in words_of(case)}
    words = {text: number for number, text in enumerate(sorted(texts))}
    fill(engine, "word", {"word": "INTEGER", "text": "VARCHAR"}, [(number, text) for text, number in words.items()])
    dates = [(file.as_of, ordinal) for ordinal, file in enumerate(files)]
    releases = [(ordinal, as_of, sorted(dates).index((as_of, ordinal))) for as_of, ordinal in dates]
    fill(engine, "release", {"ordinal": "BIGINT", "as_of": "VARCHAR", "place": "INTEGER"}, releases)
    deleted = sorted({(case_id, ordinal) for ordinal, file in enumerate(files) for case_id in file.deleted})
    fill(engine, "deletion", {"case_id": "VARCHAR", "ordinal": "BIGINT"}, deleted)
    fill(engine, "report", REPORT_TYPES, [(number, *report_values(case.row)) for number, case in reports])
    products = [
        (number, seq, STRENGTH[p.role], words.get(p.verbatim), words.get(p.ingredient), words.get(p.category))
        for number, case in reports
        for seq, p in enumerate(in_order(case.products))
    ]
    fill(engine, "report_product", PRODUCT_TYPES, products)
    reactions = [  # a term may come twice, with outcomes that differ
        (number, words[term], outcome)
        for number, case in reports
        for term in sorted(case.terms)
        for outcome in range(1 + number % 2)
    ]
    fill(engine, "report_reaction", {"report": "BIGINT", "term": "INTEGER", "outcome": "INTEGER"}, reactions)
    reasons = [(number, words[reason]) for number, case in reports for reason in sorted(case.reasons)]
    fill(engine, "report_indication", {"report": "BIGINT", "indication": "INTEGER"}, reasons)
    map_words(engine, words)
    for name, sql in {**case_tables_sql(), **unmapped_terms_sql(), **node_table_sql()}.items():
        engine.run(f"CREATE OR REPLACE TABLE {name} AS {sql}")
    fold(engine)
    return Opened(engine, words)


def fold(engine: Engine) -> None:
    """Say which cases are suspected to be another."""
    engine.make_table("duplicate", f"SELECT report, 0 AS cluster, case_id NOT IN {FOLDED} AS kept FROM report")
    engine.make_table("folded_case", folded_cases_sql())


REPORT_TYPES = {
    "report": "BIGINT", "case_id": "VARCHAR", "version": "INTEGER", "number": "BIGINT", "received": "DATE",
    "revised": "DATE", "sex": "VARCHAR", "age_years": "DOUBLE", "serious": "BOOLEAN", "reporter": "VARCHAR",
    "country": "VARCHAR", "outcomes": "VARCHAR[]", "literature": "VARCHAR",
}  # fmt: skip

PRODUCT_TYPES = {
    "report": "BIGINT", "seq": "INTEGER", "role": "TINYINT", "verbatim": "INTEGER", "ingredient": "INTEGER",
    "category": "INTEGER",
}  # fmt: skip


def report_values(row: Row) -> tuple[Any, ...]:
    return (
        row.case_id, row.version, row.number, row.received, row.revised, row.sex, row.age, row.serious,
        row.reporter, row.country, list(row.outcomes), row.literature,
    )  # fmt: skip


def words_of(case: Case) -> set[str]:
    named = {word for p in case.products for word in (p.verbatim, p.ingredient, p.category) if word is not None}
    return named | case.terms | case.reasons


def in_order(products: list[Named]) -> list[Named]:
    """By their number in the report, of the same number by role and name; those without one last, as they came."""

    def place(each: Named) -> tuple[int, int, bool, str]:
        name = each.verbatim or each.ingredient
        return each.seq or 0, STRENGTH[each.role], name is None, name or ""

    numbered = sorted((product for product in products if product.seq), key=place)
    return [*numbered, *(product for product in products if not product.seq)]


# ------------------------------------------------------------------------------------------------ agreement


@settings(QUICK, max_examples=15)
@given(STORES, st.sampled_from(["2015-12-31", "2016-12-31", "2017-12-31"]), SELECTIONS)
def test_a_store_picks_and_counts_as_a_person_would(files: list[File], as_of: str, asked: Selection) -> None:
    """Reasons for use are not written here: they would number the products that have no number."""
    selection = replace(asked, indication=())
    dated = max(as_of, min(file.as_of for file in files))
    cases = pick_cases(files, dated)
    with stored(files, dated) as engine:
        check_case_list(engine, cases)
        check_product_terms(engine, cases, "plants", selection)
        check_all_pairs(engine, cases, Selection())
        check_flow(engine, cases, [file for file in files if file.as_of <= dated], "kratom", selection)


def check_case_list(engine: Opened, cases: list[Case]) -> None:
    sql = reported_cases_sql(engine.product("plants"), None, Selection(role="any"), NODES)
    columns = ("case_id", "version", "received", "sex", "age_years", "terms", "products", "ordinal", "number")
    found = engine.rows(sql, *columns)
    shown = [(*row[:5], row[5] or [], [(p["role"], p["name"]) for p in row[6]], row[7] - 1, row[8]) for row in found]
    expected = [
        (
            case.row.case_id,
            case.row.version,
            case.row.received,
            case.row.sex,
            case.row.age,
            sorted(case.terms),
            [(STRENGTH[p.role], p.verbatim or p.ingredient) for p in in_order(case.products)],
            case.standing[3],
            case.row.number,
        )
        for case in cases
        if "plants" in case.nodes()
    ]
    assert shown == sorted(expected, key=lambda row: (row[2] or date.max, row[0]))
    assert engine.rows("SELECT count(*) AS n FROM cases", "n") == [(len(cases),)]


@settings(QUICK, max_examples=60)
@given(STORES, SELECTIONS, st.randoms(use_true_random=False))
def test_every_table_agrees(files: list[File], selection: Selection, random: Any) -> None:
    engine, cases = laid_out(files), pick_cases(files, "2017-12-31")
    product = random.choice(engine.products())
    for terms in (random.choice(list(GROUPS.values())), (random.choice(TERMS),)):
        assert engine.count(product, terms, selection) == table_of(cases, product, terms, selection)
    check_product_terms(engine, cases, product, selection)
    check_product_groups(engine, cases, product, selection)
    check_all_pairs(engine, cases, selection)
    check_flow(engine, cases, files, product, selection)
    check_folded(engine, cases, product, selection)
    check_who(engine, cases, product, random.choice([None, *GROUPS]), selection)


@settings(QUICK, max_examples=20)
@given(STORES, st.lists(SELECTIONS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_intersections_of_case_sets_agree(files: list[File], selections: list[Selection], random: Any) -> None:
    """One world of sets answers for several selections, crude and in every stratum."""
    engine, cases = laid_out(files), pick_cases(files, "2017-12-31")
    sets = CaseSets(
        lambda sql: (block["case_index"] for block in engine.engine.blocks(sql, 4)),
        lambda sql: engine.engine.query(sql)["value"],
        NODES,
    )
    for selection in (*selections, Selection()):
        product, terms = random.choice(engine.products()), random.choice(list(GROUPS.values()))
        by = random.choice(list(DIVISIONS))
        population, exposed = sets.population(selection), sets.product(engine.product(product), selection)
        tally = Tally.of(population, exposed, sets.reaction(engine.reaction(terms)))
        assert tally.table == table_of(cases, product, terms, selection)
        strata = tally.strata(sets.divide(by))
        found = sorted((part.a, part.with_product, part.with_reaction, part.total) for part in strata)
        assert found == divided(cases, product, terms, selection, by)


DIVISIONS = (("sex", "age"), ("year",), ("country", "serious"), ("reporter",), ("sex", "age", "year"))


def divided(
    cases: list[Case], product: str, terms: tuple[str, ...], selection: Selection, by: tuple[str, ...]
) -> list[tuple[int, ...]]:
    """Margins of every stratum that has cases of the product and cases of the reaction."""
    strata: dict[tuple[Any, ...], list[Case]] = {}
    for case in cases:
        row = case.row
        told = {
            "sex": row.sex, "age": case.band(), "year": row.received and row.received.year, "country": row.country,
            "serious": row.serious, "reporter": row.reporter,
        }  # fmt: skip
        strata.setdefault(tuple(told[name] for name in by), []).append(case)
    tables = [table_of(part, product, terms, selection) for part in strata.values()]
    return sorted((a, a + b, a + c, a + b + c + d) for a, b, c, d in tables if a + b and a + c)


def check_product_terms(engine: Opened, cases: list[Case], product: str, selection: Selection) -> None:
    sql = product_terms_sql(engine.product(product), selection, NODES, min_cases=1)
    expected = {term: table_of(cases, product, (term,), selection) for term in sorted(TERMS)}
    assert engine.rows(sql, "term", "a", "b", "c", "d") == [
        (term, *table) for term, table in expected.items() if table[0]
    ]


def check_product_groups(engine: Opened, cases: list[Case], product: str, selection: Selection) -> None:
    groups = [(name, engine.reaction(terms)) for name, terms in GROUPS.items()]
    sql = product_groups_sql(engine.product(product), groups, selection, NODES, min_cases=1)
    expected = [(place, *table_of(cases, product, terms, selection)) for place, terms in enumerate(GROUPS.values())]
    assert engine.rows(sql, "position", "a", "b", "c", "d") == [row for row in expected if row[1]]


def check_all_pairs(engine: Opened, cases: list[Case], selection: Selection) -> None:
    expected = sorted(
        (NODES[node], engine.words[term], *table_of(cases, node, (term,), selection))
        for node in NODES
        for term in TERMS
        if term in engine.words
    )
    for least in (1, 2):
        sql = all_pairs_sql(selection, NODES, least)
        found = engine.rows(sql, "product", "term", "a", "b", "c", "d")
        assert found == [row for row in expected if row[2] >= least]


def check_flow(engine: Opened, cases: list[Case], files: list[File], product: str, selection: Selection) -> None:
    population = [case for case in cases if lets_in(selection, case)]
    flow = engine.rows(flow_sql(engine.product(product), selection, NODES), "cases")
    withdrawn = sum(gone for _, _, gone in tie_to_cases(files, "2017-12-31"))
    assert [count for (count,) in flow] == [
        sum(len({(row.case_id, row.version) for row in file.rows}) for file in files),
        *([withdrawn] if withdrawn else []),
        len(cases),
        *([sum(case.row.case_id in FOLDED for case in cases)] if selection.duplicates == "folded" else []),
        len(population),
        sum(case.names_product(product, "any", selection.names) for case in population),
        sum(case.names_product(product, "suspect", selection.names) for case in population),
        sum(not case.terms for case in population),
    ]


def check_folded(engine: Opened, cases: list[Case], product: str, selection: Selection) -> None:
    exposed = [
        case
        for case in cases
        if lets_in(replace(selection, duplicates="kept"), case)
        and case.names_product(product, selection.role, selection.names)
    ]
    sql = folded_summary_sql(engine.product(product), selection, NODES)
    assert engine.rows(sql, "folded", "product_cases", "product_folded") == [
        (
            sum(case.row.case_id in FOLDED for case in cases),
            len(exposed),
            sum(case.row.case_id in FOLDED for case in exposed),
        )
    ]


def check_who(engine: Opened, cases: list[Case], product: str, group: str | None, selection: Selection) -> None:
    chosen = [
        case
        for case in cases
        if lets_in(selection, case)
        and case.names_product(product, selection.role, selection.names)
        and (group is None or case.terms & set(GROUPS[group]))
    ]
    reaction = engine.reaction(GROUPS[group]) if group else None
    asked = (engine.product(product), reaction, selection, NODES)
    profile = engine.rows(profile_sql(*asked), "dimension", "value", "cases")
    assert {row[:2]: row[2] for row in profile} == profile_of(chosen)
    family = [NODES["kava"], NODES["silver"]]
    others = engine.rows(co_reported_sql(*asked, family), "node", "cases")
    assert dict(others) == Counter(
        NODES[node] for case in chosen for node in case.nodes(selection.names) if node != "kava"
    )
    assert others == sorted(others, key=lambda row: (-row[1], row[0]))
    names = engine.rows(matched_names_sql(engine.product(product), selection), "name", "cases")
    assert dict(names) == Counter(
        name
        for case in cases
        for name, role in case.names().items()
        if lets_in_role(selection.role, role) and is_read_as(name, product, selection.names)
    )


def is_read_as(name: str, product: str, names: str) -> bool:
    if names == "certain" and name in LIKELY and product not in DIRECT:
        return False
    return name == product or any(product in (node, *ABOVE[node]) for node in DIRECT[name])


def profile_of(chosen: list[Case]) -> dict[tuple[str, str], int]:
    told = {None: "unknown", True: "serious", False: "not serious"}
    counted: Counter[tuple[str, str]] = Counter()
    for case in chosen:
        row = case.row
        counted["sex", row.sex or "unknown"] += 1
        counted["age", case.band()] += 1
        counted["year", str(row.received.year) if row.received else "unknown"] += 1
        counted["country", row.country or "unknown"] += 1
        counted["reporter", row.reporter or "unknown"] += 1
        counted["seriousness", told[row.serious]] += 1
        for outcome in set(row.outcomes):
            counted["outcome", outcome] += 1
    return dict(counted)


# --------------------------------------------------------------------------------------- strata and maskers

DIMENSIONS = st.lists(
    st.sampled_from(["sex", "age", "year", "country", "reporter", "serious"]), min_size=1, max_size=3, unique=True
)


def stratum_of(case: Case, by: list[str]) -> tuple[str, ...]:
    """The labels of a case; whatever it does not tell is unknown."""
    row = case.row
    labels = {
        "sex": row.sex,
        "age": case.band(),
        "year": str(row.received.year) if row.received else None,
        "country": row.country,
        "reporter": row.reporter,
        "serious": {None: None, True: "serious", False: "not serious"}[row.serious],
    }
    return tuple(labels[name] or "unknown" for name in by)


def divide(cases: list[Case], by: list[str], selection: Selection) -> dict[tuple[str, ...], list[Case]]:
    """The cases of a population by stratum."""
    divided: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        if lets_in(selection, case):
            divided.setdefault(stratum_of(case, by), []).append(case)
    return divided


@settings(QUICK, max_examples=25)
@given(STORES, SELECTIONS, DIMENSIONS, st.randoms(use_true_random=False))
def test_every_stratum_has_its_table(files: list[File], selection: Selection, by: list[str], random: Any) -> None:
    engine, cases = laid_out(files), pick_cases(files, "2017-12-31")
    product, group = random.choice(engine.products()), random.choice(list(GROUPS))
    sql = strata_counts_sql(engine.product(product), engine.reaction(GROUPS[group]), selection, NODES, by)
    found = engine.rows(sql, *by, "a", "b", "c", "d")
    expected = {
        labels: table_of(members, product, GROUPS[group], selection)
        for labels, members in divide(cases, by, selection).items()
    }
    assert {row[: len(by)]: row[len(by) :] for row in found} == expected
    assert len(found) == len(expected)


@settings(QUICK, max_examples=25)
@given(STORES, SELECTIONS, DIMENSIONS, st.sampled_from([1, 2]), st.booleans())
def test_expected_cases_are_summed_over_strata(
    files: list[File], selection: Selection, by: list[str], least: int, reported: bool
) -> None:
    engine, cases = laid_out(files), pick_cases(files, "2017-12-31")
    names = {engine.words[name]: name for name in DIRECT if name in engine.words} if reported else {}
    keys = names or {} if reported else {number: node for node, number in NODES.items()}
    strata = divide(cases, by, selection).values()
    wanted = {}
    for number, product in keys.items():
        for term in TERMS:
            whole = table_of(cases, product, (term,), selection)
            if whole[0] >= least:
                parts = [table_of(members, product, (term,), selection) for members in strata]
                wanted[number, engine.words[term]] = (
                    *whole,
                    sum((a + b) * (a + c) / (a + b + c + d) for a, b, c, d in parts),
                )
    sql = all_pairs_sql(selection, NODES, least, reported=reported, strata=by)
    found = engine.rows(sql, "product", "term", "a", "b", "c", "d", "stratified")
    assert [row[:2] for row in found] == sorted(wanted)
    for row in found:
        assert row[2:6] == wanted[row[:2]][:4]
        assert row[6] == pytest.approx(wanted[row[:2]][4], rel=1e-12)


@settings(QUICK, max_examples=15)
@given(STORES, st.sampled_from([("female",), ("male",), ("unknown",)]))
def test_one_stratum_expects_what_the_margins_do(files: list[File], sex: tuple[str, ...]) -> None:
    engine = laid_out(files)
    sql = all_pairs_sql(Selection(sex=sex), NODES, strata=["sex"])
    for a, b, c, d, stratified in engine.rows(sql, "a", "b", "c", "d", "stratified"):
        assert stratified == (a + b) * (a + c) / (a + b + c + d)


@settings(QUICK, max_examples=25)
@given(STORES, SELECTIONS, st.booleans(), st.randoms(use_true_random=False))
def test_maskers_are_those_of_brute_force(files: list[File], selection: Selection, reported: bool, random: Any) -> None:
    """Removing the cases that name a masker and not the product, one masker after the other and together."""
    engine, cases = laid_out(files), pick_cases(files, "2017-12-31")
    product, terms = random.choice(engine.products()), GROUPS[random.choice(list(GROUPS))]
    asked = (engine.product(product), engine.reaction(terms), selection, NODES)
    keys = {engine.words[name]: name for name in DIRECT if name in engine.words} if reported else dict(enumerate(NODES))
    family = [NODES[random.choice(list(NODES))]]
    found = engine.rows(others_sql(*asked, family, reported=reported), "other", "a", "b", "c", "d")
    whole = table_of(cases, product, terms, selection)
    for number, *naming in found:
        left = [case for case in cases if not masks(case, (keys[number],), product, selection)]
        a, b, c, d = table_of(left, product, terms, selection)
        assert (a, b) == whole[:2]
        assert (whole[2] - c, whole[3] - d) == tuple(naming[2:])
    naming_reaction = {
        number
        for number, name in keys.items()
        if (reported or number not in family)
        and any(
            masks(case, (name,), product, selection) and case.terms & set(terms)
            for case in cases
            if lets_in(selection, case)
        )
    }
    assert {row[0] for row in found} == naming_reaction
    some = random.sample(sorted(keys), min(2, len(keys)))
    together = engine.rows(without_others_sql(*asked, some, reported=reported), "a", "b", "c", "d")[0]
    left = [case for case in cases if not masks(case, tuple(keys[number] for number in some), product, selection)]
    assert together == table_of(left, product, terms, selection)


def masks(case: Case, others: tuple[str, ...], product: str, selection: Selection) -> bool:
    asked = (selection.role, selection.names)
    return not case.names_product(product, *asked) and any(case.names_product(other, *asked) for other in others)


# ------------------------------------------------------------------------------------- laws that need no oracle


@settings(QUICK, max_examples=25)
@given(STORES, SELECTIONS, st.sampled_from(list(NODES)), st.sampled_from(list(GROUPS)))
def test_strata_add_up_and_any_role_is_no_less(
    files: list[File], selection: Selection, product: str, group: str
) -> None:
    engine = laid_out(files)
    whole = replace(selection, sex=(), age=(), among=())
    total = engine.count(product, GROUPS[group], whole)
    for field, labels in (("sex", ("female", "male", "unknown")), ("age", BANDS)):
        parts = [engine.count(product, GROUPS[group], replace(whole, **{field: (label,)})) for label in labels]
        assert tuple(map(sum, zip(*parts, strict=True))) == total
    counts = [engine.count(product, GROUPS[group], replace(selection, role=role, among=())) for role in WEAKEST]
    for stricter, wider in pairwise(counts):
        assert wider[0] >= stricter[0]
        assert wider[0] + wider[1] >= stricter[0] + stricter[1]
        assert sum(wider) == sum(stricter)
        assert wider[0] + wider[2] == stricter[0] + stricter[2]


@pytest.mark.slow
@settings(QUICK, max_examples=300)
@given(STORES, SELECTIONS, st.sampled_from([*NODES, "KRATOM"]), st.sampled_from([None, *GROUPS]))
def test_every_table_agrees_at_length(files: list[File], selection: Selection, product: str, group: str | None) -> None:
    engine, cases = laid_out(files), pick_cases(files, "2017-12-31")
    asked = product if product in engine.products() else "kratom"
    for chosen in (selection, replace(Selection(), role=selection.role)):
        check_product_terms(engine, cases, asked, chosen)
        check_product_groups(engine, cases, asked, chosen)
        check_all_pairs(engine, cases, chosen)
        check_flow(engine, cases, files, asked, chosen)
        check_who(engine, cases, asked, group, chosen)

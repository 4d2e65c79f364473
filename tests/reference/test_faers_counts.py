"""FAERS quarters taken in and counted, against a plain second count of the raw files that shares no code with it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import phytovigil
from phytovigil.simulation import Confounder, Parameters, PlantedLink, Truth, simulate
from phytovigil.store import Store
from phytovigil.study.counting import ReportCounter
from phytovigil.study.naming import name_product, name_reaction
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions

ROLES = ("primary", "suspect", "any")
CANONICAL = {
    "demo": "report", "drug": "report_product", "reac": "report_reaction", "ther": "report_therapy",
    "indi": "report_indication",
}  # fmt: skip
"""Tables of the store, by table of FDA."""


# ------------------------------------------------------------------------------------------------ what the store says


@contextmanager
def counting(store: Path, as_of: str | None = None) -> Iterator[ReportCounter]:
    """FAERS in a store as of a date, open for counting as the API opens it."""
    as_reported = load_reactions("2026-11")  # the oracle takes every term as it is
    opened = open_source(Store(store), "faers", as_of, load_products(), as_reported)
    try:
        yield ReportCounter(opened)
    finally:
        opened.close()


def rows_of(counter: ReportCounter, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query of the store's tables."""
    return list(zip(*counter.opened.session.engine.query(sql).values(), strict=True))


def by_report(rows: Sequence[tuple[Any, ...]]) -> dict[int, Counter[tuple[Any, ...]]]:
    """Rows gathered under their first value, each with how often it stands there."""
    gathered: dict[int, Counter[tuple[Any, ...]]] = {}
    for report, *values in rows:
        gathered.setdefault(report, Counter())[tuple(values)] += 1
    return gathered


PRODUCTS = """
    SELECT report, seq, role, v.text AS verbatim, i.text AS ingredient
    FROM report_product SEMI JOIN cases USING (report)
    LEFT JOIN word v ON v.word = verbatim LEFT JOIN word i ON i.word = ingredient"""
TERMS = "SELECT report, text FROM report_reaction SEMI JOIN cases USING (report) JOIN word ON word = term"
INDICATIONS = f"""
    SELECT report, p.verbatim, w.text FROM report_indication SEMI JOIN cases USING (report)
    JOIN ({PRODUCTS}) p USING (report, seq) LEFT JOIN word w ON w.word = indication"""
THERAPIES = f"""
    SELECT report, p.verbatim, t."start", t."end" FROM report_therapy t SEMI JOIN cases USING (report)
    JOIN ({PRODUCTS}) p USING (report, seq)"""
CHOSEN = """
    SELECT r.report, r.case_id, r.number, r.received::VARCHAR, r.revised::VARCHAR, r.sex, r.age_years, r.country,
        r.serious, r.outcomes
    FROM report r SEMI JOIN cases USING (report)"""


def stored_cases(counter: ReportCounter) -> dict[str, dict[str, Any]]:
    """Every case that is counted, with all that the comparison is about."""
    products, terms = by_report(rows_of(counter, PRODUCTS)), by_report(rows_of(counter, TERMS))
    indications, therapies = by_report(rows_of(counter, INDICATIONS)), by_report(rows_of(counter, THERAPIES))
    found: dict[str, dict[str, Any]] = {}
    for report, case, number, received, revised, sex, age, country, serious, outcomes in rows_of(counter, CHOSEN):
        assert case not in found, f"case {case} is counted twice"
        found[case] = {
            "number": number, "received": received, "revised": revised, "sex": sex,
            "age": None if age is None else round(age, 9), "country": country, "serious": serious,
            "outcomes": None if outcomes is None else sorted(outcomes), "products": products.get(report, Counter()),
            "terms": terms.get(report, Counter()), "indications": indications.get(report, Counter()),
            "therapies": therapies.get(report, Counter()),
        }  # fmt: skip
    return found


def expected_case(report: Any) -> dict[str, Any]:
    """The same of a report of the second count."""
    tied = report.tied()
    return {
        "number": report.number, "received": report.received, "revised": report.revised, "sex": report.sex,
        "age": report.age, "country": report.country, "serious": report.serious, "outcomes": report.outcomes,
        "products": Counter(report.products), "terms": Counter((term,) for term in report.terms),
        "indications": Counter(tied["indications"]), "therapies": Counter(tied["therapies"]),
    }  # fmt: skip


def compare_cases(oracle: ModuleType, counter: ReportCounter, expected: Any) -> None:
    """Every case, field by field, and in how many cases each name and term is."""
    found = stored_cases(counter)
    assert found.keys() == expected.cases.keys()
    for case, report in expected.cases.items():
        assert (case, found[case]) == (case, expected_case(report))
    for role in ROLES:
        last = oracle.ROLES[oracle.WEAKEST[role]]
        names = f"SELECT text, count(*) FROM case_name JOIN word ON word = name WHERE role <= {last} GROUP BY text"
        assert dict(rows_of(counter, names)) == expected.names(role)
    terms = "SELECT text, count(*) FROM case_term JOIN word ON word = term GROUP BY text"
    assert dict(rows_of(counter, terms)) == expected.terms()


def count_pair(counter: ReportCounter, name: str, term: str, role: str) -> tuple[int, int, int, int]:
    """The 2×2 table of a product name as reported and a single term, as the API counts it."""
    named = name_product(f"reported:{name}", counter.opened.products, counter.reported_names())
    reacted = name_reaction(f"term:{term}", counter.opened.reactions, counter.reported_terms())
    return counter.count_pair(named, reacted, phytovigil.Selection(role=role))


def compare_pairs(counter: ReportCounter, expected: Any, pairs: Sequence[tuple[str, str]]) -> None:
    """All four cells of every pair in every role."""
    asked = [(name, term, role) for name, term in pairs for role in ROLES]
    found = {pair: count_pair(counter, *pair) for pair in asked}
    assert found == {(name, term, role): expected.cells([name], term, role) for name, term, role in asked}


def compare_ledger(oracle: ModuleType, quarter: Any, entries: Sequence[Mapping[str, Any]]) -> None:
    """Rows read, kept and orphaned, file by file."""
    orphans = oracle.orphans_of(quarter)
    by_table = {Path(entry["file"]).name.lower().lstrip("_")[:4]: entry for entry in entries}
    assert by_table.keys() - {"dele"} == quarter.tables.keys()
    for table, rows in quarter.tables.items():
        kept = len(oracle.kept_rows(quarter, table))
        found = by_table[table]
        counted = tuple(found[key] for key in ("rows_read", "rows_kept", "rows_quarantined", "rows_orphaned"))
        assert (table, counted) == (table, (len(rows), kept, len(rows) - kept, orphans.get(table, 0)))
    if quarter.deleted is not None:
        assert by_table["dele"]["rows_kept"] >= len(quarter.deleted)


# ------------------------------------------------------------------------------------------------ real samples


SAMPLES = {
    "2004Q1": ("2004-03-31", "2004q1_and_2017q2_sample/aers_ascii_2004q1.zip"),
    "2012Q4": ("2012-12-31", "2012q4_sample"),
    "2015Q1": ("2015-03-31", "2015q1-q4_example/faers_ascii_2015q1_example.zip"),
    "2015Q2": ("2015-06-30", "2015q1-q4_example/faers_ascii_2015q2_example.zip"),
    "2015Q3": ("2015-09-30", "2015q1-q4_example/faers_ascii_2015q3_example.zip"),
    "2015Q4": ("2015-12-31", "2015q1-q4_example/faers_ascii_2015q4_example.zip"),
    "2017Q2": ("2017-06-30", "2004q1_and_2017q2_sample/faers_ascii_2017q2.zip"),
    "2020Q3": ("2020-09-30", "2020q3_first10000lines"),
    "2022Q4": ("2022-12-31", "2022q4_sample/faers_ascii_2022Q4.zip"),
    "2025Q3": ("2025-09-30", "2025q3_sample"),
    "2025Q4": ("2025-12-31", "2025q4_1000cases"),
}
"""Last day and place of each quarter of real files."""

WITHOUT_PRODUCTS = frozenset(("2025Q3",))


@dataclass(frozen=True)
class Taken:
    """Quarters, the store that they were taken into, and the ledger of that."""

    quarters: tuple[Any, ...]
    store: Path
    ledger: Mapping[str, Any]


@pytest.fixture(scope="module")
def samples(oracle: ModuleType, shared_data: Path) -> dict[str, Any]:
    """Every real quarter, read plainly."""
    folder = shared_data / "faers_ascii"
    return {name: oracle.read_quarter(as_of, folder / place) for name, (as_of, place) in SAMPLES.items()}


@pytest.fixture(scope="module")
def take_in(
    samples: dict[str, Any], shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Taken]:
    """Take a sample into a store of its own, once."""
    held: dict[str, Taken] = {}

    def take(name: str) -> Taken:
        if name not in held:
            store = tmp_path_factory.mktemp("stores") / name
            ledger = phytovigil.open(store).ingest([shared_data / "faers_ascii" / SAMPLES[name][1]])
            held[name] = Taken((samples[name],), store, ledger)
        return held[name]

    return take


@pytest.fixture(scope="module")
def together(
    oracle: ModuleType, samples: dict[str, Any], shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Taken:
    """All real quarters in one store, with the list of deletions of 2021Q4 between them."""
    folder = shared_data / "faers_ascii"
    listed = oracle.read_quarter("2021-12-31", folder / "2022q4_sample" / "DELETE21Q4.txt")
    store = tmp_path_factory.mktemp("together") / "store"
    return Taken((*samples.values(), listed), store, phytovigil.open(store).ingest([folder]))


@pytest.mark.parametrize("name", SAMPLES)
def test_rows_and_orphans_of_a_real_quarter(oracle: ModuleType, take_in: Callable[..., Taken], name: str) -> None:
    taken = take_in(name)
    (quarter,) = taken.quarters
    compare_ledger(oracle, quarter, taken.ledger["files"])
    assert {entry["as_of"] for entry in taken.ledger["files"]} == {quarter.as_of}
    with counting(taken.store) as counter:
        stored = {table: rows_of(counter, f"SELECT count(*) FROM {table}")[0][0] for table in CANONICAL.values()}
    expected = {stored: len(oracle.kept_rows(quarter, table)) for table, stored in CANONICAL.items()}
    assert stored == expected | {"report": len(oracle.reports_of(quarter))}


@pytest.mark.parametrize("name", SAMPLES)
def test_cases_and_pairs_of_a_real_quarter(oracle: ModuleType, take_in: Callable[..., Taken], name: str) -> None:
    taken = take_in(name)
    expected = oracle.Counted(oracle.latest_reports(taken.quarters))
    pairs = oracle.choose_pairs(expected)
    assert len(pairs) >= 30 or name in WITHOUT_PRODUCTS
    with counting(taken.store) as counter:
        compare_cases(oracle, counter, expected)
        compare_pairs(counter, expected, pairs)


@pytest.mark.parametrize("role", ROLES)
def test_answers_about_a_product_of_a_real_quarter(
    oracle: ModuleType, take_in: Callable[..., Taken], role: str
) -> None:
    """`count` of one pair, and `signals` with every reaction of the product."""
    taken = take_in("2025Q4")
    expected = oracle.Counted(oracle.latest_reports(taken.quarters))
    names = expected.names(role)
    name = max(sorted(names), key=lambda each: names[each])
    cells = {term: expected.cells([name], term, role) for term in expected.terms()}
    workspace = phytovigil.open(taken.store)
    answer = workspace.signals(f"reported:{name}", role=role, min_cases=1, measures=["prr"])
    told = {row["reaction"]: tuple(row[cell] for cell in "abcd") for row in answer["rows"] if row["kind"] == "term"}
    assert told == {term: four for term, four in cells.items() if four.a}
    term = next(term for term, four in cells.items() if not four.a)
    answer = workspace.count(f"reported:{name}", f"term:{term}", role=role)
    assert tuple(answer[cell] for cell in "abcd") == cells[term]
    assert answer["n"] == len(expected.cases)


def test_names_of_a_real_quarter_that_differ_in_case_are_counted_as_asked(
    oracle: ModuleType, take_in: Callable[..., Taken]
) -> None:
    taken = take_in("2015Q2")
    expected = oracle.Counted(oracle.latest_reports(taken.quarters))
    by_letters: dict[str, list[str]] = {}
    for name in expected.names("any"):
        by_letters.setdefault(name.upper(), []).append(name)
    alike = sorted(name for names in by_letters.values() if len(names) > 1 for name in names)
    assert len(alike) >= 2
    with counting(taken.store) as counter:
        compare_pairs(counter, expected, [(name, term) for name in alike for term in sorted(expected.terms())[:2]])


@pytest.mark.parametrize("as_of", [None, "2020-12-31", "2015-09-30"])
def test_real_quarters_together(oracle: ModuleType, together: Taken, as_of: str | None) -> None:
    expected = oracle.Counted(oracle.latest_reports(together.quarters, as_of or "9999-12-31"))
    with counting(together.store, as_of) as counter:
        compare_cases(oracle, counter, expected)
        compare_pairs(counter, expected, oracle.choose_pairs(expected))


def test_real_deletions_withdraw_what_was_published_before_them(oracle: ModuleType, together: Taken) -> None:
    """Case numbers on FDA's lists that the samples hold; there is at least one, or this would say nothing."""
    listed = {case: quarter.as_of for quarter in together.quarters for case in sorted(quarter.deleted or ())}
    published = [(report, quarter) for quarter in together.quarters for report in oracle.reports_of(quarter).values()]
    earlier = {report.case for report, quarter in published if quarter.as_of < listed.get(report.case, "")}
    later = {report.case for report, quarter in published if quarter.as_of >= listed.get(report.case, "9999")}
    assert earlier - later
    with counting(together.store) as counter:
        counted = {case for (case,) in rows_of(counter, "SELECT case_id FROM report SEMI JOIN cases USING (report)")}
    assert not (earlier - later) & counted
    assert later <= counted


# ------------------------------------------------------------------------------------------------ simulated quarters


SIMULATED = (
    "2011Q4", "2012Q3", "2012Q4", "2013Q4", "2014Q2", "2014Q3", "2015Q4", "2018Q4", "2019Q1", "2019Q2", "2019Q3",
    "2019Q4",
)  # fmt: skip
"""Quarters of all three layouts, and the first with lists of deleted cases."""

EACH = 250
"""Reports of a quarter."""

ENDS = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}

CONFOUNDER = Confounder(boost=3.0, sex="F", youngest=60, oldest=80, product_share=0.1, reaction_share=0.1)

PARAMETERS = Parameters(
    products=400, reactions=300, follow_up_share=0.4, skipped_version_share=0.3, changed_share=0.3,
    duplicate_share=0.1, spelling_share=0.2, deleted_share=0.1, confounder=CONFOUNDER,
    planted=(PlantedLink(1.0, 0.1, 0.1), PlantedLink(3.0, 0.1, 0.1), PlantedLink(5.0, 0.05, 0.05)),
)  # fmt: skip
"""Rich in follow-ups, deletions and misspellings: with shares as in real files, few cases would tell a mistake."""


def last_day(quarter: str) -> str:
    return f"{quarter[:4]}-{ENDS[quarter[5]]}"


def write_simulated(folder: Path, quarters: int) -> Truth:
    """The first quarters of the simulation. What comes later does not change them, so this is the truth as of then."""
    return simulate(folder, reports=EACH * quarters, quarters=SIMULATED[:quarters], seed=5, parameters=PARAMETERS)


@pytest.fixture(scope="module")
def simulated(oracle: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("simulated")
    write_simulated(folder / "raw", len(SIMULATED))
    found = {path.name[-6:]: path for path in (folder / "raw").iterdir() if path.name.endswith(SIMULATED)}
    quarters = tuple(oracle.read_quarter(last_day(name), found[name]) for name in SIMULATED)
    ledger = phytovigil.open(folder / "store").ingest(list(found.values()))
    return Taken(quarters, folder / "store", ledger)


def truths(pair: Any) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """What the simulator counted of a pair: its name for it, the product's spellings, the role, and the stratum."""
    for role in ("any", "suspect"):
        counted = "any_role" if role == "any" else role
        yield counted, pair.spellings, role, ""
        yield f"{counted}_exact_name", pair.spellings[:1], role, ""
    yield "any_role_in_band", pair.spellings, "any", "in"
    yield "any_role_outside_band", pair.spellings, "any", "out"


def in_band(report: Any) -> bool:
    """Whether a report is in the confounder's band of sex and age."""
    return report.sex == "female" and report.age is not None and 60 <= report.age < 80


def stored_cells(
    counter: ReportCounter, spellings: Sequence[str], term: str, last: int, band: str
) -> tuple[int, int, int, int]:
    """The 2×2 table of a product under several names, from the store's case tables."""
    known = "sex = 'female' AND coalesce(age_years >= 60 AND age_years < 80, false)"
    where = {"": "true", "in": known, "out": f"NOT ({known})"}[band]
    listed = ", ".join(f"'{name}'" for name in spellings)
    sql = f"""
        SELECT count(*) FILTER (e AND r), count(*) FILTER (e AND NOT r), count(*) FILTER (r AND NOT e),
            count(*) FILTER (NOT e AND NOT r)
        FROM (
            SELECT
                case_index IN (
                    SELECT case_index FROM case_name JOIN word ON word = name
                    WHERE text IN ({listed}) AND role <= {last}
                ) AS e,
                case_index IN (SELECT case_index FROM case_term JOIN word ON word = term WHERE text = '{term}') AS r
            FROM (SELECT case_index, cases.sex, age_years FROM cases JOIN report USING (report)) WHERE {where})"""
    cells: tuple[int, int, int, int] = rows_of(counter, sql)[0]  # type: ignore[assignment]
    return cells


@pytest.mark.parametrize("quarters", [2, 6, 10, len(SIMULATED)])
def test_simulated_quarters_as_of_their_dates(
    oracle: ModuleType, simulated: Taken, tmp_path: Path, quarters: int
) -> None:
    """The store, the second count and the simulator agree, at the end and as of three earlier quarters."""
    truth = write_simulated(tmp_path / "raw", quarters)
    as_of = last_day(SIMULATED[quarters - 1])
    cases = oracle.latest_reports(simulated.quarters, as_of)
    assert (truth.reports, truth.cases_left) == (EACH * quarters, len(cases))
    expected = oracle.Counted(cases)
    strata = {
        "": expected,
        "in": oracle.Counted({case: report for case, report in cases.items() if in_band(report)}),
        "out": oracle.Counted({case: report for case, report in cases.items() if not in_band(report)}),
    }
    with counting(simulated.store, None if quarters == len(SIMULATED) else as_of) as counter:
        compare_cases(oracle, counter, expected)
        for pair in truth.pairs:
            term = oracle.written_term(pair.reaction)
            compare_pairs(counter, expected, [(pair.product, term)])
            for told, spellings, role, band in truths(pair):
                counted = strata[band].cells(spellings, term, role)
                last = oracle.ROLES[oracle.WEAKEST[role]]
                assert (told, pair.counts[told]) == (told, counted)
                assert (told, stored_cells(counter, spellings, term, last, band)) == (told, counted)
    assert sum(pair.counts["suspect_exact_name"][0] for pair in truth.pairs) > 3 * quarters


def test_a_pair_asked_for_as_of_a_date(oracle: ModuleType, simulated: Taken) -> None:
    """The answer says as of when it is, and knows nothing of what came later."""
    workspace = phytovigil.open(simulated.store)
    product, term = "SIMULATED DRUG 00001", "SIMULATED REACTION 00001"
    for place, as_of in ((1, "2012-09-30"), (5, "2014-12-31"), (11, None)):
        counted = oracle.Counted(oracle.latest_reports(simulated.quarters[: place + 1]))
        answer = workspace.count(f"reported:{product}", f"term:{term}", role="any", as_of=as_of)
        assert answer["as_of"] == last_day(SIMULATED[place])
        assert len(answer["releases"]) == place + 1
        assert tuple(answer[cell] for cell in "abcd") == counted.cells([product], term, "any")


def test_a_case_of_both_eras_is_one_case(oracle: ModuleType, simulated: Taken) -> None:
    """CASE of the legacy quarters and CASEID of the later ones number the same cases."""
    before = {report.case for quarter in simulated.quarters[:2] for report in oracle.reports_of(quarter).values()}
    after = {report.case for quarter in simulated.quarters[2:] for report in oracle.reports_of(quarter).values()}
    both = before & after & oracle.latest_reports(simulated.quarters).keys()
    assert len(both) > 50
    with counting(simulated.store) as counter:
        found = rows_of(counter, "SELECT case_id, number, version FROM report SEMI JOIN cases USING (report)")
    numbers = {case: (number, version) for case, number, version in found if case in both}
    assert len([case for case, _, _ in found if case in both]) == len(both) == len(numbers)
    assert all(f"{case}{version}" == str(number) for case, (number, version) in numbers.items())


# ------------------------------------------------------------------------------------------------ quarters made up


LEGACY = {
    "DEMO": "ISR CASE FDA_DT MFR_NUM AGE AGE_COD GNDR_COD REPORTER_COUNTRY",
    "DRUG": "ISR DRUG_SEQ ROLE_COD DRUGNAME",
    "REAC": "ISR PT",
    "OUTC": "ISR OUTC_COD",
    "RPSR": "ISR RPSR_COD",
    "THER": "ISR DRUG_SEQ START_DT END_DT",
    "INDI": "ISR DRUG_SEQ INDI_PT",
}
FIRST = {
    "DEMO": "primaryid caseid caseversion init_fda_dt fda_dt mfr_num age age_cod gndr_cod reporter_country "
    "occr_country",
    "DRUG": "primaryid caseid drug_seq role_cod drugname",
    "REAC": "primaryid caseid pt",
    "OUTC": "primaryid caseid outc_code",
    "RPSR": "primaryid caseid rpsr_cod",
    "THER": "primaryid caseid dsg_drug_seq start_dt end_dt",
    "INDI": "primaryid caseid indi_drug_seq indi_pt",
}
PRESENT = FIRST | {
    "DEMO": "primaryid caseid caseversion fda_dt init_fda_dt mfr_num age age_cod sex reporter_country occr_country",
    "DRUG": "primaryid caseid drug_seq role_cod drugname prod_ai",
    "REAC": "primaryid caseid pt drug_rec_act",
    "OUTC": "primaryid caseid outc_cod",
}
LAYOUTS = {"2012Q2": LEGACY, "2012Q3": LEGACY, "2012Q4": FIRST, "2014Q2": FIRST, "2014Q3": PRESENT, "2019Q1": PRESENT}

CASES = ("7654321", "10000001", "12345678")
OTHER_NAMES = {
    "isr": "primaryid", "case": "caseid", "gndr_cod": "sex", "outc_code": "outc_cod", "dsg_drug_seq": "drug_seq",
    "indi_drug_seq": "drug_seq",
}  # fmt: skip

sequences = st.sampled_from(["1", "2", "3", ""])
dates = st.sampled_from(["20120105", "20121101", "20130101", ""])
products = st.fixed_dictionaries(
    {
        "drug_seq": sequences,
        "role_cod": st.sampled_from(["PS", "SS", "I", "C", "C", "X", ""]),
        "drugname": st.sampled_from(["SIMULATED LEAF", " SIMULATED LEAF ", "SIMULATED  ROOT", "NA", ""]),
        "prod_ai": st.sampled_from(["SIMULATED ALKALOID", "SIMULATED LEAF", ""]),
    }
)
reactions = st.fixed_dictionaries({"pt": st.sampled_from(["Rash", "RASH", "Skin  discolouration", "Nausea", "NA", ""])})
outcomes = st.fixed_dictionaries({"outc_cod": st.sampled_from(["DE", "HO", "OT", "HO", "??"])})
indications = st.fixed_dictionaries({"drug_seq": sequences, "indi_pt": st.sampled_from(["Pain", "Back pain", ""])})
therapies = st.fixed_dictionaries(
    {
        "drug_seq": sequences,
        "start_dt": st.sampled_from(["20110203", "201102", "2011", "20110230", ""]),
        "end_dt": st.sampled_from(["2012", ""]),
    }
)
origins = st.fixed_dictionaries({"rpsr_cod": st.sampled_from(["FGN", "HP"])})
people = st.fixed_dictionaries(
    {
        "age": st.sampled_from(["6", "61", "18", "200", "-1", ""]),
        "age_cod": st.sampled_from(["YR", "DEC", "MON", "DY", ""]),
        "sex": st.sampled_from(["F", "M", "UNK", "NS", ""]),
        "reporter_country": st.sampled_from(["US", "UNITED STATES", "COUNTRY NOT SPECIFIED", ""]),
        "occr_country": st.sampled_from(["NA", "DE", "XW", ""]),
    }
)


@st.composite
def reports(draw: st.DrawFn, *, sound: bool = False) -> dict[str, Any]:
    """A report: what DEMO says of it, its rows in the other tables, and whether DEMO has it at all.

    sound : it is in DEMO and dated and has a numbered product, so that a quarter holds at least one of each.
    """
    demo = draw(people) | {
        "caseid": draw(st.sampled_from(CASES)),
        "caseversion": draw(st.sampled_from(["1", "2", "9", "10", "12"])),
        "fda_dt": "20121101" if sound else draw(dates),
        "init_fda_dt": draw(dates),
    }
    tables = {"DRUG": products, "REAC": reactions, "OUTC": outcomes, "THER": therapies, "INDI": indications}
    rows = {table: draw(st.lists(made, max_size=3)) for table, made in (tables | {"RPSR": origins}).items()}
    if sound:
        rows["DRUG"].insert(0, {"drug_seq": "1", "role_cod": "PS", "drugname": "SIMULATED LEAF"})
    return {"demo": demo, "isr": draw(st.integers(4_000_001, 4_000_003)), "told": sound or draw(st.booleans()), **rows}


@st.composite
def made_up_quarters(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Two or three quarters in order, each with reports, perhaps no table of outcomes, perhaps a list of deletions."""
    names = sorted(draw(st.lists(st.sampled_from(sorted(LAYOUTS)), min_size=2, max_size=3, unique=True)))
    return [
        {
            "name": name,
            "reports": [draw(reports(sound=True)), *draw(st.lists(reports(), max_size=5))],
            "outcomes": draw(st.booleans()),
            "deleted": draw(st.none() | st.sets(st.sampled_from(CASES), max_size=2)),
        }
        for name in names
    ]


def write_made_up(quarter: Mapping[str, Any], folder: Path) -> Path:
    """Write a quarter as FDA does; legacy rows end in a delimiter more than their header."""
    name, layout = quarter["name"], LAYOUTS[quarter["name"]]
    place = folder / f"faers_ascii_{name}"
    place.mkdir()
    ending = "$\r\n" if layout is LEGACY else "\r\n"
    for table, columns in layout.items():
        if table == "OUTC" and not quarter["outcomes"]:
            continue
        text = "$".join(columns.split()) + "\r\n"
        for report in quarter["reports"]:
            for row in [report["demo"]] * report["told"] if table == "DEMO" else report[table]:
                text += "$".join(fill_row(columns.split(), report, row, name)) + ending
        (place / f"{table}{name[2:]}.txt").write_bytes(text.encode())
    if quarter["deleted"] is not None:
        listed = "".join(f"{case}$\r\n" for case in sorted(quarter["deleted"]))
        (place / f"DELETE{name[2:]}.txt").write_bytes(f" $\r\n{listed}".encode())
    return place


def fill_row(columns: Sequence[str], report: Mapping[str, Any], row: Mapping[str, str], quarter: str) -> list[str]:
    """The fields of a row; the manufacturer's number makes the rows of each quarter its own."""
    demo = report["demo"]
    number = str(report["isr"]) if columns[0] == "ISR" else demo["caseid"] + demo["caseversion"]
    values = {"primaryid": number, "caseid": demo["caseid"], "mfr_num": f"SIMULATED {quarter}", **row}
    return [values.get(OTHER_NAMES.get(name.lower(), name.lower()), "") for name in columns]


def plain_report(case: str, version: int, fda_dt: str, term: str, *, isr: int = 4_000_001) -> dict[str, Any]:
    """A report with one product and one reaction, by which it is known."""
    return {
        "demo": {"caseid": case, "caseversion": str(version), "fda_dt": fda_dt},
        "isr": isr, "told": True, "OUTC": [], "THER": [], "INDI": [], "RPSR": [],
        "DRUG": [{"drug_seq": "1", "role_cod": "PS", "drugname": "SIMULATED LEAF"}],
        "REAC": [{"pt": term}],
    }  # fmt: skip


def plain_quarter(name: str, *made: dict[str, Any], deleted: set[str] | None = None) -> dict[str, Any]:
    return {"name": name, "reports": list(made), "outcomes": True, "deleted": deleted}


CASE, OTHER = CASES[1:]
BESIDE = plain_report(OTHER, 1, "20120105", "Beside")
RULES = {
    "the latest receipt speaks": (
        [
            plain_quarter(
                "2014Q3", plain_report(CASE, 3, "20130102", "Right"), plain_report(CASE, 4, "20130101", "Wrong")
            )
        ],
        "RIGHT",
    ),
    "then the highest number, as a number": (
        [
            plain_quarter(
                "2014Q3", plain_report(CASE, 10, "20130101", "Right"), plain_report(CASE, 9, "20130101", "Wrong")
            )
        ],
        "RIGHT",
    ),
    "then the later quarter": (
        [
            plain_quarter("2014Q3", plain_report(CASE, 1, "20130101", "Wrong")),
            plain_quarter("2019Q1", plain_report(CASE, 1, "20130101", "Right")),
        ],
        "RIGHT",
    ),
    "a late quarter may hold an earlier receipt": (
        [
            plain_quarter("2014Q3", plain_report(CASE, 2, "20130101", "Right")),
            plain_quarter("2019Q1", plain_report(CASE, 1, "20120105", "Wrong")),
        ],
        "RIGHT",
    ),
    "of rows with the same number the first speaks, with the rows of both": (
        [
            plain_quarter(
                "2014Q3", plain_report(CASE, 1, "20130101", "Right"), plain_report(CASE, 1, "20130102", "Right")
            )
        ],
        "RIGHT",
    ),
    "a case keeps its number through both eras": (
        [
            plain_quarter("2012Q3", plain_report(CASE, 0, "20120105", "Wrong")),
            plain_quarter("2012Q4", plain_report(CASE, 2, "20121101", "Right")),
        ],
        "RIGHT",
    ),
    "a list withdraws what came before it": (
        [
            plain_quarter("2014Q3", plain_report(CASE, 1, "20130101", "Wrong")),
            plain_quarter("2019Q1", BESIDE, deleted={CASE}),
        ],
        None,
    ),
    "but not what its own quarter publishes": (
        [plain_quarter("2014Q3", plain_report(CASE, 1, "20130101", "Right"), deleted={CASE})],
        "RIGHT",
    ),
    "nor what comes later, even if its receipt was earlier": (
        [
            plain_quarter("2012Q4", plain_report(CASE, 2, "20121101", "Wrong")),
            plain_quarter("2014Q3", BESIDE, deleted={CASE}),
            plain_quarter("2019Q1", plain_report(CASE, 1, "20120105", "Right")),
        ],
        "RIGHT",
    ),
    "the last list counts": (
        [
            plain_quarter("2012Q4", BESIDE, deleted={CASE}),
            plain_quarter("2014Q2", plain_report(CASE, 1, "20130101", "Wrong")),
            plain_quarter("2014Q3", BESIDE, deleted={CASE}),
        ],
        None,
    ),
}
"""Quarters, and the term of the report that speaks for the case; None where no report of it counts."""


@pytest.mark.parametrize("rule", RULES)
def test_which_report_of_a_case_counts(oracle: ModuleType, tmp_path: Path, rule: str) -> None:
    """Both counts follow the rule as it is written out by hand."""
    made, term = RULES[rule]
    places = [write_made_up(quarter, tmp_path) for quarter in made]
    phytovigil.open(tmp_path / "store").ingest(places)
    latest = oracle.latest_reports([oracle.read_quarter(last_day(place.name[-6:]), place) for place in places])
    assert set(latest[CASE].terms if CASE in latest else [None]) == {term}
    with counting(tmp_path / "store") as counter:
        terms = stored_cases(counter).get(CASE, {"terms": {(None,): 1}})["terms"]
        assert set(terms) == {(term,)}


def test_an_indication_is_not_tied_to_a_product_without_a_number(oracle: ModuleType, tmp_path: Path) -> None:
    report = plain_report(CASE, 1, "20130101", "Rash")
    report |= {"DRUG": [report["DRUG"][0] | {"drug_seq": ""}], "INDI": [{"drug_seq": "1", "indi_pt": "Pain"}]}
    place = write_made_up(plain_quarter("2014Q3", report), tmp_path)
    ledger = phytovigil.open(tmp_path / "store").ingest([place])
    compare_ledger(oracle, oracle.read_quarter("2014-09-30", place), ledger["files"])


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # each example takes half a second: to shrink one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=made_up_quarters())
def test_any_quarters(oracle: ModuleType, made: list[dict[str, Any]]) -> None:
    """Versions, ties, deletions, orphans, repeated numbers and missing values, as of the last two quarters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = [write_made_up(quarter, folder) for quarter in made]
        quarters = [oracle.read_quarter(last_day(path.name[-6:]), path) for path in places]
        ledger = phytovigil.open(folder / "store").ingest(places)
        for quarter in quarters:
            compare_ledger(oracle, quarter, [file for file in ledger["files"] if file["as_of"] == quarter.as_of])
        for quarter in (quarters[-2], quarters[-1]):
            expected = oracle.Counted(oracle.latest_reports(quarters, quarter.as_of))
            with counting(folder / "store", quarter.as_of) as counter:
                compare_cases(oracle, counter, expected)
                if quarter is quarters[-1]:
                    every = [(product, term) for product in expected.names("any") for term in expected.terms()]
                    compare_pairs(counter, expected, every)

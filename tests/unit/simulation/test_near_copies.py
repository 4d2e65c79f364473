"""Near-copies suffer the stated changes at the stated shares; look-alikes share what they should and no more."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import InvalidRequest
from phytovigil.simulation import Background, Changes, LookAlikes, Parameters, simulate

QUARTERS = ("2019Q1", "2019Q2")
PLAIN = {"planted": (), "confounder": None, "follow_up_share": 0.0, "deleted_share": 0.0, "spelling_share": 0.0}
STANDARD_ERRORS = 4.5


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Many near-copies with the default changes, and the look-alikes beside them."""
    return read_world(tmp_path_factory.mktemp("copied") / "out", duplicate_share=0.3)


class Reports:
    """The tables of a simulation by case number, read without the simulator."""

    def __init__(self, folder: Path, truth: Any) -> None:
        self.truth = truth
        self.demo = {row["caseid"]: row for row in read_rows(folder, "DEMO")}
        self.drugs, self.reactions, self.indications = (grouped(folder, table) for table in ("DRUG", "REAC", "INDI"))

    def pairs(self) -> list[tuple[str, str]]:
        return [(str(original), str(copy)) for original, copy in self.truth.duplicates]

    def products(self, case: str) -> set[str]:
        return {number_of(row["drugname"]) for row in self.drugs[case]}

    def terms(self, case: str) -> set[str]:
        return {row["pt"] for row in self.reactions[case]}


def read_world(folder: Path, **changed: Any) -> Reports:
    parameters = Parameters(
        **PLAIN | {"changes": Changes(), "background": Background(), "alike": LookAlikes()} | changed
    )
    return Reports(folder, simulate(folder, reports=16_000, quarters=QUARTERS, seed=21, parameters=parameters))


def read_rows(folder: Path, table: str) -> Iterable[dict[str, str]]:
    for path in sorted(folder.rglob(f"{table}*.txt")):
        header, *lines = path.read_text(encoding="ascii").splitlines()
        for line in lines:
            yield dict(zip(header.split("$"), line.split("$"), strict=True))


def grouped(folder: Path, table: str) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_rows(folder, table):
        rows[row["caseid"]].append(row)
    return rows


def number_of(name: str) -> str:
    return next(word for word in name.replace("-", " ").split() if word.isdigit())


def assert_share(happened: Iterable[bool], share: float) -> None:
    """The share among those asked is the stated one, within its standard error."""
    flags = list(happened)
    error = math.sqrt(share * (1 - share) / len(flags))
    assert len(flags) > 100
    assert sum(flags) / len(flags) == pytest.approx(share, abs=STANDARD_ERRORS * error + 1e-3)


def test_dates_change_as_stated(copied: Reports) -> None:
    known = [(copied.demo[a]["event_dt"], copied.demo[b]["event_dt"]) for a, b in copied.pairs()]
    whole = [(one, two) for one, two in known if len(one) == 8]
    assert_share((two == "" for _, two in whole), 0.12)
    assert_share((two == one[:6] for one, two in whole), 0.10)
    assert_share((two == one[:4] for one, two in whole), 0.05)
    days = [(day(one), day(two), one, two) for one, two in whole if len(two) == 8]
    assert_share((0 < abs((a - b).days) <= 10 and not swapped(c, d) for a, b, c, d in days), 0.10 / 0.73)
    far = [(one, two) for a, b, one, two in days if abs((a - b).days) > 10]
    assert far
    assert all(swapped(one, two) for one, two in far)
    assert all(one == two or len(two) < len(one) for one, two in known if len(one) < 6)


def day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def swapped(one: str, two: str) -> bool:
    return one[:4] + one[6:] + one[4:6] == two


def test_ages_change_as_stated(copied: Reports) -> None:
    people = [(copied.demo[a], copied.demo[b]) for a, b in copied.pairs()]
    years = [(int(one["age"]), two["age"], two["age_cod"]) for one, two in people if one["age_cod"] == "YR"]
    assert_share((age == "" and unit == "" for _, age, unit in years), 0.10)
    assert_share((unit == "DEC" and int(age) == max(one // 10, 1) for one, age, unit in years), 0.04)
    off = [abs(int(age) - one) for one, age, unit in years if unit == "YR"]
    assert max(off) == 2
    assert_share((abs(int(age or 0) - one) == 1 and unit == "YR" for one, age, unit in years), 0.08 + 0.03 * 2 / 5)
    assert_share((abs(int(age or 0) - one) == 2 and unit == "YR" for one, age, unit in years), 0.03 * 2 / 5)
    others = [(one["age"], two["age"]) for one, two in people if one["age_cod"] != "YR"]
    assert all(one == two for one, two in others)


def test_sex_weight_country_and_firm_change_as_stated(copied: Reports) -> None:
    people = [(copied.demo[a], copied.demo[b]) for a, b in copied.pairs()]
    assert_share((two["sex"] == "" for one, two in people if one["sex"]), 0.04)
    assert all(one["sex"] == two["sex"] for one, two in people if two["sex"])
    assert_share((two["wt"] == "" for one, two in people if one["wt"]), 0.25)
    both = [
        (kilograms(one), kilograms(two), one["wt_cod"] != two["wt_cod"])
        for one, two in people
        if one["wt"] and two["wt"]
    ]
    assert_share((changed for *_, changed in both), 0.10)
    assert all(abs(one - two) < 0.5 for one, two, _ in both)
    assert_share((two["reporter_country"] == "" for _, two in people), 0.02)
    assert (
        0.02
        < sum(two["reporter_country"] not in ("", one["reporter_country"]) for one, two in people) / len(people)
        < 0.05
    )
    assert all(one["mfr_sndr"] != two["mfr_sndr"] and one["mfr_num"] != two["mfr_num"] for one, two in people)


def kilograms(row: dict[str, str]) -> float:
    return int(row["wt"]) * (0.45359237 if row["wt_cod"] == "LBS" else 1)


def test_products_change_as_stated(copied: Reports) -> None:
    several = [(copied.products(a), copied.products(b)) for a, b in copied.pairs() if len(copied.drugs[a]) > 1]
    assert all(len(one - two) <= 1 and len(two - one) <= 1 for one, two in several)
    unrepeated = [(copied.products(a), copied.products(b)) for a, b in copied.pairs()
                  if len(copied.drugs[a]) == len(copied.products(a)) > 1]  # fmt: skip
    assert_share((len(one - two) == 1 for one, two in unrepeated), 0.15)
    alone = [(len(copied.drugs[a]), len(copied.drugs[b])) for a, b in copied.pairs() if len(copied.drugs[a]) == 1]
    assert_share((two == 2 for _, two in alone), 0.10)
    rows = [row for _, b in copied.pairs() for row in copied.drugs[b]]
    assert_share((row["drugname"].startswith("SIMULATED BRAND") for row in rows), 0.15)
    told = [row for a, _ in copied.pairs() for row in copied.drugs[a]]
    assert not any("BRAND" in row["drugname"] for row in told)
    assert all(sum(row["role_cod"] == "PS" for row in copied.drugs[b]) == 1 for _, b in copied.pairs())


def test_reactions_change_as_stated(copied: Reports) -> None:
    terms = [(copied.terms(a), copied.terms(b)) for a, b in copied.pairs()]
    single = [(one, two) for one, two in terms if len(one) == 1]
    assert_share((len(two) == 2 for _, two in single), 0.12)
    recoded = [(min(one), min(two)) for one, two in single if len(two) == 1]
    assert_share((one != two for one, two in recoded), 0.08)
    near = [((int(one.split()[-1]) - 1) // 4, (int(two.split()[-1]) - 1) // 4) for one, two in recoded]
    assert all(one == two for one, two in near)
    lost = [len(one) - len(two) for one, two in terms if len(one) > 3]
    assert 0.08 < sum(left > 0 for left in lost) / len(lost) < 0.25


def test_several_reports_tell_one_published_case(copied: Reports) -> None:
    told = Counter(original for original, _ in copied.truth.duplicates)
    assert sum(number >= 2 for number in told.values()) > 100
    pairs = {frozenset(pair) for pair in copied.truth.same_event}
    for original, number in told.items():
        cases = (
            [original, *(copy for first, copy in copied.truth.duplicates if first == original)] if number == 3 else []
        )
        assert all(frozenset((a, b)) in pairs for a in cases for b in cases if a != b)
    assert len(pairs) == sum(number * (number + 1) // 2 for number in told.values())
    assert all(left < right for left, right in copied.truth.same_event)


def test_near_copies_come_after_their_original(copied: Reports) -> None:
    days = [(day(copied.demo[a]["init_fda_dt"]), day(copied.demo[b]["init_fda_dt"])) for a, b in copied.pairs()]
    assert sum(one > two for one, two in days) < 0.01 * len(days)
    assert max((two - one).days for one, two in days) > 90


def test_references_are_restyled_and_lost(copied: Reports) -> None:
    cited = [
        (copied.demo[a]["lit_ref"], copied.demo[b]["lit_ref"]) for a, b in copied.pairs() if copied.demo[a]["lit_ref"]
    ]
    assert_share((two == "" for _, two in cited), 0.20)
    assert_share((two not in ("", one) for one, two in cited), 0.80 * 0.60)


def test_patients_of_one_paper_share_paper_product_and_reaction(copied: Reports) -> None:
    papers: dict[int, list[str]] = defaultdict(list)
    for kind, first, case in copied.truth.look_alikes:
        if kind == "paper":
            papers[first].append(str(case))
    assert 0.9 * 16_000 / 400 < len(papers) <= 16_000 / 400, "a lawyer's batch may take the place of a paper"
    assert max(map(len, papers.values())) == 6
    for cases in papers.values():
        assert len({copied.demo[case]["lit_ref"] for case in cases}) == 1
        assert set.intersection(*(copied.products(case) for case in cases))
        assert set.intersection(*(copied.terms(case) for case in cases))
    ages = [{copied.demo[case]["age"] for case in cases} for cases in papers.values() if len(cases) > 3]
    assert sum(len(told) > 2 for told in ages) > len(ages) / 2


def test_a_lawyers_batch_shares_day_firm_product_and_reactions(copied: Reports) -> None:
    batches: dict[int, list[str]] = defaultdict(list)
    for kind, first, case in copied.truth.look_alikes:
        if kind == "batch":
            batches[first].append(str(case))
    assert len(batches) == 4
    for cases in batches.values():
        assert 10 <= len(cases) <= 50
        assert {copied.demo[case]["occp_cod"] for case in cases} == {"LW"}
        for name in ("reporter_country", "fda_dt"):
            assert len({copied.demo[case][name] for case in cases}) == 1
        assert set.intersection(*(copied.products(case) for case in cases))
        assert len({copied.demo[case]["age"] for case in cases}) > 3
    copies = {copy for _, copy in copied.truth.duplicates}
    assert not copies & {case for _, _, case in copied.truth.look_alikes}


def test_a_background_ties_products_to_reactions_and_keeps_their_shares(tmp_path: Path) -> None:
    tied = read_world(tmp_path / "tied", duplicate_share=0.0, alike=None)
    loose = read_world(tmp_path / "loose", duplicate_share=0.0, alike=None, background=None)
    assert lift(tied) > 10 > 3 > lift(loose)
    shares = [Counter(row["sex"] for row in world.demo.values())["F"] / 16_000 for world in (tied, loose)]
    assert shares[0] == pytest.approx(shares[1], abs=0.02)


def lift(world: Reports) -> float:
    """The largest ratio of observed to expected reports among pairs reported 20 times."""
    pairs = Counter((a, b) for case in world.demo for a in world.products(case) for b in world.terms(case))
    products = Counter(a for case in world.demo for a in world.products(case))
    reactions = Counter(b for case in world.demo for b in world.terms(case))
    return max(count * 16_000 / (products[a] * reactions[b]) for (a, b), count in pairs.items() if count >= 20)


def test_without_changes_everything_stays(tmp_path: Path) -> None:
    never = {field.name: 0.0 for field in fields(Changes) if field.name not in ("most_days", "per_cluster", "turned")}
    world = read_world(tmp_path / "same", duplicate_share=0.2, changes=replace(Changes(), **never))
    kept = ("event_dt", "age", "age_cod", "sex", "wt", "wt_cod", "occp_cod", "reporter_country", "lit_ref")
    for a, b in world.pairs():
        assert [world.demo[a][name] for name in kept] == [world.demo[b][name] for name in kept]
        assert (world.products(a), world.terms(a)) == (world.products(b), world.terms(b))
        assert {row["indi_pt"] for row in world.indications[a]} == {row["indi_pt"] for row in world.indications[b]}


NONSENSE: list[Callable[[], object]] = [
    lambda: Changes(date_shifted=1.2),
    lambda: Changes(date_blank=0.6, date_to_month=0.5),
    lambda: Changes(age_blank=-0.1),
    lambda: Changes(most_days=0),
    lambda: Changes(per_cluster=0),
    lambda: Background(conditions=0),
    lambda: Background(items=501),
    lambda: Background(tied=1.5),
    lambda: LookAlikes(series_most=1),
    lambda: LookAlikes(series_every=20),
    lambda: LookAlikes(batch_most=5),
    lambda: LookAlikes(batch_every=100),
]


@pytest.mark.parametrize("make", NONSENSE)
def test_nonsense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidRequest) as error:
        make()
    assert error.value.hint

"""`examine onset` on a real sample of FAERS and on simulated quarters, beside a count in plain Python."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
SAMPLE = Path("faers_ascii") / "2025q4_1000cases"


@pytest.fixture(scope="module")
def faers(thousand: Path) -> Path:
    """A store with a thousand real cases."""
    return thousand


@pytest.fixture(scope="module")
def simulated(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with simulated quarters."""
    folder = tmp_path_factory.mktemp("simulated")
    ask("simulate", folder / "made", "--reports", "5000", "--quarters", "2019Q1", "--seed", "5")
    ask("ingest", *sorted((folder / "made").glob("faers*")), "--store", folder / "store")
    return folder / "store"


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="$"))


def read_date(text: str) -> tuple[str, date | None] | None:
    """Digits of a date, and the day if it is a whole one."""
    digits = text.strip().removesuffix(".0")
    if not digits:
        return None
    return digits, date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if len(digits) == 8 else None


def judge(starts: list[str], event: str) -> str:
    dated = [found for found in map(read_date, starts) if found]
    happened = read_date(event)
    if not dated:
        return "without_start" if happened else "without_either"
    if not happened:
        return "without_event_date"
    begun = min(dated)[1]
    if begun is None or happened[1] is None:
        return "partial"
    return "negative" if happened[1] < begun else "usable"


ROLES = {"any": {"PS", "SS", "I", "C"}, "suspect": {"PS", "SS", "I"}}


@pytest.mark.parametrize("role", ["any", "suspect"])
@pytest.mark.parametrize(
    ("product", "reaction"),
    [("VEDOLIZUMAB", "FATIGUE"), ("RITUXIMAB", "OFF LABEL USE"), ("METHOTREXATE", "DRUG INEFFECTIVE")],
)
def test_ledger_is_that_of_a_loop_over_the_rows(
    ask: Ask, faers: Path, shared_data: Path, product: str, reaction: str, role: str
) -> None:
    folder = shared_data / SAMPLE
    demo, drug, reac, ther = (read(folder / f"{name}25Q4.txt") for name in ("DEMO", "DRUG", "REAC", "THER"))
    assert len({row["caseid"] for row in demo}) == len(demo)
    starts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in ther:
        starts[row["primaryid"], row["dsg_drug_seq"]].append(row["start_dt"])
    taken: dict[str, list[str]] = defaultdict(list)
    named = set()
    for row in drug:
        names = {row["drugname"].strip().upper(), row["prod_ai"].strip().upper()}
        if product in names and row["role_cod"] in ROLES[role]:
            named.add(row["primaryid"])
            taken[row["primaryid"]] += starts[row["primaryid"], row["drug_seq"]]
    reacted = {row["primaryid"] for row in reac if row["pt"].strip().upper() == reaction}
    events = {row["primaryid"]: row["event_dt"] for row in demo}
    question = ("--product", f"reported:{product}", "--reaction", f"term:{reaction}", "--role", role)
    answer = ask("examine", "onset", *question, "--store", faers)
    for chosen, ledger in (
        (named & reacted, answer["ledger"]),
        (named - reacted, answer["comparisons"][0]["ledger"]),
    ):
        counted = dict.fromkeys(ledger, 0)
        for number in chosen:
            counted[judge(taken[number], events[number])] += 1
            counted["cases"] += 1
        assert ledger == counted


def test_ledger_adds_up_and_so_do_the_days(ask: Ask, simulated: Path) -> None:
    question = ("--product", "SIMULATED SUBSTANCE 00002", "--reaction", "SIMULATED REACTION 00006", "--role", "any")
    answer = ask("examine", "onset", *question, "--store", simulated)
    table = ask("count", *question, "--store", simulated)
    assert answer["ledger"]["cases"] == table["a"]
    assert answer["comparisons"][0]["ledger"]["cases"] == table["b"]
    assert answer["comparisons"][1]["ledger"]["cases"] == table["c"]
    for ledger in (answer["ledger"], *(item["ledger"] for item in answer["comparisons"])):
        assert ledger["cases"] == sum(number for part, number in ledger.items() if part != "cases")
    assert sum(row["cases"] for row in answer["days"]) == answer["ledger"]["usable"]
    assert answer["days"][-1]["up_to"] == answer["ledger"]["usable"]


HEADINGS = {
    "DEMO": "primaryid caseid caseversion i_f_code event_dt mfr_dt init_fda_dt fda_dt rept_cod auth_num mfr_num "
    "mfr_sndr lit_ref age age_cod age_grp sex e_sub wt wt_cod rept_dt to_mfr occp_cod reporter_country occr_country",
    "DRUG": "primaryid caseid drug_seq role_cod drugname prod_ai val_vbm route dose_vbm cum_dose_chr cum_dose_unit "
    "dechal rechal lot_num exp_dt nda_num dose_amt dose_unit dose_form dose_freq",
    "REAC": "primaryid caseid pt drug_rec_act",
    "THER": "primaryid caseid dsg_drug_seq start_dt end_dt dur dur_cod",
    "INDI": "primaryid caseid indi_drug_seq indi_pt",
    "OUTC": "primaryid caseid outc_cod",
    "RPSR": "primaryid caseid rpsr_cod",
}
EARLY = [0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 6, 9, 14, 30, 120]
LATE = [60, 70, 80, 90, 95, 100, 110, 120, 130, 150, 160, 180, 200]


@pytest.fixture(scope="module")
def made(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cases of known days: ALPHA with RASH comes early; ALPHA with ITCH and BETA with RASH come late."""
    folder = tmp_path_factory.mktemp("made")
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in HEADINGS}
    start = date(2019, 1, 10)
    sets = [("ALPHA", "Rash", EARLY), ("ALPHA", "Itch", LATE), ("BETA", "Rash", LATE), ("GAMMA", "Cough", EARLY[:6])]
    cases = [(product, term, days) for product, term, every in sets for days in every]
    for number, (product, term, days) in enumerate(cases, start=1001):
        ids = {"primaryid": f"{number}1", "caseid": str(number)}
        event = (start + timedelta(days)).strftime("%Y%m%d")
        dated = {"event_dt": event, "init_fda_dt": "20191001", "fda_dt": "20191001", "rept_dt": "20191001"}
        rows["DEMO"].append({**ids, "caseversion": "1", "i_f_code": "I", "rept_cod": "EXP", **dated})
        rows["DRUG"].append({**ids, "drug_seq": "1", "role_cod": "PS", "drugname": product})
        rows["THER"].append({**ids, "dsg_drug_seq": "1", "start_dt": start.strftime("%Y%m%d")})
        rows["REAC"].append({**ids, "pt": term})
    for name, heading in HEADINGS.items():
        columns = heading.split()
        lines = ["$".join(columns), *("$".join(row.get(column, "") for column in columns) for row in rows[name])]
        (folder / f"{name}19Q4.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ask("ingest", *sorted(folder.glob("*.txt")), "--store", folder / "store")
    return folder / "store"


GROUP = ("--product", "ALPHA", "--reaction", "RASH")


def test_known_days_come_back(ask: Ask, made: Path) -> None:
    answer = ask("examine", "onset", *GROUP, "--store", made)
    assert (answer["ledger"]["cases"], answer["ledger"]["usable"]) == (len(EARLY), len(EARLY))
    assert [row["days"] for row in answer["days"] for _ in range(row["cases"])] == EARLY
    assert answer["spread"] == {
        "minimum": 0,
        "first_quartile": 0,
        "median": 2,
        "third_quartile": 9,
        "maximum": 120,
        "same_day": 4,
    }
    assert answer["weibull"]["pattern"] == "early"
    assert answer["weibull"]["shape"]["high"] < 1
    for item in answer["comparisons"]:
        assert (item["ledger"]["usable"], item["spread"]["median"]) == (len(LATE), 110)
        signs = sum((one > other) - (one < other) for one in EARLY for other in LATE)
        assert item["cliffs_delta"]["point"] == pytest.approx(signs / (len(EARLY) * len(LATE)), rel=1e-9)
        gap = max(sum(x <= day for x in EARLY) / len(EARLY) - sum(x <= day for x in LATE) / len(LATE) for day in EARLY)
        assert item["kolmogorov_smirnov"]["distance"] == pytest.approx(gap, rel=1e-9)
        assert item["cliffs_delta"]["p_value"] == item["kolmogorov_smirnov"]["p_value"] == 1 / 2000


def test_seed_repeats_the_answer(ask: Ask, made: Path) -> None:
    question = ("examine", "onset", *GROUP, "--store", made, "--seed", "7")
    assert ask(*question) == ask(*question)
    assert ask(*question)["seed"] == 7


def test_text_says_what_was_found_and_what_it_cannot_say(run: Callable[..., Any], made: Path) -> None:
    said = run("examine", "onset", *GROUP, "--store", made).out
    for part in ("15 with a usable time to onset", "quartiles 0, 2, 9", "same day: 4", "The shape lies below 1"):
        assert part in said
    assert "Right truncation is not taken into account" in said


def test_too_few_times_are_listed_without_a_distribution_or_a_test(
    ask: Ask, run: Callable[..., Any], made: Path
) -> None:
    question = ("examine", "onset", "--product", "GAMMA", "--reaction", "COUGH", "--store", made)
    answer = ask(*question)
    assert answer["ledger"]["usable"] == 6
    assert answer["weibull"] is None
    assert "fitted from 10 usable times to onset on; here are 6" in answer["notes"][0]
    assert [item["kolmogorov_smirnov"] for item in answer["comparisons"]] == [None, None]
    assert all("both need 5" in item["why"] for item in answer["comparisons"])
    assert "too few" in run(*question).out


def test_truncation_is_said_and_later_events_are_set_aside(ask: Ask, run: Callable[..., Any], made: Path) -> None:
    question = ("examine", "onset", *GROUP, "--store", made)
    answer = ask(*question, "--truncated-at", "2019-02-20")
    assert answer["truncated_at"] == "2019-02-20"
    assert (answer["ledger"]["after_truncation"], answer["ledger"]["usable"]) == (1, 14)
    assert answer["comparisons"][0]["ledger"]["after_truncation"] == len(LATE)
    assert not any("not taken into account" in note for note in answer["notes"])
    said = run(*question, "--truncated-at", "2019-02-20").out
    assert "1 set aside: event after the day of truncation" in said
    assert "right-truncated at 2019-02-20" in said


def test_source_without_starts_says_so(refuse: Callable[..., str], store: Path) -> None:
    question = ("--product", "kratom", "--reaction", "jaundice", "--source", "caers", "--store", str(store))
    assert "does not record when a product was started" in refuse(7, "examine", "onset", *question)


@pytest.mark.parametrize(
    ("options", "said"), [(("--truncated-at", "2019-13-01"), "is no date"), (("--seed", "-1"), "0 or more")]
)
def test_options_that_cannot_be_are_refused(
    refuse: Callable[..., str], made: Path, options: tuple[str, ...], said: str
) -> None:
    assert said in refuse(2, "examine", "onset", *GROUP, "--store", str(made), *options)


def test_no_case_at_all_is_said_plainly(ask: Ask, run: Callable[..., Any], made: Path) -> None:
    question = (*GROUP, "--years", "1999")
    answer = ask("examine", "onset", *question, "--store", made)
    assert (answer["ledger"]["cases"], answer["spread"], answer["weibull"], answer["days"]) == (0, None, None, [])
    assert "0 cases with product and reaction" in run("examine", "onset", *question, "--store", made).out

"""Read the cases of a pair one by one: what each report tells of time, dechallenge, completeness and causality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from phytovigil.cases import Product, Reaction
from phytovigil.cases.causality.completeness import PENALTIES, Completeness, score_report
from phytovigil.cases.causality.dechallenge import merge_challenges, sum_up_challenges
from phytovigil.cases.causality.from_report import answer_naranjo, answer_who_umc
from phytovigil.cases.causality.naranjo import Naranjo, assess_naranjo
from phytovigil.cases.causality.time_to_onset import EXACT, Onset, measure_onset
from phytovigil.cases.causality.who_umc import WhoUmc, assess_who_umc
from phytovigil.cases.series import co_suspects_sql, recorded_sql, series_sql
from phytovigil.schema.selection import UNKNOWN, Selection
from phytovigil.study.counting import ReportCounter
from phytovigil.study.naming import NamedProduct, NamedReaction

MOST_READ = 20_000
"""Most cases of a pair that are read one by one."""
MOST_LISTED = 200
"""Most cases of a pair that are listed one by one."""
MOST_SUSPECTS = 15

DIMENSIONS: Mapping[str, str] = {
    "time_to_onset": "start",
    "indication": "indication",
    "outcome": "outcome",
    "sex": "sex",
    "age": "age_years",
    "dose": "dose",
    "country": "country",
    "reporter": "reporter",
    "report_type": "report_type",
}
"""Dimensions of completeness, and the field without which a source cannot have them; narratives are never published."""


@dataclass(frozen=True)
class ReadCase:
    """One case, read."""

    row: Mapping[str, Any]
    onset: Onset
    dechallenge: str | None
    rechallenge: str | None
    completeness: Completeness
    naranjo: Naranjo
    who_umc: WhoUmc


@dataclass
class SeriesReader:
    """Reads the cases of one pair of one source, once."""

    product: NamedProduct
    reaction: NamedReaction
    selection: Selection
    _read: tuple[dict[str, bool], list[ReadCase]] | None = None

    def read(self, counter: ReportCounter) -> tuple[dict[str, bool], list[ReadCase]]:
        """Which fields the source records at all, and the cases, oldest first."""
        if self._read is None:
            counter.check(self.selection)
            engine = counter.opened.session.engine
            recorded = {name: bool(held) for name, held in engine.query_one(recorded_sql()).items()}
            found = engine.query(series_sql(*self.chosen(counter), MOST_READ))
            left_out = leave_out(recorded)
            rows = (dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True))
            self._read = recorded, [read_case(row, left_out) for row in rows]
        return self._read

    def chosen(self, counter: ReportCounter) -> tuple[Product, Reaction, Selection, Mapping[str, int]]:
        """What the functions of `cases` are asked with."""
        product, reaction = counter.product(self.product), counter.reaction(self.reaction)
        return product, reaction, self.selection, counter.opened.nodes

    def sum_up(self, counter: ReportCounter) -> dict[str, Any]:
        """What can be said of all cases together: numbers that suffice for everything that is derived."""
        recorded, cases = self.read(counter)
        found, _, _, _ = counter.count_pair(self.product, self.reaction, self.selection)
        return {
            "cases": found,
            "read": len(cases),
            "recorded": recorded,
            "left_out": list(leave_out(recorded)),
            **count_cases(cases),
            "suspects": self.co_suspects(counter),
        }

    def co_suspects(self, counter: ReportCounter) -> list[list[Any]]:
        """Other products of the vocabulary that the cases suspect too, most frequent first; groups left out."""
        opened = counter.opened
        family = {opened.nodes[member] for member, _ in self.product.nodes}
        family |= {above for node in tuple(family) for above in opened.products.ancestors(node)}
        found = opened.session.engine.query(co_suspects_sql(*self.chosen(counter), sorted(family)))
        pairs = ((opened.products.nodes[int(str(node))], cases) for node, cases in zip(*found.values(), strict=True))
        return [[node.name, cases] for node, cases in pairs if node.kind != "group"][:MOST_SUSPECTS]

    def list_singles(self, counter: ReportCounter) -> list[dict[str, Any]]:
        """The cases one by one, as many as a page can show."""
        _, cases = self.read(counter)
        return [describe_single(case, counter.opened.source.name) for case in cases[:MOST_LISTED]]


def leave_out(recorded: Mapping[str, bool]) -> tuple[str, ...]:
    """Dimensions of completeness that a source cannot have.

    A time to onset needs starts and event dates; a source with no other field of a dimension has none of it.
    """
    held = {name for name, field in DIMENSIONS.items() if recorded[field]}
    if not recorded["event_date"]:
        held.discard("time_to_onset")
    return tuple(name for name in PENALTIES if name not in held)


def read_case(row: Mapping[str, Any], left_out: tuple[str, ...]) -> ReadCase:
    """One row of the series, with its onset, completeness and scales."""
    onset = measure_onset(row["begun"], row["event_date"])
    dechallenge, rechallenge = merge_challenges(row["dechallenge"] or ()), merge_challenges(row["rechallenge"] or ())
    told = {
        "indication": row["indicated"],
        "outcome": row["outcome_known"],
        "sex": row["sex"] is not None,
        "age": row["age_years"] is not None,
        "dose": row["dosed"],
        **{name: row[name] is not None for name in ("country", "reporter", "report_type")},
    }
    known = {name for name, is_told in told.items() if is_told}
    by_group = row["age_years"] is None and row["age_group"] is not None
    score = score_report(known, onset, age_group_only=by_group, left_out=left_out)
    return ReadCase(
        row, onset, dechallenge, rechallenge, score, *assess_report(onset, dechallenge, rechallenge, row["others"] > 0)
    )


@lru_cache(maxsize=4096)
def assess_report(
    onset: Onset, dechallenge: str | None, rechallenge: str | None, other_suspects: bool
) -> tuple[Naranjo, WhoUmc]:
    """Both scales of a case as far as its report answers them; many cases answer alike."""
    return (
        assess_naranjo(answer_naranjo(onset, dechallenge, rechallenge, other_suspects=other_suspects)),
        assess_who_umc(answer_who_umc(onset, dechallenge, rechallenge, other_suspects=other_suspects)),
    )


def count_cases(cases: Sequence[ReadCase]) -> dict[str, Any]:
    """Counts of everything that a series shows."""
    return {
        "onset": count(case.onset.status for case in cases),
        "days": count(case.onset.low for case in cases if case.onset.status == EXACT),
        "dechallenge": sum_up_challenges(case.dechallenge for case in cases),
        "rechallenge": sum_up_challenges(case.rechallenge for case in cases),
        "serious": count(SERIOUSNESS[case.row["serious"]] for case in cases),
        "outcomes": count(outcome for case in cases for outcome in dict.fromkeys(case.row["outcomes"] or ())),
        "sex": count(case.row["sex"] or UNKNOWN for case in cases),
        "age": count(case.row["age_band"] for case in cases),
        "scores": count(case.completeness.score for case in cases),
        "naranjo": count((case.naranjo.low, case.naranjo.high, case.naranjo.categories) for case in cases),
        "who_umc": count((case.who_umc.categories, case.who_umc.as_it_stands) for case in cases),
    }


SERIOUSNESS = {True: "serious", False: "not serious", None: UNKNOWN}


def count(values: Iterable[Any]) -> list[list[Any]]:
    """Each value with its cases, most frequent first, then in the order of the values."""
    return [[value, cases] for value, cases in sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))]


def describe_single(case: ReadCase, source: str) -> dict[str, Any]:
    """One case as JSON."""
    row = case.row
    return {
        "case_id": row["case_id"],
        "anchor": f"{source}-case-{row['case_id']}",
        "received": row["received"] and row["received"].isoformat(),
        "sex": row["sex"],
        "age_years": row["age_years"] and round(row["age_years"], 2),
        "serious": row["serious"],
        "onset": {"status": case.onset.status, "low_days": case.onset.low, "high_days": case.onset.high},
        "dechallenge": case.dechallenge,
        "rechallenge": case.rechallenge,
        "other_suspects": row["others"],
        "completeness": {"all_ten": round(case.completeness.least, 4), "adapted": round(case.completeness.score, 4)},
        "naranjo": {"low": case.naranjo.low, "high": case.naranjo.high, "categories": list(case.naranjo.categories)},
        "who_umc": {"categories": list(case.who_umc.categories), "as_it_stands": case.who_umc.as_it_stands},
    }

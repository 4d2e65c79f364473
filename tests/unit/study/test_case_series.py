"""The case series of a study: what is noted of each source, and what a snapshot without cases still says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from phytovigil.cases.causality.completeness import PENALTIES
from phytovigil.cases.causality.dechallenge import PIGMENT_NOTE
from phytovigil.schema.selection import Selection
from phytovigil.study.case_reading import DIMENSIONS, leave_out, read_case
from phytovigil.study.case_series import NO_SINGLE, case_series, describe_series, join_ranges, spread
from phytovigil.study.naming import NamedReaction

CHALLENGED = dict.fromkeys(("positive", "negative", "unknown", "does not apply", "not recorded"), 0)
RECORDED = dict.fromkeys((*DIMENSIONS.values(), "event_date", "dechallenge", "rechallenge"), True)


def name(key: str) -> NamedReaction:
    group, _, scope = key.partition("/")
    return NamedReaction(key=key, name=group, title=group.title(), scope=scope, terms=())


def note_down(**changes: Any) -> dict[str, Any]:
    """What a source of two cases notes: one event 27 days after the start, one without dates."""
    noted: dict[str, Any] = {
        "cases": 2,
        "read": 2,
        "recorded": RECORDED,
        "left_out": ["comments"],
        "onset": [["exact", 1], ["without-either", 1]],
        "days": [[27, 1]],
        "dechallenge": {**CHALLENGED, "negative": 1, "unknown": 1},
        "rechallenge": {**CHALLENGED, "not recorded": 2},
        "serious": [["serious", 2]],
        "outcomes": [],
        "sex": [["female", 1], ["unknown", 1]],
        "age": [["unknown", 1], ["18-44", 1]],
        "scores": [[0.95, 1], [0.25, 1]],
        "naranjo": [[[-1, 13, ["definite", "doubtful"]], 1], [[-4, 13, ["definite", "doubtful"]], 1]],
        "who_umc": [[[["certain", "possible"], "conditional"], 2]],
        "suspects": [["kava", 1]],
    }
    return {**noted, **changes}


class Noted:
    """Evidence that answers from what was noted, and remembers the names it was asked by."""

    def __init__(self, source: str, singles: list[dict[str, Any]] | None) -> None:
        self.source, self.singles, self.asked = source, singles, []  # type: tuple[str, Any, list[str]]

    def note(self, name: str, ask: Callable[[Any], Any]) -> Any:
        self.asked.append(name)
        return self.singles if name.startswith("cases:") else note_down()


def plan_of(*pairs: tuple[str, str], context: tuple[str, ...] = ()) -> Any:
    outcomes = tuple(name(key) for part, key in pairs if part == "main" and key not in context)
    planned = [
        SimpleNamespace(part=part, product=None, reaction=name(key), selection=Selection()) for part, key in pairs
    ]
    return SimpleNamespace(outcomes=outcomes, context=tuple(map(name, context)), pairs=planned)


def test_outcomes_and_liver_injury_are_asked_on_every_source() -> None:
    pairs = (
        ("main", "itch/narrow"),
        ("main", "liver-injury/narrow"),
        ("main", "death/narrow"),
        ("scope", "itch/broad"),
    )
    plan = plan_of(*pairs, context=("liver-injury/narrow", "death/narrow"))
    sources = {source: Noted(source, []) for source in ("caers", "faers")}
    found = case_series(plan, sources)  # type: ignore[arg-type]
    expected = [(source, key) for source in sources for key in ("itch/narrow", "liver-injury/narrow")]
    assert [(series["source"], series["reaction"]) for series in found] == expected
    assert sources["caers"].asked == [
        "series:itch/narrow",
        "cases:series:itch/narrow",
        "series:liver-injury/narrow",
        "cases:series:liver-injury/narrow",
    ]


def test_a_snapshot_without_cases_keeps_every_number_but_the_cases() -> None:
    with_cases = describe_series("faers", name("itch/narrow"), note_down(), [{}, {}])
    without = describe_series("faers", name("itch/narrow"), note_down(), None)
    assert (without["single_cases"], without["single_cases_note"]) == ([], NO_SINGLE)
    own = ("single_cases", "single_cases_note")
    assert {key: value for key, value in without.items() if key not in own} == {
        key: value for key, value in with_cases.items() if key not in own
    }


def test_what_follows_from_the_notes() -> None:
    found = describe_series("faers", name("itch/narrow"), note_down(), [{}, {}])
    assert found["onset"]["spread"] == dict.fromkeys(found["onset"]["spread"], 27)
    assert found["completeness"]["well_documented"] == 1
    assert found["completeness"]["most"] == 0.9
    assert found["completeness"]["adapted_spread"]["maximum"] == 0.95
    assert found["completeness"]["all_ten"]["maximum"] == pytest.approx(0.855)
    assert [item["value"] for item in found["age"]] == ["18-44", "unknown"]
    assert found["naranjo"] == [{"low": -4, "high": 13, "categories": ["definite", "doubtful"], "cases": 2}]


def test_negative_dechallenge_is_noted_of_pigment_alone() -> None:
    assert PIGMENT_NOTE in describe_series("faers", name("skin-pigmentation/narrow"), note_down(), [])["notes"]
    assert PIGMENT_NOTE not in describe_series("faers", name("itch/narrow"), note_down(), [])["notes"]
    untold = note_down(dechallenge=CHALLENGED)
    assert PIGMENT_NOTE not in describe_series("faers", name("skin-pigmentation/narrow"), untold, [])["notes"]


def test_cut_series_say_so() -> None:
    found = describe_series("faers", name("itch/narrow"), note_down(cases=30_000, read=20_000), [{}] * 200)
    assert (
        found["notes"][0]
        == "Itch: the oldest 20,000 of 30,000 cases were read one by one; all but their number is of these."
    )
    assert found["single_cases_note"] == "The oldest 200 of 30,000 cases are listed one by one."


def test_a_series_without_a_case_needs_no_notes() -> None:
    nothing = note_down(cases=0, read=0, onset=[], days=[], scores=[], naranjo=[], who_umc=[])
    found = describe_series("caers", name("itch/narrow"), nothing, [])
    assert (found["notes"], found["single_cases_note"], found["onset"]["spread"]) == ([], "", None)


def test_left_out_is_what_no_report_has() -> None:
    assert leave_out(RECORDED) == ("comments",)
    assert leave_out({**RECORDED, "event_date": False}) == ("time_to_onset", "comments")
    assert leave_out(dict.fromkeys(RECORDED, False)) == tuple(PENALTIES)


def row_of(**changes: Any) -> dict[str, Any]:
    row = {
        "begun": "2019-03-05", "event_date": "2019-04-01", "dechallenge": ["positive"], "rechallenge": None,
        "indicated": True, "outcome_known": True, "sex": "female", "age_years": 40.0, "age_group": None, "dosed": True,
        "country": "US", "reporter": "MD", "report_type": "expedited", "others": 0,
    }  # fmt: skip
    return {**row, **changes}


def test_a_report_that_tells_everything_lacks_its_narrative_only() -> None:
    case = read_case(row_of(), ("comments",))
    assert (case.completeness.score, case.completeness.least) == (1.0, pytest.approx(0.9))
    assert (case.onset.low, case.naranjo.low) == (27, -4 + 3 + 1)


def test_a_further_suspect_counts_as_another_cause() -> None:
    case = read_case(row_of(others=2), ())
    assert case.naranjo.high == 13 - 3
    assert not {"certain", "probable"} & set(case.who_umc.categories)


def test_an_age_group_stands_for_a_missing_age() -> None:
    assert read_case(row_of(age_years=None, age_group="adult"), ()).completeness.penalties["age"] == 0.1
    assert read_case(row_of(age_years=None), ()).completeness.penalties["age"] == 0.3


@pytest.mark.parametrize("values", [[5], [1, 2], [3, 1, 2], [4, 1, 3, 2], list(range(1, 12))])
def test_spread_is_made_of_values_that_occurred(values: list[float]) -> None:
    """The least value at which at least that share of all is reached."""
    found = spread(values)
    assert found is not None
    for key, share in (("first_quartile", 0.25), ("median", 0.5), ("third_quartile", 0.75), ("maximum", 1.0)):
        reached = min(value for value in values if sum(other <= value for other in values) >= share * len(values))
        assert found[key] == reached
    assert found["minimum"] == min(values)


def test_joined_ranges_lose_no_case() -> None:
    joined = join_ranges([[[1, 2, ["possible"]], 3], [[5, 6, ["probable"]], 4], [[0, 1, ["possible"]], 2]])
    assert [(item["low"], item["high"], item["cases"]) for item in joined] == [(0, 2, 5), (5, 6, 4)]

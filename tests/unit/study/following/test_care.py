"""Rules on the examples of their sources, and the published liver series through the diary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from phytovigil.cases.causality.liver import name_pattern
from phytovigil.followup.care import load_rules
from phytovigil.followup.care.alerts import find_alert, hold
from phytovigil.followup.care.conditions import All, Any_, Condition, Leaf, Not, needs_trigger
from phytovigil.followup.care.examples import MADE, Example, load_examples
from phytovigil.followup.care.loading import Rule
from phytovigil.followup.care.record import Record
from phytovigil.schema.care import ANSWERED, EARLIER, NOW, Observations
from phytovigil.schema.change import GREYER, NOT_NAMED, YELLOWER
from phytovigil.schema.diary import Course, Entries, Entry, Event, Lab, Person, Photo, Seen, Use
from phytovigil.study.following.care import list_care, list_nodes, read_liver, trace_lineage

BOOK = load_rules()
RULES = [rule.card.id for rule in BOOK.rules]
EXAMPLES = {example.id: example for example in load_examples()}


@cache
def record_example(name: str) -> Record:
    """The diary of an example with everything that study reads from it."""
    example = EXAMPLES[name]
    liver = read_liver(example.diary, example.as_of).draws
    seen = Observations(liver, example.skin, trace_lineage(list_nodes(example.diary)))
    return Record(example.diary, seen, example.as_of)


def state_of(rule: Rule, example: Example) -> str:
    """What one rule says of an example, "" for nothing.

    A rule thinned down to the product being taken could not be read from a file; whether it held is all that is asked.
    """
    if not needs_trigger(rule.when):
        record = record_example(example.id)
        held = hold(rule.when, record, {})
        return NOW if held and held[0][0] <= record.as_of.toordinal() else ""
    alert = find_alert(rule, record_example(example.id), {})
    return alert.state if alert else ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_exactly_its_alerts(name: str) -> None:
    example = EXAMPLES[name]
    found = {rule.card.id: state for rule in BOOK.rules if (state := state_of(rule, example))}
    assert found == dict(example.alerts)
    assert not set(example.near) & set(found)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_examples_of_both_kinds_from_its_own_sources(rule: str) -> None:
    own = {source.id for source in BOOK.find(rule).card.sources}
    positive = [one for one in EXAMPLES.values() if one.alerts.get(rule) == NOW and one.source in own]
    negative = [one for one in EXAMPLES.values() if rule in one.near and one.source != MADE]
    assert positive, "no positive example from a source of the rule"
    assert negative, "no negative example that comes near"


def test_every_state_is_shown_by_an_example() -> None:
    assert {state for one in EXAMPLES.values() for state in one.alerts.values()} == {NOW, ANSWERED, EARLIER}


def drop_one(condition: Condition) -> Iterator[Condition]:
    """The condition without one of its clauses: a part, a name, a comparison or a least grade."""
    if isinstance(condition, Leaf):
        if len(condition.names) > 1:
            for name in condition.names:
                yield replace(condition, names=tuple(one for one in condition.names if one != name))
        return
    if isinstance(condition, Not):
        for part in drop_one(condition.part):
            yield Not(part)
        return
    make = type(condition)
    for place, part in enumerate(condition.parts):
        rest = condition.parts[:place] + condition.parts[place + 1 :]
        if rest:
            yield make(rest)
        for less in drop_one(part):
            yield make((*condition.parts[:place], less, *condition.parts[place + 1 :]))


def thin_out(rule: Rule) -> Iterator[Rule]:
    """The rule without one clause of `when` or `answered`, or without `answered`."""
    for when in drop_one(rule.when):
        yield replace(rule, when=when)
    if rule.answered is not None:
        yield replace(rule, answered=None)
        for answered in drop_one(rule.answered):
            yield replace(rule, answered=answered)


@pytest.mark.parametrize("name", RULES)
def test_no_clause_is_decoration(name: str) -> None:
    rule = BOOK.find(name)
    for thinner in thin_out(rule):
        assert any(state_of(thinner, one) != one.alerts.get(name, "") for one in EXAMPLES.values()), (
            thinner.when,
            thinner.answered,
        )


def test_the_thinning_finds_every_clause() -> None:
    leaf = Leaf("event", ("a", "b"), 3)
    one = Leaf("risk", ("heart",))
    assert len(list(drop_one(leaf))) == 2
    assert len(list(drop_one(All((leaf, one))))) == 4
    assert len(list(drop_one(Any_((one,))))) == 0


# Published liver series. Values and limits are printed by the sources; R is recomputed here by its formula alone.

CASE_6972 = (
    {"alt": 40, "alp": 130, "bilirubin": 1.2},
    [(0, 272, 428, 22.4), (4, 437, 286, 38.2), (5, 274, 252, 32.4), (7, 132, 217, 28.8), (9, 43, 194, 22.0),
     (11, 44, 178, 9.6), (13, 39, 195, 7.2), (15, 33, 180, 5.8), (19, 72, 265, 17.3), (21, 66, 250, 25.9),
     (23, 60, 279, 24.2), (27, 179, 445, 22.0), (30, 136, 419, 14.4), (34, 100, 553, 9.6), (39, 83, 656, 5.5),
     (43, 83, 750, 4.7), (269, 101, 159, 1.0), (411, 40, 100, 1.0), (748, 87, 100, 1.0)],
)  # fmt: skip
CASE_8332 = (
    {"alt": 35, "alp": 130, "bilirubin": 1.2},
    [(0, 126, 218, 5.6), (4, 362, 277, 9.5), (6, 282, 262, 7.0), (12, 182, 189, 3.1), (29, 53, 120, 1.7),
     (33, 40, 119, 1.3)],
)  # fmt: skip
CASE_WJH = (
    {"alt": 30, "alp": 160, "bilirubin": 1.0, "ast": 40},
    [(0, 578, 672, 10.3, 455), (1, 585, 677, 12.0, 461), (2, 600, 744, 14.5, 437), (3, 608, 817, 17.2, 401),
     (4, 591, 839, 19.5, 385), (10, 323, 507, 5.7, 101)],
)  # fmt: skip
TESTS = ("alt", "alp", "bilirubin", "ast")
ZERO = date(2020, 3, 1)


def make_labs(
    limits: Mapping[str, float | None], rows: Sequence[tuple[float, ...]], first: int = 1, si: bool = False
) -> list[Entry]:
    """Lab entries of a series; si : in µkat/L and µmol/L."""
    entries = []
    for day, *values in rows:
        at = (ZERO + timedelta(days=int(day))).isoformat()
        for test, value in zip(TESTS, values, strict=False):
            unit, by = ("U/L", 1.0) if test != "bilirubin" else ("mg/dL", 1.0)
            if si:
                unit, by = ("ukat/L", 1 / 60) if test != "bilirubin" else ("umol/L", 17.1)
            limit = limits.get(test)
            lab = Lab(test, value * by, unit, None if limit is None else limit * by, "printed by the source")
            entries.append(Entry(f"{first + len(entries):05}", "lab", at, f"{at}T12:00:00+00:00", lab))
    return entries


def days_of(reading_days: Sequence[date]) -> list[int]:
    return [(day - ZERO).days for day in reading_days]


@pytest.mark.parametrize("si", [False, True])
def test_case_6972_gives_the_printed_ratios(si: bool) -> None:
    """R on days 0, 4, 5, 7, 9, 27 and 43, and no Hy's law in any form, cholestasis standing at the start."""
    reading = read_liver(Entries(make_labs(*CASE_6972, si=si)))
    by_day = {(draw.day - ZERO).days: draw for draw in reading.draws}
    ratios = {0: 2.07, 4: 4.97, 5: 3.53, 7: 1.98, 9: 0.72, 27: 1.31, 43: 0.36}
    for day, ratio in ratios.items():
        assert by_day[day].r is not None
        assert round(by_day[day].r or 0, 2) == ratio
        assert by_day[day].pattern == name_pattern(by_day[day].r or 0)
    first = reading.first
    assert first is not None
    assert (days_of([first.day]), first.pattern) == ([0], "mixed")
    assert first.hy["fda"] is False
    assert not any(draw.hy["r5"] for draw in reading.draws)
    assert reading.patterns == ("mixed", "cholestatic")
    assert "initial-cholestasis" in first.signs
    rules = {alert.key for alert in list_care(Entries(make_labs(*CASE_6972, si=si)), ZERO + timedelta(days=748)).alerts}
    assert "hys-law" not in rules


def test_case_6972_has_a_second_peak_without_the_product() -> None:
    """Stopped on day -21; bilirubin 5.8 on day 15, then 17.3 on day 19: a second peak, and no rechallenge."""
    stop = Course(
        "kratom", "kratom", (ZERO - timedelta(44)).isoformat(), (ZERO - timedelta(21)).isoformat(), medicine=False
    )
    course = Entry("00000", "course", "2020-01-17", "2020-01-17T12:00:00+00:00", stop)
    reading = read_liver(Entries([course, *make_labs(*CASE_6972)]))
    peaks = {(draw.day - ZERO).days: draw for draw in reading.draws if "second-peak" in draw.signs}
    assert list(peaks) == [19, 27, 748]
    assert all("none-between" in draw.signs and "taken-between" not in draw.signs for draw in peaks.values())
    assert (reading.draws[0].days_from_stop, peaks[19].days_from_stop) == (21, 40)
    again = Entry("99999", "use", "2020-03-18", "2020-03-18T12:00:00+00:00", Use("kratom", "kratom"))
    taken = read_liver(Entries([course, *make_labs(*CASE_6972), again]))
    assert "taken-between" in next(draw for draw in taken.draws if days_of([draw.day]) == [19]).signs
    alerts = {
        alert.key: alert for alert in list_care(Entries([course, *make_labs(*CASE_6972)]), ZERO + timedelta(43)).alerts
    }
    assert any("no rechallenge" in one.text for one in alerts["second-peak"].findings)


@pytest.mark.parametrize("si", [False, True])
def test_case_8332_meets_one_form_of_hys_law_and_not_the_other(si: bool) -> None:
    reading = read_liver(Entries(make_labs(*CASE_8332, si=si)))
    ratios = {(draw.day - ZERO).days: round(draw.r or 0, 2) for draw in reading.draws}
    assert {day: ratios[day] for day in (0, 4, 6, 12)} == {0: 2.15, 4: 4.85, 6: 4.00, 12: 3.58}
    assert reading.draws[0].hy == {"fda": True, "r5": False, "nr5": None}
    assert not any(draw.hy["r5"] for draw in reading.draws)
    alert = next(one for one in list_care(Entries(make_labs(*CASE_8332, si=si)), ZERO).alerts if one.key == "hys-law")
    text = alert.findings[0].text
    assert "FDA 2009 met" in text
    assert "R of 5 and more not met" in text


@pytest.mark.parametrize("si", [False, True])
def test_case_of_the_world_journal_is_mixed_at_every_draw(si: bool) -> None:
    reading = read_liver(Entries(make_labs(*CASE_WJH, si=si)))
    assert [round(draw.r or 0, 2) for draw in reading.draws] == [4.59, 4.61, 4.30, 3.97, 3.76, 3.40]
    assert reading.patterns == ("mixed",)
    assert all(draw.nr is not None and draw.nr >= (draw.r or 0) for draw in reading.draws)
    assert not any(draw.hy["fda"] or draw.hy["r5"] or draw.hy["nr5"] for draw in reading.draws)


def test_limits_that_change_over_time_go_with_their_own_day() -> None:
    """The same laboratory values under two sets of limits, mixed in time, give what each gives alone."""
    other = {"alt": 50, "alp": 100, "bilirubin": 1.0}
    rows = CASE_8332[1]
    mixed = make_labs(CASE_8332[0], rows[::2]) + make_labs(other, rows[1::2], first=100)
    reading = read_liver(Entries(mixed))
    assert [(draw.day - ZERO).days for draw in reading.draws] == [row[0] for row in rows]
    for place, (draw, (_, alt, alp, bilirubin)) in enumerate(zip(reading.draws, rows, strict=True)):
        limits = CASE_8332[0] if place % 2 == 0 else other
        assert draw.limits == limits
        assert draw.r == pytest.approx((alt / limits["alt"]) / (alp / limits["alp"]))
        assert draw.times["bilirubin"] == pytest.approx(bilirubin / limits["bilirubin"])
    assert [draw.first for draw in reading.draws] == [True] + [False] * 5


def test_the_first_draw_is_first_in_time_whatever_its_limits() -> None:
    late, early = (
        make_labs(CASE_8332[0], [(9, 126, 218, 5.6)]),
        make_labs({"alt": 30, "alp": 90}, [(2, 33, 80, 1.0)], 50),
    )
    reading = read_liver(Entries([*late, *early]))
    assert [((draw.day - ZERO).days, draw.first) for draw in reading.draws] == [(2, True), (9, False)]


def test_a_missing_limit_stays_unknown_though_another_day_has_one() -> None:
    rows = [(0, 126, 218, 5.6)]
    without = make_labs({"alp": 130, "bilirubin": 1.2}, [(3, 360, 218, 5.6)], first=50)
    reading = read_liver(Entries([*make_labs(CASE_8332[0], rows), *without]))
    assert reading.draws[1].times["alt"] is None
    assert reading.draws[1].r is None
    assert reading.draws[1].hy["fda"] is None
    assert reading.notes == ("ALT of 2020-03-04 has no upper limit, so nothing that needs one is known for it.",)


def test_two_values_of_a_day_are_both_told_and_the_highest_multiple_counts() -> None:
    both = make_labs({"alt": 40}, [(0, 120)]) + make_labs({"alt": 40}, [(0, 90)], first=50)
    for entries in (both, both[::-1]):
        reading = read_liver(Entries(entries))
        assert reading.draws[0].values == {"alt": 120}
        assert reading.notes == ("ALT was noted 2 times on 2020-03-01 (120 U/L, 90 U/L); 120 U/L counts, the highest.",)
    wider = make_labs({"alt": 40}, [(0, 120)]) + make_labs({"alt": 70}, [(0, 140)], first=50)
    assert read_liver(Entries(wider)).draws[0].values == {"alt": 120}


def test_a_value_without_its_limit_takes_no_alert_away() -> None:
    known = make_labs({"alt": 40}, [(0, 150)])
    both = Entries([*known, *make_labs({}, [(0, 900)], first=50)])
    assert {alert.key for alert in list_care(Entries(known), ZERO).alerts} == {"liver-tests-raised"}
    assert {alert.key for alert in list_care(both, ZERO).alerts} == {"liver-tests-raised"}
    assert "900 U/L" in read_liver(both).notes[0]


def test_draws_after_the_day_asked_are_left_out() -> None:
    diary = Entries(make_labs(*CASE_8332))
    assert len(read_liver(diary, ZERO + timedelta(days=5)).draws) == 2
    assert len(list_care(diary, ZERO + timedelta(days=5)).liver.draws) == 2


def test_an_intake_of_something_else_is_no_intake_of_the_product() -> None:
    entries = [
        Entry("00001", "person", "2020-01-01", "2020-01-01T12:00:00+00:00", Person(product="kratom")),
        Entry("00002", "use", "2020-02-20", "2020-02-20T12:00:00+00:00", Use("kratom", "kratom")),
        Entry("00003", "use", "2020-02-28", "2020-02-28T12:00:00+00:00", Use("ibuprofen", "ibuprofen")),
        Entry("00004", "use", "2020-02-25", "2020-02-25T12:00:00+00:00", Use("leaf powder", "kratom-leaf")),
    ]
    reading = read_liver(Entries([*entries, *make_labs(*CASE_8332, first=10)]))
    assert reading.draws[0].days_from_stop == 5


# What photographs tell.


def make_change(
    name: str | None, first_told: date | None, yellow: tuple[float, date | None, bool] | None = None
) -> object:
    """As much of a SkinChange as the rules read."""
    from types import SimpleNamespace

    direction = None if name is None else SimpleNamespace(name=name, why="figures")
    rise = None if yellow is None else SimpleNamespace(change=yellow[0], first_told=yellow[1], told=yellow[2])
    return SimpleNamespace(
        exposed="hand", covered="arm", as_of=ZERO, direction=direction, first_told=first_told, yellowing=rise
    )


def skin_alerts(*changes: object) -> dict[str, str]:
    photo = Photo("ab" * 32, "hand", "image/png", 9)
    diary = Entries([Entry("00001", "photo", "2020-02-20", "2020-02-20T12:00:00+00:00", photo)])
    report = list_care(diary, ZERO, changes)  # type: ignore[arg-type]
    return {alert.key: alert.state for alert in report.alerts}


def test_a_greyer_skin_is_pigment_and_a_yellower_one_jaundice() -> None:
    told = date(2020, 2, 20)
    assert skin_alerts(make_change(GREYER, told)) == {"pigment": NOW}
    assert skin_alerts(make_change(YELLOWER, told, (6.0, told, True))) == {"jaundice": NOW}
    assert skin_alerts(make_change(GREYER, told, (6.0, told, True))) == {"jaundice": NOW, "pigment": NOW}
    assert skin_alerts(make_change(NOT_NAMED, told)) == {"colour-unnamed": NOW}
    assert skin_alerts(make_change(None, None)) == {}


def test_a_change_that_has_gone_stays_listed() -> None:
    told = date(2019, 10, 1)
    assert skin_alerts(make_change(None, told)) == {"colour-unnamed": EARLIER}
    assert skin_alerts(make_change(None, None, (6.0, told, False))) == {"jaundice": EARLIER}


def test_the_photographs_that_told_it_first_support_it() -> None:
    photo = Photo("ab" * 32, "hand", "image/png", 9)
    diary = Entries(
        Entry(f"0000{place}", "photo", at, f"{at}T12:00:00+00:00", photo)
        for place, at in enumerate(("2020-02-20", "2020-02-27"), 1)
    )
    report = list_care(diary, ZERO, [make_change(GREYER, date(2020, 2, 20))])  # type: ignore[list-item]
    assert report.alerts[0].entries == ("00001",)


# The report.


def test_the_report_names_its_rules_its_new_alerts_and_what_no_rule_knew() -> None:
    diary = Entries(
        [
            Entry("00001", "event", "2020-02-20", "2020-02-20T12:00:00+00:00", Event("yellow eyes")),
            Entry("00002", "event", "2020-02-21", "2020-02-21T12:00:00+00:00", Event("a strange glow")),
        ]
    )
    report = list_care(diary, ZERO)
    assert (report.version, report.rules) == (BOOK.version, len(BOOK.rules))
    assert [alert.key for alert in report.new] == ["jaundice"]
    assert [one.text for one in report.unplaced] == ["“a strange glow”"]
    assert report.alerts[0].sources == BOOK.find("jaundice").card.sources


def test_a_node_that_the_vocabulary_lacks_stands_for_itself() -> None:
    assert trace_lineage(["no-such-node"]) == {"no-such-node": ("no-such-node",)}
    assert "photosensitising-medicine" in trace_lineage(["ketoprofen"])["ketoprofen"]
    assert "kratom" not in trace_lineage(["ketoprofen"])["ketoprofen"]


@pytest.mark.parametrize(
    "extra",
    [
        Entry("90001", "use", "2020-03-17", "2020-03-17T12:00:00+00:00", Use("kratom", "kratom")),
        Entry("90001", "course", "2020-03-17", "2020-03-17T12:00:00+00:00", Course("kratom", "kratom", medicine=False)),
        Entry("90001", "person", "2020-03-17", "2020-03-17T12:00:00+00:00", Person(product="kratom")),
        Entry("90001", "event", "2020-03-17", "2020-03-17T12:00:00+00:00", Event("yellow eyes")),
        Entry("90001", "seen", "2020-03-17", "2020-03-17T12:00:00+00:00", Seen("second-peak")),
    ],
    ids=lambda entry: entry.kind,
)
def test_no_entry_of_another_kind_takes_an_alert_of_the_liver_away(extra: Entry) -> None:
    labs = make_labs(*CASE_6972)
    day = ZERO + timedelta(days=43)
    before = {alert.key for alert in list_care(Entries(labs), day).alerts}
    after = {alert.key for alert in list_care(Entries([*labs, extra]), day).alerts}
    assert before == {"liver-injury", "second-peak", "liver-tests-raised", "liver-rising"}
    assert before <= after

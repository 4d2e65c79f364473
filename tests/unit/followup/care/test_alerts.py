"""What must hold for every diary: nothing silences an alert but a correction, and nothing repeats one but news."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.followup.care import Record, find_alerts, find_unplaced, list_new, load_rules
from phytovigil.followup.instruments import load_events
from phytovigil.schema.care import ANSWERED, EARLIER, NOW, Alert, Observations
from phytovigil.schema.diary import (
    RISKS,
    Alcohol,
    Content,
    Course,
    Diary,
    Entries,
    Entry,
    Event,
    Itch,
    Note,
    Pain,
    Person,
    Risk,
    Seen,
    Use,
    Withdrawal,
)

START = date(2025, 1, 1)
AS_OF = START + timedelta(days=120)
BOOK = load_rules()
NODES = ("kratom", "opioid", "photosensitising-medicine", "kava", "")
KEYS = [rule.card.id for rule in BOOK.rules]

CONTENTS: dict[str, st.SearchStrategy[Content]] = {
    "event": st.builds(
        Event,
        verbatim=st.just("as said"),
        term=st.sampled_from([event.key for event in load_events()]),
        grade=st.none() | st.integers(1, 5),
    ),
    "use": st.builds(Use, verbatim=st.just("something"), node=st.sampled_from(NODES)),
    "course": st.builds(
        Course, verbatim=st.just("something"), node=st.sampled_from(NODES), stopped=st.sampled_from(["", "2025-03-01"])
    ),
    "itch": st.builds(Itch, nrs=st.integers(0, 10).map(float)),
    "withdrawal": st.builds(Withdrawal, total=st.integers(0, 64)),
    "alcohol": st.builds(Alcohol, drinks=st.integers(0, 5).map(float)),
    "pain": st.builds(Pain, nrs=st.integers(0, 10).map(float)),
    "risk": st.builds(Risk, risk=st.sampled_from(sorted(RISKS)), answer=st.sampled_from(["yes", "no", "unknown"])),
    "person": st.builds(Person, product=st.sampled_from(["kratom", "kava", ""])),
    "note": st.builds(Note, text=st.just("text")),
    "seen": st.builds(Seen, alert=st.sampled_from(KEYS)),
}
REVISING = {"risk", "person"}
"""Kinds of which a newer entry takes the place of an older one."""


def make_entry(place: int, day: int, kind: str, content: Content) -> Entry:
    at = (START + timedelta(days=day)).isoformat()
    return Entry(f"{place:05}", kind, at, f"{at}T20:00:00+00:00", content)


@st.composite
def draw_rows(draw: st.DrawFn, kinds: tuple[str, ...], most: int) -> list[tuple[int, str, Content]]:
    """Days, kinds and contents of entries, in order of recording."""
    chosen = draw(st.lists(st.tuples(st.integers(0, 59), st.sampled_from(kinds)), max_size=most))
    return [(day, kind, draw(CONTENTS[kind])) for day, kind in chosen]


def make_diary(rows: list[tuple[int, str, Content]]) -> Entries:
    return Entries(make_entry(place, *row) for place, row in enumerate(rows, 1))


def ask(diary: Diary, as_of: date = AS_OF) -> dict[str, Alert]:
    return {alert.key: alert for alert in find_alerts(diary, Observations(), BOOK, as_of)}


ROWS = draw_rows(tuple(CONTENTS), 14)


@settings(max_examples=60, deadline=None)
@given(ROWS, draw_rows(tuple(set(CONTENTS) - REVISING), 8))
def test_further_entries_never_remove_an_alert(
    rows: list[tuple[int, str, Content]], more: list[tuple[int, str, Content]]
) -> None:
    before, after = ask(make_diary(rows)), ask(make_diary([*rows, *more]))
    assert set(before) <= set(after)
    events = {entry.id for entry in make_diary(rows) if entry.kind == "event"}
    for key, alert in before.items():
        assert set(alert.entries) & events <= set(after[key].entries)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(KEYS), st.integers(0, 59))
def test_marking_as_seen_removes_nothing_and_changes_news_only(
    rows: list[tuple[int, str, Content]], key: str, day: int
) -> None:
    before, after = ask(make_diary(rows)), ask(make_diary([*rows, (day, "seen", Seen(key))]))
    assert list(before) == list(after)
    for one, alert in before.items():
        assert (alert.state, alert.findings, alert.said) == (after[one].state, after[one].findings, after[one].said)
        assert after[one].news == (() if one == key else alert.news)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_come_does_not_matter(rows: list[tuple[int, str, Content]], random: object) -> None:
    entries = list(make_diary(rows))
    random.shuffle(entries)  # type: ignore[attr-defined]
    assert ask(Entries(entries)) == ask(make_diary(rows))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 400), st.integers(0, 400))
def test_alerts_do_not_vanish_because_time_passes(rows: list[tuple[int, str, Content]], first: int, more: int) -> None:
    diary = make_diary(rows)
    early, late = START + timedelta(days=first), START + timedelta(days=first + more)
    before, after = ask(diary, early), ask(diary, late)
    assert set(before) <= set(after)
    for key, alert in before.items():
        assert after[key].first_seen == alert.first_seen
        assert not (alert.state == EARLIER and after[key].state == NOW and late == early)


def brute_days(diary: Diary, key: str) -> set[date]:
    """Days on which a rule holds, each day asked by itself: its state is then not "earlier"."""
    days = (START + timedelta(days=day) for day in range(100))
    return {day for day in days if (alert := ask(diary, day).get(key)) and alert.state != EARLIER}


@settings(max_examples=10, deadline=None)
@given(draw_rows(("event", "use", "itch"), 6))
def test_a_rule_holds_on_a_day_exactly_if_looking_back_shows_it(rows: list[tuple[int, str, Content]]) -> None:
    """The rule of itch, counted by hand: itch of the last 30 days and kratom of the last 60."""
    diary = make_diary(rows)
    itch = [
        day
        for day, _, one in rows
        if (isinstance(one, Event) and one.term == "itch") or (isinstance(one, Itch) and one.nrs >= 1)
    ]
    taken = [day for day, _, one in rows if isinstance(one, Use) and one.node == "kratom"]
    expected = {
        START + timedelta(days=day)
        for day in range(100)
        if any(0 <= day - one <= 30 for one in itch) and any(0 <= day - one <= 60 for one in taken)
    }
    assert brute_days(diary, "itch") == expected


def test_news_comes_with_a_new_entry_and_goes_with_the_next_mark() -> None:
    rows: list[tuple[int, str, Content]] = [(1, "event", Event("yellow eyes", "yellow-eyes"))]
    assert [one.text for one in ask(make_diary(rows))["jaundice"].news] == ["yellow eyes"]
    rows.append((1, "seen", Seen("jaundice")))
    alert = ask(make_diary(rows))["jaundice"]
    assert (alert.news, alert.read) == ((), "2025-01-02T20:00:00+00:00")
    rows.append((5, "event", Event("still yellow", "yellow-skin")))
    assert [one.day for one in ask(make_diary(rows))["jaundice"].news] == [START + timedelta(days=5)]
    rows.append((5, "seen", Seen("jaundice")))
    assert ask(make_diary(rows))["jaundice"].news == ()
    assert len(ask(make_diary(rows))["jaundice"].findings) == 2


def test_list_new_follows_the_diary_as_it_now_stands() -> None:
    rows: list[tuple[int, str, Content]] = [
        (1, "event", Event("yellow eyes", "yellow-eyes")),
        (1, "event", Event("fit", "seizure")),
    ]
    alerts = tuple(ask(make_diary(rows)).values())
    assert {alert.key for alert in list_new(alerts, make_diary(rows))} == {"jaundice", "seizure"}
    marked = make_diary([*rows, (2, "seen", Seen("seizure"))])
    assert [alert.key for alert in list_new(alerts, marked)] == ["jaundice"]


def test_the_product_taken_again_is_no_news() -> None:
    rows: list[tuple[int, str, Content]] = [
        (1, "use", Use("kratom", "kratom")),
        (1, "event", Event("itch", "itch")),
        (2, "seen", Seen("itch")),
        (3, "use", Use("kratom", "kratom")),
    ]
    assert ask(make_diary(rows))["itch"].news == ()


def test_the_same_score_every_day_is_told_once_and_a_worse_one_again() -> None:
    scores = [3, 3, 2, 3, 5, 4, 5, 6]
    rows: list[tuple[int, str, Content]] = [(0, "use", Use("kratom", "kratom"))]
    rows += [(day, "itch", Itch(score)) for day, score in enumerate(scores)]
    rows.append((50, "itch", Itch(2)))
    told = [one.text for one in ask(make_diary(rows), START + timedelta(days=55))["itch"].findings if not one.context]
    assert told == [
        f"worst itch {text} itch)"
        for text in ("3 of 10 (mild", "5 of 10 (moderate", "6 of 10 (moderate", "2 of 10 (mild")
    ]


def test_a_correction_takes_an_alert_away_and_a_withdrawal_too() -> None:
    first = make_entry(1, 1, "event", Event("yellow eyes", "yellow-eyes"))
    mended = Entry("00002", "event", first.at, first.recorded, Event("red eyes"), corrects="00001", why="slip")
    withdrawn = Entry("00002", "event", first.at, first.recorded, None, corrects="00001", why="not mine")
    assert set(ask(Entries([first]))) == {"jaundice"}
    assert ask(Entries([first, mended])) == {}
    assert ask(Entries([first, withdrawn])) == {}


def test_a_product_counts_as_taken_while_the_diary_follows_it_and_no_longer_than_it_was_taken() -> None:
    person = (0, "person", Person(product="kratom"))
    itch = (59, "event", Event("itch", "itch"))
    open_course, ended = Course("k", "kratom", "2024-12-01"), Course("k", "kratom", "2024-12-01", "2024-12-20")
    assert set(ask(make_diary([person, itch]))) == {"itch"}
    assert set(ask(make_diary([person, itch, (0, "course", open_course)]))) == {"itch"}
    assert set(ask(make_diary([person, itch, (0, "person", Person(product="kava"))]))) == {"itch"}
    late = START + timedelta(days=200)
    far = make_entry(9, 190, "event", Event("itch", "itch"))
    followed = Entries([*make_diary([person]), far])
    stopped = Entries([*make_diary([person, (0, "course", ended)]), far])
    assert [one.text for one in ask(followed, late)["itch"].findings if one.context] == [
        "kratom, which the diary follows, taken from 2025-01-01 to 2025-07-20"
    ]
    assert ask(stopped, late) == {}


def test_a_closed_window_says_earlier_and_keeps_what_to_do() -> None:
    diary = make_diary([(1, "event", Event("yellow eyes", "yellow-eyes"))])
    at_end, after = START + timedelta(days=31), START + timedelta(days=32)
    assert ask(diary, at_end)["jaundice"].state == NOW
    alert = ask(diary, after)["jaundice"]
    assert (alert.state, alert.urgency) == (EARLIER, "today")
    assert alert.said.startswith("This was recorded earlier, last on 2025-01-02, and stays listed.")
    assert alert.said.endswith(BOOK.find("jaundice").card.said)


def test_entries_of_later_days_are_not_looked_at() -> None:
    diary = make_diary([(10, "event", Event("yellow eyes", "yellow-eyes"))])
    assert ask(diary, START + timedelta(days=9)) == {}


def test_an_event_that_lasts_is_seen_while_it_lasts() -> None:
    diary = make_diary([(1, "event", Event("yellow eyes", "yellow-eyes", started="2024-12-20", ended="2025-03-01"))])
    alert = ask(diary, date(2025, 3, 30))["jaundice"]
    assert (alert.state, alert.first_seen, alert.last_seen) == (NOW, date(2024, 12, 20), date(2025, 3, 1))


def test_words_of_the_person_are_placed_only_by_a_name_of_the_list() -> None:
    diary = make_diary(
        [
            (1, "event", Event("Yellow eyes")),
            (2, "event", Event("eyes like lemons")),
            (3, "event", Event("odd", "no-such-key")),
            (4, "use", Use("green dust")),
            (5, "use", Use("green dust")),
        ]
    )
    assert set(ask(diary)) == {"jaundice"}
    found = find_unplaced(Record(diary, Observations(), AS_OF))
    assert [one.text for one in found] == ["“eyes like lemons”", "“odd”", "“green dust” taken"]
    assert [one.text for one in find_unplaced(Record(diary, Observations(), START + timedelta(days=2)))] == [
        "“eyes like lemons”"
    ]


def test_alerts_are_sorted_by_state_then_urgency() -> None:
    diary = make_diary(
        [
            (0, "event", Event("fit", "seizure")),
            (55, "event", Event("dark patch", "darker-skin")),
            (59, "event", Event("yellow eyes", "yellow-eyes")),
        ]
    )
    alerts = find_alerts(diary, Observations(), BOOK, START + timedelta(days=60))
    assert [(alert.key, alert.state) for alert in alerts] == [("jaundice", NOW), ("pigment", NOW), ("seizure", EARLIER)]
    assert ANSWERED not in {alert.state for alert in alerts}


def test_a_branch_that_does_not_hold_lends_no_support() -> None:
    """Drowsiness long after the yellow eyes is no sign of a failing liver; the two that meet are."""
    diary = make_diary(
        [
            (0, "event", Event("drowsy", "drowsiness")),
            (20, "event", Event("yellow eyes", "yellow-eyes")),
            (25, "event", Event("confused", "confusion")),
        ]
    )
    alert = ask(diary, START + timedelta(days=26))["liver-failure"]
    assert [one.text for one in alert.findings] == ["yellow eyes", "sudden confusion (“confused”)"]

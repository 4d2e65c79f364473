"""Asking the rules of a diary. An alert is never left out because it was seen or because time has passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from phytovigil.followup.care import wording
from phytovigil.followup.care.conditions import TAKEN, All, Any_, Condition, Leaf, Not
from phytovigil.followup.care.facts import Fact
from phytovigil.followup.care.loading import Rule, RuleBook
from phytovigil.followup.care.record import Record
from phytovigil.followup.care.spans import Span, join_spans, meet_spans, touches
from phytovigil.schema.care import ANSWERED, EARLIER, NOW, STATES, URGENCIES, Alert, Finding, Observations
from phytovigil.schema.diary import Diary, Entry, Seen

Facts = dict[Leaf, list[Fact]]


def find_alerts(diary: Diary, observations: Observations, rules: RuleBook, as_of: date) -> tuple[Alert, ...]:
    """Every rule that holds on a day or held before it, most pressing first.

    Entries of later days are not looked at. Only a correction of what supports an alert takes it away.
    """
    return ask_rules(Record(diary, observations, as_of), rules)


def ask_rules(record: Record, rules: RuleBook) -> tuple[Alert, ...]:
    """The same of a record that was sorted already."""
    marks = find_marks(record.diary)
    found = (find_alert(rule, record, marks) for rule in rules.rules)
    order = [rule.card.id for rule in rules.rules]
    return tuple(
        sorted(
            (alert for alert in found if alert),
            key=lambda one: (STATES.index(one.state), URGENCIES.index(one.urgency), order.index(one.key)),
        )
    )


def list_new(alerts: Iterable[Alert], diary: Diary) -> tuple[Alert, ...]:
    """Alerts that have news since the person last marked them as seen, as the diary now stands."""
    marks = find_marks(diary)
    marked = (mark_read(alert, marks) for alert in alerts)
    return tuple(alert for alert in marked if alert.news)


def find_unplaced(record: Record) -> tuple[Finding, ...]:
    """Events in words that the list of events lacks, and things taken that have no node: no rule looked at them."""
    events = [
        Finding(entry.day, wording.say_event(event, ""), (entry.id,))
        for entry, event, term in record.events
        if not term
    ]
    nameless = [
        Finding(date.fromordinal(one[0].first), f"“{one[0].name}” taken", (one[0].entry,), context=True)
        for (node, _), one in record.takings.items()
        if not node
    ]
    return tuple(sorted((*events, *nameless), key=lambda one: (one.day, one.entries)))


def find_alert(rule: Rule, record: Record, marks: dict[str, Entry]) -> Alert | None:
    """The alert of one rule, or None where it never held."""
    facts: Facts = {}
    today = record.as_of.toordinal()
    held = meet_spans(hold(rule.when, record, facts), [(0, today)])
    if not held:
        return None
    support = list_support(rule.when, held, facts, record)
    findings = list_findings(fact for _, fact in support)
    days = [(fact.first, min(fact.last, today)) for leaf, fact in support if leaf.kind != TAKEN]
    last = date.fromordinal(max(end for _, end in days))
    state, answers = judge_state(rule, record, touches((today, today), held), last, facts)
    said = {NOW: rule.card.said, ANSWERED: rule.card.answered_said}.get(state) or wording.say_earlier(rule.card, last)
    alert = Alert(
        key=rule.card.id,
        rule=rule.card,
        urgency=rule.answered_urgency if state == ANSWERED else rule.card.urgency,
        state=state,
        said=said,
        for_clinician=rule.card.for_clinician,
        findings=findings,
        answers=answers,
        first_seen=date.fromordinal(min(first for first, _ in days)),
        last_seen=last,
        read="",
        news=(),
    )
    return mark_read(alert, marks)


def hold(condition: Condition, record: Record, facts: Facts) -> list[Span]:
    """The days on which a condition without `not` holds, looking back from each."""
    if isinstance(condition, Leaf):
        if condition not in facts:
            facts[condition] = record.gather(condition)
        return join_spans(fact.reach(condition.days) for fact in facts[condition])
    assert not isinstance(condition, Not), "refused when the rules are read"
    parts = [hold(part, record, facts) for part in condition.parts]
    if isinstance(condition, Any_):
        return join_spans(span for part in parts for span in part)
    met = parts[0]
    for part in parts[1:]:
        met = meet_spans(met, part)
    return met


def list_support(condition: Condition, within: Sequence[Span], facts: Facts, record: Record) -> list[tuple[Leaf, Fact]]:
    """The facts by which a condition holds on these days; a branch that does not hold then lends none."""
    if isinstance(condition, Leaf):
        return [(condition, fact) for fact in facts[condition] if touches(fact.reach(condition.days), within)]
    assert not isinstance(condition, Not), "refused when the rules are read"
    found = []
    for part in condition.parts:
        there = meet_spans(hold(part, record, facts), within)
        found += list_support(part, there, facts, record)
    return found


def list_findings(facts: Iterable[Fact]) -> tuple[Finding, ...]:
    """Findings, each once, oldest first."""
    unique = dict.fromkeys(fact.finding for fact in facts if fact.finding)
    return tuple(sorted(unique, key=lambda one: (one.day, one.context, one.entries, one.text)))


def judge_state(rule: Rule, record: Record, holds: bool, last: date, facts: Facts) -> tuple[str, tuple[Finding, ...]]:
    """Whether a rule holds, is answered, or held earlier; and what answers it."""
    if not holds:
        return EARLIER, ()
    if rule.answered is None:
        return NOW, ()
    answers: list[Fact] = []
    met = meet_now(rule.answered, record, last.toordinal(), facts, answers)
    return (ANSWERED, list_findings(answers)) if met else (NOW, ())


def meet_now(condition: Condition, record: Record, last: int, facts: Facts, answers: list[Fact]) -> bool:
    """Whether an answering condition holds on the day asked, and by what.

    It looks back from the last day of what the rule is about, so that a test from before that time answers nothing.
    """
    if isinstance(condition, Leaf):
        if condition not in facts:
            facts[condition] = record.gather(condition)
        met = [fact for fact in facts[condition] if fact.last >= last - condition.days]
        answers += met
        return bool(met)
    if isinstance(condition, Not):
        return not meet_now(condition.part, record, last, facts, [])
    parts = [meet_now(part, record, last, facts, answers) for part in condition.parts]
    return all(parts) if isinstance(condition, All) else any(parts)


def find_marks(diary: Diary) -> dict[str, Entry]:
    """The last mark of each alert."""
    marks: dict[str, Entry] = {}
    for entry in diary.entries("seen"):
        assert isinstance(entry.content, Seen)
        known = marks.get(entry.content.alert)
        if known is None or entry.id > known.id:
            marks[entry.content.alert] = entry
    return marks


def mark_read(alert: Alert, marks: dict[str, Entry]) -> Alert:
    """The alert with what is new since its last mark: findings with an entry that was recorded after it."""
    mark = marks.get(alert.key)
    told = [finding for finding in alert.findings if not finding.context]
    news = [one for one in told if mark is None or any(entry > mark.id for entry in one.entries)]
    return replace(alert, read=mark.recorded if mark else "", news=tuple(news))

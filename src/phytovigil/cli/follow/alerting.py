"""Alerts on the terminal: always listed, and at once where there is news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from phytovigil.schema.care import CareReport

STATES = {"now": "", "answered": " [answered by a later finding]", "earlier": " [earlier]"}
MOST_FINDINGS = 3


def print_new_alerts(report: CareReport, written: Collection[str]) -> None:
    """Alerts that the entries just written are news of, in full; the other unread ones by number.

    written : ids of those entries.
    """
    from phytovigil.cli.printing import say
    from phytovigil.study.following.answers import answer_care

    unread = [alert for alert in answer_care(report)["alerts"] if alert["news"]]
    shown = [alert for alert in unread if any(set(finding["entries"]) & set(written) for finding in alert["news"])]
    for alert in shown:
        say("")
        print_alert(alert)
    if unread:
        others = len(unread) - len(shown)
        also = f" {others} other alert{'s are' if others > 1 else ' is'} unread." if others else ""
        say(f"`phytovigil follow care` shows all alerts with their sources.{also}")


def print_care(answer: dict[str, Any]) -> None:
    """All alerts, most urgent first."""
    from phytovigil.cli.printing import say

    if not answer["alerts"]:
        say(f"None of {answer['rules']} rules holds as of {answer['as_of']}. That is no all-clear: rules see only what")
        say("is written down. With a complaint that worries you, seek care whatever this program says.")
    for alert in answer["alerts"]:
        print_alert(alert, sources=True)
        say("")
    for finding in answer["unplaced"]:
        say(f"No rule can judge: {finding['text']}")
    for note in answer["liver"]["notes"]:
        say(f"Liver tests: {note}")


def print_alert(alert: dict[str, Any], *, sources: bool = False) -> None:
    """One alert: how urgent, what to do, what was seen, the rule."""
    from phytovigil.cli.printing import say

    say(f"{alert['urgency'].upper()}{STATES[alert['state']]}: {alert['rule']['title']} ({alert['key']})")
    say(f"  {alert['said']}")
    findings = [finding for finding in alert["findings"] if not finding["context"]]
    for finding in findings[-MOST_FINDINGS:]:
        say(f"  Seen {finding['day']}: {finding['text']}")
    if len(findings) > MOST_FINDINGS:
        say(f"  And {len(findings) - MOST_FINDINGS} earlier findings.")
    for finding in alert["answers"]:
        say(f"  Answered {finding['day']}: {finding['text']}")
    for source in alert["rule"]["sources"] if sources else ():
        say(f"  Source: {source['citation']} {source['address']} [{source['basis']} {source['seen']}]".rstrip())

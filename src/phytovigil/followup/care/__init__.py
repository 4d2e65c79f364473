"""When to seek care: dated, cited rules asked of one person's diary."""

from __future__ import annotations

from phytovigil.followup.care.alerts import ask_rules, find_alerts, find_unplaced, list_new
from phytovigil.followup.care.loading import RuleBook, list_rule_books, load_rules
from phytovigil.followup.care.record import KINDS, Record

__all__ = [
    "KINDS",
    "Record",
    "RuleBook",
    "ask_rules",
    "find_alerts",
    "find_unplaced",
    "list_new",
    "list_rule_books",
    "load_rules",
]

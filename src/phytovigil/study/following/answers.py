"""Answers on one person as plain data, in the frame of their schemas; the commands print them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phytovigil.schema.care import CareReport
from phytovigil.schema.case_draft import CaseDraft
from phytovigil.schema.change import PeriodComparison, SeriesChange, SkinChange
from phytovigil.schema.diary import Entry
from phytovigil.schema.medicines import InteractionReport
from phytovigil.study.asking import frame_answer
from phytovigil.study.following.entering import describe_kinds
from phytovigil.study.following.saying import say_entry, shorten_id
from phytovigil.study.following.summary_series import to_json

if TYPE_CHECKING:
    from phytovigil.study.following.photographs import AddedPhoto


def describe_entry(entry: Entry) -> dict[str, Any]:
    """An entry with its short id and one line of words."""
    return {**to_json(entry), "short": shorten_id(entry.id), "said": say_entry(entry)}


def answer_entries(entries: Iterable[Entry], notices: Sequence[str] = ()) -> dict[str, Any]:
    """Entries, and what to tell about them."""
    listed = [describe_entry(entry) for entry in entries]
    return frame_answer("follow-entries", entries=listed, notices=[notice for notice in notices if notice])


def answer_kinds() -> dict[str, Any]:
    """Kinds of entries with their fields."""
    return frame_answer("follow-kinds", kinds=describe_kinds())


def answer_events(words: str = "") -> dict[str, Any]:
    """The events that the rules know; those that words may mean, if there are any."""
    from phytovigil.followup.instruments import load_events, suggest_events

    listed = suggest_events(words, 8) if words else load_events()
    return frame_answer("follow-events", events=to_json(listed))


def answer_photos(added: Iterable[AddedPhoto]) -> dict[str, Any]:
    """Photographs and what was read from them."""
    photos = [
        {
            "entry": describe_entry(one.photo),
            "reading": one.reading.id,
            "usable": one.found.usable,
            "lab": list(one.found.lab),
            "spread": list(one.found.spread),
            "pixels": one.found.pixels,
            "error": one.found.error,
            "refusals": to_json(one.found.refusals),
            "notes": list(one.found.notes),
            "details": dict(one.found.details),
            "method": one.found.method,
        }
        for one in added
    ]
    return frame_answer("follow-photo", photos=photos, error_model=describe_errors())


def describe_errors() -> str:
    """The error of the method as it was measured, in words."""
    from phytovigil.followup.skin import describe_error_model

    return describe_error_model()


def answer_changes(as_of: date, series: Sequence[SeriesChange], skin: Sequence[SkinChange]) -> dict[str, Any]:
    """What is said about every series and about the skin."""
    return frame_answer(
        "follow-changes",
        as_of=as_of.isoformat(),
        series=to_json(series),
        skin=to_json(skin),
        error_model=describe_errors() if skin else "",
    )


def answer_comparison(found: PeriodComparison) -> dict[str, Any]:
    """A series on and off the product."""
    return frame_answer("follow-compare", comparison=to_json(found))


def answer_care(report: CareReport) -> dict[str, Any]:
    """All alerts, the liver tests they read, and what no rule can judge."""
    return frame_answer("follow-care", **to_json(report))


def answer_risks(report: InteractionReport) -> dict[str, Any]:
    """Medicines and risks beside the product."""
    found: dict[str, Any] = to_json(report)
    found["evidence"] = [row.id for row in report.evidence]
    return frame_answer("follow-risks", risks=found)


def answer_assessment(assessment: dict[str, Any]) -> dict[str, Any]:
    """One event on both scales."""
    return frame_answer("follow-assess", assessment=assessment)


def answer_report(draft: CaseDraft) -> dict[str, Any]:
    """A draft of a case report, as values and as text."""
    from phytovigil.study.following.drafting import describe_draft, map_draft

    values = map_draft(draft)
    return frame_answer(
        "follow-report",
        **{key: values[key] for key in ("event", "as_of", "standard", "complete", "missing", "fields")},
        text=describe_draft(draft),
    )


def answer_check(check: Any) -> dict[str, Any]:
    """Whether a diary is whole."""
    return frame_answer("follow-verify", **to_json(check))


def answer_imported(imported: Any) -> dict[str, Any]:
    """What an import added."""
    return frame_answer("follow-import", **to_json(imported))


def answer_files(files: Iterable[tuple[Path, str, bool]], said: Sequence[str] = ()) -> dict[str, Any]:
    """Files that were written: path, what it is, whether it is encrypted."""
    written = [
        {
            "file": str(path),
            "what": what,
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "encrypted": encrypted,
        }
        for path, what, encrypted in files
    ]
    return frame_answer("follow-files", files=written, said=list(said))

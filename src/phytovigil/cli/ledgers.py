"""Ledgers as text: what an ingest did, and what the store holds, release by release."""

from __future__ import annotations

from collections import Counter
from typing import Any

from phytovigil.cli.printing import say

Answer = dict[str, Any]

MOST_REASONS = 3
"""Reasons that are shown of one release; --json and `quarantine` have them all."""

SCOPES = {"row": "row put aside", "value": "value put aside, row kept", "repair": "row repaired and kept"}

QUARTER_ENDS = {"03-31": "Q1", "06-30": "Q2", "09-30": "Q3", "12-31": "Q4"}

ORPHANED = (
    "Orphaned: rows that belong to a report, or to a product of it, that these files do not hold; kept, never counted."
)

FIGURES = ("rows_read", "rows_kept", "rows_quarantined", "rows_repaired", "rows_orphaned", "values_quarantined")


def print_ingest(ledger: Answer) -> None:
    """The ledger of an ingest: a block for each release that it added, a line for those that were there."""
    if not ledger["changed"]:
        print_unchanged(ledger["files"])
        return
    changed = by_release([file for file in ledger["files"] if file["changed"]])
    held = [file for file in ledger["files"] if not file["changed"]]
    explained: set[str] = set()
    for files in changed:
        print_taken_in(files, explained)
    if held:
        print_unchanged(held)
    if any(file["rows_orphaned"] for files in changed for file in files):
        say(ORPHANED)
    print_skipped(ledger["skipped"])


def by_release(files: list[Answer]) -> list[list[Answer]]:
    """Files of the same release together, in their order."""
    grouped: dict[str, list[Answer]] = {}
    for file in files:
        grouped.setdefault(file["release"], []).append(file)
    return list(grouped.values())


def print_taken_in(files: list[Answer], explained: set[str]) -> None:
    """One release: its files, its ledger, and why rows and values were put aside.

    explained : reasons whose meaning has been said; those that are said now are added.
    """
    first = files[0]
    if len(files) == 1:
        say(f"{first['file']} → {first['release']} (as of {first['as_of']})")
    else:
        say(f"{first['source']} {name_date(first['as_of'])} → {first['release']}: {len(files)} files")
    total = add_up(files)
    say(f"  {balance(total)}; {content(total, first['reports'])}")
    if remarks(total):
        say(f"  of the rows kept, {remarks(total)}")
    counted: Counter[tuple[str, str]] = Counter()
    meanings: dict[str, str] = {}
    for reason in (reason for file in files for reason in file["reasons"]):
        counted[reason["scope"], reason["reason"]] += reason["count"]
        meanings[reason["reason"]] = reason["meaning"]
    for (scope, code), count in counted.most_common(MOST_REASONS):
        meaning = "" if code in explained else f": {meanings[code]}"
        explained.add(code)
        say(f"  {count:,} × {code} ({SCOPES[scope]}){meaning}")
    if len(counted) > MOST_REASONS:
        say(f"  and {len(counted) - MOST_REASONS} more reasons; `phytovigil quarantine` lists every row and value")


def print_unchanged(files: list[Answer]) -> None:
    """Files that the store held already, in one line."""
    releases = by_release(files)
    where = files[0]["release"] if len(releases) == 1 else f"{len(releases)} releases"
    which = f"{files[0]['file']}:" if len(files) == 1 else f"{len(files)} files are"
    say(f"{which} already in the store as {where}; nothing changed.")


def print_skipped(skipped: list[Answer]) -> None:
    """Files passed over, those of the same kind in one line."""
    kinds: dict[str, list[Answer]] = {}
    for item in skipped:
        kinds.setdefault(item["reason"].removeprefix(item["file"]), []).append(item)
    for kind, items in kinds.items():
        if len(items) > 1:
            what = kind.strip().removeprefix("is ").rstrip(".")
            say(f"{len(items)} files passed over: each is {what}. --json names them.")
        else:
            named = items[0]["reason"].startswith(items[0]["file"])
            say(f"Passed over: {items[0]['reason'] if named else items[0]['file'] + ': ' + items[0]['reason']}")


def content(total: Answer, reports: int) -> str:
    """What a release holds.

    >>> content({"rows_kept": 3624}, 0), content({"rows_kept": 2}, 1)
    ('3,624 deleted cases', '1 reports')
    """
    return f"{reports:,} reports" if reports else f"{total['rows_kept']:,} deleted cases"


def add_up(files: list[Answer]) -> Answer:
    """The ledger of several files together."""
    return {name: sum(file[name] for file in files) for name in FIGURES}


def balance(ledger: Answer) -> str:
    """A ledger in one line.

    >>> balance({"rows_read": 1503, "rows_kept": 1502, "rows_quarantined": 1})
    '1,503 rows read = 1,502 kept + 1 quarantined'
    """
    read, kept, put_aside = (ledger[name] for name in FIGURES[:3])
    return f"{read:,} rows read = {kept:,} kept + {put_aside:,} quarantined"


def remarks(ledger: Answer) -> str:
    """What else a ledger has to say of the rows kept; empty where there is nothing.

    >>> remarks({"rows_repaired": 2, "rows_orphaned": 1516, "values_quarantined": 0})
    '2 repaired, 1,516 orphaned'
    """
    told = {"repaired": "rows_repaired", "orphaned": "rows_orphaned"}
    return ", ".join(f"{ledger[name]:,} {word}" for word, name in told.items() if ledger[name])


def name_date(day: str) -> str:
    """A quarter by its name where the day is its last one.

    >>> name_date("2019-03-31"), name_date("2019-03-30")
    ('2019Q1', 'as of 2019-03-30')
    """
    quarter = QUARTER_ENDS.get(day[5:])
    return f"{day[:4]}{quarter}" if quarter else f"as of {day}"


def print_releases(answer: Answer) -> None:
    """Releases of the store: of a single file with its name, of several in one line."""
    if not answer["releases"]:
        say(f"The store {answer['store']} is empty. Take files in with `phytovigil ingest PATH`.")
        return
    for release in answer["releases"]:
        print_release(release)
    if any(len(release["files"]) > 1 for release in answer["releases"]):
        say("--json names every file, with its ledger and hash.")
    if any(file["rows_orphaned"] for release in answer["releases"] for file in release["files"]):
        say(ORPHANED)
    if "damaged" in answer and not answer["damaged"]:
        say("Every file of the store has the hash that was recorded.")


def print_release(release: Answer) -> None:
    """One release."""
    files, total = release["files"], add_up(release["files"])
    told = [f"{total['rows_quarantined']:,} quarantined"] if total["rows_quarantined"] and len(files) > 1 else []
    told += [remarks(total)] if remarks(total) else []
    if len(files) == 1:
        say(f"{release['id']} (as of {release['as_of']}): {content(total, release['reports'])}")
        say(f"  {files[0]['file']}")
        say(f"    {balance(total)}" + "".join(f", {remark}" for remark in told))
    else:
        say(f"{release['id']}: {release['reports']:,} reports, {len(files)} files, {total['rows_read']:,} rows")
        if told:
            say(f"  {', '.join(told)}")


def print_verified(answer: Answer) -> None:
    """What was compared, and every difference."""
    for change in answer["changes"]:
        say(f"{change['file']}: {change['state']}. {change['why']}")
    for difference in answer["differences"]:
        say(f"{difference['file']}: comes out otherwise when it is made again.")
        for value in difference["values"]:
            say(f"  {value['path']}: {value['held']}, recomputed {value['recomputed']}")
        if difference["more"]:
            say(f"  and {difference['more']:,} more values")
    if answer["failure"]:
        say(f"It could not be made again: {answer['failure']}")
    for library in answer["libraries"]:
        say(f"{library['library']}: made with {library['then']}, here {library['here']}")
    if answer["holds"]:
        say(
            f"{answer['files']:,} files have the hashes of the manifest, and the {answer['recomputed']:,} that were "
            "made again from the snapshot have the same bytes."
        )

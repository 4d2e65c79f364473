"""A person's decisions about whole reported strings: names.csv of an own vocabulary folder.

A row says of a name as reported which nodes it means ("none": no product of the vocabulary), who said so and when.
Rows without a decision are undecided; they stay in the file that is being worked on and are not taken over.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from phytovigil.errors import InvalidVocabulary, UnreadableFile, quoted
from phytovigil.vocabulary.matching import Phrase
from phytovigil.vocabulary.parts import Decision
from phytovigil.vocabulary.tokens import split_tokens

FILE = "names.csv"
COLUMNS = ("name", "decision", "by", "date", "note")
NONE = "none"
JOINED = " + "


@dataclass(frozen=True, slots=True)
class DecidedName:
    """One decided row. nodes : ids, sorted; empty for "none". where : file and line."""

    name: str
    nodes: tuple[str, ...]
    by: str
    date: str
    note: str = ""
    where: str = ""

    @property
    def phrase(self) -> Phrase:
        """The tokens that the name is found by: the same in any case and with any signs between them."""
        return tuple(split_tokens(self.name))

    @property
    def decision(self) -> str:
        """The decision as it is written.

        >>> DecidedName("X", ("kava", "valerian"), "AB", "2026-11-22").decision
        'kava + valerian'
        """
        return JOINED.join(self.nodes) or NONE

    @property
    def content(self) -> tuple[object, ...]:
        """What is decided, without where it stands and how the name is written."""
        return (self.nodes, self.by, self.date, self.note)

    def resolve(self, positions: Mapping[str, int]) -> Decision:
        """The decision as the vocabulary keeps it."""
        why = f"{self.by} decided so on {self.date}" + (f": {self.note}" if self.note else ".")
        places = tuple(positions[node] for node in self.nodes)
        return Decision(places, why, f"decided by {self.by} on {self.date}, {self.where}")


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A file of decisions, read. undecided : rows without one."""

    decided: tuple[DecidedName, ...]
    undecided: int


def read_decisions(file: Path, known: Collection[str], find_near: Callable[[str], Sequence[str]]) -> DecisionFile:
    """Read and check a file of decisions, with commas or semicolons between its columns; other columns are passed over.

    known : ids of nodes. find_near : near ids for one that is unknown.
    Raises UnreadableFile for a file without the columns, InvalidVocabulary with file and line for a row that names an
    unknown node, lacks who or when, or contradicts another row.
    """
    decided: dict[Phrase, DecidedName] = {}
    undecided = 0
    for line, row in read_rows(file):
        where = f"{file.name} line {line}"
        if not row["decision"]:
            undecided += 1
            continue
        found = _read_row(row, where, known, find_near)
        held = decided.setdefault(found.phrase, found)
        if held.content != found.content:
            raise InvalidVocabulary(
                f"{where} decides “{found.name}” as {found.decision}; {held.where} decides it as {held.decision}.",
                "Leave one of the two rows; names that differ in case or signs alone are one.",
            )
    return DecisionFile(tuple(decided.values()), undecided)


def read_rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file with the number of the line that each ends on; values without blanks around them."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UnreadableFile(f"{file} cannot be read: {reason}.", "Save it as CSV in UTF-8.") from error
    heading = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count), strict=True)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableFile(
            f"{file.name} has no column “{missing[0]}”.", f"A file of decisions has the columns {', '.join(COLUMNS)}."
        )
    try:
        return [(reader.line_num, {column: (row[column] or "").strip() for column in COLUMNS}) for row in reader]
    except csv.Error as error:
        raise UnreadableFile(f"{file.name} line {reader.line_num} is not CSV: {error}.", "Save it as CSV.") from error


def _read_row(
    row: Mapping[str, str], where: str, known: Collection[str], find_near: Callable[[str], Sequence[str]]
) -> DecidedName:
    """Check one decided row."""
    nodes = _read_nodes(row["decision"], where, known, find_near)
    found = DecidedName(row["name"], nodes, row["by"], _read_date(row["date"], where), row["note"], where)
    if not found.phrase:
        raise InvalidVocabulary(f"{where} decides the name “{found.name}”, which holds no Latin letter or digit.")
    if not found.by:
        raise InvalidVocabulary(f"{where} decides “{found.name}” and does not say by whom.", "Fill the column “by”.")
    return found


def _read_nodes(
    decision: str, where: str, known: Collection[str], find_near: Callable[[str], Sequence[str]]
) -> tuple[str, ...]:
    """The ids of a decision. Raises InvalidVocabulary for an unknown one, with near ids."""
    if decision.casefold() == NONE:
        return ()
    nodes = [part.strip() for part in decision.split("+")]
    for node in nodes:
        if node not in known:
            near = find_near(node)
            hint = f"Did you mean {quoted(near)}?" if near else "`phytovigil products find TEXT` finds nodes."
            raise InvalidVocabulary(f"{where} decides for “{node}”, which is no node of the vocabulary.", hint)
    return tuple(sorted(set(nodes)))


def _read_date(text: str, where: str) -> str:
    """A day as 2026-11-22. Raises InvalidVocabulary; a day in another order could be two days."""
    try:
        if len(text) == len("2026-11-22"):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise InvalidVocabulary(f"{where} has the date “{text}”.", "Write the day of the decision as 2026-11-22.")


@dataclass(frozen=True, slots=True)
class MergedDecisions:
    """Old and new decisions together, sorted by name; how many were added, replaced or there already."""

    decided: tuple[DecidedName, ...]
    added: int
    replaced: int
    unchanged: int


def merge_decisions(old: Iterable[DecidedName], new: Iterable[DecidedName], replace: bool = False) -> MergedDecisions:
    """Add new decisions to old ones. The same nodes for a name are no new decision: the older one stays.

    replace : a new decision takes the place of an old one that says otherwise; else that is an error that names both.
    """
    merged = {item.phrase: item for item in old}
    added = replaced = unchanged = 0
    for item in new:
        held = merged.get(item.phrase)
        if held is not None and held.nodes == item.nodes:
            unchanged += 1
            continue
        if held is not None and not replace:
            raise InvalidVocabulary(
                f"{item.where} decides “{item.name}” as {item.decision}; {held.where} decided it as {held.decision} "
                f"({held.by}, {held.date}).",
                "--replace puts the new decision in its place.",
            )
        added, replaced = added + (held is None), replaced + (held is not None)
        merged[item.phrase] = item
    return MergedDecisions(tuple(merged[phrase] for phrase in sorted(merged)), added, replaced, unchanged)


def write_decisions(file: Path, decided: Iterable[DecidedName]) -> None:
    """Write decisions in the given order, in one rename."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((item.name, item.decision, item.by, item.date, item.note) for item in decided)
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(text.getvalue(), encoding="utf-8")
    os.replace(draft, file)

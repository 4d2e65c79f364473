"""What a person decided about pairs of cases: a CSV under version control, read and checked.

Cases are named by the regulator's own numbers and their source, so a decision outlives releases. A pair decided to be
"different" is never in one cluster, a pair decided to be "same" always is.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from phytovigil.errors import InvalidRequest, UnreadableFile
from phytovigil.sources import SOURCES

COLUMNS = ("source", "case", "other_case", "decision", "by", "date", "note")
"""Columns that are read; a review file has more, for the eye."""

DECISIONS = ("same", "different")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PairDecision:
    """One pair, decided. case, other_case : the regulator's numbers, the smaller text first. line : in the file."""

    source: str
    case: str
    other_case: str
    same: bool
    by: str
    date: str
    note: str
    line: int

    @property
    def pair(self) -> Pair:
        """Both cases."""
        return self.case, self.other_case


@dataclass(frozen=True, slots=True)
class PairDecisions:
    """All decisions of a file, free of contradictions.

    undecided : rows whose decision was left empty.
    """

    decided: tuple[PairDecision, ...] = ()
    undecided: int = 0
    file: str = ""

    def of(self, source: str) -> tuple[PairDecision, ...]:
        """The decisions about cases of one source, ordered by their cases."""
        return tuple(sorted((row for row in self.decided if row.source == source), key=lambda row: row.pair))

    def sha256(self, source: str) -> str:
        """Hash of what is decided about a source: order of rows, names, dates and notes do not change it."""
        told = sorted({(row.case, row.other_case, row.same) for row in self.of(source)})
        return hashlib.sha256(repr(told).encode()).hexdigest() if told else ""


def read_pair_decisions(file: Path | str | None) -> PairDecisions:
    """Read and check a file of decisions. None gives no decisions.

    Rows with an empty decision are counted and left alone.
    Raises UnreadableFile for a file that is not there or lacks columns, InvalidRequest for a row that cannot be
    understood and for rows that contradict each other; both name the rows.
    """
    if file is None:
        return PairDecisions()
    rows = list(read_rows(Path(file)))
    decided = [
        read_decision(str(file), line, row) for line, row in rows if (row["decision"] or row["by"] or row["note"])
    ]
    kept = merge_repeated(str(file), decided)
    require_consistent(str(file), kept)
    return PairDecisions(tuple(kept), len(rows) - len(decided), str(file))


def read_rows(file: Path) -> Iterable[tuple[int, Mapping[str, str]]]:
    """Line and cells of each row, blanks stripped."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UnreadableFile(f"The pair decisions {file} cannot be read: {reason}.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableFile(
            f"The pair decisions {file} lack the column {', '.join(missing)}.",
            "`phytovigil cases review --out FILE` writes a file with all columns.",
        )
    for row in reader:
        yield reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}


def read_decision(file: str, line: int, row: Mapping[str, str]) -> PairDecision:
    """One row that decides something.

    >>> row = {"source": "caers", "case": "2", "other_case": "1", "decision": "Same"}
    >>> read_decision("pairs.csv", 2, {**row, "by": "JD", "date": "2026-11-22", "note": ""}).pair
    ('1', '2')
    """
    where = f"{file}, line {line}"
    decision = row["decision"].lower()
    if decision not in DECISIONS:
        said = f"“{row['decision']}”" if decision else "left empty beside a name or a note"
        raise InvalidRequest(
            f"{where}: the decision is {said}.", "It can be same, different, or empty with by and note."
        )
    if row["source"] not in SOURCES:
        raise InvalidRequest(f"{where}: there is no source “{row['source']}”.", f"Known are {', '.join(SOURCES)}.")
    if not row["case"] or not row["other_case"] or row["case"] == row["other_case"]:
        raise InvalidRequest(
            f"{where}: a pair is of two different cases.", "Give both numbers, in case and other_case."
        )
    if not row["by"] or not is_day(row["date"]):
        raise InvalidRequest(f"{where}: who decided, or when, is missing.", "Fill in by, and date as 2026-11-22.")
    case, other_case = sorted((row["case"], row["other_case"]))
    return PairDecision(row["source"], case, other_case, decision == "same", row["by"], row["date"], row["note"], line)


def is_day(text: str) -> bool:
    """Whether a text is a day as 2026-11-22.

    >>> is_day("2026-11-22"), is_day("22.11.2026")
    (True, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def merge_repeated(file: str, decided: Iterable[PairDecision]) -> list[PairDecision]:
    """Each pair once, the latest row of it; rows that decide one pair both ways are an error."""
    first: dict[tuple[str, Pair], PairDecision] = {}
    for row in decided:
        before = first.get((row.source, row.pair))
        if before is not None and before.same != row.same:
            raise InvalidRequest(
                f"{file}: lines {before.line} and {row.line} decide the pair {row.case}, {row.other_case} both ways.",
                "Keep one of the two rows.",
            )
        first[row.source, row.pair] = row
    return list(first.values())


def require_consistent(file: str, decided: Sequence[PairDecision]) -> None:
    """Refuse decisions by which two cases are the same through others, and different by a row of their own."""
    joined: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for row in decided:
        if row.same:
            joined[row.source, row.case].append((row.other_case, row.line))
            joined[row.source, row.other_case].append((row.case, row.line))
    for row in decided:
        chain = None if row.same else find_chain(joined, row.source, row.case, row.other_case)
        if chain:
            lines = ", ".join(str(line) for line in chain)
            raise InvalidRequest(
                f"{file}: by the lines {lines} the cases {row.case} and {row.other_case} are the same, "
                f"by line {row.line} they are different.",
                "Change one of these rows.",
            )


def find_chain(
    joined: Mapping[tuple[str, str], Sequence[tuple[str, int]]], source: str, start: str, end: str
) -> list[int] | None:
    """Lines of the shortest chain of "same" from one case to another; None where there is none."""
    came: dict[str, tuple[str, int]] = {start: ("", 0)}
    waiting = deque([start])
    while waiting and end not in came:
        case = waiting.popleft()
        for other, line in joined.get((source, case), ()):
            if other not in came:
                came[other] = (case, line)
                waiting.append(other)
    if end not in came:
        return None
    lines: list[int] = []
    while end != start:
        end, line = came[end]
        lines.append(line)
    return sorted(lines)

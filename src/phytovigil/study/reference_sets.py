"""Read pairs of product and reaction whose answer is known: reference sets, and the controls of a study.

Formats are told by the columns of the file, never by its name.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from phytovigil.errors import InvalidRequest, UnreadableFile
from phytovigil.study.definition import load_study

OWN, OHDSI, STUDY = "pairs", "ohdsi", "study"
"""Formats: product and reaction in words; the OMOP and EU-ADR sets as the OHDSI collaboration publishes them; the
control pairs of a study file."""

OWN_COLUMNS = {"product", "reaction"}
OHDSI_COLUMNS = {"exposureName", "outcomeName", "groundTruth"}
OUTCOME_COLUMNS = {"outcomeName", "meddra_pt"}

TRUTH = {"positive": True, "1": True, "true": True, "negative": False, "0": False, "false": False}
"""How a file may say what is known of a pair."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class ReferencePair:
    """A pair whose answer is known.

    product : its name in the set; names : everything that it goes by, its own name first.
    reaction : its name in the set; terms : what it is made of, as asked for. exact : they are terms as reported and
        no group of the vocabulary.
    linked : whether the pair is a positive control. group : what results are also shown by; empty for none.
    ratio : true ratio of a control where it is known (simulated data), else None. line : where it stands.
    """

    product: str
    names: tuple[str, ...]
    reaction: str
    terms: tuple[str, ...]
    exact: bool
    linked: bool
    group: str = ""
    ratio: float | None = None
    line: int = 0

    @property
    def kind(self) -> str:
        """Positive or negative."""
        return "positive" if self.linked else "negative"


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """Pairs with their origin. sha256 : of every file that was read for it, by file name."""

    file: str
    format: str
    pairs: tuple[ReferencePair, ...]
    sha256: Mapping[str, str]


def read_reference_set(
    file: Path | str, *, outcomes: Path | str | None = None, names: Path | str | None = None
) -> ReferenceSet:
    """Read a reference set.

    outcomes : CSV with outcomeName and meddra_pt: the terms of each outcome, for sets that name outcomes.
    names : JSON object from a product name in lower case to the list of names that it also goes by.
    Raises UnreadableFile for a file that is not one of the formats, with the line, and InvalidRequest for a set of
    outcomes without their terms.
    """
    place = Path(file)
    rows, columns = read_rows(place)
    used = {place.name: place, **{Path(each).name: Path(each) for each in (outcomes, names) if each}}
    also = read_names(Path(names)) if names else {}
    if columns >= OHDSI_COLUMNS:
        if outcomes is None:
            raise InvalidRequest(
                f"{place.name} names outcomes, not terms.",
                "Give the terms of each outcome with --outcomes FILE, a CSV with outcomeName and meddra_pt.",
            )
        kind, pairs = OHDSI, tuple(read_ohdsi(place, rows, read_outcomes(Path(outcomes)), also))
    elif columns >= {*OWN_COLUMNS, "truth"}:
        kind, pairs = OWN, tuple(read_own(place, rows, also))
    else:
        found = ", ".join(sorted(columns)) or "none"
        raise UnreadableFile(
            f"{place} has the columns {found}; a reference set has product, reaction and truth.",
            "docs/how-to/evaluate-against-a-reference-set.md describes the file.",
        )
    refuse_repeats(place, pairs)
    return ReferenceSet(place.name, kind, pairs, {name: hash_file(path) for name, path in used.items()})


def read_controls(file: Path | str) -> ReferenceSet:
    """Read control pairs: a CSV with product and reaction (and truth, and ratio), or the controls of a study file.

    Without a column truth every pair is a negative control, unless its ratio says otherwise.
    """
    place = Path(file)
    if place.suffix.lower() == ".toml":
        controls = load_study(place).controls
        pairs = tuple(
            ReferencePair(
                each.product, (each.product,), each.reaction, (each.reaction,), False, each.kind == "positive"
            )
            for each in controls
        )
        return ReferenceSet(place.name, STUDY, pairs, {place.name: hash_file(place)})
    rows, columns = read_rows(place)
    if not columns >= OWN_COLUMNS:
        raise UnreadableFile(f"{place} lacks the columns product and reaction.", "Its first line names its columns.")
    pairs = tuple(read_own(place, rows, {}))
    refuse_repeats(place, pairs)
    return ReferenceSet(place.name, OWN, pairs, {place.name: hash_file(place)})


def read_own(place: Path, rows: list[tuple[int, Row]], also: Mapping[str, tuple[str, ...]]) -> Iterator[ReferencePair]:
    """Pairs in words; terms of one reaction are divided by semicolons."""
    for line, row in rows:
        product, reaction = row["product"], row["reaction"]
        terms = tuple(term for part in reaction.split(";") if (term := part.strip()))
        if not product or not terms:
            raise UnreadableFile(f"{place} line {line}: product or reaction is empty.")
        ratio = read_ratio(place, line, row.get("ratio", ""))
        said = row.get("truth", "") or ("negative" if ratio in (None, 1.0) else "positive")
        linked = read_truth(place, line, said)
        yield ReferencePair(
            product, all_names(product, also), reaction, terms, False, linked, row.get("group", ""), ratio, line
        )


def read_ohdsi(
    place: Path,
    rows: list[tuple[int, Row]],
    outcomes: Mapping[str, tuple[str, ...]],
    also: Mapping[str, tuple[str, ...]],
) -> Iterator[ReferencePair]:
    """Pairs of the OMOP and EU-ADR sets; results are also shown by outcome."""
    for line, row in rows:
        product, outcome = row["exposureName"], row["outcomeName"]
        if outcome not in outcomes:
            raise UnreadableFile(f"{place} line {line}: no terms are given for the outcome “{outcome}”.")
        linked = read_truth(place, line, row["groundTruth"])
        yield ReferencePair(
            product, all_names(product, also), outcome, outcomes[outcome], True, linked, outcome, None, line
        )


def all_names(product: str, also: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A product's own name and the others that it goes by, each once whatever its letters."""
    return tuple({name.upper(): name for name in reversed([product, *also.get(product.lower(), ())])}.values())[::-1]


def read_truth(place: Path, line: int, said: str) -> bool:
    """What is known of a pair."""
    if said.lower() not in TRUTH:
        raise UnreadableFile(f"{place} line {line}: truth is “{said}”.", "Write positive or negative, or 1 or 0.")
    return TRUTH[said.lower()]


def read_ratio(place: Path, line: int, said: str) -> float | None:
    """The true ratio of a pair, where it is given."""
    if not said:
        return None
    try:
        ratio = float(said)
    except ValueError:
        ratio = -1.0
    if not 0 < ratio < float("inf"):
        raise UnreadableFile(f"{place} line {line}: ratio is “{said}”.", "A ratio is a number above 0.")
    return ratio


def refuse_repeats(place: Path, pairs: tuple[ReferencePair, ...]) -> None:
    """A pair that stands twice would count twice, and could contradict itself."""
    seen: dict[tuple[str, str], int] = {}
    for pair in pairs:
        key = (pair.product.upper(), pair.reaction.upper())
        if key in seen:
            raise UnreadableFile(
                f"{place} line {pair.line}: {pair.product} × {pair.reaction} stands on line {seen[key]} already."
            )
        seen[key] = pair.line
    if not pairs:
        raise UnreadableFile(f"{place} names no pair.")


def read_outcomes(place: Path) -> dict[str, tuple[str, ...]]:
    """The terms of each outcome."""
    rows, columns = read_rows(place)
    if not columns >= OUTCOME_COLUMNS:
        raise UnreadableFile(f"{place} lacks the columns outcomeName and meddra_pt.")
    found: dict[str, list[str]] = {}
    for _, row in rows:
        found.setdefault(row["outcomeName"], []).append(row["meddra_pt"])
    return {outcome: tuple(dict.fromkeys(terms)) for outcome, terms in found.items()}


def read_names(place: Path) -> dict[str, tuple[str, ...]]:
    """The other names of each product, by its name in lower case."""
    try:
        raw = json.loads(read_bytes(place))
        return {str(name).lower(): tuple(str(each) for each in others) for name, others in raw.items()}
    except (json.JSONDecodeError, AttributeError, TypeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{place} is no JSON object from a name to a list of names.") from error


def read_rows(place: Path) -> tuple[list[tuple[int, Row]], set[str]]:
    """Rows of a CSV with their line numbers, blanks around values taken off, and the names of its columns."""
    try:
        text = read_bytes(place).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        columns = {name.strip() for name in reader.fieldnames or () if name}
        rows = [(reader.line_num, tidy(place, reader.line_num, row)) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{place} is no CSV file in UTF-8: {error}.") from error
    return rows, columns


def tidy(place: Path, line: int, row: Mapping[str | None, object]) -> Row:
    """Values without blanks around them; a row of another length than the heading is refused."""
    if None in row or None in row.values():
        raise UnreadableFile(f"{place} line {line} has another number of values than the heading.")
    return {str(name).strip(): " ".join(str(value).split()) for name, value in row.items()}


def read_bytes(place: Path) -> bytes:
    """The content of a file."""
    try:
        return place.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{place} cannot be read: {error.strerror}.") from error


def hash_file(place: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(read_bytes(place)).hexdigest()


def describe_set(reference: ReferenceSet) -> dict[str, object]:
    """A reference set as JSON."""
    linked = sum(pair.linked for pair in reference.pairs)
    return {
        "file": reference.file,
        "format": reference.format,
        "sha256": [{"file": name, "sha256": sha256} for name, sha256 in sorted(reference.sha256.items())],
        "pairs": len(reference.pairs),
        "positive": linked,
        "negative": len(reference.pairs) - linked,
    }

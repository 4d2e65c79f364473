"""MedDRA, read from the user's own licensed distribution: which preferred term a reported term is, and what is above.

MedDRA is a trademark of ICH and licensed by its maintenance organisation (MSSO); nothing of it comes with the program.
Five levels: lowest level terms (LLT), each of one preferred term (PT); above PTs stand high level terms (HLT), high
level group terms (HLGT) and system organ classes (SOC). A PT may have several ways up (it is multiaxial), one of which
is primary. Names are compared in upper case with single blanks.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phytovigil.errors import InvalidRequest
from phytovigil.vocabulary.meddra_files import MeddraFiles, Problems, Row, read_each

LEVELS = ("SOC", "HLGT", "HLT", "PT")
"""Levels of the hierarchy, topmost first."""
PRIMARY, ALL = "primary", "all"
"""Ways up: each PT's primary way, so that it stands in one SOC, or all its ways."""

_SOC_FILES = {"SOC": "soc.asc", "HLGT": "hlgt.asc", "HLT": "hlt.asc", "PT": "pt.asc"}
_LINK_FILES = (("hlt_pt.asc", "HLT", "PT"), ("hlgt_hlt.asc", "HLGT", "HLT"), ("soc_hlgt.asc", "SOC", "HLGT"))
_AMBIGUOUS = -1


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one level, in the order of the file: codes and names at the same places."""

    codes: array[int]
    names: tuple[str, ...]
    places: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Paths:
    """Ways up from preferred terms: places of their PT, HLT, HLGT and SOC, and whether they are primary."""

    pt: array[int]
    hlt: array[int]
    hlgt: array[int]
    soc: array[int]
    primary: bytearray

    def rows(self, which: str = PRIMARY) -> list[tuple[int, int, int, int]]:
        """(soc, hlgt, hlt, pt) of each way. Raises InvalidRequest for another choice than primary or all."""
        if which not in (PRIMARY, ALL):
            raise InvalidRequest(f"Ways up are “{which}”; they can be {PRIMARY} or {ALL}.")
        ways = zip(self.soc, self.hlgt, self.hlt, self.pt, self.primary, strict=True)
        return [way[:4] for way in ways if way[4] or which == ALL]


@dataclass(frozen=True, slots=True)
class Meddra:
    """One release of MedDRA in one language.

    version : as the release says, or "unknown". sha256 : of the files read. terms : by level.
    outdated : names of lowest level terms that are no longer current. lookup : place of the PT by name.
    files : the distribution, for what is read only when asked for.
    """

    version: str
    language: str
    sha256: str
    terms: Mapping[str, Terms]
    paths: Paths
    lookup: Mapping[str, int]
    outdated: frozenset[str]
    files: MeddraFiles

    def find(self, term: str) -> int | None:
        """Place of the preferred term that a reported term is, or belongs to; None where there is none.

        A name that two current lowest level terms share, of different preferred terms, is none either.
        """
        place = self.lookup.get(normalise(term))
        return None if place == _AMBIGUOUS else place

    def pt_name(self, place: int) -> str:
        """Name of a preferred term."""
        return self.terms["PT"].names[place]


def load_meddra(folder: Path | str) -> Meddra:
    """Read and check a distribution in ASCII. folder : MedAscii, or the folder above it.

    Raises InvalidVocabulary that names missing files, or bad lines, dangling codes and duplicates.
    """
    files, problems = MeddraFiles(Path(folder)), Problems()
    terms = {level: _read_terms(files, name, problems) for level, name in _SOC_FILES.items()}
    links = {
        (upper, lower): _read_links(files, name, terms[upper], terms[lower], problems)
        for name, upper, lower in _LINK_FILES
    }
    paths = _read_paths(files, terms, links, problems)
    _check_primary(terms["PT"], paths, problems)
    lookup, outdated = _read_lowest(files, terms["PT"], problems)
    problems.raise_any(files.folder)
    version, language = files.release()
    return Meddra(version, language, files.sha256(), terms, paths, lookup, outdated, files)


def normalise(term: str) -> str:
    """A term as it is compared.

    >>> normalise(" Yellow  skin")
    'YELLOW SKIN'
    """
    return " ".join(term.upper().split())


def _read_terms(files: MeddraFiles, name: str, problems: Problems) -> Terms:
    codes, names, places = array("q"), [], {}

    def read(row: Row) -> None:
        code, text = row.code(0), row.text(1)
        if code in places:
            raise ValueError(f"the code {code} is given twice")
        places[code] = len(codes)
        codes.append(code)
        names.append(text)

    read_each(files.rows(name, 2, problems), problems, read)
    return Terms(codes, tuple(names), places)


def _place(terms: Terms, code: int, level: str) -> int:
    if code not in terms.places:
        raise ValueError(f"there is no {level} with the code {code}")
    return terms.places[code]


def _read_links(files: MeddraFiles, name: str, upper: Terms, lower: Terms, problems: Problems) -> set[tuple[int, int]]:
    links: set[tuple[int, int]] = set()

    def read(row: Row) -> None:
        link = _place(upper, row.code(0), "term above"), _place(lower, row.code(1), "term below")
        if link in links:
            raise ValueError("the same link is given twice")
        links.add(link)

    read_each(files.rows(name, 2, problems), problems, read)
    return links


def _read_paths(
    files: MeddraFiles,
    terms: Mapping[str, Terms],
    links: Mapping[tuple[str, str], set[tuple[int, int]]],
    problems: Problems,
) -> Paths:
    """mdhier.asc: codes of PT, HLT, HLGT, SOC in the first four columns, the mark of the primary way in the twelfth."""
    paths = Paths(array("i"), array("i"), array("i"), array("i"), bytearray())
    seen: set[tuple[int, ...]] = set()

    def read(row: Row) -> None:
        way = tuple(_place(terms[level], row.code(column), level) for column, level in enumerate(reversed(LEVELS)))
        for lower, upper in zip(range(3), range(1, 4), strict=True):
            pair = LEVELS[3 - upper], LEVELS[3 - lower]
            if (way[upper], way[lower]) not in links[pair]:
                raise ValueError(f"its {pair[1]} does not belong to its {pair[0]}")
        if way in seen:
            raise ValueError("the same way is given twice")
        mark = row.values[11].strip().upper()
        if mark not in ("Y", "N"):
            raise ValueError(f"“{mark}” does not say whether the way is primary")
        seen.add(way)
        for column, place in zip((paths.pt, paths.hlt, paths.hlgt, paths.soc), way, strict=True):
            column.append(place)
        paths.primary.append(mark == "Y")

    read_each(files.rows("mdhier.asc", 12, problems), problems, read)
    return paths


def _check_primary(terms: Terms, paths: Paths, problems: Problems) -> None:
    """Every preferred term has one primary way up."""
    ways = Counter(pt for pt, primary in zip(paths.pt, paths.primary, strict=True) if primary)
    for place, code in enumerate(terms.codes):
        if ways[place] != 1:
            problems.add("mdhier.asc", f"the PT {code} has {ways[place]} primary ways up")


def _read_lowest(files: MeddraFiles, terms: Terms, problems: Problems) -> tuple[dict[str, int], frozenset[str]]:
    """Place of the PT by every name, current names first; and the names that are no longer current."""
    by_currency: dict[bool, dict[str, int]] = {True: {}, False: {}}
    codes: set[int] = set()

    def read(row: Row) -> None:
        code, name, place = row.code(0), normalise(row.text(1)), _place(terms, row.code(2), "PT")
        if code in codes:
            raise ValueError(f"the code {code} is given twice")
        codes.add(code)
        mark = row.values[9].strip().upper()
        if mark not in ("Y", "N"):
            raise ValueError(f"“{mark}” does not say whether the term is current")
        names = by_currency[mark == "Y"]
        names[name] = place if names.get(name, place) == place else _AMBIGUOUS

    read_each(files.rows("llt.asc", 10, problems), problems, read)
    preferred = {normalise(name): place for place, name in enumerate(terms.names)}
    current = by_currency[True] | preferred
    return by_currency[False] | current, frozenset(by_currency[False]) - frozenset(current)

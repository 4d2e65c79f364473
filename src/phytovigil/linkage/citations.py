"""Which literature references mean the same paper, however each firm writes it.

A reference is read into what identifies a paper: DOI, PMID, words of the title and the numbers in it, authors, year,
volume and first page. Two references are the same paper if they share a DOI or a PMID, or if the title of one stands
in the other and author, year or place agree, or if two authors, year, volume and first page agree. They are never the
same paper if each title holds a number that the other reference does not: the 38th and the 39th yearly report of one
society differ in little else, and firms copy the DOI of the wrong one.

Every reference is compared only with those that share a key with it, within a window where many do, so that the work
grows with the number of references. The result depends on the set of texts, not on their order.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from phytovigil.linkage.references import Reference, read_references

Value = TypeVar("Value", str, tuple[str, ...])

WINDOW = 40
"""References that share a key are compared with so many next ones in the order of their titles.

Where more than that share it, the key tells less and each meets fewer, so that a group costs at most WINDOW² pairs.
"""

LEAST_WINDOW = 5
"""Next references that are met in a group of any size."""

FRESH_PAIRS = 4_000_000
"""Pairs that are gathered before those that came twice are dropped."""

LEAST_TITLE = 88.0
"""Likeness of titles (0 to 100) from which one is looked for in the other, word by word."""

NEAR_WORD = 75.0
"""Likeness from which a word is taken for a misspelling of another."""

YEARS_APART = 1
"""An article that appears ahead of print is often cited by the year before."""


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers behind some texts.

    of_text : for each text as given, the numbers of its papers in ascending order; empty where it names none.
    keys : stable key of each paper: "doi:…" or "pmid:…" where any of its references gives one, else "title:…" with a
        hash of its most frequent title and first author.
    titles : a readable title of each paper, as most references have it.
    evidence : for each paper, what joined its references, with the number of joins by each kind.
    compared : pairs of references that were compared.
    """

    of_text: tuple[tuple[int, ...], ...]
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    evidence: tuple[dict[str, int], ...]
    compared: int

    @property
    def of_field(self) -> tuple[tuple[int, ...], ...]:
        """Every set of papers that a text names, in order: one paper, or several where a field holds several."""
        return tuple(sorted(set(self.of_text) - {()}))


def find_papers(texts: Sequence[str | None]) -> Papers:
    """Group literature references by the paper that they mean.

    >>> found = find_papers([
    ...     "Hughes RL. Fatal combination of mitragynine and quetiapine. Forensic Sci Med Pathol. 2019;15(1):110-113",
    ...     "Rhome L Hughes;Fatal combination of Mitragynine and quetiapine;Forensic Science;29-NOV-2018",
    ...     "Unknown. Unknown",
    ... ])
    >>> found.of_text
    ((0,), (0,), ())
    """
    read = {text: read_references(text) for text in sorted({text for text in texts if text})}
    distinct = sorted({reference for references in read.values() for reference in references}, key=order)
    place = {reference: number for number, reference in enumerate(distinct)}
    pairs = candidate_pairs(distinct)
    joined = join_references(distinct, pairs_of(pairs, len(distinct)))
    used = Counter(place[reference] for text in texts if text for reference in read[text])
    keys, titles = describe_papers(distinct, joined, used)
    return Papers(
        of_text=tuple(
            tuple(sorted({joined.paper[place[reference]] for reference in read[text]})) if text else ()
            for text in texts
        ),
        keys=keys,
        titles=titles,
        evidence=tuple(joined.evidence),
        compared=len(pairs),
    )


def order(reference: Reference) -> tuple[str, str]:
    """An order of references that depends on nothing but themselves."""
    return " ".join(reference.title), reference.text


def candidate_pairs(references: Sequence[Reference]) -> NDArray[np.int64]:
    """Pairs of positions that share a key, each once, the earlier first; left · number of references + right.

    As one number a pair takes eight bytes; a large source has tens of millions of them.
    """
    blocks: dict[str, array[int]] = {}
    for position, reference in enumerate(references):
        for key in blocking_keys(reference):
            blocks.setdefault(key, array("q")).append(position)
    total = len(references)
    found: list[NDArray[np.int64]] = []
    fresh = array("q")
    for members in blocks.values():
        reach = min(WINDOW, max(LEAST_WINDOW, WINDOW**2 // len(members)))
        for start, left in enumerate(members[:-1]):
            fresh.extend(left * total + right for right in members[start + 1 : start + 1 + reach])
        if len(fresh) > FRESH_PAIRS:
            found.append(np.unique(np.array(fresh)))
            fresh = array("q")
    return np.unique(np.concatenate([*found, np.array(fresh, np.int64)]))


def pairs_of(codes: NDArray[np.int64], total: int) -> Iterator[tuple[int, int]]:
    """The pairs behind the numbers of `candidate_pairs`, in their order."""
    for start in range(0, len(codes), FRESH_PAIRS):
        yield from (divmod(code, total) for code in codes[start : start + FRESH_PAIRS].tolist())


def blocking_keys(reference: Reference) -> set[str]:
    """What two references of one paper share: identifiers, the place, or some words of the title."""
    long_words = reference.long_title
    keys = {f"doi {doi}" for doi in reference.dois} | {f"pmid {pmid}" for pmid in reference.pmids}
    if reference.volume and reference.page:
        keys.add(f"place {reference.volume} {reference.page}")
    if len(long_words) >= 2:
        keys |= {f"first {' '.join(long_words[:3])}", f"last {' '.join(long_words[-3:])}"}
        longest = sorted(set(long_words), key=lambda word: (-len(word), word))[:4]
        keys |= {f"long {' '.join(sorted(longest[:3]))}", f"long {' '.join(sorted(longest[1:4]))}"}
    if reference.authors and long_words:
        longest_word = max(long_words, key=lambda word: (len(word), word))
        keys |= {f"author {author} {longest_word}" for author in reference.authors[:2]}
        keys |= {f"author {author} {year}" for author in reference.authors[:2] for year in reference.years}
    return keys


def same_paper(left: Reference, right: Reference) -> tuple[str, ...]:
    """What says that two references mean the same paper, of "doi", "pmid", "title", "author", "year" and "place".

    Empty if they do not, or if too little is said.
    """
    if numbers_conflict(left, right):
        return ()
    agree = agreement(left, right)
    titled = max(title_stands_in(left, right), title_stands_in(right, left))
    if titled:
        agree.add("title")
    if agree & {"doi", "pmid"} and (agree & {"title", "author", "place"} or not (left.authors and right.authors)):
        return in_order(agree)
    if titled and supported(titled, agree, unsigned=not left.authors or not right.authors):
        return in_order(agree)
    if {"place", "year"} <= agree and share_names(left, right):
        return in_order(agree)
    return ()


def supported(words: int, agree: set[str], *, unsigned: bool) -> bool:
    """Whether enough agrees beside the title, of so many words. unsigned : one of the references names no author.

    The year alone is enough only where there is no author to compare: a journal's name may be taken for a title.
    """
    if "place" in agree or {"author", "year"} <= agree:
        return True
    return words >= 5 and ("author" in agree or (unsigned and "year" in agree))


EVIDENCE = ("doi", "pmid", "title", "author", "year", "place")
"""What can say that two references mean one paper, strongest first."""


def in_order(agree: Iterable[str]) -> tuple[str, ...]:
    """Evidence in a fixed order."""
    found = set(agree)
    return tuple(kind for kind in EVIDENCE if kind in found)


def agreement(left: Reference, right: Reference) -> set[str]:
    """On what two references agree, the title aside."""
    found = set()
    if set(left.dois) & set(right.dois):
        found.add("doi")
    if set(left.pmids) & set(right.pmids):
        found.add("pmid")
    if share_author(left, right):
        found.add("author")
    if any(abs(one - other) <= YEARS_APART for one in left.years for other in right.years):
        found.add("year")
    if left.page and left.volume and (left.volume, left.page) == (right.volume, right.page):
        found.add("place")
    return found


def share_author(left: Reference, right: Reference) -> bool:
    """Whether an author of one stands among those of the other; the first ones may differ by a misspelling."""
    from rapidfuzz.fuzz import ratio

    if set(left.authors) & set(right.authors):
        return True
    if not left.authors or not right.authors:
        return False
    return bool(ratio(left.authors[0], right.authors[0]) >= 80)


def share_names(left: Reference, right: Reference) -> bool:
    """Whether two lists of names have at least two in common; titles may differ then, as translations do.

    One is not enough: digests print several short items on one page, and what stands before their titles is a drug.
    """
    return left.listed and right.listed and len(set(left.authors) & set(right.authors)) >= 2


def numbers_conflict(left: Reference, right: Reference) -> bool:
    """Whether each title holds a number that stands nowhere in the other reference."""
    return bool(left.title_numbers - right.numbers) and bool(right.title_numbers - left.numbers)


def title_stands_in(one: Reference, other: Reference) -> int:
    """Words of the title of one reference, if they all stand in the other; else 0.

    Half of its words have to stand there letter by letter, the others up to a misspelling or a lost blank. Counted are
    words of four letters and more. A title of one, or of two among fewer than four words, tells too little.
    """
    from rapidfuzz.fuzz import partial_ratio, ratio

    words = one.long_title
    if len(words) < 3 and (len(words) < 2 or len(one.title) < 4):
        return 0
    missing = [word for word in words if word not in other.held]
    if len(missing) > len(words) / 2:
        return 0
    title = " ".join(one.title)
    if len(title) > len(other.text) or not partial_ratio(title, other.text, score_cutoff=LEAST_TITLE):
        return 0
    squeezed = other.text.replace(" ", "")
    strange = [
        word
        for word in missing
        if word not in squeezed and not any(ratio(word, found, score_cutoff=NEAR_WORD) for found in other.held)
    ]
    return 0 if strange else len(words)


@dataclass(slots=True)
class Joined:
    """Papers under construction: `paper` numbers them by their first reference."""

    paper: list[int]
    evidence: list[dict[str, int]] = field(default_factory=list)


def join_references(references: Sequence[Reference], pairs: Iterable[tuple[int, int]]) -> Joined:
    """Join references that mean the same paper, best evidence first, never papers whose titles' numbers conflict."""
    found = [(evidence, pair) for pair in pairs if (evidence := same_paper(references[pair[0]], references[pair[1]]))]
    found.sort(key=lambda entry: (-len(entry[0]), [EVIDENCE.index(kind) for kind in entry[0]], entry[1]))
    root = list(range(len(references)))
    in_titles = [{reference.title_numbers} for reference in references]
    anywhere = [set(reference.numbers) for reference in references]
    counts: list[Counter[str]] = [Counter() for _ in references]
    for evidence, (left, right) in found:
        one, other = sorted((find_root(root, left), find_root(root, right)))
        if one == other:
            continue
        if papers_conflict(in_titles[one], anywhere[one], in_titles[other], anywhere[other]):
            continue
        root[other] = one
        in_titles[one] |= in_titles[other]
        anywhere[one] |= anywhere[other]
        counts[one].update(counts[other])
        counts[one][" + ".join(evidence)] += 1
    heads = sorted({find_root(root, position) for position in range(len(references))})
    number = {head: place for place, head in enumerate(heads)}
    paper = [number[find_root(root, position)] for position in range(len(references))]
    return Joined(paper, [dict(sorted(counts[head].items())) for head in heads])


def find_root(root: list[int], position: int) -> int:
    """The first reference of a paper; the way there is shortened."""
    while root[position] != position:
        root[position] = root[root[position]]
        position = root[position]
    return position


def papers_conflict(
    one_titles: set[frozenset[str]], one: set[str], other_titles: set[frozenset[str]], other: set[str]
) -> bool:
    """Whether each of two papers has a title with a number that stands nowhere in the references of the other."""
    return any(numbers - other for numbers in one_titles) and any(numbers - one for numbers in other_titles)


def describe_papers(
    references: Sequence[Reference], joined: Joined, used: Counter[int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys and titles of all papers. used : how many texts name each reference."""
    members: dict[int, list[int]] = defaultdict(list)
    for position, paper in enumerate(joined.paper):
        members[paper].append(position)
    keys, titles = [], []
    for paper in range(len(joined.evidence)):
        own = [(references[position], used[position]) for position in members[paper]]
        keys.append(paper_key(own))
        titles.append(" ".join(most_used((reference.title, times) for reference, times in own)))
    return tuple(keys), tuple(titles)


def paper_key(own: Sequence[tuple[Reference, int]]) -> str:
    """The key of a paper, from its references and how often each is used."""
    for kind in ("doi", "pmid"):
        named = [(value, times) for reference, times in own for value in getattr(reference, f"{kind}s")]
        if named:
            return f"{kind}:{most_used(named)}"
    title = most_used((reference.title, times) for reference, times in own)
    author = most_used((reference.authors[:1], times) for reference, times in own)
    told = " ".join((*author, *title))
    return f"title:{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def most_used(values: Iterable[tuple[Value, int]]) -> Value:
    """The value that is used most; of several, the longest, then the first in the alphabet."""
    total: Counter[Value] = Counter()
    for value, times in values:
        total[value] += times
    return min(total, key=lambda value: (-total[value], -len(value), value))

"""One literature reference as a firm wrote it, read into what identifies a paper.

Firms write authors with full names or initials, journals in full or abbreviated, year, volume and pages in any order,
with HTML codes, lost dashes and doubled stops, the same reference twice in one field, or nothing but a word. What
cannot be told is left empty; nothing is guessed.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

DOI = re.compile(r"\b10\.\d{4,9}/[^\s;,]+[^\s;,.)\]]", re.IGNORECASE)
PMID = re.compile(r"\bPM(?:ID|C)?\s*:?\s*(\d{6,9})\b", re.IGNORECASE)
LINK = re.compile(r"https?://\S+|\b(?:dx\.)?doi(?:\.org)?\b[:/]*", re.IGNORECASE)
YEAR = re.compile(r"(?<!\d)(?<!\d[-/.])(?:19[5-9]\d|20[0-4]\d)(?!\d)")
PLACE = re.compile(
    r"(?P<volume>\d{1,4})\s*(?:\(?\s*suppl[^:;]{0,24}|\([^)]{0,160}\)|[:/]\s*\d{1,3}(?=\s*[:,]))*\s*[:,]\s*"
    r"(?P<page>[a-z]{0,2}\d+)",
    re.IGNORECASE,
)
RANGE = re.compile(r"(?<![\w-])(?P<page>[a-z]{0,2}\d{1,6})\s*(?:-|\?|to)\s*[a-z]{0,2}\d{1,6}(?![\w-])", re.IGNORECASE)
SENTENCE = re.compile(r"\.\s*\.+|[.?!]\s+|\.(?=[A-Z])|;|\n")
NEXT_AUTHOR = re.compile(r"[;\n]\s*(?=[^\W\d_][\w'’-]+,? [A-Z]{1,3}[,.;]|[^\W\d_][\w'’-]+ [A-Z]{1,3} et al)")
LABEL = re.compile(r"\b(?:article )?title\s*:", re.IGNORECASE)
LEADING_CODE = re.compile(r"^\W*\([A-Z]{0,4}[- ]?\d+\)\s*")

NO_NAMES = {"and", "the", "inc", "phd", "pharmd", "mdd", "jr", "alii"}
"""Words of three letters and more that stand among authors and name nobody."""

NO_REFERENCE = {
    "unknown", "source", "document", "full", "text", "initial", "article", "literature", "abstract", "none", "not",
    "available", "applicable", "provided", "reported", "reference", "attached", "see", "narrative", "journal",
    "unspecified", "title", "author",
}  # fmt: skip
"""Words that stand where a reference is wanted; a text of these alone names no paper."""

ORDINALS = {"st", "nd", "rd", "th"}
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, read. Words are lower case without accents; what is not told is empty.

    text, held : all words. title : words of the title, long_title : those of four letters and more.
    authors : words of three letters and more that stand before the title.
    listed : whether what stands before the title is written as a list of names.
    title_numbers : numbers in the title. numbers : these and all others, without years and places that follow it.
    years : years after the title, or all. volume, page : of the place in the journal; a page is its first one.
    """

    text: str
    held: frozenset[str]
    title: tuple[str, ...]
    long_title: tuple[str, ...]
    authors: tuple[str, ...]
    listed: bool
    title_numbers: frozenset[str]
    numbers: frozenset[str]
    years: tuple[int, ...]
    volume: str
    page: str
    dois: tuple[str, ...]
    pmids: tuple[str, ...]


def read_references(text: str) -> tuple[Reference, ...]:
    """The references of one field, each once; none where it names no paper.

    >>> [reference.page for reference in read_references(
    ...     "Perez J. Kratom in the perioperative period. J-Opioid-Manag 2023;19(1):91-93.; "
    ...     "Perez J. Kratom in the perioperative period. J-Opioid-Manag 2023;19(1):91-93.")]
    ['91']
    """
    parts = [read_reference(part) for part in split_references(plain_text(text))]
    kept = [part for part in parts if part is not None]
    return tuple(
        part
        for place, part in enumerate(kept)
        if not any(
            (part.text == other.text and place > nth) or is_cut_copy(part, other)
            for nth, other in enumerate(kept)
            if nth != place
        )
    )


def is_cut_copy(part: Reference, other: Reference) -> bool:
    """Whether a reference is the beginning of another one in the same field, cut where the field ends."""
    return len(part.text) < len(other.text) and other.text.startswith(part.text)


def plain_text(text: str) -> str:
    """The text without HTML codes, accents, and signs that only decorate."""
    unescaped = html.unescape(html.unescape(text))
    untagged = re.sub(r"<[^<>]{1,40}>", " ", unescaped)
    for dash in "‐‑‒–—−":
        untagged = untagged.replace(dash, "-")
    folded = unicodedata.normalize("NFKD", untagged.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def split_references(text: str) -> list[str]:
    """A field parted where another author begins after a year was named.

    >>> split_references("Roe A; Doe B. Kratom and liver. J Med 2020;1:2.; Poe C. Kratom. J Med 2021")
    ['Roe A; Doe B. Kratom and liver. J Med 2020;1:2.', 'Poe C. Kratom. J Med 2021']
    """
    parts: list[str] = []
    begin = 0
    for found in NEXT_AUTHOR.finditer(text):
        if YEAR.search(text, begin, found.start()):
            parts.append(text[begin : found.start()])
            begin = found.end()
    return [*parts, text[begin:]]


def read_reference(text: str) -> Reference | None:
    """One reference; None where the text names no paper.

    >>> read = read_reference("Zoucha K, Moore C. Kratom Use in Pregnancy. J Addict Med. 2022;16(5):e331-e332")
    >>> read.title, read.authors, read.years, read.volume, read.page
    (('kratom', 'use', 'in', 'pregnancy'), ('zoucha', 'moore'), (2022,), '16', 'e331')
    >>> read_reference("Source document (Full text)") is None
    True
    """
    dois = tuple(sorted({found.lower() for found in DOI.findall(text)}))
    pmids = tuple(sorted(set(PMID.findall(text))))
    bare = LINK.sub(" ", PMID.sub(" ", DOI.sub(" ", text)))
    words = split_words(bare)
    telling = [word for word in words if len(word) >= 3 and not word.isdigit() and word not in NO_REFERENCE]
    if len(telling) < 3 and not dois and not pmids:
        return None
    before, title, after = find_title(bare)
    years = tuple(sorted({int(year) for year in YEAR.findall(after)} or {int(year) for year in YEAR.findall(bare)}))
    volume, page = find_place(after) if find_place(after)[1] else find_place(bare)
    title_words = split_words(LEADING_CODE.sub("", title))
    in_title = numbers_of(title_words)
    return Reference(
        text=" ".join(words),
        held=frozenset(words),
        title=tuple(title_words),
        long_title=tuple(word for word in title_words if len(word) >= 4),
        authors=tuple(dict.fromkeys(author_words(before))),
        listed=is_names(before),
        title_numbers=frozenset(in_title),
        numbers=frozenset([*in_title, *numbers_of(split_words(before + YEAR.sub(" ", after)))]),
        years=years,
        volume=volume,
        page=page,
        dois=dois,
        pmids=pmids,
    )


def split_words(text: str) -> list[str]:
    """Words in lower case; numbers stand apart from letters, the endings of ordinals are dropped.

    >>> split_words("2013Annual Report: 31st report of the AP-237")
    ['2013', 'annual', 'report', '31', 'report', 'of', 'the', 'ap', '237']
    """
    found = re.findall(r"[^\W\d_]+|\d+", text.lower().replace("'", "").replace("’", ""))
    return [word for place, word in enumerate(found) if not (word in ORDINALS and place and found[place - 1].isdigit())]


def numbers_of(words: list[str]) -> list[str]:
    """Numbers among words, Roman ones from ii on included."""
    return [ROMAN.get(word, word) for word in words if word.isdigit() or word in ROMAN]


def author_words(text: str) -> list[str]:
    """Words that may be surnames."""
    return [word for word in split_words(text) if len(word) >= 3 and not word.isdigit() and word not in NO_NAMES]


def find_title(text: str) -> tuple[str, str, str]:
    """What stands before the title, the title, and what follows it.

    The title is the first sentence that can be one; where there is none, the sentence with most long words.
    """
    labelled = LABEL.search(text)
    begin = labelled.end() if labelled else 0
    pieces = sentences(text, begin)
    titles = [piece for piece in pieces if is_title(text[slice(*piece)])]
    if titles:
        chosen = titles[0]
    else:
        chosen = max(pieces, key=lambda piece: (long_words(text[slice(*piece)]), -piece[0]), default=(0, 0))
    return text[: chosen[0]], text[slice(*chosen)], text[chosen[1] :]


def sentences(text: str, begin: int) -> list[tuple[int, int]]:
    """From where to where each sentence goes."""
    places = []
    for found in SENTENCE.finditer(text, begin):
        places.append((begin, found.start()))
        begin = found.end()
    return [*places, (begin, len(text))]


def long_words(text: str) -> int:
    """Number of words of four letters and more."""
    return sum(len(word) >= 4 and not word.isdigit() for word in split_words(text))


def is_title(text: str) -> bool:
    """Whether a sentence can be a title: three long words, or two among four, and no list of names.

    >>> is_title("Kratom Use in Pregnancy"), is_title("J Addict Med"), is_title("Zoucha K, Moore C")
    (True, False, False)
    """
    long = long_words(text)
    return (long >= 3 or (long == 2 and len(split_words(text)) >= 4)) and not is_names(text)


def is_names(text: str) -> bool:
    """Whether a sentence lists authors: names with initials, or three and more written out.

    >>> is_names("Roe DD, Poe JB, Doe DA, et al"), is_names("Thomas Roe, Carrie Poe, Mitzi Doe")
    (True, True)
    >>> is_names("Natural drugs, not so natural effects"), is_names("LACTIC ACIDOSIS, THIRST AND TOXICITY")
    (False, False)
    """
    listed = re.sub(r"\bet[ .]*al\b", "", text)
    chunks = [re.findall(r"[^\W\d_]+", chunk) for chunk in re.split(r",|;|&|\band\b", listed)]
    told = [chunk for chunk in chunks if chunk]
    initials = sum(ends_in_initials(chunk) for chunk in told)
    written_out = 0 if text.isupper() else sum(is_capitalised(chunk) for chunk in told)
    return bool(told) and (
        initials >= 0.7 * len(told) or (len(told) >= 3 and initials + written_out >= 0.75 * len(told))
    )


def ends_in_initials(words: list[str]) -> bool:
    """Whether a few words are a surname with initials.

    >>> ends_in_initials(["Bishop", "Freeman", "SC"]), ends_in_initials(["LACTIC", "ACIDOSIS"])
    (True, False)
    """
    return len(words) <= 4 and len(words[-1]) <= 3 and words[-1].isupper()


def is_capitalised(words: list[str]) -> bool:
    """Whether two to four words are a name written out."""
    return 2 <= len(words) <= 4 and not ends_in_initials(words) and all(word[0].isupper() for word in words)


def find_place(text: str) -> tuple[str, str]:
    """Volume and first page; empty where they are not told.

    >>> find_place(" J Anal Toxicol. 2016;40(8):677-686"), find_place("Clinical Toxicology. 2022;60:12:1381-1643")
    (('40', '677'), ('60', '1381'))
    >>> find_place(" Clin Tox. 2020;58 (12):13601541"), find_place(" J-Addict-Med 2022;null:null.")
    (('58', '1360'), ('', ''))
    """
    found = [match for match in PLACE.finditer(text) if not YEAR.fullmatch(match["volume"])]
    if found:
        return found[0]["volume"].lstrip("0"), first_page(found[0]["page"])
    ranged = [match for match in RANGE.finditer(text) if not YEAR.fullmatch(match["page"])]
    return "", first_page(ranged[0]["page"]) if ranged else ""


def first_page(page: str) -> str:
    """A first page; where the dash of a range was lost (13601541), its first half."""
    half = len(page) // 2
    lost = page.isdigit() and len(page) >= 6 and len(page) % 2 == 0 and page[:half] < page[half:]
    return (page[:half] if lost else page).lower().lstrip("0")

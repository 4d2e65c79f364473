"""Sources as references for a page, and as BibTeX entries for a paper."""

from __future__ import annotations

from phytovigil.schema.evidence import Citation, EvidenceRow

ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "&%$#_"} | {"{": "\\{", "}": "\\}", "\\": "\\textbackslash{}"})
"""Signs that BibTeX would read as its own."""


def web_address(source: Citation) -> str:
    """Where the source is found on the web; "" where no address is known.

    >>> web_address(Citation("a", "A", "T", doi="10.1000/1"))
    'https://doi.org/10.1000/1'
    """
    if source.doi:
        return f"https://doi.org/{source.doi}"
    if source.url:
        return source.url
    return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else ""


def reference(source: Citation) -> str:
    """The source in one line, without its address.

    >>> reference(Citation("b", "Bee B", "Title", 2020, "Journal", "1", "2-3"))
    'Bee B. Title. Journal 2020;1:2-3.'
    """
    year = "" if source.year is None else str(source.year)
    place = ":".join(part for part in (source.volume, source.pages) if part)
    journal = " ".join(part for part in (source.journal, ";".join(part for part in (year, place) if part)) if part)
    sentences = [end_sentence(part) for part in (source.authors, source.title, journal) if part]
    return " ".join(sentences)


def end_sentence(text: str) -> str:
    """A text that ends with a full stop."""
    return text if text.endswith(".") else f"{text}."


def bibtex(row: EvidenceRow) -> str:
    """BibTeX entries of all sources of a row, an empty line between two."""
    return "\n\n".join(bibtex_entry(source) for source in (row.citation, *row.also))


def bibtex_entry(source: Citation) -> str:
    r"""A BibTeX entry; an article where there are journal and volume, else "misc".

    >>> print(bibtex_entry(Citation("c2020", "Sea C, Dee D, et al.", "A & B", 2020, "Journal", "1", "2-3", "10.1/x")))
    @article{c2020,
      author = {Sea, C and Dee, D and others},
      title = {{A \& B}},
      year = {2020},
      journal = {Journal},
      volume = {1},
      pages = {2--3},
      doi = {10.1/x},
    }
    """
    kind = "article" if source.journal and source.volume else "misc"
    fields = {
        "author": list_authors(source.authors),
        "title": "{" + source.title.translate(ESCAPED) + "}",
        "year": "" if source.year is None else str(source.year),
        ("journal" if kind == "article" else "howpublished"): source.journal.translate(ESCAPED),
        "volume": source.volume,
        "pages": source.pages.replace("-", "--"),
        "doi": source.doi,
        "url": "" if source.doi else web_address(source),
        "note": f"PMID {source.pmid}" if source.pmid else "",
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join((f"@{kind}{{{source.id},", *lines, "}"))


def list_authors(authors: str) -> str:
    """Authors as BibTeX separates them; a body keeps its name whole.

    >>> list_authors("Bee BA, et al."), list_authors("Drug Enforcement Administration")
    ('Bee, BA and others', '{Drug Enforcement Administration}')
    """
    parts = [part.strip() for part in authors.split(",")]
    others = parts[-1] == "et al."
    people = [split_name(part) for part in (parts[:-1] if others else parts)]
    if not all(people):
        return "{" + authors.translate(ESCAPED) + "}"
    return " and ".join([*(person for person in people if person), *(["others"] if others else [])])


def split_name(name: str) -> str:
    """ "Family, Initials" of "Family Initials"; "" where the last word is not initials."""
    family, _, initials = name.rpartition(" ")
    fits = bool(family) and initials.isalpha() and initials.isupper() and len(initials) <= 4
    return f"{family}, {initials}" if fits else ""

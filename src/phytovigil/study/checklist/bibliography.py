"""A reference as text and as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping

from phytovigil.study.checklist.references import Reference

MOST_AUTHORS = 6
"""Authors that a reference list prints before "et al."; the BibTeX entry holds all."""

LATEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "²": r"\textsuperscript{2}",
    "χ": r"$\chi$",
    "\n": " ",
}
"""What LaTeX reads as a command or cannot print; accented letters stay, as UTF-8."""


def write_text(reference: Reference) -> str:
    r"""A reference for a list, in the style of most journals of the field.

    >>> from phytovigil.study.checklist.references import BY_KEY
    >>> write_text(BY_KEY["garwood1936"])[:66]
    'Garwood F. Fiducial limits for the Poisson distribution. Biometrik'
    """
    said = [f"{write_authors(reference.authors)}. {reference.title.rstrip('.')}."]
    if reference.journal:
        issue = f"({reference.number})" if reference.number else ""
        said.append(f"{reference.journal} {reference.year};{reference.volume}{issue}:{reference.pages}.")
    else:
        said.append(", ".join(part for part in (reference.number, str(reference.year)) if part) + ".")
    said += [f"doi:{reference.doi}"] if reference.doi else [reference.url] if reference.url else []
    return " ".join(said)


def write_authors(authors: tuple[str, ...]) -> str:
    """Names as "Family IN".

    >>> write_authors(("van Puijenbroek, E. P.", "Bate, A.", "others"))
    'van Puijenbroek EP, Bate A, et al'
    """
    named = [re.sub(r"[ .]", "", given) for _, _, given in (author.partition(", ") for author in authors)]
    families = [author.partition(", ")[0] for author in authors]
    short = [f"{family} {given}".strip() for family, given in zip(families, named, strict=True) if family != "others"]
    cut = len(short) > MOST_AUTHORS or "others" in authors
    return ", ".join([*short[:MOST_AUTHORS], *(["et al"] if cut else [])])


def write_bibtex(reference: Reference) -> str:
    """The BibTeX entry of a reference; titles and bodies are braced, so that no style changes their capitals."""
    bodies = [
        author if ", " in author or author == "others" else f"{{{escape(author)}}}" for author in reference.authors
    ]
    fields = {
        "author": " and ".join(body if body.startswith("{") else escape(body) for body in bodies),
        "title": f"{{{escape(reference.title)}}}",
        "journal": escape(reference.journal),
        "institution": escape(reference.publisher),
        "year": str(reference.year),
        "volume": escape(reference.volume),
        "number": escape(reference.number),
        "pages": escape(reference.pages),
        "doi": reference.doi,
        "url": reference.url,
    }
    return write_entry(reference.kind, reference.key, fields)


def write_entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    r"""An entry of its fields that hold something.

    >>> print(write_entry("misc", "tool", {"title": "{Tool}", "note": ""}))
    @misc{tool,
      title = {{Tool}}
    }
    """
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", ",\n".join(lines), "}"])


def escape(text: str) -> str:
    r"""A text as LaTeX prints it.

    >>> escape("Food & Drug: 95 %")
    'Food \\& Drug: 95 \\%'
    """
    return "".join(LATEX.get(sign, sign) for sign in text)

"""Invented literature references, each in several styles, as firms write them."""

from __future__ import annotations

import numpy as np

from phytovigil.simulation.columns import Text, digits, fixed, glue, keep, pack
from phytovigil.simulation.draws import Draws, Integers

FIRST = ("Sim", "Dem", "Fic", "Mod", "Tes", "Val", "Nor", "Kal", "Bre", "Tor", "Lan", "Mar", "Ost", "Pel", "Rud", "Zan")
SECOND = ("ulo", "ani", "ero", "iga", "ola", "umi", "esta", "ovic", "ander", "inen", "ardi", "owski", "elli")
ADJECTIVES = (
    "Severe",
    "Delayed",
    "Fatal",
    "Recurrent",
    "Unusual",
    "Reversible",
    "Prolonged",
    "Masked",
    "Acute",
    "Late",
)
SUBJECTS = (
    "hepatic",
    "cutaneous",
    "renal",
    "cardiac",
    "ocular",
    "neural",
    "pulmonary",
    "vascular",
    "gastric",
    "dental",
)
NOUNS = ("injury", "failure", "eruption", "toxicity", "reaction", "syndrome", "discolouration", "bleeding", "palsy")
SETTINGS = ("a traveller", "an adolescent", "an older adult", "a transplant recipient", "an athlete", "a gardener")
JOURNALS = (
    "Journal of Simulated Medicine",
    "Simulated Case Reports",
    "Annals of Simulated Therapy",
    "Simulated Lancette",
)
STYLES = 5
LOWER = (97, 122)


def words(draws: Draws, topic: str, options: tuple[str, ...], index: Integers) -> Text:
    """A drawn word in each row."""
    return pack(options)[draws.below(topic, len(options), index)]


def surname(draws: Draws, topic: str, index: Integers) -> Text:
    """An invented surname."""
    options = tuple(first + second for first in FIRST for second in SECOND)
    return words(draws, topic, options, index)


def make_citations(draws: Draws, index: Integers, other: Integers) -> Text:
    """References of papers by number; where `other` is above 0 in another style, drawn from that number."""
    rows = len(index)
    names = [
        glue(
            rows, surname(draws, topic, index), " ", words(draws, f"{topic} initial", tuple("ABCDEFGHJKLMNPRST"), index)
        )
        for topic in ("first author", "second author")
    ]
    title = make_titles(draws, index)
    journal = words(draws, "journal", JOURNALS, index)
    year, volume = (
        digits(1995 + draws.below("literature year", 30, index)),
        digits(1 + draws.below("volume", 90, index)),
    )
    page = 1 + draws.below("page", 900, index)
    pages = glue(rows, digits(page), "-", digits(page + 1 + draws.below("pages", 9, index)))
    style = np.where(other > 0, 1 + draws.below("style", STYLES - 1, other), 0)
    forms = (
        glue(rows, names[0], ", ", names[1], ". ", title, ". ", journal, ". ", year, ";", volume, ":", pages, "."),
        upper(
            glue(rows, names[0], "., ", names[1], ".. ", title, ". ", journal, ", ", year, ", ", volume, ": ", pages)
        ),
        glue(rows, names[0], " et al. ", title, ". ", journal, " ", year, "; ", volume, ": ", digits(page)),
        glue(rows, title, ". ", journal, ". ", year, ";", volume, ":", pages, ". ", names[0], ", ", names[1]),
        glue(
            rows,
            names[0],
            ", ",
            names[1],
            ". ",
            journal,
            ". ",
            year,
            ";",
            volume,
            "(",
            digits(page % 12 + 1),
            "):",
            pages,
        ),
    )
    return chosen(forms, style)


def make_titles(draws: Draws, index: Integers) -> Text:
    """Invented titles of case reports."""
    adjective, subject = (
        words(draws, "title adjective", ADJECTIVES, index),
        words(draws, "title subject", SUBJECTS, index),
    )
    noun, setting = words(draws, "title noun", NOUNS, index), words(draws, "title setting", SETTINGS, index)
    drug = digits(1 + draws.below("title drug", 9_999, index))
    told = (adjective, " simulated ", subject, " ", noun, " in ", setting, " treated with simulated drug ", drug)
    return glue(len(index), *told)


def upper(text: Text) -> Text:
    """Text in upper case."""
    small = (text >= LOWER[0]) & (text <= LOWER[1])
    raised: Text = np.where(small, text - 32, text).astype(np.uint8)
    return raised


def chosen(forms: tuple[Text, ...], style: Integers) -> Text:
    """The form of each row, padded to the widest."""
    width = max(form.shape[1] for form in forms)
    text = fixed(len(style), "\0" * width).copy()
    for number, form in enumerate(forms):
        text[:, : form.shape[1]] |= keep(form, style == number)
    return text

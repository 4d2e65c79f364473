"""What the cases of a source tell of their patients: read once, for all pairs."""

from __future__ import annotations

from phytovigil.cases import reported_terms_sql
from phytovigil.cases.patients import (
    LITERATURE_PRODUCTS_SQL,
    LITERATURE_SQL,
    LITERATURE_WORDS_SQL,
    patient_facts_sql,
)
from phytovigil.linkage.citations import Papers, find_papers
from phytovigil.linkage.patients import CHILD, PARENT, Told, gather_told, kin_of_terms, substances
from phytovigil.store import Session

BLOCK = 1_000_000


def read_told(session: Session) -> tuple[Told, Papers]:
    """What the vetoes need of each case, in the order of reports, and the papers of the source.

    `Told.paper` numbers what a reference field names: `Papers.of_field` says which papers each number stands for.
    """
    papers, of_code = read_papers(session)
    terms = session.engine.query(reported_terms_sql())
    of: dict[int, list[int]] = {CHILD: [], PARENT: [], 0: []}
    for text, word in zip(terms["text"], terms["word"], strict=True):
        of[kin_of_terms([str(text)])].append(int(str(word)))
    facts = list(session.engine.blocks(patient_facts_sql(of[CHILD], of[PARENT]), BLOCK))
    return gather_told(facts, of_code, read_substances(session)), papers


def read_papers(session: Session) -> tuple[Papers, dict[int, int]]:
    """The papers of all references, and for the number of each reference text the number of what it names."""
    texts = session.engine.query(LITERATURE_SQL)
    papers = find_papers([str(text) for text in texts["literature"]])
    number = {named: place for place, named in enumerate(papers.of_field)}
    codes = [int(str(code)) for code in texts["number"]]
    return papers, {code: number[named] for code, named in zip(codes, papers.of_text, strict=True) if named}


def read_substances(session: Session) -> list[tuple[int, int]]:
    """(case, substance) of the cases with a reference, each once, ascending."""
    words = session.engine.query(LITERATURE_WORDS_SQL)
    numbers: dict[str, int] = {}
    stems = {
        word: [numbers.setdefault(stem, len(numbers)) for stem in substances(str(text))]
        for word, text in zip(words["word"], words["text"], strict=True)
    }
    found = session.engine.query(LITERATURE_PRODUCTS_SQL)
    named = zip(found["place"], found["word"], strict=True)
    return sorted({(int(str(place)), stem) for place, word in named for stem in stems[word]})

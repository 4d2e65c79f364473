"""Open one source of a store for counting, with the vocabulary's mapping of every reported name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from phytovigil.cases import (
    case_tables_sql,
    folded_cases_sql,
    mapped_case_sql,
    named_setting_sql,
    named_terms_sql,
    node_table_sql,
    reported_names_sql,
    settings_sql,
)
from phytovigil.schema.reports import Columns, Source
from phytovigil.schema.vocabulary import Setting
from phytovigil.sources import SOURCES
from phytovigil.store import Session, Store
from phytovigil.study.counted_terms import show_terms
from phytovigil.vocabulary import MappedNames, ProductVocabulary, ReactionVocabulary


@dataclass
class OpenSource:
    """A source as of a date, ready to be counted. Close it when done."""

    source: Source
    session: Session
    products: ProductVocabulary
    reactions: ReactionVocabulary
    pair_decisions: Path | None = None
    _folded: bool = False

    @property
    def as_of(self) -> str:
        """Date of the latest release that is read."""
        return max(release.as_of for release in self.session.releases)

    @cached_property
    def reported(self) -> Mapping[str, str]:
        """Every reaction term as reported and the current term that it is counted as."""
        return dict(zip(self._named["reported"], self._named["current"], strict=True))  # type: ignore[arg-type]

    @cached_property
    def terms(self) -> Mapping[str, int]:
        """Every counted term of the source, by the name that rows show, and its number."""
        return dict(zip(self._named["text"], self._named["term"], strict=True))  # type: ignore[arg-type]

    @cached_property
    def currents(self) -> Mapping[str, int]:
        """Every counted term of the source, by its name of today, and its number."""
        return dict(zip(self._named["current"], self._named["term"], strict=True))  # type: ignore[arg-type]

    @cached_property
    def _named(self) -> dict[str, list[object]]:
        return self.session.engine.query(named_terms_sql())

    @cached_property
    def nodes(self) -> Mapping[str, int]:
        """Number of every product node."""
        return self.products.positions

    def fold_duplicates(self) -> None:
        """Make sure that suspected duplicates were searched; the view `folded_case` has the cases to leave out."""
        if not self._folded:
            # Late: linkage loads NumPy, which a count without it does not need.
            from phytovigil.study.linking import link_reports

            link_reports(self.session, self.pair_decisions)
            self.session.engine.make_table("folded_case", folded_cases_sql())
            self._folded = True

    def close(self) -> None:
        """Let go of memory and files."""
        self.session.close()


def open_source(
    store: Store,
    source: str,
    as_of: str | None,
    products: ProductVocabulary,
    reactions: ReactionVocabulary,
    pair_decisions: Path | None = None,
) -> OpenSource:
    """Open a source and make sure its case tables are there; the first time this takes seconds, later none."""
    session = store.read(source, as_of)
    session.derive("cases", case_tables_sql())
    given = {"vocabulary": products.sha256, "cases": case_tables_sql()}
    session.derive("nodes", node_table_sql(), given, lambda: map_names(session, products))
    show_terms(session, reactions)
    return OpenSource(SOURCES[source], session, products, reactions, pair_decisions)


MAPPED_WORD = {
    "word": "INTEGER",
    "node": "INTEGER",
    "certain": "BOOLEAN",
    "combination": "BOOLEAN",
    "settled": "BOOLEAN",
}
MAPPED_SETTING = {"setting": "BIGINT", "node": "INTEGER", "certain": "BOOLEAN"}


def map_names(session: Session, products: ProductVocabulary) -> None:
    """Resolve every distinct reported name once, and carry each mapping up to the groups above its node.

    Names that are decided by their setting are resolved once more for each setting in which they were reported.
    """
    names = session.engine.query(reported_names_sql())
    words = [int(str(word)) for word in names["word"]]
    mapped = products.map_names(str(text) for text in names["text"])
    rows = [
        (words[position], node, certain, position in mapped.combinations, position not in mapped.unsettled)
        for (position, node), certain in carry_up(mapped, products).items()
    ]
    session.engine.put_table("mapped_word", turn_rows(sorted(rows), MAPPED_WORD), MAPPED_WORD)
    unsettled: Columns = {"word": [words[position] for position in sorted(mapped.unsettled)]}
    session.engine.put_table("unsettled_word", unsettled, {"word": "INTEGER"})
    session.engine.make_table("named_setting", named_setting_sql())
    map_settings(session, products)
    session.engine.make_table("mapped_case", mapped_case_sql())


def map_settings(session: Session, products: ProductVocabulary) -> None:
    """Resolve the names that are decided by route, form or country, once for each setting."""
    found = session.engine.query(settings_sql())
    settings = [
        Setting(str(route), str(form), str(country))
        for route, form, country in zip(found["route"], found["form"], found["country"], strict=True)
    ]
    mapped = products.map_names([str(name) for name in found["name"]], settings)
    rows = [
        (found["setting"][position], node, certain) for (position, node), certain in carry_up(mapped, products).items()
    ]
    session.engine.put_table("mapped_setting", turn_rows(rows, MAPPED_SETTING), MAPPED_SETTING)


def carry_up(mapped: MappedNames, products: ProductVocabulary) -> dict[tuple[int, int], bool]:
    """(position of a string, position of a node or of one above it) -> whether a certain name says so."""
    found: dict[tuple[int, int], bool] = {}
    for position, node, certain in zip(mapped.texts, mapped.nodes, mapped.certain, strict=True):
        for above in products.ancestors(node):
            found[position, above] = found.get((position, above), False) or certain
    return found


def turn_rows(rows: Sequence[tuple[object, ...]], types: Mapping[str, str]) -> Columns:
    """Rows as columns of these names."""
    return {name: [row[place] for row in rows] for place, name in enumerate(types)}

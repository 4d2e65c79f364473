"""Open one source of a store for counting, with the vocabulary's mapping of every reported name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from phytovigil.cases import case_tables_sql, folded_cases_sql, node_table_sql, reported_names_sql, reported_terms_sql
from phytovigil.schema.reports import Source
from phytovigil.sources import SOURCES
from phytovigil.store import Session, Store
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary


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
    def terms(self) -> Mapping[str, int]:
        """Every reported term of the source and its number."""
        found = self.session.engine.query(reported_terms_sql())
        return dict(zip(found["text"], found["word"], strict=True))  # type: ignore[arg-type]

    @cached_property
    def nodes(self) -> Mapping[str, int]:
        """Number of every product node."""
        return {node.id: number for number, node in enumerate(self.products.nodes)}

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
    return OpenSource(SOURCES[source], session, products, reactions, pair_decisions)


def map_names(session: Session, products: ProductVocabulary) -> None:
    """Resolve every distinct reported name once, and carry each mapping up to the groups above its node."""
    names = session.engine.query(reported_names_sql())
    positions, nodes = products.map_texts([str(text) for text in names["text"]])
    pairs = {
        (names["word"][position], above)
        for position, node in zip(positions, nodes, strict=True)
        for above in products.ancestors(node)
    }
    ordered = sorted(pairs)
    columns = {"word": [word for word, _ in ordered], "node": [node for _, node in ordered]}
    types = {"word": "INTEGER", "node": "INTEGER"}
    session.engine.create_table("mapped_word", types)
    session.engine.add_rows("mapped_word", columns, types)  # type: ignore[arg-type]

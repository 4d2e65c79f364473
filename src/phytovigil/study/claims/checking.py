"""Refuse claims that the study cannot carry, before anything is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phytovigil.errors import InvalidStudy, UnknownName, quoted
from phytovigil.schema.claims import LINE_KINDS, Claim, ClaimEvidence
from phytovigil.schema.evidence import EvidenceLibrary, EvidenceRow
from phytovigil.schema.study import Study
from phytovigil.vocabulary import ProductVocabulary


def check_claims(study: Study, products: ProductVocabulary) -> None:
    """Refuse claims whose reactions the study does not count, and names that stand for nothing in the file.

    Raises InvalidStudy with what would mend it; nothing is counted before.
    """
    reactions, conditions = (*study.outcomes, *study.context), {item.id for item in study.conditions}
    claims = {claim.id for claim in study.claims}
    for claim in study.claims:
        for name in claim.reactions:
            require_counted(f"claim {claim.id}", name, reactions)
        for name in claim.conditions:
            if name not in conditions:
                raise InvalidStudy(f"claim {claim.id}: there is no [[condition]] “{name}”.")
        if claim.about == "risk-factor" and not claim.reactions:
            raise InvalidStudy(f"claim {claim.id} is about a risk factor and names no reaction.")
    check_products(study, products)
    for effect in study.effects:
        for name in effect.reactions:
            require_counted(f"effect {effect.id}", name, reactions)
        if effect.claim not in claims:
            raise InvalidStudy(f"effect {effect.id}: there is no [[claim]] “{effect.claim}”.")


def require_counted(where: str, name: str, reactions: Sequence[str]) -> None:
    """Refuse a reaction that is neither outcome nor context, for then no count of it stands in the dossier."""
    if name not in reactions:
        raise InvalidStudy(
            f"{where}: “{name}” is no outcome and no context of the study.",
            f"Add it to `context`; there are {', '.join(reactions)}.",
        )


def check_products(study: Study, products: ProductVocabulary) -> None:
    """Refuse products of a condition that the vocabulary does not hold, or that include the one under study."""
    own = find_node(products, study.product)
    for condition in study.conditions:
        for name in condition.products:
            try:
                node = products.node(name)
            except UnknownName as error:
                raise InvalidStudy(f"condition {condition.id}: {error.message}", error.hint) from error
            if own in (node.id, *products.members(node.id)):
                raise InvalidStudy(
                    f"condition {condition.id}: {node.name} includes {study.product}, the product under study.",
                    "Name products that it can be told from.",
                )


def find_node(products: ProductVocabulary, name: str) -> str:
    """The id of a product, or its name where it is meant as reported."""
    try:
        return products.node(name).id
    except UnknownName:
        return name


def check_rows(study: Study, library: EvidenceLibrary | None) -> None:
    """Refuse rows and figures that there are not, and rows on a line that their kind cannot carry.

    library : the evidence on the study's product, if there is any. Raises InvalidStudy, InvalidEvidence.
    """
    rows = {row.id: row for row in library.rows} if library else {}
    for claim in study.claims:
        for entry in claim.evidence:
            if entry.row not in rows:
                raise InvalidStudy(
                    f"claim {claim.id}: there is no evidence row “{entry.row}”.", hint_rows(entry.row, rows)
                )
            require_line(claim, entry, rows[entry.row])
        for topic in claim.topics:
            require_topic(claim, topic, library)
    for effect in study.effects:
        if effect.row and effect.row not in rows:
            raise InvalidStudy(
                f"effect {effect.id}: there is no evidence row “{effect.row}”.", hint_rows(effect.row, rows)
            )
        for name in (*effect.product_figures, *effect.comparator_figures):
            rows[effect.row].figure(name)


def require_topic(claim: Claim, topic: str, library: EvidenceLibrary | None) -> None:
    """Refuse a topic that no row can have."""
    known = library.topics if library else ()
    if topic not in known:
        hint = f"Known are {', '.join(known)}." if known else "No evidence on this product is at hand."
        raise InvalidStudy(f"claim {claim.id}: “{topic}” is no topic of the evidence.", hint)


def hint_rows(asked: str, rows: Mapping[str, EvidenceRow]) -> str:
    """Rows that may be meant."""
    from rapidfuzz import fuzz, process

    if not rows:
        return "No evidence on this product is at hand."
    near = [name for name, _, _ in process.extract(asked, list(rows), scorer=fuzz.ratio, limit=3)]
    return f"Did you mean {quoted(near)}?"


def require_line(claim: Claim, entry: ClaimEvidence, row: EvidenceRow) -> None:
    """Refuse a row on a line that it is not: a survey is no trial, whoever enters it."""
    if row.kind not in LINE_KINDS[entry.line]:
        fitting = [line for line, kinds in LINE_KINDS.items() if row.kind in kinds]
        hint = f"It can stand on {quoted(fitting)}." if fitting else "It can stand on no line."
        raise InvalidStudy(
            f"claim {claim.id}: row {row.id} is of kind {row.kind} and cannot stand on the line “{entry.line}”.", hint
        )

"""A snapshot: what a study asked of the reports, with the answers. The study runs on it as on the reports themselves.

A snapshot is a folder: `snapshot.json` (provenance), `counts.csv` (every 2×2 table that was counted, a line for each),
`noted.json` (what else was asked of each source) and, in a dossier made from reports, `cases.json` (single cases).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.cases import REPORTED
from phytovigil.errors import DamagedStore, NoAnswer
from phytovigil.study.evidence import ASK_REPORTS, RecordedEvidence
from phytovigil.study.planning import Plan
from phytovigil.study.record import Record, SourceRecord, digest_questions, read_record, write_counts, write_notes
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

SCHEMA = "phytovigil/snapshot/2"
MANIFEST, COUNTS, NOTES, SINGLE_CASES = "snapshot.json", "counts.csv", "noted.json", "cases.json"


@dataclass(frozen=True)
class Snapshot:
    """A snapshot, read."""

    provenance: Mapping[str, Any]
    record: Record

    def evidence(self) -> dict[str, RecordedEvidence]:
        """The sources that it holds answers of, in the study's order."""
        return {source: RecordedEvidence(source, answers) for source, answers in self.record.items()}

    def require_same_questions(self, plan: Plan) -> None:
        """Raise NoAnswer if the study asks anything else of the reports than the snapshot was made for."""
        made_for = self.provenance["study"]
        if digest_questions(plan.study) != made_for["questions_sha256"]:
            raise NoAnswer(
                f"The snapshot was made for the study {made_for['name']} ({made_for['file']}) as it asked then; "
                f"{plan.study.file or plan.study.name} asks other things of the reports.",
                ASK_REPORTS,
            )


def shipped_snapshot(name: str) -> Path | None:
    """The folder of a snapshot that comes with the program, if there is one of this name."""
    folder = Path(str(files("phytovigil"))) / "snapshots" / name
    return folder if (folder / MANIFEST).is_file() else None


def read_snapshot(folder: Path, *, trusting: bool = False) -> Snapshot:
    """Open a snapshot. Raises DamagedStore if a file is missing or differs from its recorded hash.

    trusting : read what is there whatever its hash, to see what follows from it.
    """
    try:
        provenance = json.loads((folder / MANIFEST).read_bytes())
        if provenance["schema"] != SCHEMA:
            raise DamagedStore(
                f"The snapshot {folder} is of the kind {provenance['schema']}; this program reads {SCHEMA}."
            )
        raw = {name: (folder / name).read_bytes() for name in provenance["files"]}
        for name, content in raw.items():
            if not trusting and hash_bytes(content) != provenance["files"][name]:
                raise DamagedStore(f"{name} of the snapshot {folder} differs from its recorded hash.")
        texts = {name: content.decode() for name, content in raw.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedStore(f"The snapshot {folder} cannot be read: {error}.") from error
    counts = texts.pop(COUNTS, "")
    return Snapshot(provenance, read_record(provenance["sources"], counts, *texts.values()))


def describe_snapshot(
    plan: Plan,
    record: Mapping[str, SourceRecord],
    decisions: dict[str, str] | None,
    products: ProductVocabulary,
    reactions: ReactionVocabulary,
    *,
    cases: bool,
) -> dict[str, bytes]:
    """The files of a snapshot by name. cases : with the single cases.

    decisions : the file of decisions on suspected duplicates. The same answers give the same bytes.
    """
    content = {COUNTS: write_counts(record), NOTES: write_notes(record, cases=False)}
    if cases:
        content[SINGLE_CASES] = write_notes(record, cases=True)
    raw = {name: text.encode() for name, text in content.items()}
    provenance = {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        "study": {
            "name": plan.study.name,
            "file": plan.study.file,
            "sha256": plan.study.sha256,
            "questions_sha256": digest_questions(plan.study),
        },
        "pair_decisions": decisions,
        "vocabulary": {
            "products": products.version,
            "products_sha256": products.sha256,
            "reactions": reactions.version,
            "reactions_sha256": reactions.sha256,
        },
        "terms": sorted({term for reaction in plan.reactions if reaction.kind == "term" for term in reaction.terms}),
        "names": list_names(plan),
        "sources": list(record),
        "counts": sum(len(answers.counts) for answers in record.values()),
        "cases": cases,
        "files": {name: hash_bytes(text) for name, text in raw.items()},
    }
    text = json.dumps(provenance, indent=1, ensure_ascii=False) + "\n"
    return {MANIFEST: text.encode(), **raw}


def list_names(plan: Plan) -> list[str]:
    """Names as reported that a plan counts, or compares with."""
    compared = [name for pair in plan.pairs for name in pair.selection.among]
    names = [*(product.key for product in plan.products), *compared]
    return sorted({name.removeprefix(REPORTED) for name in names if name.startswith(REPORTED)})


def hash_bytes(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()

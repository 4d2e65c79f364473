"""A snapshot: the counts that a study needs, without the reports. It gives the same estimates as the store it is from.

A snapshot is a folder: `snapshot.json` (provenance, and what was noted of each source), `cube.parquet` (counts),
`counted.parquet` (what was counted, so that a count that is absent is told from a count of 0).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.cases import CUBE, REPORTED, cube_sql, population_label, population_of
from phytovigil.errors import DamagedStore, NoAnswer
from phytovigil.schema.reports import Columns
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine, write_table
from phytovigil.store.tables import hash_file
from phytovigil.study.counting import CubeCounter, ReportCounter
from phytovigil.study.evidence import ReportEvidence, SnapshotEvidence
from phytovigil.study.naming import BROAD, NARROW, NamedReaction, name_group
from phytovigil.study.running import Plan, describe_decisions
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary

SCHEMA = "phytovigil/snapshot/1"
COUNTED = {"source": "VARCHAR", "kind": "VARCHAR", "key": "VARCHAR"}
TABLES = ("cube.parquet", "counted.parquet")


@dataclass(frozen=True)
class Snapshot:
    """A snapshot, open for questions."""

    engine: Engine
    provenance: Mapping[str, Any]
    sha256: str

    def evidence(self, source: str) -> SnapshotEvidence:
        """One source of it. Raises NoAnswer for a source that it does not hold."""
        held = self.provenance["sources"]
        if source not in held:
            raise NoAnswer(f"The snapshot holds no counts of the source “{source}”.", f"It holds {', '.join(held)}.")
        return SnapshotEvidence(CubeCounter(self.engine, source), held[source])


def shipped_snapshot(name: str) -> Path | None:
    """The folder of a snapshot that comes with the program, if there is one of this name."""
    folder = Path(str(files("phytovigil"))) / "snapshots" / name
    return folder if (folder / "snapshot.json").is_file() else None


def read_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot. Raises DamagedStore if a file is missing or differs from its recorded hash."""
    try:
        raw = (folder / "snapshot.json").read_bytes()
        provenance = json.loads(raw)
        for name in TABLES:
            if hash_file(folder / name) != provenance["files"][name]:
                raise DamagedStore(f"{name} of the snapshot {folder} differs from its recorded hash.")
    except (OSError, ValueError, KeyError) as error:
        raise DamagedStore(f"The snapshot {folder} cannot be read: {error}.") from error
    engine = Engine()
    engine.show_files("cube", [folder / "cube.parquet"])
    engine.show_files("counted", [folder / "counted.parquet"])
    return Snapshot(engine, provenance, hashlib.sha256(raw).hexdigest())


def write_snapshot(
    plan: Plan,
    evidence: Mapping[str, ReportEvidence],
    folder: Path,
    products: ProductVocabulary,
    reactions: ReactionVocabulary,
) -> dict[str, Any]:
    """Write the snapshot of a planned study; the same store and study give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    cube: Columns = {name: [] for name in CUBE}
    counted: Columns = {name: [] for name in COUNTED}
    for source, item in evidence.items():
        extend(cube, count_cube(plan, source, item.counter))
        extend(counted, counted_keys(plan, source, item.counter))
    order = ", ".join(f'"{name}"' for name in CUBE if name != "cases")
    write_table(folder / "cube.parquet", cube, CUBE, order)
    write_table(folder / "counted.parquet", counted, COUNTED, "ALL")
    provenance = {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        "study": {"name": plan.study.name, "file": plan.study.file, "sha256": plan.study.sha256},
        "pair_decisions": describe_decisions(plan.study),
        "vocabulary": {
            "products": products.version,
            "products_sha256": products.sha256,
            "reactions": reactions.version,
            "reactions_sha256": reactions.sha256,
        },
        "terms": sorted(key for key in {str(key) for key in counted["key"]} if key.isupper()),
        "names": reported_names(plan, [str(key) for key in counted["key"]]),
        "sources": {source: note_source(plan, item) for source, item in evidence.items()},
        "files": {name: hash_file(folder / name) for name in TABLES},
    }
    text = json.dumps(provenance, indent=1, ensure_ascii=False) + "\n"
    (folder / "snapshot.json").write_text(text, encoding="utf-8")
    return {**provenance, "rows": len(cube["cases"]), "folder": str(folder)}


def reported_names(plan: Plan, keys: Sequence[str]) -> list[str]:
    """Names as reported that a plan counts, or compares with."""
    compared = [name for selection in populations(plan) for name in selection.among]
    return sorted({name.removeprefix(REPORTED) for name in (*keys, *compared) if name.startswith(REPORTED)})


def note_source(plan: Plan, evidence: ReportEvidence) -> dict[str, Any]:
    """What a dossier says of a source besides its counts; raw text of the files stays out."""
    facts = evidence.describe(plan.study, plan.product, plan.reactions)
    return {
        **facts,
        "quarantine": {**facts["quarantine"], "examples": []},
        "profiles": evidence.profiles(plan.study, plan.product, plan.outcomes),
    }


def populations(plan: Plan) -> list[Selection]:
    """The populations that a plan's analyses select from, each once, without the strata of the cube."""
    selections = [pair.selection for pair in plan.pairs]
    bare = (replace(population_of(item), sex=(), age=(), years=None) for item in selections)
    return list({population_label(item): item for item in bare}.values())


def all_reactions(plan: Plan, reactions: ReactionVocabulary) -> list[NamedReaction]:
    """Every reaction group in both scopes, and the single terms that the plan names."""
    groups = [name_group(group, scope) for group in reactions.groups for scope in (NARROW, BROAD)]
    named = [*groups, *plan.reactions]
    return list({reaction.key: reaction for reaction in named}.values())


def count_cube(plan: Plan, source: str, counter: ReportCounter) -> Columns:
    """The cube of every population of a plan."""
    products = [(product.key, counter.product(product)) for product in plan.products]
    reactions = [
        (reaction.key, counter.reaction(reaction)) for reaction in all_reactions(plan, counter.opened.reactions)
    ]
    cube: Columns = {name: [] for name in CUBE}
    for selection in populations(plan):
        if selection.duplicates == "folded":
            counter.opened.fold_duplicates()
        sql = cube_sql(source, selection, products, reactions, counter.opened.nodes)
        extend(cube, counter.opened.session.engine.query(sql))
    return cube


def counted_keys(plan: Plan, source: str, counter: ReportCounter) -> Columns:
    """What the cube of a source counts, also where the count is 0."""
    keys = {
        "population": [population_label(selection) for selection in populations(plan)],
        "product": [product.key for product in plan.products],
        "reaction": [reaction.key for reaction in all_reactions(plan, counter.opened.reactions)],
    }
    flat: Sequence[tuple[str, str]] = [(kind, key) for kind, values in keys.items() for key in values]
    return {
        "source": [source] * len(flat),
        "kind": [kind for kind, _ in flat],
        "key": [key for _, key in flat],
    }


def extend(columns: Columns, more: Columns) -> None:
    """Append rows."""
    for name, values in columns.items():
        values.extend(more[name])

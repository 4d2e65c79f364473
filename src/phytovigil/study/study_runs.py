"""Studies run on a store's reports or on a snapshot's counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from phytovigil.errors import EmptyStore, NoAnswer
from phytovigil.schema.study import Study
from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.store import Store
from phytovigil.study.as_of import read_as_of
from phytovigil.study.asking import require_listed, require_source
from phytovigil.study.counting import ReportCounter
from phytovigil.study.definition import load_study
from phytovigil.study.evidence import Evidence, ReportEvidence
from phytovigil.study.running import Plan, describe_decisions, plan_study, run_plan
from phytovigil.study.snapshots import Snapshot, read_snapshot, shipped_snapshot, write_snapshot
from phytovigil.study.sourcing import OpenSource, open_source
from phytovigil.vocabulary import load_products, load_reactions


def run_study(store: Store, file: Path | str, snapshot: Path | str | None, as_of: str | None) -> dict[str, Any]:
    """Run a study file on the store's reports, on a named snapshot, or on the one that comes with the program."""
    day = read_as_of(as_of)
    study = load_study(file)
    folder = find_snapshot(snapshot) if snapshot else fall_back(store, study)
    if folder is not None:
        return run_on_snapshot(study, read_snapshot(folder))
    return run_on_reports(store, study, day)


def snapshot_study(store: Store, file: Path | str, folder: Path, as_of: str | None) -> dict[str, Any]:
    """Write the counts that a study needs into a folder."""
    day = read_as_of(as_of)
    with open_evidence(store, load_study(file), day) as (plan, evidence):
        opened = next(iter(evidence.values())).counter.opened
        return write_snapshot(plan, evidence, folder, opened.products, opened.reactions)


def fall_back(store: Store, study: Study) -> Path | None:
    """The snapshot that comes with the program, where the store is empty."""
    if store.sources():
        return None
    folder = shipped_snapshot(study.name)
    if folder is None:
        raise EmptyStore(
            f"The store {store.folder} is empty, and no snapshot of the study “{study.name}” comes with the program.",
            "Take files in with `phytovigil ingest PATH`, or name a snapshot with --snapshot.",
        )
    return folder


def run_on_reports(store: Store, study: Study, as_of: str | None) -> dict[str, Any]:
    """Run a study on the reports of a store."""
    with open_evidence(store, study, as_of) as (plan, evidence):
        opened = next(iter(evidence.values())).counter.opened
        basis = {"kind": "store", "text": "Counted from the reports of a store.", "snapshot_sha256": ""}
        listed: dict[str, Evidence] = dict(evidence)
        return run_plan(plan, listed, basis, opened.products, opened.reactions)


@contextmanager
def open_evidence(store: Store, study: Study, as_of: str | None) -> Iterator[tuple[Plan, dict[str, ReportEvidence]]]:
    """The plan of a study and its sources, open."""
    products = load_products(study.vocabulary or None)
    reactions = load_reactions(study.reactions or None)
    check_study(study)
    decisions = Path(study.pair_decisions) if study.pair_decisions else None
    with ExitStack() as stack:
        opened: dict[str, OpenSource] = {}
        for name in list_held(store, study, as_of):
            opened[name] = open_source(store, require_source(name), as_of, products, reactions, decisions)
            stack.callback(opened[name].close)
        evidence = {name: ReportEvidence(ReportCounter(item)) for name, item in opened.items()}
        terms = {term: now for item in evidence.values() for term, now in item.counter.reported_terms().items()}
        names = {name: None for item in evidence.values() for name in item.counter.reported_names()}
        yield plan_study(study, products, reactions, terms, names), evidence


def list_held(store: Store, study: Study, as_of: str | None) -> list[str]:
    """The study's sources that the store holds; none is an error."""
    held = [name for name in study.sources if store.releases(name, as_of)]
    if not held:
        store.read(study.sources[0], as_of).close()
    return held


def run_on_snapshot(study: Study, snapshot: Snapshot) -> dict[str, Any]:
    """Run a study on counts alone."""
    check_study(study)
    vocabulary = snapshot.provenance["vocabulary"]
    products, reactions = load_products(vocabulary["products"]), load_reactions(vocabulary["reactions"])
    if (products.sha256, reactions.sha256) != (vocabulary["products_sha256"], vocabulary["reactions_sha256"]):
        raise NoAnswer(
            "The snapshot was counted with another vocabulary than the one that is installed under its name.",
            "Run the study on the raw files, or write the snapshot again.",
        )
    if describe_decisions(study) != snapshot.provenance["pair_decisions"]:
        raise NoAnswer(
            "The snapshot was counted with other decisions on suspected duplicates than those that the study names.",
            "Run the study on the raw files, or write the snapshot again.",
        )
    plan = plan_study(study, products, reactions, snapshot.provenance["terms"], snapshot.provenance["names"])
    evidence: dict[str, Evidence] = {name: snapshot.evidence(name) for name in study.sources}
    basis = {
        "kind": "snapshot",
        "text": "Counted from a snapshot: counts that this program made of the raw files named under releases.",
        "snapshot_sha256": snapshot.sha256,
    }
    return run_plan(plan, evidence, basis, products, reactions)


def find_snapshot(named: Path | str) -> Path:
    """The folder of a snapshot: a path, or the name of one that comes with the program."""
    shipped = shipped_snapshot(str(named))
    return shipped if shipped is not None and not Path(named).is_dir() else Path(named)


def check_study(study: Study) -> None:
    """Refuse measures, rules and sources that there are not, before anything is counted."""
    for name in study.sources:
        require_source(name)
    for name in study.measures:
        require_listed("measure", name, MEASURES)
    require_listed("rule", study.rule, RULES)

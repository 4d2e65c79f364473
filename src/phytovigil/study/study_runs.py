"""Studies run on a store's reports or on a snapshot's answers: the findings, and the snapshot that they stand on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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
from phytovigil.study.folders import replace_file
from phytovigil.study.planning import Plan, plan_study
from phytovigil.study.running import describe_decisions, run_plan
from phytovigil.study.snapshots import MANIFEST as SNAPSHOT_MANIFEST
from phytovigil.study.snapshots import SINGLE_CASES, Snapshot, describe_snapshot, read_snapshot, shipped_snapshot
from phytovigil.study.sourcing import OpenSource, open_source
from phytovigil.vocabulary import ProductVocabulary, ReactionVocabulary, load_products, load_reactions


@dataclass(frozen=True)
class StudyRun:
    """A study that was run.

    findings : every number that the dossier shows. evidence : what was asked of each source, with the answers.
    has_cases : whether the answers hold the single cases.
    """

    study: Study
    plan: Plan
    findings: dict[str, Any]
    evidence: Mapping[str, Evidence]
    products: ProductVocabulary
    reactions: ReactionVocabulary
    has_cases: bool

    def snapshot(self, *, cases: bool) -> dict[str, bytes]:
        """The files of the snapshot by name. cases : with the single cases, as far as they are at hand."""
        record = {name: item.record for name, item in self.evidence.items()}
        decisions = self.findings["pair_decisions"]
        with_cases = cases and self.has_cases
        return describe_snapshot(self.plan, record, decisions, self.products, self.reactions, cases=with_cases)


def write_snapshot(run: StudyRun, folder: Path, *, cases: bool) -> dict[str, Any]:
    """Write the snapshot of a run into a folder; returns its provenance. The same run gives the same bytes."""
    content = run.snapshot(cases=cases)
    # What says that the others are whole is written last.
    for name in sorted(content, key=lambda name: name == SNAPSHOT_MANIFEST):
        replace_file(folder / name, content[name])
    if not cases:
        (folder / SINGLE_CASES).unlink(missing_ok=True)
    provenance: dict[str, Any] = json.loads(content[SNAPSHOT_MANIFEST])
    return {**provenance, "folder": str(folder)}


def run_study(store: Store, file: Path | str, snapshot: Path | str | None, as_of: str | None) -> StudyRun:
    """Run a study file on the store's reports, on a named snapshot, or on the one that comes with the program."""
    day = read_as_of(as_of)
    study = load_study(file)
    folder = find_snapshot(snapshot) if snapshot else fall_back(store, study)
    if folder is not None:
        return run_on_snapshot(study, read_snapshot(folder))
    return run_on_reports(store, study, day)


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


def run_on_reports(store: Store, study: Study, as_of: str | None) -> StudyRun:
    """Run a study on the reports of a store."""
    with open_evidence(store, study, as_of) as (plan, evidence):
        opened = next(iter(evidence.values())).counter.opened
        findings = run_plan(plan, dict(evidence), opened.products, opened.reactions)
        return StudyRun(study, plan, findings, evidence, opened.products, opened.reactions, has_cases=True)


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


def run_on_snapshot(study: Study, snapshot: Snapshot) -> StudyRun:
    """Run a study on recorded answers alone."""
    check_study(study)
    made = snapshot.provenance
    products = load_products(study.vocabulary or made["vocabulary"]["products"])
    reactions = load_reactions(study.reactions or made["vocabulary"]["reactions"])
    counted_by = (made["vocabulary"]["products_sha256"], made["vocabulary"]["reactions_sha256"])
    if (products.sha256, reactions.sha256) != counted_by:
        raise NoAnswer(
            "The snapshot was counted with another vocabulary than the one that is installed under its name.",
            "Run the study on the raw files, or write the snapshot again.",
        )
    if describe_decisions(study) != made["pair_decisions"]:
        raise NoAnswer(
            "The snapshot was counted with other decisions on suspected duplicates than those that the study names.",
            "Run the study on the raw files, or write the snapshot again.",
        )
    plan = plan_study(study, products, reactions, made["terms"], made["names"])
    snapshot.require_same_questions(plan)
    evidence: dict[str, Evidence] = dict(snapshot.evidence())
    findings = run_plan(plan, evidence, products, reactions)
    return StudyRun(study, plan, findings, evidence, products, reactions, has_cases=made["cases"])


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

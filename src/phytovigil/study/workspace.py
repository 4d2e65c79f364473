"""The program as a person uses it: one store, and questions to it. Answers are plain dictionaries, the JSON contract.

Every answer names the program's version, the releases that it was computed from, and the selection.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phytovigil.schema.selection import Selection
from phytovigil.signals.registry import MEASURES, RULES
from phytovigil.sources import READERS, SOURCES
from phytovigil.store import Store, parse_memory
from phytovigil.study.as_of import read_as_of
from phytovigil.study.asking import (
    LazyNames,
    check_strata,
    choose,
    choose_source,
    frame_answer,
    frame_population,
    levels,
    make_plan,
    require_complement,
    require_listed,
    require_source,
)
from phytovigil.study.contract import list_schemas, load_schema
from phytovigil.study.counting import ReportCounter
from phytovigil.study.describing import describe_product, describe_reaction
from phytovigil.study.estimating import NO_MEASURE, apply_rule, estimate_pairs, judge_pair, run_tests, with_deciders
from phytovigil.study.facts import describe_data_set, describe_release, list_cases
from phytovigil.study.ingesting import Notice, ingest
from phytovigil.study.mass_screening import PairsDone, ScreenPlan, describe_learned
from phytovigil.study.naming import NamedProduct, NamedReaction, name_product, name_reaction
from phytovigil.study.own_pairs import open_pairs, screen_table
from phytovigil.study.pacing import Progress
from phytovigil.study.quarantined import list_quarantine, sum_up
from phytovigil.study.reference_sets import read_reference_set
from phytovigil.study.screen import describe_plan, screen
from phytovigil.study.screening import learn_from_all, screen_product
from phytovigil.study.selecting import include_product, understand_selection
from phytovigil.study.sourcing import open_source
from phytovigil.study.study_runs import run_study, write_snapshot
from phytovigil.vocabulary import ProductVocabulary, load_products, load_reactions

if TYPE_CHECKING:
    from phytovigil.study.cases_workspace import Cases
    from phytovigil.study.examining import Examiner
    from phytovigil.study.names_workspace import Names
    from phytovigil.study.reactions_workspace import Reactions

STORE_VARIABLE = "PHYTOVIGIL_STORE"
DEFAULT_MEASURES = ("ror-midp", "ror", "prr", "ic")
DEFAULT_TESTS = ("chi2-yates",)
DEFAULT_RULE = "ic025"


def default_store() -> Path:
    """The store that is used unless another is named: $PHYTOVIGIL_STORE, else the platform's user data folder."""
    named = os.environ.get(STORE_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("phytovigil") / "store"


class Workspace:
    """A store and the vocabulary that reads it.

    Wherever a method takes `as_of`, it is a day (2019-12-31) or a quarter, which means its last day (2019Q4).

    store : folder of the store; see `default_store`. Nothing is created before something is taken in.
    memory : what the program may use, such as "2GB"; half of the machine's unless stated.
    vocabulary : version of the product names, or a folder of one's own; the newest unless given. A study names its own.
    pair_decisions : a person's decisions on suspected duplicates (CSV).
    """

    def __init__(
        self,
        store: Path | str | None = None,
        memory: str | None = None,
        *,
        vocabulary: Path | str | None = None,
        pair_decisions: Path | str | None = None,
    ) -> None:
        self.store = Store(Path(store) if store else default_store(), parse_memory(memory) if memory else None)
        self._vocabulary = vocabulary
        self._pair_decisions = Path(pair_decisions) if pair_decisions else None

    @property
    def vocabulary(self) -> ProductVocabulary:
        """The product names that reports are read by."""
        return load_products(self._vocabulary)

    def understand(self, selection: Selection) -> Selection:
        """A selection with its products by id, however they were called. Raises UnknownName, with near names."""
        return understand_selection(selection, self.vocabulary)

    def ingest(
        self,
        paths: Sequence[Path | str],
        *,
        source: str | None = None,
        as_of: str | None = None,
        progress: Progress | None = None,
        notice: Notice | None = None,
    ) -> dict[str, Any]:
        """Take raw files, folders or zips in. Returns the ledger: rows read = rows kept + rows quarantined.

        as_of : date of the release, where neither its name nor its reports shall tell it.
        progress : called with the current file's name, the bytes read so far and the bytes of all files.
        notice : called once with a sentence about the disk space that a large intake needs.
        """
        if source is not None:
            require_source(source)
        return ingest(self.store, [Path(path) for path in paths], source, read_as_of(as_of), progress, notice)

    def releases(self, *, verify: bool = False) -> dict[str, Any]:
        """The releases of the store; with `verify`, also the files that no longer match their hash."""
        answer = frame_answer("releases", releases=[describe_release(item) for item in self.store.releases()])
        if verify:
            answer["damaged"] = self.store.damaged_files()
        return {**answer, "store": str(self.store.folder)}

    def quarantine(self, *, source: str | None = None, as_of: str | None = None) -> dict[str, Any]:
        """Every row and single value of the store's releases that was put aside, with its place and reason."""
        day = read_as_of(as_of)
        chosen = [require_source(source)] if source else list(self.store.sources())
        entries = []
        for name in chosen or list(SOURCES)[:1]:
            with closing(self.store.read(name, day)) as session:
                entries.extend(list_quarantine(session))
        return frame_answer("quarantine", store=str(self.store.folder), **sum_up(entries), entries=entries)

    def count(
        self,
        product: str,
        reaction: str,
        *,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
        cases: bool = False,
        measures: Sequence[str] = DEFAULT_MEASURES,
        tests: Sequence[str] = DEFAULT_TESTS,
        rule: str = DEFAULT_RULE,
        level: float | None = None,
        strata: Sequence[str] = (),
        **choices: Any,
    ) -> dict[str, Any]:
        """The 2×2 table of one pair with its measures and tests. With `cases`, also the cases behind a.

        measures, tests, rule, level, strata : as in `signals`.
        choices : fields of Selection, such as role="any", instead of a selection or on top of it.
        Raises UnknownName for a product, reaction or source that nothing is called by.
        """
        selection, plan = choose(selection, choices), make_plan(measures, tests, rule, level, "", 3)
        check_strata(strata)
        with self._open(source, as_of) as counter:
            named = name_product(product, counter.opened.products, LazyNames(counter))
            reacted = name_reaction(reaction, counter.opened.reactions, counter.reported_terms())
            selection = include_product(selection, named.key)
            answer = self._counted(counter, named, reacted, selection, plan, strata)
            if cases:
                listed = list_cases(counter, named, [reacted], selection)
                answer["cases"] = [case for case in listed if reacted.key in case["reactions"]]
            return answer

    def signals(
        self,
        product: str,
        *,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
        min_cases: int = 3,
        measures: Sequence[str] = DEFAULT_MEASURES,
        tests: Sequence[str] = DEFAULT_TESTS,
        rule: str = DEFAULT_RULE,
        level: float | None = None,
        adjust: str = "",
        strata: Sequence[str] = (),
        **choices: Any,
    ) -> dict[str, Any]:
        """Every reaction reported with a product, with counts, measures and tests, strongest lower IC limit first.

        level : of the intervals, each measure's own unless given. adjust : "bh" or "by", p-values adjusted for the
        number of reactions listed. strata : names of STRATA over which expected cases are summed. A measure that learns
        does so from all pairs of the population, of names as reported if the product is one, else of product nodes.
        choices : fields of Selection, such as role="any", instead of a selection or on top of it.
        Raises NoAnswer for a source of numerators only.
        """
        selection, plan = choose(selection, choices), make_plan(measures, tests, rule, level, adjust, min_cases)
        check_strata(strata)
        with self._open(source, as_of) as counter:
            require_complement(counter)
            named = name_product(product, counter.opened.products, LazyNames(counter))
            selection = include_product(selection, named.key)
            learned = learn_from_all(counter, named, selection, plan.needed, strata)
            rows = screen_product(counter, named, selection, plan, strata, learned)
            values, notes = describe_learned(plan, learned)
            return frame_answer(
                "signals",
                **frame_population(counter, selection),
                product=describe_product(named),
                min_cases=min_cases,
                strata=list(strata),
                measures=list(with_deciders(measures)),
                levels=levels(with_deciders(measures), level),
                tests=list(tests),
                adjust=adjust,
                learned=values,
                notes=notes,
                rule=RULES[rule].title,
                rows=rows,
            )

    def compare(
        self,
        products: Sequence[str],
        reactions: Sequence[str],
        *,
        sources: Sequence[str] = (),
        as_of: str | None = None,
        selection: Selection | None = None,
        measures: Sequence[str] = DEFAULT_MEASURES,
        rule: str = DEFAULT_RULE,
        level: float | None = None,
        **choices: Any,
    ) -> dict[str, Any]:
        """Several products beside one another for the same reactions, and one product across sources.

        sources : data sets, the only one that can be meant unless given. measures, rule, level : as in `signals`.
        choices : as in `count`. The first product is set against each of the others, without the cases of both.
        Raises UnknownName, and InvalidRequest where there is nothing to compare.
        """
        from phytovigil.study.comparing import compare_products, make_question

        plan = make_plan(measures, (), rule, level, "", 3)
        question = make_question(products, reactions, choose(selection, choices), plan)
        return compare_products(self._open, question, list(sources) or [None], as_of)

    def screen(
        self,
        *,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
        plan: ScreenPlan | None = None,
        reported: bool = False,
        strata: Sequence[str] = (),
        most: int = 20,
        out: Path | str | None = None,
        format: str = "parquet",
        figures: bool = False,
        progress: PairsDone | None = None,
        **choices: Any,
    ) -> dict[str, Any]:
        """Every pair of product and term that a case has, with the measures, tests and rule of a plan.

        plan : see ScreenPlan. reported : products are names as reported, not nodes of the vocabulary.
        strata : names of STRATA; expected cases are summed over them, which adjusts the measures that use them.
        most : rows of the answer, strongest first. out, format : the whole table, as "parquet" or "csv".
        figures : also the numbers of the volcano plot and the heat map.
        choices : fields of Selection, such as role="any", instead of a selection or on top of it.
        Raises NoAnswer for a source of numerators only.
        """
        selection, plan = choose(selection, choices), plan or ScreenPlan()
        check_strata(strata)
        with self._open(source, as_of) as counter:
            require_complement(counter)
            counter.check(selection)
            engine, nodes = counter.opened.session.engine, counter.opened.nodes
            found = screen(
                engine,
                selection,
                nodes,
                plan,
                reported=reported,
                strata=tuple(strata),
                most=most,
                out=Path(out) if out else None,
                format=format,
                figures=figures,
                done=progress,
            )
            asked = describe_plan(plan, reported, tuple(strata), out)
            return frame_answer("screen", **frame_population(counter, selection), **asked, **found)

    def screen_pairs(self, file: Path | str, *, plan: ScreenPlan | None = None, **options: Any) -> dict[str, Any]:
        """The same for a table of one's own, CSV or Parquet, with one row per case, product and reaction.

        options : most, out, format, figures and progress of `screen`.
        Raises InvalidRequest for a table without such columns, NoAnswer for one without a row.
        """
        plan = plan or ScreenPlan()
        with open_pairs(Path(file), self.store.memory_limit) as (engine, described):
            found = screen_table(engine, plan, **options)
        asked = describe_plan(plan, True, (), options.get("out"))
        return frame_answer("screen", **described, **asked, **found)

    def evaluate(
        self,
        reference: Path | str,
        *,
        outcomes: Path | str | None = None,
        names: Path | str | None = None,
        measures: Sequence[str] = (),
        first: Sequence[int] = (),
        bootstrap: int = 0,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
        **choices: Any,
    ) -> dict[str, Any]:
        """How well measures and rules tell the positive from the negative pairs of a reference set.

        reference, outcomes, names : see `reference_sets.read_reference_set`. measures : all that there are unless
        given. first : numbers of pairs at which precision is wanted, 10 and 50 unless given. bootstrap : draws of
        bootstrap intervals of the areas; 0 takes DeLong's. choices : as in `count`.
        Raises UnreadableFile for a file that is no reference set, NoAnswer for a source of numerators only, or one that
        holds no pair of the set.
        """
        from phytovigil.study.evaluating import FIRST, evaluate_reference

        for name in measures:
            require_listed("measure", name, MEASURES)
        selection = choose(selection, choices)
        pairs = read_reference_set(reference, outcomes=outcomes, names=names)
        with self._open(source, as_of) as counter:
            found = evaluate_reference(
                counter, pairs, selection, measures or tuple(MEASURES), first or FIRST, bootstrap
            )
            return frame_answer("evaluate", **frame_population(counter, selection), **found)

    @property
    def products(self) -> Names:
        """Product names: look them up, see what is not mapped, decide, and add dictionaries."""
        from phytovigil.study.names_workspace import Names

        return Names(self._open, self.vocabulary)

    @property
    def reactions(self) -> Reactions:
        """Reaction groups and terms: look them up, and see what no group holds."""
        from phytovigil.study.reactions_workspace import Reactions

        return Reactions(self.store)

    @property
    def cases(self) -> Cases:
        """Suspected duplicates: searched, listed, compared, and written for a person to decide."""
        # Late: linkage loads NumPy, which a count does not need.
        from phytovigil.study.cases_workspace import Cases

        return Cases(self._open)

    @property
    def examine(self) -> Examiner:
        """Closer looks at one product and one reaction."""
        # Late: what they need of SciPy would double the time that a plain count takes to start.
        from phytovigil.study.examining import Examiner

        return Examiner(self._open)

    def study(
        self, file: Path | str, *, snapshot: Path | str | None = None, as_of: str | None = None
    ) -> dict[str, Any]:
        """Run a study file; the findings conform to the published schema.

        It runs on the store's reports, unless a snapshot is named, or the store is empty and a snapshot of this
        study comes with the program.
        """
        return run_study(self.store, file, snapshot, as_of).findings

    def claims(
        self, file: Path | str, *, snapshot: Path | str | None = None, as_of: str | None = None
    ) -> dict[str, Any]:
        """The claims of a study set against the evidence; the rest as for `study`.

        Raises NoAnswer for a study that lists no claim.
        """
        from phytovigil.study.claims.answering import answer_claims

        return answer_claims(self.study(file, snapshot=snapshot, as_of=as_of))

    def dossier(
        self, file: Path | str, folder: Path | str, *, snapshot: Path | str | None = None, as_of: str | None = None
    ) -> dict[str, Any]:
        """Run a study file and write its dossier into a folder: page, PDF, figures, tables, snapshot, manifest.

        Returns the findings; the rest as for `study`.
        """
        from phytovigil.study.dossiers import write_dossier

        run = run_study(self.store, file, snapshot, as_of)
        write_dossier(run, Path(folder))
        return run.findings

    def verify(self, folder: Path | str) -> dict[str, Any]:
        """Compare a dossier with its manifest and make it again from its snapshot; `holds` says whether all agrees."""
        from phytovigil.study.dossiers import verify_dossier

        return verify_dossier(Path(folder))

    def snapshot(
        self, file: Path | str, folder: Path | str, *, cases: bool = False, as_of: str | None = None
    ) -> dict[str, Any]:
        """Write what the reports answer to a study, so that it runs anywhere. cases : with the single cases."""
        return write_snapshot(run_study(self.store, file, None, as_of), Path(folder), cases=cases)

    def sources(self) -> dict[str, Any]:
        """The data sets and file formats that can be read."""
        listed = [
            {
                **describe_data_set(source),
                "formats": [
                    {"name": reader.name, "title": reader.title, "description": reader.description}
                    for reader in READERS
                    if reader.source == source.name
                ],
            }
            for source in SOURCES.values()
        ]
        return frame_answer("sources", sources=listed)

    def schema(self, name: str | None = None) -> dict[str, Any]:
        """The JSON Schema of one answer by its name; without a name, the list of them."""
        return frame_answer("schemas", schemas=list_schemas()) if name is None else load_schema(name)

    def fetch_openfda_food(
        self, folder: Path | str, *, index: str | None = None, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Download openFDA's bulk food/event files into a folder; what is already complete is left alone."""
        from phytovigil.sources.fetch import OPENFDA_INDEX, fetch_openfda_food

        notices: list[str] = []
        files = fetch_openfda_food(
            Path(folder), index_url=index or OPENFDA_INDEX, progress=progress, notice=notices.append
        )
        listed = [{"file": str(file), "bytes": file.stat().st_size} for file in files]
        return frame_answer("fetch", folder=str(folder), files=listed, notices=notices)

    def fetch_faers(
        self,
        quarters: str,
        folder: Path | str,
        *,
        pattern: str | None = None,
        at_once: int = 2,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Download FAERS quarters, such as "2004Q1..2025Q4"; in the end each is there and whole, or listed as missing.

        Raises NetworkError if not a single one is there.
        """
        from phytovigil.sources.fetch_faers import fetch_faers
        from phytovigil.sources.quarters import parse_quarters

        found = fetch_faers(Path(folder), parse_quarters(quarters), pattern=pattern, at_once=at_once, progress=progress)
        files = [
            {"quarter": str(item.quarter), "file": str(item.path), "bytes": item.size, "fetched": item.fetched}
            for item in found.files
        ]
        missing = [{"quarter": str(item.quarter), "reason": item.reason, "hint": item.hint} for item in found.missing]
        return frame_answer("fetch-faers", folder=str(folder), files=files, missing=missing)

    def simulate(
        self,
        folder: Path | str,
        *,
        reports: int,
        quarters: str = "2019",
        seed: int = 1,
        zipped: bool = False,
        alike: bool = False,
    ) -> dict[str, Any]:
        """Write simulated FAERS quarters with a known truth beside them, for tests of scale and of measures.

        alike : duplicates that differ as real ones do, products and reactions that go together, and patients of one
        paper or one lawyer who look alike, for tests of the search for duplicates.
        """
        from phytovigil.simulation import Background, Changes, LookAlikes, Parameters, simulate
        from phytovigil.sources.quarters import parse_quarters

        asked = [str(quarter) for quarter in parse_quarters(quarters)]
        hard = Parameters(changes=Changes(), background=Background(), alike=LookAlikes()) if alike else None
        truth = simulate(Path(folder), reports=reports, quarters=asked, seed=seed, parameters=hard, zipped=zipped)
        return frame_answer(
            "simulate",
            folder=str(folder),
            truth=str(Path(folder) / "truth"),
            reports=truth.reports,
            cases=truth.cases,
            quarters=asked,
            seed=seed,
            duplicates=len(truth.duplicates),
            deleted=len(truth.deleted),
        )

    def _counted(
        self,
        counter: ReportCounter,
        product: NamedProduct,
        reaction: NamedReaction,
        selection: Selection,
        plan: ScreenPlan,
        strata: Sequence[str],
    ) -> dict[str, Any]:
        """The answer to `count`."""
        cells = counter.count_pair(product, reaction, selection)
        a, b, c, d = cells
        head: dict[str, Any] = {
            **frame_population(counter, selection),
            "product": describe_product(product),
            "reaction": {**describe_reaction(reaction), "reported": list(counter.counted_terms(reaction))},
            "with_likely_names": count_likely(counter, product, reaction, selection),
            "strata": list(strata),
            "levels": levels(with_deciders(plan.measures), plan.level),
            "learned": {},
            "notes": [],
        }
        if not counter.opened.source.complete:
            nothing = dict.fromkeys(("c", "d", "n", "expected", "chi2_yates", "signal"))
            why = "This source was selected by product or reaction: there is no complement, so there is no measure."
            head |= {"a": a, "b": b, **nothing, "estimates": {}, "tests": {}, "verdict": NO_MEASURE, "why": why}
            return frame_answer("count", **head)
        learned = learn_from_all(counter, product, selection, plan.needed, strata)
        stratified = [counter.expect_pair(product, reaction, selection, strata)] if strata else None
        given: dict[str, Any] = {"stratified": stratified, "learned": learned.values}
        estimate = estimate_pairs([cells], plan.measures, level=plan.level, **given)[0]
        signal = apply_rule([cells], plan.rule, plan.min_cases, **given)[0]
        verdict, why = judge_pair(cells, estimate, signal, plan.rule, plan.min_cases)
        head["learned"], head["notes"] = describe_learned(plan, learned)
        table = {"a": a, "b": b, "c": c, "d": d, "n": a + b + c + d}
        tests = run_tests([cells], plan.tests)[0]
        return frame_answer("count", **head, **table, **estimate, tests=tests, signal=signal, verdict=verdict, why=why)

    @contextmanager
    def _open(self, source: str | None, as_of: str | None) -> Iterator[ReportCounter]:
        """One source, open for counting."""
        day = read_as_of(as_of)
        opened = open_source(
            self.store, choose_source(self.store, source), day, self.vocabulary, load_reactions(), self._pair_decisions
        )
        try:
            yield ReportCounter(opened)
        finally:
            opened.close()


def count_likely(
    counter: ReportCounter, product: NamedProduct, reaction: NamedReaction, selection: Selection
) -> dict[str, int] | None:
    """Cases with both, and cases of the product, if likely names counted too; None where they do, or where none are."""
    if product.reported or selection.names == "likely":
        return None
    a, b, _, _ = counter.count_pair(product, reaction, replace(selection, names="likely"))
    return {"a": a, "product_cases": a + b}


def draw_screen(answer: dict[str, Any], folder: Path | str) -> None:
    """Draw the figures of a screen that was asked for them, and name the files in the answer instead of the numbers."""
    from phytovigil.dossier import write_screen_figures

    answer["figures"] = [str(file) for file in write_screen_figures(answer, Path(folder))]
    del answer["volcano"], answer["heat_map"]


def open_workspace(store: Path | str | None = None, memory: str | None = None, **reading: Any) -> Workspace:
    """Open a store. memory, reading : as of `Workspace`.

    >>> open_workspace("no-store-here").releases()["releases"]
    []
    """
    return Workspace(store, memory, **reading)

"""Count every specification of a source: intersections of case sets, and sums over strata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.cases.bitmaps import CaseSet, CaseSets, Stratum, Tally, split_selection
from phytovigil.errors import NoAnswer
from phytovigil.schema.counts import Counts
from phytovigil.schema.reports import Source
from phytovigil.schema.selection import Selection
from phytovigil.signals.confounding.many_strata import SUMS, StratifiedSums, sum_strata
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.estimating import finite
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.planning import Plan, understood
from phytovigil.study.specifications.choices import Choice, Design, Level, Setting

BLOCK = 1 << 20
"""Case numbers that are handed over at a time."""

RECORDED_AS = {"age": "age_years", "year": "received"}
"""Field of a report behind what cases can be divided by, where its name is another."""


@dataclass(frozen=True, slots=True)
class Task:
    """One table to count: the analysis, and the reaction in the list of terms that it uses."""

    setting: Setting
    reaction: NamedReaction


def list_tasks(plan: Plan, outcome: NamedReaction, design: Design) -> list[Task]:
    """The tables of an outcome in the order of its design. The measure is no part of a table and has no level here."""
    broad = {pair.reaction.name: pair.reaction for pair in plan.pairs if pair.part == "scope"}
    return [
        Task(setting, outcome if setting.scope == outcome.scope else broad[outcome.name])
        for setting in design.settings()
    ]


def find_left_out(counter: ReportCounter, choices: Iterable[Choice], main: Setting) -> dict[tuple[str, str], str]:
    """Levels that the source cannot answer, with the reason; names of products that there are not are an error."""
    left_out = {}
    for choice in choices:
        for place, level in enumerate(choice.levels):
            if place != choice.main and (why := why_not(counter, level, main)):
                left_out[choice.name, level.name] = why
    return left_out


def why_not(counter: ReportCounter, level: Level, main: Setting) -> str:
    """Why a source cannot answer with a level; empty where it can."""
    setting, source = level.change(main), counter.opened.source
    untold = [name for name in setting.strata if RECORDED_AS.get(name, name) in source.missing]
    if untold:
        return say_untold(source, untold)
    try:
        understood("specifications", lambda: counter.check(setting.selection))
    except NoAnswer as error:
        return error.message
    return ""


def say_untold(source: Source, untold: Sequence[str]) -> str:
    """That a source does not record what the cases were to be divided by."""
    return f"{source.label} does not record the {' and the '.join(untold)} of a case."


def open_case_sets(counter: ReportCounter) -> CaseSets:
    """The sets of cases of a source."""
    engine = counter.opened.session.engine

    def ask_cases(sql: str) -> Iterator[Any]:
        for block in engine.blocks(sql, BLOCK):
            yield block["case_index"]

    return CaseSets(ask_cases, lambda sql: engine.query(sql)["value"], counter.opened.nodes)


def count_tasks(
    counter: ReportCounter, product: NamedProduct, tasks: Sequence[Task]
) -> tuple[list[Cells], list[list[Stratum] | None]]:
    """The table of every task, and its strata; None where nothing is divided.

    Tasks of one population are counted together, so that one population at a time is in memory.
    """
    sets, divided = open_case_sets(counter), dict[tuple[str, ...], list[CaseSet]]()
    cells: list[Cells] = [(0, 0, 0, 0)] * len(tasks)
    strata: list[list[Stratum] | None] = [None] * len(tasks)
    for places in group_places(tasks):
        population = sets.population(tasks[places[0]].setting.selection)
        for place in places:
            setting = tasks[place].setting
            exposed = sets.product(counter.product(product), setting.selection)
            tally = Tally.of(population, exposed, sets.reaction(counter.reaction(tasks[place].reaction)))
            cells[place] = tally.table
            if setting.strata:
                if setting.strata not in divided:
                    divided[setting.strata] = sets.divide(setting.strata)
                strata[place] = tally.strata(divided[setting.strata])
    return cells, strata


def group_places(tasks: Sequence[Task]) -> list[list[int]]:
    """Places of the tasks, those of one population together."""
    groups: dict[tuple[Selection, ...], list[int]] = {}
    for place, task in enumerate(tasks):
        groups.setdefault(tuple(split_selection(task.setting.selection)), []).append(place)
    return list(groups.values())


def sum_divided(strata: Sequence[list[Stratum] | None]) -> StratifiedSums:
    """Sums over the strata of every task; 0 where nothing is divided."""
    parts = [(place, part) for place, found in enumerate(strata) for part in found or ()]
    tables = [
        (
            part.a,
            part.with_product - part.a,
            part.with_reaction - part.a,
            part.total - part.with_product - part.with_reaction + part.a,
        )
        for _, part in parts
    ]
    columns = list(zip(*tables, strict=True)) if tables else [(), (), (), ()]
    return sum_strata(Counts.of(*columns), [place for place, _ in parts], len(strata))


def tabulate(cells: Sequence[Cells], strata: Sequence[list[Stratum] | None]) -> dict[str, list[Any]]:
    """Different tables, each once, and which one every task has.

    tables : rows of a, b, c, d and, where cases were divided, the sums named in SUMS.
    """
    sums = sum_divided(strata)
    columns = zip(*(map(finite, getattr(sums, name)) for name in SUMS), strict=True)
    rows = [
        (*cell, *(() if divided is None else summed))
        for cell, divided, summed in zip(cells, strata, columns, strict=True)
    ]
    known: dict[tuple[float | None, ...], int] = {}
    places = [known.setdefault(row, len(known)) for row in rows]
    return {"tables": [list(row) for row in known], "table_of": places}


def count_specifications(counter: ReportCounter, plan: Plan, designs: Mapping[str, Design]) -> dict[str, Any]:
    """What a source says to all specifications, as plain data: enough to make every estimate of.

    designs : by key of the outcome, without the choice of measure. Returns `left_out`, rows of (choice, level, why),
    and `outcomes`, by key what `tabulate` returns.
    """
    left_out: dict[tuple[str, str], str] = {}
    for design in designs.values():
        left_out |= find_left_out(counter, design.choices, design.main)
    tasks = {
        outcome.key: list_tasks(plan, outcome, designs[outcome.key].without(left_out)) for outcome in plan.outcomes
    }
    together = [task for listed in tasks.values() for task in listed]
    cells, strata = count_tasks(counter, plan.product, together)
    found, start = {}, 0
    for key, listed in tasks.items():
        end = start + len(listed)
        found[key] = tabulate(cells[start:end], strata[start:end])
        start = end
    return {"left_out": [[*level, why] for level, why in left_out.items()], "outcomes": found}

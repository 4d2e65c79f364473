"""All pairs of a source, each with its counts, measures, tests and rule, written block by block to a table."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from phytovigil.errors import InvalidRequest
from phytovigil.schema.counts import Counts, Floats
from phytovigil.signals.families import ADJUSTMENTS, adjust_parts
from phytovigil.signals.registry import apply_rule, estimate_all, measure, rule, statistic
from phytovigil.store import GrowingTable
from phytovigil.study.all_pairs import AllPairs, PairBlock

WORKERS = 2
"""Blocks estimated at once; arithmetic on arrays leaves the interpreter's lock."""

Block = TypeVar("Block")
Result = TypeVar("Result")

PairsDone = Callable[[str, int, int], None]
"""Called with what is being done, the pairs done and the pairs to do."""


@dataclass(frozen=True)
class ScreenPlan:
    """What to compute of every pair.

    measures, tests : names of the registry. rule : the rule that calls a pair a signal.
    level : of the intervals in the table, each measure's own unless given; rules always use the measure's own.
    adjust : correction of the p-values for the number of pairs, one of ADJUSTMENTS or "".
    min_cases : pairs with fewer cases are counted, and learned from, but not written.
    Raises UnknownName for a measure, test or rule that there is not, InvalidRequest for an adjustment.
    """

    measures: tuple[str, ...] = ("prr", "ror", "ic", "ebgm")
    tests: tuple[str, ...] = ("chi2-yates",)
    rule: str = "ic025"
    level: float | None = None
    adjust: str = ""
    min_cases: int = 1

    def __post_init__(self) -> None:
        for name in self.measures:
            measure(name)
        for name in self.tests:
            statistic(name)
        rule(self.rule)
        if self.adjust and self.adjust not in ADJUSTMENTS:
            raise InvalidRequest(f"The adjustment is “{self.adjust}”.", f"It can be {' or '.join(ADJUSTMENTS)}.")
        if self.min_cases < 1:
            raise InvalidRequest(f"min_cases is {self.min_cases}; it is at least 1.")

    @property
    def needed(self) -> tuple[str, ...]:
        """Measures of the table and those that the rule looks at."""
        return tuple(dict.fromkeys((*self.measures, *rule(self.rule).measures)))

    @property
    def column_types(self) -> dict[str, str]:
        """Columns of the table with their types."""
        types = {"product": "VARCHAR", "reaction": "VARCHAR", **dict.fromkeys("abcd", "BIGINT"), "expected": "DOUBLE"}
        for name in self.measures:
            types |= dict.fromkeys(measure_columns(name), "DOUBLE")
        for name in self.tests:
            types |= dict.fromkeys(test_columns(name, self.adjust), "DOUBLE")
        return {**types, "signal": "BOOLEAN"}


@dataclass
class Learned:
    """What the measures that learn have learned from all pairs, by name."""

    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_pairs(cls, names: Iterable[str], pairs: AllPairs) -> Learned:
        """Let each measure that learns go through all pairs."""
        learning = {name: measure(name).learn for name in names}
        return cls({name: learn(pairs.counts()) for name, learn in learning.items() if learn is not None})

    @classmethod
    def from_nothing(cls, names: Iterable[str]) -> Learned:
        """Where not all pairs are at hand: each measure that learns then says that it had too little to learn from."""
        learning = {name: measure(name).learn for name in names}
        return cls({name: learn(()) for name, learn in learning.items() if learn is not None})


def column_name(name: str) -> str:
    """A name of the registry as a column.

    >>> column_name("ror-midp")
    'ror_midp'
    """
    return name.replace("-", "_")


def measure_columns(name: str) -> list[str]:
    """Columns of a measure: point, lower and upper limit."""
    return [f"{column_name(name)}{part}" for part in ("", "_low", "_high")]


def test_columns(name: str, adjust: str) -> list[str]:
    """Columns of a test: the p-value, and the one that is adjusted for the number of pairs."""
    return [f"{column_name(name)}_p", *([f"{column_name(name)}_q"] if adjust else [])]


def write_screened(
    pairs: AllPairs,
    plan: ScreenPlan,
    learned: Learned,
    names: Mapping[str, list[object]],
    file: Path,
    done: PairsDone | None = None,
) -> None:
    """Estimate all pairs and write them as one table.

    names : texts that the numbers of "product" and "reaction" stand for, by position.
    """
    adjusted = adjust_tests(pairs, plan)
    words = {"product": names["product"], "reaction": names["reaction"]}
    with GrowingTable(file, plan.column_types, words) as table:

        def work(numbered: tuple[int, PairBlock]) -> tuple[int, Any]:
            number, block = numbered
            columns = estimate_block(block, plan, learned)
            columns |= {name: parts[number] for name, parts in adjusted.items()}
            return len(columns["a"]), table.prepare(keep_written(columns, plan.min_cases))

        estimated = 0
        for size, prepared in in_order(enumerate(pairs.blocks()), work):
            table.append(prepared)
            estimated += size
            if done:
                done("estimating", estimated, pairs.number)


def estimate_block(block: PairBlock, plan: ScreenPlan, learned: Learned) -> dict[str, Any]:
    """The columns of some pairs."""
    counts = block.counts
    usual = estimate_all(counts, plan.needed, learned=learned.values)
    shown = (
        usual if plan.level is None else estimate_all(counts, plan.measures, level=plan.level, learned=learned.values)
    )
    columns: dict[str, Any] = {"product": block.product, "reaction": block.term}
    columns |= {"a": counts.a, "b": counts.b, "c": counts.c, "d": counts.d, "expected": counts.expected}
    for name in plan.measures:
        found = shown[name]
        columns |= dict(zip(measure_columns(name), (found.point, found.low, found.high), strict=True))
    for name in plan.tests:
        columns[f"{column_name(name)}_p"] = statistic(name).test(counts).p_value
    columns["signal"] = apply_rule(plan.rule, counts, known=usual)
    return columns


def adjust_tests(pairs: AllPairs, plan: ScreenPlan) -> dict[str, list[Floats]]:
    """Adjusted p-values of each test, block by block: the family is every pair that is written."""
    if not plan.adjust:
        return {}
    parts: dict[str, list[Floats]] = {name: [] for name in plan.tests}
    for block in pairs.blocks():
        for name in plan.tests:
            parts[name].append(statistic(name).test(block.counts).p_value)
    family = [block.counts.a >= plan.min_cases for block in pairs.blocks()]
    return {f"{column_name(name)}_q": adjust_parts(found, plan.adjust, family) for name, found in parts.items()}


def keep_written(columns: Mapping[str, Any], min_cases: int) -> dict[str, Any]:
    """The pairs with enough cases to be written."""
    if min_cases == 1:
        return dict(columns)
    kept = columns["a"] >= min_cases
    return {name: values[kept] for name, values in columns.items()}


def in_order(blocks: Iterable[Block], work: Callable[[Block], Result]) -> Iterator[Result]:
    """Work on blocks side by side and give the results in order; few blocks are held at once."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > WORKERS + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def say_learned(values: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What measures learned, in words."""
    return [
        f"{measure(name).title}: learned from all pairs ("
        + ", ".join(f"{key} {value:.4g}" for key, value in found.items() if isinstance(value, float))
        + ")."
        for name, found in values.items()
    ]


def describe_learned(plan: ScreenPlan, learned: Learned) -> tuple[dict[str, Any], list[str]]:
    """What the measures learned, in plain values, and the sentences that must stand beside their estimates."""
    found = estimate_all(Counts.of([1], [1], [1], [1]), plan.needed, learned=learned.values)
    values = {name: dict(found[name].learned) for name in plan.needed if found[name].learned}
    notes: Sequence[str] = [f"{measure(name).title}: {note}" for name in plan.needed for note in found[name].notes]
    return values, list(dict.fromkeys(notes))

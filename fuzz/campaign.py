"""A run of trials: what reaches new lines is kept and altered further, what breaks a rule is told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from fuzz.judging import Verdict, judge
from fuzz.mutations import MOST_KEPT, Mutator
from fuzz.samples import Sample
from fuzz.seeds import make_seeds
from fuzz.tracing import Tracer

Tell = Callable[[Sample, Verdict], None]
"""Called with the first sample of each finding."""

SHARE_STORED = 0.25
"""Share of the time that may go into taking samples into a store."""

CHANCE_STORED = 0.03
"""Chance that a sample without new lines is taken into a store; all that have some are."""


@dataclass
class Tally:
    """What a run came to. outcomes : by kind of seed and outcome. findings : how often each was met."""

    trials: int = 0
    seconds: float = 0.0
    kept: int = 0
    edges: int = 0
    stored: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


class Campaign:
    """Trials in an order that follows from the seed of the random numbers alone.

    stores : whether some samples are also taken into a store; how many then depends on the time that it takes.
    """

    def __init__(self, seed: int, tell: Tell, *, stores: bool = True) -> None:
        self._random, self._chance = Random(seed), Random(seed + 1)
        self._tell, self._stores = tell, stores
        self._seeds = make_seeds()
        self._mutator = Mutator(self._seeds)
        self._corpus: dict[str, list[Sample]] = {seed.kind: [] for seed in self._seeds}
        self._tracer = Tracer()
        self._seconds_stored = 0.0
        self.tally = Tally()

    def run(self, *, seconds: float = float("inf"), trials: float = float("inf")) -> Tally:
        """Run for a time or for a number of trials; the seeds themselves come first."""
        began = time.monotonic()
        for sample in self._samples():
            self._try(sample)
            self.tally.seconds = time.monotonic() - began
            if self.tally.seconds >= seconds or self.tally.trials >= trials:
                return self.tally
        raise AssertionError("samples never end")

    def _samples(self) -> Iterator[Sample]:
        yield from self._seeds
        kinds = sorted(self._corpus)
        readers = sorted({kind.split(" ")[0] for kind in kinds})
        while True:
            reader = self._random.choice(readers)
            kind = self._random.choice([kind for kind in kinds if kind.split(" ")[0] == reader])
            yield self._mutator.mutate(self._pick(kind), self._random, self._pick(self._random.choice(kinds)))

    def _pick(self, kind: str) -> Sample:
        """A sample of the kind, every other time one of the latest."""
        samples = self._corpus[kind]
        return self._random.choice(samples[-12:] if self._random.random() < 0.5 else samples)

    def _try(self, sample: Sample) -> None:
        tally = self.tally
        with self._tracer.watching():
            verdict = judge(sample)
        if verdict.finding:
            verdict = judge(sample)  # without the tracer, which is slow and holds memory of its own
        tally.trials += 1
        tally.outcomes[sample.kind, verdict.outcome] += 1
        is_seed = not self._corpus[sample.kind] or tally.trials <= len(self._seeds)
        if is_seed or (self._tracer.fresh and sample.size <= MOST_KEPT):
            self._corpus[sample.kind].append(sample)
            tally.kept += 1
            tally.edges = len(self._tracer.edges)
        is_kept = bool(self._corpus[sample.kind]) and self._corpus[sample.kind][-1] is sample
        if self._stores and verdict.outcome == "read" and (is_kept or self._chance.random() < CHANCE_STORED):
            verdict = self._store(sample)
        if verdict.finding:
            tally.findings[verdict.finding] += 1
            if tally.findings[verdict.finding] == 1:
                self._tell(sample, verdict)

    def _store(self, sample: Sample) -> Verdict:
        """Take a sample into a store, unless too much time has gone there."""
        if self._seconds_stored > SHARE_STORED * self.tally.seconds:
            return Verdict("not stored")
        began = time.monotonic()
        verdict = judge(sample, stored=True)
        self._seconds_stored += time.monotonic() - began
        self.tally.stored += 1
        return verdict

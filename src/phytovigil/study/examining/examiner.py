"""The closer looks that can be asked for, each a method that opens the source, asks, and answers in plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Unpack

from phytovigil.schema.selection import Selection
from phytovigil.study.asking import Where, frame_answer
from phytovigil.study.counting import ReportCounter
from phytovigil.study.examining.asked import Asked, AskedProduct
from phytovigil.study.examining.calibration import examine_calibration
from phytovigil.study.examining.hierarchy import ScanPlan, examine_hierarchy
from phytovigil.study.examining.interaction import examine_interaction
from phytovigil.study.examining.lrt import examine_lrt
from phytovigil.study.examining.masking import examine_masking
from phytovigil.study.examining.onset import examine_onset
from phytovigil.study.examining.regression import examine_regression, plan_regression
from phytovigil.study.examining.sequential import Plan, examine_sequential
from phytovigil.study.examining.strata import examine_strata
from phytovigil.study.examining.subgroups import examine_subgroups
from phytovigil.study.examining.trend import examine_trend
from phytovigil.study.naming import name_product, name_reaction
from phytovigil.study.selecting import include_product

Open = Callable[[str | None, str | None], AbstractContextManager[ReportCounter]]


class Examiner:
    """Closer looks at one product and one reaction, on the sources of a workspace.

    Every method takes product and, unless it looks at all reactions, reaction as `Workspace.count` does, `source` and
    `as_of` likewise, and a selection.
    Raises UnknownName for a product, reaction or source that nothing is called by, NoAnswer for a source of numerators
    only.
    """

    def __init__(self, open_source: Open) -> None:
        self._open = open_source

    @contextmanager
    def _asked(self, product: str, reaction: str, where: Where) -> Iterator[Asked]:
        with self._asked_product(product, where) as asked:
            counter = asked.counter
            reacted = name_reaction(reaction, counter.opened.reactions, counter.reported_terms())
            yield Asked(counter, asked.product, asked.selection, reacted)

    @contextmanager
    def _asked_product(self, product: str, where: Where) -> Iterator[AskedProduct]:
        with self._open(where.get("source"), where.get("as_of")) as counter:
            named = name_product(product, counter.opened.products, counter.reported_names())
            selection = include_product(where.get("selection") or Selection(), named.key)
            yield AskedProduct(counter, named, selection)

    def strata(
        self,
        product: str,
        reaction: str,
        *,
        by: Sequence[str],
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """Whether what the cases are divided by explains a disproportion, or hides it.

        by : of sex, age, year, country, reporter, serious; one stratum for each combination.
        """
        with self._asked(product, reaction, where) as asked:
            return self._answer("strata", asked, **examine_strata(asked, by))

    def subgroups(
        self,
        product: str,
        reaction: str,
        *,
        by: Sequence[str],
        min_cases: int = 3,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """The pair within each subgroup, and whether subgroups differ.

        by : as in `strata`, one after the other. min_cases : a subgroup in which fewer are observed, and fewer
        expected, has no estimates.
        """
        with self._asked(product, reaction, where) as asked:
            return self._answer("subgroups", asked, **examine_subgroups(asked, by, min_cases))

    def masking(
        self,
        product: str,
        reaction: str,
        *,
        most: int = 10,
        least_ratio: float = 1.1,
        reported: bool = False,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """Other products whose cases hide the pair, and the pair without them.

        most : products to list. least_ratio : masking ratio from which a listed product's cases are left out together.
        reported : names as reported instead of nodes of the vocabulary.
        """
        with self._asked(product, reaction, where) as asked:
            found = examine_masking(asked, most, least_ratio, reported=reported)
            return self._answer("masking", asked, **found)

    def hierarchy(
        self,
        product: str,
        *,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
        **plan: Any,
    ) -> dict[str, Any]:
        """Which node of a hierarchy of reactions stands out. plan : fields of `hierarchy.ScanPlan`, as null="cases"."""
        chosen = ScanPlan(**plan)
        where: Where = {"source": source, "as_of": as_of, "selection": selection}
        with self._asked_product(product, where) as asked:
            return self._answer("hierarchy", asked, **examine_hierarchy(asked, chosen))

    def lrt(
        self,
        product: str,
        *,
        replicates: int = 9999,
        seed: int = 1,
        min_cases: int = 1,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """All reactions of a product together, by the likelihood-ratio test with a simulated threshold."""
        with self._asked_product(product, where) as asked:
            return self._answer("lrt", asked, **examine_lrt(asked, replicates, seed, min_cases))

    def onset(
        self,
        product: str,
        reaction: str,
        *,
        truncated_at: str | None = None,
        seed: int = 1,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """Times from the start of the product to the reaction, beside other reactions and other products."""
        with self._asked(product, reaction, where) as asked:
            return self._answer("onset", asked, **examine_onset(asked, truncated_at, seed))

    def interaction(
        self,
        product: str,
        reaction: str,
        *,
        second: str | None = None,
        min_cases: int = 3,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """The product with a second one, or with each that is co-reported, against what both would add."""
        with self._asked(product, reaction, where) as asked:
            opened = asked.counter.opened
            other = name_product(second, opened.products, asked.counter.reported_names()) if second else None
            return self._answer("interaction", asked, **examine_interaction(asked, other, min_cases))

    def regression(
        self,
        product: str,
        reaction: str,
        *,
        covariates: Sequence[str] = (),
        fewest_cases: int = 20,
        reported: bool = False,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
        **plan: Any,
    ) -> dict[str, Any]:
        """What remains of the reporting odds ratio when all products named beside it are taken into account.

        covariates : as `by` of `strata`. fewest_cases : that another product needs to be taken into account.
        reported : also products that the vocabulary does not know, by their reported names.
        plan : penalty ("lasso", "elastic-net", "ridge"), folds, resamples, seed.
        Raises MissingLibrary where the extra `regression` is not installed.
        """
        chosen = plan_regression(**plan)
        where: Where = {"source": source, "as_of": as_of, "selection": selection}
        with self._asked(product, reaction, where) as asked:
            found = examine_regression(asked, chosen, covariates, fewest_cases, reported=reported)
            return self._answer("regression", asked, **found)

    def calibration(
        self,
        product: str,
        reaction: str,
        *,
        controls: Path | str,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """The reporting odds ratio calibrated by negative controls. controls : a CSV of pairs, or a study file."""
        with self._asked(product, reaction, where) as asked:
            return self._answer("calibration", asked, **examine_calibration(asked, controls))

    def _answer(self, question: str, asked: AskedProduct, **content: Any) -> dict[str, Any]:
        """The answer to a question, as the schema examine-QUESTION describes it."""
        return frame_answer(f"examine-{question}", **asked.describe(), **content)

    def trend(
        self,
        product: str,
        reaction: str,
        *,
        period: str = "quarter",
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """A pair over quarters or years: estimates then and up to then, first signals, and when reporting changed."""
        with self._asked(product, reaction, where) as asked:
            return self._answer("trend", asked, **examine_trend(asked, period))

    def sequential(
        self,
        product: str,
        reaction: str,
        *,
        plan: Plan | None = None,
        start: str | None = None,
        **where: Unpack[Where],
    ) -> dict[str, Any]:
        """A pair watched look by look with MaxSPRT or a group-sequential test. start : first quarter or year."""
        with self._asked(product, reaction, where) as asked:
            return self._answer("sequential", asked, **examine_sequential(asked, plan or Plan(), start))

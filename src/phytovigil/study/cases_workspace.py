"""Questions about suspected duplicates, to the sources of a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from phytovigil.cases.counting import product_cases_sql, reaction_cases_sql
from phytovigil.cases.suspected import reports_of_cases_sql, reports_of_number_sql
from phytovigil.errors import InvalidRequest
from phytovigil.schema.selection import Selection
from phytovigil.study.asking import LazyNames, describe_context, frame_answer
from phytovigil.study.counting import ReportCounter
from phytovigil.study.describing import describe_product, describe_reaction
from phytovigil.study.naming import name_product, name_reaction
from phytovigil.study.pair_decisions import PairDecisions, read_pair_decisions
from phytovigil.study.pair_review import (
    ReviewPlan,
    compare_reports,
    describe_pair,
    list_members,
    list_pairs,
    require_case,
    review_rows,
    rows_of,
    sum_up_links,
    write_review,
)
from phytovigil.study.selecting import include_product

Open = Callable[[str | None, str | None], AbstractContextManager[ReportCounter]]
Progress = Callable[[str, int, int], None]

IN_ANY_ROLE = Selection(role="any")


class Cases:
    """Suspected duplicates of a source: searched, listed, compared, and written for a person to decide.

    Every method takes `source` and `as_of` as `Workspace.count` does. The search runs once for a set of releases; its
    result is kept in the store.
    """

    def __init__(self, open_source: Open) -> None:
        self._open = open_source

    @contextmanager
    def _linked(self, source: str | None, as_of: str | None, progress: Progress | None = None) -> Iterator[Linked]:
        from phytovigil.study.linking import link_reports

        with self._open(source, as_of) as counter:
            decisions = read_pair_decisions(counter.opened.pair_decisions)
            link_reports(counter.opened.session, counter.opened.pair_decisions, progress)
            yield Linked(counter, decisions)

    def link(
        self, *, source: str | None = None, as_of: str | None = None, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Search the suspected duplicates of a source, and say what was found."""
        with self._linked(source, as_of, progress) as linked:
            return linked.answer("link", **sum_up_links(linked.session, linked.source, linked.decisions))

    def duplicates(
        self,
        *,
        product: str | None = None,
        reaction: str | None = None,
        case: str | None = None,
        least: float = 0.5,
        most: int | None = 20,
        source: str | None = None,
        as_of: str | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Suspected pairs, strongest first, with the fields that agree and differ and the cluster they are in.

        product, reaction : at least one case of the pair names it, in any role. case : a pair of this case.
        least : probability. most : pairs to list; None lists all.
        """
        if not 0 <= least <= 1:
            raise InvalidRequest(f"The least probability is {least}.", "It is a number from 0 to 1.")
        with self._linked(source, as_of, progress) as linked:
            asked, conditions = linked.choose(product, reaction, case)
            found, listed = list_pairs(linked.session, conditions, least, most)
            members = list_members(linked.session, [pair["cluster"] for pair in listed if pair["cluster"] is not None])
            for pair in listed:
                pair["members"] = members.get(pair["cluster"], [])
            content = {"least": least, "found": found, "pairs": [public(pair) for pair in listed]}
            return linked.answer("duplicates", **asked, **content)

    def compare(
        self, case: str, other_case: str, *, source: str | None = None, as_of: str | None = None
    ) -> dict[str, Any]:
        """Two cases side by side, field by field with their weights, whether or not they were found to be alike."""
        from phytovigil.study.linking import weigh_pairs

        with self._linked(source, as_of) as linked:
            numbers = [require_case(linked.session, linked.source, number) for number in (case, other_case)]
            if numbers[0] == numbers[1]:
                raise InvalidRequest(f"Both numbers are of the case {case}.", "Name two different cases.")
            left, right = sorted(numbers)
            weighed = weigh_pairs(linked.session, [(left, right)], linked.counter.opened.pair_decisions)
            pair = describe_pair(rows_of(weighed)[0])
            facts = compare_reports(linked.session, left, right)
            return linked.answer("compare", pair=public({**pair, "members": []}), facts=facts)

    def review(
        self,
        out: Path,
        *,
        plan: ReviewPlan | None = None,
        source: str | None = None,
        as_of: str | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Write pairs for a person to decide: a CSV with empty columns decision, by, date and note.

        Raises InvalidRequest if the file is there: it may hold decisions.
        """
        chosen = plan or ReviewPlan()
        if out.exists():
            raise InvalidRequest(
                f"{out} is there already and may hold decisions.",
                "Name another file; with --pair-decisions, what it decides is taken over.",
            )
        with self._linked(source, as_of, progress) as linked:
            rows = review_rows(linked.session, linked.source, chosen, linked.decisions)
            draft = out.with_name(f".{out.name}.draft")
            draft.write_text(write_review(rows), encoding="utf-8")
            draft.replace(out)
            kinds = {
                kind: sum(row["why"] == kind for row in rows) for kind in dict.fromkeys(row["why"] for row in rows)
            }
            asked = {"least": chosen.least, "below": chosen.below, "sample": chosen.sample}
            return linked.answer("review", **asked, file=str(out), pairs=len(rows), kinds=kinds)

    def series(
        self,
        product: str,
        reaction: str,
        *,
        source: str | None = None,
        as_of: str | None = None,
        selection: Selection | None = None,
    ) -> dict[str, Any]:
        """The cases of a pair looked at closely: time to onset, dechallenge, completeness and causality scales.

        Raises UnknownName for a product, reaction or source that nothing is called by.
        """
        from phytovigil.study.case_series import answer_series

        with self._open(source, as_of) as counter:
            opened = counter.opened
            named = name_product(product, opened.products, LazyNames(counter))
            reacted = name_reaction(reaction, opened.reactions, counter.reported_terms())
            chosen = include_product(selection or Selection(), named.key)
            found = answer_series(counter, named, reacted, chosen)
            asked = {"product": describe_product(named), "reaction": describe_reaction(reacted)}
            return frame_answer("cases-series", **describe_context(counter, chosen), **asked, series=found)


class Linked:
    """A source whose suspected duplicates are searched."""

    def __init__(self, counter: ReportCounter, decisions: PairDecisions) -> None:
        self.counter, self.decisions = counter, decisions
        self.session, self.source = counter.opened.session, counter.opened.source.name

    def choose(self, product: str | None, reaction: str | None, case: str | None) -> tuple[dict[str, Any], list[str]]:
        """What was asked for, and SQL of the reports of which a pair must have one."""
        opened = self.counter.opened
        asked: dict[str, Any] = {"product": None, "reaction": None, "case": case}
        conditions = []
        if product:
            named = name_product(product, opened.products, self.counter.reported_names())
            asked["product"] = describe_product(named)
            conditions.append(reports_of_cases_sql(product_cases_sql(self.counter.product(named), IN_ANY_ROLE)))
        if reaction:
            reacted = name_reaction(reaction, opened.reactions, self.counter.reported_terms())
            asked["reaction"] = describe_reaction(reacted)
            conditions.append(reports_of_cases_sql(reaction_cases_sql(self.counter.reaction(reacted))))
        if case:
            require_case(self.session, self.source, case)
            conditions.append(reports_of_number_sql(case))
        return asked, conditions

    def answer(self, kind: str, **content: Any) -> dict[str, Any]:
        """An answer with the source and the releases that it was computed from."""
        opened = self.counter.opened
        read = [
            {"id": item.id, "as_of": item.as_of, "sha256": [entry.sha256 for entry in item.files]}
            for item in opened.session.releases
        ]
        where = {"source": self.source, "as_of": opened.as_of, "releases": read}
        return frame_answer(f"cases-{kind}", **where, **content)


def public(pair: dict[str, Any]) -> dict[str, Any]:
    """A pair without the store's own numbers."""
    return {name: value for name, value in pair.items() if name not in ("left", "right")}

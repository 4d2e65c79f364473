"""What a diary says of one person, for a clinician: findings of which each figure names the entries behind it.

Nothing is advised on doses and nothing is diagnosed. What is not known stands beside what is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from phytovigil.schema.care import CareReport
from phytovigil.schema.change import PeriodComparison, Series, SeriesChange, SkinChange, SkinSeries
from phytovigil.schema.diary import Diary, Entry
from phytovigil.schema.medicines import InteractionReport
from phytovigil.study.asking import frame_answer
from phytovigil.study.following.causality import assess_events
from phytovigil.study.following.exposure import UpTo, name_followed, read_exposure
from phytovigil.study.following.summary_care import describe_care, describe_interactions, describe_liver
from phytovigil.study.following.summary_diary import count_photos, describe_diary, describe_person, describe_use
from phytovigil.study.following.summary_series import describe_series, describe_skin, to_json
from phytovigil.study.following.summary_top import READING, list_not_known, write_top

__all__ = ["UpTo", "gather_summary", "summarise"]

KIND = "follow-summary"


def gather_summary(diary: Diary, as_of: date) -> dict[str, Any]:
    """The summary of a diary as of a day, as JSON-able data that conforms to `follow-summary.schema.json`.

    It asks every part of the program that reads a diary. The same entries give the same findings.
    """
    from phytovigil.followup import change
    from phytovigil.study.following.care import list_care
    from phytovigil.study.following.interactions import check_interactions

    told = UpTo(diary, as_of)
    series = [change.make_series(told, name) for name in change.list_series(told)]
    skin = change.describe_all_skin(told, as_of)
    pairs = [change.make_skin_series(told, one.exposed, one.covered) for one in skin]
    care = list_care(told, as_of, skin)
    product = name_followed(told, as_of).node
    interactions = check_interactions(told, as_of, product) if product else None

    @cache
    def check_on(day: date) -> InteractionReport:
        return check_interactions(told, day, product)

    def check_at(entry: Entry) -> list[InteractionReport]:
        """What counts for an event: what is taken now, and where something is long over, what was taken then."""
        if interactions is None:
            return []
        return [interactions, check_on(min(as_of, entry.day))] if interactions.earlier else [interactions]

    periods = change.list_periods(told)
    return summarise(
        told,
        as_of,
        series=series,
        changes=[change.describe_change(one, as_of) for one in series],
        skin_series=pairs,
        skin=skin,
        care=care,
        interactions=interactions,
        causality=assess_events(told, as_of, interactions=check_at, skin=skin, liver=care.liver),
        comparisons=[change.compare_periods(one, periods) for one in series] if periods else [],
    )


def summarise(
    diary: Diary,
    as_of: date,
    *,
    series: Sequence[Series],
    changes: Sequence[SeriesChange],
    skin_series: Sequence[SkinSeries],
    skin: Sequence[SkinChange],
    care: CareReport,
    interactions: InteractionReport | None,
    causality: Sequence[dict[str, Any]],
    comparisons: Sequence[PeriodComparison] = (),
) -> dict[str, Any]:
    """The summary from what the parts of the program read, as JSON-able data.

    series and changes, skin_series and skin : the same length, in the same order. interactions : None where the diary
    follows no product of the vocabulary. causality : from `assess_events`.
    """
    exposure = read_exposure(diary, as_of)
    findings = frame_answer(
        KIND,
        as_of=as_of.isoformat(),
        diary={**describe_diary(diary, as_of), "photos": count_photos(diary, as_of)},
        person=describe_person(diary, as_of, exposure.followed),
        top={},
        alerts=describe_care(care),
        care={"version": care.version, "rules": care.rules, "unplaced": to_json(care.unplaced)},
        use=describe_use(diary, as_of, exposure),
        series=[describe_series(one, said, as_of) for one, said in zip(series, changes, strict=True)],
        skin=[describe_skin(diary, one, said) for one, said in zip(skin_series, skin, strict=True)],
        error_model=describe_errors() if skin else "",
        periods=to_json(comparisons),
        liver=describe_liver(care.liver),
        interactions=describe_interactions(interactions) if interactions else None,
        causality=list(causality),
        not_known=[],
        how_to_read=list(READING),
    )
    findings["not_known"] = list_not_known(findings)
    findings["top"] = write_top(findings)
    return findings


def describe_errors() -> str:
    """How far colours of photographs are off, in words; loaded only where there are photographs."""
    from phytovigil.followup.skin import sum_up_errors

    return sum_up_errors()

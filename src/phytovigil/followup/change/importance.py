"""What size of change counts as important, by series, with where the figure was published."""

from __future__ import annotations

from collections.abc import Mapping

from phytovigil.schema.change import Importance

FARRAR = "2 points, or a fall by 30 %: Farrar 2001, Pain 94:149–158, doi:10.1016/S0304-3959(01)00349-9"
REED = (
    "1.0 to 1.75 points: Reed 2023, PMC10859144; the upper figure is used here. "
    "The PEG: Krebs 2009, doi:10.1007/s11606-009-0981-1"
)
ITCH = "a fall by 3 points of the worst-itch scale: PMC9871858"
NONE_PUBLISHED = "no size of change is published as important for this"
NONE_FOR_SKIN = "no size of change of skin colour is published as important"
NONE_FOR_SOWS = "no size of change is published as important for the withdrawal scale of Handelsman 1987"
LIVER = "liver values are judged by the rules on when to seek care, not by the size of a change"

PAIN = Importance(2.0, 0.30, FARRAR)

IMPORTANCE: Mapping[str, Importance] = {
    "pain": PAIN,
    "pain:worst": PAIN,
    "pain:now": PAIN,
    "peg": Importance(1.75, None, REED),
    "itch": Importance(3.0, None, ITCH),
    "withdrawal": Importance(None, None, NONE_FOR_SOWS),
    "skin": Importance(None, None, NONE_FOR_SKIN),
    "alt": Importance(None, None, LIVER),
    "ast": Importance(None, None, LIVER),
    "alp": Importance(None, None, LIVER),
    "bilirubin": Importance(None, None, LIVER),
}


def importance_of(name: str) -> Importance:
    """What counts as important for a series."""
    return IMPORTANCE.get(name, Importance(None, None, NONE_PUBLISHED))


def reaches_importance(importance: Importance, change: float, baseline: float) -> bool | None:
    """Whether a change is as large as what counts as important; None where nothing is published.

    The share counts for a fall only: the study behind it is of people who got better, and of a small baseline a small
    rise is a large share.

    >>> reaches_importance(PAIN, -1.6, 5.0), reaches_importance(PAIN, 1.6, 5.0), reaches_importance(PAIN, 2.0, 5.0)
    (True, False, True)
    """
    if importance.size is None:
        return None
    enough_of_baseline = importance.share is not None and change < 0 and -change >= importance.share * baseline
    return abs(change) >= importance.size or enough_of_baseline

"""Change of one person against their own noise: pain, itch, withdrawal, liver values, colour of the skin, periods."""

from phytovigil.followup.change.describing import describe_change
from phytovigil.followup.change.direction import name_direction
from phytovigil.followup.change.periods import compare_periods, list_periods
from phytovigil.followup.change.series import list_series, make_series
from phytovigil.followup.change.skin import describe_all_skin, describe_skin
from phytovigil.followup.change.skin_series import list_skin_pairs, make_skin_series

__all__ = [
    "compare_periods",
    "describe_all_skin",
    "describe_change",
    "describe_skin",
    "list_periods",
    "list_series",
    "list_skin_pairs",
    "make_series",
    "make_skin_series",
    "name_direction",
]

"""`phytovigil examine …`: a closer look at one product and one reaction; one command a file.

Importing a command's file adds it to the group.
"""

from phytovigil.cli.examine import (
    calibration,
    hierarchy,
    interaction,
    lrt,
    masking,
    onset,
    regression,
    sequential,
    strata,
    subgroups,
    trend,
)
from phytovigil.cli.examine.group import examine_app

__all__ = [
    "calibration",
    "examine_app",
    "hierarchy",
    "interaction",
    "lrt",
    "masking",
    "onset",
    "regression",
    "sequential",
    "strata",
    "subgroups",
    "trend",
]

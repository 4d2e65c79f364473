"""Phytovigil: from the raw files of drug-safety regulators to an answer that a reviewer can check line by line.

>>> import phytovigil
>>> pv = phytovigil.open("a-store-that-is-not-there")
>>> pv.releases()["releases"]
[]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = ["FollowUp", "PhytovigilError", "Selection", "Workspace", "__version__", "load_study", "open"]

if TYPE_CHECKING:
    from phytovigil.errors import PhytovigilError
    from phytovigil.schema.selection import Selection
    from phytovigil.study import Workspace, load_study
    from phytovigil.study import open_workspace as open
    from phytovigil.study.following.follow_up import FollowUp


def __getattr__(name: str) -> object:
    """Load what is asked for only then, so that the command line answers `--help` without any data library."""
    if name in ("Workspace", "load_study"):
        from phytovigil import study

        return getattr(study, name)
    if name == "open":
        from phytovigil.study import open_workspace

        return open_workspace
    if name == "FollowUp":
        from phytovigil.study.following.follow_up import FollowUp

        return FollowUp
    if name == "Selection":
        from phytovigil.schema.selection import Selection

        return Selection
    if name == "PhytovigilError":
        from phytovigil.errors import PhytovigilError

        return PhytovigilError
    raise AttributeError(f"phytovigil has no attribute {name!r}")

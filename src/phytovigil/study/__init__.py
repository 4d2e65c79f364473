"""The only place where the rooms meet: a question in, findings out."""

from phytovigil.study.asking import Origin, Where
from phytovigil.study.definition import load_study, parse_study
from phytovigil.study.mass_screening import ScreenPlan
from phytovigil.study.quarantined import write_quarantine
from phytovigil.study.screening import write_screen
from phytovigil.study.workspace import Workspace, default_store, draw_screen, open_workspace

__all__ = [
    "Origin",
    "ScreenPlan",
    "Where",
    "Workspace",
    "default_store",
    "draw_screen",
    "load_study",
    "open_workspace",
    "parse_study",
    "write_quarantine",
    "write_screen",
]

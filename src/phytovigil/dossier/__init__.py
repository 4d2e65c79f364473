"""Findings → one self-contained HTML page, SVG figures, and the findings themselves as JSON."""

from phytovigil.dossier.figures import draw_figures
from phytovigil.dossier.page import render_dossier
from phytovigil.dossier.screen_figures import write_screen_figures
from phytovigil.dossier.writing import make_dossier

__all__ = ["draw_figures", "make_dossier", "render_dossier", "write_screen_figures"]

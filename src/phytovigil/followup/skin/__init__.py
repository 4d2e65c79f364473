"""Skin colour from a photograph with the reference card in it."""

from phytovigil.followup.skin.colours import delta_e, ita, name_ita
from phytovigil.followup.skin.error_model import describe_error_model, load_error_model, sum_up_errors
from phytovigil.followup.skin.grid import name_square, parse_grid
from phytovigil.followup.skin.panel import draw_preview, straighten
from phytovigil.followup.skin.reading import read_photo
from phytovigil.followup.skin.values import read_card_values

__all__ = [
    "delta_e",
    "describe_error_model",
    "draw_preview",
    "ita",
    "load_error_model",
    "name_ita",
    "name_square",
    "parse_grid",
    "read_card_values",
    "read_photo",
    "straighten",
    "sum_up_errors",
]

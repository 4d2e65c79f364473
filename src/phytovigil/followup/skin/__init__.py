"""Skin colour from a photograph with the reference card in it."""

from phytovigil.followup.skin.colours import delta_e, ita, name_ita
from phytovigil.followup.skin.reading import read_photo

__all__ = ["delta_e", "ita", "name_ita", "read_photo"]

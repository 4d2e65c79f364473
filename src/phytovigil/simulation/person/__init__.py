"""Simulated persons who follow themselves, with known truth: colour of the skin from photos, pain and its course."""

from phytovigil.simulation.person.diary import simulate_diary
from phytovigil.simulation.person.pain import simulate_pain
from phytovigil.simulation.person.settings import (
    PainSettings,
    PersonSettings,
    PhotoNoise,
    PigmentChange,
    SkinSettings,
)
from phytovigil.simulation.person.skin import simulate_skin

__all__ = [
    "PainSettings",
    "PersonSettings",
    "PhotoNoise",
    "PigmentChange",
    "SkinSettings",
    "simulate_diary",
    "simulate_pain",
    "simulate_skin",
]

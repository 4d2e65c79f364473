"""Simulated FAERS quarterly files of any size with a known truth: for tests of scale, measures and near-copies."""

from phytovigil.simulation.duplication import Background, Changes, LookAlikes
from phytovigil.simulation.marginals import measure_marginals
from phytovigil.simulation.parameters import Confounder, Parameters, PlantedLink
from phytovigil.simulation.truth import PairTruth, Truth
from phytovigil.simulation.writer import simulate

__all__ = [
    "Background",
    "Changes",
    "Confounder",
    "LookAlikes",
    "PairTruth",
    "Parameters",
    "PlantedLink",
    "Truth",
    "measure_marginals",
    "simulate",
]

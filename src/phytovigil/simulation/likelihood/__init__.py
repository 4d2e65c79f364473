"""How surely two simulated reports tell one event: the simulator's own likelihood ratio, which no method can beat."""

from phytovigil.simulation.likelihood.odds import PairOdds, weigh_pairs
from phytovigil.simulation.likelihood.world import World, read_world

__all__ = ["PairOdds", "World", "read_world", "weigh_pairs"]

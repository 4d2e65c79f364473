"""Which medicines belong to which class, and what a product is known to do to a class: dated, cited data files."""

from phytovigil.evidence.medicines.loading import LISTS, load_medicines
from phytovigil.evidence.medicines.matching import Membership, find_members, find_rules, holds_for

__all__ = ["LISTS", "Membership", "find_members", "find_rules", "holds_for", "load_medicines"]

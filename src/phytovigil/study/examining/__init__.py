"""A closer look at one product and one reaction: what else could explain the number, and when it came about."""

from phytovigil.study.examining.examiner import Examiner
from phytovigil.study.examining.sequential import Plan

__all__ = ["Examiner", "Plan"]

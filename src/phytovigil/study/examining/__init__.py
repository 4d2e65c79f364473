"""A closer look at one product and one reaction: what else could explain the number, and when it came about."""

from phytovigil.study.examining.examiner import Examiner

__all__ = ["Examiner"]

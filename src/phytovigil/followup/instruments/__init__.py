"""Events, grading criteria and scales, read from dated data files."""

from __future__ import annotations

from phytovigil.followup.instruments.criteria import grade_lab, grade_texts, load_criteria
from phytovigil.followup.instruments.events import find_event, load_events, name_event, suggest_events
from phytovigil.followup.instruments.scales import find_scale, load_scales, name_band

__all__ = [
    "find_event",
    "find_scale",
    "grade_lab",
    "grade_texts",
    "load_criteria",
    "load_events",
    "load_scales",
    "name_band",
    "name_event",
    "suggest_events",
]

"""How completely a report tells its case, so that the best of several reports of one event can speak for it.

After vigiGrade (Bergvall, Norén, Lindquist 2014, doi:10.1007/s40264-013-0131-x): a score of 1 is multiplied by
1 − penalty for each dimension that is missing. Public files have no narrative, and the time to onset is that between a
start of use and the event; here the date of the event stands for it. So the score ranks reports of one event and is no
vigiGrade completeness score.
"""

from __future__ import annotations

import numpy as np

from phytovigil.linkage.records import BLANK, Floats, Records

NO_EVENT_DATE, ONLY_YEAR, ONLY_MONTH = 0.5, 0.3, 0.1
PENALTIES = {"sex": 0.3, "outcomes": 0.3, "country": 0.1, "reporter": 0.1}
NO_AGE, NO_INDICATION = 0.3, 0.3


def score_completeness(records: Records) -> Floats:
    """Scores from 0 to 1 of all records."""
    by_precision = 1 - np.array([NO_EVENT_DATE, ONLY_YEAR, ONLY_MONTH, 0.0])
    score = by_precision[records.event_precision]
    score = score * np.where(np.isnan(records.age), 1 - NO_AGE, 1)
    for name, penalty in PENALTIES.items():
        score = score * np.where(records.codes[name] == BLANK, 1 - penalty, 1)
    items = records.items
    record = np.repeat(np.arange(records.number), np.diff(items.start))
    indicated = np.zeros(records.number, np.bool_)
    indicated[record[items.kind[items.item] == 2]] = True
    scored: Floats = np.where(indicated, score, score * (1 - NO_INDICATION))
    return scored

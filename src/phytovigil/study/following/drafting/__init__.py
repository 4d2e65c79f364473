"""A draft of a case report about one event of a diary, which the person confirms field by field.

The fields are data elements of ICH E2B(R3) (ICH E2B(R3) Implementation Guide, version 5.02, 2016), so that an export
needs to ask nothing again. What the diary does not say stays empty; nothing is inferred to fill a field.
"""

from phytovigil.study.following.drafting.answering import (
    confirm_block,
    confirm_field,
    is_complete,
    require_complete,
)
from phytovigil.study.following.drafting.case_file import to_case_file
from phytovigil.study.following.drafting.describing import FORMS, describe_draft, map_draft
from phytovigil.study.following.drafting.making import draft_report

__all__ = [
    "FORMS",
    "confirm_block",
    "confirm_field",
    "describe_draft",
    "draft_report",
    "is_complete",
    "map_draft",
    "require_complete",
    "to_case_file",
]

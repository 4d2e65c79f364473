"""The claims of a study as an answer of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phytovigil.errors import NoAnswer
from phytovigil.study.asking import frame_answer


def answer_claims(findings: Mapping[str, Any]) -> dict[str, Any]:
    """Claims, conditions, rubric and rules of findings. Raises NoAnswer for a study that lists no claim."""
    study = {key: findings["study"][key] for key in ("name", "title", "question", "file", "sha256")}
    if not findings["claims"]:
        raise NoAnswer(
            f"The study “{study['name']}” lists no claim.", "Add [[claim]] sections: docs/how-to/test-claims.md."
        )
    return frame_answer("claims", study=study, basis=findings["basis"], **findings["claims"])

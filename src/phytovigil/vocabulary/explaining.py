"""Why a name in a reported string was taken for a node, or why it was not: one sentence for a reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phytovigil.schema.vocabulary import Match, Setting
from phytovigil.vocabulary.matching import LIKELY_RULES, NO_NODE, REFUSING_RULES, Claim, decide, describe_settings
from phytovigil.vocabulary.parts import VocabularyParts
from phytovigil.vocabulary.resolving import Found

MISSPELLING_SCORE = 0.95
"""Score of a misspelling that the data list."""

_WHY_ACCEPTED = {
    "name": "is an unambiguous name of {node}",
    "taxon": "is the Latin name, or a synonym of it, of {node}",
    "vernacular": "is a vernacular name of {node}",
    "brand": "is a brand of {node}, which is in every version of it",
    "misspelling": "is a known misspelling of {node}",
    "dictionary": "means {node} in the dictionary {title}",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A string, its tokens, and where it stands in its report."""

    text: str
    tokens: Sequence[str]
    setting: Setting


def explain(parts: VocabularyParts, reading: Reading, found: Found, claim: Claim) -> Match:
    """One claim of a name that was found, with what was decided about it."""
    written = " ".join(reading.tokens[found.start : found.start + found.size])
    rule = found.way if found.way in ("spelling", "ambiguous") else decide(claim, reading.tokens, reading.setting)
    if rule == "decided" and claim.node == NO_NODE:
        return _refuse(
            reading, written, "withheld", f"“{written}” was decided to name no product. {claim.why}".strip(), ""
        )
    if rule in REFUSING_RULES:
        candidate = parts.node_at(claim.about).id if claim.about != NO_NODE else ""
        if rule == "ambiguous":
            candidate = parts.node_at(claim.node).id
        return _refuse(reading, written, rule, _say_refusal(parts, reading, found, claim, rule, written), candidate)
    score = _score(written, " ".join(found.phrase), rule, found.distance)
    certainty = "likely" if rule in LIKELY_RULES else "certain"
    why = _say_acceptance(parts, reading, found, claim, rule, written)
    node = parts.node_at(claim.node)
    return Match(reading.text, node.id, written, rule, why, "", certainty, score, _source(parts, found, claim, rule))


def _refuse(reading: Reading, written: str, rule: str, why: str, candidate: str) -> Match:
    return Match(reading.text, "", written, rule, why, candidate, "refused", 0.0)


def _score(written: str, known: str, rule: str, distance: int) -> float:
    """Similarity of the spelling, 0 to 1: one less the share of letters that are wrong."""
    if rule == "misspelling":
        return MISSPELLING_SCORE
    return round(1 - distance / max(len(written), len(known)), 3)


def _source(parts: VocabularyParts, found: Found, claim: Claim, rule: str) -> str:
    """Where the name was taken from."""
    if rule == "decided":
        return parts.decided[found.phrase].evidence
    if rule == "dictionary":
        return claim.why
    names = parts.names.get(parts.node_at(claim.node).id, ())
    return names[0].source if names else ""


def _say_acceptance(
    parts: VocabularyParts, reading: Reading, found: Found, claim: Claim, rule: str, written: str
) -> str:
    node, known = parts.node_at(claim.node), " ".join(found.phrase)
    if rule == "decided":
        return f"“{written}” was decided to mean {node.name}. {claim.why}".strip()
    if rule == "context":
        beside = sorted(claim.needs.intersection(reading.tokens))
        decided_by = [f"beside {', '.join(beside)}"] if beside else describe_settings(claim.settings, reading.setting)
        said = ", ".join(decided_by) or "beside words that do not contradict it"
        return f"“{written}” means {node.name} here, {said}. {claim.why}"
    if rule == "spelling":
        letters = "one letter" if found.distance == 1 else f"{found.distance} letters"
        return f"“{written}” is {letters} away from “{known}”, a name of {node.name}, and no other name is as near."
    said = written if known == written or rule == "dictionary" else f"{written}”, that is “{known}"
    return f"“{said}” {_WHY_ACCEPTED[rule].format(node=node.name, title=claim.why)}."


def _say_refusal(parts: VocabularyParts, reading: Reading, found: Found, claim: Claim, rule: str, written: str) -> str:
    if rule == "ambiguous":
        names = " and ".join(f"“{' '.join(phrase)}”" for phrase in (found.phrase, *found.rivals))
        return f"“{written}” comes as near to {names}; which one is meant is not said."
    if claim.about == NO_NODE:
        return f"“{written}” is withheld. {claim.why}"
    about = parts.node_at(claim.about).name
    if rule == "false-friend":
        return f"“{written}” is not {about}. {claim.why}"
    if rule == "withheld":
        clash = [f"beside {word}" for word in sorted(claim.forbids.intersection(reading.tokens))]
        clash += describe_settings(claim.not_settings, reading.setting)
        return f"“{written}” is not taken for {about} {', '.join(clash)}. {claim.why}"
    wanted = ", ".join(sorted(claim.needs))
    asked = " or ".join(part for part in (wanted, "a setting that decides it" if claim.settings else "") if part)
    return f"“{written}” is not taken for {about} without {asked}. {claim.why}"

"""What the newest record of its audit says about a finding: opened, still open, or resolved.

Nothing is decided here: a finding that carries no `standing` shows none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labelcharter.registry.graph import Element

_WORDS = {
    "opened": ("opened", "bad", "The newest record finds it for the first time."),
    "still-open": ("still open", "attention", "The newest record finds it again."),
    "resolved": ("resolved", "good", "The newest record no longer finds it."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The state in words, its tone, a sentence, and the record that says so or ""."""

    words: str
    tone: str
    sentence: str
    record: str


def standing_of(finding: Element) -> Standing | None:
    """The standing that a finding carries: {state, record, why}; None where it carries none."""
    found = finding.get("standing")
    if not isinstance(found, Mapping) or found.get("state") not in _WORDS:
        return None
    words, tone, sentence = _WORDS[str(found.get("state"))]
    why = found.get("why")
    return Standing(
        words, tone, why if isinstance(why, str) else sentence, str(found.get("record") or "")
    )

"""What the newest record of its audit says about a finding: opened, still open, or resolved."""

from __future__ import annotations

from dataclasses import dataclass

from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.lifecycles import State, state_of_finding, threads_of_finding

_WORDS: dict[State, tuple[str, str, str]] = {
    "opened": ("opened", "bad", "The newest record finds it for the first time."),
    "still-open": ("still open", "attention", "The newest record finds it again."),
    "unsettled": ("not settled", "attention", "The newest record cannot tell whether it is over."),
    "not-measured": ("not measured", "attention", "The newest record does not measure it."),
    "resolved": ("resolved", "good", "The newest record no longer finds it."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The state in words, its tone, a sentence, and the newest record of the audit."""

    words: str
    tone: str
    sentence: str
    record: str


def standing_of(graph: Graph, finding: Element) -> Standing | None:
    """None where no gate stands behind the finding, or no record ever found it breached."""
    state = state_of_finding(graph, finding)
    if state is None or state not in _WORDS:
        return None
    return Standing(*_WORDS[state], threads_of_finding(graph, finding)[0].latest)

"""The text of a decision that a seat signs: what is decided, and nothing of how the vote went.

Votes are written into the same file after the signing, so the file's bytes cannot be what is
signed. The text holds every field but those that record the vote and what became of the decision,
and all of the page below. It can be read by the person who signs it. Two decisions that differ in
anything but the fields left out have different texts: a first line, the fields as JSON with sorted
names, an empty line, the page.
"""

from __future__ import annotations

import json

from labelcharter.reading.characters import hidden_in
from labelcharter.registry.graph import Element

PURPOSE = "labelcharter-decision"
FIRST_LINE = "labelcharter decision text 1"

# What is written after a seat has signed, and what changes nothing of what was decided. A field
# that is not named here belongs to the text, so that no new field can slip past a signature.
LEFT_OUT = (
    "decided_on",
    "dissent",
    "note",
    "recusals",
    "replaced_by",
    "retired_because",
    "status",
    "superseded_by",
    "votes",
)


def decision_text(decision: Element) -> bytes:
    """The text to sign, UTF-8, lines ending in a line feed, whatever the file's lines end in."""
    fields = {name: value for name, value in decision.data.items() if name not in LEFT_OUT}
    told = json.dumps(fields, ensure_ascii=False, indent=2, sort_keys=True)
    body = decision.body.replace("\r\n", "\n").strip("\n")
    return "\n".join([FIRST_LINE, _shown(told), "", body, ""]).encode("utf-8")


def _shown(told: str) -> str:
    """The JSON with hidden characters as escapes: it means the same, and hides nothing."""
    return "".join(
        c if c == "\n" or (c.isprintable() and not hidden_in(c)) else json.dumps(c)[1:-1]
        for c in told
    )

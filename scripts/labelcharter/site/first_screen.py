"""What a page owes its reader first: what this is, its state, whom to ask, what changed last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.schema_files import schema
from labelcharter.site.edition import Edition, made_up
from labelcharter.site.wording import day, number, words

if TYPE_CHECKING:
    from labelcharter.history.events import Event

# The field that says in one sentence what an element of the kind is about.
_SENTENCES: dict[str, tuple[str, ...]] = {
    "action": ("expected_effect", "by_when"),
    "attribute": ("necessity", "purpose"),
    "audit": ("purpose",),
    "clause": ("paraphrase",),
    "control": ("promise",),
    "council": ("purpose",),
    "decision": ("decides",),
    "escalation": ("trigger",),
    "exception": ("reason",),
    "tombstone": ("why",),
    "external-audit": ("scope",),
    "feedback": ("concern",),
    "finding": ("what",),
    "label": ("definition",),
    "metric": ("formula",),
    "objective": ("fairness_means",),
    "playbook": ("trigger",),
    "seat": ("duties",),
    "standard": ("instrument",),
    "taxonomy": ("question",),
    "term": ("definition",),
}
# What a state means, told by shape as well as by colour. Anything unknown is neutral.
_TONES = {
    "active": "good",
    "accepted": "good",
    "resolved": "good",
    "done": "good",
    "go": "good",
    "met": "good",
    "draft": "new",
    "proposed": "new",
    "planned": "new",
    "open": "attention",
    "in-action": "attention",
    "in-progress": "attention",
    "accepted-risk": "attention",
    "underpowered": "attention",
    "breached": "bad",
    "no-go": "bad",
    "rejected": "gone",
    "deprecated": "gone",
    "retired": "gone",
    "superseded": "gone",
    "expired": "gone",
    "withdrawn": "gone",
    "dropped": "gone",
}
_SEAT_FIELDS = (
    ("owner",),
    ("auditor", "seat"),
    ("disposition", "by"),
    ("triage", "by"),
    ("tiers", 0, "role"),
    ("roles", 0, "seat"),
)


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """The head of an element's page, in plain words."""

    kind: str
    kind_means: str  # one sentence about the kind, from its schema
    sentence: str
    state: str
    tone: str  # good | new | attention | bad | gone | plain
    state_note: str
    ask: Element | None  # a seat, or the council where nobody is named
    ask_note: str
    last: Event | None
    made_up: bool


def first_screen(edition: Edition, element: Element) -> FirstScreen:
    """The first screen of one element."""
    events = edition.timelines.of(element.id)
    seat, note = whom_to_ask(edition, element)
    description = str(schema(element.kind).get("description", "")) if element.kind in KINDS else ""
    return FirstScreen(
        KINDS[element.kind].title,
        description.partition(". ")[0].rstrip(".") + ".",
        sentence(element),
        words(element.status),
        tone(element.status),
        _state_note(element),
        seat,
        note,
        events[0] if events else None,
        made_up(edition, element),
    )


def tone(status: str) -> str:
    """How a state is to be coloured and marked."""
    return _TONES.get(status, "plain")


def sentence(element: Element) -> str:
    """One plain sentence about an element; "" where its kind has none."""
    if element.kind == "gate":
        return (
            f"The figure must be {words(str(element.get('comparison')))} "
            f"{_number(element.get('threshold'))}."
        )
    if element.kind == "record":
        return f"What the audit found, computed for {day(str(element.get('computed_for')))}."
    if element.kind == "guideline":
        return f"What annotators read, for version {element.get('taxonomy_version')} of the labels."
    if element.kind == "training":
        return f"Teaches version {element.get('teaches_version')} of the labels."
    if element.kind == "pilot":
        return f"A trial of version {element.get('taxonomy_version')} before it is relied on."
    value = element.get(*_SENTENCES.get(element.kind, ("note",)))
    return value if isinstance(value, str) else ""


def _number(value: object) -> str:
    return number(value) if isinstance(value, int | float) else "a limit"


def _state_note(element: Element) -> str:
    if element.kind == "label" and isinstance(element.get("not_audited"), str):
        return f"Not audited: {element.get('not_audited')}"
    if isinstance(element.get("retired_because"), str):
        return str(element.get("retired_because"))
    return ""


def whom_to_ask(edition: Edition, element: Element) -> tuple[Element | None, str]:
    """The seat that answers for an element, and how to reach someone where that is written down.

    An element without a seat of its own is answered for by what it belongs to, at last by the
    council.
    """
    elements = edition.graph.elements
    contact = element.get("contact")
    note = contact if isinstance(contact, str) else ""
    for steps in _SEAT_FIELDS:
        seat = elements.get(str(element.get(*steps)))
        if seat is not None and seat.kind == "seat":
            return seat, note
    for field in ("audit", "taxonomy"):
        parent = elements.get(
            str(element.parent if field == "taxonomy" and element.parent else element.get(field))
        )
        if parent is not None and parent.kind in ("taxonomy", "audit"):
            seat, _ = whom_to_ask(edition, parent)
            return seat, note
    return elements.get("council"), note

"""Labels: examples and near-misses that two annotators read alike (codes T203, T204)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic


def examples_are_clear(context: Context) -> Iterator[Diagnostic]:
    """No text is both an example and a near-miss, or both included and excluded."""
    for label in context.repository.graph.of_kind("label"):
        examples = {_text(e): i for i, e in enumerate(label.items("examples"))}
        for index, near in enumerate(label.items("near_misses")):
            if _text(near) and _text(near) in examples:
                yield _CLEAR.on(
                    label,
                    ("near_misses", index, "text"),
                    "this near-miss is also given as an example",
                    "decide which it is: annotators will follow one of them",
                )
        included = {str(i).strip().casefold() for i in label.items("includes")}
        for index, excluded in enumerate(label.items("excludes")):
            if str(excluded).strip().casefold() in included:
                yield _CLEAR.on(
                    label,
                    ("excludes", index),
                    "this is both included and excluded",
                    "decide which it is: annotators will follow one of them",
                )


_CLEAR = Rule(
    "T203",
    "error",
    "Nothing is both an example and a near-miss.",
    "Two annotators who each follow one of the two are both right, and the label means nothing.",
    "the same post under examples and near_misses",
    "each post in one of them",
    examples_are_clear,
)


def _text(entry: object) -> str:
    text = entry.get("text") if isinstance(entry, dict) else None
    return text.strip().casefold() if isinstance(text, str) else ""


def near_misses_lead_to_a_sibling(context: Context) -> Iterator[Diagnostic]:
    """The label to use instead is another label of the same taxonomy."""
    graph = context.repository.graph
    for label in graph.of_kind("label"):
        for index, near in enumerate(label.items("near_misses")):
            instead = near.get("instead") if isinstance(near, dict) else None
            target = graph.elements.get(instead) if isinstance(instead, str) else None
            if (
                target
                and target.kind == "label"
                and (target.id == label.id or target.parent != label.parent)
            ):
                what = (
                    "this label itself" if target.id == label.id else "a label of another taxonomy"
                )
                yield _SIBLING.on(
                    label,
                    ("near_misses", index, "instead"),
                    f"`{target.id}` is {what}",
                    "name a label that the annotator can choose instead",
                    related=here(target, "the label named"),
                )


_SIBLING = Rule(
    "T204",
    "error",
    "A near-miss leads to another label of the same taxonomy.",
    "An annotator can only choose among the labels on the screen.",
    "instead: label.spam.advertising, in hate-speech",
    "instead: label.hate-speech.not-hate",
    near_misses_lead_to_a_sibling,
)

RULES = (_CLEAR, _SIBLING)

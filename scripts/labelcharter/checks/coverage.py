"""Coverage, both ways: nothing promised that nobody serves, measures or answers (codes G3)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic


def labels_serve_their_objectives(context: Context) -> Iterator[Diagnostic]:
    """An objective and its labels name each other."""
    graph = context.repository.graph
    for objective in graph.of_kind("objective"):
        for index, label_id in enumerate(objective.items("labels")):
            label = graph.elements.get(label_id) if isinstance(label_id, str) else None
            if label is None or label.kind != "label" or not context.sound(label, "objectives"):
                continue
            if objective.id not in label.items("objectives"):
                yield _BOTH.on(
                    objective,
                    ("labels", index),
                    f"`{label.id}` does not name this objective in return",
                    f"add `{objective.id}` to its `objectives`, or take the label out here",
                    related=here(label, "the label"),
                )
    for label in graph.of_kind("label"):
        for index, objective_id in enumerate(label.items("objectives")):
            found = graph.elements.get(objective_id) if isinstance(objective_id, str) else None
            if found is None or found.kind != "objective" or not context.sound(found, "labels"):
                continue
            if label.id not in found.items("labels"):
                yield _BOTH.on(
                    label,
                    ("objectives", index),
                    f"`{found.id}` does not name this label in return",
                    f"add `{label.id}` to its `labels`, or take the objective out here",
                    related=here(found, "the objective"),
                )


_BOTH = Rule(
    "G301",
    "error",
    "An objective and its labels name each other.",
    "Each link of the chain is written on both sides, so that neither can be dropped unseen.",
    "an objective whose label lists other objectives only",
    "both list each other",
    labels_serve_their_objectives,
)


def active_labels_serve_an_objective(context: Context) -> Iterator[Diagnostic]:
    """Every label in use serves an objective in use."""
    graph = context.repository.graph
    for label in graph.of_kind("label"):
        objectives = graph.targets(label.id, "objective")
        sound = context.sound(label, "objectives", "status") and all(
            context.sound(o, "status") for o in objectives
        )
        if sound and label.in_use and objectives and not any(o.in_use for o in objectives):
            yield _SERVES.on(
                label,
                ("objectives",),
                "no objective of this label is in use",
                "activate one of them, or set the label to draft or retired",
                at_key=True,
            )


_SERVES = Rule(
    "G302",
    "error",
    "Every label in use serves an objective in use.",
    "A label that serves nothing is a judgement about people without a reason.",
    "a label whose only objective is a draft",
    "a label of an active objective",
    active_labels_serve_an_objective,
)


def active_objectives_are_measured(context: Context) -> Iterator[Diagnostic]:
    """Every objective in use is measured by at least one audit."""
    graph = context.repository.graph
    if not context.whole("audit", "objectives"):
        return
    for objective in graph.of_kind("objective"):
        audits = [a for a in graph.sources(objective.id, "audit") if a.status != "retired"]
        if objective.status == "active" and not audits:
            yield _MEASURED.on(
                objective,
                ("id",),
                f"no audit measures `{objective.id}`",
                "add it to the `objectives` of an audit, or set it to draft",
            )


_MEASURED = Rule(
    "G304",
    "error",
    "Every objective in use is measured by an audit.",
    "A promise that nobody measures can be neither kept nor broken.",
    "an active objective that no audit names",
    "audits/…/audit.yaml with objectives: [objective.…]",
    active_objectives_are_measured,
)


def training_teaches_the_present_version(context: Context) -> Iterator[Diagnostic]:
    """A training module in use teaches the present major version of its taxonomy."""
    graph = context.repository.graph
    for module in graph.of_kind("training"):
        taxonomy = graph.elements.get(str(module.data.get("taxonomy")))
        if taxonomy is None or not module.in_use:
            continue
        taught, present = module.data.get("teaches_version"), taxonomy.data.get("version")
        if _major(taught) != _major(present) and _major(taught) and _major(present):
            yield _STALE.on(
                module,
                ("teaches_version",),
                f"it teaches {taught}; {taxonomy.id} is at {present}",
                "revise the exercises and raise the version it teaches",
                related=here(taxonomy, "the taxonomy"),
            )


_STALE = Rule(
    "G308",
    "warning",
    "Training teaches the present major version.",
    "Annotators trained on an older meaning go on giving the older label.",
    'teaches_version: "1.0.0" while the taxonomy is at 2.0.0',
    'teaches_version: "2.0.0"',
    training_teaches_the_present_version,
)


def _major(version: object) -> str:
    return version.partition(".")[0] if isinstance(version, str) else ""


RULES = (_BOTH, _SERVES, _MEASURED, _STALE)

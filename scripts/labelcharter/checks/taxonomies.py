"""Taxonomies: values, consensus, guideline and versions that hang together (codes T2)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.page_links import headings_of
from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.scalars import is_text
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.nearest import did_you_mean


def labels_of(graph: Graph, taxonomy: Element) -> tuple[Element, ...]:
    """The labels of a taxonomy in the order written."""
    ids = taxonomy.items("labels")
    return tuple(graph.elements[i] for i in ids if isinstance(i, str) and i in graph.elements)


def stored_values_are_distinct(context: Context) -> Iterator[Diagnostic]:
    """Each label and each state of a taxonomy is stored under its own value."""
    graph = context.repository.graph
    for taxonomy in graph.of_kind("taxonomy"):
        seen: dict[str, tuple[str, Element]] = {}
        for label in labels_of(graph, taxonomy):
            value = label.data.get("value")
            if not isinstance(value, str):
                continue
            twin = seen.get(value.strip().casefold())
            if twin:
                yield _VALUES.on(
                    label,
                    ("value",),
                    f"the value `{value}` already means {twin[0]}",
                    "values must differ by more than case and spaces",
                    related=here(twin[1], "the other label"),
                )
            else:
                seen[value.strip().casefold()] = (f"`{label.id}`", label)
        for index, state in enumerate(taxonomy.items("states")):
            value = state.get("value") if isinstance(state, dict) else None
            twin = seen.get(value.strip().casefold()) if isinstance(value, str) else None
            if twin:
                yield _VALUES.on(
                    taxonomy,
                    ("states", index, "value"),
                    f"the value `{value}` already means {twin[0]}",
                    "a state of knowing is not a label; give it a value of its own",
                    related=here(twin[1], "it is declared here"),
                )
            elif isinstance(value, str):
                seen[value.strip().casefold()] = (f"the state “{state.get('title')}”", taxonomy)


_VALUES = Rule(
    "T201",
    "error",
    "Every stored value means one thing.",
    "In a table only the value is left; two meanings for one value cannot be told apart again.",
    'two labels with value: "1"',
    'value: "1" and value: "2"',
    stored_values_are_distinct,
)


def consensus_names_what_exists(context: Context) -> Iterator[Diagnostic]:
    """Ties go to a label's value, and the group whose votes count is one of the attribute's."""
    graph = context.repository.graph
    for taxonomy in graph.of_kind("taxonomy"):
        ties = taxonomy.get("consensus", "ties")
        sound = context.sound(taxonomy, "labels")
        values = [
            str(label.data.get("value"))
            for label in (labels_of(graph, taxonomy) if sound else ())
            if label.status != "retired"
        ]
        if isinstance(ties, str) and values and ties not in values:
            yield _CONSENSUS.on(
                taxonomy,
                ("consensus", "ties"),
                f"a tie goes to `{ties}`, which is no label's value",
                did_you_mean(ties, values) or f"values: {', '.join(values)}",
            )
        attribute = graph.elements.get(str(taxonomy.get("consensus", "attribute")))
        group = taxonomy.get("consensus", "group")
        if (
            attribute
            and attribute.kind == "attribute"
            and isinstance(group, str)
            and context.sound(attribute, "categories")
        ):
            known = categories_of(attribute)
            if group not in known:
                yield _CONSENSUS.on(
                    taxonomy,
                    ("consensus", "group"),
                    f"`{group}` is not a category of `{attribute.id}`",
                    did_you_mean(group, known) or f"categories: {', '.join(known)}",
                    related=here(attribute, "its categories are declared here"),
                )


_CONSENSUS = Rule(
    "T202",
    "error",
    "The consensus rule names labels and groups that exist.",
    "A gold label that follows a misspelt group follows nobody.",
    "group: Singapur",
    "group: Singapore",
    consensus_names_what_exists,
)


def categories_of(attribute: Element) -> tuple[str, ...]:
    """The declared categories of an attribute, as stored in tables."""
    found = (c.get("value") for c in attribute.items("categories") if isinstance(c, dict))
    return tuple(c for c in found if isinstance(c, str))


def guidelines_cover_their_labels(context: Context) -> Iterator[Diagnostic]:
    """A guideline has a section for every label in use, and its sections exist in its text."""
    graph = context.repository.graph
    for guideline in graph.of_kind("guideline"):
        headings = headings_of(guideline)
        covered: set[object] = set()
        for index, section in enumerate(guideline.items("sections")):
            if not isinstance(section, dict):
                continue
            heading = section.get("heading")
            listed = section.get("labels")
            covered.update(x for x in (listed if isinstance(listed, list) else ()) if is_text(x))
            if isinstance(heading, str) and heading not in headings:
                yield _SECTIONS.on(
                    guideline,
                    ("sections", index, "heading"),
                    f"the text has no heading “{heading}”",
                    did_you_mean(heading, headings) or "add the section, or correct the name",
                )
        taxonomy = graph.elements.get(str(guideline.data.get("taxonomy")))
        if taxonomy is None or not guideline.in_use or not context.sound(guideline, "sections"):
            continue
        for label in labels_of(graph, taxonomy):
            if label.status == "active" and label.id not in covered:
                yield _SECTIONS.on(
                    guideline,
                    ("sections",),
                    f"no section tells annotators about `{label.id}`",
                    "add a section and list the label there",
                    at_key=True,
                    related=here(label, "the label"),
                )


_SECTIONS = Rule(
    "T205",
    "error",
    "The guideline has a section for every label in use.",
    "A label without a section is given by guesswork.",
    "sections without label.hate-speech.hate",
    "sections: [{heading: Hate, labels: [label.hate-speech.hate]}]",
    guidelines_cover_their_labels,
)


def versions_agree(context: Context) -> Iterator[Diagnostic]:
    """A guideline is written for the present version, and no label is younger than its taxonomy."""
    graph = context.repository.graph
    for guideline in graph.of_kind("guideline"):
        taxonomy = graph.elements.get(str(guideline.data.get("taxonomy")))
        if taxonomy is None or not guideline.in_use:
            continue
        written, present = guideline.data.get("taxonomy_version"), taxonomy.data.get("version")
        sound = context.sound(guideline, "taxonomy_version") and context.sound(taxonomy, "version")
        if sound and written != present:
            yield _VERSIONS.on(
                guideline,
                ("taxonomy_version",),
                f"written for {written}; {taxonomy.id} is at {present}",
                "bring the text up to date and raise the version",
                related=here(taxonomy, "the taxonomy"),
            )
    for label in graph.of_kind("label"):
        parent = graph.elements.get(label.parent or "")
        since, present = label.data.get("since"), parent.data.get("version") if parent else None
        if (
            isinstance(since, str)
            and isinstance(present, str)
            and _parts(since) > _parts(present) > ()
        ):
            yield _VERSIONS.on(
                label,
                ("since",),
                f"in use since {since}, but the taxonomy is at {present}",
                "raise the taxonomy's version, or correct `since`",
            )


_VERSIONS = Rule(
    "T206",
    "error",
    "Guideline, label and taxonomy agree on the version.",
    "An annotator who reads the old text gives the old label under the new name.",
    'taxonomy_version: "1.0.0" while the taxonomy is at 1.1.0',
    'taxonomy_version: "1.1.0"',
    versions_agree,
)


def _parts(version: str) -> tuple[int, ...]:
    numbers = version.partition("-")[0].split(".")
    return tuple(int(n) for n in numbers) if all(n.isdigit() for n in numbers) else ()


RULES = (_VALUES, _CONSENSUS, _SECTIONS, _VERSIONS)

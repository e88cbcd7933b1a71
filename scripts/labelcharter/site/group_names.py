"""Groups, labels and traits of a record as readers know them, not as they stand in tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition

EVERYBODY = "Everybody"
_ID = re.compile(r"\b(?:attribute|label|gate|metric|taxonomy)\.[a-z0-9.-]*[a-z0-9]")
_CODE = re.compile(r"`([^`]*)`")
_NOT = re.compile(r"^not (\S+)$")
_LESS = " less "  # between the two groups of a gate's row, as records write it


def group_titles(edition: Edition, attribute: str) -> dict[str, str]:
    """The groups of an attribute: value in tables -> name for readers.

    Words that all of them begin with ("Annotators from") are left out: the title of the attribute
    says them once, and a pair of groups stays short enough to read.
    """
    element = edition.graph.elements.get(attribute)
    categories = element.items("categories") if element else ()
    titles = {
        str(c.get("value")): str(c.get("title", c.get("value")))
        for c in categories
        if isinstance(c, Mapping)
    }
    return dict(zip(titles, without_shared_words(list(titles.values())), strict=True))


def without_shared_words(names: list[str]) -> list[str]:
    """Names without the words that all of them begin with; at least one word of each is left."""
    split = [name.split() for name in names]
    shared = 0
    while len(split) > 1 and all(
        len(w) > shared + 1 and w[shared] == split[0][shared] for w in split
    ):
        shared += 1
    return [" ".join(w[shared:]) for w in split]


def group_name(edition: Edition, attribute: Any, value: Any) -> str:
    """A group as readers know it, or a pair of groups; everybody where no group is named."""
    if not value:
        return EVERYBODY
    titles = group_titles(edition, str(attribute))
    name = str(value)
    first, less, second = name.partition(_LESS)
    if less and name not in titles:
        return f"{titles.get(first, first)} minus {titles.get(second, second)}"
    return titles.get(name, name)


def joined_name(
    edition: Edition, record: Element, attribute: str, groups: Sequence[str], joint: str
) -> str:
    """The groups of one figure: everybody, one, two with what stands between them, or all."""
    titles = group_titles(edition, attribute)
    named = [titles.get(g, g) for g in groups]
    if len(named) < 3:
        return joint.join(named) or EVERYBODY
    every = groups_of(record, attribute)
    return "All groups together" if set(groups) >= set(every) else ", ".join(named)


def groups_of(record: Element, attribute: str) -> tuple[str, ...]:
    """The groups of an attribute that a record has figures of, as it names them."""
    return tuple(
        str(g.get("value"))
        for g in record.items("result", "groups")
        if isinstance(g, Mapping) and g.get("attribute") == attribute
    )


def attribute_title(edition: Edition, attribute: str) -> str:
    """A trait by its title: "Country of the annotator"; "" for none."""
    element = edition.graph.elements.get(attribute)
    return str(element.title) if element else attribute


def label_titles(edition: Edition, record: Element) -> dict[str, str]:
    """The labels and states of a record's taxonomy: value in tables -> title for readers."""
    taxonomy = edition.graph.elements.get(str(record.get("taxonomy")))
    labels = [e for e in edition.graph.of_kind("label") if taxonomy and e.parent == taxonomy.id]
    found = {str(label.get("value")): label.title for label in labels}
    states = taxonomy.items("states") if taxonomy else ()
    found |= {
        str(s.get("value")): str(s.get("title", s.get("value")))
        for s in states
        if isinstance(s, Mapping)
    }
    return found


def in_plain_names(edition: Edition, record: Element, text: str) -> str:
    """A record's own sentence with titles in place of ids and of the codes in backticks."""
    labels = label_titles(edition, record)
    text = _ID.sub(lambda m: _titled(edition, m[0]), text)
    text = _NOT.sub(lambda m: f"not “{labels[m[1]]}”" if m[1] in labels else m[0], text)
    return _CODE.sub(lambda m: f"“{labels.get(m[1], m[1])}”", text)


def _titled(edition: Edition, identifier: str) -> str:
    element = edition.graph.elements.get(identifier)
    return f"“{element.title}”" if element else identifier


def as_sentence(text: str) -> str:
    """A text that begins with a capital letter and ends with a full stop; "" stays ""."""
    text = text.strip()
    begun = text[:1].upper() + text[1:]
    return begun if not begun or begun.endswith((".", "!", "?")) else f"{begun}."


def adverse_labels(edition: Edition, record: Element) -> frozenset[str]:
    """The values of the labels that are to somebody's disadvantage."""
    return frozenset(
        str(e.get("value"))
        for e in edition.graph.of_kind("label")
        if e.parent == record.get("taxonomy") and e.get("polarity") == "adverse"
    )


def labels_to_show(edition: Edition, record: Element, found: Sequence[str]) -> list[str]:
    """All labels; of two that mirror each other only the adverse one."""
    if len(found) != 2:
        return list(found)
    adverse = adverse_labels(edition, record)
    return [label for label in found if label in adverse] or list(found[:1])

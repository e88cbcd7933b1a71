"""Ids: well formed, unique, at home, and never used again (codes I1, F103)."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator

from labelcharter.checks.reading_rules import READING_RULES
from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.documents import Piece
from labelcharter.registry.graph import Element, Step, former_ids
from labelcharter.registry.kinds import KINDS, NESTED, Kind, kind_of_home
from labelcharter.registry.load import Repository
from labelcharter.registry.nearest import nearest

_HOME = next(rule for rule in READING_RULES if rule.code == "F103")
_DEVICES = frozenset({"con", "prn", "aux", "nul"})
_LONGEST = 120


def ids_are_well_formed(context: Context) -> Iterator[Diagnostic]:
    """Ids are lower-case words with hyphens after the kind's prefix, or a number of four digits."""
    for path, source in context.repository.sources.items():
        home = kind_of_home(path)
        for piece in source.pieces:
            kind = piece.kind
            for steps in _empty_ids(piece):
                yield _MALFORMED.at(
                    source.document.marks.place(steps),
                    "the id is empty",
                    f"ids of this kind look like `{(kind or home or KINDS['term']).id_form}`",
                    width=2,
                )
            if kind is None and home is not None and _is_named(piece):
                place = source.document.marks.place((*piece.steps, "id"))
                yield _MALFORMED.at(
                    place,
                    f"`{_shown(piece.value['id'])}` does not begin as the id of any kind",
                    _form_of(piece.value["id"], home),
                    width=source.document.marks.width(place),
                )
    for element in context.repository.elements:
        kind = KINDS[element.kind]
        if not _sound(kind, element.id):
            yield _MALFORMED.on(
                element,
                ("id",),
                f"`{_shown(element.id)}` is not a well-formed id",
                _form_of(element.id, kind),
            )


_MALFORMED = Rule(
    "I101",
    "error",
    "Ids are well formed.",
    "An id is in tables, links and decisions for ever: it must survive every file system, address "
    "and query.",
    "id: objective.Equal_Removal",
    "id: objective.equal-removal",
    ids_are_well_formed,
)


def _is_named(piece: Piece) -> bool:
    return isinstance(piece.value.get("id"), str) and bool(piece.value["id"])


def _empty_ids(piece: Piece) -> Iterator[tuple[Step, ...]]:
    """Where an element, or one nested in it, has an id without a letter."""
    if piece.value.get("id") == "":
        yield (*piece.steps, "id")
    if piece.kind is not None and piece.kind.name in NESTED:
        name, _ = NESTED[piece.kind.name]
        nested = piece.value.get(name)
        for index, item in enumerate(nested if isinstance(nested, list) else ()):
            if isinstance(item, dict) and item.get("id") == "":
                yield (*piece.steps, name, index, "id")


def malformed_ids(repository: Repository) -> tuple[str, ...]:
    """Ids that I101 reports: a reference near one of them is no second mistake."""
    unknown = (
        piece.value["id"]
        for source in repository.sources.values()
        for piece in source.pieces
        if piece.kind is None and _is_named(piece)
    )
    known = (e.id for e in repository.elements if not _sound(KINDS[e.kind], e.id))
    return (*unknown, *known)


def _sound(kind: Kind, identifier: str) -> bool:
    words = re.split(r"[.-]", identifier)
    return (
        kind.fits(identifier) and len(identifier) <= _LONGEST and not _DEVICES.intersection(words)
    )


def _shown(identifier: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in identifier)[:60]


def _form_of(identifier: str, kind: Kind) -> str:
    head, separator, rest = identifier.partition("-" if kind.dated else ".")
    if separator and head != kind.prefix[:-1] and nearest(head, [kind.prefix[:-1]]):
        return f"did you mean `{kind.prefix}{rest}`?"
    mended = re.sub(r"[^a-z0-9.]+", "-", identifier.lower()).strip("-.")
    if not kind.dated and _sound(kind, mended):
        return f"did you mean `{mended}`?"
    return f"ids of this kind look like `{kind.id_form}`: letters a-z, digits, hyphens and dots"


def ids_are_unique(context: Context) -> Iterator[Diagnostic]:
    """Every id names one element."""
    for element in context.repository.elements:
        first = context.repository.graph.elements[element.id]
        if first is not element:
            yield _TWICE.on(
                element,
                ("id",),
                f"`{element.id}` is already in use",
                "give one of the two another id, or delete the copy",
                related=here(first, f"`{element.id}` is first used here"),
            )


_TWICE = Rule(
    "I102",
    "error",
    "Every id names one element.",
    "With two elements of one id, a decision or a finding could mean either.",
    "two files with id: term.gold",
    "term.gold and term.gold-panel",
    ids_are_unique,
)


def elements_are_at_home(context: Context) -> Iterator[Diagnostic]:
    """Every element lives in a file of its kind."""
    for element in context.repository.elements:
        kind = KINDS[element.kind]
        if element.parent is None and not kind.lives_in(element.place.path):
            yield _HOME.on(
                element,
                ("id",),
                f"{_a(kind)} does not belong in this file",
                f"move it to {' or '.join(kind.homes)}",
            )


def _a(kind: Kind) -> str:
    title = kind.title.lower()
    return f"{'an' if title[0] in 'aeiou' else 'a'} {title}"


def old_ids_stay_reserved(context: Context) -> Iterator[Diagnostic]:
    """An id in `renamed_from` is no longer anybody's id, and only one element claims it."""
    graph = context.repository.graph
    claimed: dict[str, Element] = {}
    for element in graph.elements.values():
        for old in former_ids(element):
            steps = ("renamed_from",)
            if old in graph.elements:
                living = graph.elements[old]
                yield _RESERVED.on(
                    element,
                    steps,
                    f"`{old}` is still the id of a living element",
                    "take it out of `renamed_from`, or rename or retire that element",
                    related=here(living, f"`{old}` lives here"),
                )
            elif old in claimed:
                yield _RESERVED.on(
                    element,
                    steps,
                    f"`{old}` is also claimed by `{claimed[old].id}`",
                    "only one element can have been that one; a split needs a crosswalk",
                    related=here(claimed[old], "the other claim"),
                )
            else:
                claimed[old] = element


_RESERVED = Rule(
    "I103",
    "error",
    "An old id stays reserved for the one element that bore it.",
    "Old tables and decisions still use it; it must lead to one place.",
    "renamed_from: term.gold, while term.gold exists",
    "renamed_from: term.golden",
    old_ids_stay_reserved,
)


def titles_use_one_script(context: Context) -> Iterator[Diagnostic]:
    """A word in a title is written in one script."""
    for element in context.repository.elements:
        for word in re.findall(r"\w+", element.title):
            scripts = {unicodedata.name(c, "?").split(" ")[0] for c in word if c.isalpha()}
            scripts -= {"FEMININE", "MASCULINE", "MODIFIER"}
            if not word.isascii() and len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}) > 1:
                yield _SCRIPTS.on(
                    element,
                    ("title",),
                    f"`{word}` mixes letters of two scripts",
                    "type the word again: letters that look alike are not found by search",
                )


_SCRIPTS = Rule(
    "I106",
    "warning",
    "A word in a title is written in one script.",
    "Letters that only look alike hide an element from search and can imitate another one.",
    "title: Sluг (with a Cyrillic letter)",
    "title: Slur",
    titles_use_one_script,
)


_AT_HOME = dataclasses.replace(_HOME, check=elements_are_at_home)

RULES = (_MALFORMED, _TWICE, _AT_HOME, _RESERVED, _SCRIPTS)

"""The files of a generated history: five forms of governed file, element by element."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from benchmarks.repository import WORDS

FORMS = ("objectives", "attributes", "findings", "taxonomy", "decision")
_WEIGHTS = (40, 22, 18, 12, 8)
_PREFIX = {
    "objectives": "objective.w{:05}",
    "attributes": "attribute.w{:05}",
    "findings": "FND-{:05}",
    "taxonomy": "label.w{:05}.some",
    "decision": "DEC-{:05}",
}
_PATH = {
    "objectives": "policies/objectives/w{:05}.yaml",
    "attributes": "policies/attributes/w{:05}.yaml",
    "findings": "audits/w{:05}/findings.yaml",
    "taxonomy": "taxonomies/w{:05}/taxonomy.yaml",
    "decision": "docs/decisions/w{:05}.md",
}
_BODY = ("Context", "Why", "What we gave up", "When we look again")


def sentence(rng: random.Random, words: int = 14) -> str:
    """Filler that reads as one line of text."""
    return " ".join(rng.choices(WORDS, k=words)).capitalize() + "."


@dataclass
class Element:
    """One element: its id, its fields as they are written, and (a decision's) its text."""

    form: str
    id: str
    fields: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)
    written: str = ""

    def text(self) -> str:
        """The element as its file holds it."""
        if not self.written:
            lines = "".join(f"{name}:{value}\n" for name, value in self.fields.items())
            if self.form == "decision":
                sections = "".join(f"\n## {title}\n\n{text}\n" for title, text in self.body.items())
                self.written = f"---\nid: {self.id}\n{lines}---\n{sections}"
            else:
                inner = "".join(f"    {line}\n" for line in lines.splitlines())
                self.written = f"  - id: {self.id}\n{inner}"
        return self.written

    def edit(self, rng: random.Random) -> None:
        """Change one field, or one section of the text."""
        if self.body and rng.random() < 0.6:
            self.body[rng.choice(list(self.body))] = _paragraphs(rng)
        else:
            name = rng.choice([name for name in self.fields if name != "renamed_from"])
            self.fields[name] = _value(rng, name)
        self.written = ""

    def rename(self, serial: int) -> None:
        """Another id, which says what it was before."""
        self.fields["renamed_from"] = f" {self.id}"
        self.id = _PREFIX[self.form].format(serial)
        self.written = ""


@dataclass
class File:
    """One governed file."""

    form: str
    head: str
    elements: list[Element]
    tail: str = ""
    comment: str = ""

    @property
    def several(self) -> bool:
        """True where the file holds a list of elements, which may come and go."""
        return self.form != "decision"

    def text(self) -> str:
        """The whole file."""
        inside = "".join(element.text() for element in self.elements)
        if self.form == "decision":
            return inside.replace("---\n", f"---\n{self.comment}", 1)
        return f"{self.comment}{self.head}{inside}{self.tail}"


def new_file(rng: random.Random, serial: int) -> File:
    """A file of one of the forms, with all its elements."""
    (form,) = rng.choices(FORMS, _WEIGHTS)
    number = 1 if form == "decision" else rng.randint(4, 7)
    elements = [new_element(rng, form, serial * 100 + at) for at in range(number)]
    if form != "taxonomy":
        return File(form, f"{form}:\n", elements)
    head = (
        f"id: taxonomy.w{serial:05}\ntitle: {sentence(rng, 4)}\nversion: 1.0.0\n"
        f"question:{_value(rng, 'question')}\nmode: single\nlabels:\n"
    )
    names = ("consensus", "missing", "new_label_when", "owner", "status")
    return File(form, head, elements, "".join(f"{name}:{_value(rng, name)}\n" for name in names))


_FIELDS = {
    "objectives": (
        *("title", "context", "harm", "fairness_means", "measures", "downstream", "attributes"),
        *("labels", "owner", "review_by", "status"),
    ),
    "attributes": (
        *("title", "describes", "categories", "states", "reference_population", "necessity"),
        *("retention", "owner", "status", "note"),
    ),
    "findings": (
        *("title", "audit", "check", "labels", "slice", "what", "lifecycle", "root_cause"),
        *("disposition", "bias_class", "note"),
    ),
    "taxonomy": (
        *("title", "value", "definition", "includes", "excludes", "examples", "near_misses"),
        *("polarity", "objectives", "status"),
    ),
    "decision": (
        *("title", "status", "change", "decided_on", "decides", "drivers", "options", "votes"),
    ),
}


def new_element(rng: random.Random, form: str, serial: int) -> Element:
    """An element that fits into a file of this form."""
    body = {title: _paragraphs(rng) for title in _BODY} if form == "decision" else {}
    fields = {name: _value(rng, name) for name in _FIELDS[form]}
    return Element(form, _PREFIX[form].format(serial), fields, body)


def path_for(form: str, serial: int) -> str:
    """Where a file of this form lies."""
    return _PATH[form].format(serial)


def _paragraphs(rng: random.Random) -> str:
    return "\n\n".join("\n".join(sentence(rng, 15) for _ in range(4)) for _ in range(2))


def _folded(rng: random.Random, depth: int, lines: int) -> str:
    inside = "".join(f"\n{' ' * depth}{sentence(rng, 15)}" for _ in range(lines))
    return f" >-{inside}"


def _value(rng: random.Random, name: str) -> str:
    """What stands after `name:`, with the lines below it indented under the field."""
    if name in ("context", "definition", "decides", "question", "what"):
        return _folded(rng, 2, 3)
    if name in ("labels", "attributes", "objectives") or name == "slice":
        return f" [label.w{rng.randint(1, 999):05}.some, objective.w{rng.randint(1, 999):05}]"
    if name in ("includes", "excludes", "drivers", "new_label_when"):
        return "".join(f"\n  - {sentence(rng, 10)}" for _ in range(rng.randint(1, 3)))
    if name in ("examples", "near_misses"):
        return "".join(
            f'\n  - text: "{sentence(rng, 9)}"\n    why: {sentence(rng, 10)}' for _ in range(2)
        )
    if name in ("harm", "missing", "consensus", "root_cause", "disposition", "downstream"):
        return f"\n  who: {sentence(rng, 9)}\n  how:{_folded(rng, 4, 1)}"
    if name in ("categories", "states", "options"):
        return "".join(
            f"\n  - value: group-{at}\n    title: {sentence(rng, 6)}"
            for at in range(rng.randint(2, 4))
        )
    if name in ("measures", "votes"):
        return "".join(
            f"\n  - {{metric: metric.m{at}, value: {rng.random():.2f}, basis: {rng.choice(WORDS)}}}"
            for at in range(rng.randint(1, 3))
        )
    if name in ("reference_population", "necessity"):
        return (
            f"\n  purpose: {sentence(rng)}\n  source: {sentence(rng, 6)}"
            f"\n  as_of: 2026-0{rng.randint(1, 9)}-{rng.randint(10, 28)}\n  access:{_folded(rng, 4, 1)}"
        )
    if name in ("review_by", "decided_on"):
        return f" 20{rng.randint(20, 29)}-0{rng.randint(1, 9)}-{rng.randint(10, 28)}"
    if name == "value":
        return f' "{rng.randint(0, 9)}"'
    if name in ("status", "lifecycle", "owner", "polarity", "mode", "describes", "change"):
        return f" {rng.choice(('draft', 'active', 'proposed', 'seat.policy', 'minor'))}"
    return f" {sentence(rng, 7)}"

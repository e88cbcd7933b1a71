"""The kinds of element: their ids, their homes, and their place in the chain.

This table and the JSON Schemas beside it are the whole definition of what a governance repository
may hold. A new kind is one line here and one schema file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

WORD = r"[a-z0-9]+(?:-[a-z0-9]+)*"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of element.

    `prefix` begins its ids ("objective." or "DEC-"); `collection` is the key that holds a list of
    them in a YAML file; `homes` are globs of the files it may live in; `nested` is
    (parent kind, field) for elements that live inside another; `stage` orders the chain from the
    law to the measured effect, None for kinds that surround it.
    """

    name: str
    title: str
    plural: str
    prefix: str
    homes: tuple[str, ...]
    stage: int | None
    collection: str | None = None
    nested: tuple[str, str] | None = None

    @property
    def dated(self) -> bool:
        """True for numbered records (DEC-0007), False for standing things named in words."""
        return self.prefix.endswith("-")

    @property
    def id_form(self) -> str:
        """What an id of this kind looks like, for people."""
        if self.name == "council":
            return "council"
        return f"{self.prefix}0001" if self.dated else f"{self.prefix}some-words"

    def fits(self, identifier: str) -> bool:
        """True when `identifier` is a well-formed id of this kind."""
        if self.name == "council":
            return identifier == "council"
        if not identifier.startswith(self.prefix):
            return False
        rest = identifier[len(self.prefix) :]
        pattern = r"[0-9]{4,6}" if self.dated else rf"{WORD}(?:\.{WORD})*"
        if self.name == "crosswalk":
            pattern = rf"{WORD}\.[0-9a-z.-]+"
        return re.fullmatch(pattern, rest) is not None and "\n" not in identifier

    def lives_in(self, path: str) -> bool:
        """True when a file at `path` is a home of this kind."""
        return any(_home(home)(path) is not None for home in self.homes)


@cache
def _home(glob: str) -> Callable[[str], object]:
    """A glob in which `*` stands for one name, as in a shell, and not for a path."""
    return re.compile(re.escape(glob).replace(r"\*", "[^/]+")).fullmatch


_ALL = (
    Kind(
        "standard",
        "Standard",
        "Standards",
        "standard.",
        ("policies/standards/*.yaml",),
        1,
        "standards",
    ),
    Kind(
        "clause",
        "Clause",
        "Clauses",
        "clause.",
        ("policies/standards/*.yaml",),
        2,
        nested=("standard", "clauses"),
    ),
    Kind("control", "Control", "Controls", "control.", ("policies/controls.yaml",), 5, "controls"),
    Kind(
        "attribute",
        "Attribute",
        "Attributes",
        "attribute.",
        ("policies/attributes/*.yaml",),
        8,
        "attributes",
    ),
    Kind(
        "objective",
        "Objective",
        "Objectives",
        "objective.",
        ("policies/objectives/*.yaml",),
        10,
        "objectives",
    ),
    Kind("taxonomy", "Taxonomy", "Taxonomies", "taxonomy.", ("taxonomies/*/taxonomy.yaml",), 15),
    Kind(
        "label",
        "Label",
        "Labels",
        "label.",
        ("taxonomies/*/taxonomy.yaml",),
        20,
        nested=("taxonomy", "labels"),
    ),
    Kind(
        "crosswalk", "Crosswalk", "Crosswalks", "crosswalk.", ("taxonomies/*/crosswalks/*.csv",), 22
    ),
    Kind("guideline", "Guideline", "Guidelines", "guideline.", ("taxonomies/*/guidelines.md",), 25),
    Kind("training", "Training module", "Training", "training.", ("docs/training/*.md",), 27),
    Kind("metric", "Metric", "Metrics", "metric.", ("policies/metrics.yaml",), 30, "metrics"),
    Kind(
        "scenario", "Scenario", "Scenarios", "SCN-", ("policies/scenarios/*.yaml",), 33, "scenarios"
    ),
    Kind("playbook", "Playbook", "Playbooks", "playbook.", ("docs/playbooks/*.md",), 34),
    Kind(
        "gate",
        "Quality gate",
        "Quality gates",
        "gate.",
        ("policies/quality-gates.yaml",),
        35,
        "gates",
    ),
    Kind("audit", "Audit", "Audits", "AUD-", ("audits/*/audit.yaml",), 40),
    Kind("pilot", "Pilot", "Pilots", "PIL-", ("audits/pilots/*.yaml",), 45, "pilots"),
    Kind("record", "Audit record", "Audit records", "REC-", ("audits/*/records/*.json",), 50),
    Kind("finding", "Finding", "Findings", "FND-", ("audits/*/findings.yaml",), 60, "findings"),
    Kind(
        "external-audit",
        "External audit",
        "External audits",
        "XAU-",
        ("audits/external/*.yaml",),
        62,
        "external_audits",
    ),
    Kind("feedback", "Feedback", "Feedback", "FB-", ("policies/feedback/*.yaml",), 65, "feedback"),
    Kind("decision", "Decision", "Decisions", "DEC-", ("docs/decisions/*.md",), 70),
    Kind("action", "Action", "Actions", "ACT-", ("policies/roadmap/*.yaml",), 80, "actions"),
    Kind(
        "exception",
        "Exception",
        "Exceptions",
        "EXC-",
        ("policies/exceptions/*.yaml",),
        85,
        "exceptions",
    ),
    Kind(
        "tombstone",
        "Tombstone",
        "Tombstones",
        "TMB-",
        ("policies/tombstones.yaml",),
        None,
        "tombstones",
    ),
    Kind("term", "Glossary term", "Glossary", "term.", ("policies/glossary.yaml",), None, "terms"),
    Kind("council", "Council", "Council", "council", ("policies/council.yaml",), None),
    Kind(
        "seat",
        "Council seat",
        "Council seats",
        "seat.",
        ("policies/council.yaml",),
        None,
        nested=("council", "seats"),
    ),
    Kind(
        "escalation",
        "Escalation",
        "Escalations",
        "escalation.",
        ("policies/escalation.yaml",),
        None,
        "escalations",
    ),
)

KINDS: MappingProxyType[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
COLLECTIONS: MappingProxyType[str, Kind] = MappingProxyType(
    {kind.collection: kind for kind in _ALL if kind.collection}
)
NESTED: MappingProxyType[str, tuple[str, Kind]] = MappingProxyType(
    {kind.nested[0]: (kind.nested[1], kind) for kind in _ALL if kind.nested}
)
_BY_PREFIX = {kind.prefix: kind for kind in _ALL}


def kind_of_id(identifier: str) -> Kind | None:
    """The kind that an id announces by its beginning, whether or not the rest is well formed."""
    if identifier == "council":
        return KINDS["council"]
    head, dot, _ = identifier.partition(".")
    if dot:
        return _BY_PREFIX.get(f"{head}.")
    head, dash, _ = identifier.partition("-")
    return _BY_PREFIX.get(f"{head}-") if dash else None


def kind_of_home(path: str) -> Kind | None:
    """The kind that a file at `path` is expected to hold; used only to explain a mistake."""
    for kind in _ALL:
        if kind.nested is None and kind.lives_in(path):
            return kind
    return None

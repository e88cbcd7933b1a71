"""A defined audit (`AUD-…`) as the questions that it asks of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labelcharter.audit.disclosure.profiles import PROFILES, RULES
from labelcharter.audit.questions.answer import EXPLORATORY, Request
from labelcharter.audit.questions.catalogue import BY_NAME
from labelcharter.audit.questions.families import Family, FamilyFault, declared
from labelcharter.audit.questions.findings import TENTATIVE
from labelcharter.audit.questions.gaps import MARGINS
from labelcharter.audit.questions.option_kinds import option_faults
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.records.gates import AGREEMENT_METRICS
from labelcharter.audit.records.judged import Gate
from labelcharter.audit.reductions.queries.connections import Connection
from labelcharter.audit.tables.bindings import Bindings, Scale
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.nearest import did_you_mean


class DefinitionFault(Exception):
    """The definition cannot be run as it stands; the message says why and what next."""


@dataclass(frozen=True, slots=True)
class File:
    """A table that lies beside the annotation table; `to` is the column that its key meets."""

    name: str
    key: str
    to: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that a run needs to know from the repository.

    `records` are those that the audit has made, `published` those of all audits.
    """

    element: Element
    bindings: Bindings
    questions: Questions
    gates: tuple[Gate, ...]
    profile: str
    remarks: tuple[str, ...]
    files: tuple[File, ...] = ()
    records: tuple[Element, ...] = ()
    published: tuple[Element, ...] = ()

    @property
    def sha256(self) -> str | None:
        """The hash that the table must have, where one is fixed."""
        found = self.element.get("data", "sha256")
        return found if isinstance(found, str) else None

    @property
    def connections(self) -> dict[str, Connection]:
        """Databases that have the table, by name."""
        found = self.element.get("data", "connections")
        return {
            str(name): Connection(
                str(name), str(one["backend"]), str(one["table"]), str(one.get("url") or "")
            )
            for name, one in (found.items() if isinstance(found, Mapping) else ())
        }


_SCALES: Mapping[str, Scale] = {"single": "nominal", "ordinal": "ordinal"}


def definition_of(element: Element, graph: Graph) -> Definition:
    """From the audit's element and what it refers to. Raises DefinitionFault."""
    taxonomy = _referred(graph, str(element.get("taxonomy")), "taxonomy")
    mode = str(taxonomy.get("mode"))
    if mode not in _SCALES:
        raise DefinitionFault(
            f"{taxonomy.id} is {mode}-label; this version audits tables with one label a rating"
        )
    labels = [
        label
        for identifier in taxonomy.items("labels")
        if (label := graph.elements.get(str(identifier))) is not None
        and (label.in_use or (taxonomy.status == label.status == "draft"))  # a draft on trial
    ]
    if not labels:
        raise DefinitionFault(f"{taxonomy.id} has no label in use")
    favourable = [str(v.get("value")) for v in labels if v.get("polarity") == "favourable"]
    states = [str(s["value"]) for s in taxonomy.items("states") if isinstance(s, Mapping)]
    annotators = _columns(element, "annotator_attributes")
    subjects = _columns(element, "subject_attributes")
    attributes = {name: _referred(graph, name, "attribute") for name in (*annotators, *subjects)}
    bindings = Bindings(
        item=str(element.get("columns", "item")),
        annotator=str(element.get("columns", "annotator")),
        label=str(element.get("columns", "label")),
        time=_optional(element, "time"),
        gold=_optional(element, "gold"),
        prediction=_optional(element, "prediction"),
        version=_optional(element, "version"),
        versions=_versions(element, taxonomy, labels, graph),
        audited_version=str(element.get("taxonomy_version")),
        source=_optional(element, "source"),
        period=_optional(element, "period"),
        features=tuple(map(str, element.items("columns", "features"))),
        annotator_groups=annotators,
        subject_groups=subjects,
        states=tuple(dict.fromkeys([*map(str, element.items("states")), *states])),
        attribute_states={n: _values(a, "states") for n, a in attributes.items()},
        labels=[str(label.get("value")) for label in labels],
        categories={n: _values(a, "categories") for n, a in attributes.items()},
        scale=_SCALES[mode],
    )
    gates = tuple(
        _gate(_referred(graph, str(identifier), "gate"), graph)
        for identifier in element.items("gates")
    )
    ties = taxonomy.get("consensus", "ties")
    questions = Questions(
        favourable=favourable[0] if len(favourable) == 1 else None,
        ties=ties if isinstance(ties, str) and ties in (bindings.labels or ()) else None,
        margins=_margins(gates),
        families=_families(element),
        floor=max((g.threshold for g in gates if _is_floor(g)), default=TENTATIVE),
        references=_references(element, attributes),
        populations={n: shares for n, a in attributes.items() if (shares := _shares(a))},
        checks=_requests(element),
        sensitive=frozenset(n for n, a in attributes.items() if a.get("sensitive") is True),
    )
    records = sorted(graph.of_kind("record"), key=lambda record: record.id)
    return Definition(
        element,
        bindings,
        questions,
        gates,
        _profile(element),
        _remarks(element, taxonomy),
        _files(element),
        tuple(record for record in records if record.get("audit") == element.id),
        tuple(records),
    )


def _versions(
    element: Element, taxonomy: Element, labels: Sequence[Element], graph: Graph
) -> tuple[str, ...]:
    """Every version that the taxonomy is known to have had, in order.

    Its present one, the audited one, those that labels are there since, and both sides of each
    crosswalk (whose file is named A-to-B).
    """
    named = [taxonomy.get("version"), element.get("taxonomy_version")]
    named += [label.get("since") for label in labels]
    for crosswalk in graph.of_kind("crosswalk"):
        folder, _, name = crosswalk.place.path.removesuffix(".csv").rpartition("/crosswalks/")
        if taxonomy.place.path.startswith(f"{folder}/"):
            named += name.split("-to-")
    found = {str(version) for version in named if isinstance(version, str)}
    return tuple(sorted(found, key=lambda v: [int(n) for n in re.findall(r"\d+", v)]))


def _families(element: Element) -> tuple[Family, ...]:
    entries = [entry for entry in element.items("families") if isinstance(entry, Mapping)]
    try:
        return declared(entries)
    except FamilyFault as fault:
        raise DefinitionFault(str(fault)) from None


def _profile(element: Element) -> str:
    """The disclosure profile, with the decisions that it needs behind it."""
    name = str(element.get("profile"))
    rules = next((rules for rules in RULES.values() if rules.name == name), None)
    if rules is None and name != "internal":
        raise DefinitionFault(f"there is no profile `{name}`; there are {', '.join(PROFILES)}")
    missing = [
        kind
        for kind in (rules.decisions if rules else ())
        if not element.get("disclosure_decisions", kind)
    ]
    if missing:
        raise DefinitionFault(
            f"profile {name} needs a {' and a '.join(missing)} decision: "
            "name each under `disclosure_decisions`"
        )
    return name


def _remarks(element: Element, taxonomy: Element) -> tuple[str, ...]:
    asked, has = element.get("taxonomy_version"), taxonomy.get("version")
    if asked == has:
        return ()
    return (f"The audit is of {taxonomy.id} {asked}; its labels are read as of {has}.",)


def _references(element: Element, attributes: Mapping[str, Element]) -> dict[str, str]:
    found = element.get("references")
    references = {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}
    for attribute, group in references.items():
        if attribute not in attributes:
            raise DefinitionFault(f"`references` names {attribute}, which is bound to no column")
        known = _values(attributes[attribute], "categories")
        if group not in known:
            meant = did_you_mean(group, known) or f"Its groups: {', '.join(known)}."
            raise DefinitionFault(f"`references`: {attribute} has no group `{group}`. {meant}")
    return references


def _requests(element: Element) -> tuple[Request, ...] | None:
    """The checks that are asked for by name; None, where nothing is said, asks the default ones."""
    if element.get("checks") is None:
        return None
    named = [c for c in element.items("checks") if isinstance(c, Mapping)]
    found = []
    for one in named:
        name = str(one["check"])
        if name not in BY_NAME:
            meant = did_you_mean(name, BY_NAME) or f"There are: {', '.join(BY_NAME)}."
            raise DefinitionFault(f"there is no check `{name}`. {meant}")
        options = one.get("options", {})
        if faults := list(option_faults(options, BY_NAME[name].options)):
            raise DefinitionFault(f"the check `{name}`: {'; '.join(faults)}")
        found.append(Request(name, dict(options), str(one.get("family", EXPLORATORY))))
    return tuple(found)


def _files(element: Element) -> tuple[File, ...]:
    found = []
    for one in element.items("data", "files"):
        if isinstance(one, Mapping):
            to = str(element.get("columns", str(one["joins"])))
            sha256 = one.get("sha256")
            found.append(
                File(str(one["name"]), str(one["key"]), to, str(sha256) if sha256 else None)
            )
    return tuple(found)


def _margins(gates: Sequence[Gate]) -> dict[str, float]:
    """The gates' own limits on gaps, the strictest of a check, so that one record has one limit."""
    found: dict[str, float] = {}
    for gate in gates:
        if gate.check in MARGINS and gate.attribute and not gate.at_least:
            found[gate.check] = min(gate.threshold, found.get(gate.check, gate.threshold))
    return found


def _is_floor(gate: Gate) -> bool:
    return gate.check == "agreement" and gate.at_least and gate.metric not in AGREEMENT_METRICS


def _gate(gate: Element, graph: Graph) -> Gate:
    attribute, label = gate.get("attribute"), gate.get("label")
    shares = _shares(_referred(graph, str(attribute), "attribute")) if attribute else None
    value = str(_referred(graph, str(label), "label").get("value")) if label else None
    return Gate(
        id=gate.id,
        check=str(gate.get("check")),
        metric=str(gate.get("metric")),
        at_least=gate.get("comparison") == "at-least",
        threshold=float(gate.get("threshold")),
        attribute=str(attribute or ""),
        label=value,
        shares=shares,
        figure=str(gate.get("figure") or ""),
        about=str(gate.get("about") or ""),
    )


def _shares(attribute: Element) -> dict[str, float] | None:
    """Each group's share of the people that the table should resemble, where it is declared."""
    found = attribute.get("reference_population", "shares")
    if not isinstance(found, Mapping):
        return None
    return {str(value): float(share) for value, share in found.items()}


def _referred(graph: Graph, identifier: str, kind: str) -> Element:
    found = graph.elements.get(graph.aliases.get(identifier, identifier))
    if found is None or found.kind != kind:
        raise DefinitionFault(
            f"the {kind} `{identifier}` does not exist; `labelcharter check` says where"
        )
    return found


def _columns(element: Element, field: str) -> dict[str, str]:
    found = element.get("columns", field)
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def _optional(element: Element, field: str) -> str | None:
    found = element.get("columns", field)
    return str(found) if found is not None else None


def _values(attribute: Element, field: str) -> tuple[str, ...]:
    return tuple(str(v["value"]) for v in attribute.items(field) if isinstance(v, Mapping))

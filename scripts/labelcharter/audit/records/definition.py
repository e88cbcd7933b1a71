"""A defined audit (`AUD-…`) as the questions that it asks of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labelcharter.audit.questions.findings import TENTATIVE
from labelcharter.audit.questions.gaps import MARGINS
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.records.gates import AGREEMENT_METRICS, Gate
from labelcharter.audit.reductions.queries.connections import Connection
from labelcharter.audit.tables.bindings import Bindings, Scale
from labelcharter.registry.graph import Element, Graph


class DefinitionFault(Exception):
    """The definition cannot be run as it stands; the message says why and what next."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that a run needs to know from the repository."""

    element: Element
    bindings: Bindings
    questions: Questions
    gates: tuple[Gate, ...]
    profile: str
    remarks: tuple[str, ...]

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
        if (label := graph.elements.get(str(identifier))) is not None and label.in_use
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
        floor=max((g.threshold for g in gates if _is_floor(g)), default=TENTATIVE),
    )
    profile = str(element.get("profile"))
    return Definition(element, bindings, questions, gates, profile, _remarks(element, taxonomy))


def _remarks(element: Element, taxonomy: Element) -> tuple[str, ...]:
    asked, has = element.get("taxonomy_version"), taxonomy.get("version")
    if asked == has:
        return ()
    return (f"The audit is of {taxonomy.id} {asked}; its labels are read as of {has}.",)


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
    shares = None
    if attribute:
        found = _referred(graph, str(attribute), "attribute").get("reference_population", "shares")
        if isinstance(found, Mapping):
            shares = {str(value): float(share) for value, share in found.items()}
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
    )


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

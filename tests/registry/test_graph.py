"""The graph: every element once, links both ways, and nothing in it that can be changed."""

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from labelcharter.reading.diagnostic import Place
from labelcharter.registry.graph import Graph, former_ids
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.load import load_repository, load_sources

VALID = Path(__file__).parents[1] / "checks" / "valid"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_repository(VALID).graph


def test_every_link_is_seen_from_both_ends(graph: Graph) -> None:
    out = {(r.source, r.field, r.target) for found in graph.outgoing.values() for r in found}
    back = {(r.source, r.field, r.target) for found in graph.incoming.values() for r in found}
    assert out == back
    assert len(out) > 100
    assert ("FND-0001", "slice.attribute", "attribute.reading-language") in out
    assert ("objective.equal-answers", "measures[1].metric", "metric.alpha") in out
    assert (
        "AUD-0001",
        "columns.subject_attributes.attribute.writer-age",
        "attribute.writer-age",
    ) in out
    assert ("label.notes.misc", "replaced_by", "label.notes.remark") in out


def test_a_link_stands_where_it_is_written(graph: Graph) -> None:
    (link,) = [r for r in graph.outgoing["EXC-0001"] if r.field == "decision"]
    assert link.place == Place("policies/exceptions/2026.yaml", 8, 15)
    text = (VALID / link.place.path).read_text(encoding="utf-8").split("\n")[link.place.line - 1]
    assert text[link.place.column - 1 :] == "DEC-0003"


def test_every_link_points_at_the_id_it_names(graph: Graph) -> None:
    for found in graph.outgoing.values():
        for link in found:
            if link.field == "in":
                continue
            source = (VALID / link.place.path).read_text(encoding="utf-8-sig")
            line = source.split("\n")[link.place.line - 1]
            assert line[link.place.column - 1 :].lstrip("\"'").startswith(link.target), link


def test_elements_of_a_kind_come_sorted_and_every_element_is_of_one(graph: Graph) -> None:
    listed = [element.id for kind in KINDS for element in graph.of_kind(kind)]
    assert sorted(listed) == sorted(graph.elements)
    for kind in KINDS:
        ids = [element.id for element in graph.of_kind(kind)]
        assert ids == sorted(ids)


def test_a_nested_element_knows_its_parent_and_the_parent_its_id(graph: Graph) -> None:
    taxonomy = graph.elements["taxonomy.notes"]
    assert taxonomy.data["labels"] == [
        "label.notes.question",
        "label.notes.remark",
        "label.notes.thanks",
        "label.notes.misc",
    ]
    for identifier in taxonomy.data["labels"]:
        assert graph.elements[identifier].parent == "taxonomy.notes"
        assert graph.targets(identifier, "taxonomy") == (taxonomy,)


def test_sources_and_targets_are_named_once_each(graph: Graph) -> None:
    targets = graph.targets("objective.equal-answers", "attribute")
    assert [t.id for t in targets] == ["attribute.reading-language"]
    assert {s.id for s in graph.sources("metric.alpha")} == {
        "term.note",
        "objective.equal-answers",
        "gate.agreement-floor",
        "ACT-0002",
    }


def test_the_status_of_dated_records_is_the_field_that_says_where_they_stand(graph: Graph) -> None:
    states = {i: graph.elements[i].status for i in ("FND-0002", "ACT-0002", "PIL-0001", "DEC-0001")}
    assert states == {
        "FND-0002": "in-action",
        "ACT-0002": "planned",
        "PIL-0001": "go",
        "DEC-0001": "superseded",
    }
    assert graph.elements["council"].status == ""


def test_a_page_keeps_its_text_and_the_line_it_begins_on(graph: Graph) -> None:
    page = graph.elements["DEC-0003"]
    assert (page.body, page.body_line) == ("\n## Context\n\nIt rains.\n", 20)


def test_a_former_id_leads_to_its_element(graph: Graph) -> None:
    assert graph.aliases == {"term.slip": "term.note"}
    assert former_ids(graph.elements["term.note"]) == ("term.slip",)


def test_nothing_in_the_graph_can_be_replaced(graph: Graph) -> None:
    elements: Any = graph.elements
    with pytest.raises(TypeError):
        elements["term.new"] = graph.elements["term.note"]
    element: Any = graph.elements["term.note"]
    with pytest.raises(FrozenInstanceError):
        element.title = "Another"
    unknown: Any = graph
    with pytest.raises(AttributeError):
        unknown.anything = 1


def test_of_two_elements_with_one_id_the_first_in_order_of_files_counts() -> None:
    term = "terms:\n- {{id: term.a, title: {}, definition: x, status: active}}\n"
    graph = load_sources(
        {
            "policies/glossary.yaml": term.format("First").encode(),
            "policies/standards/z.yaml": term.format("Second").encode(),
        }
    ).graph
    assert graph.elements["term.a"].title == "First"


def test_the_same_files_give_the_same_graph_in_whatever_order_they_come() -> None:
    files = {
        p.relative_to(VALID).as_posix(): p.read_bytes() for p in VALID.rglob("*") if p.is_file()
    }
    one, other = load_sources(files).graph, load_sources(dict(reversed(files.items()))).graph
    assert list(one.elements) == list(other.elements)
    assert one.incoming == other.incoming


def test_absent_and_misshapen_fields_are_none_and_empty(graph: Graph) -> None:
    element = graph.elements["objective.equal-answers"]
    assert element.get("measures", 0, "metric") == "metric.label-rate-gap"
    assert element.get("measures", 9, "metric") is None
    assert element.get("measures", "metric") is None
    assert element.get("title", "x") is None
    assert element.items("title") == ()
    assert element.items("nothing") == ()
    assert element.place_of("measures", 0, "nothing") == element.place_of("measures", 0)

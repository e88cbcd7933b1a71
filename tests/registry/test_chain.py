"""The chain: from the law and the objective to the measured effect, whoever wrote the links."""

from pathlib import Path

import pytest

from labelcharter.registry.chain import Chain, chain_of
from labelcharter.registry.graph import Graph
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.load import load_repository

VALID = Path(__file__).parents[1] / "checks" / "valid"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_repository(VALID).graph


def distances(chain: Chain, side: str) -> dict[str, int]:
    return {link.id: link.distance for link in getattr(chain, side)}


def test_an_objective_stands_between_the_law_and_the_effect(graph: Graph) -> None:
    chain = chain_of(graph, "objective.equal-answers")
    up, down = distances(chain, "upstream"), distances(chain, "downstream")
    assert up["clause.house-rules.answer"] == 1
    assert up["standard.house-rules"] == 2
    assert up["attribute.reading-language"] == 1
    assert down["taxonomy.notes"] == down["label.notes.question"] == down["AUD-0001"] == 1
    assert down["FND-0002"] > down["AUD-0001"]
    assert "ACT-0002" in down
    assert "seat.readers" in distances(chain, "around")


def test_the_record_that_measured_an_effect_comes_after_the_action(graph: Graph) -> None:
    chain = chain_of(graph, "ACT-0001")
    assert distances(chain, "downstream") == {"REC-0002": 1}
    assert "REC-0002" not in distances(chain, "upstream")
    assert distances(chain, "upstream")["FND-0001"] == 1


def test_no_element_is_met_twice_or_on_both_sides(graph: Graph) -> None:
    for identifier in graph.elements:
        chain = chain_of(graph, identifier)
        up, down = distances(chain, "upstream"), distances(chain, "downstream")
        around = distances(chain, "around")
        assert len(up) == len(chain.upstream)
        assert len(down) == len(chain.downstream)
        assert up.keys() & down.keys() == set()
        assert (up.keys() | down.keys()) & around.keys() == set()
        assert identifier not in up.keys() | down.keys() | around.keys()


def test_each_link_was_reached_through_a_neighbour_one_step_nearer(graph: Graph) -> None:
    for identifier in graph.elements:
        chain = chain_of(graph, identifier)
        for side in ("upstream", "downstream"):
            known = {identifier: 0, **distances(chain, side)}
            for link in getattr(chain, side):
                assert known[link.via] == link.distance - 1
                linked = {r.target for r in graph.outgoing.get(link.id, ())}
                linked |= {r.source for r in graph.incoming.get(link.id, ())}
                assert link.via in linked


def test_upstream_is_the_other_direction_of_downstream(graph: Graph) -> None:
    after = {
        (identifier, link.id)
        for identifier in graph.elements
        for link in chain_of(graph, identifier).downstream
        if KINDS[graph.elements[identifier].kind].stage is not None and link.id != "REC-0002"
    }
    before = {
        (link.id, identifier)
        for identifier in graph.elements
        for link in chain_of(graph, identifier).upstream
        if identifier != "REC-0002"
    }
    assert after == before


def test_what_surrounds_the_chain_has_no_chain_of_its_own(graph: Graph) -> None:
    chain = chain_of(graph, "seat.readers")
    assert (chain.upstream, chain.downstream) == ((), ())
    assert "objective.equal-answers" in distances(chain, "around")

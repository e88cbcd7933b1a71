import re
from pathlib import Path

import pytest
from forum import Parsed

from labelcharter.registry.load import load_repository
from labelcharter.site.chain_view import chain_view
from labelcharter.site.edition import Edition, newest_record
from labelcharter.site.escape import inert
from labelcharter.site.estimate_lines import line
from labelcharter.site.fields import field
from labelcharter.site.first_screen import first_screen, sentence, whom_to_ask
from labelcharter.site.gates import figure_of, gate_results, limit_words, measured
from labelcharter.site.lineage import lineage
from labelcharter.site.rendering import render
from labelcharter.site.timelines import Timelines
from labelcharter.site.wording import (
    count,
    day,
    duration,
    figure,
    interval,
    number,
    probability,
    tolerated,
    words,
)

ESTIMATE = {"value": 0.412, "low": 0.33, "high": 0.494, "n": 16, "state": "estimated", "reason": ""}
SUPPRESSED = {
    "value": None,
    "low": None,
    "high": None,
    "n": None,
    "state": "suppressed",
    "reason": "too few",
}


@pytest.fixture(scope="module")
def edition(forum: Path) -> Edition:
    return Edition(load_repository(forum), Timelines())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (day("2026-03-01"), "1 March 2026"),
        (day("soon"), "soon"),
        (day("2026-13-01"), "2026-13-01"),
        (duration("PT4H"), "4 hours"),
        (duration("P1Y6M"), "1 year 6 months"),
        (duration("P1DT30M"), "1 day 30 minutes"),
        (duration("a while"), "a while"),
        (count(1, "item"), "1 item"),
        (count(1234, "audit record"), "1,234 audit records"),
        (number(0.1), "0.1"),
        (number(3), "3"),
        (figure(-0.0412), "−0.041"),
        (figure(0.0412, "points"), "4.1 points"),
        (interval(ESTIMATE), "0.330 to 0.494"),
        (interval(ESTIMATE, "%"), "33.0 to 49.4 %"),
        (interval(SUPPRESSED), "–"),
        (interval({**ESTIMATE, "high": None}), "0.330 or more"),
        (interval({**ESTIMATE, "low": None}, "%"), "49.4 % or less"),
        (tolerated((-0.1, 0.1), "points"), "−10 to 10 points"),
        (tolerated((0.8, 1.25)), "0.8 to 1.25"),
        (tolerated((None, 0.05), "%"), "at most 5 %"),
        (tolerated((0.667, None)), "at least 0.667"),
        (tolerated(None), ""),
        (probability(0.0421), "0.042"),
        (probability(0.0005), "0.0005"),
        (probability(0.00002), "< 0.0001"),
        (probability(None), "–"),
        (words("insufficient-evidence"), "not enough evidence"),
        (words("in-progress"), "in progress"),
    ],
)
def test_values_are_said_in_plain_words(given: str, said: str) -> None:
    assert given == said


def test_a_withheld_estimate_has_no_digit_in_any_cell() -> None:
    cells = line("Iceland", SUPPRESSED)
    assert not re.search(
        r"\d", "".join((cells.value, cells.interval, cells.n, cells.note, cells.sort))
    )
    assert cells.note == "withheld: too few"
    assert line("Finland", ESTIMATE).sort == "0.4120"


def test_the_chain_on_a_page_shows_direct_links_before_those_further_along(
    edition: Edition,
) -> None:
    element = edition.graph.elements["label.comments.insult"]
    view = chain_view(edition.graph, "registry/label.comments.insult.md", element)
    assert [(s.title, s.linked) for s in view.stages if s.here] == [("Label", 1)]
    before = {g.kind: g.far for g in view.before}
    assert before["objective"] is False
    assert before["standard"] is True
    assert [g.far for g in view.before] == sorted(g.far for g in view.before)


def test_a_kind_beside_the_chain_has_no_place_on_it(edition: Edition) -> None:
    council = edition.graph.elements["council"]
    assert chain_view(edition.graph, "registry/council.md", council).stages == ()


def test_the_picture_of_the_chain_links_every_box(edition: Edition) -> None:
    svg = Parsed(lineage(edition.graph, "index.md"))
    links = {a["href"] for a in svg.named("a")}
    assert {"registry/objective.equal-care/", "registry/FND-0001/", "registry/ACT-0001/"} <= links
    assert len(svg.named("path")) >= 8


def test_whom_to_ask_is_found_up_the_chain(edition: Edition) -> None:
    def asked(identifier: str) -> str:
        seat, _ = whom_to_ask(edition, edition.graph.elements[identifier])
        return seat.id if seat else ""

    assert asked("objective.equal-care") == "seat.ethics"
    assert asked("label.comments.fine") == "seat.ethics"  # the owner of its taxonomy
    assert asked("REC-0001") == "seat.data-science"  # the auditor of its audit
    assert asked("metric.alpha") == "council"
    assert first_screen(edition, edition.graph.elements["guideline.comments"]).ask_note.startswith(
        "Write to"
    )


def test_every_kind_says_what_it_is_in_one_sentence(edition: Edition) -> None:
    for element in edition.graph.elements.values():
        shown = first_screen(edition, element)
        assert sentence(element), element.id
        assert shown.kind_means.endswith(".")


def test_fields_take_their_shape_from_the_schema(edition: Edition) -> None:
    page = "registry/label.comments.insult.md"
    label = edition.graph.elements["label.comments.insult"]
    near = field(edition, page, label, "near_misses")
    assert near is not None
    assert near.shape == "table"
    assert [title for _, title in near.columns] == ["Text", "Why", "Instead"]
    assert 'href="../label.comments.fine/"' in near.rows[0][2]
    assert field(edition, page, label, "no_such_field") is None


def test_the_word_council_in_a_list_of_words_is_no_link(edition: Edition) -> None:
    gate = edition.graph.elements["gate.agreement-floor"]
    basis = field(edition, "registry/gate.agreement-floor.md", gate, "basis")
    assert basis is not None
    assert basis.rows == ((inert("council"),),)


def test_gates_show_their_limit_and_the_breached_groups_first(edition: Edition) -> None:
    record = edition.graph.elements["REC-0001"]
    (gate,) = gate_results(edition, "registry/REC-0001.md", record)
    assert gate.limit == limit_words(edition, "gate.agreement-floor") == "at least 0.5"
    assert [r.verdict for r in gate.rows] == [
        "breached",
        "insufficient-evidence",
        "insufficient-evidence",
        "met",
    ]
    assert gate.tally[0] == ("breached", "Breached", 1)


def test_a_finding_shows_the_figure_of_its_group_only(edition: Edition) -> None:
    (gate,) = figure_of(edition, "registry/FND-0001.md", edition.graph.elements["FND-0001"])
    assert [r.line.name for r in gate.rows] == ["Finland"]


def test_an_objective_shows_the_gates_of_its_own_measures_only(edition: Edition) -> None:
    (found,) = measured(edition, "x.md", edition.graph.elements["objective.equal-care"])
    assert found.record == newest_record(edition, edition.graph.elements["AUD-0001"])
    assert len(found.gates) == 1


def test_a_template_that_prints_nothing_or_a_bare_figure_is_stopped() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("index", introduced=False)
    with pytest.raises(TypeError, match="choose its words"):
        render("registry", introduced=False, description=None, kinds=[])

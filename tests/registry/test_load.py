"""From files to the graph: every form of file, every place exact, nothing raised for its bytes."""

import json
from typing import Any

import pytest

from labelcharter.reading.diagnostic import Place
from labelcharter.registry.documents import read_source

RECORD = "audits/notes/records/REC-0001.json"
CROSSWALK = "taxonomies/notes/crosswalks/1.0.0-to-2.0.0.csv"
HEADER = (
    "from_version,from_id,from_value,relation,to_id,to_value,"
    "condition,default_action,approximate,evidence,decision\n"
)
ROW = "1.0.0,label.n.a,a,same_as,label.n.b,b,,map,false,,DEC-0001\n"


def problems(text: str | bytes, path: str) -> list[tuple[str, int, int]]:
    """What reading finds: (code, line, column)."""
    data = text if isinstance(text, bytes) else text.encode()
    found = read_source(data, path).document.problems
    return [(d.code, d.place.line, d.place.column) for d in found]


def test_every_field_of_a_record_has_its_place() -> None:
    value: dict[str, Any] = {"id": "REC-0001", "gates": [{"gate": "gate.a", "value": 0.5}]}
    source = read_source(json.dumps(value, indent=2).encode(), RECORD)
    marks = source.document.marks
    assert source.document.value == value
    assert source.elements[0].place == Place(RECORD, 2, 9)
    assert marks.place(("gates", 0, "gate")) == Place(RECORD, 5, 15)
    assert marks.place(("gates", 0, "value"), at_key=True) == Place(RECORD, 6, 7)


def test_a_record_on_one_line_without_spaces_is_read_and_placed_as_well() -> None:
    source = read_source(b'{"id":"REC-0001","rows":3}', RECORD)
    assert source.document.value == {"id": "REC-0001", "rows": 3}
    assert source.document.marks.place(("rows",)) == Place(RECORD, 1, 25)


def test_a_record_with_escapes_that_yaml_does_not_know_is_read_without_exact_places() -> None:
    source = read_source(b'{"id": "REC-0001", "title": "\\ud83d\\udc18"}', RECORD)
    assert source.document.problems == ()
    assert source.elements[0].title == "🐘"
    assert source.elements[0].place == Place(RECORD, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id": "REC-0001",\n "id": "REC-0002"}', ("Y002", 2, 2)),
        ('{"id": "REC-0001",\n "n": NaN}', ("Y015", 2, 7)),
        ('{"id": "REC-0001",\n "n": -Infinity}', ("Y015", 2, 7)),
        ('{"id": "REC-0001",\n "n": 1.0e400}', ("Y015", 2, 7)),
        ('{"id": "REC-0001",\n "n": ' + "9" * 5000 + "}", ("Y015", 2, 7)),
        ('{"id": "REC-0001",\n "n": 1,}', ("Y001", 2, 9)),
        ('{"id": "REC-0001",\n "t": "\\uD800"}', ("Y010", 2, 8)),
        ("[]", ("Y014", 1, 1)),
        ("\n", ("Y013", 1, 1)),
        ("[" * 30_000, ("Y007", 1, 1)),
    ],
    ids=lambda case: str(case)[:25],
)
def test_a_record_that_two_readers_would_read_differently_is_refused_at_its_place(
    text: str, expected: tuple[str, int, int]
) -> None:
    assert problems(text, RECORD) == [expected]
    assert read_source(text.encode(), RECORD).document.value is None


def test_a_crosswalk_has_the_place_of_every_cell() -> None:
    row = '1.0.0,label.n.a,a,same_as,label.n.b,b,"short, and\nsweet",map,false,,DEC-0001\r\n'
    marks = read_source((HEADER + row + ROW).encode(), CROSSWALK).document.marks
    assert marks.place(("columns", 1)) == Place(CROSSWALK, 1, 14)
    assert marks.place(("rows", 0, "from_id")) == Place(CROSSWALK, 2, 7)
    assert marks.place(("rows", 0, "default_action")) == Place(CROSSWALK, 3, 8)
    assert marks.place(("rows", 1, "decision")) == Place(CROSSWALK, 4, 51)


def test_a_crosswalk_links_to_its_labels_and_decisions() -> None:
    from labelcharter.registry.load import load_sources

    graph = load_sources({CROSSWALK: (HEADER + ROW).encode()}).graph
    links = [(r.field, r.target) for r in graph.outgoing["crosswalk.notes.1.0.0-to-2.0.0"]]
    assert links == [
        ("rows[0].from_id", "label.n.a"),
        ("rows[0].to_id", "label.n.b"),
        ("rows[0].decision", "DEC-0001"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("Y013", 1, 1)),
        (HEADER + "1.0.0,a\n" + ROW, ("Y014", 2, 1)),
        (HEADER + ROW + ROW.replace("map", '"map'), ("Y001", 3, 1)),
        (HEADER.replace(",", ";") + ROW, ("Y001", 1, 13)),
        (HEADER.replace("condition", "from_id") + ROW, ("Y002", 1, 57)),
    ],
)
def test_a_crosswalk_that_is_no_table_is_one_mistake(
    text: str, expected: tuple[str, int, int]
) -> None:
    assert problems(text, CROSSWALK) == [expected]


def test_a_crosswalk_may_end_in_a_blank_line_and_begin_with_a_byte_order_mark() -> None:
    source = read_source(("\ufeff" + HEADER + ROW + "\n").encode(), CROSSWALK)
    assert source.document.problems == ()
    assert len(source.document.value["rows"]) == 1

"""A number that is hidden in the record and stands somewhere on the built site is found there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from published_records import HIDDEN, record

from labelcharter.audit.disclosure.attack.names import (
    Named,
    leaks_in,
    may_stand,
    mentions,
    numbers_beside,
    numbers_said,
    windows,
)
from labelcharter.audit.disclosure.attack.page import Shape, page_of
from labelcharter.audit.disclosure.attack.scrape import leaks_in_json, leaks_on_page
from labelcharter.audit.disclosure.attack.site import NoRecords, attack_site, records_together

GROUPS = {"attribute.land": {"A": (50, 500, 220), "B": (30, 300, 100), "C": None, "D": None}}
TITLES = {"A": "People from Aland", "B": "People from Bland", "C": "People from Cland"}
PAGE = "registry/REC-0001/"

TABLE = """<table><tr><th>Group</th><th>Rate</th><th>n</th></tr>
<tr><td>People from Aland</td><td data-value="0.44">0.440</td><td>500</td></tr>
<tr><td>People from Cland</td><td data-value="">–</td><td>–</td></tr></table>"""
SVG = """<svg viewBox="0 0 480 206"><title>Rates</title>
<desc>People from Aland: 0.440; People from Cland: withheld; Everybody: 0.400</desc>
<rect class="band" x="300" y="14" width="70" height="90"/><line x1="30" x2="30" y1="14" y2="104"/>
<text x="124" y="31.5">Aland</text><line x1="266" x2="317" y1="27.5" y2="27.5"/>
<circle cx="291" cy="27.5" r="4.5"/><text x="420" y="31.5">0.440</text>
<text x="124" y="58.5">Cland</text><text x="144" y="58.5">withheld</text>
<text x="124" y="85.5">Everybody</text><circle cx="291" cy="81.5" r="4.5"/></svg>"""
TEXT = "<p>People from Aland: 50 annotators; People from Cland: numbers not shown; 3 more.</p>"
GAP = {
    "check": "label-rate-gap",
    "attribute": "attribute.land",
    "a": "A",
    "b": "C",
    "label": "yes",
    "estimate": HIDDEN,
    "p": None,
    "margin": 0.05,
    "verdict": "breached",
    "why": "hidden",
}


def site(folder: Path, page: str = TABLE + SVG + TEXT, **more: Any) -> Path:
    """A small built site: the record's page, another page, the search index, the graph."""
    made = record((100, 1000, 400), GROUPS, gaps=[GAP])
    categories = [{"value": value, "title": title} for value, title in TITLES.items()]
    elements = [
        {"id": "REC-0001", "kind": "record", "page": PAGE, "data": made},
        {
            "id": "attribute.land",
            "kind": "attribute",
            "page": "registry/attribute.land/",
            "line": 12,
            "data": {"categories": categories},
        },
        *more.get("elements", ()),
    ]
    section = {"location": f"{PAGE}#groups", "title": "Groups", "text": TEXT}
    docs = [{**section, **more.get("section", {})}]
    files = {
        "index.html": more.get("home", "<p>Welcome. 12 pages.</p>"),
        f"{PAGE}index.html": f"<html><body><h1>REC-0001</h1>{page}</body></html>",
        "api/graph.json": json.dumps({"format_version": 1, "elements": elements}),
        "search/search_index.json": json.dumps({"config": {}, "docs": docs}),
        "schemas/record.schema.json": json.dumps({"examples": [{"value": "C", "n": 7}]}),
    }
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


def places(folder: Path) -> list[str]:
    return [one.how for one in attack_site(folder).recovered]


def test_a_site_that_shows_nothing_hidden_is_clean(tmp_path: Path) -> None:
    attacked = attack_site(site(tmp_path))
    assert attacked.recovered == ()
    assert attacked.records == ("REC-0001",)
    assert attacked.hidden > 0


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('Cland</td><td data-value="">–', "Cland</td><td>0.37", "a row of a table"),
        ('Cland</td><td data-value=""', 'Cland</td><td data-value="0.3712"', "a row of a table"),
        ("Cland</td><td", 'Cland</td><td style="width: 37%"', "a row of a table"),
        ("–</td></tr>", '<img alt="0.37">–</td></tr>', "a row of a table"),
        ("Cland: withheld", "Cland: 0.371", "the description of a drawing"),
        (">withheld<", ">37 %<", "a number in a drawing"),
        ("numbers not shown", "8 annotators", "the text"),
        ("<p>People", '<img alt="People from Cland: 8"><p>People', "the text"),
        (
            '<text x="144" y="58.5">',
            '<line x1="200" x2="230" y1="54.5" y2="54.5"/><text x="144" y="58.5">',
            "something is drawn in its row",
        ),
        (
            '<text x="144" y="58.5">',
            '<rect x="138" y="50" width="93" height="9"></rect><text x="144" y="58.5">',
            "something is drawn in its row",
        ),
        (
            '<text x="144" y="58.5">',
            '<path d="M138 54 h93"/><text x="144" y="58.5">',
            "something is drawn in its row",
        ),
        (
            '<text x="144" y="58.5">',
            '<polygon points="200,54 206,60 212,54"/><text x="144" y="58.5">',
            "something is drawn in its row",
        ),
    ],
)
def test_a_figure_planted_on_the_page_is_found(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    page = TABLE + SVG + TEXT
    assert old in page
    assert places(site(tmp_path, page.replace(old, new, 1))) == [f"{PAGE}index.html: {place}"]


def test_a_column_of_a_hidden_group_is_read_too(tmp_path: Path) -> None:
    table = "<table><tr><th></th><th>People from Aland</th><th>People from Cland</th></tr>"
    clean = f"{table}<tr><td>n</td><td>500</td><td>–</td></tr></table>"
    assert places(site(tmp_path, clean)) == []
    leaking = f"{table}<tr><td>n</td><td>500</td><td>83</td></tr></table>"
    assert places(site(tmp_path, leaking)) == [f"{PAGE}index.html: a column of a table"]


def test_a_figure_in_the_search_index_is_found(tmp_path: Path) -> None:
    text = TEXT.replace("numbers not shown", "8 annotators, 83 ratings")
    found = places(site(tmp_path, section={"text": text}))
    assert found == [f"search/search_index.json: the section {PAGE}#groups"]


def test_a_figure_in_a_json_is_found(tmp_path: Path) -> None:
    def finding(**more: object) -> list[dict[str, Any]]:
        data = {"record": "REC-0001", "rows": [{"group": "C", **more}]}
        return [{"id": "FND-0001", "kind": "finding", "line": 40, "data": data}]

    assert places(site(tmp_path, elements=finding(note="hidden"))) == []
    assert places(site(tmp_path, elements=finding(ratings=83))) == [
        "api/graph.json: an object that names it"
    ]


def test_a_record_whose_sums_give_a_group_away_is_attacked_as_a_record(tmp_path: Path) -> None:
    folder = site(tmp_path)
    graph = json.loads((folder / "api/graph.json").read_text())
    groups = graph["elements"][0]["data"]["result"]["groups"]
    groups.remove(next(g for g in groups if g["value"] == "D"))
    (folder / "api/graph.json").write_text(json.dumps(graph))
    assert {one.figure for one in attack_site(folder).recovered} >= {"annotators", "ratings"}


def test_a_margin_that_the_record_publishes_may_stand_beside_a_hidden_group(tmp_path: Path) -> None:
    row = "<tr><td>People from Aland minus People from Cland</td><td>–</td><td>{}</td></tr>"
    for shown in ("0.05", "5 points", "5 %"):
        assert places(site(tmp_path, f"<table>{row.format(shown)}</table>")) == []
    leaking = f"<table>{row.format('0.07')}</table>"
    assert places(site(tmp_path, leaking)) == [f"{PAGE}index.html: a row of a table"]


def test_another_page_is_read_when_it_speaks_of_the_record(tmp_path: Path) -> None:
    row = "<table><tr><td>People from Cland</td><td>83</td></tr></table>"
    assert places(site(tmp_path, home=row)) == []
    assert places(site(tmp_path, home=f"<p>REC-0001</p>{row}")) == ["index.html: a row of a table"]


def test_a_folder_that_is_no_site_or_has_no_record_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(NoRecords, match=r"no index\.html"):
        attack_site(tmp_path)
    (tmp_path / "index.html").touch()
    with pytest.raises(NoRecords, match="holds no record"):
        attack_site(tmp_path)


def test_records_are_taken_together_by_audit_and_by_file() -> None:
    def one(name: str, audit: str, data: str) -> dict[str, Any]:
        return {"id": name, "audit": audit, "manifest": {"data_sha256": data}}

    a, b, c, d = one("1", "x", "p"), one("2", "y", "q"), one("3", "x", "q"), one("4", "z", "r")
    assert records_together([a, d, b]) == [[a], [d], [b]]
    assert records_together([a, b, c, d]) == [[a, b, c], [d]]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.371", [(0.371, 3)]),
        (".37 (.31 to .43)", [(0.37, 2), (0.31, 2), (0.43, 2)]),
        ("2,914 ratings", [(2914.0, 0)]),
        ("−.03", [(-0.03, 2)]),
        ("37 %", [(37.0, 0)]),
        ("the 95 % interval of REC-0001 on 2026-11-23, 23 November 2026, version 1.0.0, `1`", []),
        ("alpha2 and i000", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[tuple[float, int]]) -> None:
    assert numbers_said(text) == numbers


def test_a_number_at_the_edge_of_its_last_decimal_may_stand_and_one_beyond_may_not() -> None:
    assert may_stand(0.4, 1, [0.35])
    assert may_stand(0.4, 1, [0.4499])
    assert not may_stand(0.4, 1, [0.349])
    assert not may_stand(0.4, 1, [0.451])
    assert may_stand(40.0, 0, [0.395])
    assert not may_stand(40.0, 0, [0.394])


def test_a_number_may_stand_where_it_is_a_published_one_as_printed() -> None:
    assert may_stand(0.05, 2, [0.0512])
    assert may_stand(5.1, 1, [0.0512])
    assert not may_stand(0.06, 2, [0.0512])
    assert not may_stand(5.2, 1, [0.0512])
    assert not may_stand(0.05, 2, [])


def test_digits_in_the_names_of_groups_are_no_figures() -> None:
    named = Named("REC-0001", ("age", "18-24"), ("aged 18 to 24", "18-24"), ())
    assert not leaks_in("aged 18 to 24 and aged 25 to 34: withheld", named, ["aged 25 to 34"])
    assert leaks_in("aged 18 to 24: 12", named)


def test_a_name_is_looked_for_as_a_word_and_up_to_the_next_name() -> None:
    assert mentions("from Nigeria", ["Niger"]) == -1
    assert mentions("from Niger, 4", ["Niger", "Chad"]) == 5
    named = Named("REC-0001", ("land", "Niger"), ("Niger",), ())
    text = "Niger: hidden. Chad 7 of 9; Niger 4 and Chad 3"
    assert list(windows(text, named, ["Niger", "Chad"])) == [": hidden", " 4 and "]
    far = f"Niger{' ' * 119}7 and 8"
    assert list(windows(far, named, [])) == [f"{' ' * 119}7"]
    assert list(windows("Niger; 7", named, [])) == [""]
    short = Named("REC-0001", ("land", "N"), ("N",), ())
    assert list(windows("N 7", short, [])) == []


def test_a_name_of_three_letters_is_looked_for_in_running_text_and_a_shorter_one_is_not() -> None:
    ann = Named("REC-0001", ("name", "Ann"), ("Ann", "An"), ())
    assert list(windows("Ann 7. An 8", ann, [])) == [" 7"]
    assert list(windows("Ann 7 Bob 8", ann, ["Bob"])) == [" 7 "]
    assert list(windows("Ann 7 Bo 8", ann, ["Bo"])) == [" 7 Bo 8"]


def test_a_gate_on_a_difference_is_about_both_groups_and_yes_or_no_is_no_number() -> None:
    made = record((100, 1000, 400), GROUPS)
    gate = {"attribute": "attribute.land", "value": "A less C", "threshold": 0.125, "met": True}
    made["gates"] = [gate, {**gate, "value": None, "threshold": 0.375}]
    for value in "AC":
        beside = numbers_beside(made, ("attribute.land", value))
        assert 0.125 in beside
        assert 0.375 not in beside
        assert 1.0 not in beside
    assert 0.125 not in numbers_beside(made, ("attribute.land", "B"))


def test_the_numbers_beside_a_group_are_those_of_every_entry_that_names_it() -> None:
    made = record((100, 1000, 400), GROUPS, gaps=[GAP])
    assert numbers_beside(made, ("attribute.land", "C")) == [0.0, 0.05]
    assert 500.0 in numbers_beside(made, ("attribute.land", "A"))
    assert numbers_beside(made, ("attribute.other", "C")) == []


def test_a_page_is_taken_apart_into_tables_drawings_and_words() -> None:
    page = page_of(TABLE + SVG + TEXT + "<script>var x = 'People from Cland 8'</script>")
    assert [[cell.text for cell in row] for row in page.tables[0]][1:] == [
        ["People from Aland", "0.440", "500"],
        ["People from Cland", "–", "–"],
    ]
    assert page.tables[0][0][0].heads
    assert page.tables[0][1][1].said == ["0.44"]
    (drawing,) = page.drawings
    assert drawing.names[0] == (31.5, "Aland")
    assert Shape(23.0, 32.0) in drawing.shapes
    assert Shape(14.0, 104.0) in drawing.shapes
    assert drawing.words[0] == "Rates"
    assert not any("var x" in words for words in page.words)


def test_a_name_with_a_sign_that_html_escapes_is_read_as_people_write_it() -> None:
    page = page_of("<table><tr><td>R&amp;D &#8211; 7</td></tr></table><p>R&amp;D: 8</p>")
    assert page.tables[0][0][0].text == "R&D – 7"
    assert "".join(page.words) == "R&D: 8"


def test_text_beside_a_drawings_texts_and_after_cells_stands_where_it_stands() -> None:
    page = page_of(
        '<svg><text y="3">A</text>loose<text>B</text><title>T</title><desc>D</desc></svg>'
        "<table><tr><td>1</td>between<td>2<br>3</td></tr></table>after"
    )
    (drawing,) = page.drawings
    assert drawing.names == [(3.0, "A")]
    assert drawing.words == ["T", "D"]
    assert [cell.text for cell in page.tables[0][0]] == ["1", "23"]
    assert page.words == ["between", "after"]


def test_what_attributes_say_is_kept_with_the_cell_or_with_the_words() -> None:
    page = page_of(
        '<td title="no table"></td><table><tr><td title="t" class="c" data-value="9" '
        'data-label="Rate"><img alt="a" src="7.png"></td></tr></table>'
        '<p aria-label="said" id="8">x</p><svg aria-label="drawn"><g data-n="5"></g></svg>'
    )
    assert page.tables[0][0][0].said == ["t", "9", "a"]
    assert page.words == ["no table", "said", "x"]


@pytest.mark.parametrize(
    ("shape", "heights"),
    [
        ('<ellipse cx="1" cy="20" rx="9" ry="3"/>', Shape(17, 23)),
        ('<path d="M10 20 L30 25 v-8"/>', Shape(17, 25)),
        ('<path d="M10,20 l5,5 H40 Z"/>', Shape(20, 25)),
        ('<path d="M10 20 v5 h3 l2 -10 z"/>', Shape(15, 25)),
        ('<path d="M1 2.5 V7.25 H3"/>', Shape(2.5, 7.25)),
        ('<path d="m1 -2 h3"/>', Shape(-2, -2)),
        ('<polyline points="1,2 3,9"/>', Shape(2, 9)),
        ('<polygon points="1,-2.5 3,9 2,4"/>', Shape(-2.5, 9)),
        ('<circle cx="9" cy="20" r="2.5"/>', Shape(17.5, 22.5)),
        ('<rect x="1" width="9" height="4"/>', Shape(0, 4)),
        ('<rect x="1" y="5" width="9" height="4"/>', Shape(5, 9)),
        ('<line x1="1" x2="2" y1="9" y2="4"/>', Shape(4, 9)),
    ],
)
def test_the_heights_of_each_shape_are_read(shape: str, heights: Shape) -> None:
    assert page_of(f"<svg>{shape}</svg>").drawings[0].shapes == [heights]


@pytest.mark.parametrize("shape", ['<path d=""/>', '<polyline points=""/>', '<path d="Z"/>'])
def test_a_shape_without_heights_is_nowhere(shape: str) -> None:
    assert page_of(f"<svg>{shape}</svg>").drawings[0].shapes == []


C = Named("REC-0001", ("attribute.land", "C"), ("People from Cland", "Cland"), (0.05,))
EVERY_NAME = ["People from Aland", "People from Cland", "Aland", "Cland", "Everybody"]


def leaks(html: str) -> list[str]:
    return list(leaks_on_page(page_of(html), C, EVERY_NAME))


def table_with(*rows: str) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([], []),
        (["<td>Cland</td><td>83</td>"], ["a row of a table"]),
        (["<td>Cland</td><td>0.05</td>"], []),  # it may stand there
        (["<td>Aland</td><td>83</td><td>Cland</td>"], []),  # the row is Aland's
        (["<td>Cland</td><td>Aland</td><td>83</td>"], ["a row of a table"]),
        ([f"<td>{'x' * 23} Cland</td><td>83</td>"], ["a row of a table"]),
        ([f"<td>{'x' * 24} Cland</td><td>83</td>"], ["a row of a table"]),
        ([f"<td>{'x' * 25} Cland</td><td>83</td>"], []),  # prose, about whatever
        (["<th></th><th>Cland</th>", "<td>n</td><td>83</td>"], ["a column of a table"]),
        (["<th></th><th>Cland</th>", "<td>n</td>", "<td>k</td><td>–</td>"], []),
        (["<th></th><th>Aland</th>", "<td>n</td><td>83</td>"], []),
        (["<th>Cland</th><th>n</th>", "<td>83</td><td>83</td>"], []),  # its rows have a name each
        (["<td></td><td>Cland</td>", "<td>n</td><td>83</td>"], []),  # no head
    ],
)
def test_a_table_leaks_in_the_row_or_under_the_head_of_the_group(
    rows: list[str], where: list[str]
) -> None:
    assert leaks(table_with(*rows)) == where


DRAWN, WRITTEN = "something is drawn in its row", "a number in a drawing"


def drawing(inside: str, *names: tuple[float, str]) -> str:
    texts = "".join(f'<text y="{height}">{name}</text>' for height, name in names)
    return f"<svg>{texts}{inside}</svg>"


THREE = ((30, "Aland"), (60, "Cland"), (90, "Everybody"))  # rows 15 to 45, 45 to 75, 75 to 105


@pytest.mark.parametrize(
    ("html", "where"),
    [
        (drawing("", *THREE), []),
        (drawing('<circle cy="60" r="4"/>', *THREE), [DRAWN]),
        (drawing('<circle cy="46" r="4"/>', *THREE), [DRAWN]),
        (drawing('<circle cy="74" r="4"/>', *THREE), [DRAWN]),
        (drawing('<circle cy="44" r="4"/>', *THREE), []),
        (drawing('<circle cy="76" r="4"/>', *THREE), []),
        (drawing('<rect y="46" height="29"/>', *THREE), [DRAWN]),
        (drawing('<rect y="45" height="30"/>', *THREE), []),  # as high as the row: a band
        (drawing('<line y1="0" y2="120"/>', *THREE), []),  # an axis
        (drawing('<text y="60">83</text>', *THREE), [WRITTEN]),
        (drawing('<text y="61">83</text>', *THREE), [WRITTEN]),
        (drawing('<text y="90">83</text>', *THREE), []),
        (drawing('<text y="60">0.05</text>', *THREE), []),
        (drawing("<desc>Cland: 83</desc>", *THREE), ["the description of a drawing"]),
        (drawing("<desc>Cland: hidden. Aland: 83</desc>", *THREE), []),
        # a drawing of one row is twenty high
        (drawing('<circle cy="69" r="1"/>', (60, "Cland")), [DRAWN]),
        (drawing('<circle cy="71" r="1"/>', (60, "Cland")), []),
        # names a hair's breadth apart are of one row
        (drawing('<circle cy="69" r="1"/>', (60, "Cland"), (61, "(hidden)")), [DRAWN]),
        # a shortened name is still its name, one letter is none
        (drawing('<circle cy="60" r="1"/>', (60, "People from Cl…")), [DRAWN]),
        (drawing('<circle cy="60" r="1"/>', (60, "from Cland")), [DRAWN]),
        (drawing('<circle cy="60" r="1"/>', (60, "People from Al…")), []),
        (drawing('<circle cy="60" r="1"/>', (60, "d")), []),
        (drawing('<circle cy="60" r="1"/>', (60, "People")), []),
    ],
)
def test_a_drawing_leaks_where_a_shape_or_a_number_lies_in_the_row_of_the_group(
    html: str, where: list[str]
) -> None:
    assert leaks(html) == where


@pytest.mark.parametrize(
    ("value", "leaking"),
    [
        ({"group": "Cland", "n": 83}, True),
        ({"group": "Cland", "n": 0.05}, False),
        ({"group": "Cland", "line": 83}, False),  # where it stands in a file
        ({"group": "Aland", "n": 83}, False),
        ({"group": "Cland", "n": None}, False),
        ([{"group": "Aland"}, {"rows": [{"group": "Cland", "n": 83}]}], True),
        ({"group": "Cland", "parts": [{"n": 83}]}, True),
        ({"names": ["Cland"], "n": 83}, False),
        ("Cland 83", False),
    ],
)
def test_an_object_leaks_where_it_names_the_group_and_holds_a_number(
    value: object, leaking: bool
) -> None:
    assert leaks_in_json(value, C) is leaking


def test_a_json_that_is_no_list_of_elements_is_read_too(tmp_path: Path) -> None:
    folder = site(tmp_path)
    rows = [{"group": "C", "ratings": 83}]
    (folder / "api/other.json").write_text(json.dumps({"record": "REC-0001", "rows": rows}))
    (folder / "api/unrelated.json").write_text(json.dumps({"rows": rows}))
    (folder / "api/list.json").write_text(json.dumps(["REC-0001", *rows]))
    assert places(folder) == [
        "api/list.json: an object that names it",
        "api/other.json: an object that names it",
    ]


def test_a_page_that_speaks_of_no_record_may_have_any_number(tmp_path: Path) -> None:
    folder = site(tmp_path)
    (folder / "about").mkdir()
    row = "<table><tr><td>People from Cland</td><td>83</td></tr></table>"
    (folder / "about/index.html").write_text(row)
    assert places(folder) == []
    (folder / "about/index.html").write_text(f"<p>See REC-0001.</p>{row}")
    (one,) = attack_site(folder).recovered
    assert (one.record, one.group, one.figure) == ("REC-0001", "attribute.land C", "a figure")
    assert (one.verdict, one.width) == ("exact", 0)
    assert one.how == "about/index.html: a row of a table"

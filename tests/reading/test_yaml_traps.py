"""Every trap of YAML is refused with its place; its harmless twin is read as it is written."""

from typing import Any

import pytest

from labelcharter.reading.diagnostic import Place
from labelcharter.reading.yaml_events import read_yaml

# what it is, the trap, (code, line, column), the twin, the value of the twin
TRAPS: list[tuple[str, str, tuple[str, int, int], str, Any]] = [
    ("a key given twice", "a: 1\nb: 2\na: 3\n", ("Y002", 3, 1), "a: 1\nb: 2\n", {"a": 1, "b": 2}),
    (
        "a key given twice in brackets",
        "a: {b: 1, b: 2}\n",
        ("Y002", 1, 11),
        "a: {b: 1, c: 2}\n",
        {"a": {"b": 1, "c": 2}},
    ),
    ("an anchor", "a: &x 1\n", ("Y003", 1, 4), 'a: "&x 1"\n', {"a": "&x 1"}),
    (
        "an anchor and its alias",
        "a: &x 1\nb: *x\n",
        ("Y003", 1, 4),
        "a: 1\nb: 1\n",
        {"a": 1, "b": 1},
    ),
    ("an anchor within itself", "a: &x [*x]\n", ("Y003", 1, 4), "a: []\n", {"a": []}),
    ("text after an asterisk", "a: *team\n", ("Y003", 1, 4), 'a: "*team"\n', {"a": "*team"}),
    (
        "text between asterisks",
        "a: *very* good\n",
        ("Y001", 1, 4),
        'a: "*very* good"\n',
        {"a": "*very* good"},
    ),
    ("a tag", "a: !important x\n", ("Y004", 1, 4), 'a: "!important x"\n', {"a": "!important x"}),
    (
        "a tag that runs code",
        "a: !!python/object/apply:os.system [ls]\n",
        ("Y004", 1, 4),
        "a: [ls]\n",
        {"a": ["ls"]},
    ),
    ("a tag on a key", "!x a: 1\n", ("Y004", 1, 1), '"!x a": 1\n', {"!x a": 1}),
    ("a merge key", "<<: {a: 1}\nb: 2\n", ("Y005", 1, 1), '"<<": {a: 1}\n', {"<<": {"a": 1}}),
    ("a second document", "a: 1\n---\nb: 2\n", ("Y006", 2, 1), "---\na: 1\n", {"a": 1}),
    (
        "65 levels",
        "a: " + "[" * 65 + "]" * 65 + "\n",
        ("Y007", 1, 67),
        "a: [[[]]]\n",
        {"a": [[[]]]},
    ),
    ("nothing", "", ("Y013", 1, 1), "a: ''\n", {"a": ""}),
    ("only a comment", "# a: 1\n", ("Y013", 1, 1), "a: 1\n", {"a": 1}),
    ("nothing after a line of hyphens", "---\n", ("Y013", 1, 1), "---\na: 1\n", {"a": 1}),
    ("a second document after a list", "- a\n---\nb: 1\n", ("Y006", 2, 1), "b: 1\n", {"b": 1}),
    ("a list", "- a\n- b\n", ("Y014", 1, 1), "a:\n- b\n", {"a": ["b"]}),
    ("a word", "hello\n", ("Y014", 1, 1), "hello:\n", {"hello": None}),
    ("no", "a: no\n", ("Y011", 1, 4), 'a: "no"\n', {"a": "no"}),
    ("Norway", "a: [SE, NO]\n", ("Y011", 1, 9), 'a: [SE, "NO"]\n', {"a": ["SE", "NO"]}),
    ("a key that is off", "a: {off: 1}\n", ("Y011", 1, 5), 'a: {"off": 1}\n', {"a": {"off": 1}}),
    ("yes", "a: Yes\n", ("Y011", 1, 4), "a: true\n", {"a": True}),
    ("a group called NULL", "a: NULL\n", ("Y011", 1, 4), 'a: "NULL"\n', {"a": "NULL"}),
    ("not a number", "a: .nan\n", ("Y015", 1, 4), 'a: ".nan"\n', {"a": ".nan"}),
    ("infinity", "a: -.INF\n", ("Y015", 1, 4), "a: -1.5\n", {"a": -1.5}),
    ("a number too large", "a: 1.0e400\n", ("Y015", 1, 4), "a: 1.0e3\n", {"a": 1000.0}),
    ("a list as a key", "? [a, b]\n: c\n", ("Y017", 1, 3), "a-b: c\n", {"a-b": "c"}),
    ("a template's braces", "a: {{ b }}\n", ("Y017", 1, 5), 'a: "{{ b }}"\n', {"a": "{{ b }}"}),
    ("text cut at a #", "a: Item #4\n", ("Y012", 1, 9), "a: Item#4\n", {"a": "Item#4"}),
    (
        "text cut at a # in a list",
        "a:\n  - x\n  - Item #4\n",
        ("Y012", 3, 10),
        'a:\n  - x\n  - "Item #4"\n',
        {"a": ["x", "Item #4"]},
    ),
    ("a comment", "a: 1\n  # later\nb: 2\n", ("Y016", 2, 3), "a: 1\nnote: later\nb: 2\n", None),
    ("a comment after a number", "a: 5 # five\n", ("Y016", 1, 6), "a: 5\n", {"a": 5}),
    (
        "a comment after a quoted text",
        'a: "x" # y\n',
        ("Y016", 1, 8),
        'a: "x # y"\n',
        {"a": "x # y"},
    ),
    ("a comment after a key", "a: # why\n  b: 1\n", ("Y016", 1, 4), "a:\n  b: 1\n", None),
    ("a comment after a list", "a: [1] # why\n", ("Y016", 1, 8), "a: [1]\n", {"a": [1]}),
    ("a comment after a comma", "a: [1, # one\n  2]\n", ("Y016", 1, 8), "a: [1,\n  2]\n", None),
    (
        "a comment after a bar",
        "a: | # why\n  # text\n  x\n",
        ("Y016", 1, 6),
        "a: |\n  # text\n  x\n",
        {"a": "# text\nx\n"},
    ),
    (
        "a comment after a block",
        "a: |\n  x\n# why\nb: 1\n",
        ("Y016", 3, 1),
        "a: |\n  x\nb: 1\n",
        {"a": "x\n", "b": 1},
    ),
    ("an unquoted colon", "a: x: z\n", ("Y001", 1, 4), 'a: "x: z"\n', {"a": "x: z"}),
    ("a colon after a quote", 'a: "x": z\n', ("Y001", 1, 4), "a: x:z\n", {"a": "x:z"}),
    ("an unquoted at sign", "a: @team\n", ("Y001", 1, 4), 'a: "@team"\n', {"a": "@team"}),
    ("a percent sign", "a: %5\n", ("Y001", 1, 4), "a: 5 %\n", {"a": "5 %"}),
    ("a backtick", "a: `x`\n", ("Y001", 1, 4), 'a: "`x`"\n', {"a": "`x`"}),
    ("a comma first", "a: ,x\n", ("Y001", 1, 4), 'a: ",x"\n', {"a": ",x"}),
    ("a dash first", "a: - x\n", ("Y001", 1, 4), "a:\n- x\n", {"a": ["x"]}),
    ("a question mark first", "a: ? x\n", ("Y001", 1, 4), "a: x?\n", {"a": "x?"}),
    ("an asterisk first", "b: 1\na: *No b\n", ("Y001", 2, 4), 'a: "*No b"\n', {"a": "*No b"}),
    ("a tab", "a:\n\tb: 1\n", ("Y001", 2, 1), "a:\n  b: 1\n", {"a": {"b": 1}}),
    ("a quote never closed", 'a: 1\nb: "x\nc: 2\n', ("Y001", 2, 4), 'b: "x"\n', {"b": "x"}),
    ("text after a quote", 'a: "x" z\n', ("Y001", 1, 8), "a: '\"x\" z'\n", {"a": '"x" z'}),
    ("an apostrophe", "a: 'It's'\n", ("Y001", 1, 8), "a: It's\n", {"a": "It's"}),
    ("text after a bracket", "a: [x] z\n", ("Y001", 1, 8), 'a: "[x] z"\n', {"a": "[x] z"}),
    ("a list never closed", "b: [x, z\nc: 2\n", ("Y001", 1, 4), "b: [x, z]\n", {"b": ["x", "z"]}),
    ("braces never closed", "a: {x: 1\n", ("Y001", 1, 4), "a: {x: 1}\n", {"a": {"x": 1}}),
    ("a brace that closes nothing", "a: 1\n}\n", ("Y001", 2, 1), "a: 1\n", {"a": 1}),
    ("a line without a colon", "a: 1\nbc\nd: 2\n", ("Y001", 2, 1), "a: 1\nbc:\n", None),
    ("a first line without one", "id a\nb: 2\n", ("Y001", 1, 1), "id: a\nb: 2\n", None),
    ("an indentation", "a: 1\n  b: 2\n", ("Y001", 2, 3), "a:\n  b: 2\n", {"a": {"b": 2}}),
    ("an item out of line", "a:\n  - x\n - z\n", ("Y001", 3, 2), "a:\n  - x\n  - z\n", None),
    ("text beside a bar", "a: | x\n", ("Y001", 1, 6), "a: |\n  x\n", {"a": "x\n"}),
    ("an unknown escape", 'a: "\\d"\n', ("Y001", 1, 4), "a: '\\d'\n", {"a": "\\d"}),
    ("an escape that hides", 'a: "x\\e[2J"\n', ("Y010", 1, 4), 'a: "x\\u2192y"\n', {"a": "x→y"}),
    ("a direction override", "a: b\u202ec\n", ("Y010", 1, 5), "a: bc\n", {"a": "bc"}),
    ("a zero-width space", "a: b\u200bc\n", ("Y010", 1, 5), "a: b c\n", {"a": "b c"}),
    ("a byte-order mark inside", "a: b\ufeff\n", ("Y010", 1, 5), "\ufeffa: b\n", {"a": "b"}),
    ("an escape character", "a: \x1b[2J\n", ("Y010", 1, 4), "a: ESC\n", {"a": "ESC"}),
    ("a NUL", "a: b\x00\n", ("Y010", 1, 5), "a: b0\n", {"a": "b0"}),
    ("a lone carriage return", "a: b\rc: d\n", ("Y010", 1, 5), "a: b\r\nc: d\r\n", None),
    ("a line end nobody sees", "a: b\x85c: d\n", ("Y010", 1, 5), "a: b\nc: d\n", None),
]


def ids(trap: tuple[str, str, tuple[str, int, int], str, Any]) -> str:
    return trap[0]


@pytest.mark.parametrize("trap", TRAPS, ids=ids)
def test_a_trap_is_one_mistake_at_its_place(
    trap: tuple[str, str, tuple[str, int, int], str, Any],
) -> None:
    _, text, expected, _, _ = trap
    found = read_yaml(text.encode(), "f.yaml").problems
    assert [(d.code, d.place.line, d.place.column) for d in found] == [expected]
    assert found[0].help


@pytest.mark.parametrize("trap", TRAPS, ids=ids)
def test_the_twin_of_a_trap_is_read_as_it_is_written(
    trap: tuple[str, str, tuple[str, int, int], str, Any],
) -> None:
    _, _, _, twin, value = trap
    document = read_yaml(twin.encode(), "f.yaml")
    assert document.problems == ()
    assert isinstance(document.value, dict)
    if value is not None:
        assert document.value == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.10", 1.1),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("190:20", "190:20"),
        ("2026-02-30", "2026-02-30"),
        ("2026-11-30", "2026-11-30"),
        ("1.2.3", "1.2.3"),
        ("1e5", "1e5"),
        ("9" * 5000, "9" * 5000),
        ("+5", "+5"),
        ("-0.5", -0.5),
        ("true", True),
        ("TRUEST", "TRUEST"),
        ("~", None),
        ("'~'", "~"),
        ("''", ""),
    ],
)
def test_numbers_are_decimal_and_dates_and_codes_stay_text(written: str, value: Any) -> None:
    document = read_yaml(f"a: {written}\n".encode(), "f.yaml")
    assert document.problems == ()
    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)


def test_keys_are_text_whatever_they_look_like() -> None:
    assert read_yaml(b"1: a\n1.0: b\n2026-01-01: c\n", "f.yaml").value == {
        "1": "a",
        "1.0": "b",
        "2026-01-01": "c",
    }


def test_all_mistakes_of_a_file_are_found_at_once() -> None:
    text = "a: no\nb: !x 1\na: 2\nc: Item #4\n"
    found = read_yaml(text.encode(), "f.yaml").problems
    assert sorted((d.code, d.place.line) for d in found) == [
        ("Y002", 3),
        ("Y004", 2),
        ("Y011", 1),
        ("Y012", 4),
    ]


def test_a_duplicate_key_is_an_error_that_shows_both_lines() -> None:
    (found,) = read_yaml(b"value: 0.1\nwhy: x\nvalue: 0.3\n", "f.yaml").problems
    assert found.place == Place("f.yaml", 3, 1)
    assert [(r.place.line, r.message) for r in found.related] == [
        (1, "`value` is first given here")
    ]


def test_a_name_and_all_that_repeats_it_are_one_mistake_with_every_place() -> None:
    laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    found = read_yaml(laughs.encode(), "f.yaml").problems
    assert [(d.place.line, len(d.related)) for d in found] == [(1, 2), (2, 2), (3, 0)]


def test_the_editors_own_line_is_no_comment() -> None:
    text = b"# yaml-language-server: $schema=term.schema.json\nid: term.a\n"
    assert read_yaml(text, "f.yaml").problems == ()


def test_a_tag_is_shown_as_it_is_written() -> None:
    (found,) = read_yaml(b"a: !!python/name:os.system x\n", "f.yaml").problems
    assert found.message == "`!!python/name:os.system` is a YAML tag, which is not allowed"


def test_a_long_run_of_hidden_characters_is_one_mistake() -> None:
    found = read_yaml(("a: b" + "\u200b" * 30 + "c\n").encode(), "f.yaml").problems
    assert len(found) == 1


def test_a_joined_emoji_and_the_flag_of_a_region_hide_nothing() -> None:
    text = "a: 👩‍💻 and 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f\n"
    assert read_yaml(text.encode(), "f.yaml").problems == ()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a: caf\xe9\n".encode("latin-1"), ("Y009", 1, 7)),
        ("a: b\n".encode("utf-16"), ("Y009", 1, 1)),
        ("a: b\nc: d\n".encode("utf-16-le"), ("Y010", 1, 2)),
        (b"a: 1\n" + b"x" * (1 << 20), ("Y008", 1, 1)),
        (b"[" * 30_000, ("Y007", 1, 65)),
        (b"{a: " * 30_000, ("Y007", 1, 257)),
        (b"- " * 30_000, ("Y007", 1, 129)),
    ],
    ids=["Latin-1", "UTF-16", "UTF-16 without a mark", "1 MiB", "30,000 [", "30,000 {", "30,000 -"],
)
def test_bytes_that_are_no_yaml_are_a_mistake_and_never_a_crash(
    data: bytes, expected: tuple[str, int, int]
) -> None:
    document = read_yaml(data, "f.yaml")
    first = document.problems[0]
    assert (first.code, first.place.line, first.place.column) == expected
    assert document.value is None

"""Whatever plain data is written, it is read back with the place of every word; and any bytes at
all end in a document, never in an exception.
"""

import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labelcharter.reading.yaml_events import Document, read_yaml
from labelcharter.registry.documents import read_source

VALID = Path(__file__).parents[1] / "checks" / "valid"
FORMS = (
    "policies/f.yaml",
    "docs/decisions/f.md",
    "audits/a/records/f.json",
    "t/s/crosswalks/f.csv",
)

# No control, format or private characters: reading refuses them, and other tests see to that.
PIECES = st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
TRICKY = st.sampled_from(["\n", "\t", " ", " #", ": ", "- ", "e\u0301", "👩\u200d💻", '"', "'"])
WORDS = st.lists(PIECES | TRICKY, max_size=30).map("".join)
SCALARS = (
    WORDS
    | st.booleans()
    | st.none()
    | st.integers(-(10**14), 10**14)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.sampled_from(["no", "NO", "1.10", "010", "12:30:45", "2026-02-30", "~", "", "<<", "0x1F"])
)
DATA = st.dictionaries(
    WORDS,
    st.recursive(
        SCALARS,
        lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(WORDS, deeper, max_size=4),
        max_leaves=15,
    ),
    max_size=5,
)


class _Plain(yaml.CSafeDumper):
    """Writes every value out where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def expected(value: Any) -> Any:
    """Dates stay text; everything else is what it was."""
    if isinstance(value, dict):
        return {key: expected(item) for key, item in value.items()}
    if isinstance(value, list):
        return [expected(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def scalars(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every scalar."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from scalars(item, (*steps, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from scalars(item, (*steps, index))
    else:
        yield steps


def assert_marks_point_at_the_words(document: Document) -> None:
    lines = document.marks.text.split("\n")
    for steps in scalars(document.value):
        place = document.marks.place(steps)
        at = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        raw = document.marks.raw(steps)
        if raw is None:
            assert at[:1] in "\"'|>", (steps, at)
        else:
            # A plain scalar may go on over several lines: its line ends stand for spaces.
            assert " ".join(at.split()).startswith(" ".join(raw.split())), (steps, raw, at)


def assert_read_back(data: dict[str, Any], *, flow: bool, unicode: bool, width: int) -> None:
    text: str = yaml.dump(
        data, Dumper=_Plain, default_flow_style=flow, allow_unicode=unicode, width=width
    )
    document = read_yaml(text.encode(), "f.yaml")
    assert document.value == expected(data)
    # `y` and `n` are booleans to some tools, though not to the one that wrote this.
    assert {d.code for d in document.problems} <= {"Y011"}
    assert_marks_point_at_the_words(document)


LAYOUTS = st.fixed_dictionaries(
    {"flow": st.booleans(), "unicode": st.booleans(), "width": st.sampled_from([20, 80, 1000])}
)


# Folded where a plain scalar holds a space: its second word stands on the next line.
@example(
    {"": "", "0": None, "00": [], "0000": ["", {"": "0 0"}]},
    {"flow": True, "unicode": False, "width": 20},
)
@given(DATA, LAYOUTS)
@settings(deadline=None, max_examples=60, derandomize=True)
def test_what_is_written_is_read_back_with_the_place_of_every_word(
    data: dict[str, Any], layout: dict[str, Any]
) -> None:
    assert_read_back(data, **layout)


@pytest.mark.slow
@given(DATA, LAYOUTS)
@settings(deadline=None, max_examples=2_000)
def test_thousands_of_writings_are_read_back(data: dict[str, Any], layout: dict[str, Any]) -> None:
    assert_read_back(data, **layout)


@given(DATA)
@settings(deadline=None, max_examples=25, derandomize=True)
def test_a_byte_order_mark_and_windows_line_ends_change_no_value_and_no_place(
    data: dict[str, Any],
) -> None:
    text: str = yaml.dump(data, Dumper=_Plain, allow_unicode=True)
    plain = read_yaml(text.encode(), "f.yaml")
    other = read_yaml(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "f.yaml")
    assert other.value == plain.value
    assert other.marks.root == plain.marks.root


@given(DATA)
@settings(deadline=None, max_examples=25, derandomize=True)
def test_the_way_to_a_place_leads_back_from_the_place(data: dict[str, Any]) -> None:
    document = read_yaml(yaml.dump(data, Dumper=_Plain).encode(), "f.yaml")
    for steps in scalars(document.value):
        assert document.marks.steps_at(document.marks.place(steps)) == steps


def assert_ends_in_a_document(data: bytes) -> None:
    lines = data.count(b"\n") + 1
    for path in FORMS:
        document = read_source(data, path).document
        assert document.value is None or isinstance(document.value, dict)
        assert document.value is not None or document.problems
        for problem in document.problems:
            assert 1 <= problem.place.line <= lines
            assert problem.place.column >= 1
            assert problem.message
            assert problem.help


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=200, derandomize=True)
def test_any_bytes_end_in_a_document(data: bytes) -> None:
    assert_ends_in_a_document(data)


MARKS = "[]{}:,-#&*!|>'\"%@`?~<=\\\t\r\n \x00\x85\ufeff\u2028\u202e0."
SPICE = st.sampled_from([*MARKS, "---\n", "\n- ", ": ", " #"])


@given(st.lists(SPICE | st.text(max_size=3), max_size=40).map("".join))
@settings(deadline=None, max_examples=150, derandomize=True)
def test_any_mixture_of_yamls_own_characters_ends_in_a_document(text: str) -> None:
    assert_ends_in_a_document(text.encode("utf-8", "surrogatepass"))


def shuffled(data: bytes, chance: random.Random) -> bytes:
    """A document after a few accidents: bytes lost, doubled, moved or replaced."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            del content[at : at + chance.randint(1, 30)]
        elif kind == 1:
            content[at:at] = chance.choice([*MARKS, "---\n", "\n- ", ": ", " #"]).encode()
        elif kind == 2:
            piece = bytes(content[at : at + chance.randint(1, 60)])
            to = chance.randrange(len(content) + 1)
            content[to:to] = piece
        elif content:
            content[at % len(content)] = chance.randrange(256)
    return bytes(content)


def damage(times: int) -> None:
    chance = random.Random(7)  # noqa: S311 - the same accidents every time
    files = sorted(path for path in VALID.rglob("*") if path.is_file())
    for _ in range(times):
        assert_ends_in_a_document(shuffled(chance.choice(files).read_bytes(), chance))


def test_a_damaged_file_ends_in_a_document() -> None:
    damage(150)


@pytest.mark.slow
def test_thousands_of_damaged_files_end_in_documents() -> None:
    damage(8_000)


@pytest.mark.slow
@given(st.lists(SPICE | st.text(max_size=3), max_size=60).map("".join))
@settings(deadline=None, max_examples=15_000)
def test_thousands_of_mixtures_end_in_documents(text: str) -> None:
    assert_ends_in_a_document(text.encode("utf-8", "surrogatepass"))

"""Reading a file part by part gives what reading it whole gives, on damaged files too."""

import random

import pytest

from labelcharter.history.chunks import Parts, read_parts
from labelcharter.history.extraction import read_bytes

COLLECTIONS = b"""terms:
  - id: term.a
    title: A
    definition: >-
      Folded
      text

      more
    note: |
      literal
        deeper

  - id: term.b
    title: "quoted: #"
    definition: plain
      goes on
    see_also: [term.a, term.c]
metrics:
- id: metric.x
  title: 'x'
- id: metric.y
  title: Wise
note: a remark
"""

ONE_ELEMENT = b"""id: taxonomy.t
title: T
version: "1.0.0"
labels:
  - id: label.t.a
    title: A
    includes:
      - one
      - two
  - id: label.t.b
    title: B
    examples:
      - text: "x"
        why: |-
          y
states:
  - value: unsure
    title: Unsure
question: |
  What?

  Really?
owner: seat.x
"""

DAMAGE = [
    *(b"\n", b" ", b"  ", b"- ", b'"', b"'", b":", b": ", b"#", b" #", b"|", b">", b"|+\n", b"["),
    *(b"]", b"{", b"}", b"&a ", b"*a", b"!t ", b"---\n", b"...\n", b"\t", b"\r\n", b"? ", b"<<: "),
    *(b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xff", b"id: x\n", b"terms:\n", b"\n\n"),
    *(b"  - id: term.z\n", b"- id: term.q\n", b"note: ", b"\n  ", b'\n"', b"%YAML 1.1\n", b"~"),
]


def damaged(document: bytes, chance: random.Random) -> bytes:
    """The document after a few of the accidents that happen to files."""
    text = bytearray(document)
    for _ in range(chance.choice([0, 1, 1, 2, 3])):
        place = chance.randrange(len(text) + 1)
        what = chance.random()
        if what < 0.4:
            text[place:place] = chance.choice(DAMAGE)
        elif what < 0.6:
            del text[place : place + chance.choice([1, 2, 5, 30])]
        elif what < 0.8:
            lines = bytes(text).split(b"\n")
            line = lines.pop(chance.randrange(len(lines)))
            lines.insert(chance.randrange(len(lines) + 1), line)
            text = bytearray(b"\n".join(lines))
        else:
            lines = bytes(text).split(b"\n")
            number = chance.randrange(len(lines))
            lines[number] = chance.choice([b" ", b"  ", b""]) + lines[number].lstrip()
            text = bytearray(b"\n".join(lines))
    return bytes(text)


@pytest.mark.parametrize("document", [COLLECTIONS, ONE_ELEMENT], ids=["collections", "one element"])
def test_parts_and_whole_agree_on_damaged_files(document: bytes) -> None:
    chance = random.Random(20251009)  # noqa: S311 - damage, not secrets
    parts = Parts()
    in_parts = 0
    for _ in range(1_500):
        data = damaged(document, chance)
        assert read_bytes(data, ".yaml", parts) == read_bytes(data, ".yaml"), data
        in_parts += read_parts(data, parts) is not None
    assert in_parts > 300  # else the comparison would prove nothing


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\n", b" \n", b"id: term.a", b"terms:", b"terms:\n", b"note: x\nterms:\n"),
        *(b"terms: []\n", b"id: nothing-known\ntitle: x\n", b"id: [a]\ntitle: x\n", b"id:\n"),
        *(b"id: term.a\nid: term.b\n", b'"id": term.a\n', b"id: taxonomy.a\nlabels:\n- x\n- y\n"),
        *(b"terms:\n  - &a x\n  - *a\n", b"terms:\n  - id: term.a\n  - id: term.a\n"),
    ],
)
def test_parts_and_whole_agree_on_odd_files(data: bytes) -> None:
    assert read_bytes(data, ".yaml", Parts()) == read_bytes(data, ".yaml")


@pytest.mark.parametrize("document", [COLLECTIONS, ONE_ELEMENT], ids=["collections", "one element"])
def test_an_edited_item_is_all_that_is_parsed_again(document: bytes) -> None:
    parts = Parts()
    read_bytes(document, ".yaml", parts)
    known = set(parts.known)
    read_bytes(document.replace(b"title: A\n", b"title: Other\n"), ".yaml", parts)
    assert len(set(parts.known) - known) == 1


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelcharter.history.chunks._HELD", 1_000)
    parts = Parts()
    for number in range(200):
        read_bytes(b"terms:\n  - id: term.a%d\n    title: T\n" % number, ".yaml", parts)
    assert parts.held < 1_100
    assert len(parts.known) < 200

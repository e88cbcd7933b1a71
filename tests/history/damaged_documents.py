"""Small documents of our kinds, and the accidents that happen to files."""

import random
from collections.abc import Callable, Iterator

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

OBJECTIVES = b"""objectives:
  - id: objective.equal
    title: Hate is caught equally often, wherever it hurts
    harm:
      who: >-
        People whom hate targets in a country whose reading
        the labels do not share.
      how: A post stays up.
    measures:
      - metric: metric.rate
        attributes: [attribute.nationality]
        value: 0.7
        basis_note: >-
          No statute gives a figure. It is
          a floor.
      - {metric: metric.gap, comparison: at-most, value: 0.1}
    attributes: [attribute.nationality]
    owner: seat.policy
    review_by: 2027-05-31
    status: active
  - id: objective.other
    renamed_from: objective.former
    title: "Nobody's reading: the measure"
    status: draft
"""

STANDARDS = b"""standards:
- id: standard.eu-act
  title: An act
  clauses:
  - id: clause.eu-act.10
    title: Data
    text: |
      1. Data shall be
         examined.

      2. And governed.
  - id: clause.eu-act.14
    title: Oversight
  in_force: 2026-08-02
- id: standard.code
  title: 'A code''s name'
  clauses: []
"""

COUNCIL = b"""# yaml-language-server: $schema=council.schema.json
id: council
title: Council
purpose: To decide.
functions:
  - {word: policy, title: Policy, speaks_for: The rules}
seats:
  - id: seat.policy
    title: Policy
    duties: To own.
  - {id: seat.legal, title: Legal, status: active}
rules:
  - {change: minor, needs_functions: [policy]}
# how often
meets: Monthly, on the 1st
"""

FINDINGS = b"""findings:
    - id: FND-0005
      title: "Planted: below the floor"
      labels: [label.t.a,
        label.t.b]
      slice: {attribute: attribute.nationality}
      root_cause: {class: instructions, explanation: No instructions were given.}
      disposition:
        kind: monitor
        why: |+
          It stays.

    - id: FND-0006
      title: It differs
      lifecycle: open
      count: 12
      share: -0.50
      seen: true
      closed: null
      reason:
"""

DECISION = b"""---
id: DEC-0002
title: Release with the majority as gold
status: accepted
decided_on: 2026-11-09
decides: >-
  The taxonomy is released as 1.0.0, its gold label is
  the strict majority.
drivers:
  - The labels have no version.
  - Votes exist.
options:
  - name: Gold is the majority
    effect: >-
      Can start now.
    chosen: true
votes:
  - {seat: seat.product, vote: for}
  - {seat: seat.legal, vote: against, reason: "See the dissent."}
---

## Context

Nobody had written it down.

---

## Why

- id: no field
- `title: T`
"""

YAML = (COLLECTIONS, ONE_ELEMENT, OBJECTIVES, STANDARDS, COUNCIL, FINDINGS)

DAMAGE = (
    *(b"\n", b" ", b"  ", b"- ", b'"', b"'", b":", b": ", b"#", b" #", b"|", b">", b"|+\n", b"["),
    *(b"]", b"{", b"}", b"&a ", b"*a", b"!t ", b"---\n", b"...\n", b"\t", b"\r\n", b"? ", b"<<: "),
    *(b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xff", b"id: x\n", b"terms:\n", b"\n\n"),
    *(b"  - id: term.z\n", b"- id: term.q\n", b"note: ", b"\n  ", b'\n"', b"%YAML 1.1\n", b"~"),
    *(b"\xe2\x80\xa9", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xf0\x9f\x98\x80", b"\x00", b"\x7f", b"\r"),
    *(
        b"\n# remark\n",
        b"\n    # remark\n",
        b" # remark",
        b"\\u200b",
        b"\\",
        b"yes",
        b"Null",
        b".inf",
    ),
    *(b"\n    - x", b"\n- x\n", b"\n  \n", b"\n      \n", b",", b"@", b"`", b"%", b"!!str ", b"!"),
    *(b"1e999", b"1.0e400", b"0x1F", b"012", b" |2-\n", b" >+1\n", b"labels:\n", b"{a: 1, a: 2}"),
    *(
        b"\n    ? a\n    : b\n",
        b"\nid: term.other\n",
        b"\n    title: again\n",
        b"\n    id: again\n",
    ),
    *(b'"\n    b: "', b"'\n  - id: '", b"[\n", b"\n    ]\n", b"\n}\n", b"<<<<<<< HEAD\n", b"null"),
)

VALUES = (
    *(b".inf", b"-.NaN", b"1e999", b"1.0e400", b"yes", b"Off", b"Null", b"~", b"null", b""),
    *(b"012", b"0x1F", b"1_000", b"12", b"-0", b"1.50", b"2026-01-31", b"1:30", b"true", b"9"),
    *(b"{<<: {a: 1}}", b"{a: 1, a: 2}", b"{yes: 1}", b"{? [a] : b}", b"{a, b: }", b"[a, , b]"),
    *(b"&a x", b"*a", b"!t x", b"! x", b"!!str 1", b"[&a x, *a]", b"{&a b: c}", b"{!t b: c}"),
    *(b'"a\\u200bb"', b'"a\\tb"', b"'a\\b'", b"a\\b", b"a # b", b"a#b", b'"a # b"', b"a: b"),
    *(b"@a", b"`a", b"%a", b"|", b">", b"|-", b"|+", b">2", b"|1-", b"|0", b"? a", b"x\ty", b"x  "),
    *(b"\xc3\xa9", b"a\xc2\xa0b", b"a\xe2\x80\x8bb", b"[" * 40 + b"]" * 40, b"[" * 64 + b"]" * 64),
)  # fmt: skip


def damaged(document: bytes, chance: random.Random, others: tuple[bytes, ...] = ()) -> bytes:
    """The document after a few accidents; lines of `others` may get into it."""
    text = document
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        text = chance.choice(_ACCIDENTS)(text, chance, others or (document,))
    return text


def _insert(text: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(DAMAGE) + text[place:]


def _delete(text: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    place = chance.randrange(len(text) + 1)
    return text[:place] + text[place + chance.choice((1, 2, 5, 30)) :]


def _on_lines(
    change: Callable[[list[bytes], random.Random, tuple[bytes, ...]], None],
) -> Callable[[bytes, random.Random, tuple[bytes, ...]], bytes]:
    def changed(text: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:
        lines = text.split(b"\n")
        change(lines, chance, others)
        return b"\n".join(lines)

    return changed


def _move_line(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)


def _repeat_lines(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    start = chance.randrange(len(lines))
    some = lines[start : start + chance.randint(1, 4)]
    place = chance.randrange(len(lines) + 1)
    lines[place:place] = some


def _delete_lines(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    start = chance.randrange(len(lines))
    del lines[start : start + chance.randint(1, 4)]


def _splice_lines(lines: list[bytes], chance: random.Random, others: tuple[bytes, ...]) -> None:
    other = chance.choice(others).split(b"\n")
    start, place = chance.randrange(len(other)), chance.randrange(len(lines) + 1)
    lines[place : place + chance.choice((0, 0, 1, 3))] = other[start : start + chance.randint(1, 5)]


def _indent(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    start = chance.randrange(len(lines) + 1)
    wide = chance.choice((b" ", b"  ", b"    ", b""))
    for at in range(start, min(len(lines), start + chance.choice((1, 1, 2, 5)))):
        lines[at] = wide + (lines[at] if chance.random() < 0.5 else lines[at].lstrip())


def _other_value(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    at = chance.choice([at for at, line in enumerate(lines) if b":" in line] or [0])
    lines[at] = lines[at].partition(b":")[0] + b": " + chance.choice(VALUES)


def _end_lines(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    ending = chance.choice((b"\r", b" ", b"\t", b"\xc2\x85", b":", b" # x", b" |", b"\xe2\x80\xa8"))
    some = chance.choice((range(len(lines) - 1), (chance.randrange(len(lines)),)))
    for at in some:
        lines[at] += ending


def _blank_lines(lines: list[bytes], chance: random.Random, _: tuple[bytes, ...]) -> None:
    place = chance.choice((0, len(lines), chance.randrange(len(lines) + 1)))
    lines[place:place] = [
        b" " * chance.choice((0, 0, 2, 4, 7)) for _ in range(chance.randint(1, 3))
    ]


_ACCIDENTS = (
    *(_insert, _insert, _delete, _on_lines(_move_line), _on_lines(_repeat_lines)),
    *(_on_lines(_delete_lines), _on_lines(_splice_lines), _on_lines(_indent)),
    *(_on_lines(_other_value), _on_lines(_end_lines), _on_lines(_blank_lines)),
)


def many_damaged(number: int, seed: int) -> Iterator[tuple[bytes, str]]:
    """So many damaged documents, each with its form."""
    chance = random.Random(seed)  # noqa: S311 - damage, not secrets
    for _ in range(number):
        document = chance.choice((*YAML, DECISION))
        form = ".md" if document is DECISION else ".yaml"
        yield damaged(document, chance, (*YAML, DECISION)), form

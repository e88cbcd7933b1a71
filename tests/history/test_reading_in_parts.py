"""Reading a file part by part gives what reading it whole gives, on damaged files too."""

import pytest
from damaged_documents import COLLECTIONS, DECISION, ONE_ELEMENT, YAML, many_damaged

from labelcharter.history.chunks import Parts, read_parts
from labelcharter.history.extraction import read_bytes

FORGOTTEN_EVERY = 500  # documents, so that parts met in one are used in others, and are met anew


def read_in_parts(number: int, seed: int) -> int:
    """Read so many damaged documents both ways; how many were really read in parts."""
    parts, in_parts = Parts(), 0
    for count, (data, form) in enumerate(many_damaged(number, seed)):
        if count % FORGOTTEN_EVERY == 0:
            parts = Parts()
        # as text: == knows no order of fields, and takes 1 for true
        assert repr(read_bytes(data, form, parts)) == repr(read_bytes(data, form)), data
        in_parts += read_parts(data, parts, form) is not None
    return in_parts


def test_parts_and_whole_agree_on_damaged_files() -> None:
    assert read_in_parts(1_000, seed=20251009) > 250  # else the comparison would prove nothing


@pytest.mark.slow
def test_parts_and_whole_agree_on_a_hundred_thousand_damaged_files() -> None:
    assert read_in_parts(100_000, seed=20261124) > 25_000


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\n", b" \n", b"id: term.a", b"terms:", b"terms:\n", b"note: x\nterms:\n"),
        *(b"terms: []\n", b"id: nothing-known\ntitle: x\n", b"id: [a]\ntitle: x\n", b"id:\n"),
        *(b"id: term.a\nid: term.b\n", b'"id": term.a\n', b"id: taxonomy.a\nlabels:\n- x\n- y\n"),
        *(b"terms:\n  - &a x\n  - *a\n", b"terms:\n  - id: term.a\n  - id: term.a\n"),
        *(
            b"id: taxonomy.a\nlabels:\n- id: label.a\n- x\n- \n",
            b"# only a remark\n",
            b"terms:\n  - \n",
        ),
        *(
            b"# a\n\n#b\nid: term.a\n",
            b"#\xe2\x80\x8b\nid: term.a\n",
            b"terms:\n  - - id: term.a\n",
        ),
        *(b"terms:\n  - id: term.a\n    b: yes\n", b'id: term.a\ntitle: "\\u200b"\n', b"id: 12\n"),
        *(b"id: ''\n", b"id: taxonomy.a\nlabels: [{id: label.b}]\n", b"terms:\n-   id: term.a\n"),
        *(
            b"id: taxonomy.a\nlabels:\n  - id: label.a\n    note: a # b\n",
            b"id: term.a\nnote: |+\n\n\n",
        ),
        *(
            b"terms:\n- id: term.a\n  b: {<<: {a: 1}}\n",
            b"id: term.a\nb: .inf\n",
            b"id: term.a\nyes: 1\n",
        ),
        *(
            b"id: term.a\nb: 1e999\n",
            b"id: term.a\nb: &a x\n",
            b"- id: term.a\n",
            b"id: term.a\n...\n",
        ),
        pytest.param(b"id: term.a\nnote: %b\n" % (b"x" * (1 << 20)), id="too large"),
        pytest.param(b"id: term.a\nnote: %bx%b\n" % (b"[" * 63, b"]" * 63), id="as deep as may be"),
        pytest.param(b"id: term.a\nnote: %bx%b\n" % (b"[" * 64, b"]" * 64), id="too deep"),
        pytest.param(
            b"terms:\n- id: term.a\n  b: %bx%b\n" % (b"[" * 62, b"]" * 62), id="too deep in"
        ),
    ],
)
def test_parts_and_whole_agree_on_odd_files(data: bytes) -> None:
    assert repr(read_bytes(data, ".yaml", Parts())) == repr(read_bytes(data, ".yaml"))


@pytest.mark.parametrize(
    "data",
    [
        *(b"---\nid: DEC-0001\n---\n", b"---\nid: DEC-0001\n---", b"---\n---\ntext\n", b"text\n"),
        *(
            b"---\nid: DEC-0001\n--- \ntext",
            b"---\nterms:\n- id: term.a\n---\ntext\n",
            b"---\nid: x",
        ),
        *(b"---\n# a\nid: DEC-0001\n---\na\xe2\x80\x8bb\n", b"---\nid: DEC-0001\n---\r\na\r\n"),
    ],
)
def test_parts_and_whole_agree_on_odd_pages(data: bytes) -> None:
    assert repr(read_bytes(data, ".md", Parts())) == repr(read_bytes(data, ".md"))


@pytest.mark.parametrize("document", YAML)
def test_a_sound_file_is_read_in_parts(document: bytes) -> None:
    assert read_parts(document, Parts()) is not None
    assert read_parts(DECISION, Parts(), ".md") is not None


@pytest.mark.parametrize("document", [COLLECTIONS, ONE_ELEMENT], ids=["collections", "one element"])
def test_an_edited_field_is_all_that_is_parsed_again(
    document: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts()
    read_bytes(document, ".yaml", parts)
    parsed: list[str] = []

    def undoubted_fields(text: str) -> dict[str, str]:
        parsed.append(text)
        return {"title": "Other"}

    monkeypatch.setattr("labelcharter.history.chunks.undoubted_fields", undoubted_fields)
    read_bytes(document.replace(b"title: A\n", b"title: Other\n"), ".yaml", parts)
    assert parsed == ["    title: Other\n"]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelcharter.history.remembered.YOUNG", 1_000)
    parts = Parts()
    for number in range(200):
        read_bytes(b"terms:\n  - id: term.a%d\n    title: T\n" % number, ".yaml", parts)
    for remembered in (parts.values, parts.items):
        assert sum(map(len, (*remembered.young, *remembered.old))) < 2_200


def test_what_is_asked_for_again_stays_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelcharter.history.remembered.YOUNG", 100)
    parts = Parts()
    for number in range(200):
        parts.values.put(f"{number:020}", (number,))
        assert number < 20 or parts.values.get(f"{7:020}") == (7,) or number % 7
        parts.values.get(f"{7:020}")
    assert parts.values.get(f"{7:020}") == (7,)
    assert parts.values.get(f"{8:020}") is None

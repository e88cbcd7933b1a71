"""Markdown with an element in its front matter: the fields with positions, the text as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labelcharter.reading.characters import decode
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.marks import Marks
from labelcharter.reading.yaml_events import Document, read_yaml_text

_OPENING = re.compile(r"---[ \t]*\r?\n")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MarkdownDocument:
    """A Markdown file: front matter as a document, the body, and the line the body starts on."""

    front: Document
    body: str
    body_line: int


def read_markdown(data: bytes, path: str) -> MarkdownDocument:
    """Split and read one governed Markdown file; never raises for what the bytes hold."""
    text, problems = decode(data, path)
    if not text or "\x00" in text:
        if not problems:
            problems = (_no_front_matter(path),)
        return MarkdownDocument(Document(path, None, Marks(path, text, None), problems), "", 1)
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        missing = _no_front_matter(path) if opening is None else _not_closed(path)
        document = Document(path, None, Marks(path, text, None), (*problems, missing))
        return MarkdownDocument(document, text, 1)
    fields = text[opening.end() : closing.start()]
    if not fields.strip():
        document = Document(path, None, Marks(path, text, None), (*problems, _no_fields(path)))
        return MarkdownDocument(document, text, 1)
    front = read_yaml_text(fields, path, 2, problems)
    body_start = min(len(text), closing.end() + 1)
    return MarkdownDocument(front, text[body_start:], text.count("\n", 0, body_start) + 1)


def split_page(text: str) -> tuple[str, str] | None:
    """The lines between the two `---`, and the text below them; None where there are none."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return None
    return text[opening.end() : closing.start()], text[closing.end() + 1 :]


def _no_front_matter(path: str) -> Diagnostic:
    return Diagnostic(
        "Y018",
        "error",
        Place(path),
        "this page has no fields: a governed page starts with a block between two `---` lines",
        "start the file with ---, then `id:` and `title:`, then --- again",
    )


def _no_fields(path: str) -> Diagnostic:
    return Diagnostic(
        "Y018",
        "error",
        Place(path),
        "there is no field between the two `---` lines",
        "write at least `id:` and `title:` there",
    )


def _not_closed(path: str) -> Diagnostic:
    return Diagnostic(
        "Y018",
        "error",
        Place(path),
        "the block of fields opened by `---` is never closed",
        "add a line with only --- after the last field",
    )

"""Audit records: strict JSON, computed by the tool and never edited by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from labelcharter.reading.characters import decode
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.marks import Marks, Node
from labelcharter.reading.yaml_events import Document


class _TwiceGiven(ValueError):
    """A key stands twice in one JSON object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceGiven(next(k for k in keys if keys.count(k) > 1))
    return value


def _no_constant(word: str) -> Any:
    raise _TwiceGiven(f"{word} is not a number that can be published")


def read_record(data: bytes, path: str) -> Document:
    """A computed record: strict JSON, with the place of the id only (nobody edits it by hand)."""
    text, problems = decode(data, path)
    value = None
    if not any(d.code in ("Y008", "Y009") for d in problems):
        try:
            value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        except RecursionError:
            problems += (
                Diagnostic(
                    "Y007",
                    "error",
                    Place(path),
                    "nested too deeply to be a record",
                    "compute it again with `labelcharter audit run`",
                ),
            )
        except _TwiceGiven as error:
            problems += (
                Diagnostic(
                    "Y002",
                    "error",
                    Place(path),
                    f"`{error}` is given twice or not allowed",
                    "compute it again with `labelcharter audit run`",
                ),
            )
        except json.JSONDecodeError as error:
            problems += (
                Diagnostic(
                    "Y001",
                    "error",
                    Place(path, error.lineno, error.colno),
                    f"this is not JSON ({error.msg})",
                    "compute it again with `labelcharter audit run`",
                ),
            )
    if value is not None and not isinstance(value, dict):
        problems += (
            Diagnostic(
                "Y014",
                "error",
                Place(path),
                "the file holds no fields with names",
                "compute it again with `labelcharter audit run`",
            ),
        )
        value = None
    found = re.search(r'"id": ?"', text)
    line = text.count("\n", 0, found.start()) if found else 0
    root: Node | None = None
    if isinstance(value, dict):
        root = (0, 0, {"id": (line, 0, (line, 0, None, None))}, None)
    return Document(path, value, Marks(path, text, root), problems)

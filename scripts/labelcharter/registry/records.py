"""Audit records: strict JSON, computed by the tool and never edited by hand."""

from __future__ import annotations

import json
import math
from typing import Any

from labelcharter.reading.characters import decode, is_readable, place_in
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.marks import Marks
from labelcharter.reading.scalars import LARGEST_INTEGER_DIGITS
from labelcharter.reading.yaml_events import Document, read_yaml_text

_REMEDY = "compute it again with `labelcharter audit run`"


class _Refused(ValueError):
    """Valid JSON to most readers, and yet not what two readers would take for the same."""

    def __init__(self, code: str, word: str, message: str) -> None:
        super().__init__(message)
        self.code, self.word = code, word


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(k for k in keys if keys.count(k) > 1)
        raise _Refused("Y002", json.dumps(twice, ensure_ascii=False), f"`{twice}` is given twice")
    return value


def _no_number(word: str) -> Any:
    raise _Refused("Y015", word, f"`{word}` is not a number that can be compared or published")


def _finite(word: str) -> float:
    number = float(word)
    return number if math.isfinite(number) else _no_number(word)


def _exact(word: str) -> int:
    return int(word) if len(word) <= LARGEST_INTEGER_DIGITS else _no_number(word)


def read_record(data: bytes, path: str) -> Document:
    """Read a computed record. The places of its fields are those of the same text as YAML."""
    text, problems = decode(data, path)
    if any(d.code in ("Y008", "Y009") for d in problems) or not is_readable(text):
        return Document(path, None, Marks(path, text, None), problems)
    value, problem = _strict(text, path)
    if problem is not None:
        return Document(path, None, Marks(path, text, None), (*problems, problem))
    # JSON is YAML as well, but for rare escapes; then fields are placed at the start of the file.
    return Document(path, value, Marks(path, text, read_yaml_text(text, path).marks.root), problems)


def _strict(text: str, path: str) -> tuple[Any, Diagnostic | None]:
    """The value, or what is wrong with the text."""
    if not text.strip():
        return None, _wrong("Y013", Place(path), "the file is empty")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_exact,
        )
    except RecursionError:
        return None, _wrong("Y007", Place(path), "nested too deeply to be a record")
    except _Refused as refused:
        place = place_in(text, path, _where(text, refused))
        return None, _wrong(refused.code, place, str(refused), len(refused.word))
    except json.JSONDecodeError as error:
        place = Place(path, error.lineno, error.colno)
        return None, _wrong("Y001", place, f"this is not JSON ({error.msg})")
    if not isinstance(value, dict):
        return None, _wrong("Y014", Place(path), "the file holds no fields with names")
    if "\\ud" in text.lower() and _has_half_characters(value):
        place = place_in(text, path, text.lower().index("\\ud"))
        return None, _wrong("Y010", place, "half a character is escaped here", 6)
    return value, None


def _wrong(code: str, place: Place, message: str, width: int = 1) -> Diagnostic:
    return Diagnostic(code, "error", place, message, _REMEDY, width=width)


def _where(text: str, refused: _Refused) -> int:
    """The second of two equal keys, the first of anything else."""
    first = max(0, text.find(refused.word))
    return max(first, text.find(refused.word, first + 1)) if refused.code == "Y002" else first


def _has_half_characters(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False

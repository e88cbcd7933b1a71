"""Text of a repository as it may be printed: nothing in it moves a cursor or turns a line round."""

from __future__ import annotations

import json
from typing import Any


def visible(text: str) -> str:
    """One line in which every character shows; the others as escapes, such as u001b."""
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def visible_lines(text: str) -> str:
    """The same for text over several lines."""
    return "\n".join(visible(line) for line in text.split("\n"))


def as_json(value: Any) -> str:
    """Indented JSON in which invisible characters are escaped, and only those."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

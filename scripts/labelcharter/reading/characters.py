"""Characters that hide things: refused before anything is parsed, with a place."""

from __future__ import annotations

import re

from labelcharter.reading.diagnostic import Diagnostic, Place

LARGEST_FILE = 1 << 20

# Controls, bidirectional overrides and zero-width characters can make a page show something other
# than what is stored. U+FEFF is allowed as the very first character only; U+200D joins emoji.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u061c\u200b\u200c\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_NAMES = {
    "\x00": "a NUL character",
    "\u200b": "a zero-width space",
    "\u200c": "a zero-width non-joiner",
    "\u2060": "a word joiner (zero width)",
    "\ufeff": "a byte-order mark inside the text",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def place_in(text: str, path: str, offset: int, first_line: int = 1) -> Place:
    """The line and column (code points) of an offset into decoded text."""
    start = text.rfind("\n", 0, offset) + 1
    column = offset - start + 1
    return Place(path, first_line + text.count("\n", 0, offset), column)


def decode(data: bytes, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Bytes to text, refusing what is too large, not UTF-8, or carries hidden characters.

    Returns the text without a leading byte-order mark and everything wrong with it; the text is
    empty when it could not be read at all.
    """
    if len(data) > LARGEST_FILE:
        return "", (
            Diagnostic(
                "Y008",
                "error",
                Place(path),
                f"the file is {len(data):,} bytes; a governed file has at most {LARGEST_FILE:,}",
                "split it by subject; annotation tables do not belong in the repository",
            ),
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        return "", (
            Diagnostic(
                "Y009",
                "error",
                place_in(before, path, len(before)),
                f"the file is not UTF-8: byte 0x{data[error.start]:02x} here has no meaning",
                "save the file as UTF-8 (in most editors: Save with encoding)",
            ),
        )
    text = text.removeprefix("\ufeff")
    if text.isascii() and text.isprintable():
        return text, ()
    found = []
    for match in _FORBIDDEN.finditer(text):
        character = match.group()
        name = _NAMES.get(character)
        if name is None:
            kind = "a direction override" if character in _BIDI else "a control character"
            name = f"{kind} (U+{ord(character):04X})"
        found.append(
            Diagnostic(
                "Y010",
                "error",
                place_in(text, path, match.start()),
                f"{name} is hidden in the text here",
                "delete it: a reader would see something other than what is stored",
            )
        )
    return text, tuple(found)

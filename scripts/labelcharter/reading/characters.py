"""Characters that hide things: refused before anything is parsed, with a place."""

from __future__ import annotations

import re

from labelcharter.reading.diagnostic import Diagnostic, Place

LARGEST_FILE = 1 << 20

# Controls, bidirectional overrides and zero-width characters can make a page show something other
# than what is stored. U+FEFF is allowed as the very first character only; U+200D joins emoji, and
# tag characters spell the region of a black flag.
_UNREADABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)"
_FORBIDDEN = re.compile(
    f"(?:{_UNREADABLE}"
    "|[\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufff9-\ufffb]"
    "|(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]+)+"
)
# One class of characters is quick to look for; only what it finds is looked at closely.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# What YAML refuses, or counts as the end of a line where nobody sees one.
_STOPS_YAML = re.compile(_UNREADABLE)
_NAMES = {
    "\x00": "a NUL character",
    "\r": "a carriage return without a line feed",
    "\x85": "a next-line control character (U+0085)",
    "\u200b": "a zero-width space",
    "\u200c": "a zero-width non-joiner",
    "\u2060": "a word joiner (zero width)",
    "\ufeff": "a byte-order mark inside the text",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
    "\ufffe": "a code that is no character (U+FFFE)",
    "\uffff": "a code that is no character (U+FFFF)",
}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def place_in(text: str, path: str, offset: int, first_line: int = 1) -> Place:
    """The line and column (code points) of an offset into decoded text."""
    start = text.rfind("\n", 0, offset) + 1
    column = offset - start + 1
    return Place(path, first_line + text.count("\n", 0, offset), column)


def is_readable(text: str) -> bool:
    """True when YAML can read the text and counts its lines as everybody does."""
    return _STOPS_YAML.search(text) is None


def hidden_in(text: str) -> str | None:
    """The name of the first hidden character in a text, or None."""
    match = _FORBIDDEN.search(text)
    return _name(match.group()[0]) if match else None


def _name(character: str) -> str:
    if character in _NAMES:
        return _NAMES[character]
    kind = "a direction override" if character in _BIDI else "a control character"
    if not character.isascii() and character not in _BIDI and ord(character) > 0x9F:
        kind = "an invisible character"
    return f"{kind} (U+{ord(character):04X})"


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
                f"the file is larger than the {LARGEST_FILE:,} bytes that a governed file may have",
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
    if _SUSPECT.search(text) is None:
        return text, ()
    found = []
    for match in _FORBIDDEN.finditer(text):
        name = _name(match.group()[0])
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

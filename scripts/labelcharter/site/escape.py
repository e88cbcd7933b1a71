"""Text from the repository, made inert: it may look like anything and do nothing.

Whatever stands in a governed file is somebody else's text. On its way into a page it crosses two
languages, Markdown and HTML, so every character that means something in either becomes a numeric
character reference; both languages show it, neither acts on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

# Letters and digits of any script, and the punctuation that neither language gives a meaning to.
_ACTIVE = re.compile(r"[^\w .,;:?%/()’‘“”…–—·×→-]|_")
_GAP = re.compile(r"\s+")
# Control characters, halves of characters, private ones, and those that turn the writing direction.
_HIDING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_LOOK_ALIKES = str.maketrans({"<": "‹", ">": "›", '"': "”", "`": "’", "'": "’", "\\": "/"})
_SCHEMES = ("http", "https", "mailto")


def one_line(text: str) -> str:
    """`text` on one line, without control and formatting characters that hide what it says."""
    return _HIDING.sub("", _GAP.sub(" ", text)).strip()


def inert(text: str) -> Markup:
    """`text` as it may stand in a heading, a cell, an element or a quoted attribute."""
    return Markup(_ACTIVE.sub(lambda m: f"&#{ord(m[0])};", one_line(text)))  # noqa: S704 - inert


def paragraphs(text: str) -> Markup:
    """`text` as one `<p>` for each part between blank lines."""
    parts = [inert(part) for part in _PARAGRAPH.split(text.replace("\r", ""))]
    return Markup("").join(Markup("<p>%s</p>") % part for part in parts if part)


def safe_url(text: str) -> str:
    """`text` when it is an address that only leads somewhere; empty for anything else."""
    text = text.strip()
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        return ""
    plain = scheme in _SCHEMES and not re.search(r"[\s<>\"'`\\]", text)
    return text if plain else ""


def metadata(text: str) -> str:
    """`text` for a page's title or description.

    Themes print both without escaping, some after taking one layer of escaping off; so what could
    open a tag or close an attribute is replaced by a character that only looks like it.
    """
    return one_line(text).translate(_LOOK_ALIKES).replace("&", "&amp;")


def front_matter(fields: Mapping[str, Any]) -> str:
    """The block between two `---` lines; every value as JSON, which is YAML too."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(["---", *lines, "---", ""])

"""The template environment: everything printed is made inert, and nothing missing passes silently.

Templates are ours; text from the repository is only ever a value in them. Each string that a
template prints goes through `inert` (not merely HTML escaping, because the result is read as
Markdown first); what is already markup was made so by the few functions of this room that build it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined
from markupsafe import Markup

from labelcharter.site.escape import inert, paragraphs
from labelcharter.site.wording import count, day, number, verdict_words, words

# Where an element's own Markdown goes. No value can print it: inert text holds no "@".
BODY = "@@body@@"
_BODY_HERE = Markup("@@body@@")


def _print(value: Any) -> Any:
    if isinstance(value, Markup | Undefined):
        return value
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"a template printed {type(value).__name__}; choose its words first")


def slug(text: str) -> str:
    """`text` as the id of a section, in the characters of element ids."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", text)


def lower_first(text: str) -> str:
    """A title inside a sentence: "Country" -> "country", but "US gold" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("labelcharter.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_print,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        paragraphs=paragraphs,
        day=day,
        words=words,
        number=number,
        counted=count,
        verdict_words=verdict_words,
        slug=slug,
        lower_first=lower_first,
    )
    return environment


def render(template: str, **values: Any) -> str:
    """A template as Markdown: lines start at the margin, where no language sees code in them."""
    text = _environment().get_template(f"{template}.jinja").render(**values, body_here=_BODY_HERE)
    lines = [line.strip() for line in text.split("\n")]
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n") + "\n"

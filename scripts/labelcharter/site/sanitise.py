"""Rendered HTML without anything that runs or leaves the site by itself.

Markdown passes raw HTML and attribute lists on as they are. Whatever an author of a page wrote,
only the elements and attributes below reach the reader; they are those of prose, tables, our own
figures, and nothing that can hold a script, load a frame or send a form.
"""

from __future__ import annotations

_PROSE = (
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small "
    "span strong sub summary sup table tbody td tfoot th thead time tr u ul var"
)
_PICTURE = "circle desc g line path polygon rect svg text title"
_ANYWHERE = {
    "class",
    "id",
    "title",
    "lang",
    "dir",
    "role",
    "tabindex",
    "hidden",
    "data-filter",
    "data-label",
    "data-search-exclude",
    "data-sort",
    "data-value",
}
_DRAWN = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "width", "height", "d", "points"}
_OF: dict[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "time": {"datetime"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "reversed"},
    "details": {"open"},
    "svg": {"viewBox", "width", "height"},
    **dict.fromkeys(("circle", "line", "path", "polygon", "rect", "text"), _DRAWN),
}
TAGS = frozenset(f"{_PROSE} {_PICTURE}".split())
SCHEMES = frozenset({"http", "https", "mailto"})


def sanitised(html: str) -> str:
    """`html` with the allowed elements and attributes only; the text of all others stays."""
    import nh3

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"*": _ANYWHERE, **_OF},
        generic_attribute_prefixes={"aria-"},
        url_schemes=set(SCHEMES),
        link_rel=None,  # our own links say rel themselves; nothing opens a new window
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript"},
    )

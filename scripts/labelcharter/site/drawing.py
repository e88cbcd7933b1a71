"""What all charts have in common: inline SVG with a title and a description, and text that fits.

Charts take their colours from classes, so that they follow the reader's choice of light or dark,
print as they are seen, and need no style of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from markupsafe import Markup

from labelcharter.site.escape import inert

WIDTH = 400.0  # of every chart: about a phone's, so that its text is as large there as the page's
LETTER = 7.2  # the mean width of a letter at the size of the charts' text


def picture(
    identifier: str, kind: str, height: float, title: str, description: str, parts: Iterable[Markup]
) -> Markup:
    """An SVG that names and describes itself. `identifier` must be unique on its page."""
    return Markup(
        '<svg class="lc-chart lc-%s" role="img" viewBox="0 0 %s %s" aria-labelledby="%s-t %s-d">'
        '<title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s</svg>'
    ) % (
        kind,
        px(WIDTH),
        px(height),
        identifier,
        identifier,
        identifier,
        inert(title),
        identifier,
        inert(description),
        Markup("").join(parts),
    )


def text(kind: str, x: float, y: float, words: str) -> Markup:
    """Words at a place; the class says how they are set."""
    return Markup('<text class="lc-%s" x="%s" y="%s">%s</text>') % (
        kind,
        px(x),
        px(y),
        inert(words),
    )


def line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Markup:
    """A line between two places."""
    return Markup('<line class="lc-%s" x1="%s" x2="%s" y1="%s" y2="%s"/>') % (
        kind,
        px(start[0]),
        px(end[0]),
        px(start[1]),
        px(end[1]),
    )


def level(kind: str, x1: float, x2: float, y: float) -> Markup:
    """A line from left to right."""
    return line(kind, (x1, y), (x2, y))


def upright(kind: str, x: float, y1: float, y2: float) -> Markup:
    """A line from top to bottom."""
    return line(kind, (x, y1), (x, y2))


def box(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    """A filled rectangle."""
    return Markup('<rect class="lc-%s" x="%s" y="%s" width="%s" height="%s"/>') % (
        kind,
        px(x),
        px(y),
        px(max(0.0, width)),
        px(height),
    )


def uprights(kind: str, lines: Iterable[tuple[float, float, float]]) -> Markup:
    """Many lines from top to bottom, (x, top, length), as one light shape."""
    return Markup('<path class="lc-%s" d="%s"/>') % (
        kind,
        "".join(f"M{px(x)} {px(y)}v{px(long)}" for x, y, long in lines),
    )


def boxes(kind: str, found: Iterable[tuple[float, float, float, float]]) -> Markup:
    """Many rectangles, (x, y, width, height), as one shape."""
    return Markup('<path class="lc-%s" d="%s"/>') % (
        kind,
        "".join(
            f"M{px(x)} {px(y)}h{px(max(0.0, wide))}v{px(high)}h{px(-max(0.0, wide))}z"
            for x, y, wide, high in found
        ),
    )


def dot(kind: str, x: float, y: float, radius: float) -> Markup:
    """A round point."""
    return Markup('<circle class="lc-%s" cx="%s" cy="%s" r="%s"/>') % (
        kind,
        px(x),
        px(y),
        px(radius),
    )


def corners(kind: str, points: Iterable[tuple[float, float]]) -> Markup:
    """A filled shape with these corners."""
    return Markup('<polygon class="lc-%s" points="%s"/>') % (
        kind,
        " ".join(f"{px(x)},{px(y)}" for x, y in points),
    )


def diamond(kind: str, x: float, y: float, size: float) -> Markup:
    """A point that is not round."""
    return corners(kind, ((x - size, y), (x, y - size), (x + size, y), (x, y + size)))


def wrapped(words: str, width: float) -> list[str]:
    """`words` in lines that fit into `width`; a word that is longer than a line is broken."""
    room = max(8, int(width / LETTER))
    lines = [""]
    for word in chain.from_iterable(_broken(w, room) for w in words.split()):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if line] or [""]


def _broken(word: str, room: int) -> list[str]:
    """A word in parts that fit, each but the last with a hyphen."""
    step = room - 1
    if len(word) <= room:
        return [word]
    return [f"{word[:step]}-", *_broken(word[step:], room)]


def px(value: float) -> str:
    """A length with one decimal, the same text on every machine."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")

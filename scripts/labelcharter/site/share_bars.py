"""Which labels each group gives: a bar for each group, and a thin one for answers without a label.

The parts of a bar stand in the same order in every bar and carry their number, so that nobody needs
to tell their shades apart. A group with a share that is withheld has no bar: the length of what is
left would give the share away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.site.drawing import LETTER, WIDTH, box, picture, text, upright, wrapped
from labelcharter.site.estimate_lines import Line, estimate_of, is_withheld, line
from labelcharter.site.group_names import EVERYBODY

_LINE, _UNDER, _BAR, _THIN, _BETWEEN, _FOOT = 16.0, 3.0, 18.0, 7.0, 6.0, 24.0
_SHADES = 6
_ROOM = 10.0  # width of a part beside its number


@dataclass(frozen=True, slots=True)
class Part:
    """One share of one group, by the name of its label or state."""

    name: str
    estimate: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """A group's shares: of its labels, and of answers that are no label."""

    name: str
    labels: tuple[Part, ...]
    states: tuple[Part, ...]

    @property
    def words(self) -> str:
        """Why there is no bar, "" where there is one."""
        if any(is_withheld(p.estimate) for p in self.labels):
            return "withheld"
        return "" if all("value" in p.estimate for p in self.labels) else "cannot be estimated"


@dataclass(frozen=True, slots=True)
class Shares:
    """The chart, its sentence, its legend and its table."""

    svg: Markup
    sentence: str
    legend: tuple[str, ...]
    states_legend: tuple[str, ...]
    rows: tuple[tuple[str, Line], ...]  # (label or state, cells of a group)


def shares(
    identifier: str,
    named: Sequence[tuple[str, Mapping[str, Any]]],
    titles: Mapping[str, str],
    spoken: str,
) -> Shares | None:
    """The distribution of labels over groups; None where no group's can be shown.

    `spoken` is the label that the sentence is about.
    """
    labels = _used(named, "rates")
    states = _used(named, "missing")
    bars = [
        Bar(name, _parts(group, "rates", labels, titles), _parts(group, "missing", states, titles))
        for name, group in named
    ]
    if not labels or all(bar.words for bar in bars):
        return None
    sentence = _sentence(bars, labels.index(spoken) if spoken in labels else 0)
    described = f"{sentence} {'. '.join(_said(bar) for bar in bars)}."
    return Shares(
        _drawn(identifier, described, bars),
        sentence,
        tuple(titles.get(label, label) for label in labels),
        tuple(titles.get(state, state) for state in states),
        tuple(
            (part.name, line(bar.name, part.estimate, "%"))
            for bar in bars
            for part in (*bar.labels, *bar.states)
        ),
    )


def _used(named: Sequence[tuple[str, Mapping[str, Any]]], key: str) -> list[str]:
    """Labels or states in the record's order: no order by their shares, which may be hidden."""
    return list(dict.fromkeys(label for _, group in named for label in group.get(key) or ()))


def _parts(
    group: Mapping[str, Any], key: str, labels: Sequence[str], titles: Mapping[str, str]
) -> tuple[Part, ...]:
    within = group.get(key) or {}
    return tuple(Part(titles.get(label, label), estimate_of(within, label)) for label in labels)


def _sentence(bars: Sequence[Bar], label: int) -> str:
    shown = [b for b in bars if not b.words and b.name != EVERYBODY]
    withheld = [b.name for b in bars if b.words == "withheld"]
    parts = []
    if len(shown) > 1:
        ordered = sorted(shown, key=lambda b: float(b.labels[label].estimate["value"]))
        low, high = ordered[0], ordered[-1]
        parts.append(
            f"“{low.labels[label].name}” is given least often by {low.name} "
            f"({_share(low.labels[label])}) and most often by {high.name} "
            f"({_share(high.labels[label])})."
        )
    if withheld:
        parts.append(f"Withheld, and without a bar: {'; '.join(withheld)}.")
    return " ".join(parts)


def _share(part: Part) -> str:
    cells = line("", part.estimate, "%")
    return f"{cells.value}; {cells.interval}, n {cells.n}"


def _said(bar: Bar) -> str:
    if bar.words:
        return f"{bar.name}: {bar.words}"
    parts = [
        f"{p.name} {line('', p.estimate, '%').value}"
        for p in (*bar.labels, *bar.states)
        if "value" in p.estimate
    ]
    return f"{bar.name}: {', '.join(parts)}"


def _drawn(identifier: str, described: str, bars: Sequence[Bar]) -> Markup:
    heights = [_height(bar) for bar in bars]
    bottom = sum(heights)
    parts = [upright("grid", WIDTH * n / 4, 0, bottom) for n in range(5)]
    for n in range(5):
        end = " lc-end" if n == 4 else " lc-start" if n == 0 else ""
        parts.append(text(f"tick{end}", WIDTH * n / 4, bottom + 17, f"{25 * n} %"))
    for number, bar in enumerate(bars):
        parts.extend(_bar(bar, sum(heights[:number])))
    title = "Which labels each group gives"
    return picture(identifier, "shares", bottom + _FOOT, title, described, parts)


def _height(bar: Bar) -> float:
    lines = len(wrapped(bar.name, WIDTH - 140))
    if bar.words:
        return _LINE * lines + _BETWEEN
    return _LINE * lines + _UNDER + _BAR + (_THIN + 2 if _states(bar) else 0.0) + _BETWEEN


def _states(bar: Bar) -> tuple[Part, ...]:
    """The states to draw: all of them or, where one has no figure, none."""
    return bar.states if all("value" in p.estimate for p in bar.states) else ()


def _bar(bar: Bar, top: float) -> Iterator[Markup]:
    lines = wrapped(bar.name, WIDTH - 140)
    for number, words in enumerate(lines):
        yield text("name", 0, top + _LINE * (number + 0.8), words)
    if bar.words:
        yield text("none lc-end", WIDTH, top + _LINE * 0.8, bar.words)
        return
    y = top + _LINE * len(lines) + _UNDER
    yield from _stack(bar.labels, "part", y, _BAR)
    yield from _stack(_states(bar), "state", y + _BAR + 2, _THIN)


def _stack(parts: Sequence[Part], kind: str, y: float, height: float) -> Iterator[Markup]:
    x = 0.0
    for number, part in enumerate(parts):
        width = WIDTH * float(part.estimate["value"])
        yield box(f"{kind} lc-shade-{number % _SHADES}", x, y, width - 1, height)
        mark = str(number + 1)
        if height >= _BAR and width >= len(mark) * LETTER + _ROOM:
            yield text(f"part-number lc-on-{number % _SHADES}", x + 5, y + 13, mark)
        x += width

"""Values that a person reads as one and a machine as two: refused, with the form to keep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

from labelcharter.reading.diagnostic import Diagnostic, Place, Related

LISTED = 10
ODD_ID = r"^ | $|  |[^ -~]"  # read alike by Python and by the databases
_ODD = re.compile(ODD_ID)


class Texts(Protocol):
    """Distinct texts of a column (see `tables.Column`)."""

    @property
    def values(self) -> tuple[str, ...]:
        """The texts."""

    def first_row_of(self, code: int) -> int:
        """The first row that has the text with this number."""


class Places(Protocol):
    """Something that knows where cells stand (see `tables.Table`)."""

    def places(self, cells: Sequence[tuple[int, str]]) -> list[Place]:
        """Places of (row, column name) cells."""


def hidden_character(text: str) -> str:
    """What cannot be seen in `text` ("a zero-width space"), or nothing."""
    if text.isascii() and text.isprintable():
        return ""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character != "\u200d":
            name = unicodedata.name(character, "a control character").lower()
            return f"{name} (U+{ord(character):04X})"
    return ""


def twin_key(text: str, *, fold_case: bool = True) -> str:
    """Equal for texts that look the same: composed, trimmed, single spaces, without case."""
    if text.isascii() and text.isalnum():
        return text.lower() if fold_case else text
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    return unicodedata.normalize("NFC", composed.casefold()) if fold_case else composed


def value_faults(
    table: Places,
    columns: Mapping[str, Texts],
    counts: Mapping[str, Sequence[int]],
    *,
    what: str,
    fold_case: bool = True,
) -> list[Diagnostic]:
    """Twins among the values of `columns` taken together, and blanks or marks nobody can see.

    `counts[name][code]` is how often a value stands in its column; the form that stands most often
    is the one suggested. `what` is the word for a value ("label", "group"). One diagnostic for
    each form that is not the suggested one.
    """
    forms: dict[str, dict[str, tuple[int, str, int]]] = {}
    for name, column in columns.items():
        codes = range(len(column.values)) if fold_case else possible_twins(column.values)
        for code in codes:
            text = column.values[code]
            known = forms.setdefault(twin_key(text, fold_case=fold_case), {})
            times, where, number = known.get(text, (0, name, code))
            known[text] = (times + int(counts[name][code]), where, number)
    faults: list[tuple[str, str, str, int]] = []
    for known in forms.values():
        if len(known) == 1 and not fold_case:
            continue  # an id may hold any characters; only two forms of one id are a fault
        best = min(known, key=lambda t: (not _clean(t), not _composed(t), -known[t][0], t))
        for text, (_, name, code) in sorted(known.items()):
            if text != best:
                faults.append((text, best, name, code))
            elif fold_case and not _clean(text):
                faults.append((text, "", name, code))
    return list(_shown(table, columns, forms, faults, what, fold_case))


def possible_twins(ids: Sequence[str]) -> list[int]:
    """The places of those ids that may be another's twin; none, as a rule, of a million."""
    odd = {at: twin_key(text, fold_case=False) for at, text in enumerate(ids) if is_odd(text)}
    changed = {key for at, key in odd.items() if key != ids[at]}
    if not changed:
        return []
    return [at for at, text in enumerate(ids) if odd.get(at, text) in changed]


def is_odd(text: str) -> bool:
    """True where an id has anything but printable ASCII and single spaces inside it."""
    return _ODD.search(text) is not None


def _clean(text: str) -> bool:
    return text == text.strip() and not hidden_character(text)


def _composed(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _shown(
    table: Places,
    columns: Mapping[str, Texts],
    forms: Mapping[str, Mapping[str, tuple[int, str, int]]],
    faults: Sequence[tuple[str, str, str, int]],
    what: str,
    fold_case: bool,
) -> list[Diagnostic]:
    cells = []
    for _, best, name, code in faults[:LISTED]:
        cells.append((columns[name].first_row_of(code), name))
        if best:
            _, where, number = forms[twin_key(best, fold_case=fold_case)][best]
            cells.append((columns[where].first_row_of(number), where))
    places = iter(table.places(cells))
    found = []
    for text, best, _, _ in faults[:LISTED]:
        place = next(places)
        times = forms[twin_key(text, fold_case=fold_case)][text][0]
        if best:
            often = forms[twin_key(best, fold_case=fold_case)][best][0]
            found.append(
                Diagnostic(
                    "T121",
                    "error",
                    place,
                    f"the {what} {_quoted(text)} is also written {_quoted(best)}",
                    f"write `{best}` everywhere ({often:,} of {often + times:,} do): to a machine "
                    f"these are two {what}s, and every rate is split between them",
                    (Related(next(places), f"{_quoted(best)} first stands here"),),
                    len(text),
                )
            )
        else:
            found.append(
                Diagnostic(
                    "T122",
                    "error",
                    place,
                    f"the {what} {_quoted(text)} has {hidden_character(text) or 'a space'} at a "
                    "place where nobody can see it",
                    f"write `{text.strip()}`",
                    width=len(text),
                )
            )
    if len(faults) > LISTED:
        more = f"and {len(faults) - LISTED:,} more {what}s like these"
        found.append(Diagnostic("T121", "error", found[-1].place, more, "repair the export"))
    return found


def _quoted(text: str) -> str:
    """In backticks; escaped where the difference could not be seen otherwise."""
    if text.isprintable() and _composed(text):
        return f"`{text}`"
    return f"`{text.encode('unicode_escape').decode()}`"

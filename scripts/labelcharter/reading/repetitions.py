"""Anchors and aliases (`&name`, `*name`): refused, one mistake for a name and all its uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from labelcharter.reading.diagnostic import Diagnostic, Place, Related


@dataclass(slots=True)
class Repetitions:
    """The names that a document gives to its parts, and the places that repeat them."""

    names: list[tuple[str, Place]] = field(default_factory=list)
    uses: list[tuple[str, Place]] = field(default_factory=list)

    def forget_uses_on(self, line: int) -> None:
        """Leave out what stands on a line that is reported otherwise."""
        self.uses = [(name, place) for name, place in self.uses if place.line != line]

    def problems(self) -> Iterator[Diagnostic]:
        """A diagnostic for each name, and for each `*word` that has nothing to repeat."""
        known = {name for name, _ in self.names}
        for name, place in self.names:
            yield Diagnostic(
                "Y003",
                "error",
                place,
                f"`&{name}` names a part of the file to repeat it",
                "write the value out wherever it applies, or refer to an element by its id",
                tuple(
                    Related(use, "it is repeated here") for used, use in self.uses if used == name
                ),
                len(name) + 1,
            )
        for name, place in self.uses:
            if name not in known:
                yield Diagnostic(
                    "Y003",
                    "error",
                    place,
                    f"`*{name}` would repeat another part of the file, which is not allowed",
                    "put text that starts with `*` in quotes",
                    width=len(name) + 1,
                )

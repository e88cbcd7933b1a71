"""What was read before, as long as it is still of use: text -> result, within a bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

YOUNG = 16 << 20  # characters of text; twice as many are held at most, and what was made of them


@dataclass(slots=True)
class Remembered(Generic[T]):
    """Two generations: when the young one is full it becomes the old one, which is dropped.

    What is asked for again moves to the young one, so that the parts of today's files stay and
    those of long ago go.
    """

    young: dict[str, T] = field(default_factory=dict)
    old: dict[str, T] = field(default_factory=dict)
    held: int = 0

    def get(self, text: str) -> T | None:
        """What was made of `text`; None when that is not remembered."""
        found = self.young.get(text)
        if found is None and text in self.old:
            found = self.put(text, self.old.pop(text))
        return found

    def put(self, text: str, result: T) -> T:
        """Remember `result`, and give it back."""
        if self.held > YOUNG:
            self.old, self.young, self.held = self.young, {}, 0
        self.young[text] = result
        self.held += len(text)
        return result

"""Write an invented table of ratings, so that the main job can be tried anywhere.

    python scripts/sample_ratings.py OUT.csv [--without-biases]

Nobody said any of this: every id begins with `synthetic-`. 600 posts, five ratings of each by every
country's pool of annotators; label 1 is hate, 0 is not hate, 2 is "I don't know". The table has
these faults, put there on purpose and listed in PLANTED, for an audit to find:

- annotators from Singapore miss more than half of the hate that is only implied;
- annotators from the United Kingdom call harmless posts hate more often;
- annotators from South Africa answer "I don't know" about five times as often;
- there are only six annotators from Australia: too few to publish anything about;
- seven rows repeat an annotator on an item, three of them with another label.

With `--without-biases` the pools are alike (and Australia's is as large as the others'): an audit
must find no gap there. The same bytes come out on every machine: only sums, products and one seeded
stream of numbers are used, and Python promises that stream not to change.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 20240229
ITEMS = 600
RATINGS_BY_EACH_POOL = 5
SOURCES = ("forum", "news comments", "chat")
HEADER = "item_id,annotator_id,nationality,label,item_source,gold,created_at"
HATE, NOT_HATE, DONT_KNOW = "1", "0", "2"
REPEATS, OF_THEM_CONFLICTING = 7, 3

_START = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
_REPEAT_EVERY = 1500  # ratings

Stream = Callable[[], float]


@dataclass(frozen=True)
class Planted:
    """One fault: the audit's check, the group and label it is about, and what was done."""

    check: str
    group: str
    label: str
    words: str


PLANTED = (
    Planted("false-negative-gap", "Singapore", HATE, "misses implied hate"),
    Planted("false-positive-gap", "United Kingdom", HATE, "calls harmless posts hate"),
    Planted("missing-rate", "South Africa", DONT_KNOW, "answers I don't know more often"),
    Planted("disclosure", "Australia", "", "six annotators: hidden from publication"),
    Planted("repeats", "", "", "seven rows repeat an annotator on an item, three disagree"),
)


@dataclass(frozen=True)
class Pool:
    """The annotators of one country and how often they err, before each person's own factor."""

    country: str
    code: str
    annotators: int
    items: int = ITEMS
    misses_open: float = 0.06
    misses_implied: float = 0.20
    false_alarms: float = 0.08
    dont_knows: float = 0.03


BIASED = (
    Pool("Australia", "au", 6, items=60),
    Pool("Singapore", "sg", 32, misses_implied=0.56),
    Pool("South Africa", "za", 32, dont_knows=0.14),
    Pool("United Kingdom", "gb", 36, false_alarms=0.24),
    Pool("United States", "us", 28),
)
ALIKE = tuple(Pool(pool.country, pool.code, 32) for pool in BIASED)


@dataclass(frozen=True)
class Item:
    """An invented post: hateful or not, and if so whether only by implication."""

    number: int
    source: str
    hateful: bool
    implied: bool

    @property
    def name(self) -> str:
        """Its id."""
        return f"synthetic-item-{self.number:04d}"

    @property
    def gold(self) -> str:
        """The right label."""
        return HATE if self.hateful else NOT_HATE


def rows(*, biased: bool = True) -> Iterator[str]:
    """The lines of the table, header first."""
    yield HEADER
    stream: Stream = random.Random(SEED).random  # noqa: S311 - invented data, not a secret
    pools = BIASED if biased else ALIKE
    people = {pool.country: _people(pool, stream) for pool in pools}
    written = 0
    repeatable = []
    for item in _items(stream):
        for pool in pools:
            if item.number > pool.items:
                continue
            for annotator, factor in _some_of(people[pool.country], stream):
                label = _label(item, pool, factor, stream)
                written += 1
                yield _row(item, annotator, pool, label, written)
                if written % _REPEAT_EVERY == 0:
                    repeatable.append((item, annotator, pool, label))
    for number, (item, annotator, pool, label) in enumerate(repeatable[:REPEATS] if biased else []):
        again = (HATE if label != HATE else NOT_HATE) if number < OF_THEM_CONFLICTING else label
        yield _row(item, annotator, pool, again, written + number + 1)


def _items(stream: Stream) -> Iterator[Item]:
    for number in range(1, ITEMS + 1):
        hateful = stream() < 0.45
        implied = stream() < 0.40
        yield Item(number, SOURCES[int(stream() * len(SOURCES))], hateful, hateful and implied)


def _people(pool: Pool, stream: Stream) -> list[tuple[str, float]]:
    """(id, factor on the pool's error rates) of each annotator: some err twice as often."""
    numbers = range(1, pool.annotators + 1)
    return [(f"synthetic-{pool.code}-{number:03d}", 0.7 + 0.6 * stream()) for number in numbers]


def _some_of(people: list[tuple[str, float]], stream: Stream) -> list[tuple[str, float]]:
    left = list(people)
    return [left.pop(int(stream() * len(left))) for _ in range(RATINGS_BY_EACH_POOL)]


def _label(item: Item, pool: Pool, factor: float, stream: Stream) -> str:
    unsure, wrong = stream(), stream()
    if unsure < pool.dont_knows * factor:
        return DONT_KNOW
    if not item.hateful:
        return HATE if wrong < pool.false_alarms * factor else NOT_HATE
    misses = pool.misses_implied if item.implied else pool.misses_open
    return NOT_HATE if wrong < misses * factor else HATE


def _row(item: Item, annotator: str, pool: Pool, label: str, minute: int) -> str:
    when = (_START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{item.name},{annotator},{pool.country},{label},{item.source},{item.gold},{when}"


def main() -> None:
    """Write the table to the file named on the command line."""
    parser = argparse.ArgumentParser(description="Write an invented table of ratings.")
    parser.add_argument("out", type=Path, help="the CSV file to write")
    parser.add_argument("--without-biases", action="store_true", help="all pools alike")
    given = parser.parse_args()
    lines = rows(biased=not given.without_biases)
    given.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

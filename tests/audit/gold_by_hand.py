"""Gold policies by hand: dictionaries of votes and fractions, no code of the package."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product

from ratings_tables import Rating, shared_file

Votes = Mapping[str, Mapping[str, Sequence[bool]]]  # item -> group -> votes, True if positive
Gold = Callable[[Mapping[str, Sequence[bool]], str | None], bool | None]


def crehate() -> dict[str, dict[str, list[bool]]]:
    """Post -> country -> usable votes, by a plain reading of the file."""
    found: dict[str, dict[str, list[bool]]] = {}
    seen = set()
    with shared_file("crehate/ratings.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            pair = row["item_id"], row["annotator_id"]
            if pair in seen:
                continue
            seen.add(pair)
            if row["label"] != "2":
                post = found.setdefault(row["item_id"], {})
                post.setdefault(row["nationality"], []).append(row["label"] == "1")
    return found


def votes_in(rows: Iterable[Rating], positive: str) -> dict[str, dict[str, list[bool]]]:
    """The same of invented rows."""
    found: dict[str, dict[str, list[bool]]] = {}
    for item, _, group, label in rows:
        found.setdefault(item, {}).setdefault(group, []).append(label == positive)
    return found


def majority(votes: Sequence[bool]) -> bool | None:
    """Strict; None without votes."""
    return sum(votes) > len(votes) / 2 if votes else None


def others(item: Mapping[str, Sequence[bool]], left_out: str | None) -> dict[str, Sequence[bool]]:
    return {group: votes for group, votes in item.items() if group != left_out}


def of_group(group: str) -> Gold:
    return lambda item, left_out: majority(others(item, left_out).get(group, []))


def pooled(item: Mapping[str, Sequence[bool]], left_out: str | None) -> bool | None:
    return majority([vote for votes in others(item, left_out).values() for vote in votes])


def balanced(item: Mapping[str, Sequence[bool]], left_out: str | None) -> bool | None:
    shares = [Fraction(sum(votes), len(votes)) for votes in others(item, left_out).values()]
    return sum(shares) / len(shares) > Fraction(1, 2) if shares else None


def at_least(number: int) -> Gold:
    def gold(item: Mapping[str, Sequence[bool]], left_out: str | None) -> bool | None:
        decided = [majority(votes) for votes in others(item, left_out).values()]
        return sum(map(bool, decided)) >= number if len(decided) >= number else None

    return gold


def rates(
    votes: Votes, gold: Gold, groups: Sequence[str], *, own_left_out: bool = False
) -> dict[str, dict[str, tuple[int, int]]]:
    """ "tpr" and "fpr" -> group -> (caught, of)."""
    found: dict[str, dict[str, tuple[int, int]]] = {"tpr": {}, "fpr": {}}
    for figure, verdict in (("tpr", True), ("fpr", False)):
        for group in groups:
            labels = [
                gold(item, group if own_left_out else None)
                for item in votes.values()
                if majority(item.get(group, [])) is verdict
            ]
            decided = [label for label in labels if label is not None]
            found[figure][group] = sum(decided), len(decided)
    return found


def gap(counts: Mapping[str, tuple[int, int]]) -> float | None:
    """The largest share less the smallest; None where a group has no item."""
    if not all(of for _, of in counts.values()):
        return None
    shares = [Fraction(having, of) for having, of in counts.values()]
    return float(max(shares) - min(shares))


def deals(item: Mapping[str, Sequence[bool]]) -> list[dict[str, list[bool]]]:
    """Every way in which an item's votes fall to its groups, every vote told apart."""
    votes = [vote for group in item.values() for vote in group]

    def dealt(left: Sequence[int], groups: Sequence[str]) -> Iterable[dict[str, list[bool]]]:
        if not groups:
            yield {}
            return
        for chosen in combinations(left, len(item[groups[0]])):
            rest = [at for at in left if at not in chosen]
            for further in dealt(rest, groups[1:]):
                yield {groups[0]: [votes[at] for at in chosen], **further}

    return list(dealt(range(len(votes)), list(item)))


def gaps_of_every_deal(votes: Votes, gold: Gold, groups: Sequence[str], figure: str) -> list[float]:
    """The gap in every table that permuting votes within items can give, all equally likely."""
    names = list(votes)
    found = []
    for dealt in product(*(deals(votes[name]) for name in names)):
        table = dict(zip(names, dealt, strict=True))
        found.append(gap(rates(table, gold, groups)[figure]))
    return [one for one in found if one is not None]

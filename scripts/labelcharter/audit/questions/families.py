"""Families of tests: which p values are corrected together, over all checks and all records.

A family is declared before the data are seen, with its correction and with what belongs to it;
every other test is exploratory, corrected by Benjamini and Hochberg. Looking again is a test too:
a family spans the successive records of an audit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from labelcharter.audit.questions.answer import EXPLORATORY, Answer, Row
from labelcharter.audit.questions.gaps import Gap
from labelcharter.audit.statistics.multiplicity import CORRECTIONS, Correction, corrected

MIRRORED = "label-rate-gap"  # of two labels the gap in one is that in the other, turned round

SEVERAL = ", "  # between the families of an answer whose rows are in more than one

Reconsider = Callable[[Row], Row]


@dataclass(frozen=True, slots=True)
class Family:
    """A set of tests by the checks and attributes that belong to it; empty means all.

    `looks`: how many records are to be made in all, where that was fixed beforehand, else 1
    (see `multiplicity.corrected`).
    """

    name: str
    correction: Correction
    checks: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    looks: int = 1

    def holds(self, check: str, attribute: str) -> bool:
        """True when the tests of this check on this attribute belong to it."""
        return (not self.checks or check in self.checks) and (
            not self.attributes or attribute in self.attributes
        )


@dataclass(frozen=True, slots=True)
class FamilyTests:
    """What was corrected together: `tests` in all, `earlier` of them from earlier records.

    `without_p`: tests that could not be made, left out first.
    """

    family: str
    correction: Correction
    tests: int
    earlier: int
    without_p: int

    def __str__(self) -> str:
        how = {"holm": "Holm", "bh": "Benjamini-Hochberg"}[self.correction]
        earlier = f", {self.earlier:,} of them in earlier records" if self.earlier else ""
        left = f"; {self.without_p:,} could not be tested" if self.without_p else ""
        return f"q: {how} over the {self.tests:,} tests of the family {self.family}{earlier}{left}"


@dataclass(frozen=True, slots=True)
class CorrectedAnswers:
    """Answers and gaps with their q, and what each family held."""

    answers: tuple[Answer, ...]
    gaps: tuple[Gap, ...]
    families: tuple[FamilyTests, ...]


class FamilyFault(ValueError):
    """A family is declared in a way that cannot be followed; the message says how."""


def declared(entries: Sequence[Mapping[str, object]]) -> tuple[Family, ...]:
    """The families as an audit file declares them. Raises FamilyFault.

    Each entry has `name`, `correction` (holm or bh) and, as needed, lists of `checks` and
    `attributes` and the number `looks`. Where several hold a test, it belongs to the first.
    """
    found: list[Family] = []
    for entry in entries:
        name = str(entry.get("name") or "")
        looks = entry.get("looks", 1)
        if not name or "," in name or name in {EXPLORATORY, *(family.name for family in found)}:
            raise FamilyFault(
                f"the family `{name}` needs a name of its own, without a comma, not {EXPLORATORY}"
            )
        by = [known for known in CORRECTIONS if known == entry.get("correction")]
        if not by:
            raise FamilyFault(f"the correction of the family {name} is holm or bh")
        if not isinstance(looks, int) or isinstance(looks, bool) or looks < 1:
            raise FamilyFault(f"the family {name}: looks is a whole number from 1, not `{looks}`")
        checks, attributes = (_texts(entry.get(key)) for key in ("checks", "attributes"))
        found.append(Family(name, by[0], checks, attributes, looks))
    return tuple(found)


def family_of(
    families: Sequence[Family], check: str, attribute: str, asked: str = EXPLORATORY
) -> Family:
    """Where a test belongs: to the family it was asked for with, else to the first that holds it.

    A family that is asked for and declared nowhere is corrected by the stricter rule. An answer
    whose rows are in several families names them all; they are found again by what they hold.
    """
    if asked != EXPLORATORY and SEVERAL not in asked:
        named = [family for family in families if family.name == asked]
        return named[0] if named else Family(asked, "holm")
    held = [family for family in families if family.holds(check, attribute)]
    return held[0] if held else Family(EXPLORATORY, "bh")


def correct(
    answers: Sequence[Answer],
    gaps: Sequence[Gap],
    families: Sequence[Family] = (),
    earlier: Mapping[str, Sequence[float]] | None = None,
    reconsider: Mapping[str, Reconsider] | None = None,
) -> CorrectedAnswers:
    """Fill every q; `earlier`: family name -> p values of earlier records of the same audit.

    `reconsider`: check name -> what its rows come to once q is known; called on rows with a q.
    """
    tests = _tests(answers, gaps, families)
    q: dict[_Test, float | None] = {}
    held = []
    for name, (family, p_of) in sorted(tests.items()):
        before = (earlier or {}).get(name, ())
        p = [max(values, default=None) for values in p_of.values()]
        result = corrected(p, family.correction, before, family.looks)
        q.update(zip(p_of, result.q, strict=True))
        held.append(
            FamilyTests(name, family.correction, result.tests, len(before), result.without_p)
        )
    mirrored = _mirrored(gaps)
    return CorrectedAnswers(
        tuple(
            _answer(number, answer, families, q, held, (reconsider or {}).get(answer.check))
            for number, answer in enumerate(answers)
        ),
        tuple(replace(gap, q=q.get(_test(gap, mirrored))) for gap in gaps),
        tuple(held),
    )


# One test: ("gap", check, attribute, a, b, label) or ("row", number of the answer, of its row).
_Test = tuple[str | int, ...]
_Tests = dict[str, tuple[Family, dict[_Test, list[float]]]]


def _tests(answers: Sequence[Answer], gaps: Sequence[Gap], families: Sequence[Family]) -> _Tests:
    """Family name -> the family and its tests, each with its p (of two mirrored gaps: both)."""
    found: _Tests = {}

    def add(family: Family, test: _Test, p: float | None) -> None:
        _, p_of = found.setdefault(family.name, (family, {}))
        p_of.setdefault(test, []).extend([] if p is None else [p])

    tested, mirrored = {gap.check for gap in gaps if gap.chance}, _mirrored(gaps)
    for gap in gaps:
        if gap.check in tested:
            family = family_of(families, gap.check, gap.attribute)
            add(family, _test(gap, mirrored), gap.chance.p if gap.chance else None)
    for number, answer in enumerate(answers):
        figures = {row.figure for row in answer.rows if row.p is not None}
        for at, row in enumerate(answer.rows):
            if row.figure in figures:
                family = family_of(families, answer.check, row.attribute, answer.family)
                add(family, ("row", number, at), row.p)
    return found


def _mirrored(gaps: Sequence[Gap]) -> bool:
    return len({gap.label for gap in gaps if gap.check == MIRRORED}) == 2


def _test(gap: Gap, mirrored: bool) -> _Test:
    label = 0 if mirrored and gap.check == MIRRORED else gap.label
    return ("gap", gap.check, gap.attribute, gap.a, gap.b, label)


def _answer(
    number: int,
    answer: Answer,
    families: Sequence[Family],
    q: Mapping[_Test, float | None],
    held: Sequence[FamilyTests],
    reconsider: Reconsider | None,
) -> Answer:
    """With q on its rows, and a note on what was corrected together."""
    rows, names = [], set()
    for at, row in enumerate(answer.rows):
        test = ("row", number, at)
        corrected_row = replace(row, q=q.get(test))
        if test in q:
            names.add(family_of(families, answer.check, row.attribute, answer.family).name)
        if reconsider and corrected_row.q is not None:
            corrected_row = reconsider(corrected_row)
        rows.append(corrected_row)
    if not names:
        return answer
    notes = (str(one) for one in held if one.family in names)
    return replace(
        answer,
        rows=tuple(rows),
        family=SEVERAL.join(sorted(names)),
        notes=(*answer.notes, *(note for note in notes if note not in answer.notes)),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()

"""Tables at the edge of what can be estimated, each with what is asked of it.

A case is a table, how it is bound, and where in the JSON of `audit table` its figure stands. A
figure marked `estimable=False` cannot be known from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.records.output import as_json
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

Row = tuple[str, str, str, str, str]  # item, annotator, group, label, gold
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """`figure` reads the estimate out of the JSON; `said` what else the audit says of it."""

    name: str
    asked: str
    rows: Sequence[Row]
    figure: Callable[[Json], Json]
    estimable: bool = False
    said: Callable[[Json], str] = lambda _result: ""
    bound: Mapping[str, Any] = field(default_factory=dict)
    questions: Mapping[str, Any] = field(default_factory=dict)

    def audit(self) -> Json:
        """The whole JSON of the audit of this table, profile internal."""
        lines = ["item,annotator,group,label,gold", *(",".join(row) for row in self.rows)]
        bindings = {"annotator_groups": {"group": "group"}, **self.bound}
        audit = audit_table(
            read_table("".join(f"{line}\n" for line in lines).encode(), "case.csv"),
            Bindings("item", "annotator", "label", **bindings),
            Questions(**self.questions),
        )
        return as_json(hide(audit, "internal"), "internal")


def ratings(
    items: int,
    people: Mapping[str, int],
    label: Callable[[int, int, str], str],
    gold: Callable[[int, str], str] = lambda _item, _group: "",
) -> list[Row]:
    """Everybody of each group rates every item; annotators are numbered through all groups."""
    found = []
    for item in range(items):
        number = 0
        for group, size in people.items():
            for _ in range(size):
                given = label(item, number, group)
                found.append((f"i{item}", f"r{number}", group, given, gold(item, group)))
                number += 1
    return found


def _mixed(item: int, person: int, _group: str = "") -> str:
    return "yes" if (item * 7 + person * 3) % 5 < 2 else "no"


def _group(result: Json, value: str) -> Json:
    return next(group for group in result["groups"] if group["value"] == value)


def _gap(result: Json, check: str, label: str | None = None) -> Json:
    return next(g for g in result["gaps"] if g["check"] == check and g["label"] == label)


def _of_group(value: str, *keys: str) -> Callable[[Json], Json]:
    def read(result: Json) -> Json:
        found: Any = _group(result, value)
        for key in keys:
            found = found[key]
        return found

    return read


def _least_p(result: Json) -> str:
    gap = _gap(result, "label-rate-gap", "yes")
    return f"p = {gap['p']:.2f}, verdict {gap['verdict']}: {gap['why'].split('; ')[-1]}"


GOLD = {
    "annotator_groups": {},
    "subject_groups": {"group": "group"},
    "gold": "gold",
}
# Data subjects: items of group b have no negative among their gold labels.
NO_NEGATIVES = [
    (f"i{item}", f"r{person}", "ab"[item % 2], _mixed(item, person), "yes" if item % 2 else "no")
    for item in range(40)
    for person in range(5)
]
TIED = [
    (f"i{item}", f"r{person}", "a", "yes" if person < 2 else "no", "")
    for item in range(12)
    for person in range(4)
] + [(f"i{item}", f"s{person}", "b", "no", "") for item in range(12) for person in range(3)]

CASES: tuple[Case, ...] = (
    Case(
        "no negatives",
        "false positive rate of group b, whose gold is always `yes`",
        NO_NEGATIVES,
        _of_group("b", "fpr", "yes"),
        bound=GOLD,
    ),
    Case(
        "one rater",
        "agreement where each item has one rating",
        [(f"i{k}", f"r{k % 6}", "ab"[k % 2], _mixed(k, 1), "") for k in range(40)],
        lambda result: result["overall"]["alpha"],
    ),
    Case(
        "one label",
        "agreement where everybody says `yes`",
        ratings(40, {"a": 3, "b": 3}, lambda _item, _person, _group: "yes"),
        lambda result: result["overall"]["alpha"],
    ),
    Case(
        "empty group",
        "rate of `yes` in group c, which nobody is in",
        ratings(40, {"a": 6, "b": 6}, _mixed),
        lambda result: next(
            (g["rates"]["yes"] for g in result["groups"] if g["value"] == "c"),
            {"state": "absent"},
        ),
        bound={"categories": {"group": ("a", "b", "c")}},
    ),
    Case(
        "all positive",
        "rate of `yes` in group b, where all 40 ratings are `yes`",
        ratings(20, {"a": 2, "b": 2}, lambda i, p, g: "yes" if g == "b" else _mixed(i, p)),
        _of_group("b", "rates", "yes"),
        estimable=True,
    ),
    Case(
        "zero cells",
        "ratio of the rates of `yes`, group b over group a, which never gets it",
        ratings(40, {"a": 12, "b": 12}, lambda i, p, g: "no" if g == "a" else _mixed(i, p)),
        lambda result: result["ratios"][0]["estimate"],
        questions={"favourable": "yes", "references": {"group": "a"}},
    ),
    Case(
        "group of one person",
        "agreement in group b, which is one person",
        ratings(40, {"a": 6, "b": 1}, _mixed),
        _of_group("b", "alpha"),
    ),
    Case(
        "3 against 3 annotators",
        "is the gap between three who always say `yes` and three who never do chance?",
        ratings(60, {"a": 3, "b": 3}, lambda _i, _p, g: "yes" if g == "a" else "no"),
        lambda result: _gap(result, "label-rate-gap", "yes")["estimate"],
        estimable=True,
        said=_least_p,
    ),
    Case(
        "ties",
        "share of items on which the majorities agree: two of four in group a, all `no` in group b",
        TIED,
        lambda result: result["consensus"][0]["agree_on_all_groups"],
        estimable=True,
        said=lambda result: f"a tie is `{result['consensus'][0]['ties']}`, as declared",
        questions={"favourable": "no", "ties": "no"},
    ),
    Case(
        "constant labels",
        "gap in agreement between group a and group b, in which all say `yes`",
        ratings(40, {"a": 4, "b": 4}, lambda i, p, g: "yes" if g == "b" else _mixed(i, p)),
        lambda result: _gap(result, "agreement-gap")["estimate"],
    ),
    Case(
        "one item",
        "agreement on a single item with two labels",
        ratings(1, {"a": 3, "b": 3}, _mixed),
        lambda result: result["overall"]["alpha"],
    ),
)


def faults_in(value: Any, where: str = "") -> Iterable[str]:
    """What no audit may print, anywhere in its JSON.

    A number that is not finite; a figure that is not estimable and has a value; one that is
    estimated without an end of its interval, or outside it, or with an interval without width.
    """
    if isinstance(value, float) and not abs(value) < float("inf"):
        yield f"{where}: {value}"
    if isinstance(value, Mapping):
        if "state" in value:
            yield from _faults_in_estimate(value, where)
        for key, part in value.items():
            yield from faults_in(part, f"{where}.{key}")
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from faults_in(part, f"{where}[{at}]")


def _faults_in_estimate(estimate: Json, where: str) -> Iterable[str]:
    figures = [estimate[key] for key in ("low", "value", "high")]
    if estimate["state"] != "estimated":
        if figures != [None, None, None]:
            yield f"{where}: {estimate['state']} and yet {figures}"
        if not estimate["reason"]:
            yield f"{where}: {estimate['state']} without a reason"
    elif None in figures or figures != sorted(figures):
        yield f"{where}: estimated, and yet {figures}"
    elif not figures[0] < figures[2]:
        yield f"{where}: an interval without width, {figures}"

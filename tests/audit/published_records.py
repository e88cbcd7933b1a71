"""Published records for tests: written by hand, or made from a table that the test knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ratings_tables import chance, table_of

from labelcharter.audit.disclosure.attack.cells import Cell
from labelcharter.audit.disclosure.attack.reading import published
from labelcharter.audit.disclosure.complements import to_hide
from labelcharter.audit.disclosure.profiles import RULES, Profile
from labelcharter.audit.disclosure.suppression import without
from labelcharter.audit.questions.answer import Request
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.records.output import as_json
from labelcharter.audit.records.publication import publish
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.tables.bindings import Bindings

HIDDEN = {
    "value": None,
    "low": None,
    "high": None,
    "n": None,
    "state": "suppressed",
    "reason": "too few",
}
NO_GOLD = {**HIDDEN, "n": 0, "state": "not-estimable", "reason": "no gold labels"}

Counts = tuple[int, int, int]  # annotators, ratings, ratings of the label "yes"


def share(having: int, of: int) -> dict[str, Any]:
    """An estimate with Wilson's interval."""
    return proportion(having, of, "ratings").as_json()


def group(attribute: str, value: str, counts: Counts | None) -> dict[str, Any]:
    """A group of annotators with labels yes and no; None hides it."""
    annotators, ratings, yes = counts or (None, None, None)
    rates = {"yes": HIDDEN, "no": HIDDEN}
    if ratings is not None and yes is not None:
        rates = {"yes": share(yes, ratings), "no": share(ratings - yes, ratings)}
    return {
        "attribute": attribute,
        "value": value,
        "side": "annotator",
        "ratings": ratings,
        "items": None if counts is None else 60,
        "annotators": annotators,
        "alpha": HIDDEN,
        "ac1": HIDDEN,
        "percent_agreement": HIDDEN,
        "rates": rates,
        "accuracy": NO_GOLD,
        "fpr": {},
        "fnr": {},
        "missing": {},
    }


def record(
    overall: Counts | None,
    groups: Mapping[str, Mapping[str, Counts | None]],
    *,
    identifier: str = "REC-0001",
    data: str = "a" * 64,
    **more: Any,
) -> dict[str, Any]:
    """A record of annotators' groups, by attribute and value. `more` goes into its result."""
    method = {"profile": "default", "labels": ["yes", "no"], "ungrouped": more.pop("ungrouped", [])}
    result = {
        "overall": group("", "", overall),
        "groups": [group(a, v, n) for a, each in groups.items() for v, n in each.items()],
        "gaps": [],
        "ratios": [],
        "findings": [],
        "excluded": [],
        "consensus": [],
        "checks": [],
        "method": method,
        **more,
    }
    return {
        "id": identifier,
        "audit": "AUD-0001",
        "profile": "default",
        "manifest": {"data_sha256": data, "rows": None},
        "result": result,
        "gates": [],
    }


def published_as(
    audit: TableAudit,
    profile: Profile = "default",
    *,
    identifier: str = "REC-0001",
    data: str = "a" * 64,
    earlier: Sequence[Mapping[str, Any]] = (),
    sensitive: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The record of an audit as it would be committed."""

    def frame(result: Mapping[str, Any], gates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        manifest = {"data_sha256": data, "rows": result["method"]["rows"]}
        return {
            "id": identifier,
            "audit": "AUD-0001",
            "manifest": manifest,
            "result": dict(result),
            "gates": list(gates),
        }

    return publish(audit, (), profile, frame, earlier=earlier, sensitive=sensitive)


def without_complements(audit: TableAudit, profile: Profile = "default") -> dict[str, Any]:
    """The same with what is small hidden, and nothing besides."""
    hidden = to_hide(audit, RULES[profile], lambda _hidden: {}, complements=False)
    return {"id": "REC-0001", "result": as_json(without(audit, hidden), profile)}


def truth(audit: TableAudit) -> dict[Cell, float]:
    """Every count of an audit, none hidden."""
    seen = published(as_json(audit, "internal"))
    exact = [fact for fact in (*seen.facts, *seen.of_rows) if fact.low == fact.high]
    return {fact.cell: fact.low for fact in exact}


def random_audit(
    seed: int, *, more_people: int = 0, checks: Sequence[Request] | None = ()
) -> TableAudit:
    """Several attributes with small cells; states, gold, predictions and blanks in some.

    `more_people`: how many come to the same table besides. `checks`: None asks all of them.
    """
    stream = chance(seed)
    people, items, each = (stream.choice(n) for n in ([30, 60, 150], [30, 60], [1, 3, 8]))
    labels = ["yes", "no", "maybe"][: stream.choice([2, 2, 3])]
    gold, predicted, states = (stream.random() < odds for odds in (0.4, 0.4, 0.5))
    groups = stream.randint(3, 6)
    weights = [0.2, *(stream.random() ** 3 + 0.01 for _ in range(groups - 1))]
    blank = stream.random() < 0.4
    about = [(f"k{stream.randrange(3)}", stream.choice(labels)) for _ in range(items)]
    decided = [stream.choice(labels) for _ in range(items)]
    rare = stream.choice([0.03, 0.3])
    rows = []
    for person in range(people + more_people):
        number = stream.choices(range(groups), weights)[0]
        g = "" if blank and number == 1 else f"g{number}"
        h = f"h{stream.randrange(3)}"
        for item in stream.sample(range(items), each):
            label = stream.choices(labels, [rare] + [1.0] * (len(labels) - 1))[0]
            label = "?" if states and stream.random() < 0.05 else label
            k, right = about[item]
            rows.append((f"i{item:02d}", f"a{person:03d}", g, h, label, k, right, decided[item]))
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        annotator_groups={"g": "g", "h": "h"},
        subject_groups={"k": "k"},
        states=("?",) if states else (),
        gold="gold" if gold else None,
        prediction="decided" if predicted else None,
    )
    table = table_of(rows, "item,annotator,g,h,label,k,gold,decided")
    return audit_table(table, bindings, Questions(favourable="yes", ties="no", checks=checks))

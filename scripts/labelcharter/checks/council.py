"""The council's rules: who must agree, how many, and how long there is to object (codes C2)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here, iso_date
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.scalars import is_text
from labelcharter.registry.graph import Element, Graph, Step
from labelcharter.registry.nearest import nearest


def quorum_was_reached(context: Context) -> Iterator[Diagnostic]:
    """An accepted decision has the functions, the majority and the time that its rule asks for."""
    graph = context.repository.graph
    rules = {
        str(r.get("change")): r
        for council in graph.of_kind("council")
        for r in council.items("rules")
        if isinstance(r, dict) and context.sound(council, "rules")
    }
    for decision in graph.of_kind("decision"):
        rule = rules.get(str(decision.data.get("change")))
        if rule is None or decision.status not in ("accepted", "superseded"):
            continue
        if context.sound(decision, "votes"):
            if _functions_are_known(context):
                yield from _functions(graph, decision, rule)
            yield from _majority(decision)
        if context.sound(decision, "decided_on", "expires"):
            yield from _period(decision, rule)


def _functions_are_known(context: Context) -> bool:
    """True when seats and rules name only functions that the council declares (C205)."""
    graph = context.repository.graph
    seats = [str(seat.data.get("function")) for seat in graph.of_kind("seat")]
    return context.whole("seat", "function") and all(
        set(seats) | {word for _, word in _functions_in_rules(council)} <= set(_words(council))
        for council in graph.of_kind("council")
    )


def _words(council: Element) -> tuple[str, ...]:
    words = (f.get("word") for f in council.items("functions") if isinstance(f, dict))
    return tuple(word for word in words if is_text(word))


def _functions_in_rules(council: Element) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Each function that a rule asks for, with the way to it."""
    for index, rule in enumerate(council.items("rules")):
        lists: list[tuple[Step, ...]] = [("rules", index, "needs_functions")]
        if isinstance(rule, dict):
            lists += [
                ("rules", index, "when_touching", position, "adds_functions")
                for position in range(len(council.items("rules", index, "when_touching")))
            ]
        for steps in lists:
            for position, word in enumerate(council.items(*steps)):
                if is_text(word):
                    yield (*steps, position), word


def _functions(graph: Graph, decision: Element, rule: dict[str, object]) -> Iterator[Diagnostic]:
    voted = set()
    for vote in decision.items("votes"):
        seat = graph.elements.get(str(vote.get("seat"))) if isinstance(vote, dict) else None
        if seat is not None and vote.get("vote") in ("for", "against"):
            voted.add(seat.data.get("function"))
    needed = rule.get("needs_functions")
    missing = [f for f in needed if f not in voted] if isinstance(needed, list) else []
    quorum = rule.get("quorum")
    at_least = quorum.get("functions") if isinstance(quorum, dict) else None
    council = here(graph.elements["council"], "the rules") if "council" in graph.elements else ()
    kind = decision.data.get("change")
    if missing:
        yield _QUORUM.on(
            decision,
            ("votes",),
            f"a {kind} change needs a vote of {', '.join(map(str, missing))}",
            "a function whose seat is recused votes through its alternate",
            at_key=True,
            related=council,
        )
    elif isinstance(at_least, int) and len(voted) < at_least:
        yield _QUORUM.on(
            decision,
            ("votes",),
            f"{len(voted)} functions voted; a {kind} change needs {at_least}",
            "the decision stays proposed until they have voted",
            at_key=True,
            related=council,
        )


def _majority(decision: Element) -> Iterator[Diagnostic]:
    votes = [v.get("vote") for v in decision.items("votes") if isinstance(v, dict)]
    if votes and votes.count("for") <= votes.count("against"):
        yield _QUORUM.on(
            decision,
            ("status",),
            f"accepted with {votes.count('for')} for and {votes.count('against')} against",
            "a decision without a majority is rejected, or stays proposed",
        )


def _period(decision: Element, rule: dict[str, object]) -> Iterator[Diagnostic]:
    proposed, decided = (
        iso_date(decision.data.get("proposed_on")),
        iso_date(decision.data.get("decided_on")),
    )
    if proposed and decided and decided < proposed:
        return  # D102: no period can be counted
    days, limit = rule.get("objection_days"), rule.get("expires_within_days")
    if proposed and decided and isinstance(days, int) and (decided - proposed).days < days:
        yield _QUORUM.on(
            decision,
            ("decided_on",),
            f"decided after {_days((decided - proposed).days)}; there are {days} to object",
            "the period counts from `proposed_on`",
        )
    expires = iso_date(decision.data.get("expires"))
    if isinstance(limit, int) and decided:
        if expires is None:
            yield _QUORUM.on(
                decision,
                ("change",),
                f"a decision of this kind ends within {_days(limit)}, and no end is given",
                "add `expires`",
            )
        elif (expires - decided).days > limit:
            yield _QUORUM.on(
                decision,
                ("expires",),
                f"it runs {_days((expires - decided).days)}; one of this kind ends within {limit}",
                "decide again when it ends",
            )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"


_QUORUM = Rule(
    "C203",
    "error",
    "An accepted decision met the council's rule for its kind of change.",
    "The rules protect those who were not in the room: the functions that must agree and the days "
    "to object are part of the decision. Offline, the check knows what is recorded, not who really "
    "voted.",
    "a major change without a vote of ethics",
    "votes of ethics, data science and product",
    quorum_was_reached,
)


def council_hangs_together(context: Context) -> Iterator[Diagnostic]:
    """Seats and rules name functions that exist; nobody is their own alternate."""
    graph = context.repository.graph
    for council in graph.of_kind("council"):
        if context.sound(council, "functions"):
            yield from _unknown_functions(graph, council)
        for seat in graph.of_kind("seat"):
            if seat.data.get("alternate") == seat.id:
                yield _COUNCIL.on(
                    seat,
                    ("alternate",),
                    "a seat cannot be its own alternate",
                    "name another seat of the same function",
                )


def _unknown_functions(graph: Graph, council: Element) -> Iterator[Diagnostic]:
    known = _words(council)
    used: dict[str, list[tuple[Element, tuple[Step, ...]]]] = {}
    for seat in graph.of_kind("seat"):
        if is_text(seat.data.get("function")):
            used.setdefault(seat.data["function"], []).append((seat, ("function",)))
    for steps, word in _functions_in_rules(council):
        used.setdefault(word, []).append((council, steps))
    for word, places in used.items():
        if word in known:
            continue
        near = nearest(word, known)
        if near is not None and near not in used and len(places) > 1:
            index = known.index(near)
            yield _COUNCIL.on(
                council,
                ("functions", index, "word"),
                f"nothing names the function `{near}`, but {len(places)} places name `{word}`",
                f"did you mean `{word}` here?",
            )
            continue
        for element, steps in places:
            yield _COUNCIL.on(
                element,
                steps,
                f"`{word}` is no function of the council",
                f"did you mean `{near}`?" if near else f"functions: {', '.join(known)}",
            )


_COUNCIL = Rule(
    "C205",
    "error",
    "Seats and rules name functions of the council.",
    "A rule that asks for a function nobody holds can never be met, or is never asked.",
    "needs_functions: [etics]",
    "needs_functions: [ethics]",
    council_hangs_together,
)

RULES = (_QUORUM, _COUNCIL)

"""Decisions and the council: votes that could be cast, one option chosen (codes C2)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here, iso_date
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.nearest import did_you_mean


def one_seat_votes_once(context: Context) -> Iterator[Diagnostic]:
    """A seat votes once, and not where it is recused."""
    for decision in context.repository.graph.of_kind("decision"):
        recused = {r.get("seat") for r in decision.items("recusals") if isinstance(r, dict)}
        seen: set[object] = set()
        for index, vote in enumerate(decision.items("votes")):
            seat = vote.get("seat") if isinstance(vote, dict) else None
            if seat is None:
                continue
            if seat in seen:
                yield _VOTES.on(
                    decision,
                    ("votes", index, "seat"),
                    f"`{seat}` votes twice",
                    "one seat has one vote; keep the one that was cast last",
                )
            elif seat in recused and vote.get("vote") != "abstain":
                yield _VOTES.on(
                    decision,
                    ("votes", index, "vote"),
                    f"`{seat}` is recused here and yet votes",
                    "a seat with a conflict abstains; its alternate may vote",
                )
            seen.add(seat)


_VOTES = Rule(
    "C201",
    "error",
    "A seat votes once, and not where it is recused.",
    "A majority that counts someone twice, or someone with a stake, is no majority.",
    "two votes of seat.legal",
    "one vote of seat.legal",
    one_seat_votes_once,
)


def one_option_is_chosen(context: Context) -> Iterator[Diagnostic]:
    """An accepted decision chose exactly one option; one still open chose none."""
    for decision in context.repository.graph.of_kind("decision"):
        options = [o for o in decision.items("options") if isinstance(o, dict)]
        chosen = [i for i, o in enumerate(options) if o.get("chosen") is True]
        if decision.status == "accepted" and options and not chosen:
            yield _CHOSEN.on(
                decision,
                ("options",),
                "the decision is accepted, but no option is chosen",
                "set `chosen: true` at the one that was decided",
                at_key=True,
            )
        elif len(chosen) > 1:
            yield _CHOSEN.on(
                decision,
                ("options", chosen[1], "chosen"),
                f"{len(chosen)} options are chosen",
                "one decision chooses one option; split it if both were decided",
            )


_CHOSEN = Rule(
    "C202",
    "error",
    "An accepted decision chose exactly one option.",
    "Whoever acts on the decision must know which of the options it was.",
    "two options with chosen: true",
    "one option with chosen: true",
    one_option_is_chosen,
)


def quorum_was_reached(context: Context) -> Iterator[Diagnostic]:
    """An accepted decision has the functions, the majority and the time that its rule asks for."""
    graph = context.repository.graph
    rules = {
        r.get("change"): r
        for council in graph.of_kind("council")
        for r in council.items("rules")
        if isinstance(r, dict)
    }
    for decision in graph.of_kind("decision"):
        rule = rules.get(decision.data.get("change"))
        if rule is None or decision.status not in ("accepted", "superseded"):
            continue
        yield from _functions(graph, decision, rule)
        yield from _majority(decision)
        yield from _period(decision, rule)


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
            f"accepted with {votes.count('for')} votes for and {votes.count('against')} against",
            "a decision without a majority is rejected, or stays proposed",
        )


def _period(decision: Element, rule: dict[str, object]) -> Iterator[Diagnostic]:
    proposed, decided = (
        iso_date(decision.data.get("proposed_on")),
        iso_date(decision.data.get("decided_on")),
    )
    days, limit = rule.get("objection_days"), rule.get("expires_within_days")
    if proposed and decided and isinstance(days, int) and 0 <= (decided - proposed).days < days:
        yield _QUORUM.on(
            decision,
            ("decided_on",),
            f"decided after {(decided - proposed).days} days; there are {days} to object",
            "the period counts from `proposed_on`",
        )
    expires = iso_date(decision.data.get("expires"))
    if isinstance(limit, int) and decided:
        if expires is None:
            yield _QUORUM.on(
                decision,
                ("change",),
                f"a decision of this kind ends within {limit} days, and no end is given",
                "add `expires`",
            )
        elif (expires - decided).days > limit:
            yield _QUORUM.on(
                decision,
                ("expires",),
                f"it runs {(expires - decided).days} days; the limit is {limit}",
                "decide again when it ends",
            )


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


def supersession_is_mutual(context: Context) -> Iterator[Diagnostic]:
    """What an accepted decision supersedes says so, and the other way round."""
    graph = context.repository.graph
    superseded_by: dict[str, Element] = {}
    for decision in graph.of_kind("decision"):
        old = graph.elements.get(str(decision.data.get("supersedes")))
        if (
            old is not None
            and old.kind == "decision"
            and decision.status in ("accepted", "superseded")
        ):
            superseded_by[old.id] = decision
            if old.status != "superseded":
                yield _MUTUAL.on(
                    decision,
                    ("supersedes",),
                    f"`{old.id}` still says it is {old.status}",
                    "set its status to superseded",
                    related=here(old, "the older decision"),
                )
    for decision in graph.of_kind("decision"):
        if decision.status == "superseded" and decision.id not in superseded_by:
            yield _MUTUAL.on(
                decision,
                ("status",),
                "superseded, but no accepted decision supersedes it",
                "name it under `supersedes` in the decision that does",
            )


_MUTUAL = Rule(
    "C204",
    "error",
    "Superseding is written on both sides.",
    "Two decisions in force about one thing leave the choice to whoever reads only one.",
    "DEC-0003 supersedes DEC-0001, which is still accepted",
    "DEC-0001 has status: superseded",
    supersession_is_mutual,
)


def council_hangs_together(context: Context) -> Iterator[Diagnostic]:
    """Seats and rules name functions that exist; nobody is their own alternate."""
    graph = context.repository.graph
    for council in graph.of_kind("council"):
        words = [f.get("word") for f in council.items("functions") if isinstance(f, dict)]
        known = [w for w in words if isinstance(w, str)]
        for seat in graph.of_kind("seat"):
            function = seat.data.get("function")
            if isinstance(function, str) and known and function not in known:
                yield _COUNCIL.on(
                    seat,
                    ("function",),
                    f"`{function}` is no function of the council",
                    did_you_mean(function, known) or f"functions: {', '.join(known)}",
                )
            if seat.data.get("alternate") == seat.id:
                yield _COUNCIL.on(
                    seat,
                    ("alternate",),
                    "a seat cannot be its own alternate",
                    "name another seat of the same function",
                )
        for index, rule in enumerate(council.items("rules")):
            for position, word in enumerate(
                rule.get("needs_functions") or () if isinstance(rule, dict) else ()
            ):
                if isinstance(word, str) and known and word not in known:
                    yield _COUNCIL.on(
                        council,
                        ("rules", index, "needs_functions", position),
                        f"`{word}` is no function of the council",
                        did_you_mean(word, known) or f"functions: {', '.join(known)}",
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

RULES = (_VOTES, _CHOSEN, _QUORUM, _MUTUAL, _COUNCIL)

"""Decisions: one vote a seat, one option chosen, superseding on both sides (codes C2)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.scalars import is_text


def one_seat_votes_once(context: Context) -> Iterator[Diagnostic]:
    """A seat votes once, and not where it is recused."""
    for decision in context.repository.graph.of_kind("decision"):
        recused = {str(r.get("seat")) for r in decision.items("recusals") if isinstance(r, dict)}
        seen: set[str] = set()
        for index, vote in enumerate(decision.items("votes")):
            seat = vote.get("seat") if isinstance(vote, dict) else None
            if not is_text(seat) or not is_text(vote.get("vote")):
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
    """An accepted decision chose exactly one option; no decision chose two."""
    for decision in context.repository.graph.of_kind("decision"):
        options = [o for o in decision.items("options") if isinstance(o, dict)]
        chosen = [i for i, o in enumerate(options) if o.get("chosen") is True]
        if not context.sound(decision, "options"):
            continue
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


def supersession_is_mutual(context: Context) -> Iterator[Diagnostic]:
    """What an accepted decision supersedes says so, and the other way round."""
    graph = context.repository.graph
    for decision in graph.of_kind("decision"):
        old = graph.elements.get(str(decision.data.get("supersedes")))
        if (
            old is not None
            and old.kind == "decision"
            and decision.status in ("accepted", "superseded")
            and old.status != "superseded"
            and context.sound(old, "status")
        ):
            yield _MUTUAL.on(
                decision,
                ("supersedes",),
                f"`{old.id}` still says it is {old.status}",
                "set its status to superseded",
                related=here(old, "the older decision"),
            )
    for decision in graph.of_kind("decision"):
        new = graph.elements.get(str(decision.data.get("superseded_by")))
        if new is None or new.kind != "decision" or not context.sound(new, "supersedes", "status"):
            continue
        accepted = new.status in ("accepted", "superseded")
        if not accepted or new.data.get("supersedes") != decision.id:
            yield _MUTUAL.on(
                decision,
                ("superseded_by",),
                f"`{new.id}` does not supersede this"
                if accepted
                else f"`{new.id}` is {new.status}, so it supersedes nothing",
                "name the accepted decision that lists this one under `supersedes`",
                related=here(new, "the newer decision"),
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

RULES = (_VOTES, _CHOSEN, _MUTUAL)

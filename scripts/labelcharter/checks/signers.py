"""The list of who may sign, and the signatures of decisions (codes K).

K101 to K103 are found while the list is read; K201 and K202 need the history, and are found there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from labelcharter.checks.rule import Check, Context, Rule
from labelcharter.checks.unresolved import misspelt_where_defined, unresolved_in
from labelcharter.reading.allowed_signers import Signer
from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.registry.nearest import nearest_id


def signers_are_seats(context: Context) -> Iterator[Diagnostic]:
    """Whoever may sign is a seat of the council; the key of a retired seat has an end."""
    seats = {seat.id: seat for seat in context.repository.graph.of_kind("seat")}
    for signer, name, place in _named(context):
        seat = seats.get(name)
        if seat is None:
            if context.whole("seat") and name not in _misspelt_there(context):
                near = nearest_id(name, seats)
                help_ = (
                    f"did you mean `{near}`?" if near else "name a seat of policies/council.yaml"
                )
                message = f"the council has no seat `{name}`"
                yield _SEAT.at(place, message, help_, width=len(name))
        elif seat.status == "retired" and signer.valid_before is None:
            yield _SEAT.at(
                place,
                f"`{name}` is retired, and its key is good for ever",
                'add valid-before="…Z" with the day on which the seat ended',
                width=len(name),
                related=(Related(seat.place, "the seat"),),
            )


def _misspelt_there(context: Context) -> Mapping[str, str]:
    """Seats that others name too: then the council file misspells them, which R205 says once."""
    return misspelt_where_defined(unresolved_in(context), context.repository.graph)


_SEAT = Rule(
    "K104",
    "error",
    "Whoever may sign is a seat of the council, and the key of a retired seat has an end.",
    "A signature says that a function of the council agreed. A name that is no seat speaks for "
    "nobody whom the council appointed.",
    "seat.leagl ssh-ed25519 AAAA…",
    "seat.legal ssh-ed25519 AAAA…",
    signers_are_seats,
)


def one_key_serves_one_seat(context: Context) -> Iterator[Diagnostic]:
    """A key stands for one seat at a time."""
    earlier: dict[bytes, list[tuple[Signer, str, Place]]] = {}
    for signer, name, place in _named(context):
        same_key = earlier.setdefault(signer.key.blob, [])
        for other, owner, where in same_key:
            if owner != name and signer.overlaps(other):
                yield _ONE_SEAT.at(
                    place,
                    f"the key of `{name}` is also that of `{owner}`",
                    "each seat has a key of its own; when somebody changes seats, the old line "
                    "ends with valid-before and the new one begins with valid-after",
                    width=len(name),
                    related=(Related(where, f"`{owner}`"),),
                )
                break
        same_key.append((signer, name, place))


_ONE_SEAT = Rule(
    "K105",
    "error",
    "A key stands for one seat at a time.",
    "One person counts for one function. With one key for two seats, one hand could make a quorum.",
    "seat.legal and seat.ethics with the same key",
    "a key for each",
    one_key_serves_one_seat,
)


def _named(context: Context) -> Iterator[tuple[Signer, str, Place]]:
    """(line, seat, place of its name) for each seat that the list names."""
    listed = context.repository.signers
    for signer in listed.signers if listed is not None else ():
        for name, place in zip(signer.seats, signer.seat_places, strict=True):
            yield signer, name, place


def approvals_belong(context: Context) -> Iterator[Diagnostic]:
    """A signature lies in the folder of a decision that exists, under the name of a seat."""
    graph = context.repository.graph
    for path in context.repository.approvals:
        folder, _, file = path.removeprefix("docs/decisions/approvals/").partition("/")
        for kind, identifier in (("decision", folder), ("seat", file.removesuffix(".sig"))):
            found = graph.elements.get(identifier)
            if (found is None or found.kind != kind) and context.whole(kind):
                near = nearest_id(identifier, (e.id for e in graph.of_kind(kind)))
                yield _BELONGS.at(
                    Place(path),
                    f"there is no {kind} `{identifier}`",
                    f"did you mean `{near}`?" if near else "a signature lies in approvals/DEC-…/",
                )
                break


_BELONGS = Rule(
    "K106",
    "error",
    "A signature lies in the folder of its decision, under the name of its seat.",
    "Where a signature lies says what it approves and for whom. Elsewhere nobody counts it.",
    "docs/decisions/approvals/DEC-9999/seat.legal.sig",
    "docs/decisions/approvals/DEC-0007/seat.legal.sig",
    approvals_belong,
)


def _approvals(code: str) -> Check:
    """What the history found of this code: only it knows which text a seat had before it."""

    def found(context: Context) -> Iterator[Diagnostic]:
        yield from (d for d in (context.past.approvals if context.past else ()) if d.code == code)

    return found


RULES = (
    Rule(
        "K101",
        "error",
        "Each line of policies/allowed_signers can be read: seat, options, kind of key, key.",
        "A line that cannot be read is not used: whoever it was meant for cannot sign.",
        "*.legal ssh-ed25519 AAAA…",
        'seat.legal namespaces="git,labelcharter-decision" ssh-ed25519 AAAA…',
    ),
    Rule(
        "K102",
        "error",
        "The key of a seat is strong enough to rest a decision on.",
        "Who can compute the private key from the public one can sign for the seat. RSA needs "
        "2,048 bits; ssh-dss is broken.",
        "seat.legal ssh-rsa … (1,024 bits)",
        "seat.legal ssh-ed25519 …",
    ),
    Rule(
        "K103",
        "warning",
        "Times in policies/allowed_signers are in UTC.",
        "Without a Z, ssh-keygen reads a time in the zone of the machine it runs on, so the same "
        "signature would be good in one office and expired in another.",
        'valid-before="20270101"',
        'valid-before="20270101Z"',
    ),
    _SEAT,
    _ONE_SEAT,
    _BELONGS,
    Rule(
        "K201",
        "error",
        "Each signature of a decision is of its text as it stands, by a key of that seat.",
        "The text may have been changed after it was approved, or somebody else may have signed. "
        "Either way the seat has not approved what is written there.",
        "`decides` is edited after seat.legal has signed",
        "the text goes back to what was signed, or seat.legal signs again",
        _approvals("K201"),
    ),
    Rule(
        "K202",
        "warning",
        "A seat that has a key signs what its recorded vote says.",
        "Votes are text that anybody who edits the file can write. Once a seat has a key, its vote "
        "for a decision can be proven, and a vote without proof asks for a reason.",
        "seat.legal has a key, and votes for DEC-0007 without a signature",
        "docs/decisions/approvals/DEC-0007/seat.legal.sig",
        _approvals("K202"),
    ),
)

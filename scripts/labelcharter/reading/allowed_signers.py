"""The list of who may sign: `policies/allowed_signers`, in OpenSSH's ALLOWED SIGNERS format.

`ssh-keygen -Y verify` and git read the same file (see ssh-keygen(1)). It is read more strictly
here, because one line decides whose word counts: the names are seats of the council, without
patterns; certificate authorities are refused, since who they vouch for stands in no file; times
are UTC. A line with a mistake is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import translate

from labelcharter.reading.characters import decode
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.ssh_keys import Key, NotSsh, key_from_text

SIGNERS_FILE = "policies/allowed_signers"

_WORD = re.compile(r'[ \t]*(?:"(?P<quoted>[^"]*)"(?=[ \t]|\Z)|(?P<plain>[^ \t"]+)(?=[ \t]|\Z))')
# Options run to the first space that is not inside quotes.
_OPTIONS = re.compile(r'[ \t]*(?P<all>(?:[^ \t"]|"(?:[^"\\]|\\.)*")+)(?=[ \t]|\Z)')
_OPTION = re.compile(r'(?P<name>[A-Za-z-]+)(?:="(?P<value>(?:[^"\\]|\\.)*)")?(?:,|\Z)')
_TIME = re.compile(
    r"(?P<digits>[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?)(?P<utc>Z|UTC)?\Z", re.IGNORECASE
)
_KEY_KIND = re.compile(r"(?:sk-)?(?:ssh|ecdsa|rsa)-[a-z0-9@.-]+\Z")


class _Refused(Exception):
    """A line that cannot be used: (code, offset in the line, width, message, what next)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One line: the seats, their key, for what and when. The places of seats and key beside it.

    `namespaces`: patterns of the purposes, empty for all. `valid_after`, `valid_before`: seconds
    since 1970, both included; None where no limit is given.
    """

    seats: tuple[str, ...]
    key: Key
    namespaces: tuple[str, ...]
    valid_after: int | None
    valid_before: int | None
    seat_places: tuple[Place, ...]
    key_place: Place

    def serves(self, namespace: str) -> bool:
        """True when the line is for this purpose; a pattern with `!` takes a purpose out."""
        if not self.namespaces:
            return True
        matching = [p for p in self.namespaces if _matches(namespace, p.removeprefix("!"))]
        return bool(matching) and not any(p.startswith("!") for p in matching)

    def holds_at(self, time: int) -> bool:
        """True when the line was valid at this time."""
        after, before = self.valid_after, self.valid_before
        return (after is None or time >= after) and (before is None or time <= before)

    def overlaps(self, other: Signer) -> bool:
        """True when there is a time at which both lines hold."""
        lines = (self, other)
        begin = max((s.valid_after for s in lines if s.valid_after is not None), default=None)
        end = min((s.valid_before for s in lines if s.valid_before is not None), default=None)
        return begin is None or end is None or begin < end


@dataclass(frozen=True, slots=True)
class AllowedSigners:
    """What a list says: its usable lines in order, what is wrong with the others, and its text."""

    signers: tuple[Signer, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    text: str = field(default="", repr=False)


def read_signers(data: bytes, path: str = SIGNERS_FILE) -> AllowedSigners:
    """Read a list; never raises for what it holds."""
    text, found = decode(data, path)
    spoilt = {problem.place.line for problem in found}
    problems, signers = list(found), []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        bare = line.strip(" \t")
        if not bare or bare.startswith("#") or number in spoilt:
            continue
        try:
            signer, doubts = _signer(line, path, number)
        except _Refused as refused:
            code, offset, width, message, help_ = refused.args
            place = Place(path, number, offset + 1)
            problems.append(Diagnostic(code, "error", place, message, help_, width=width))
        else:
            signers.append(signer)
            problems.extend(doubts)
    return AllowedSigners(tuple(signers), tuple(problems), text)


def _signer(line: str, path: str, number: int) -> tuple[Signer, list[Diagnostic]]:
    first = _WORD.match(line)
    if first is None:
        start = len(line) - len(line.lstrip(" \t"))
        raise _refusal(
            start,
            line[start:],
            "a quotation mark is out of place",
            "put two around the whole name, or none",
        )
    name = "quoted" if first["quoted"] is not None else "plain"
    seats = tuple(_seats(first[name], first.start(name)))
    options = _OPTIONS.match(line, first.end())
    at = first.end()
    limits: dict[str, tuple[str, int]] = {}
    if options is not None and not _KEY_KIND.match(options["all"]):
        limits = _limits(options["all"], options.start("all"))
        at = options.end()
    key, key_at = _key(line, at)
    doubts: list[Diagnostic] = []
    after, before = (_time(limits, name, path, number, doubts) for name in _TIMES)
    if after is not None and before is not None and before <= after:
        value, offset = limits["valid-before"]
        raise _refusal(offset, value, "it ends before it begins", "correct one of the two times")
    purposes, offset = limits.get("namespaces", ("", 0))
    namespaces = tuple(purposes.split(",")) if purposes else ()
    if "namespaces" in limits and not all(n.removeprefix("!") for n in namespaces or ("",)):
        raise _refusal(offset, purposes, "a purpose without a name", 'write namespaces="git"')
    seat_places = tuple(Place(path, number, offset + 1) for _, offset in seats)
    key_place = Place(path, number, key_at + 1)
    names = tuple(seat for seat, _ in seats)
    return Signer(names, key, namespaces, after, before, seat_places, key_place), doubts


_TIMES = ("valid-after", "valid-before")


def _seats(words: str, offset: int) -> Iterator[tuple[str, int]]:
    """(name, its offset) of each name of the first word."""
    for word in words.split(","):
        if not word:
            help_ = "write seats with commas between them, without spaces"
            raise _refusal(offset, words, "a name is missing here", help_)
        if set(word) & set("*?!"):
            raise _refusal(
                offset,
                word,
                f"`{word}` is a pattern: one key could speak for several seats",
                "write the seat's whole id, such as seat.legal",
            )
        yield word, offset
        offset += len(word) + 1


def _limits(text: str, start: int) -> dict[str, tuple[str, int]]:
    """The options of a line: name -> (value without its quotes, its offset)."""
    found: dict[str, tuple[str, int]] = {}
    at = 0
    while at < len(text):
        match = _OPTION.match(text, at)
        if match is None:
            raise _refusal(
                start + at,
                text[at:],
                f"`{_short(text[at:])}` is neither an option nor a kind of key",
                'a line is: seat, options such as namespaces="git", kind of key, key',
            )
        name, value = match["name"].lower(), match["value"]
        here = start + match.start("value" if value is not None else "name")
        if name == "cert-authority":
            raise _refusal(
                here,
                name,
                "certificate authorities are not accepted: whom this one vouches for stands in no "
                "file here",
                "list the seat's own key",
            )
        if name not in ("namespaces", *_TIMES) or value is None:
            raise _refusal(
                here,
                match["name"],
                f"`{name}` is no option"
                if value is not None or name not in ("namespaces", *_TIMES)
                else f'`{name}` needs a value in quotes: {name}="…"',
                'options: namespaces, valid-after, valid-before, each as name="value"',
            )
        if name in found:
            raise _refusal(here, match["name"], f"`{name}` is given twice", "keep one of them")
        found[name] = (value.replace('\\"', '"'), here)
        at = match.end()
    return found


def _key(line: str, at: int) -> tuple[Key, int]:
    kind = _WORD.match(line, at)
    text = _WORD.match(line, kind.end()) if kind else None
    if kind is None or kind["plain"] is None or text is None or text["plain"] is None:
        raise _refusal(
            min(at, len(line) - 1),
            "",
            "the key is missing",
            "after the seat come the two words of the file that ends in .pub: kind and key",
        )
    offset, word = kind.start("plain"), kind["plain"]
    if word == "ssh-dss":
        raise _weak(offset, word, "keys of the kind ssh-dss are broken")
    try:
        key = key_from_text(word, text["plain"])
    except NotSsh as error:
        help_ = "copy the line from the file that ends in .pub"
        raise _refusal(offset, word, f"this key cannot be used: {error}", help_) from None
    if key.weakness:
        raise _weak(offset, word, key.weakness)
    return key, offset


def _time(
    limits: dict[str, tuple[str, int]], name: str, path: str, line: int, doubts: list[Diagnostic]
) -> int | None:
    """The seconds since 1970 of a time such as 20270101 or 202701010900Z, read as UTC."""
    if name not in limits:
        return None
    value, offset = limits[name]
    match = _TIME.match(value)
    try:
        if match is None:
            raise ValueError
        time = datetime.strptime(match["digits"].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise _refusal(
            offset, value, f"`{_short(value)}` is no time", "write it as 20270101Z or 202701010900Z"
        ) from None
    if match["utc"] is None:
        place = Place(path, line, offset + 1)
        message = f"`{value}` means another moment in each time zone"
        help_ = f"write {value}Z; it is read as that here, and ssh-keygen uses the machine's zone"
        doubts.append(Diagnostic("K103", "warning", place, message, help_, width=len(value)))
    return int(time.timestamp())


def _matches(namespace: str, pattern: str) -> bool:
    """OpenSSH's patterns: `*` and `?`, nothing else."""
    return re.match(translate(pattern.replace("[", "[[]")), namespace) is not None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _weak(offset: int, text: str, message: str) -> _Refused:
    help_ = "make a new key with `ssh-keygen -t ed25519`"
    return _Refused("K102", offset, len(text), message, help_)


def _refusal(offset: int, text: str, message: str, help_: str) -> _Refused:
    return _Refused("K101", offset, max(len(text), 1), message, help_)

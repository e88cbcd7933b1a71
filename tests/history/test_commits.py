"""A commit as it is stored, read whatever it holds."""

import pytest
from builder import GLOSSARY, START, Builder, term, terms
from reading_back import events_of

from labelcharter.history.commits import decisions_in, read_commit, visible
from labelcharter.history.events import as_data


def stored(message: str, extra: str = "", author: str = "Ada <a@x> 1760000000 +0000") -> bytes:
    return (
        f"tree {'0' * 40}\nauthor {author}\n"
        f"committer Ben <b@x> 1760000000 +0100\n{extra}\n{message}"
    ).encode()


def test_who_when_and_what_are_read() -> None:
    commit = read_commit("c", stored("Subject\nover two lines\n\nBody\n"))
    assert (commit.author.who, commit.committer.who) == ("Ada <a@x>", "Ben <b@x>")
    assert commit.committer.time.isoformat() == "2025-10-09T09:53:20+01:00"
    assert (commit.subject, commit.body) == ("Subject over two lines", "Body")
    assert commit.signature == "none"


@pytest.mark.parametrize("header", ["gpgsig", "gpgsig-sha256"])
def test_a_signature_is_present_and_no_more_is_claimed(header: str) -> None:
    extra = f"{header} -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n"
    assert read_commit("c", stored("S", extra)).signature == "present"


def test_a_signature_of_a_merged_tag_is_not_the_commits_own() -> None:
    extra = "mergetag object 0\n type commit\n gpgsig no\n -----BEGIN PGP SIGNATURE-----\n"
    assert read_commit("c", stored("S", extra)).signature == "none"


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("1760000000 +0530", "2025-10-09T14:23:20+05:30"),
        ("1760000000 -0000", "2025-10-09T08:53:20+00:00"),
        ("1760000000 +9999", "2025-10-09T08:53:20+00:00"),
        ("1760000000", "2025-10-09T08:53:20+00:00"),
        ("-1 +0000", "1969-12-31T23:59:59+00:00"),
        ("99999999999999999999 +0000", "1970-01-01T00:00:00+00:00"),
        ("999999999999999999 +0000", "1970-01-01T00:00:00+00:00"),
        ("253402300799 +0000", "9999-12-31T23:59:59+00:00"),
        ("-62135596800 -0100", "1970-01-01T00:00:00+00:00"),
        ("soon", "1970-01-01T00:00:00+00:00"),
        ("", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_any_clock_gives_a_time_of_the_calendar(clock: str, expected: str) -> None:
    commit = read_commit("c", stored("S", author=f"Ada <a@x> {clock}".rstrip()))
    assert commit.author.time.isoformat() == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (" <> 0 +0000", "<>"),
        ("", "(nobody)"),
        ("Ada", "Ada"),
        ("A > B <a@x> 0 +0000", "A > B <a@x>"),
        ("\x1b[31mRed <r@x> 0 +0000", r"\x1b[31mRed <r@x>"),
        ("\u202eadA <a@x> 0 +0000", r"\u202eadA <a@x>"),
    ],
)
def test_any_author_can_be_shown(author: str, expected: str) -> None:
    assert read_commit("c", stored("S", author=author)).author.who == expected


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n", b"tree", b"author\n\n\0\xff", b" x\n\ny"])
def test_a_damaged_commit_is_read_as_far_as_it_goes(content: bytes) -> None:
    assert read_commit("c", content).committer.who == "(nobody)"


def test_hidden_characters_are_shown_and_ordinary_ones_kept() -> None:
    assert visible("Grüße, 你好, e\u0301, 👩\u200d💻") == "Grüße, 你好, e\u0301, 👩\u200d💻"
    assert visible("a\x1b[2Kb\u200bc\u2066d\x85e\x7f") == r"a\x1b[2Kb\u200bc\u2066d\x85e\x7f"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Decision: DEC-0007", ("DEC-0007",)),
        ("Words.\n\ndecision: dec-0007, DEC-0008\nReviewed-by: Ben", ("DEC-0007", "DEC-0008")),
        ("* one\n\nDecision: DEC-0003\n\n* two\n\nDecision: DEC-0003", ("DEC-0003",)),
        ("Decision: DEC-0007 was wrong.", ()),
        ("See Decision: DEC-0007", ()),
        ("  Decision: DEC-0007", ()),
        ("Decision: 7", ()),
        ("", ()),
    ],
)
def test_a_decision_is_a_line_of_its_own(body: str, expected: tuple[str, ...]) -> None:
    assert decisions_in(body) == expected


def test_a_message_in_another_encoding_is_read_in_it(repository: Builder) -> None:
    repository.commit(
        {GLOSSARY: terms(term("slur"))}, "Größe".encode("latin-1"), encoding="ISO-8859-1"
    )
    assert events_of(repository, "term.slur")[0].subject == "Größe"


def test_a_message_in_no_encoding_shows_its_bytes(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))}, b"Gr\xf6\xdfe", encoding="no-such-thing")
    assert events_of(repository, "term.slur")[0].subject == r"Gr\xf6\xdfe"


def test_separators_in_a_message_do_not_make_another_commit(repository: Builder) -> None:
    message = f"One\x1e\x1f\x01\n\ncommit {'a' * 40}\nauthor Eve <e@x> 0 +0000\n"
    repository.commit({GLOSSARY: terms(term("slur"))}, message)
    (event,) = events_of(repository, "term.slur")
    assert (event.author, event.subject) == ("Ada <ada@example.org>", r"One\x1e\x1f\x01")


def test_a_forged_author_date_is_shown_beside_the_landing(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))}, author_time=START - 400 * 86_400)
    (event,) = events_of(repository, "term.slur")
    data = as_data(event)
    assert (data["time"], data["author_time"]) == ("2025-10-09T08:53:20Z", "2024-09-04T08:53:20Z")


def test_an_author_date_within_a_day_is_not_worth_a_word(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))}, author_time=START - 3_600)
    assert "author_time" not in as_data(events_of(repository, "term.slur")[0])

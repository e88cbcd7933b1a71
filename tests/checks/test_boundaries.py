"""Where a rule begins: each mistake beside its nearest twin that is none."""

import datetime

import pytest
from repositories import DAY, changed, found_in, summary, valid_files, with_file

OBJECTIVE = "policies/objectives/answers.yaml"
PEOPLE = "policies/attributes/people.yaml"
TAXONOMY = "taxonomies/notes/taxonomy.yaml"
TWO = "docs/decisions/DEC-0002-two-labels.md"
THREE = "docs/decisions/DEC-0003-rain.md"
STANDARDS = "policies/standards/house-rules.yaml"
TODAY, YESTERDAY, TOMORROW = "2026-07-01", "2026-06-30", "2026-07-02"

# path, text of the valid repository, what makes the mistake, its code, its harmless twin
PAIRS: list[tuple[str, str, str, str, str]] = [
    (OBJECTIVE, "review_by: 2027-06-30", f"review_by: {YESTERDAY}", "D101", f"review_by: {TODAY}"),
    (THREE, "expires: 2026-07-20", f"expires: {YESTERDAY}", "D101", f"expires: {TODAY}"),
    (
        "policies/exceptions/2026.yaml",
        "expires: 2026-09-30",
        f"expires: {YESTERDAY}",
        "D101",
        f"expires: {TODAY}",
    ),
    (
        "audits/notes/audit.yaml",
        "next_due: 2026-09-30",
        f"next_due: {YESTERDAY}",
        "D101",
        f"next_due: {TODAY}",
    ),
    (  # one day of grace, for the time zones
        "policies/feedback/2026.yaml",
        "received_on: 2026-05-04",
        "received_on: 2026-07-03\r\n    note: two days ahead",
        "D103",
        "received_on: 2026-05-03\r\n    note: two months ago",
    ),
    (
        "policies/tombstones.yaml",
        "decision: DEC-0002",
        "decision: DEC-0004",
        "C206",
        "decision: DEC-0002\n    note: said there in so many words",
    ),
    (
        "policies/tombstones.yaml",
        "before: c0ffee0",
        "before: c0ffee1",
        "C206",
        "before:  c0ffee0",
    ),
    (TWO, "decided_on: 2026-04-21", "decided_on: 2026-04-20", "C203", "decided_on: 2026-04-21"),
    (
        THREE,
        "decided_on: 2026-06-20",
        "decided_on: 2026-06-19",
        "D102",
        "decided_on: 2026-06-20",
    ),
    (THREE, "expires: 2026-07-20", "expires: 2026-07-21", "C203", "expires: 2026-07-19"),
    (
        TWO,
        "seat: seat.visitors\n    vote: for",
        "seat: seat.visitors\n    vote: abstain",
        "C203",
        "",
    ),
    (
        TWO,
        "seat: seat.counting\n    vote: for\n  - seat: seat.visitors\n    vote: for",
        "seat: seat.counting\n    vote: against\n  - seat: seat.visitors\n    vote: against",
        "C203",
        "seat: seat.counting\n    vote: against\n  - seat: seat.visitors\n    vote: for",
    ),
    (TWO, "seat: seat.readers\n    vote: abstain", "seat: seat.readers\n    vote: for", "C201", ""),
    (PEOPLE, "DE: 0.5\n", "DE: 0.506\n", "M202", "DE: 0.504\n"),
    (PEOPLE, "DE: 0.5\n", "DE: 0.494\n", "M202", "DE: 0.496\n"),
    (PEOPLE, "DE: 0.5\n        FR: 0.3\n", "DE: 0.9\n", "M202", "DE: 0.7\n"),
    (PEOPLE, "value: CONSENT_REVOKED", "value: fr ", "M201", "value: FR-CA"),
    (TAXONOMY, "value: thanks", "value: REMARK", "T201", "value: remarks"),
    (
        TAXONOMY,
        "states:\n",
        "states:\n  - value: Question\n    title: A\n    meaning: B\n",
        "T201",
        "states:\n  - value: questionable\n    title: A\n    meaning: B\n",
    ),
    (
        TAXONOMY,
        "states:\n",
        "states:\n  - value: Unreadable\n    title: A\n    meaning: B\n",
        "T201",
        "",
    ),
    (TAXONOMY, "ties: remark", "ties: misc", "T202", "ties: question"),
    (TAXONOMY, "group: DE", "group: CONSENT_REVOKED", "T202", "group: FR"),
    (
        TAXONOMY,
        "excludes: [Questions that answer themselves]",
        "excludes: [questions without a question mark ]",
        "T203",
        "excludes: [Questions with one]",
    ),
    (TAXONOMY, 'since: "2.0.0"', 'since: "2.0.1"', "T206", 'since: "1.9.0"'),
    ("docs/training/first-day.md", '"2.0.0"', '"1.9.9"', "G308", '"2.9.9"'),
    (
        "audits/notes/audit.yaml",
        'taxonomy_version: "1.0.0"',
        'taxonomy_version: "2.0.1"',
        "M206",
        'taxonomy_version: "2.0.0"',
    ),
    (
        STANDARDS,
        "Rule 3\n",
        f"Rule 3\n        in_force_to: {YESTERDAY}\n",
        "M207",
        f"Rule 3\n        in_force_to: {TODAY}\n",
    ),
    (
        STANDARDS,
        "Rule 3\n",
        "Rule 3\n        legal_status: repealed\n",
        "M207",
        "Rule 3\n        legal_status: amended\n",
    ),
    (
        OBJECTIVE,
        "comparison: at-least",
        "comparison: at-most",
        "M204",
        "comparison: at-least",
    ),
    (
        "policies/metrics.yaml",
        "direction: nearer-to-zero",
        "direction: higher-is-better",
        "M204",
        "direction: nearer-to-one",
    ),
    (
        "audits/notes/findings.yaml",
        "lifecycle: in-action",
        "lifecycle: withdrawn",
        "G305",
        "lifecycle: open",
    ),
    (
        "policies/roadmap/2026.yaml",
        "findings: [FND-0002]",
        "findings: [FND-0001]",
        "G306",
        "findings: [FND-0002, FND-0001]",
    ),
    ("audits/notes/audit.yaml", "status: active", "status: retired", "G304", "status: deprecated"),
    (
        "docs/decisions/DEC-0004-thanks.md",
        'chosen: false\n  - name: "No"\n    effect: Thanks are remarks.\n    chosen: false',
        'chosen: true\n  - name: "No"\n    effect: Thanks are remarks.\n    chosen: true',
        "C202",
        'chosen: true\n  - name: "No"\n    effect: Thanks are remarks.\n    chosen: false',
    ),
    (
        "policies/council.yaml",
        "alternate: seat.night-readers",
        "alternate: seat.readers",
        "C205",
        "",
    ),
    (
        "policies/glossary.yaml",
        "title: Card",
        "title: C\u0430rd",
        "I106",
        "title: \u041a\u0430\u0440\u0442\u0430",
    ),
    (
        "policies/glossary.yaml",
        "renamed_from: term.slip",
        "renamed_from: term.card",
        "I103",
        "renamed_from: [term.slip, term.leaf]",
    ),
]
RETIRED = "status: retired\nretired_because: Done.\nreplaced_by: none"


def named(pair: tuple[str, str, str, str, str]) -> str:
    return f"{pair[3]} {pair[2].strip()[:40]}".replace("\n", " ")


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_a_mistake_by_a_hair_is_one_mistake(pair: tuple[str, str, str, str, str]) -> None:
    path, old, wrong, code, _ = pair
    files = changed(path, old, wrong)
    if wrong == "status: retired":
        files = {**files, path: files[path].replace(b"status: retired", RETIRED.encode())}
    found = found_in(files)
    # What several places cite is said at each of them.
    assert {d.code for d in found} == {code}, [f"{d.place} {d.message}" for d in found]


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_its_nearest_twin_is_none(pair: tuple[str, str, str, str, str]) -> None:
    path, old, _, _, right = pair
    if right:
        assert summary(found_in(changed(path, old, right))) == []


def test_a_claim_may_be_a_day_ahead_for_the_time_zones() -> None:
    path = "audits/external/2026.yaml"
    ahead = changed(path, "reported_on: 2026-05-30", f"reported_on: {TOMORROW}")
    assert found_in(ahead) == ()
    assert summary(found_in(ahead, DAY - datetime.timedelta(days=1))) == [f"D103 {path}:7:18"]


def test_what_is_settled_is_never_overdue() -> None:
    path = "policies/roadmap/2026.yaml"
    late = changed(path, "due: 2026-06-30", "due: 2020-01-01")
    assert found_in(late) == ()  # it is done
    late = {**late, path: late[path].replace(b"progress: done", b"progress: dropped")}
    assert found_in(late) == ()


def test_without_a_day_no_date_is_judged() -> None:
    files = changed(OBJECTIVE, "review_by: 2027-06-30", "review_by: 1999-01-01")
    assert found_in(files, None) == ()


@pytest.mark.parametrize(
    ("identifier", "sound"),
    [
        ("term.a", True),
        ("term.2-b", True),
        ("term.a.b-c", True),
        ("term." + "a" * 115, True),
        ("term." + "a" * 116, False),
        ("term.a-", False),
        ("term.-a", False),
        ("term.a--b", False),
        ("term.a..b", False),
        ("term.A", False),
        ("term.a_b", False),
        ("term.\u00e9", False),
        ("term.con", False),
        ("term.a.nul", False),
        ("term.console", True),
        ("term.../../etc/passwd", False),
        ("term.a\\n", False),
        ("term. a", False),
        ("term.", False),
        ("term", False),
    ],
)
def test_an_id_survives_every_file_system_and_address_or_is_refused(
    identifier: str, sound: bool
) -> None:
    path = "policies/glossary.yaml"
    text = valid_files()[path].decode()
    new = f'  - id: "{identifier}"\n    title: X\n    definition: Why\n    status: active\n'
    found = found_in(with_file(path, text + new))
    assert [d.code for d in found] == ([] if sound else ["I101"])


@pytest.mark.parametrize(
    ("identifier", "sound"),
    [
        ("FB-0002", True),
        ("FB-12345", True),
        ("FB-002", False),
        ("FB-0000002", False),
        ("fb-0002", False),
    ],
)
def test_a_number_has_four_digits_or_a_few_more(identifier: str, sound: bool) -> None:
    path = "policies/feedback/more.yaml"
    text = valid_files()["policies/feedback/2026.yaml"].decode().replace("FB-0001", identifier)
    found = found_in(with_file(path, text))
    assert [d.code for d in found] == ([] if sound else ["I101"])

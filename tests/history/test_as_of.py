"""The whole graph as it once stood, by landing time."""

import json
from pathlib import Path

import jsonschema
import pytest
from builder import BEN, DAY, GLOSSARY, SETTINGS, START, Builder, term, terms
from commands import Run, runner

from labelcharter.history.git import ShallowClone, UnsafeRef
from labelcharter.history.snapshots import NoSuchState, moment, repository_at
from labelcharter.registry.load import load_repository
from labelcharter.registry.schema_files import schema


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def titled(title: str) -> dict[str, str]:
    return {"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur", title=title))}


@pytest.fixture
def three(repository: Builder) -> tuple[Builder, list[str]]:
    """Three landings, on 9, 10 and 11 October 2025."""
    made = [repository.commit(titled(title)) for title in ("One", "Two", "Three")]
    repository.check_out()
    return repository, made


def title_at(repository: Builder, asked: str) -> str:
    commit = moment(repository.root, asked).commit
    return repository_at(repository.root, commit).graph.elements["term.slur"].title


def test_a_date_means_the_state_in_force_at_its_end(three: tuple[Builder, list[str]]) -> None:
    repository, made = three
    assert title_at(repository, "2025-10-09") == "One"
    assert title_at(repository, "2025-10-10") == "Two"
    assert title_at(repository, "2031-01-01") == "Three"
    found = moment(repository.root, "2025-10-10")
    assert (found.commit, found.day) == (made[1], True)
    assert found.until is not None
    assert found.until.date().isoformat() == "2025-10-11"


def test_the_last_second_of_a_day_belongs_to_it_and_the_next_second_does_not(
    repository: Builder,
) -> None:
    midnight = START // DAY * DAY + DAY
    repository.commit(titled("Before"), time=midnight - 1)
    repository.commit(titled("After"), time=midnight)
    assert title_at(repository, "2025-10-09") == "Before"
    assert title_at(repository, "2025-10-10") == "After"


def test_a_day_is_that_of_utc_wherever_the_commit_was_made(repository: Builder) -> None:
    midnight = START // DAY * DAY + DAY
    repository.commit(titled("Before"), time=midnight - 3600, zone="+0900")
    assert title_at(repository, "2025-10-09") == "Before"


def test_an_authors_date_moves_nothing(repository: Builder) -> None:
    repository.commit(titled("One"))
    repository.commit(titled("Backdated"), author_time=START - 900 * DAY, author=BEN)
    assert title_at(repository, "2025-10-09") == "One"


def test_a_clock_set_back_cannot_put_a_state_into_the_past(repository: Builder) -> None:
    repository.commit(titled("One"))
    repository.commit(titled("Two"), time=START + 5 * DAY)
    forged = repository.commit(titled("Forged"), time=START + DAY)
    assert title_at(repository, "2025-10-11") == "One"
    assert title_at(repository, "2025-10-14") == "Forged"
    found = moment(repository.root, forged)
    assert found.in_force_since is not None
    assert found.in_force_since.date().isoformat() == "2025-10-14"
    assert found.time.date().isoformat() == "2025-10-10"


def test_a_date_before_the_first_commit_is_refused_and_the_first_is_named(
    three: tuple[Builder, list[str]],
) -> None:
    with pytest.raises(NoSuchState, match="Ask for 2025-10-09 or later"):
        moment(three[0].root, "2025-10-08")


@pytest.mark.parametrize("asked", ["2025-02-30", "2025-13-01", "2025-10-09T12:00:00Z"])
def test_what_is_no_date_of_the_calendar_is_refused(
    three: tuple[Builder, list[str]], asked: str
) -> None:
    with pytest.raises(NoSuchState):
        moment(three[0].root, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "--output=x",
        "main@{1}",
        "-n",
        "no\nnewline",
        "nobody",
        "HEAD^{tree}",
        ":/One",
        "2025-1-1",
    ],
)
def test_what_names_no_commit_of_every_clone_is_refused(
    three: tuple[Builder, list[str]], asked: str
) -> None:
    with pytest.raises(UnsafeRef):
        moment(three[0].root, asked)
    assert not (three[0].root / "x").exists()


def test_names_of_commits_are_answered_at_that_commit(three: tuple[Builder, list[str]]) -> None:
    repository, made = three
    repository.git("tag", "v1", made[0])
    for asked in ("v1", made[0], made[0][:10], "main~2"):
        assert title_at(repository, asked) == "One"


def test_a_commit_that_never_landed_here_is_answered_and_said_to_be_no_state_in_force(
    three: tuple[Builder, list[str]],
) -> None:
    repository, made = three
    side = repository.commit(titled("Draft"), branch="side", start=made[0])
    assert title_at(repository, "side") == "Draft"
    assert moment(repository.root, side).in_force_since is None
    assert moment(repository.root, made[1]).in_force_since is not None


def test_what_is_on_a_branch_comes_into_force_with_its_merge(repository: Builder) -> None:
    first = repository.commit(titled("One"), time=START)
    side = repository.commit(titled("Side"), branch="side", start=first, time=START + DAY)
    repository.commit(titled("Side"), "Merge", merge=(side,), time=START + 3 * DAY)
    assert title_at(repository, "2025-10-11") == "One"
    assert title_at(repository, "2025-10-12") == "Side"


def test_the_state_of_head_is_that_of_a_clean_working_tree(
    three: tuple[Builder, list[str]],
) -> None:
    repository, made = three
    then, now = repository_at(repository.root, made[2]), load_repository(repository.root)
    assert then.root is None
    assert then.settings == now.settings
    assert [(e.id, e.data, e.place) for e in then.elements] == [
        (e.id, e.data, e.place) for e in now.elements
    ]


def test_a_folder_inside_a_larger_repository_is_asked_about_itself_alone(
    repository: Builder,
) -> None:
    inside = {f"inside/{path}": text for path, text in titled("Inside").items()}
    commit = repository.commit({**inside, **titled("Outside")})
    repository.check_out()
    found = repository_at(repository.root / "inside", commit)
    assert found.graph.elements["term.slur"].title == "Inside"


def test_a_shallow_clone_is_refused(three: tuple[Builder, list[str]], tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    three[0].git("clone", "-q", "--depth=1", f"file://{three[0].root}", str(clone))
    with pytest.raises(ShallowClone, match="--unshallow"):
        moment(clone, "2025-10-10")


def test_the_command_says_which_commit_it_chose(three: tuple[Builder, list[str]], run: Run) -> None:
    repository, made = three
    status, out, _ = run(repository.root, "as-of", "2025-10-10")
    assert status == 0
    assert out.startswith(f"As it stood at commit {made[1][:12]}, landed 2025-10-10T08:53:20Z")
    assert "Glossary (1)\n  term.slur  active      Two\n" in out
    _, out, _ = run(repository.root, "as-of", "2025-10-10", "--format", "json")
    data = json.loads(out)
    jsonschema.validate(data, schema("output-as-of"))
    assert data["as_of"]["commit"] == made[1]
    assert {c["kind"]: c["count"] for c in data["counts"]}["term"] == 1
    assert [(e["id"], e["title"], e["status"]) for e in data["elements"]] == [
        ("term.slur", "Two", "active")
    ]
    assert data["faults"] == []


def test_a_file_that_could_not_be_read_then_is_named(repository: Builder, run: Run) -> None:
    repository.commit({**titled("One"), GLOSSARY: terms(term("slur", title='"A'))})
    repository.check_out()
    _, out, _ = run(repository.root, "as-of", "HEAD")
    assert f"not fully readable then: {GLOSSARY}:" in out


def test_a_commit_without_anything_governed_has_an_answer(repository: Builder, run: Run) -> None:
    first = repository.commit({"README.md": "read me"})
    repository.commit(titled("One"))
    repository.check_out()
    status, out, _ = run(repository.root, "as-of", first)
    assert status == 0
    assert "Nothing governed stood here then." in out


@pytest.mark.parametrize(
    ("asked", "next_"),
    [
        ("2020-01-01", "Ask for 2025-10-09 or later"),
        ("nobody", "Ask for a date such as"),
        ("main@{0}", "Ask for a date such as"),
    ],
)
def test_a_refusal_says_what_next(
    three: tuple[Builder, list[str]], run: Run, asked: str, next_: str
) -> None:
    for arguments in (("as-of", asked), ("list", "term", "--as-of", asked)):
        status, out, err = run(three[0].root, *arguments)
        assert (status, out) == (2, "")
        assert next_ in err


def test_list_show_and_trace_answer_for_the_past(
    three: tuple[Builder, list[str]], run: Run
) -> None:
    repository, made = three
    for name, arguments in (
        ("list", ("list", "term")),
        ("show", ("show", "term.slur")),
        ("trace", ("trace", "term.slur")),
    ):
        _, out, err = run(repository.root, *arguments, "--as-of", "2025-10-10")
        assert "Two" in out
        assert f"as it stood at commit {made[1][:12]}" in err
        _, out, _ = run(repository.root, *arguments, "--as-of", made[0], "--format", "json")
        data = json.loads(out)
        jsonschema.validate(data, schema(f"output-{name}"))
        assert data["as_of"]["commit"] == made[0]
        _, out, err = run(repository.root, *arguments, "--format", "json")
        assert "as_of" not in json.loads(out)
        assert err == ""


def test_what_was_not_there_yet_is_not_found(repository: Builder, run: Run) -> None:
    first = repository.commit(titled("One"))
    repository.commit({GLOSSARY: terms(term("slur"), term("later"))})
    repository.check_out()
    assert run(repository.root, "show", "term.later")[0] == 0
    status, _, err = run(repository.root, "show", "term.later", "--as-of", first)
    assert status == 2
    assert "no element `term.later`" in err

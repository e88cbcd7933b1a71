"""`labelcharter history ID` as a person and as a program meet it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from builder import ADA, BEN, GLOSSARY, SETTINGS, START, Builder, term, terms

from labelcharter.cli.main import main
from labelcharter.registry.schema_files import schema

Ran = tuple[int, str, str]
Run = Callable[..., Ran]


@pytest.fixture
def governed(repository: Builder) -> Builder:
    """`term.slur` added, changed by decision, renamed `term.slur-word`; the tree checked out."""
    repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur"))}, "First")
    repository.commit(
        {GLOSSARY: terms(term("slur", title="A slur"), term("gone"))},
        "policy: title\n\nDecision: DEC-0007\n",
        author=BEN,
    )
    repository.commit(
        {GLOSSARY: terms(term("slur-word", title="A slur", renamed_from="term.slur"))}, "Rename"
    )
    repository.check_out()
    return repository


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `labelcharter history ARGUMENTS` in a folder: exit status, output, remarks."""

    def _run(folder: Path, *arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["labelcharter", "history", *arguments])
        capsys.readouterr()
        status: object = 0
        try:
            main()
        except SystemExit as stop:
            status = stop.code
        printed = capsys.readouterr()
        return (status if isinstance(status, int) else 0, printed.out, printed.err)

    return _run


def test_the_json_is_what_its_schema_says(governed: Builder, run: Run) -> None:
    status, out, err = run(governed.root, "term.slur-word", "--format", "json")
    data = json.loads(out)
    jsonschema.validate(data, schema("output-history"))
    assert (status, err, data["format_version"], data["id"]) == (0, "", 1, "term.slur-word")
    assert [event["kind"] for event in data["events"]] == ["renamed", "changed", "added"]
    assert data["events"][1] == {
        "commit": governed.git("rev-parse", "main~1"),
        "time": "2025-10-10T08:53:20Z",
        "author": BEN,
        "committer": ADA,
        "signature": "none",
        "subject": "policy: title",
        "decision": "DEC-0007",
        "path": GLOSSARY,
        "changes": [{"field": "title", "old": "Slur", "new": "A slur"}],
        "kind": "changed",
    }


def test_the_text_says_when_what_why_by_whom_and_which_field(governed: Builder, run: Run) -> None:
    status, out, _ = run(governed.root, "term.slur")
    assert status == 0
    commit = governed.git("rev-parse", "main~1")[:12]
    assert out.splitlines()[0] == "term.slur: 3 events, newest first"
    assert (
        "2025-10-10  changed: policy: title  [DEC-0007]\n"
        f"    by {BEN}; landed by {ADA}; commit {commit}, not signed\n"
        "    title: Slur → A slur\n"
    ) in out
    assert f"    in {GLOSSARY}, with title, definition, status\n" in out


def test_a_limit_keeps_the_newest(governed: Builder, run: Run) -> None:
    _, out, _ = run(governed.root, "term.slur-word", "--limit", "1", "--format", "json")
    assert [event["kind"] for event in json.loads(out)["events"]] == ["renamed"]
    _, out, _ = run(governed.root, "term.slur-word", "--limit", "2")
    assert out.splitlines()[0] == "term.slur-word: 3 events, newest first (the newest 2 shown)"


def test_an_id_that_is_gone_still_answers(governed: Builder, run: Run) -> None:
    status, out, _ = run(governed.root, "term.gone")
    assert status == 0
    assert f"taken out of the tree (was in {GLOSSARY})" in out


def test_an_unknown_id_gets_the_nearest_one(governed: Builder, run: Run) -> None:
    status, out, err = run(governed.root, "term.slurr")
    assert (status, out) == (2, "")
    assert "Did you mean `term.slur`?" in err


def test_it_answers_from_any_folder_of_the_repository(governed: Builder, run: Run) -> None:
    assert run(governed.root / "policies", "term.slur-word")[0] == 0


def test_what_is_not_committed_is_said_on_stderr(governed: Builder, run: Run) -> None:
    glossary = governed.root / GLOSSARY
    text = glossary.read_text()
    glossary.write_text(text.replace("A slur", '"A slur"'))
    assert run(governed.root, "term.slur-word")[2] == ""
    glossary.write_text(text.replace("A slur", "A slur word") + term("new"))
    _, out, err = run(governed.root, "term.slur-word", "--format", "json")
    assert len(json.loads(out)["events"]) == 3
    assert "changes here that are not committed" in err
    status, out, err = run(governed.root, "term.new")
    assert (status, out) == (0, "term.new: no event\n")
    assert "not committed yet" in err
    glossary.unlink()
    assert "gone from the working tree" in run(governed.root, "term.slur-word")[2]


def test_an_empty_repository_answers_for_what_stands_in_its_folder(
    repository: Builder, run: Run
) -> None:
    (repository.root / "labelcharter.yaml").write_text(SETTINGS)
    (repository.root / GLOSSARY).parent.mkdir()
    (repository.root / GLOSSARY).write_text(terms(term("slur")))
    status, out, err = run(repository.root, "term.slur", "--format", "json")
    assert (status, json.loads(out)["events"]) == (0, [])
    assert "not committed yet" in err


def test_a_folder_outside_git_is_told_so(tmp_path: Path, run: Run) -> None:
    (tmp_path / "labelcharter.yaml").write_text(SETTINGS)
    status, _, err = run(tmp_path, "term.slur")
    assert status == 2
    assert "lies in no git repository" in err


def test_a_shallow_clone_is_refused_with_the_remedy(
    governed: Builder, tmp_path: Path, run: Run
) -> None:
    clone = tmp_path / "clone"
    governed.git("clone", "-q", "--depth=1", f"file://{governed.root}", str(clone))
    status, out, err = run(clone, "term.slur-word")
    assert (status, out) == (2, "")
    assert "git fetch --unshallow" in err


def test_long_values_are_cut_to_where_they_differ(repository: Builder, run: Run) -> None:
    long = "words that stay the same, " * 8
    repository.commit(
        {"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur", definition=f"{long}old"))}
    )
    repository.commit({GLOSSARY: terms(term("slur", definition=f"{long}new"))})
    repository.check_out()
    _, out, _ = run(repository.root, "term.slur")
    line = next(line for line in out.splitlines() if line.startswith("    definition:"))
    assert line == "    definition: …that stay the same, old → …that stay the same, new"


def test_nothing_in_a_repository_can_colour_the_terminal(repository: Builder, run: Run) -> None:
    repository.commit(
        {"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur", title='"\\e[31mA"'))}
    )
    repository.commit(
        {GLOSSARY: terms(term("slur", title='"\\e[31mB"'))}, "\x1b[2KSubject", author_time=START
    )
    repository.check_out()
    _, out, _ = run(repository.root, "term.slur")
    assert "\x1b" not in out
    assert r"title: \x1b[31mA → \x1b[31mB" in out


def test_what_came_back_and_what_could_not_be_read_is_said_in_words(
    repository: Builder, run: Run
) -> None:
    slur = terms(term("slur"))
    for content in (slur, None, slur, terms(term("slur", title='"A')), terms(term("slur"))):
        repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: content})
    repository.check_out()
    _, out, _ = run(repository.root, "term.slur")
    assert "came back: A change" in out
    assert f"again in {GLOSSARY}" in out
    assert "cannot be read, so its last good values stand: line 3" in out
    assert "can be read again" in out

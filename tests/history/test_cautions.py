"""What looks like a mistake that git cannot settle: said with what, where, why and what next."""

import json
import sys

import jsonschema
import pytest
from builder import GLOSSARY, SETTINGS, Builder, objective, objectives, term, terms
from reading_back import kinds_of

from labelcharter.cli.main import main
from labelcharter.history.cautions import Caution
from labelcharter.history.timelines import open_history, read_history
from labelcharter.registry.schema_files import schema

A, B = "policies/objectives/a.yaml", "policies/objectives/b.yaml"
FIELDS = {"title": "Same", "definition": "The same words.", "status": "active"}


def cautions(repository: Builder) -> list[Caution]:
    return list(read_history(repository.root).cautions)


def one(repository: Builder, kind: str) -> Caution:
    (found,) = cautions(repository)
    assert found.kind == kind
    assert all((found.what, found.why, found.next))
    return found


def test_an_id_that_comes_back_for_something_else_is_told(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    repository.commit({GLOSSARY: terms(term("hate"))})
    other = term("slur", title="Slow", definition="To join two notes.")
    back = repository.commit({GLOSSARY: terms(other, term("hate"))})
    caution = one(repository, "id-reused")
    assert (caution.id, caution.commit, caution.path) == ("term.slur", back, GLOSSARY)
    assert "67% of its fields changed" in caution.what
    assert kinds_of(repository, "term.slur") == ["added", "retired", "added"]


def test_an_id_that_comes_back_with_a_new_title_is_the_same(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    repository.commit({GLOSSARY: terms(term("hate"))})
    repository.commit({GLOSSARY: terms(term("slur", title="A slur"), term("hate"))})
    assert cautions(repository) == []


def test_a_tombstone_written_over_with_another_meaning_is_told(repository: Builder) -> None:
    gone = term("slur", status="retired", retired_because="Unclear.")
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(gone)})
    assert cautions(repository) == []
    repository.commit({GLOSSARY: terms(term("slur", title="Slow", definition="Two notes."))})
    assert one(repository, "id-reused").id == "term.slur"


def test_a_tombstone_that_is_taken_back_is_the_same(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", status="retired", retired_because="Why."))})
    repository.commit({GLOSSARY: terms(term("slur"))})
    assert cautions(repository) == []


def test_a_new_id_with_the_fields_of_one_that_vanished_is_asked_about(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur", **FIELDS))})
    commit = repository.commit({GLOSSARY: terms(term("epithet", **FIELDS, note="New."))})
    caution = one(repository, "rename-unsaid")
    assert (caution.id, caution.other, caution.commit) == ("term.epithet", "term.slur", commit)
    assert "75% of its fields equal" in caution.what
    assert "write `renamed_from: term.slur` into `term.epithet`" in caution.next
    assert kinds_of(repository, "term.epithet") == ["added"]


@pytest.mark.parametrize(
    "fields",
    [
        FIELDS | {"title": "Other"},
        FIELDS | {"renamed_from": "term.slur"},
    ],
    ids=["two fields of three", "it says so"],
)
def test_a_new_id_that_differs_or_says_what_it_was_is_not(
    repository: Builder, fields: dict[str, str]
) -> None:
    repository.commit({GLOSSARY: terms(term("slur", **FIELDS))})
    repository.commit({GLOSSARY: terms(term("epithet", **fields))})
    assert cautions(repository) == []


def test_an_element_of_another_kind_is_no_renamed_one(repository: Builder) -> None:
    fields = {"title": "Same", "context": "Same.", "definition": "Same.", "status": "active"}
    repository.commit({GLOSSARY: terms(term("slur", **fields))})
    repository.commit({GLOSSARY: None, A: objectives(objective("slur", **fields))})
    assert cautions(repository) == []


def test_a_rename_in_another_file_is_asked_about_too(repository: Builder) -> None:
    fields = {"title": "Same", "context": "Same words.", "status": "active"}
    repository.commit({A: objectives(objective("one", **fields))})
    repository.commit({A: None, B: objectives(objective("two", **fields))})
    caution = one(repository, "rename-unsaid")
    assert (caution.id, caution.path) == ("objective.two", B)


def test_a_rename_in_two_commits_is_not_seen(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur", **FIELDS), term("hate"))})
    repository.commit({GLOSSARY: terms(term("hate"))})
    repository.commit({GLOSSARY: terms(term("epithet", **FIELDS), term("hate"))})
    assert cautions(repository) == []


def test_a_rename_that_is_owned_up_to_later_is_asked_about_no_more(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur", **FIELDS))})
    repository.commit({GLOSSARY: terms(term("epithet", **FIELDS))})
    assert [c.kind for c in cautions(repository)] == ["rename-unsaid"]
    repository.commit({GLOSSARY: terms(term("epithet", **FIELDS, renamed_from="term.slur"))})
    assert cautions(repository) == []


def test_each_of_many_renamed_ids_is_asked_about_and_nothing_takes_long(
    repository: Builder,
) -> None:
    def many(prefix: str) -> str:
        words = [f"{prefix}{n}" for n in range(400)]
        return objectives(
            *(
                objective(w, title=f"Title {n}", context=f"Why {n}.", owner="seat.legal")
                for n, w in enumerate(words)
            )
        )

    repository.commit({A: many("old")})
    repository.commit({A: many("new")})
    found = {(c.other, c.id) for c in cautions(repository)}
    assert found == {(f"objective.old{n}", f"objective.new{n}") for n in range(400)}


def test_an_id_that_stands_in_two_files_is_told_until_it_stands_in_one(
    repository: Builder,
) -> None:
    repository.commit({A: objectives(objective("one"))})
    head = repository.commit({B: objectives(objective("one"))})
    caution = one(repository, "id-twice")
    assert (caution.id, caution.commit) == ("objective.one", head)
    assert f"stands in 2 files: {A}, {B}" in caution.what
    repository.commit({A: None})
    assert cautions(repository) == []


def test_a_former_id_that_nobody_ever_bore_is_told(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur", renamed_from="term.slurr"))})
    caution = one(repository, "former-id-unknown")
    assert (caution.id, caution.other) == ("term.slur", "term.slurr")


def test_a_former_id_that_somebody_bore_is_not(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slurr"))})
    repository.commit({GLOSSARY: terms(term("slur", renamed_from="term.slurr"))})
    assert cautions(repository) == []


def test_two_paths_that_differ_only_in_capitals_are_told(repository: Builder) -> None:
    upper = "policies/objectives/A.yaml"
    repository.commit({A: objectives(objective("one")), upper: objectives(objective("two"))})
    caution = one(repository, "paths-alike")
    assert f"{upper} and {A} differ only in capitals" in caution.what
    repository.commit({upper: None, B: objectives(objective("two"))})
    assert cautions(repository) == []


def test_values_of_a_file_that_cannot_be_read_are_marked_until_it_can(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    repository.commit({GLOSSARY: terms(term("slur", title='"Slur'), term("hate"))})
    found = cautions(repository)
    assert [(c.kind, c.id) for c in found] == [("stale", "term.hate"), ("stale", "term.slur")]
    assert "line 3" in found[0].what
    assert "the last good ones" in found[0].why
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    assert cautions(repository) == []


def test_the_store_keeps_the_cautions_and_forgets_those_of_commits_it_leaves(
    repository: Builder,
) -> None:
    reused = terms(term("slur", title="Slow", definition="Two notes."))
    broken = terms(term("slur", title='"Slur'))
    commits = [
        repository.commit({GLOSSARY: terms(term("slur", **FIELDS))}),
        repository.commit({GLOSSARY: terms(term("epithet", **FIELDS))}),
        repository.commit({GLOSSARY: reused}),
        repository.commit({A: objectives(objective("one", renamed_from="objective.none"))}),
        repository.commit({B: objectives(objective("one")), GLOSSARY: broken}),
    ]
    for commit in (*commits, commits[1], commits[0], commits[-1]):
        stored = tuple(open_history(repository.root, commit).cautions)
        assert stored == read_history(repository.root, commit).cautions
    assert [c.kind for c in stored] == [
        *("rename-unsaid", "id-reused", "former-id-unknown", "stale", "id-twice"),
    ]


def test_the_command_says_what_to_know_before_relying_on_it(
    repository: Builder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur", **FIELDS))})
    repository.commit({GLOSSARY: terms(term("epithet", **FIELDS), term("hate"))})
    repository.check_out()
    monkeypatch.chdir(repository.root)

    def run(identifier: str) -> tuple[dict[str, object], str]:
        words = ["labelcharter", "history", identifier, "--format", "json"]
        monkeypatch.setattr(sys, "argv", words)
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main()
        out, err = capsys.readouterr()
        return json.loads(out), err

    for identifier in ("term.slur", "term.epithet"):
        data, err = run(identifier)
        jsonschema.validate(data, schema("output-history"))
        assert err.startswith("caution: `term.slur` vanished and `term.epithet` came")
        assert [c["kind"] for c in data["cautions"]] == ["rename-unsaid"]  # type: ignore[attr-defined]
    data, err = run("term.hate")
    assert ("cautions" in data, err) == (False, "")

"""Questions: explain, list, show, trace, schema, doctor; and what a mistyped word may mean."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import Ran, Run, replace

from labelcharter.checks.registry import all_rules
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.schema_files import schema


def answer(done: Ran, output: str) -> Any:
    """The JSON of a run, held against the published schema of its command."""
    assert (done.status, done.err) == (0, "")
    value = json.loads(done.out)
    jsonschema.Draft202012Validator(schema(f"output-{output}")).validate(value)
    return value


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chek",), "there is no command `chek`. did you mean `check`?"),
        (("xyzzy",), "there is no command `xyzzy`. Commands: check, "),
        (("explain", "R291"), "there is no rule `R291`. did you mean `R201`?"),
        (("explain", "nonsense"), "there is no rule `nonsense`."),
        (("list", "objektive"), "there is no kind `objektive`. did you mean `objective`?"),
        (("list", "elephant"), "there is no kind `elephant`. Kinds: standard, "),
        (
            ("show", "metric.alhpa"),
            "no element `metric.alhpa`. did you mean `metric.alpha`?",
        ),
        (("show", "question"), "did you mean `label.notes.question`?"),
        (("show", "label.question"), "did you mean `label.notes.question`?"),
        (("show", "DEC-1"), "did you mean `DEC-0001`?"),
        (("show", "dec-0001"), "did you mean `DEC-0001`?"),
        (("show", "DEC-0009"), "there is no element `DEC-0009`. Try `labelcharter list KIND`."),
        (("show", "metric.elephants"), "Try `labelcharter list KIND`."),
        (("trace", "objective.equal-anwsers"), "did you mean `objective.equal-answers`?"),
        (("schema", "taxnomy"), "there is no schema `taxnomy`. did you mean `taxonomy`?"),
        (("schema", "elephant"), "there is no schema `elephant`. Without a name: all names."),
    ],
)
def test_a_mistyped_word_stops_with_two_and_what_it_may_have_meant(
    run: Run, valid: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(valid, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_explain_gives_the_reason_and_both_examples(run: Run, tmp_path: Path) -> None:
    done = run(tmp_path, "explain", "r201")
    assert done == Ran(
        0,
        "R201 (error): Every reference names an element that exists.\n\n"
        "Why: A link to nothing breaks the chain from objective to effect, and nobody sees where."
        "\n\nBad:\n    objectives: [objective.equal-oportunity]\n\n"
        "Good:\n    objectives: [objective.equal-opportunity]\n",
        "",
    )


def test_explain_alone_lists_every_rule_with_its_words(run: Run, tmp_path: Path) -> None:
    lines = run(tmp_path, "explain").out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(all_rules())
    listed = json.loads(run(tmp_path, "explain", "--format", "json").out)["rules"]
    assert [rule["code"] for rule in listed] == sorted(all_rules())
    one = json.loads(run(tmp_path, "explain", "R201", "--format", "json").out)["rules"]
    assert one == [rule for rule in listed if rule["code"] == "R201"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_valid_repository_lists_some_of_every_kind(run: Run, valid: Path, kind: str) -> None:
    value = answer(run(valid, "list", kind, "--format", "json"), "list")
    assert value["kind"] == kind
    assert value["elements"]
    text = run(valid, "list", kind).out.splitlines()
    assert [line.split()[0] for line in text] == [e["id"] for e in value["elements"]]


@pytest.mark.parametrize("word", ["label", "labels", "Labels", "LABEL"])
def test_a_kind_may_be_named_in_any_form(run: Run, valid: Path, word: str) -> None:
    assert run(valid, "list", word).out.count("label.notes.") == 4


def test_list_alone_counts_every_kind(run: Run, valid: Path) -> None:
    value = json.loads(run(valid, "list", "--format", "json").out)
    counts = {entry["kind"]: entry["count"] for entry in value["kinds"]}
    assert list(counts) == list(KINDS)
    assert counts["label"] == 4
    assert "    4  label           Labels\n" in run(valid, "list").out


def test_an_empty_kind_says_where_its_elements_live(run: Run, valid: Path) -> None:
    (valid / "policies" / "exceptions" / "2026.yaml").unlink()
    done = run(valid, "list", "exception")
    assert done.out == "No exceptions yet; they live in policies/exceptions/*.yaml.\n"


def test_show_has_the_fields_and_the_links_both_ways(run: Run, valid: Path) -> None:
    value = answer(run(valid, "show", "metric.alpha", "--format", "json"), "show")
    assert (value["kind"], value["path"], value["line"]) == ("metric", "policies/metrics.yaml", 2)
    assert value["data"]["direction"] == "higher-is-better"
    assert value["links"] == []
    assert {"field": "measures[1].metric", "id": "objective.equal-answers"} in value["linked_from"]
    text = run(valid, "show", "metric.alpha").out
    assert text.startswith("Krippendorff's alpha\nmetric.alpha (metric, active)\n")
    assert "  objective.equal-answers  Every question has the same chance" in text


def test_show_prints_values_as_they_are_written(run: Run, valid: Path) -> None:
    text = run(valid, "show", "AUD-0001").out
    assert "  synthetic: true\n" in text
    assert "annotator_attributes:\n    attribute.reading-language: language\n" in text


def test_a_former_id_still_finds_its_element(run: Run, valid: Path) -> None:
    assert run(valid, "show", "term.slip").out.startswith("Note\nterm.note (glossary term")


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_element_of_every_kind_can_be_shown_and_traced(run: Run, valid: Path, kind: str) -> None:
    listed = json.loads(run(valid, "list", kind, "--format", "json").out)
    element = listed["elements"][0]["id"]
    for command in ("show", "trace"):
        assert answer(run(valid, command, element, "--format", "json"), command)["id"] == element
        assert element in run(valid, command, element).out


def test_trace_follows_the_chain_from_the_law_to_the_measured_effect(run: Run, valid: Path) -> None:
    value = answer(run(valid, "trace", "objective.equal-answers", "--format", "json"), "trace")
    assert [link["id"] for link in value["upstream"]][:2] == [
        "standard.house-rules",
        "clause.house-rules.answer",
    ]
    downstream = [link["id"] for link in value["downstream"]]
    for earlier, later in (
        ("label.notes.question", "AUD-0001"),
        ("AUD-0001", "FND-0001"),
        ("FND-0001", "DEC-0002"),
        ("DEC-0002", "ACT-0001"),
    ):
        assert downstream.index(earlier) < downstream.index(later)
    text = run(valid, "trace", "objective.equal-answers").out
    assert text.index("Before:") < text.index("=> objective.equal-answers") < text.index("After:")


def test_text_of_the_repository_cannot_move_the_cursor_whatever_is_asked(
    run: Run, valid: Path
) -> None:
    replace(valid, "policies/metrics.yaml", "title: Krippendorff's alpha", 'title: "\\e[2J\\a"')
    for arguments in (("show", "metric.alpha"), ("list", "metric"), ("trace", "metric.alpha")):
        done = run(valid, *arguments)
        assert "\x1b" not in done.out
        assert "\\u001b[2J\\u0007" in done.out
        if arguments[0] != "trace":
            text = run(valid, *arguments, "--format", "json").out
            assert "\\u001b[2J\\u0007" in text


def test_schema_prints_what_needs_no_other_file(run: Run, tmp_path: Path) -> None:
    names = run(tmp_path, "schema").out.split()
    assert {"taxonomy", "record", "settings", "output-check"} <= set(names)
    for name in names:
        assert ".schema.json#" not in json.dumps(schema(name))
    assert json.loads(run(tmp_path, "schema", "taxonomy").out) == schema("taxonomy")
    assert run(tmp_path, "schema", "check").out == run(tmp_path, "schema", "output-check").out


def test_doctor_finds_this_machine_fit_and_the_clone_whole(
    run: Run, valid: Path, commit_all: Callable[[Path, str], None]
) -> None:
    commit_all(valid, "2026-07-01T12:00:00Z")
    value = answer(run(valid, "doctor", "--format", "json"), "doctor")
    states = {entry["name"]: entry["state"] for entry in value["checks"]}
    assert value["fit"] is True
    assert states["Python"] == states["libyaml"] == states["git"] == states["clone"] == "ok"
    text = run(valid, "doctor").out
    assert text.endswith("Fit for the work.\n")


def test_doctor_outside_a_repository_says_where_to_go_and_is_content(
    run: Run, tmp_path: Path
) -> None:
    done = run(tmp_path, "doctor")
    assert done.status == 0
    assert "go to a governance repository" in done.out


def test_doctor_refuses_a_shallow_clone_with_the_remedy(
    run: Run, valid: Path, tmp_path: Path, commit_all: Callable[[Path, str], None]
) -> None:
    commit_all(valid, "2026-07-01T12:00:00Z")
    (valid / "policies" / "README.md").write_text("More.\n", encoding="utf-8")
    commit_all(valid, "2026-07-02T12:00:00Z")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", f"file://{valid}", str(clone)],
        check=True,
        timeout=30,
        capture_output=True,
    )
    done = run(clone, "doctor", "--format", "json")
    value = json.loads(done.out)
    (entry,) = [c for c in value["checks"] if c["name"] == "clone"]
    assert (done.status, value["fit"], entry["state"]) == (2, False, "error")
    assert "git fetch --unshallow" in entry["remedy"]


def test_help_names_every_command_and_the_exit_status(run: Run, tmp_path: Path) -> None:
    text = run(tmp_path, "--help").out
    assert "Exit status: 0 fine, 1 findings, 2 the tool could not do its work." in text
    for name in ("check", "explain", "list", "show", "trace", "schema", "doctor"):
        assert f"  {name} " in text
        done = run(tmp_path, name, "--help")
        assert (done.status, done.err) == (0, "")


def test_a_fault_of_the_tool_itself_is_a_sentence_and_ends_with_two(
    run: Run, valid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a surprise")

    monkeypatch.setattr("labelcharter.cli.show.element_or_stop", fail)
    done = run(valid, "show", "metric.alpha")
    assert done.status == 2
    assert "a fault of the tool itself (RuntimeError: a surprise)" in done.err
    assert "Traceback" not in done.err

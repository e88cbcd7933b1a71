"""One mistake, one diagnostic: every field of the valid repository is spoilt in every way.

A mistake may be found or not (a title can be any text), but never twice, and never with a
traceback.
"""

import copy
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import pytest
import yaml
from repositories import changed, found_in, summary, valid_files, with_file

from labelcharter.reading.front_matter import read_markdown
from labelcharter.registry import load
from labelcharter.registry.documents import read_source

Steps = tuple[str | int, ...]
Spoil = Callable[[Any, str | int], None]


def misspelt(word: str) -> str:
    return word[:-1] + "q" + word[-1:]


def rename(parent: Any, step: str | int) -> None:
    items = list(parent.items())
    parent.clear()
    parent.update((misspelt(key) if key == step else key, value) for key, value in items)


def delete(parent: Any, step: str | int) -> None:
    del parent[step]


def put(value: Callable[[Any], Any]) -> Spoil:
    def spoil(parent: Any, step: str | int) -> None:
        parent[step] = value(parent[step])

    return spoil


OF_ANY: dict[str, Spoil] = {"nothing": put(lambda _: None)}
OF_FIELDS: dict[str, Spoil] = {"renamed": rename, "deleted": delete}
OF_TEXT: dict[str, Spoil] = {
    "misspelt": put(misspelt),
    "a number": put(lambda _: 12.5),
    "empty": put(lambda _: ""),
    "a list": put(lambda text: [text]),
    "fields": put(lambda text: {text: text}),
}
OF_LISTS: dict[str, Spoil] = {"text for a list": put(lambda _: "text")}
OF_NUMBERS: dict[str, Spoil] = {"text for a number": put(lambda _: "many")}

# Nobody can tell which of two spellings of a group was meant: each place that names it is told.
SAID_AT_EACH_PLACE = ("categories", "value")


def ways(steps: Steps, value: Any) -> dict[str, Spoil]:
    """The ways to spoil one value."""
    found = dict(OF_ANY)
    if isinstance(steps[-1], str):
        found |= OF_FIELDS
    if isinstance(value, str):
        found |= OF_TEXT
        if steps[-3::2] == SAID_AT_EACH_PLACE:
            del found["misspelt"]
    elif isinstance(value, list):
        found |= OF_LISTS
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found |= OF_NUMBERS
    return found


def values(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every value in a document, the document itself excepted."""
    if steps:
        yield steps, value
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from values(item, (*steps, step))


def written(path: str, value: Any) -> bytes:
    """The document with this value, in the form of its file."""
    if path.endswith(".json"):
        return json.dumps(value, indent=2).encode()
    text: str = yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    if path.endswith(".md"):
        body = read_markdown(valid_files()[path], path).body
        return f"---\n{text}---\n{body}".encode()
    return text.encode()


def spoilt_files(every: int = 1) -> Iterator[tuple[str, str, bytes]]:
    """(what was done, path, content) for every way to spoil every value, or each n-th of them."""
    count = 0
    for path, data in sorted(valid_files().items()):
        if not load.is_governed(path) or path.endswith(".csv") or "/" not in path:
            continue
        document = read_source(data, path).document.value
        for steps, value in values(document):
            for name, spoil in ways(steps, value).items():
                count += 1
                if count % every:
                    continue
                new = copy.deepcopy(document)
                parent = new
                for step in steps[:-1]:
                    parent = parent[step]
                spoil(parent, steps[-1])
                where = ".".join(map(str, steps))
                yield f"{path}: {where} is {name}", path, written(path, new)


@pytest.fixture
def _files_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "read_source", lru_cache(maxsize=200)(read_source))


def assert_said_once(what: str, path: str, content: bytes) -> None:
    found = found_in(with_file(path, content))
    assert len(found) <= 1, f"{what}\n" + "\n".join(
        f"{d.code} {d.place} {d.message}" for d in found
    )


@pytest.mark.usefixtures("_files_are_read_once")
def test_a_spoilt_field_is_never_reported_twice() -> None:
    for spoilt in spoilt_files(every=61):
        assert_said_once(*spoilt)


@pytest.mark.slow
@pytest.mark.usefixtures("_files_are_read_once")
def test_no_spoilt_field_at_all_is_reported_twice() -> None:
    for spoilt in spoilt_files():
        assert_said_once(*spoilt)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("policies/metrics.yaml", b"\xff\xfe metrics"),
        ("policies/metrics.yaml", b"metrics: [" * 70),
        ("policies/metrics.yaml", valid_files()["policies/metrics.yaml"] + b" x"),
        ("policies/council.yaml", b"\n" + b"#" * (1 << 20)),
        ("taxonomies/notes/taxonomy.yaml", valid_files()["taxonomies/notes/taxonomy.yaml"] + b" x"),
        ("docs/decisions/DEC-0002-two-labels.md", b"# Two labels\n"),
        ("audits/notes/records/REC-0002.json", b'{"id": "REC-0002"'),
    ],
)
def test_a_file_that_cannot_be_read_is_one_mistake_whoever_refers_to_what_it_held(
    path: str, content: bytes
) -> None:
    found = found_in(with_file(path, content))
    assert [d.place.path for d in found] == [path]


def test_an_id_misspelt_where_it_is_defined_is_said_there_and_not_at_each_reference() -> None:
    (found,) = found_in(changed("policies/metrics.yaml", "id: metric.alpha", "id: metric.alhpa"))
    assert (found.code, str(found.place)) == ("R205", "policies/metrics.yaml:2:9")
    assert found.message == "nothing names `metric.alhpa`, but 4 places name `metric.alpha`"
    assert [str(r.place) for r in found.related] == [
        "policies/glossary.yaml:6:32",
        "policies/objectives/answers.yaml:17:17",
        "policies/quality-gates.yaml:5:13",
    ]


def test_an_id_misspelt_at_one_reference_is_said_there() -> None:
    path = "policies/quality-gates.yaml"
    found = found_in(changed(path, "metric: metric.alpha", "metric: metric.alhpa"))
    assert summary(found) == [f"R201 {path}:5:13"]
    assert found[0].help == "did you mean `metric.alpha` (policies/metrics.yaml:2)?"


def test_two_mistakes_in_one_element_are_two_diagnostics() -> None:
    path = "policies/objectives/answers.yaml"
    data = changed(path, "review_by: 2027-06-30", "review_by: 2026-06-30")[path]
    found = found_in(with_file(path, data.replace(b"owner: seat.readers", b"owner: seat.raeders")))
    assert summary(found) == [f"R201 {path}:30:12", f"D101 {path}:31:16"]


def test_a_taxonomy_named_unlike_its_labels_is_said_once_at_the_taxonomy() -> None:
    path = "policies/standards/house-rules.yaml"
    (found,) = found_in(
        changed(path, "standards:\n  - id: standard.house", "standards:\n  - id: standard.hose")
    )
    assert (found.code, str(found.place)) == ("R205", f"{path}:2:9")


def test_a_label_named_after_another_taxonomy_is_said_at_the_label() -> None:
    path = "taxonomies/notes/taxonomy.yaml"
    found = found_in(changed(path, "id: label.notes.thanks", "id: label.letters.thanks"))
    codes = {d.code: d for d in found}
    assert codes["I105"].help == "name it `label.notes.thanks`"

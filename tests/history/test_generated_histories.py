"""A past of some hundred commits with all that happens to files: the same read in any way."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from benchmarks.histories import write_history
from benchmarks.history_steps import git
from benchmarks.history_trees import state_of

from labelcharter.history.extraction import Reading, read_bytes
from labelcharter.history.timelines import read_history


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("generated")
    write_history(root, 500, 40)
    return root


def mainline(root: Path) -> list[str]:
    return git(str(root), "rev-list", "--first-parent", "HEAD").decode().split()


def test_the_same_seed_gives_the_same_commits(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_history(tmp_path / name, 60, 10)
    assert mainline(tmp_path / "one") == mainline(tmp_path / "other")


def test_everything_happens_that_the_benchmark_speaks_of(generated: Path) -> None:
    kinds = Counter(
        event.kind for events in read_history(generated).events.values() for event in events
    )
    assert min(kinds[k] for k in ("added", "changed", "moved", "retired", "unreadable")) > 5
    assert kinds["renamed"] >= 2
    assert 0.8 < len(mainline(generated)) / 500 < 0.9


def test_the_state_at_any_commit_is_that_of_its_tree_by_another_reader(generated: Path) -> None:
    for commit in Random(3).sample(mainline(generated), 6):  # noqa: S311 - a sample, no secret
        told = {
            name: json.dumps([version.data, version.body])
            for name, version in read_history(generated, commit).present.items()
        }
        tree = {name: json.dumps(held) for name, held in state_of(str(generated), commit).items()}
        assert told == tree


def test_reading_in_parts_changes_no_event(
    generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts = read_history(generated)

    def whole(data: bytes, form: str, _: object) -> Reading:
        return read_bytes(data, form)

    monkeypatch.setattr("labelcharter.history.mainline.read_bytes", whole)
    assert repr(read_history(generated)) == repr(in_parts)

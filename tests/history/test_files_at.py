"""The files of a commit, read without a working tree."""

from __future__ import annotations

import pytest
from builder import Builder, Link

from labelcharter.history import git


def test_files_stand_as_they_stood_at_the_commit(repository: Builder) -> None:
    first = repository.commit({"policies/a.yaml": "one\n", "audits/b.yaml": "two\n", "x": "no"})
    second = repository.commit({"policies/a.yaml": "three\n", "audits/b.yaml": None})
    folders = ("policies", "audits")
    assert git.files_at(repository.root, first, folders) == {
        "policies/a.yaml": b"one\n",
        "audits/b.yaml": b"two\n",
    }
    assert git.files_at(repository.root, second, folders) == {"policies/a.yaml": b"three\n"}
    assert git.files_at(repository.root, second, ("nowhere",)) == {}


def test_paths_count_from_the_root_of_the_governance_repository(repository: Builder) -> None:
    commit = repository.commit({"inner/policies/a.yaml": "one\n", "policies/a.yaml": "other\n"})
    repository.check_out()
    found = git.files_at(repository.root / "inner", commit, ("policies",))
    assert found == {"policies/a.yaml": b"one\n"}


def test_links_and_names_that_are_not_utf8_are_left_out(repository: Builder) -> None:
    commit = repository.commit(
        {b"policies/a.yaml": "one\n", b"policies/link": Link("../x"), b"policies/\xff": "bytes"}
    )
    assert list(git.files_at(repository.root, commit, ("policies",))) == ["policies/a.yaml"]


@pytest.mark.parametrize("name", ["HEAD", "--output=x", "abc"])
def test_only_a_full_hash_is_passed_on(repository: Builder, name: str) -> None:
    with pytest.raises(git.UnsafeRef):
        git.files_at(repository.root, name, ("policies",))

"""A repository on disk: links, pipes, names and sizes that a text in memory cannot have."""

import datetime
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from labelcharter.checks.run import check
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.load import NoRepository, find_root, load_repository

VALID = Path(__file__).parents[1] / "checks" / "valid"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VALID, tmp_path / "repository"))


def found_in(root: Path) -> tuple[Diagnostic, ...]:
    return check(load_repository(root), datetime.date(2026, 7, 1))


def said(root: Path) -> list[str]:
    return [f"{d.code} {d.place}" for d in found_in(root)]


def test_a_link_is_never_followed_wherever_it_leads(root: Path) -> None:
    secret = root.parent / "secret.yaml"
    secret.write_text("metrics: [{id: metric.secret}]", encoding="utf-8")
    (root / "policies" / "metrics.yaml").unlink()
    (root / "policies" / "metrics.yaml").symlink_to(secret)
    assert said(root) == ["F102 policies/metrics.yaml:1:1"]
    assert "metric.secret" not in load_repository(root).graph.elements


def test_a_linked_folder_is_one_mistake_and_not_one_for_each_reference_into_it(root: Path) -> None:
    (root / "policies" / "attributes").rename(root.parent / "elsewhere")
    (root / "policies" / "attributes").symlink_to(root.parent / "elsewhere")
    assert said(root) == ["F102 policies/attributes:1:1"]


def test_linked_settings_are_a_mistake_too(root: Path) -> None:
    (root / "labelcharter.yaml").rename(root.parent / "settings.yaml")
    (root / "labelcharter.yaml").symlink_to(root.parent / "settings.yaml")
    assert said(root) == ["F102 labelcharter.yaml:1:1"]


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "glossary.yaml":
            raise PermissionError(13, "Permission denied")
        return really(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    (found,) = found_in(root)
    assert (found.code, found.place.path) == ("F104", "policies/glossary.yaml")
    assert found.message == "the file cannot be read (Permission denied)"


def test_a_pipe_is_named_and_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "policies" / "roadmap" / "pipe.yaml")
    assert said(root) == ["F104 policies/roadmap/pipe.yaml:1:1"]


def test_a_huge_file_is_not_read_to_its_end(root: Path) -> None:
    with (root / "policies" / "roadmap" / "table.yaml").open("wb") as file:
        file.truncate(1 << 36)  # a hole of 64 GiB that takes no room
    assert said(root) == ["Y008 policies/roadmap/table.yaml:1:1"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\x1b[2J.yaml", "a\\u001b[2J.yaml"),
        (b"a\nb.yaml", "a\\u000ab.yaml"),
        (b"caf\xe9.yaml", "caf\\xe9.yaml"),
        ("a\u202eb.yaml".encode(), "a\\u202eb.yaml"),
    ],
)
def test_a_name_that_cannot_be_shown_is_a_mistake_shown_harmlessly(
    root: Path, name: bytes, shown: str
) -> None:
    (root / "policies" / "roadmap" / os.fsdecode(name)).write_text("actions: []", encoding="utf-8")
    assert said(root) == [f"F105 policies/roadmap/{shown}:1:1"]


def test_a_decision_whose_name_ends_like_an_index_is_read(root: Path) -> None:
    old = root / "docs" / "decisions" / "DEC-0004-thanks.md"
    old.rename(old.with_name("DEC-0004-thanks-index.md"))
    assert "DEC-0004" in load_repository(root).graph.elements


def test_a_misnamed_file_is_one_warning_and_not_one_for_each_reference_to_it(root: Path) -> None:
    (root / "policies" / "metrics.yaml").rename(root / "policies" / "metrics.yml")
    (found,) = found_in(root)
    assert (found.code, found.place.path) == ("F101", "policies/metrics.yml")
    assert found.help == "name it metrics.yaml"


def test_hidden_folders_and_prose_are_nobodys_business(root: Path) -> None:
    (root / "policies" / ".cache").mkdir()
    (root / "policies" / ".cache" / "x.bin").write_bytes(b"\xff")
    (root / "policies" / "README.md").write_text("# Policies\n", encoding="utf-8")
    assert said(root) == []


def test_the_line_of_a_page_is_shown_from_its_text_and_from_its_fields(root: Path) -> None:
    page = root / "docs" / "decisions" / "DEC-0002-two-labels.md"
    text = page.read_text(encoding="utf-8").replace("Nobody knew", "[x](../registry/term.x.md)")
    page.write_text(text.replace("seat.night-readers", "seat.night-raeders"), encoding="utf-8")
    repository = load_repository(root)
    shown = [repository.place_text(d.place) for d in check(repository, datetime.date(2026, 7, 1))]
    assert shown == [
        "  - seat: seat.night-raeders",
        "[x](../registry/term.x.md) what the third label was for.",
    ]


def test_the_root_is_found_from_any_folder_below_it(root: Path) -> None:
    assert find_root(root / "docs" / "decisions") == root
    assert find_root(root) == root


def test_without_settings_above_there_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NoRepository, match=r"no labelcharter\.yaml in "):
        find_root(tmp_path)

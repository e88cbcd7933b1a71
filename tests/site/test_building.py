import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from forum import ROOT, commit, git, make_forum, page, replace, said

from labelcharter.registry.load import load_repository
from labelcharter.site import publish
from labelcharter.site.built_html import faults_in
from labelcharter.site.generate import generate, write_site
from labelcharter.site.hand_pages import NotPublishable
from labelcharter.site.publish import CannotBuild, build_site
from labelcharter.site.swap import Busy, alone, staging_for, swap_in
from labelcharter.site.timelines import Timelines, read_timelines
from labelcharter.site.tree import UnsafeTree, write_tree


def hashes(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def built_by_command(root: Path, **environment: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [sys.executable, "-m", "labelcharter", "build"],
        cwd=root,
        check=True,
        capture_output=True,
        env={**clean, **environment},
    )
    return hashes(root / "site")


def test_two_builds_of_one_commit_are_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    first = make_forum(tmp_path / "one")
    git(tmp_path, "clone", "-q", str(first), "another place")
    one = built_by_command(first, TZ="Pacific/Auckland", PYTHONHASHSEED="1", LANG="C")
    two = built_by_command(tmp_path / "another place", TZ="America/Lima", PYTHONHASHSEED="2")
    assert one == two
    assert len(one) > 100


def test_a_built_site_has_no_fault(site: Path) -> None:
    assert list(faults_in(site)) == []


def test_this_repository_can_be_published() -> None:
    site = generate(load_repository(ROOT), Timelines(missing="left out"))
    assert "index.md" in site.tree


def test_a_failed_build_leaves_the_old_site_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_forum(tmp_path)
    build_site(root, root / "site")
    before = hashes(root / "site")
    replace(root / "docs/handbook/annotators.md", "Read [the", "[Here](#nowhere). Read [the")
    with pytest.raises(CannotBuild, match="nowhere"):
        build_site(root, root / "site")
    replace(root / "docs/handbook/annotators.md", "[Here](#nowhere). ", "")

    def broken(folder: Path, site_url: str = "") -> list[str]:
        raise OSError("No space left on device")

    monkeypatch.setattr(publish, "faults_in", broken)
    with pytest.raises(OSError, match="No space"):
        build_site(root, root / "site")
    assert hashes(root / "site") == before


def test_two_builds_at_once_do_not_mix(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    with alone(root / "build" / "site.lock"), pytest.raises(Busy, match="another build"):
        build_site(root, root / "site")
    assert not (root / "site").exists()


def test_an_interrupted_swap_is_mended_by_the_next_build(tmp_path: Path) -> None:
    out, old = tmp_path / "site", tmp_path / ".site-old"
    old.mkdir()
    (old / "index.html").write_text("old")
    staging = staging_for(out, tmp_path / "build")
    assert (out / "index.html").read_text() == "old"
    (staging / "index.html").write_text("new")
    swap_in(staging, out)
    assert (out / "index.html").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["build", "site"]


def test_a_system_without_an_exchange_swaps_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from labelcharter.site import swap

    monkeypatch.setattr(swap, "_exchange", lambda a, b: False)
    for name in ("new", "site"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    swap_in(tmp_path / "new", tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("out", "why"),
    [
        (".", "holds the repository"),
        ("docs", "only site/ and build/"),
        ("../notes", "holds something that is no site"),
    ],
)
def test_a_folder_with_anything_else_in_it_is_never_replaced(
    tmp_path: Path, out: str, why: str
) -> None:
    root = make_forum(tmp_path / "repository")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("precious")
    with pytest.raises(CannotBuild, match=why):
        build_site(root, root / out)
    assert (tmp_path / "notes" / "a.txt").read_text() == "precious"
    assert (root / "docs" / "index.md").is_file()


def test_only_what_changed_is_written_and_what_is_stale_is_removed(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    timelines = read_timelines(root)
    write_site(root, generate(load_repository(root), timelines))
    again = write_site(root, generate(load_repository(root), timelines))
    assert (again.wrote, again.removed) == (0, 0)
    (root / "build/docs/registry/gone.md").write_text("old")
    replace(root / "policies/glossary.yaml", "A person who reads", "Somebody who reads")
    third = write_site(root, generate(load_repository(root), timelines))
    assert (third.wrote, third.removed) == (2, 1)  # the glossary, the graph; the stale page
    assert not (root / "build/docs/registry/gone.md").exists()


def test_nothing_is_written_through_a_symbolic_link(tmp_path: Path) -> None:
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    (outside / "a.md").write_text("precious")
    tree.mkdir()
    (tree / "a.md").symlink_to(outside / "a.md")
    write_tree(tree, {"a.md": b"new"})
    assert (outside / "a.md").read_text() == "precious"
    assert (tree / "a.md").read_bytes() == b"new"
    (tmp_path / "link").symlink_to(outside)
    with pytest.raises(UnsafeTree):
        write_tree(tmp_path / "link", {"a.md": b"new"})


def test_a_symbolic_link_or_an_active_file_under_docs_is_refused(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    (root / "docs/handbook/secret.md").symlink_to("/etc/hostname")
    (root / "docs/run.html").write_text("<script>1</script>")
    (root / "docs/picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>')
    with pytest.raises(NotPublishable) as refused:
        generate(load_repository(root), Timelines())
    lines = str(refused.value).split("\n")
    assert [line.partition(":")[0] for line in lines] == [
        "docs/handbook/secret.md",
        "docs/picture.svg",
        "docs/run.html",
    ]


def test_a_repository_that_cannot_be_read_is_refused_with_the_place(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    replace(root / "policies/metrics.yaml", "title: Krippendorff", "title: @Krippendorff")
    with pytest.raises(CannotBuild, match=r"policies/metrics.yaml:3:\d+"):
        build_site(root, root / "site")


def test_an_id_that_is_a_path_is_refused(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    replace(root / "policies/metrics.yaml", "id: metric.rate-gap", "id: metric.../../../index")
    with pytest.raises(CannotBuild, match="is no id of this kind"):
        build_site(root, root / "site")


def test_a_hand_written_page_may_introduce_an_index(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    (root / "docs/decisions/index.md").write_text("# How we decide\n\nSlowly.\n")
    build_site(root, root / "site")
    text = said(page(root / "site", "decisions"))
    assert text.index("How we decide") < text.index("Slowly.") < text.index("A floor for agreement")


def test_the_overview_stands_where_the_author_wants_it(tmp_path: Path) -> None:
    root = make_forum(
        tmp_path, {"docs/index.md": ("# What", "<!-- labelcharter:overview -->\n\n# What")}
    )
    home = generate(load_repository(root), Timelines()).tree["index.md"].decode()
    assert home.index("## The chain") < home.index("# What our labels mean")


def test_a_shallow_clone_is_refused_unless_history_is_left_out(tmp_path: Path) -> None:
    make_forum(tmp_path / "forum")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}/forum", "cut")
    with pytest.raises(CannotBuild, match="--without-history"):
        build_site(tmp_path / "cut", tmp_path / "cut" / "site")
    built = build_site(tmp_path / "cut", tmp_path / "cut" / "site", with_history=False)
    text = said(page(built.out, "registry/DEC-0001"))
    assert "There is no history to show. The site was built without it." in text


def test_a_folder_without_git_says_that_it_has_no_history(tmp_path: Path) -> None:
    import shutil

    root = make_forum(tmp_path)
    shutil.rmtree(root / ".git")
    text = (
        generate(load_repository(root), read_timelines(root)).tree["registry/DEC-0001.md"].decode()
    )
    assert "There is no history to show." in text


def test_a_change_that_is_not_committed_yet_does_not_stop_a_build(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    replace(root / "policies/glossary.yaml", "- id: term.agreement", "- id: term.concord")
    text = generate(load_repository(root), read_timelines(root)).tree["glossary.md"].decode()
    assert "term.concord" in text
    commit(root, "Ana", "2026-05-01T10:00:00Z", "policy: another word")


def test_without_mkdocs_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_forum(tmp_path)
    monkeypatch.setitem(sys.modules, "mkdocs.config", None)
    with pytest.raises(CannotBuild, match=r"labelcharter\[site\]"):
        build_site(root, root / "site")


def test_the_generator_needs_neither_mkdocs_nor_pandas() -> None:
    code = f"""
import sys
from pathlib import Path
import labelcharter.cli.build, labelcharter.cli.serve
from labelcharter.registry.load import load_repository
from labelcharter.site.generate import generate
from labelcharter.site.timelines import Timelines
generate(load_repository(Path({str(ROOT / "tests/site/fixture")!r})), Timelines())
print([m for m in ("mkdocs", "markdown", "material", "pandas", "git") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_command_says_where_the_site_is_and_nothing_else(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "labelcharter", "build"],
        cwd=root / "docs",
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("site/index.html: ")
    assert done.stderr == ""


def test_the_command_ends_with_two_when_there_is_no_new_site(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "labelcharter", "build"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no labelcharter.yaml" in done.stderr
    assert "Traceback" not in done.stderr

"""What a repository, its clone or its caller may try, and what must not come of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from builder import GLOSSARY, START, Builder, term, terms
from reading_back import events_of, kinds_of

from labelcharter.history import git, process
from labelcharter.history.timelines import read_history

PACKAGE = Path(git.__file__).parents[1]


@pytest.fixture
def two_versions(repository: Builder) -> Builder:
    """A repository in which `term.slur` was added and changed."""
    repository.commit({GLOSSARY: terms(term("slur"))}, "First")
    repository.commit({GLOSSARY: terms(term("slur", title="A slur"))}, "Second")
    return repository


def test_a_replaced_commit_is_shown_as_it_was(two_versions: Builder) -> None:
    real = two_versions.git("rev-parse", "main")
    forged = two_versions.commit(
        {GLOSSARY: terms(term("slur"))}, "Forged", author="Eve <eve@example.org>", branch="forged"
    )
    two_versions.git("replace", real, forged)
    assert "Eve" in two_versions.git("log", "-1", "main")
    newest = events_of(two_versions, "term.slur")[0]
    assert (newest.author, newest.subject) == ("Ada <ada@example.org>", "Second")


def test_a_replaced_blob_is_shown_as_it_was(two_versions: Builder) -> None:
    real = two_versions.git("rev-parse", f"main:{GLOSSARY}")
    forged = two_versions.git(
        "hash-object", "-w", "--stdin", stdin=terms(term("slur", title="Forged")).encode()
    )
    two_versions.git("replace", real, forged)
    assert "Forged" in two_versions.git("show", f"main:{GLOSSARY}")
    assert events_of(two_versions, "term.slur")[0].changes[0].new == "A slur"


def test_a_graft_does_not_cut_the_history_off(two_versions: Builder) -> None:
    info = two_versions.root / ".git" / "info"
    info.mkdir(exist_ok=True)
    (info / "grafts").write_text(two_versions.git("rev-parse", "main") + "\n")
    assert two_versions.git("rev-list", "--count", "main") == "1"
    assert kinds_of(two_versions, "term.slur") == ["added", "changed"]


def test_a_mailmap_does_not_rename_anybody(two_versions: Builder) -> None:
    two_versions.commit({".mailmap": "Eve <eve@example.org> <ada@example.org>\n"})
    two_versions.check_out()
    assert "Eve" in two_versions.git("log", "-1", "--use-mailmap")
    assert {event.author for event in events_of(two_versions, "term.slur")} == {
        "Ada <ada@example.org>"
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("diff.relative", "true"),
        ("log.showRoot", "false"),
        ("diff.renames", "copies"),
        ("diff.noprefix", "true"),
        ("core.quotePath", "true"),
        ("core.abbrev", "4"),
        ("log.showSignature", "true"),
        ("diff.external", "false"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("core.pager", "false"),
    ],
)
def test_settings_of_the_repository_change_nothing(
    repository: Builder, name: str, value: str
) -> None:
    repository.commit({f"inside/{GLOSSARY}": terms(term("slur"))})
    repository.commit({f"inside/{GLOSSARY}": terms(term("slur", title="Ä"))})
    inside = repository.root / "inside"
    inside.mkdir()
    before = read_history(inside).events
    repository.git("config", name, value)
    assert read_history(inside).events == before
    assert len(before["term.slur"]) == 2


def test_settings_of_the_user_change_nothing(
    two_versions: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_history(two_versions.root).events
    settings = tmp_path / "home" / ".gitconfig"
    settings.parent.mkdir()
    settings.write_text("[log]\n\tshowRoot = false\n[core]\n\tworktree = /nowhere\n[broken\n")
    monkeypatch.setenv("HOME", str(settings.parent))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    assert read_history(two_versions.root).events == before


def test_variables_of_the_caller_change_nothing(
    two_versions: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_history(two_versions.root).events
    other = Builder(tmp_path / "other")
    other.commit({GLOSSARY: terms(term("hate"))})
    for name, value in {
        "GIT_DIR": str(other.root / ".git"),
        "GIT_WORK_TREE": str(other.root),
        "GIT_OBJECT_DIRECTORY": str(other.root / ".git" / "objects"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.worktree",
        "GIT_CONFIG_VALUE_0": "/nowhere",
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_NAMESPACE": "other",
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "LC_ALL": "de_DE.UTF-8",
    }.items():
        monkeypatch.setenv(name, value)
    assert read_history(two_versions.root).events == before
    head = git.head(two_versions.root)
    assert head is not None
    assert head.commit == before["term.slur"][0].commit


def test_nothing_that_a_repository_brings_is_run(two_versions: Builder, tmp_path: Path) -> None:
    two_versions.commit({".gitattributes": "* diff=mine filter=mine\n"})
    trace = tmp_path / "it-was-run"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    hooks = two_versions.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "fsmonitor-watchman", "reference-transaction"):
        (hooks / hook).write_bytes(program.read_bytes())
        (hooks / hook).chmod(0o755)
    for name in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "gpg.program"),
        *("diff.mine.textconv", "diff.mine.command", "filter.mine.smudge", "filter.mine.clean"),
    ):
        two_versions.git("config", name, str(program))
    assert kinds_of(two_versions, "term.slur") == ["added", "changed"]
    assert git.head(two_versions.root) is not None
    assert not trace.exists()


def test_a_branch_named_like_an_option_is_refused_and_writes_no_file(two_versions: Builder) -> None:
    name = f"--output={two_versions.root}/written"
    commit = two_versions.git("rev-parse", "main")
    two_versions.git("update-ref", f"refs/heads/{name}", commit)
    with pytest.raises(git.UnsafeRef, match="cannot name a commit"):
        git.resolve(two_versions.root, name)
    assert git.resolve(two_versions.root, f"refs/heads/{name}") == commit
    assert not (two_versions.root / "written").exists()


@pytest.mark.parametrize(
    "ref",
    [
        *("HEAD@{1 year ago}", "main@{0}", "@{upstream}", "-h", "--all", "", "main\n", "a\0b"),
        *("nowhere", "main..other", "^main", "main main", f"main:{GLOSSARY}", "main^{tree}"),
    ],
)
def test_what_names_no_commit_of_every_clone_is_refused(two_versions: Builder, ref: str) -> None:
    with pytest.raises(git.UnsafeRef):
        git.resolve(two_versions.root, ref)


def test_a_branch_a_tag_and_a_hash_are_resolved_to_the_full_hash(two_versions: Builder) -> None:
    commit = two_versions.git("rev-parse", "main")
    two_versions.git("tag", "v1", "main")
    for ref in ("main", "v1", "refs/tags/v1", commit, commit[:12], "HEAD", "main~0"):
        assert git.resolve(two_versions.root, ref) == commit


def test_only_full_hashes_are_passed_on(two_versions: Builder) -> None:
    for name in ("main", "--output=x", "abc", "A" * 40, "0" * 41, f"{'0' * 40}\n"):
        with pytest.raises(git.UnsafeRef):
            git.first_parents(two_versions.root, name)
        with pytest.raises(git.UnsafeRef):
            list(git.sizes(two_versions.root, [name]))


def test_an_earlier_commit_can_be_the_end_of_a_history(two_versions: Builder) -> None:
    history = read_history(two_versions.root, "main~1")
    assert [event.kind for event in history.events["term.slur"]] == ["added"]


def test_a_shallow_clone_is_refused_with_the_remedy(two_versions: Builder, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    two_versions.git("clone", "-q", "--depth=1", f"file://{two_versions.root}", str(clone))
    assert git.is_shallow(clone)
    with pytest.raises(git.ShallowClone, match=r"git fetch --unshallow.*fetch-depth: 0"):
        read_history(clone)


def test_a_whole_clone_tells_the_same_history(two_versions: Builder, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    two_versions.git("clone", "-q", f"file://{two_versions.root}", str(clone))
    assert not git.is_shallow(clone)
    assert read_history(clone).events == read_history(two_versions.root).events


def test_a_clone_without_old_versions_is_refused_and_nothing_is_fetched(
    two_versions: Builder, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    two_versions.git("config", "uploadpack.allowFilter", "true")
    two_versions.git("clone", "-q", "--filter=blob:none", f"file://{two_versions.root}", str(clone))
    with pytest.raises(git.GitFailed, match="clone it again without"):
        read_history(clone)


def test_a_folder_without_a_repository_has_no_head_and_no_history(tmp_path: Path) -> None:
    assert git.head(tmp_path) is None
    with pytest.raises(git.NotARepository, match="lies in no git repository"):
        read_history(tmp_path)


def test_a_repository_without_a_commit_has_no_head(repository: Builder) -> None:
    assert git.head(repository.root) is None
    assert not git.is_shallow(repository.root)


def test_the_head_has_its_full_hash_and_the_time_it_was_committed(two_versions: Builder) -> None:
    commit = two_versions.commit({"a": "b"}, author_time=0, time=START, zone="-0700")
    head = git.head(two_versions.root)
    assert head is not None
    assert (head.commit, head.time.isoformat()) == (commit, "2025-10-09T08:53:20+00:00")


@pytest.fixture
def other_owner(two_versions: Builder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Builder:
    """A repository that git takes to be somebody else's, and a home of our own."""
    pretend = {**process._ENVIRONMENT, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    monkeypatch.setattr(process, "_ENVIRONMENT", pretend)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in [n for n in os.environ if n.startswith(("GIT_CONFIG", "XDG_CONFIG"))]:
        monkeypatch.delenv(name)
    return two_versions


def test_the_repository_of_another_user_is_refused_in_plain_words(other_owner: Builder) -> None:
    with pytest.raises(git.DubiousOwnership, match=r"belong to another user.*safe\.directory"):
        read_history(other_owner.root)
    with pytest.raises(git.DubiousOwnership):
        git.head(other_owner.root)


def test_a_repository_that_the_user_declared_safe_is_read(
    other_owner: Builder, tmp_path: Path
) -> None:
    settings = tmp_path / "home" / ".gitconfig"
    settings.write_text(f"[safe]\n\tdirectory = {other_owner.root.resolve()}\n")
    assert git.head(other_owner.root) is not None
    assert kinds_of(other_owner, "term.slur") == ["added", "changed"]


def test_a_repository_cannot_declare_itself_safe(other_owner: Builder) -> None:
    other_owner.git("config", "safe.directory", "*")
    with pytest.raises(git.DubiousOwnership):
        git.head(other_owner.root)


def test_a_machine_without_git_is_told_so(
    two_versions: Builder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert git.git_version() is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.git_version() is None
    with pytest.raises(git.GitFailed, match="git is not installed"):
        git.head(two_versions.root)


def test_a_git_that_does_not_answer_is_not_waited_for(
    two_versions: Builder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(process, "QUICK", 0.2)
    monkeypatch.setattr(process, "LONG", 0.2)
    with pytest.raises(git.GitFailed, match="did not answer"):
        git.head(two_versions.root)
    with pytest.raises(git.GitFailed):
        process.read(two_versions.root, ("rev-list", "HEAD"))


def test_one_module_runs_git_one_signs_and_no_other_starts_a_process() -> None:
    callers = set()
    for file in PACKAGE.rglob("*.py"):
        for line in file.read_text().splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]) and words[1].split(".")[0] in (
                *("git", "gitdb", "subprocess", "pty", "multiprocessing"),
            ):
                callers.add(file.relative_to(PACKAGE).as_posix())
            assert not any(
                call in line
                for call in ("os.system(", "os.popen(", "os.exec", ".repo.git", "Repo(")
            ), f"{file}: {line}"
    assert callers == {"history/process.py", "history/ssh_keygen.py"}


def test_the_head_is_found_without_gitpython() -> None:
    program = (
        "import sys, pathlib\n"
        "from labelcharter.history import git\n"
        "git.head(pathlib.Path('.')), git.is_shallow(pathlib.Path('.')), git.git_version()\n"
        "print('git' in sys.modules, 'pandas' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PACKAGE,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False False\n"

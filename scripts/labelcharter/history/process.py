"""Running git: reading, plumbing, full hashes, and nothing of the caller's.

A repository comes from strangers as well as friends. Its settings and hooks, the environment, and
the names of its branches must change neither what is read nor what is run:

- every `GIT_*` variable of the caller is taken out; replaced objects, grafts, mail maps, the
  user's and the system's settings are ignored;
- every call is one list of arguments without a shell, has a time limit, and reads plumbing only;
- nothing is ever fetched: a clone without all its objects is refused.

No other module runs git. `git.py` and `bundles.py` ask the questions; nobody else uses this one.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

QUICK = 60.0  # seconds for one question
LITTLE = 1 << 14  # bytes of questions
LONG = 900.0  # seconds for one step of the pass over the whole history

_SETTINGS = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.commitGraph", "false"),  # a cache beside the commits, which nobody signs
    ("log.mailmap", "false"),
    ("log.showSignature", "false"),
    ("protocol.allow", "never"),
)
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C",
}
_NO_GIT = "git is not installed here; install it, history is read from it"


class GitFailed(Exception):
    """git could not do what was asked; the text says what, and what next."""


class NotARepository(GitFailed):
    """The folder lies in no git repository."""


class ShallowClone(GitFailed):
    """The clone was cut off: its oldest commit would seem to have made everything."""


class DubiousOwnership(GitFailed):
    """The repository belongs to another user, and nobody said that this is fine."""


class IncompleteClone(GitFailed):
    """The clone lacks the object `name`: it was made with `--filter`."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"this clone has no copy of {name[:12]}, an old version of a file. It was probably "
            "cloned with --filter: clone it again without, because a history needs every version"
        )


class UnsafeRef(GitFailed):
    """The name of a commit is no such name, or means something else every day."""


def version() -> str | None:
    """The version of git here, such as "2.39.5"; None when there is no git."""
    try:
        answer = subprocess.run(
            ["git", "--version"],  # noqa: S607 - whichever git the user's PATH finds first
            capture_output=True,
            timeout=QUICK,
            check=False,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode("utf-8", "replace").removeprefix("git version ").strip() or None


def _environment() -> dict[str, str]:
    """The caller's environment without a trace of `GIT_*`, and with ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | _ENVIRONMENT


def _command(root: Path, arguments: Sequence[str], trusted: Sequence[str] = ()) -> list[str]:
    settings = (*_SETTINGS, *(("safe.directory", folder) for folder in trusted))
    options = [word for name, value in settings for word in ("-c", f"{name}={value}")]
    return ["git", "-C", str(root.resolve()), "--no-pager", *options, *arguments]


def ask(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """One quick question, without GitPython. Raises GitFailed."""
    try:
        return _run(root, _command(root, arguments), stdin)
    except DubiousOwnership:
        return _run(root, _command(root, arguments, _trusted_folders()), stdin)


def read(root: Path, arguments: Sequence[str], stdin: bytes = b"") -> bytes:
    """One step of the long pass; GitPython drives it where there is much to ask. Raises GitFailed.

    A run that reads one new commit asks little, and loading GitPython would take it longer.
    """
    drive = _drive if len(stdin) > LITTLE else functools.partial(_run, limit=LONG)
    try:
        return drive(root, _command(root, arguments), stdin)
    except DubiousOwnership:
        return drive(root, _command(root, arguments, _trusted_folders()), stdin)


def _run(root: Path, command: Sequence[str], stdin: bytes, limit: float | None = None) -> bytes:
    limit = QUICK if limit is None else limit
    try:
        answer = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            timeout=limit,
            check=False,
            env=_environment(),
        )
    except FileNotFoundError:
        raise GitFailed(_NO_GIT) from None
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git did not answer within {limit:.0f} seconds") from None
    if answer.returncode:
        raise _failure(root, answer.stderr)
    return answer.stdout


def _drive(root: Path, command: Sequence[str], stdin: bytes) -> bytes:
    """Run `command` through GitPython.

    It passes the caller's whole environment on and can only add to it, so what git must not see
    is taken out by `env -u`.
    """
    from git.cmd import Git
    from git.exc import GitCommandError, GitCommandNotFound

    unwanted = [name for name in os.environ if name.startswith("GIT_") and name not in _ENVIRONMENT]
    without = ["env", *(word for name in unwanted for word in ("-u", name))] if unwanted else []
    with tempfile.TemporaryFile() as questions:
        questions.write(stdin)
        questions.seek(0)
        try:
            return Git(root).execute(
                [*without, *command],
                istream=questions,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=LONG,
                shell=False,
                env=_ENVIRONMENT,
            )
        except GitCommandNotFound:
            raise GitFailed(_NO_GIT) from None
        except GitCommandError as error:
            raise _failure(root, str(error.stderr).encode("utf-8", "replace")) from None


def _trusted_folders() -> tuple[str, ...]:
    """The folders that the user or the system declared safe.

    Only this one setting is taken over from them: whom to trust is for the person to say, and it
    cannot change what is read. A repository cannot declare itself safe, nor can it here.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith("GIT_CONFIG")}
    answer = subprocess.run(
        ["git", "config", "--null", "--show-scope", "--get-all", "safe.directory"],  # noqa: S607 - git by name
        capture_output=True,
        timeout=QUICK,
        check=False,
        cwd="/",
        env={name: value for name, value in _environment().items() if name not in _ENVIRONMENT}
        | kept,
    )
    parts = os.fsdecode(answer.stdout).split("\0")
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return tuple(folder for scope, folder in pairs if scope in ("system", "global", "command"))


def _failure(root: Path, said: bytes) -> GitFailed:
    text = said.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return DubiousOwnership(
            "git does not read this repository, because its files belong to another user "
            "(“dubious ownership”). If you trust it, say so once: "
            f"`git config --global --add safe.directory {root.resolve()}` (of the top folder of "
            "the repository). Of your own git settings only this one is used here"
        )
    if "not a git repository" in text:
        return NotARepository(
            f"{root.name or root} lies in no git repository; its history cannot be read"
        )
    if "missing" in text or "could not fetch" in text or "promisor" in text:
        return IncompleteClone((re.findall(r"[0-9a-f]{40,64}", text) or ["some object"])[0])
    return GitFailed(f"git could not read the repository: {text or 'it gave no reason'}")

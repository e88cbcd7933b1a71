"""Git bundles: the whole mainline in one file, and such a file opened again, which may be hostile.

A bundle is written as plain bytes here: a header that names one commit, and a pack of everything
behind it. The pack is made anew, by one thread and with settings of ours, so that every clone
gives the same bytes (with the same git).

It is opened without `git clone`: nothing is fetched, no name in it is trusted, no file of it is
checked out. What may be in the header is exactly what is written here.
"""

from __future__ import annotations

import re
from pathlib import Path

from labelcharter.history import git
from labelcharter.history.process import GitFailed, ask, read

LARGEST = 2 << 30  # bytes of a bundle; the longest governance history known has 20 MB
_LARGEST_OBJECT = 256 << 20  # bytes of one file unpacked: a few kilobytes can unpack to gigabytes

_BRANCH = "refs/heads/main"
_HEADER = re.compile(
    rb"# v(?:2 git bundle\n|3 git bundle\n@object-format=sha256\n)"
    rb"(?P<head>[0-9a-f]{40}(?:[0-9a-f]{24})?) HEAD\n(?P=head) refs/heads/main\n\n"
)
_LARGE_OBJECT = ("-c", "core.bigFileThreshold=16m")  # larger ones are not held in memory
# Forms of which old histories are full. They say that a clock or a tool was strange, and nothing
# about whether anything was altered: the hash of every object is computed all the same.
_STRANGE = (
    *("badDate", "badDateOverflow", "badTimezone", "zeroPaddedDate", "missingSpaceBeforeDate"),
    *("missingEmail", "missingNameBeforeEmail", "missingSpaceBeforeEmail", "badEmail", "badName"),
    "zeroPaddedFilemode",
)


class NoBundle(GitFailed):
    """The bytes are no bundle as it is written here, or not a whole and sound one."""


def bundle(root: Path, commit: str) -> bytes:
    """The commit (a full hash) and all that it builds on, as a bundle. Raises GitFailed."""
    git.refuse_shallow(root)
    name = git.full_hash(commit)
    pack = read(
        root,
        (
            *("-c", "core.bigFileThreshold=512m"),
            *("pack-objects", "--revs", "--stdout", "--quiet", "--threads=1", "--no-reuse-delta"),
            *("--no-reuse-object", "--no-use-bitmap-index", "--delta-base-offset", "--window=10"),
            *("--window-memory=0", "--depth=50", "--compression=6"),
        ),
        f"{name}\n".encode("ascii"),
    )
    version = "# v2 git bundle\n" if len(name) == 40 else "# v3 git bundle\n@object-format=sha256\n"
    return f"{version}{name} HEAD\n{name} {_BRANCH}\n\n".encode("ascii") + pack


def head_of(content: bytes) -> str:
    """The commit that a bundle says it ends in. Raises NoBundle."""
    return _header(content)["head"].decode("ascii")


def open_bundle(content: bytes, folder: Path) -> str:
    """Make a repository of a bundle in an empty folder; the full hash of its newest commit.

    Every object's hash is computed, and everything that the commit builds on must be there.
    Raises NoBundle.
    """
    header = _header(content)
    name = header["head"].decode("ascii")
    kind = "sha1" if len(name) == 40 else "sha256"
    try:
        ask(folder, "init", "-q", "--template=", "-b", "main", f"--object-format={kind}")
        read(
            folder,
            (*_LARGE_OBJECT, "index-pack", "--stdin", f"--max-input-size={LARGEST}"),
            content[header.end() :],
        )
        _refuse_swollen(folder)
        ask(folder, "update-ref", _BRANCH, name)
        settings = (word for form in _STRANGE for word in ("-c", f"fsck.{form}=warn"))
        look = ("fsck", "--full", "--no-dangling", "--no-reflogs", "--no-progress")
        read(folder, (*_LARGE_OBJECT, *settings, *look))
        return git.resolve(folder, name)
    except GitFailed as error:
        raise NoBundle(f"the git bundle is not whole: {error}") from None


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """True when `newer` builds on `older`, or is the same (full hashes). Raises GitFailed.

    False, too, where there is no commit `older`: then nothing builds on it.
    """
    try:
        git.resolve(root, git.full_hash(older))
    except git.UnsafeRef:
        return False
    answer = read(root, ("rev-list", "--max-count=1", older, f"^{git.full_hash(newer)}", "--"))
    return not answer.strip()


def _refuse_swollen(folder: Path) -> None:
    form = "--batch-check=%(objectsize)"
    answer = read(folder, ("cat-file", "--batch-all-objects", "--unordered", form, "--buffer"))
    if any(int(size) > _LARGEST_OBJECT for size in answer.split()):
        raise NoBundle(f"an object in it unpacks to more than {_LARGEST_OBJECT:,} bytes")


def _header(content: bytes) -> re.Match[bytes]:
    if len(content) > LARGEST:
        raise NoBundle(f"the git bundle has {len(content):,} bytes; at most {LARGEST:,} are read")
    found = _HEADER.match(content[:512])
    if found is None:
        raise NoBundle(
            "this is no git bundle as `labelcharter evidence` writes it, with one newest commit "
            "and everything behind it"
        )
    return found

"""One measured step of `benchmarks.history`, in a process of its own; prints one line of JSON."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FLOOR_LOG = (
    *("log", "--raw", "-z", "--first-parent", "-m", "--no-renames", "--no-abbrev", "--format=%H"),
)


def ours(root: str, _: str) -> dict[str, Any]:
    """Every event of every element, from git, nothing stored."""
    from labelcharter.history.timelines import read_history

    history = read_history(Path(root))
    events = {id(event) for events in history.events.values() for event in events}
    return {"events": len(events), "elements": len(history.events), "now": len(history.present)}


def store(root: str, _: str) -> dict[str, Any]:
    """The same through the store, which is brought up to date first: the one place to plug it in."""
    from labelcharter.history.timelines import open_history

    history = open_history(Path(root))
    return {"elements": len(history.events), "now": len(history.present)}


def floor(root: str, _: str) -> dict[str, Any]:
    """What git alone tells of the mainline, and every blob through yaml.load(CSafeLoader).

    Nothing is compared or kept. Of Markdown only the front matter is parsed.
    """
    blobs: dict[bytes, bytes] = {}
    parts = iter(git(root, *FLOOR_LOG).split(b"\0"))
    for part in parts:
        words = part.lstrip(b"\n").split(b" ")
        if words[0].startswith(b":"):
            path = next(parts)
            if words[3].strip(b"0"):
                blobs.setdefault(words[3], path)
    size = unreadable = 0
    for path, data in zip(blobs.values(), contents(root, list(blobs)), strict=True):
        size += len(data)
        try:
            yaml.load(data.split(b"---\n")[1] if path.endswith(b".md") else data, yaml.CSafeLoader)
        except (yaml.YAMLError, ValueError):
            unreadable += 1
    return {"blobs": len(blobs), "bytes": size, "unreadable": unreadable}


def gitpython(root: str, number: str) -> dict[str, Any]:
    """`iter_commits` and `commit.diff`, both sides through yaml.safe_load, the data compared.

    For so many commits of the mainline, spread evenly.
    """
    from git import Repo

    commits = [c for c in Repo(root).iter_commits("HEAD", first_parent=True) if c.parents]
    step = max(1, len(commits) // int(number))
    taken = commits[::step]
    start = _spent()
    changed = sum(
        _loaded(diff.a_blob) != _loaded(diff.b_blob)
        for commit in taken
        for diff in commit.parents[0].diff(commit)
    )
    return {"taken": len(taken), "of": len(commits), "more": _spent() - start, "changed": changed}


def _loaded(blob: Any) -> Any:
    if blob is None:
        return None
    data = blob.data_stream.read()
    try:
        return yaml.safe_load(data.split(b"---\n")[1] if blob.path.endswith(".md") else data)
    except (yaml.YAMLError, ValueError):
        return data


def logs(root: str, number: str) -> dict[str, Any]:
    """One `git log` a file, for so many of today's files: dates, no element and no field."""
    files = git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD").split(b"\0")[:-1]
    taken = files[:: max(1, len(files) // int(number))]
    start = _spent()
    for path in taken:
        git(root, "log", "--follow", "--format=%H %at", "HEAD", "--", path.decode())
    return {"taken": len(taken), "of": len(files), "more": _spent() - start}


def git(root: str, *arguments: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-C", root, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout


def contents(root: str, blobs: list[bytes]) -> Iterator[bytes]:
    answer = git(root, "cat-file", "--batch", "--buffer", stdin=b"\n".join([*blobs, b""]))
    at = 0
    for _ in blobs:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split(b" ")[2])
        at = end + size + 2
        yield answer[end + 1 : end + 1 + size]


def _spent() -> float:
    """CPU seconds of this process and of those that it started."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _peak() -> float:
    """Megabytes. Not from getrusage, which keeps the peak of the process that started this one."""
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1e3


STEPS = {f.__name__: f for f in (ours, store, floor, gitpython, logs)}

if __name__ == "__main__":
    begun = time.perf_counter()
    result = STEPS[sys.argv[1]](sys.argv[2], sys.argv[3])
    print(
        json.dumps(result | {"cpu": _spent(), "wall": time.perf_counter() - begun, "peak": _peak()})
    )

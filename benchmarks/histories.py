"""Generated repositories with a long past, in our own file layout, through `git fast-import`.

The same seed gives the same commits, hash for hash. About 85 in 100 commits stand on the mainline;
the others come in by merges. Files are renamed, elements move between files, change their ids,
retire and return; files break and are mended some commits later; comments come and go. A file is
about 6 KB and holds five or six elements, a decision one and its text.
Run: python -m benchmarks.histories FOLDER COMMITS FILES
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.history_files import Element, File, new_element, new_file, path_for, sentence

SEED = 20261124
SIZES = ((5_000, 400), (20_000, 2_000))
START = 1_577_836_800  # 2020-01-01T00:00:00Z
STEP = 9_000  # seconds between two landings, about
PEOPLE = tuple(
    f"{name} <{name.split()[0].lower()}@example.org>"
    for name in ("Ada Bell", "Ben Cole", "Chi Dao", "Eva Frei", "Ida Hall", "Jon Kerr", "Li Moss")
)
_BREAKS: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("title: ", 'title: "', 1),  # a quote that nobody closes
    lambda text: text.replace("title: ", "title: T\n    title: ", 1),  # indented under a value
    lambda text: text.replace("status: ", "status: [", 1),
    lambda text: f"{text}<<<<<<< HEAD\n",
    lambda text: text.replace("title: ", "title: !t ", 1),
)


@dataclass
class Branch:
    """A side branch: its tip, the commits it still wants, and the files that only it may touch."""

    tip: int
    wanted: int
    paths: dict[str, int | None] = field(default_factory=dict)


@dataclass
class Past:
    """The repository as it grows. `held` are the paths that a branch or a fault keeps to itself."""

    rng: random.Random
    out: IO[bytes]
    files: dict[str, File] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    broken: dict[str, int] = field(default_factory=dict)  # path -> the commit that is to mend it
    gone: list[tuple[str, Element]] = field(default_factory=list)  # (form, element) taken out
    marks: int = 0
    serial: int = 0
    clock: int = START

    def blob(self, text: str) -> int:
        """Store a file's content; its mark."""
        data = text.encode()
        self.marks += 1
        self.out.write(b"blob\nmark :%d\ndata %d\n%b\n" % (self.marks, len(data), data))
        return self.marks

    def commit(
        self, ref: str, changes: dict[str, int | None], subject: str, parents: Sequence[int] = ()
    ) -> int:
        """Commit these blobs (None takes a file away); its mark."""
        self.marks += 1
        self.clock += self.rng.randint(STEP // 3, STEP * 5 // 3)
        who, written = self.rng.choice(PEOPLE), self.clock - self.rng.randint(0, 200_000)
        landed_by = who if self.rng.random() < 0.6 else self.rng.choice(PEOPLE)
        message = f"{subject}\n\n{sentence(self.rng)}\n"
        if self.rng.random() < 0.3:
            message += f"\nDecision: DEC-{self.rng.randint(1, 60):04}\n"
        data = message.encode()
        lines = [
            b"commit refs/heads/%b\nmark :%d" % (ref.encode(), self.marks),
            b"author %b %d +0100" % (who.encode(), written),
            b"committer %b %d +0000" % (landed_by.encode(), self.clock),
            b"data %d\n%b" % (len(data), data),
            *(b"%b :%d" % (b"merge" if at else b"from", p) for at, p in enumerate(parents)),
            *(
                b"D %b" % path.encode()
                if mark is None
                else b"M 100644 :%d %b" % (mark, path.encode())
                for path, mark in sorted(changes.items())
            ),
        ]
        self.out.write(b"\n".join(lines) + b"\n")
        return self.marks


def write_history(root: Path, commits: int, files: int, seed: int = SEED) -> None:
    """A repository at `root` of so many commits, whose tree holds about so many files."""
    root.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    importing = subprocess.Popen(
        ["git", "-C", str(root), "fast-import", "--quiet", "--depth=10"], stdin=subprocess.PIPE
    )
    assert importing.stdin is not None  # noqa: S101 - it is a pipe
    with importing.stdin as out:
        _tell(Past(random.Random(seed), out), commits, files)  # noqa: S311 - filler, not secrets
    if importing.wait():
        sys.exit("git fast-import refused what was written")
    subprocess.run(["git", "-C", str(root), "reset", "-q", "--hard", "main"], check=True)


def _tell(past: Past, commits: int, files: int) -> None:
    rng = past.rng
    tip = past.commit(
        "main", {"labelcharter.yaml": past.blob("organisation: Generated\n")}, "Begin"
    )
    tip = past.commit("main", dict(_create(past) for _ in range(files // 4)), "Import", (tip,))
    open_branches: list[Branch] = []
    count = 2
    while count < commits - len(open_branches):
        missing = files - len(past.files)
        ready = [branch for branch in open_branches if not branch.wanted]
        if ready:
            branch = ready[0]
            open_branches.remove(branch)
            changes = dict(branch.paths)
            past.held -= branch.paths.keys()
            if rng.random() < 0.05:
                changes |= _edit(past, past.held | branch.paths.keys())  # made in the merge
            tip = past.commit("main", changes, f"Merge branch 'b{count}'", (tip, branch.tip))
        elif open_branches and rng.random() < 0.32:
            branch = rng.choice(open_branches)
            branch.wanted -= 1
            own = _edit(past, past.held)
            past.held |= own.keys()
            branch.paths |= own
            branch.tip = past.commit("side", own, "Work on a branch", (branch.tip,))
        elif len(open_branches) < 3 and rng.random() < 0.075:
            open_branches.append(Branch(tip, rng.randint(1, 4)))
            continue
        else:
            chance = missing / max(1, (commits - count) * 0.3)
            changes = dict([_create(past)]) if rng.random() < chance else _happen(past, count)
            tip = past.commit("main", changes, f"Change {count} (#{count})", (tip,))
        count += 1
    for branch in open_branches:
        tip = past.commit("main", branch.paths, "Merge the last branches", (tip, branch.tip))
    past.out.write(b"reset refs/heads/side\nfrom 0000000000000000000000000000000000000000\n\n")


def _create(past: Past) -> tuple[str, int]:
    past.serial += 1
    file = new_file(past.rng, past.serial)
    path = path_for(file.form, past.serial)
    past.files[path] = file
    return path, past.blob(file.text())


def _happen(past: Past, count: int) -> dict[str, int | None]:
    """One commit of the mainline: mostly an edit or two, now and then something rarer."""
    due = [path for path, when in past.broken.items() if when <= count]
    if due:
        del past.broken[due[0]]
        past.held.discard(due[0])
        return {due[0]: past.blob(past.files[due[0]].text())}
    if past.rng.random() < 0.004:
        (path,) = _some(past, past.held)
        past.broken[path] = count + past.rng.randint(1, 30)
        past.held.add(path)
        breaking = past.rng.choice(_BREAKS)
        return {path: past.blob(breaking(past.files[path].text()))}
    return _edit(past, past.held)


def _edit(past: Past, kept: set[str]) -> dict[str, int | None]:
    rng = past.rng
    what = rng.random()
    (path,) = _some(past, kept)
    if what < 0.03:
        return _rename_file(past, path)
    if what < 0.05:
        return _move_element(past, path, kept)
    if what < 0.06:
        return _new_id(past, path)
    if what < 0.075:
        return _comment(past, path)
    if what < 0.079 and len(past.files) > 20:
        for element in past.files[path].elements:
            past.gone.append((past.files[path].form, element))
        del past.files[path]
        return {path: None}
    paths = [path, *_some(past, kept | {path}, 1 if rng.random() < 0.2 else 0)]
    for one in paths:
        _change(past, past.files[one])
    return {one: past.blob(past.files[one].text()) for one in paths}


def _change(past: Past, file: File) -> None:
    """Fields of one or two elements; sometimes an element comes, goes or returns."""
    rng = past.rng
    what = rng.random()
    if what < 0.05 and file.several:
        past.serial += 1
        file.elements.insert(
            rng.randint(0, len(file.elements)), new_element(rng, file.form, past.serial * 100)
        )
    elif what < 0.09 and len(file.elements) > 4:
        past.gone.append((file.form, file.elements.pop(rng.randrange(len(file.elements)))))
    elif what < 0.11 and file.several and past.gone and past.gone[-1][0] == file.form:
        file.elements.append(past.gone.pop()[1])
    elif what < 0.15:
        rng.shuffle(file.elements)
    else:
        for _ in range(rng.choice((1, 1, 2))):
            rng.choice(file.elements).edit(rng)


def _rename_file(past: Past, path: str) -> dict[str, int | None]:
    past.serial += 1
    file = past.files.pop(path)
    if past.rng.random() < 0.4:
        _change(past, file)
    new = path_for(file.form, past.serial)
    past.files[new] = file
    return {path: None, new: past.blob(file.text())}


def _move_element(past: Past, path: str, kept: set[str]) -> dict[str, int | None]:
    file = past.files[path]
    for other in _some(past, kept | {path}, 40):
        target = past.files[other]
        if target.form == file.form and file.several and len(file.elements) > 1:
            element = file.elements.pop(past.rng.randrange(len(file.elements)))
            if past.rng.random() < 0.3:
                element.edit(past.rng)
            target.elements.append(element)
            return {path: past.blob(file.text()), other: past.blob(target.text())}
    return _comment(past, path)


def _new_id(past: Past, path: str) -> dict[str, int | None]:
    past.serial += 1
    file = past.files[path]
    past.rng.choice(file.elements).rename(past.serial * 100)
    return {path: past.blob(file.text())}


def _comment(past: Past, path: str) -> dict[str, int | None]:
    file = past.files[path]
    file.comment = "" if file.comment else f"# {sentence(past.rng)}\n"
    return {path: past.blob(file.text())}


def _some(past: Past, kept: set[str], number: int = 1) -> list[str]:
    """Up to `number` paths that nobody keeps to himself."""
    if not number:
        return []
    some = past.rng.sample(list(past.files), min(len(past.files), number + len(kept) + 1))
    return [path for path in some if path not in kept][:number]


if __name__ == "__main__":
    write_history(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

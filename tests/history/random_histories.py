"""Histories that nobody thought out: what holds for these holds for more than the cases we know."""

from __future__ import annotations

import random

from builder import Builder, objective, objectives

FILES = [f"policies/objectives/{name}.yaml" for name in ("a", "b", "c", "d")]


def random_history(
    repository: Builder,
    chance: random.Random,
    length: int,
    *,
    broken: float = 0.0,
    branch: str = "main",
    start: str | None = None,
) -> list[str]:
    """Commits that add, edit, move and drop objectives, and break a file with this chance.

    A file that is broken is mended when it is next touched. A branch begins with empty hands, so
    that its first commits take away what is in the files they write.
    """
    held: dict[str, dict[str, str]] = {path: {} for path in FILES}
    commits = []
    for number in range(length):
        path, other = chance.sample(FILES, 2)
        words = list(held[path])
        what = chance.random()
        if what < 0.35 or not words:
            word = f"o{chance.randrange(30)}"
            if not any(word in content for content in held.values()):
                held[path][word] = f"T{number}"
        elif what < 0.6:
            held[path][chance.choice(words)] = f"T{number}"
        elif what < 0.75:
            word = chance.choice(words)
            held[other][word] = held[path].pop(word)
        elif what < 0.85:
            del held[path][chance.choice(words)]
        else:
            held[path], held[other] = held[other], held[path]
        files = {
            p: objectives(*(objective(w, title=t) for w, t in held[p].items())) if held[p] else None
            for p in (path, other)
        }
        if chance.random() < broken:
            files[path] = "objectives: [\n"
        commits.append(repository.commit(files, f"Change {number}", branch=branch, start=start))
    return commits

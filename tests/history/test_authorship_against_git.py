"""Who wrote what a merge landed, found again from the trees alone, one branch commit at a time."""

import random

import pytest
from builder import ADA, Builder, objective, objectives

from labelcharter.history.timelines import open_history, read_history
from labelcharter.history.versions import version_of
from labelcharter.registry.load import load_sources

FILES = [f"policies/objectives/{name}.yaml" for name in ("a", "b", "c")]
PEOPLE = [f"P{n} <p{n}@example.org>" for n in range(4)]
State = dict[str, dict[str, str]]


def written(state: State) -> dict[str, str]:
    return {
        path: objectives(*(objective(word, title=title) for word, title in held.items()))
        for path, held in state.items()
    }


def edit(state: State, chance: random.Random, number: int) -> State:
    """One change to one file: an objective is added, edited, moved on, or taken out."""
    new = {path: dict(held) for path, held in state.items()}
    path, other = chance.sample(FILES, 2)
    what = chance.choice(("add", "edit", "edit", "move", "drop"))
    if what == "add" or not new[path]:
        new[path][f"o{number}"] = f"T{number}"
    elif what == "edit":
        new[path][chance.choice(list(new[path]))] = f"T{number}"
    else:
        word = chance.choice(list(new[path]))
        title = new[path].pop(word)
        if what == "move":
            new[other][word] = title
    return new


def grow(repository: Builder, chance: random.Random, merges: int) -> None:
    """Branches of one to four commits, each merged; some merges slip something in."""
    state: State = {path: {f"s{path[20]}{n}": "T" for n in range(3)} for path in FILES}
    tip = repository.commit(written(state))
    for index in range(merges):
        side = tip
        for step in range(chance.randrange(1, 5)):
            state = edit(state, chance, index * 10 + step)
            side = repository.commit(
                written(state), branch=f"b{index}", start=tip, author=chance.choice(PEOPLE)
            )
        if chance.random() < 0.3:
            state = edit(state, chance, index * 10 + 9)
        tip = repository.commit(written(state), f"Merge branch 'b{index}'", merge=(side,))


def digests(repository: Builder, commit: str) -> dict[str, tuple[str, bytes]]:
    """id -> (path, digest) in the tree of a commit, read without any history."""
    files = {p: repository.git("show", f"{commit}:{p}").encode() + b"\n" for p in FILES}
    elements = load_sources(files).elements
    return {e.id: (e.place.path, version_of(e).digest) for e in elements}


@pytest.mark.parametrize("seed", [3, 8])
def test_the_writers_are_the_branch_commits_that_left_the_landed_value(
    repository: Builder, seed: int
) -> None:
    grow(repository, random.Random(seed), 12)  # noqa: S311 - a story, not secrets
    history = read_history(repository.root)
    trees: dict[str, dict[str, tuple[str, bytes]]] = {}
    seen = made = 0
    for identifier, events in history.events.items():
        for event in events:
            if not event.subject.startswith("Merge"):
                assert (event.written_in, event.made_in_merge, event.author) == ((), False, ADA)
                continue
            names = repository.git(
                "rev-list", "--reverse", f"{event.commit}^1..{event.commit}^2"
            ).split()
            for name in (event.commit, *names, f"{names[0]}^"):
                trees.setdefault(name, digests(repository, name))
            landed = trees[event.commit].get(identifier, ("", b""))[1]
            expected, before = [], trees[f"{names[0]}^"].get(identifier)
            for name in names:
                after = trees[name].get(identifier)
                if after != before:
                    expected.append((name, (after or ("", b""))[1] == landed))
                before = after
            assert [(w.commit, w.final) for w in event.written_in] == expected
            assert event.made_in_merge == (not any(final for _, final in expected))
            seen += 1
            made += event.made_in_merge
    assert seen > 20
    assert made


def test_the_store_tells_the_same_writers_whether_read_at_once_or_bit_by_bit(
    repository: Builder,
) -> None:
    grow(repository, random.Random(5), 6)  # noqa: S311 - a story, not secrets
    line = repository.git("rev-list", "--first-parent", "--reverse", "main").split()
    for commit in (*line[::2], line[-1], line[2], line[-1]):
        stored, known = open_history(repository.root, commit), read_history(repository.root, commit)
        assert dict(stored.events) == dict(known.events)
        assert tuple(stored.cautions) == known.cautions

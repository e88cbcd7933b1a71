"""Dawid and Skene's model: against a plain second implementation, and where its answer is known."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from ratings_tables import Rating, chance, cleaned, ratings

from labelcharter.audit.statistics.dawid_skene import TOLERANCE, Fitted, dawid_skene


def fit(rows: list[Rating], rounds: int = 1000) -> tuple[Fitted, list[str], list[str]]:
    """The fit, the items and the labels in the order of its arrays."""
    items = sorted({row[0] for row in rows})
    people = sorted({row[1] for row in rows})
    labels = sorted({row[3] for row in rows})
    codes = [
        np.array([names.index(row[at]) for row in rows])
        for at, names in ((0, items), (1, people), (3, labels))
    ]
    return dawid_skene(codes[0], codes[1], codes[2], len(labels), rounds), items, labels


def by_hand(rows: list[Rating], rounds: int) -> dict[str, dict[str, float]]:
    """Item -> label -> posterior after so many rounds, over dictionaries, one vote at a time."""
    labels = sorted({row[3] for row in rows})
    votes: dict[str, list[tuple[str, str]]] = {}
    for item, person, _, label in rows:
        votes.setdefault(item, []).append((person, label))
    posterior = {
        item: {t: sum(label == t for _, label in votes_on) / len(votes_on) for t in labels}
        for item, votes_on in votes.items()
    }
    for _ in range(rounds):
        share = {t: sum(p[t] for p in posterior.values()) / len(posterior) for t in labels}
        seen: dict[tuple[str, str, str], float] = {}
        under: dict[tuple[str, str], float] = {}
        for item, votes_on in votes.items():
            for person, label in votes_on:
                for t in labels:
                    key = person, t, label
                    seen[key] = seen.get(key, 0.0) + posterior[item][t]
                    under[person, t] = under.get((person, t), 0.0) + posterior[item][t]
        for item, votes_on in votes.items():
            logs = {}
            for t in labels:
                total = log(share[t]) if share[t] else float("-inf")
                for person, label in votes_on:
                    whole = under[person, t]
                    chance_of = seen[person, t, label] / whole if whole else 0.0
                    total += log(chance_of) if chance_of else float("-inf")
                logs[t] = total
            most = max(logs.values())
            weights = {t: exp(value - most) for t, value in logs.items()}
            posterior[item] = {t: w / sum(weights.values()) for t, w in weights.items()}
    return posterior


@settings(max_examples=60)
@given(ratings("abc"))
def test_it_is_the_plain_algorithm_to_nine_digits(rows: list[Rating]) -> None:
    for rounds in (1, 7):
        found, items, labels = fit(rows, rounds)
        expected = by_hand(rows, found.rounds)
        for at, item in enumerate(items):
            assert found.posterior[at] == pytest.approx(
                [expected[item][label] for label in labels], abs=1e-9
            )


def people(seed: int, accuracies: list[float], items: int = 120) -> tuple[list[Rating], list[bool]]:
    random = chance(seed)
    truth = [random.random() < 0.4 for _ in range(items)]
    rows = [
        (f"i{i:03}", f"j{j}", "x", "ny"[truth[i] == (random.random() < accuracy)])
        for i in range(items)
        for j, accuracy in enumerate(accuracies)
    ]
    return rows, truth


def test_converged_on_a_larger_table_it_is_still_the_plain_algorithm() -> None:
    rows, _ = people(1, [0.95, 0.9, 0.8, 0.6, 0.55])
    found, items, labels = fit(rows)
    expected = by_hand(rows, found.rounds)
    assert found.converged
    assert found.moved < TOLERANCE
    for at, item in enumerate(items):
        assert found.posterior[at] == pytest.approx(
            [expected[item][label] for label in labels], abs=1e-9
        )


def test_it_trusts_two_good_annotators_over_three_that_guess() -> None:
    rows, truth = people(2, [0.97, 0.97, 0.52, 0.52, 0.52], items=400)
    found, _, labels = fit(rows)
    right = found.labels(labels.index("n")) == np.array(truth)
    majority = [sum(r[3] == "y" for r in rows[5 * i : 5 * i + 5]) > 2 for i in range(len(truth))]
    assert right.mean() > 0.95
    assert np.mean(np.array(majority) == np.array(truth)) < 0.9
    assert found.confusion[0, 1, 1] > 0.9
    assert found.confusion[4, 1, 1] < 0.7


def test_the_order_of_ratings_and_the_names_of_annotators_change_no_label() -> None:
    rows, _ = people(3, [0.9, 0.8, 0.7, 0.6])
    first = fit(rows)[0]
    shuffled = rows.copy()
    chance(4).shuffle(shuffled)
    renamed = [(i, {"j0": "z", "j3": "a"}.get(j, j), g, label) for i, j, g, label in shuffled]
    for other in (shuffled, renamed):
        found = fit(other)[0]
        assert (found.labels(0) == first.labels(0)).all()
        assert found.posterior == pytest.approx(first.posterior, abs=1e-9)


def test_two_labels_that_are_equally_probable_are_a_tie() -> None:
    """Two people who always contradict each other, half and half: nobody can be believed."""
    rows = [(f"i{i}", f"j{j}", "x", "ny"[(i + j) % 2]) for i in range(10) for j in (0, 1)]
    found, _, _ = fit(rows)
    assert found.posterior == pytest.approx(np.full((10, 2), 0.5))
    assert found.labels(0).tolist() == [0] * 10
    assert found.labels(1).tolist() == [1] * 10


def test_one_label_in_use_is_every_items_label() -> None:
    found, _, _ = fit([(f"i{i}", f"j{j}", "x", "y") for i in range(3) for j in range(2)])
    assert found.labels(0).tolist() == [0, 0, 0]
    assert found.converged


def test_one_item_by_one_person_is_what_they_said() -> None:
    kept = cleaned([("i", "j", "x", "y"), ("other", "k", "x", "n")]).kept
    found = dawid_skene(kept.item, kept.annotator, kept.label, len(kept.labels))
    assert [kept.labels[c] for c in found.labels(0)] == ["y", "n"]


def test_a_thousand_votes_on_an_item_are_not_too_many_for_its_posterior() -> None:
    """Their likelihood is far below the smallest double; what counts is which is the larger."""
    random = chance(6)
    rows = [
        (f"i{i}", f"j{j:04}", "x", "ny"[random.random() < (0.45, 0.5, 0.55)[i]])
        for i in range(3)
        for j in range(1500)
    ]
    found, items, labels = fit(rows, 3)
    expected = by_hand(rows, 3)
    for at, item in enumerate(items):
        assert found.posterior[at] == pytest.approx([expected[item][t] for t in labels], abs=1e-6)


def test_each_annotator_has_a_matrix_whose_columns_are_shares() -> None:
    rows, _ = people(7, [0.9, 0.8, 0.7])
    found, items, labels = fit(rows)
    assert found.posterior.shape == (len(items), len(labels))
    assert found.confusion.shape == (3, 2, 2)
    assert found.confusion.sum(axis=1) == pytest.approx(np.ones((3, 2)))
    assert found.prevalence == pytest.approx(found.posterior.mean(axis=0))


def test_rounds_that_run_out_are_told_from_convergence() -> None:
    rows, _ = people(5, [0.8, 0.7, 0.6, 0.6])
    short, long = fit(rows, 2)[0], fit(rows)[0]
    assert (short.rounds, short.converged) == (2, False)
    assert long.converged
    assert long.rounds > 2

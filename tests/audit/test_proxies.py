"""Whether a label, a queue or another column gives a trait away."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace

import numpy as np
import pytest
from ratings_tables import chance, shared_file, table_of
from sklearn.metrics import normalized_mutual_info_score

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions import proxies
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.predictors import Predictor, of_feature, together
from labelcharter.audit.questions.proxies import verdict_of
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.estimate import estimated, not_estimable
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import Feature

HEADER = "item,annotator,group,label,queue,score"
BINDINGS = Bindings(
    "item",
    "annotator",
    "label",
    annotator_groups={"group": "group"},
    features=("queue", "score"),
)
Given = tuple[str, str, str, str, str, str]


@pytest.fixture(autouse=True)
def few_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fitting is slow, and no verdict rests on how many models are drawn."""
    monkeypatch.setattr(proxies, "DRAWS_OF_A_MODEL", 2)


def pool(
    queue: dict[str, float], people: int = 14, each: int = 15, shift: float = 0.0
) -> list[Given]:
    """Group -> the share of its ratings in queue "a"; a score that `shift` moves for group q."""
    stream = chance(9)
    return [
        (
            f"i{i:02d}",
            f"{g}{j}",
            g,
            stream.choice("ny"),
            "a" if stream.random() < share else "b",
            f"{stream.gauss(shift * (g == 'q'), 1):.6f}",
        )
        for g, share in queue.items()
        for j in range(people)
        for i in stream.sample(range(40), each)
    ]


def audited(
    rows: list[Given], bindings: Bindings = BINDINGS, header: str = HEADER, **options: object
) -> TableAudit:
    request = Request("proxies", options)
    return audit_table(table_of(rows, header), bindings, Questions(checks=[request]))


def row_of(answer: Answer, figure: str, about: str) -> Row:
    (row,) = [r for r in answer.rows if (r.figure, r.about) == (figure, about)]
    return row


def test_a_queue_that_is_filled_by_group_is_flagged_and_the_label_is_not() -> None:
    answer = audited(pool({"p": 0.95, "q": 0.05})).answers[0]
    queue, label = row_of(answer, "auc", "queue"), row_of(answer, "auc", "label")
    assert (queue.verdict, queue.limits) == ("breached", (None, 0.7))
    assert queue.p == queue.least_p == 1 / 200
    assert queue.expected.low < 0.5 < queue.expected.high < queue.estimate.low
    assert label.verdict == "met"
    assert row_of(answer, "auc", "all together").verdict == "breached"


@pytest.mark.parametrize(
    ("low", "high", "verdict", "word"),
    [
        (0.71, 0.9, "breached", ""),
        (0.61, 0.69, "insufficient-evidence", "warning: "),
        (0.61, 0.8, "insufficient-evidence", "warning: "),
        (0.55, 0.69, "met", ""),
        (0.55, 0.75, "insufficient-evidence", ""),
        (0.45, 0.5, "met", ""),
    ],
)
def test_what_lies_above_the_warning_is_never_met(
    low: float, high: float, verdict: str, word: str
) -> None:
    assert verdict_of(estimated(0.6, low, high, 9), 0.6, 0.7) == (verdict, word)


def test_without_a_figure_there_is_no_verdict_on_a_proxy() -> None:
    assert verdict_of(not_estimable("why"), 0.6, 0.7) == ("insufficient-evidence", "")


def test_numbers_are_cut_in_tenths_and_a_shifted_score_tells() -> None:
    rows = pool({"p": 0.5, "q": 0.5}, shift=2.5)
    score = row_of(audited(rows).answers[0], "auc", "score")
    assert score.verdict == "breached"
    steady = row_of(audited(pool({"p": 0.5, "q": 0.5})).answers[0], "auc", "score")
    assert steady.verdict == "met"
    numbers = [str(k / 7) for k in range(100)]
    cut = of_feature(Feature("score", tuple(numbers), np.arange(100, dtype=np.int32)))
    assert cut.cells == 10
    assert np.bincount(cut.codes).tolist() == [10] * 10
    few = of_feature(Feature("grade", ("1", "2"), np.array([0, 1, -1], dtype=np.int32)))
    assert (few.cells, few.codes.tolist()) == (2, [0, 1, -1])


def test_a_number_with_a_blank_stays_blank() -> None:
    numbers = tuple(str(k) for k in range(30))
    codes = np.array([*range(30), -1], dtype=np.int32)
    assert of_feature(Feature("score", numbers, codes)).codes[-1] == -1


def test_columns_together_have_a_cell_for_each_combination_that_occurs() -> None:
    a = Predictor("a", np.array([0, 0, 1, 1, -1], dtype=np.int32), 2)
    b = Predictor("b", np.array([2, 2, 0, 2, 0], dtype=np.int32), 3)
    combined, cells = together([a, b])
    assert combined.codes.tolist() == [0, 0, 1, 2, -1]
    assert cells.tolist() == [[0, 2], [1, 0], [1, 2]]


def test_association_stands_beside_it_with_what_chance_gives() -> None:
    rows = pool({"p": 0.8, "q": 0.3})
    answer = audited(rows).answers[0]
    information = row_of(answer, "mutual-information", "queue")
    expected = normalized_mutual_info_score([r[2] for r in rows], [r[4] for r in rows])
    assert information.estimate.value == pytest.approx(expected, abs=1e-9)
    assert information.estimate.low > information.expected.high
    assert information.verdict is None
    v = row_of(answer, "cramers-v", "queue")
    assert v.estimate.low < v.estimate.value < v.estimate.high


def test_a_trait_of_data_subjects_is_told_with_whole_items_in_folds() -> None:
    rows = [
        (f"i{i:03d}", f"j{j}", "pq"[i % 2], "ny"[(i // 2 + j) % 2], "ab"[i % 2], f"{i % 3}")
        for i in range(90)
        for j in range(3)
    ]
    bindings = replace(BINDINGS, annotator_groups={}, subject_groups={"group": "group"})
    answer = audited(rows, bindings).answers[0]
    assert row_of(answer, "auc", "queue").estimate.value == 1
    assert row_of(answer, "auc", "label").verdict == "met"
    few = audited(rows[:120], bindings).answers[0]  # twenty items of each
    assert few.notes[-1] == "group: fewer than two groups are large enough"


def test_groups_too_small_for_a_verdict_are_left_out_and_named() -> None:
    rows = pool({"p": 0.9, "q": 0.1}) + pool({"r": 0.5}, people=9)
    answer = audited(rows).answers[0]
    assert row_of(answer, "auc", "queue").groups == ("p", "q")
    assert "group: too small for a verdict: r" in answer.notes


def test_the_columns_to_try_can_be_chosen() -> None:
    rows = pool({"p": 0.9, "q": 0.1})
    only = audited(rows, features=["queue"], label=False).answers[0]
    assert {row.about for row in only.rows} == {"queue"}
    stricter = audited(rows, features=["queue"], warn=0.9, flag=0.99).answers[0]
    assert row_of(stricter, "auc", "queue").limits == (None, 0.99)
    assert audited(rows, features=["cue"]).answers[0].not_computed == (
        "not bound as features: cue; bound are queue, score"
    )
    assert audited(rows, features=[], label=False).answers[0].not_computed == (
        "neither the label nor a feature is to be tried"
    )


def test_a_column_that_says_nothing_of_a_group_has_no_figure() -> None:
    rows = [(*r[:4], "" if r[2] == "q" else r[4], r[5]) for r in pool({"p": 0.5, "q": 0.5})]
    row = row_of(audited(rows).answers[0], "auc", "queue")
    assert row.why == "too few people of a group have a value in this column"
    same = [(*r[:4], "a", r[5]) for r in pool({"p": 0.5, "q": 0.5})]
    assert row_of(audited(same).answers[0], "auc", "queue").why == "the column has one value"


def test_without_scikit_learn_each_column_is_tried_and_all_together_say_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    answer = audited(pool({"p": 0.9, "q": 0.1})).answers[0]
    assert row_of(answer, "auc", "queue").estimate.state == "estimated"
    assert row_of(answer, "auc", "all together").why == (
        'scikit-learn is not installed: pip install "labelcharter[statistics]"'
    )


def test_order_of_rows_and_names_of_groups_leave_no_trace() -> None:
    rows = pool({"p": 0.6, "q": 0.4}, people=11, each=8)
    one = audited(rows).answers[0]
    assert audited(rows[::-1]).answers[0] == one
    renamed = audited([(i, j, {"p": "z", "q": "a"}[g], *rest) for i, j, g, *rest in rows])
    for row, other in zip(one.rows, renamed.answers[0].rows, strict=True):
        assert (row.estimate, row.p, row.verdict) == (other.estimate, other.p, other.verdict)


def test_a_hidden_group_takes_its_rows_along() -> None:
    rows = [
        (i, j, g, "y" if g == "p" else x, q, s) for i, j, g, x, q, s in pool({"p": 0.5, "q": 0.5})
    ]
    shown = hide(audited(rows), "default").answers[0].rows  # all fourteen of p say "y"
    assert {row.estimate.state for row in shown} == {"suppressed"}


def test_nothing_is_asked_of_a_table_without_traits() -> None:
    answer = audited(pool({"p": 0.5}), replace(BINDINGS, annotator_groups={})).answers[0]
    assert answer.not_computed == "the table has no attribute to tell"


def test_the_language_of_an_item_tells_where_its_annotator_lives() -> None:
    with shared_file("multipico/annotators.csv").open(newline="") as file:
        homes = {row["annotator_id"]: row["Country of residence"] for row in csv.DictReader(file)}
    with shared_file("multipico/items.csv").open(newline="") as file:
        languages = {row["item_id"]: row["lang"] for row in csv.DictReader(file)}
    with shared_file("multipico/ratings.csv").open(newline="") as file:
        rows = [
            (
                r["item_id"],
                r["annotator_id"],
                f'"{homes[r["annotator_id"]]}"',
                r["ironic"],
                languages[r["item_id"]],
            )
            for r in csv.DictReader(file)
        ]
    bindings = replace(BINDINGS, features=("queue",), states=["DATA_EXPIRED"])
    header = "item,annotator,group,label,queue"
    answer = audited(rows, bindings, header, label=False).answers[0]
    assert row_of(answer, "auc", "queue").verdict == "breached"

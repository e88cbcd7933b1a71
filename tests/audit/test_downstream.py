"""What predictions do to groups: against fairlearn and scikit-learn where they are right."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from fairlearn import metrics as peer
from hypothesis import given, settings
from hypothesis import strategies as st
from ratings_tables import chance, table_of
from scipy.stats import multivariate_hypergeom
from sklearn.metrics import confusion_matrix
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.catalogue import BY_NAME
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.group_rates import chance_of_range, difference, range_of
from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.tables.bindings import Bindings

HEADER = "item,annotator,label,sex,gold,prediction"
BOUND = Bindings(
    "item",
    "annotator",
    "label",
    subject_groups={"sex": "sex"},
    gold="gold",
    prediction="prediction",
)
Cells = tuple[int, int, int, int]  # gold in: predicted in, out; gold out: predicted in, out
KINDS = [("in", "in"), ("in", "out"), ("out", "in"), ("out", "out")]


def rows(counts: dict[str, Cells]) -> list[list[str]]:
    found = []
    for sex, cells in counts.items():
        for (gold, predicted), count in zip(KINDS, cells, strict=True):
            for k in range(count):
                item = f"{sex}-{gold}-{predicted}-{k}"
                found.append([item, f"j{k % 7}", gold, sex, gold, predicted])
    return found


def audited(
    counts: dict[str, Cells] | list[list[str]], bound: Bindings = BOUND, **options: object
) -> TableAudit:
    table = rows(counts) if isinstance(counts, dict) else counts
    margins = options.pop("declared", {})
    references = options.pop("references", {})
    questions = Questions(
        favourable=str(options.pop("favourable", "in")) or None,
        margins=margins,  # type: ignore[arg-type]
        references=references,  # type: ignore[arg-type]
        checks=[Request("downstream", options)],
    )
    return audit_table(table_of(table, HEADER), bound, questions)


def answer(audit: TableAudit) -> Answer:
    return audit.answers[0]


def found(audit: TableAudit, figure: str, *groups: str) -> Row:
    (row,) = [
        r for r in answer(audit).rows if r.figure == figure and (not groups or r.groups == groups)
    ]
    return row


APART: dict[str, Cells] = {"f": (30, 30, 15, 65), "m": (50, 15, 30, 40), "x": (40, 20, 12, 30)}
ALIKE: dict[str, Cells] = dict.fromkeys("fm", (1600, 400, 400, 1600))


def frame(counts: dict[str, Cells]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    gold, predicted, group = [], [], []
    for sex, cells in counts.items():
        for (g, p), n in zip(KINDS, cells, strict=True):
            gold += [int(g == "in")] * n
            predicted += [int(p == "in")] * n
            group += [sex] * n
    return np.array(gold), np.array(predicted), np.array(group)


cells = st.tuples(*[st.integers(10, 40)] * 4)


@settings(max_examples=10)
@given(st.lists(cells, min_size=2, max_size=4))
def test_rates_and_ranges_are_those_of_scikit_learn_and_fairlearn(tables: list[Cells]) -> None:
    counts = dict(zip("abcd", tables, strict=False))
    audit = audited(counts)
    gold, predicted, group = frame(counts)
    for value in counts:
        mine = group == value
        tn, fp, fn, tp = confusion_matrix(gold[mine], predicted[mine]).ravel()
        expected = {
            "selection-rate": (tp + fp) / mine.sum(),
            "accuracy": (tp + tn) / mine.sum(),
            "tpr": tp / (tp + fn),
            "fpr": fp / (fp + tn),
            "precision": tp / (tp + fp),
        }
        for name, rate in expected.items():
            assert found(audit, name, value).estimate.value == pytest.approx(rate, abs=1e-12)
    of_all = {
        "demographic-parity-difference": peer.demographic_parity_difference,
        "demographic-parity-ratio": peer.demographic_parity_ratio,
        "equal-opportunity-difference": peer.equal_opportunity_difference,
        "equalised-odds-difference": peer.equalized_odds_difference,
    }
    for name, metric in of_all.items():
        expected_value = metric(gold, predicted, sensitive_features=group)
        row = found(audit, name)
        assert row.estimate.value == pytest.approx(expected_value, abs=1e-12)
        assert row.groups == tuple(counts)


def test_where_fairlearn_reports_a_perfect_rate_without_negatives_ours_is_not_estimable() -> None:
    counts: dict[str, Cells] = {"f": (40, 20, 0, 0), "m": (50, 15, 30, 40)}
    gold, predicted, group = frame(counts)
    theirs = peer.MetricFrame(
        metrics=peer.false_positive_rate,
        y_true=gold,
        y_pred=predicted,
        sensitive_features=group,
    )
    assert theirs.by_group["f"] == 0.0
    assert theirs.group_min() == 0.0
    audit = audited(counts)
    ours = found(audit, "fpr", "f")
    assert (ours.estimate.state, ours.why) == ("not-estimable", "0 negatives; 10 are needed")
    for name in ("false-positive-rate-difference", "equalised-odds-difference"):
        row = found(audit, name)
        assert (row.estimate.state, row.verdict) == ("not-estimable", "insufficient-evidence")
        assert "f: 0 negatives; 10 are needed" in row.why
    assert found(audit, "equal-opportunity-difference").estimate.state == "estimated"


def test_nine_events_are_too_few_and_ten_are_enough() -> None:
    few = audited({"f": (30, 10, 1, 8), "m": (60, 20, 1, 9)})
    assert found(few, "fpr", "f").estimate.state == "not-estimable"
    assert found(few, "fpr", "m").estimate.state == "estimated"


def test_a_group_without_the_figure_is_named_and_a_range_without_it_is_never_met() -> None:
    counts = {**ALIKE, "x": (30, 30, 2, 3)}
    row = found(audited(counts, margin=0.2), "false-positive-rate-difference")
    assert row.estimate.value == 0
    assert row.verdict == "insufficient-evidence"
    assert row.why.endswith("without x: 5 negatives; 10 are needed")
    assert row.estimate.reason == "without x: 5 negatives; 10 are needed"
    assert found(audited(ALIKE, margin=0.2), "false-positive-rate-difference").verdict == "met"


def test_intervals_are_wilsons_and_newcombes() -> None:
    audit = audited(APART, references={"sex": "m"})
    row = found(audit, "tpr", "f")
    assert [row.estimate.low, row.estimate.high] == pytest.approx(
        list(proportion_confint(30, 60, method="wilson"))
    )
    row = found(audit, "equal-opportunity-difference", "f", "m")
    low, high = confint_proportions_2indep(30, 60, 50, 65, compare="diff", method="newcomb")
    assert row.estimate.value == pytest.approx(30 / 60 - 50 / 65)
    assert [row.estimate.low, row.estimate.high] == pytest.approx([low, high])
    assert row.limits == (-0.05, 0.05)
    assert row.verdict == "breached"


def test_without_a_reference_there_are_no_pairs() -> None:
    assert {len(r.groups) for r in answer(audited(APART)).rows} == {1, 3}


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=2, max_size=4))
def test_a_range_is_bounded_by_the_joint_intervals_of_all_pairs(
    numbers: list[tuple[int, int]],
) -> None:
    family = [Share(min(n), max(n)) for n in numbers]
    got = range_of([family])
    rates = [share.having / share.of for share in family]
    assert got.value == pytest.approx(max(rates) - min(rates))
    pairs = list(combinations(family, 2))
    each = [difference(a, b, 1 - 0.05 / len(pairs)) for a, b in pairs]
    assert got.high == max(max(abs(d.low), abs(d.high)) for d in each)
    assert got.low == max(0.0, *(d.low for d in each), *(-d.high for d in each))
    assert got.low <= got.value + 1e-12
    assert got == range_of([family[::-1]])
    twice = range_of([[Share(2 * s.having, 2 * s.of) for s in family]])
    assert twice.value == got.value
    assert twice.high <= got.high + 1e-12


def test_two_groups_with_one_family_have_newcombes_interval_of_the_difference() -> None:
    a, b = Share(30, 60), Share(50, 65)
    one, turned = range_of([[a, b]]), difference(b, a)
    assert (one.value, one.low, one.high) == pytest.approx((turned.value, turned.low, turned.high))


def test_everybody_and_nobody_stay_inside_one() -> None:
    got = difference(Share(5, 5), Share(0, 5))
    assert (got.value, got.high) == (1, 1)
    assert 0 < got.low < 1


def brute_chance(family: list[Share]) -> tuple[float, float]:
    """P(range as large), and the mean range, over every way to deal the items."""
    sizes = [share.of for share in family]
    having = sum(share.having for share in family)
    grid = [counts for counts in np.ndindex(*(n + 1 for n in sizes)) if sum(counts) == having]
    pmf = [multivariate_hypergeom.pmf(x=sizes_of, m=sizes, n=having) for sizes_of in grid]
    ranges = [np.ptp(np.array(counts) / sizes) for counts in grid]
    observed = np.ptp([share.having / share.of for share in family])
    reached = sum(p for p, r in zip(pmf, ranges, strict=True) if r >= observed - 1e-12)
    return reached, float(np.dot(pmf, ranges))


@pytest.mark.parametrize(
    "family",
    [
        [Share(3, 10), Share(7, 12)],
        [Share(3, 10), Share(7, 12), Share(2, 5)],
        [Share(0, 4), Share(4, 4), Share(1, 2)],
    ],
)
def test_the_permutation_of_items_comes_near_every_way_to_deal_them(family: list[Share]) -> None:
    got = chance_of_range([family])
    p, mean = brute_chance(family)
    assert got.p == pytest.approx(p, abs=0.03)
    assert got.expected.value == pytest.approx(mean, abs=0.01)
    assert got.p >= got.least == 1 / 2000
    assert got == chance_of_range([family[::-1]])


def test_two_families_are_dealt_apart_and_the_larger_range_counts() -> None:
    one, other = [Share(3, 10), Share(7, 12)], [Share(3, 8), Share(2, 30)]
    both = chance_of_range([one, other])
    assert both == chance_of_range([other, one])
    for family in (one, other):
        assert (both.expected.value or 0) > (chance_of_range([family]).expected.value or 0)


def test_beside_a_range_stands_what_groups_of_these_sizes_range_over_by_chance() -> None:
    counts: dict[str, Cells] = dict.fromkeys("abcdefgh", (20, 10, 12, 18))
    row = found(audited(counts), "demographic-parity-difference")
    assert row.estimate.value == 0
    assert row.expected is not None
    assert (row.expected.value or 0) > 0.1  # eight equal groups of sixty
    assert "when group means nothing" in row.why
    assert row.p == 1


def test_a_gap_is_breached_met_or_open_by_its_interval_and_margin() -> None:
    assert found(audited(ALIKE), "equal-opportunity-difference").verdict == "met"
    wide: dict[str, Cells] = {"f": (400, 1600, 400, 1600), "m": (1600, 400, 400, 1600)}
    audit = audited(wide)
    assert found(audit, "equal-opportunity-difference").verdict == "breached"
    assert found(audit, "false-positive-rate-difference").verdict == "met"
    assert found(audit, "equalised-odds-difference").verdict == "breached"
    open_ = found(audited(APART), "precision-difference")
    assert open_.verdict == "insufficient-evidence"
    assert "in the smaller group would settle it" in open_.why
    small: dict[str, Cells] = {"f": (2, 20, 30, 30), "m": (40, 1, 30, 30)}
    row = found(audited(small), "equal-opportunity-difference")
    assert row.verdict == "insufficient-evidence"
    assert "a verdict needs 30 positives in each group (there are 22)" in row.why


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 0.05),
        ({"declared": {"downstream": 0.1}}, 0.1),
        ({"declared": {"downstream": 0.1, "equal-opportunity-difference": 0.2}}, 0.2),
        ({"declared": {"downstream": 0.1}, "margin": 0.3}, 0.3),
        ({"margin": 0.3, "margins": {"equal-opportunity-difference": 0.4}}, 0.4),
    ],
)
def test_the_margin_is_the_nearest_that_is_declared(
    options: dict[str, object], expected: float
) -> None:
    row = found(audited(APART, **options), "equal-opportunity-difference")
    assert row.limits == (0, expected)


def test_the_truth_may_be_the_consensus_and_the_positive_label_the_other_one() -> None:
    table = [[*r[:4], "out", r[5]] for r in rows(APART)]  # gold is no help; the labels are
    by_votes = audited(table, truth="consensus")
    assert found(by_votes, "tpr", "f").estimate.value == 0.5
    assert "given these votes" in answer(by_votes).notes[0]
    turned = audited(APART, positive="out")
    assert found(turned, "tpr", "f").estimate.value == pytest.approx(65 / 80)


def test_the_parity_ratio_is_of_the_lowest_to_the_best_with_a_simultaneous_interval() -> None:
    row = found(audited(APART), "demographic-parity-ratio")
    assert row.estimate.value == pytest.approx((45 / 140) / (80 / 135))
    assert row.limits == (0.8, None)
    assert row.verdict == "breached"
    nobody: dict[str, Cells] = dict.fromkeys("fm", (0, 30, 0, 30))
    assert found(audited(nobody), "demographic-parity-ratio").why == (
        "nobody is selected in any group"
    )


def test_one_group_has_rates_and_nothing_to_compare() -> None:
    audit = audited({"f": (30, 30, 15, 65)}, references={"sex": "m"})
    assert {r.figure for r in answer(audit).rows} == {
        "selection-rate",
        "accuracy",
        "tpr",
        "fpr",
        "precision",
    }


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"truth": "hearsay"}, "there is no truth `hearsay`"),
        ({"positive": "inn"}, "there is no label `inn`"),
        ({"favourable": ""}, "no favourable label is declared"),
        ({"attributes": ["x"]}, "no attribute of data subjects is bound"),
    ],
)
def test_what_cannot_be_asked_is_a_reason(options: dict[str, object], says: str) -> None:
    assert says in answer(audited(APART, **options)).not_computed


def test_without_predictions_or_gold_there_is_a_reason() -> None:
    bare = Bindings("item", "annotator", "label", subject_groups={"sex": "sex"})
    assert answer(audited(APART, bare)).not_computed == "no column of predictions is bound"
    no_gold = Bindings(
        "item", "annotator", "label", subject_groups={"sex": "sex"}, prediction="prediction"
    )
    assert answer(audited(APART, no_gold, truth="gold")).not_computed == (
        "no column of gold labels is bound"
    )
    assert found(audited(APART, no_gold), "tpr", "f").estimate.value == 0.5  # against the votes


def test_without_single_ratings_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Asked, "ratings", lambda _: None)
    assert answer(audited(APART)).not_computed == NEEDS_RATINGS


def test_model_error_is_said_to_be_no_judgement_of_the_labels() -> None:
    assert (
        "how good the labels are themselves is another question" in answer(audited(APART)).notes[0]
    )
    assert BY_NAME["downstream"].basis.startswith("margin .05")


def test_rates_that_would_give_each_other_away_are_hidden_together() -> None:
    """Of five false positives: selection less true positives would be them."""
    few = {**APART, "f": (30, 30, 5, 75)}
    shown = hide(audited(few), "default").answers[0].rows
    assert {row.estimate.state for row in shown} == {"suppressed"}
    assert {(row.p, row.expected and row.expected.state) for row in shown} <= {
        (None, None),
        (None, "suppressed"),
    }
    enough = hide(audited(APART), "default").answers[0].rows
    assert {row.estimate.state for row in enough} == {"estimated"}


def test_a_group_whose_truths_are_nearly_all_alike_is_hidden_though_its_rates_are_not() -> None:
    counts = {**APART, "f": (60, 40, 0, 3)}
    shown = hide(audited(counts), "default").answers[0].rows
    assert {row.estimate.state for row in shown} == {"suppressed"}
    assert not any("3 negatives" in row.why for row in shown)


def test_the_order_of_rows_and_the_names_of_groups_leave_no_trace() -> None:
    table = rows(APART)
    one, other = audited(table), audited(chance(3).sample(table, len(table)))
    assert answer(one) == answer(other)
    renamed = audited([[*r[:3], {"f": "z"}.get(r[3], r[3]), *r[4:]] for r in table])
    for name in ("equal-opportunity-difference", "equalised-odds-difference"):
        a, b = found(one, name), found(renamed, name)
        assert (a.estimate, a.expected, a.p, a.verdict) == (b.estimate, b.expected, b.p, b.verdict)


@pytest.mark.slow
def test_the_range_covers_and_its_permutation_does_not_raise_false_alarms() -> None:
    rng = np.random.RandomState(2)
    runs, covered, alarms = 1000, 0, 0
    sizes, rates = [60, 80, 200], [0.3, 0.5, 0.4]
    for _ in range(runs):
        family = [Share(int(rng.binomial(n, p)), n) for n, p in zip(sizes, rates, strict=True)]
        got = range_of([family])
        covered += got.low <= 0.2 <= got.high
        null = [Share(int(rng.binomial(n, 0.4)), n) for n in sizes]
        alarms += chance_of_range([null]).p < 0.05
    assert covered / runs > 0.94
    assert alarms / runs < 0.065

"""What other packages are asked about the tables of `benchmarks.edge_cases`: one call an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.edge_cases import CASES

Shown = Callable[[], object]


def _columns(name: str) -> dict[str, np.ndarray]:
    case = next(case for case in CASES if case.name == name)
    names = ("item", "annotator", "group", "label", "gold")
    return dict(zip(names, map(np.array, zip(*case.rows, strict=True)), strict=True))


def _counts(name: str, group: str | None = None) -> np.ndarray:
    """(items, labels no and yes)."""
    table = _columns(name)
    mine = np.ones(len(table["item"]), dtype=bool) if group is None else table["group"] == group
    _, item = np.unique(table["item"][mine], return_inverse=True)
    yes = (table["label"][mine] == "yes").astype(int)
    return np.bincount(item * 2 + yes, minlength=2 * (item.max() + 1)).reshape(-1, 2)


def _krippendorff(name: str, group: str | None = None) -> Shown:
    def call() -> object:
        import krippendorff

        counts = _counts(name, group)
        return krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")

    return call


def _fleiss(name: str, group: str | None = None) -> Shown:
    def call() -> object:
        from statsmodels.stats.inter_rater import fleiss_kappa

        return fleiss_kappa(_counts(name, group))

    return call


def _cohen(name: str, group: str | None = None) -> Shown:
    """Between the first two annotators of all, or of the group."""

    def call() -> object:
        from sklearn.metrics import cohen_kappa_score

        table = _columns(name)
        mine = np.ones(len(table["item"]), dtype=bool) if group is None else table["group"] == group
        first, second = np.unique(table["annotator"][mine])[:2]
        labels = [table["label"][mine & (table["annotator"] == who)] for who in (first, second)]
        return cohen_kappa_score(*labels)

    return call


def _frame(name: str, metric: str, read: Callable[[Any], object], **more: object) -> Shown:
    """fairlearn's MetricFrame of one metric; where there is no gold, the label stands for it."""

    def call() -> object:
        import fairlearn.metrics as fairlearn

        table = _columns(name)
        said = (table["label"] == "yes").astype(int)
        gold = (table["gold"] == "yes").astype(int) if table["gold"][0] else said
        frame = fairlearn.MetricFrame(
            metrics=getattr(fairlearn, metric),
            y_true=gold,
            y_pred=said,
            sensitive_features=table["group"],
            **more,
        )
        return read(frame)

    return call


def _rates(name: str) -> tuple[int, int, int, int]:
    """`yes` and all ratings of group b, then of group a."""
    table = _columns(name)
    yes = table["label"] == "yes"
    found = []
    for group in "ba":
        found += [
            int((yes & (table["group"] == group)).sum()),
            int((table["group"] == group).sum()),
        ]
    return tuple(found)  # type: ignore[return-value]


def _proportion(having: int, of: int, method: str) -> Shown:
    def call() -> object:
        from statsmodels.stats.proportion import proportion_confint

        return proportion_confint(having, of, method=method)

    return call


def _binomial(having: int, of: int) -> Shown:
    def call() -> object:
        from scipy.stats import binomtest

        found = binomtest(having, of).proportion_ci()
        return found.low, found.high

    return call


def _ratio(method: str, counts: tuple[int, int, int, int]) -> Shown:
    def call() -> object:
        from statsmodels.stats.proportion import confint_proportions_2indep

        return confint_proportions_2indep(*counts, compare="ratio", method=method)

    return call


def _relative_risk() -> object:
    from scipy.stats.contingency import relative_risk

    risk = relative_risk(*_rates("zero cells"))
    ends = risk.confidence_interval()
    return risk.relative_risk, ends.low, ends.high


def _two_samples(test: Callable[[np.ndarray, np.ndarray], object]) -> Shown:
    """A test of ratings of the two groups, as if each were another person's."""

    def call() -> object:
        table = _columns("3 against 3 annotators")
        yes = (table["label"] == "yes").astype(float)
        return test(*(yes[table["group"] == group] for group in "ab"))

    return call


def _z_test(a: np.ndarray, b: np.ndarray) -> object:
    from statsmodels.stats.proportion import proportions_ztest

    return proportions_ztest([a.sum(), b.sum()], [len(a), len(b)])[1]


def _fisher(a: np.ndarray, b: np.ndarray) -> object:
    from scipy.stats import fisher_exact

    table = [[int(x.sum()), int(len(x) - x.sum())] for x in (a, b)]
    return fisher_exact(table).pvalue


def _mode() -> object:
    from scipy.stats import mode

    table = _columns("ties")
    first = (table["item"] == "i0") & (table["group"] == "a")
    found = mode((table["label"][first] == "yes").astype(int))
    return f"{['no', 'yes'][int(found.mode)]}, the smaller code"


def _pandas_mode() -> object:
    import pandas as pd

    table = _columns("ties")
    first = (table["item"] == "i0") & (table["group"] == "a")
    return "both: " + ", ".join(pd.Series(table["label"][first].tolist()).mode())


BOOTSTRAP = {"n_boot": 200, "ci_quantiles": [0.025, 0.975], "random_state": 1}
OTHERS: Mapping[str, Mapping[str, Shown]] = {
    "no negatives": {
        "fairlearn false_positive_rate": _frame(
            "no negatives", "false_positive_rate", lambda f: float(f.by_group["b"])
        ),
        "fairlearn difference between groups": _frame(
            "no negatives", "false_positive_rate", lambda f: float(f.difference())
        ),
        "statsmodels proportion_confint (wilson)": _proportion(0, 0, "wilson"),
        "scipy binomtest": _binomial(0, 0),
    },
    "one rater": {
        "krippendorff": _krippendorff("one rater"),
        "statsmodels fleiss_kappa": _fleiss("one rater"),
    },
    "one label": {
        "krippendorff": _krippendorff("one label"),
        "statsmodels fleiss_kappa": _fleiss("one label"),
        "scikit-learn cohen_kappa_score": _cohen("one label"),
    },
    "empty group": {
        "fairlearn selection_rate": _frame(
            "empty group", "selection_rate", lambda f: "groups: " + ", ".join(f.by_group.index)
        ),
        "statsmodels proportion_confint (normal)": _proportion(0, 0, "normal"),
        "scipy binomtest": _binomial(0, 0),
    },
    "all positive": {
        "fairlearn bootstrap": _frame(
            "all positive",
            "selection_rate",
            lambda f: [float(ends["b"]) for ends in f.by_group_ci],
            **BOOTSTRAP,
        ),
        "statsmodels proportion_confint (normal)": _proportion(40, 40, "normal"),
        "scipy binomtest": _binomial(40, 40),
    },
    "zero cells": {
        "fairlearn ratio": _frame(
            "zero cells", "selection_rate", lambda f: float(f.ratio(method="to_overall"))
        ),
        "scipy relative_risk": _relative_risk,
        "statsmodels ratio (log)": _ratio("log", _rates("zero cells")),
        "statsmodels ratio (score)": _ratio("score", _rates("zero cells")),
        "statsmodels ratio (score), 20 of 20 against 30 of 30": _ratio("score", (20, 20, 30, 30)),
    },
    "group of one person": {
        "fairlearn selection_rate, bootstrap": _frame(
            "group of one person",
            "selection_rate",
            lambda f: [float(ends["b"]) for ends in f.by_group_ci],
            **BOOTSTRAP,
        ),
        "krippendorff": _krippendorff("group of one person", "b"),
        "statsmodels fleiss_kappa": _fleiss("group of one person", "b"),
    },
    "3 against 3 annotators": {
        "statsmodels proportions_ztest, p": _two_samples(_z_test),
        "scipy fisher_exact, p": _two_samples(_fisher),
    },
    "ties": {"scipy mode": _mode, "pandas mode": _pandas_mode},
    "constant labels": {
        "krippendorff, group b": _krippendorff("constant labels", "b"),
        "statsmodels fleiss_kappa, group b": _fleiss("constant labels", "b"),
        "scikit-learn cohen_kappa_score, group b": _cohen("constant labels", "b"),
    },
    "one item": {
        "krippendorff": _krippendorff("one item"),
        "statsmodels fleiss_kappa": _fleiss("one item"),
        "scikit-learn cohen_kappa_score": _cohen("one item"),
    },
}

"""The benchmarks run, and their small runs already show what the pages claim."""

from __future__ import annotations

import re

import numpy as np
import pytest
from benchmarks.annotators import Design, draw_people, draw_truth, rate_items
from benchmarks.resampling import over_rows_by_group

from labelcharter.audit.reductions.patterns import reduce_ratings


def test_each_item_is_rated_by_different_people_in_either_way_of_drawing_them() -> None:
    rng = np.random.default_rng(1)
    small = Design(12, 50, 5, 4)
    for people, items in ((12, 50), (30_000, 100)):
        pool = draw_people(rng, small, people)
        ratings = rate_items(rng, small, pool, draw_truth(rng, items))
        pairs = set(zip(ratings.item.tolist(), ratings.annotator.tolist(), strict=True))
        assert len(pairs) == len(ratings.item) == 5 * items
        first = ratings.annotator[ratings.groupings[0].codes == 0]
        assert first.max() < people / 3
        assert reduce_ratings(ratings, ratings.groupings[0]).groups == 2


def test_drawing_rows_is_drawing_their_counts() -> None:
    """Row by row, as fairlearn does it, against one multinomial of the counts."""
    rng = np.random.default_rng(2)
    design = Design(12, 60, 5, 4)
    ratings = rate_items(rng, design, draw_people(rng, design))
    group, label = ratings.groupings[0].codes, ratings.label
    rates = []
    for _ in range(4000):
        drawn = rng.integers(0, len(label), len(label))
        rates.append([label[drawn][group[drawn] == g].mean() for g in (0, 1)])
    by_hand = np.percentile(rates, [2.5, 97.5], axis=0)
    assert over_rows_by_group(rng, ratings, 4000) == pytest.approx(by_hand, abs=0.01)


@pytest.mark.slow
def test_the_quick_run_of_coverage_prints_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import coverage

    coverage.main(quick=True)
    page = capsys.readouterr().out
    for head in ("interval covers", "told apart", "what fairlearn resamples", "majority"):
        assert re.search(rf"^## .*{head}", page, re.MULTILINE)
    assert page.count(coverage.DESIGNS[0].name) == 2
    assert "nan" not in page


@pytest.mark.slow
def test_the_table_of_edge_cases_is_computed_and_has_no_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from benchmarks import conformance
    from benchmarks.edge_cases import CASES

    conformance.main()
    page = capsys.readouterr().out
    assert "FAULT" not in page
    assert page.count("\n| ") == 1 + len(CASES)

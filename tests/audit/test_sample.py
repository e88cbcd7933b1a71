"""The invented table: the same bytes everywhere, every planted fault found, none in its twin."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from labelcharter.audit.disclosure.suppression import to_hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

SCRIPT = Path(__file__).parents[2] / "scripts" / "sample_ratings.py"
SHA256 = "982931e7536a60cb834a639585b995305343cb8633f1b09a16fa3880c64a44b0"


@pytest.fixture(scope="module")
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_ratings", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sample_ratings"] = module
    spec.loader.exec_module(module)
    return module


def audited(sample: ModuleType, *, biased: bool) -> TableAudit:
    text = "".join(f"{line}\n" for line in sample.rows(biased=biased))
    bindings = Bindings(
        "item_id",
        "annotator_id",
        "label",
        time="created_at",
        gold="gold",
        annotator_groups={"nationality": "nationality"},
        states=["2"],
    )
    return audit_table(
        read_table(text.encode(), "sample.csv"), bindings, Questions(favourable="0", ties="0")
    )


@pytest.fixture(scope="module")
def biased(sample: ModuleType) -> TableAudit:
    return audited(sample, biased=True)


def test_the_script_writes_the_same_bytes_every_time(tmp_path: Path) -> None:
    target = tmp_path / "sample.csv"
    subprocess.run([sys.executable, SCRIPT, target], check=True)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == SHA256


def test_nothing_in_it_could_be_taken_for_a_real_person(sample: ModuleType) -> None:
    for line in list(sample.rows())[1:]:
        item, annotator = line.split(",")[:2]
        assert item.startswith("synthetic-")
        assert annotator.startswith("synthetic-")


def test_every_planted_gap_is_found_in_its_group(sample: ModuleType, biased: TableAudit) -> None:
    gaps = [planted for planted in sample.PLANTED if planted.label]
    assert len(gaps) == 3
    for planted in gaps:
        (finding,) = [
            f for f in biased.findings if (f.check, f.value) == (planted.check, planted.group)
        ]
        assert finding.verdict == "breached", planted.words
        others = [g.value for g in biased.groups if g.annotators >= 10]
        against = [
            gap
            for gap in biased.gaps
            if gap.check == planted.check
            and gap.label == planted.label
            and planted.group in (gap.a, gap.b)
            and {gap.a, gap.b} <= set(others)
        ]
        assert len(against) == len(others) - 1
        for gap in against:
            sign = 1 if gap.a == planted.group else -1
            assert gap.verdict == "breached", (planted.words, gap.a, gap.b)
            assert sign * (gap.estimate.value or 0) > 0


def test_the_gaps_that_were_not_planted_are_not_found(
    sample: ModuleType, biased: TableAudit
) -> None:
    for planted in sample.PLANTED:
        for gap in biased.gaps:
            same = (gap.check, gap.label) == (planted.check, planted.label)
            if same and planted.group not in (gap.a, gap.b):
                assert gap.verdict != "breached", (planted.check, gap.a, gap.b)


def test_the_group_of_six_is_hidden_and_judged_on_nothing(biased: TableAudit) -> None:
    assert ("nationality", "Australia") in to_hide(biased).groups
    for finding in biased.findings:
        if finding.value == "Australia" and not finding.internal:  # how ratings lie is no claim
            assert finding.verdict == "insufficient-evidence"


def test_the_repeats_are_found_and_the_conflicts_among_them(
    sample: ModuleType, biased: TableAudit
) -> None:
    repeats = biased.excluded[0]
    assert (repeats.rows, repeats.conflicting) == (sample.REPEATS, sample.OF_THEM_CONFLICTING)


def test_in_the_twin_without_biases_no_gap_is_breached(sample: ModuleType) -> None:
    twin = audited(sample, biased=False)
    assert {gap.check for gap in twin.gaps} >= {"agreement-gap", "label-rate-gap", "missing-rate"}
    assert [gap for gap in twin.gaps if gap.verdict == "breached"] == []
    rates = [gap for gap in twin.gaps if gap.check in ("label-rate-gap", "missing-rate")]
    assert {gap.verdict for gap in rates} == {"met"}
    assert to_hide(twin).groups == frozenset()
